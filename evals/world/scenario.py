"""A scenario as data, with what it becomes on one seed's city and plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import cast

import yaml

from core.domain.ids import OrderId, VehicleId
from core.domain.order import Order, Priority
from core.domain.place import Area, Point
from core.domain.plan import Plan, Route, Stop
from core.domain.time import TimeWindow
from evals.world.city import City, make_order
from evals.world.draws import Draws
from evals.world.people import Cancellation
from evals.world.traffic import Snarl

Span = tuple[int, int]

SNARL_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Urgent:
    received: Span
    priority: Priority
    promise_min: Span


@dataclass(frozen=True, slots=True)
class Scenario:
    """What goes wrong, before a seed decides where and whom it hits."""

    name: str
    plan_at: int
    ends: int
    snarl_begins: Span
    snarl_street: str
    snarl_speed_pct: int
    snarl_riders: int
    snarl_radius_m: tuple[int, ...]
    told_to_clear: int
    clears_off_min: Span
    slow_from: int
    slow_service: float
    slow_pace: float
    calls: int
    calls_between: Span
    urgent: tuple[Urgent, ...]
    cancelled_between: Span


@dataclass(frozen=True, slots=True)
class Trouble:
    """The scenario on one seed: the same for every arm."""

    snarl: Snarl
    held: tuple[VehicleId, ...]
    told_to_clear: int
    street: str
    slow: VehicleId
    slow_from: int
    slow_service: float
    slow_pace: float
    calls: tuple[tuple[int, OrderId], ...]
    """Second of the day, and the customer's order."""
    urgent: tuple[tuple[int, Order], ...]
    cancelled: tuple[Cancellation, ...]


def _clock(text: object) -> int:
    hours, minutes = str(text).split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _clocks(value: object) -> Span:
    first, last = cast(list[object], value)
    return _clock(first), _clock(last)


def _whole(value: object) -> Span:
    first, last = cast(list[int], value)
    return int(first), int(last)


@cache
def load(name: str) -> Scenario:
    """Return a bundled scenario by its name."""
    text = files("evals.scenarios").joinpath(f"{name}.yaml").read_text("utf-8")
    raw = cast(Mapping[str, object], yaml.safe_load(text))
    snarl = cast(Mapping[str, object], raw["snarl"])
    slow = cast(Mapping[str, object], raw["slow_rider"])
    calls = cast(Mapping[str, object], raw["calls"])
    urgent = cast(list[Mapping[str, object]], raw["urgent"])
    cancelled = cast(Mapping[str, object], raw["cancelled"])
    return Scenario(
        name=str(raw["name"]),
        plan_at=_clock(raw["plan_at"]),
        ends=_clock(raw["ends"]),
        snarl_begins=_clocks(snarl["begins"]),
        snarl_street=str(snarl["street"]),
        snarl_speed_pct=int(str(snarl["speed_pct"])),
        snarl_riders=int(str(snarl["riders"])),
        snarl_radius_m=tuple(int(m) for m in cast(list[int], snarl["radius_m"])),
        told_to_clear=_clock(snarl["told_to_clear"]),
        clears_off_min=_whole(snarl["clears_early_or_late_min"]),
        slow_from=_clock(slow["from"]),
        slow_service=float(str(slow["service"])),
        slow_pace=float(str(slow["pace"])),
        calls=int(str(calls["count"])),
        calls_between=_clocks(calls["between"]),
        urgent=tuple(
            Urgent(_clocks(u["received"]), Priority(str(u["priority"])), _whole(u["promise_min"]))
            for u in urgent
        ),
        cancelled_between=_clocks(cancelled["between"]),
    )


def befall(scenario: Scenario, city: City, plan: Plan, draws: Draws) -> Trouble:
    """Return where the scenario hits this city: it looks at the plan and the seed only."""
    begins = _pick(draws, "snarl-begins", scenario.snarl_begins)
    area, held = _snarl_area(scenario, city, plan, draws, begins)
    off = _pick(draws, "snarl-clears", scenario.clears_off_min)
    snarl = Snarl(
        area=area,
        speed_pct=scenario.snarl_speed_pct,
        begins=begins,
        clears=scenario.told_to_clear + off * 60,
        reported=begins + draws.between("report.delay_s", "snarl"),
    )
    slow = _slow_rider(scenario, city, plan, held)
    return Trouble(
        snarl=snarl,
        held=held,
        told_to_clear=scenario.told_to_clear,
        street=scenario.snarl_street,
        slow=slow,
        slow_from=scenario.slow_from,
        slow_service=scenario.slow_service,
        slow_pace=scenario.slow_pace,
        calls=_calls(scenario, city, plan, draws, slow),
        urgent=tuple(_urgent(city, draws, n, u) for n, u in enumerate(scenario.urgent, start=1)),
        cancelled=_cancelled(scenario, city, plan, draws),
    )


def _pick(draws: Draws, purpose: str, span: Span, *entity: object) -> int:
    low, high = span
    return low + int(draws.uniform(purpose, *entity) * (high - low + 1))


def _window(city: City, route: Route, first: int, last: int) -> list[Stop]:
    return [s for s in route.stops if first <= city.second(s.arrive_at) <= last]


def _snarl_area(
    scenario: Scenario, city: City, plan: Plan, draws: Draws, begins: int
) -> tuple[Area, tuple[VehicleId, ...]]:
    """Return an area that holds the wanted number of riders, and holds them well.

    A rider is held who is to be inside within 20 minutes of the beginning and has two or more
    stops inside until the expected clearing. Of the areas with the right number of riders, one of
    the few with most of their stops and fewest of the others' inside is drawn.
    """
    near = (begins - 300, begins + 1200)
    routes = [r for r in plan.routes if r.stops]
    soon = {r.vehicle_id: _window(city, r, *near) for r in routes}
    rest = {r.vehicle_id: _window(city, r, begins, scenario.told_to_clear) for r in routes}
    centres = sorted({s.point for stops in soon.values() for s in stops})
    found: list[tuple[int, int, Area, tuple[VehicleId, ...]]] = []
    for radius in scenario.snarl_radius_m:
        for centre in centres or [city.depot.point]:
            area = Area(centre, radius)
            inside = {v: sum(area.holds(s.point) for s in rest[v]) for v in sorted(rest)}
            held = tuple(
                v for v in inside if inside[v] >= 2 and any(area.holds(s.point) for s in soon[v])
            )
            miss = abs(len(held) - scenario.snarl_riders)
            others = sum(n for v, n in inside.items() if v not in held)
            found.append((miss, others - sum(inside[v] for v in held), area, held))
    found.sort(key=lambda f: (f[0], f[1], f[2].radius_m, f[2].centre))
    best = [f for f in found[:SNARL_CHOICES] if f[0] == found[0][0]]
    _, _, area, held = best[int(draws.uniform("snarl-place") * len(best))]
    return area, held


def _slow_rider(
    scenario: Scenario, city: City, plan: Plan, held: tuple[VehicleId, ...]
) -> VehicleId:
    """Return the rider outside the snarl whose slowness breaks most promises by ten."""
    promises = {o.order_id: o.promise for o in city.orders}

    def broken(route: Route) -> int:
        count = 0
        for stop in route.stops:
            if stop.order_id is None:
                continue
            planned = city.second(stop.arrive_at)
            late = round((planned - scenario.slow_from) * (scenario.slow_service - 1) * 0.8)
            closes = city.second(promises[stop.order_id].closes)
            count += closes < planned + late and closes < scenario.calls_between[1]
        return count

    outside = [r for r in plan.routes if r.stops and r.vehicle_id not in held]
    chosen = max(outside or list(plan.routes), key=lambda r: (broken(r), r.vehicle_id))
    return chosen.vehicle_id


def _calls(
    scenario: Scenario, city: City, plan: Plan, draws: Draws, slow: VehicleId
) -> tuple[tuple[int, OrderId], ...]:
    """Return the scripted callers, best first: their promise or told time passed a while ago.

    Everybody on the slow route may be needed, since who is still unserved then is only known when
    the day is played; the world lets the first ones call who are.
    """
    promises = {o.order_id: o.promise for o in city.orders}
    route = next(r for r in plan.routes if r.vehicle_id == slow)
    now = scenario.calls_between[0]

    def passed(stop: Stop) -> tuple[int, int]:
        assert stop.order_id is not None
        closes = city.second(promises[stop.order_id].closes)
        overdue = closes <= now - 300
        return (0 if overdue else 1, abs(now - 1200 - city.second(stop.arrive_at)))

    stops = [s for s in route.stops if s.order_id and city.second(s.arrive_at) <= now + 3600]
    ranked = sorted(stops, key=passed)
    times = sorted(
        _pick(draws, "scripted-call", scenario.calls_between, n) for n in range(scenario.calls)
    )
    return tuple(
        (times[min(i, len(times) - 1)], s.order_id)
        for i, s in enumerate(ranked)
        if s.order_id is not None
    )


def _urgent(city: City, draws: Draws, number: int, urgent: Urgent) -> tuple[int, Order]:
    received = _pick(draws, "urgent-received", urgent.received, number)
    minutes = _pick(draws, "urgent-promise", urgent.promise_min, number)
    opens = city.at(received)
    door: Point = city.doors[int(draws.uniform("urgent-door", number) * len(city.doors))]
    order = make_order(
        city.seed,
        f"U{number}",
        door,
        draws.parameters,
        TimeWindow(opens, opens + timedelta(minutes=minutes)),
        urgent.priority,
    )
    return received, order


def _cancelled(
    scenario: Scenario, city: City, plan: Plan, draws: Draws
) -> tuple[Cancellation, ...]:
    """Return who cancels: people whose stop the plan puts well after they do."""
    planned = {
        s.order_id: city.second(s.arrive_at)
        for r in plan.routes
        for s in r.stops
        if s.order_id is not None
    }
    ranked = sorted(planned, key=lambda o: (draws.uniform("cancels", o), o))
    found: list[Cancellation] = []
    for order_id in ranked:
        at = _pick(draws, "cancels-at", scenario.cancelled_between, order_id)
        if len(found) < draws.between("cancel.count") and planned[order_id] > at + 2400:
            found.append(Cancellation(order_id, at))
    return tuple(found)
