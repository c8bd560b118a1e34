"""Detects riders held up by a road incident, reported or presumed from several that stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.domain.case import Case, DeliveryException, Evidence, ExceptionType
from core.domain.day import Incident, OrderState
from core.domain.ids import VehicleId
from core.domain.plan import Progress, RouteState
from core.tower.crossing import crosses, drives_in_next, is_inside
from core.tower.late import route_risks
from core.tower.look import PRESUMED, Look, exception_id, minutes, moving, observed

# Losing less than this to an incident is everyday traffic.
MIN_LOST_S = 300
# Below this an open case keeps a rider no longer.
KEEP_LOST_S = 120

# A promise that an incident makes this much likelier to break is broken by it.
WORSENED = 0.25


class Place(StrEnum):
    """Where a rider is, as the evidence says it."""

    CRAWLS = "crawls in it"
    STANDS = "stands at a door in it"
    NEXT = "drives into it next"
    LATER = "will cross it later"


@dataclass(frozen=True, slots=True)
class Affected:
    """One rider whom an incident costs time."""

    vehicle_id: VehicleId
    place: Place
    lost_s: int
    joins: bool
    """Whether the rider's lateness and callers belong to the case of the incident."""

    @property
    def held(self) -> bool:
        return self.place is not Place.LATER


@dataclass(frozen=True, slots=True)
class Snarl:
    """An incident with whom it affects, by vehicle."""

    incident: Incident
    affected: tuple[Affected, ...]

    @property
    def cause(self) -> str:
        return f"incident:{self.incident.incident_id}"

    @property
    def held(self) -> tuple[Affected, ...]:
        """Those who stand or crawl in it, or drive into it next, and whom its case names."""
        return tuple(a for a in self.affected if a.held and a.joins)

    @property
    def members(self) -> tuple[VehicleId, ...]:
        return tuple(a.vehicle_id for a in self.affected if a.joins)


def snarls(
    look: Look, late: Collection[VehicleId], waiting: Mapping[VehicleId, Sequence[OrderState]]
) -> tuple[Snarl, ...]:
    """Return each open incident that is a case, with the riders whom it costs time.

    A rider belongs to the incident that holds them now, else to the first that they will cross,
    and to one only. `late` are riders with a late route, `waiting` holds the orders of customers
    who asked and have no answer.
    """
    found: dict[int, list[Affected]] = {}
    incidents = look.day.open_incidents()
    for route in moving(look.day):
        places = [_place(look, route, incident) for incident in incidents]
        held = [n for n, p in enumerate(places) if p is not None and p is not Place.LATER]
        later = [n for n, p in enumerate(places) if p is Place.LATER]
        for n in (*held, *later)[:1]:
            place = places[n]
            assert place is not None, "chosen because it has a place"
            found.setdefault(n, []).append(
                Affected(
                    route.vehicle_id,
                    place,
                    look.lost_s.get(route.vehicle_id, 0),
                    _joins(look, route, incidents[n], place, late, waiting),
                )
            )
    made = (Snarl(incidents[n], tuple(found[n])) for n in sorted(found))
    return tuple(s for s in made if s.members)


def causes(found: Sequence[Snarl]) -> Mapping[str, str]:
    """Return the cause that takes the place of each rider's own."""
    return {f"vehicle:{v}": s.cause for s in found for v in s.members}


def road_incidents(look: Look, found: Sequence[Snarl]) -> tuple[DeliveryException, ...]:
    """Return one exception for each snarl. It names who is held; who will cross it later is in
    its evidence, and their lateness is an exception of theirs."""
    return tuple(_exception(look, snarl) for snarl in found)


def _place(look: Look, route: RouteState, incident: Incident) -> Place | None:
    """Return where the rider is relative to an incident that costs them time; None if it does
    not."""
    lost = look.lost_s.get(route.vehicle_id, 0)
    case = _case_of(look, f"incident:{incident.incident_id}")
    known = case is not None and route.vehicle_id in case.vehicle_ids()
    inside = is_inside(look, route, incident)
    if inside and route.progress is Progress.DRIVING:
        return Place.CRAWLS
    if lost < (KEEP_LOST_S if known else MIN_LOST_S):
        return None
    if inside:
        return Place.STANDS
    if drives_in_next(look, route, incident):
        return Place.NEXT
    return Place.LATER if crosses(look, route, incident) else None


def _joins(
    look: Look,
    route: RouteState,
    incident: Incident,
    place: Place,
    late: Collection[VehicleId],
    waiting: Mapping[VehicleId, Sequence[OrderState]],
) -> bool:
    """Return whether the incident is why this rider is late.

    Who was late without it keeps a case of their own, unless it holds them; and even then while
    customers wait for them whom it did not make wait. Otherwise it is decided once: who is in its
    case stays, and who has a case of their own beside it keeps that.
    """
    vehicle_id = route.vehicle_id
    if place is Place.LATER and vehicle_id not in late:
        return False
    case = _case_of(look, f"incident:{incident.incident_id}")
    risks = route_risks(replace(look, times=look.clear_times), route)
    own = sum(r.cost_cents for r in risks) >= look.day.rules.thresholds.late_route_cents
    if own and any(_waits_anyway(look, route, incident, s) for s in waiting.get(vehicle_id, ())):
        return False
    if case is not None and vehicle_id in case.vehicle_ids():
        return True
    if case is not None and _case_of(look, f"vehicle:{vehicle_id}") is not None:
        return False
    return place is not Place.LATER or not own


def _waits_anyway(look: Look, route: RouteState, incident: Incident, state: OrderState) -> bool:
    """Return whether a customer who asks would wait without the incident as well."""
    if state.promise.closes <= look.now:
        return state.promise.closes <= incident.reported_at
    order_id = state.order.order_id
    without = replace(look, times=look.clear_times).p_late(order_id, route)
    return look.p_late(order_id, route) - without < WORSENED


def _case_of(look: Look, cause: str) -> Case | None:
    """Return the open case of a cause; a presumed jam that is now reported keeps its riders."""
    open_cases = look.day.open_cases()
    exact = next((c for c in open_cases if c.cause == cause), None)
    if exact is not None or not cause.startswith("incident:"):
        return exact
    return next((c for c in open_cases if c.cause.startswith(f"incident:{PRESUMED}")), None)


def _exception(look: Look, snarl: Snarl) -> DeliveryException:
    incident = snarl.incident
    name = exception_id(ExceptionType.ROAD_INCIDENT, incident.incident_id)
    where = incident.street or "an unnamed street"
    first = observed(
        f"{where}: {incident.speed_pct} % of normal speed left",
        incident.reported_at,
        incident.speed_pct,
        "%",
    )
    return DeliveryException(
        exception_id=name,
        type=ExceptionType.ROAD_INCIDENT,
        subject=snarl.cause,
        cause=snarl.cause,
        vehicle_ids=tuple(a.vehicle_id for a in snarl.held),
        order_ids=(),
        detected_at=look.first_seen(name),
        evidence=(first, *_held_lines(look, snarl), *_other_lines(look, snarl)),
    )


def _held_lines(look: Look, snarl: Snarl) -> list[Evidence]:
    lines: list[Evidence] = []
    for a in snarl.held:
        fixes = look.positions.get(a.vehicle_id, ())
        since = look.day.routes[a.vehicle_id].since
        seen = fixes[-1].at if fixes else since or look.now
        lines.append(observed(f"{a.vehicle_id} {a.place}", seen))
        text = f"{a.vehicle_id} is expected to lose {minutes(a.lost_s)} min"
        lines.append(observed(text, look.now, minutes(a.lost_s), "min"))
    return lines


def _other_lines(look: Look, snarl: Snarl) -> list[Evidence]:
    later = [a for a in snarl.affected if not a.held]
    own = [a for a in snarl.affected if a.held and not a.joins]
    lines: list[Evidence] = []
    if later:
        names = ", ".join(f"{a.vehicle_id} ({minutes(a.lost_s)} min)" for a in later)
        lines.append(observed(f"also on the way there: {names}", look.now))
    if own:
        names = ", ".join(a.vehicle_id for a in own)
        lines.append(observed(f"also in it, late before and a case of its own: {names}", look.now))
    return lines
