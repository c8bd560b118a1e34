"""What a plan says it pays for stops outside of territories, uneven work and other ways, counted
again."""

from collections.abc import Sequence

from core.domain.day import Day
from core.domain.plan import PricePart, Route, StopKind
from core.domain.time import seconds_between
from core.routing.check.violation import Code, Violation
from core.routing.check.ways import other_ways_used

AN_HOUR_S = 3600


def prices_broken(
    day: Day, routes: Sequence[Route], stated: Sequence[PricePart]
) -> list[Violation]:
    """Return each price that is stated wrongly, or not at all, by more than a cent."""
    said = {p.name: (p.count, p.cents) for p in stated}
    found: list[Violation] = []
    for name, (count, cents) in counted(day, routes).items():
        had = said.pop(name, (0, 0))
        apart = abs(had[1] - cents)
        if apart > 1 or had[0] != count:
            text = (
                f"the plan states {had[0]} and {had[1]} cents for {name}; its routes make it "
                f"{count} and {cents} cents"
            )
            found.append(Violation(Code.PRICE, True, None, None, text, max(1, apart)))
    for name, (_, cents) in sorted(said.items()):
        text = f"the plan states {cents} cents for {name}, which nobody asks for"
        found.append(Violation(Code.PRICE, True, None, None, text, max(1, cents)))
    return found


def counted(day: Day, routes: Sequence[Route]) -> dict[str, tuple[int, int]]:
    """Return stops outside with their cents, minutes above the mean with theirs, and orders that
    are served another way with what ways cost."""
    found: dict[str, tuple[int, int]] = {}
    a_stop = day.rules.costs.outside_territory.cents_milli
    if a_stop and any(d.territory for d in day.drivers.values()):
        outside = sum(_outside(day, route) for route in routes)
        found["territory"] = (outside, round(outside * a_stop / 1000))
    a_minute = day.rules.costs.uneven_minute.cents_milli
    if a_minute:
        lasts = [seconds_between(r.depart_at, r.return_at) for r in routes if r.stops]
        mean = sum(lasts) // len(lasts) if lasts else 0
        over = [max(0, s - mean - day.rules.thresholds.even_spread_s) for s in lasts]
        priced = [a_minute * (s + max(0, s - AN_HOUR_S)) // 60 for s in over]
        found["evenness"] = (sum(over) // 60, round(sum(priced) / 1000))
    if any(state.order.alternatives for state in day.orders.values()):
        found["ways"] = other_ways_used(day, [s for route in routes for s in route.stops])
    return found


def _outside(day: Day, route: Route) -> int:
    areas = day.drivers[route.driver_id].territory
    kinds = (StopKind.DELIVER, StopKind.COLLECT)
    doors = [s.point for s in route.stops if s.kind in kinds and s.order_id is not None]
    if not areas:
        return 0
    return sum(all(a.centre.crow_m(p) > a.radius_m for a in areas) for p in doors)
