"""Where the jam lies and who is slow: chosen by where the riders of a seed truly are by then."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from core.domain.ids import OrderId, VehicleId
from core.domain.place import Area
from evals.world.city import City
from evals.world.draws import Draws
from evals.world.rehearsal import Rehearsal, Slowness, Visit

CHOICES = 4
"""So many of the best places are as good as the best; the seed's luck picks one of them."""
DOORS_AHEAD = 2
"""A rider with fewer doors to drive to inside, one after the other, is through at once."""
DEEP = 6
"""A rider with so many to go to inside before it clears is in it for long, in whatever order they
come; more make no difference to that."""
NEXT_S = 600
"""Who comes through within this time of the report seems to be in it too."""
WRONG_COUNT, SPARED_CAUGHT, SPARED_PASSES = 1000, 100, 10
"""What makes a place wrong: not so many riders as wanted; the slow one held, or coming through."""
STRAY, WAITED_FOR = 6, 3
"""What makes it worse, in doors of depth: somebody else who gets into it; a rider held whose
customers wait without it."""

Visits = Mapping[VehicleId, Sequence[Visit]]


@dataclass(frozen=True, slots=True)
class Moment:
    """When a jam begins and is reported, and how the feed will draw its area."""

    begins: int
    reported: int
    drawn: Callable[[Area], Area]


def slow_rider(rehearsal: Rehearsal, city: City, slowness: Slowness, calls_at: int) -> VehicleId:
    """Return who, being slow, has the most customers overdue and unserved when the calls begin."""
    closes = {o.order_id: city.second(o.promise.closes) for o in city.orders}
    until = max(city.second(d.shift.closes) for d in city.drivers)

    def overdue(vehicle_id: VehicleId) -> tuple[int, int, VehicleId]:
        visits = rehearsal.visits(vehicle_id, until, slowness)
        waiting = [closes[v.order_id] for v in visits if v.order_id and v.leaves > calls_at]
        passed = sum(closed <= calls_at - 300 for closed in waiting)
        return passed, sum(closed <= calls_at + 1800 for closed in waiting), vehicle_id

    return max(rehearsal.vehicle_ids, key=overdue)


def jam(
    visits: Visits,
    radii_m: Sequence[int],
    wanted: int,
    moment: Moment,
    draws: Draws,
    *,
    spared: VehicleId,
    overdue: Collection[OrderId] = (),
) -> tuple[Area, tuple[VehicleId, ...]]:
    """Return the area of a jam that holds so many of these riders, and who they are.

    A rider is held who is at a door inside when it begins, or reaches one before it is reported,
    and has more doors inside to go to next: inside as it truly is, and as the feed will have it
    drawn. Of all places one of the best few is drawn: the wanted number held, the `spared` one
    not, nobody else in it, and those held in it for long. Riders whose customers wait already
    (`overdue`) are better left alone. `visits` ends when the jam is expected to clear.
    """
    ahead = {v: [s for s in made if s.leaves > moment.begins] for v, made in sorted(visits.items())}
    soon = moment.reported + NEXT_S
    near = {s.point for made in ahead.values() for s in made if s.arrives <= soon}
    centres = sorted(near or {s.point for made in visits.values() for s in made})
    late = {v for v, made in ahead.items() if any(s.order_id in overdue for s in made)}
    found: list[tuple[tuple[int, int, int], Area, tuple[VehicleId, ...]]] = []
    for area in (Area(centre, radius_m) for radius_m in radii_m for centre in centres):
        seen = moment.drawn(area)
        inside = {v: [_in_all(s, area, seen) for s in made] for v, made in ahead.items()}
        held = tuple(v for v, made in ahead.items() if _held(made, inside[v], moment.reported))
        stray = [v for v in ahead if v not in held and _comes_through(ahead[v], soon, area, seen)]
        wrong = WRONG_COUNT * abs(len(held) - wanted)
        wrong += SPARED_CAUGHT * (spared in held) + SPARED_PASSES * (spared in stray)
        worse = (
            STRAY * len(stray)
            + WAITED_FOR * len(late.intersection(held))
            - min((min(DEEP, sum(inside[v])) for v in held), default=0)
        )
        found.append(((wrong, worse, area.radius_m), area, held))
    found.sort(key=lambda f: (f[0], f[1].centre))
    # Luck does not reach past what is right.
    best = [f for f in found[:CHOICES] if f[0][0] == found[0][0][0]]
    _, area, held = best[int(draws.uniform("snarl-place") * len(best))]
    return area, held


def _in_all(visit: Visit, *areas: Area) -> bool:
    return all(area.holds(visit.point) for area in areas)


def _held(ahead: Sequence[Visit], inside: Sequence[bool], reported: int) -> bool:
    """Return whether the first door inside comes in time, and enough others right after it."""
    for n, visit in enumerate(ahead):
        if visit.arrives > reported:
            return False
        if inside[n]:
            return sum(takewhile(bool, inside[n + 1 :])) >= DOORS_AHEAD
    return False


def _comes_through(ahead: Sequence[Visit], soon: int, *areas: Area) -> bool:
    """Return whether the rider gets into any of the areas by then, if only on the way."""
    return any(
        area.holds(point)
        for visit in ahead
        if visit.departs <= soon
        for area in areas
        for point in visit.trail
    )
