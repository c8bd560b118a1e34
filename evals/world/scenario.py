"""A scenario as data, with what it becomes on one seed's city and plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import cast

import yaml

from core.domain.ids import IncidentId, OrderId, VehicleId
from core.domain.order import Order, Priority
from core.domain.place import Area, Point
from core.domain.plan import Plan, Stop
from core.domain.time import TimeWindow
from core.travel.protocol import TravelTimes
from evals.world.city import City, make_order
from evals.world.draws import Draws
from evals.world.feed import reported_jam
from evals.world.jam import Moment, jam, slow_rider
from evals.world.people import Cancellation
from evals.world.rehearsal import Rehearsal, Slowness, Visit
from evals.world.traffic import Snarl

Span = tuple[int, int]
INCIDENT = IncidentId("I-1")
STILL_WAITING_S = 1200
"""Scripted callers are not served within this time after the last of them called."""


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
    slowness: Slowness
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
    slowness: Slowness
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
        slowness=Slowness(
            _clock(slow["from"]), float(str(slow["service"])), float(str(slow["pace"]))
        ),
        calls=int(str(calls["count"])),
        calls_between=_clocks(calls["between"]),
        urgent=tuple(
            Urgent(_clocks(u["received"]), Priority(str(u["priority"])), _whole(u["promise_min"]))
            for u in urgent
        ),
        cancelled_between=_clocks(cancelled["between"]),
    )


def befall(
    scenario: Scenario, city: City, plan: Plan, draws: Draws, travel: TravelTimes
) -> Trouble:
    """Return where the scenario hits this city: it looks at the plan and the seed only.

    The jam holds the wanted number of riders as the seed's own luck will have them driving when
    it begins, and not the slow one, where any place does.
    """
    begins = _pick(draws, "snarl-begins", scenario.snarl_begins)
    off = _pick(draws, "snarl-clears", scenario.clears_off_min)
    cancelled = _cancelled(scenario, city, plan, draws)
    rehearsal = Rehearsal(city, plan, draws, travel, {c.order_id: c.at for c in cancelled})
    slow = slow_rider(rehearsal, city, scenario.slowness, scenario.calls_between[0])
    others = [v for v in rehearsal.vehicle_ids if v != slow]
    until = scenario.told_to_clear
    visits = {v: rehearsal.visits(v, until) for v in others}
    visits[slow] = rehearsal.visits(slow, until, scenario.slowness)
    wanted = min(scenario.snarl_riders, len(others))
    reported = begins + draws.between("report.delay_s", "snarl")
    clears = scenario.told_to_clear + off * 60

    def snarl(area: Area) -> Snarl:
        return Snarl(area, scenario.snarl_speed_pct, begins, clears, reported)

    closes = {o.order_id: city.second(o.promise.closes) for o in city.orders}
    area, held = jam(
        visits,
        scenario.snarl_radius_m,
        wanted,
        Moment(begins, reported, lambda area: reported_jam(draws, INCIDENT, snarl(area))[0]),
        draws,
        spared=slow,
        overdue={o for o, closed in closes.items() if closed <= reported},
    )
    return Trouble(
        snarl=snarl(area),
        held=held,
        told_to_clear=scenario.told_to_clear,
        street=scenario.snarl_street,
        slow=slow,
        slowness=scenario.slowness,
        calls=_calls(scenario, city, plan, draws, slow, visits[slow]),
        urgent=tuple(_urgent(city, draws, n, u) for n, u in enumerate(scenario.urgent, start=1)),
        cancelled=cancelled,
    )


def _pick(draws: Draws, purpose: str, span: Span, *entity: object) -> int:
    low, high = span
    return low + int(draws.uniform(purpose, *entity) * (high - low + 1))


def _calls(
    scenario: Scenario, city: City, plan: Plan, draws: Draws, slow: VehicleId, made: Sequence[Visit]
) -> tuple[tuple[int, OrderId], ...]:
    """Return the scripted callers, best first: still waiting when somebody looks at their call, and
    their promise or told time passed a while ago.

    Everybody on the slow route may be needed, since who is still unserved then depends on what is
    done with the route; the world lets the first ones call who are.
    """
    promises = {o.order_id: o.promise for o in city.orders}
    route = next(r for r in plan.routes if r.vehicle_id == slow)
    now, last = scenario.calls_between
    served = {v.order_id for v in made if v.leaves <= last + STILL_WAITING_S}

    def passed(stop: Stop) -> tuple[bool, bool, int]:
        assert stop.order_id is not None
        overdue = city.second(promises[stop.order_id].closes) <= now - 300
        eta_passed = abs(now - 1200 - city.second(stop.arrive_at))
        return stop.order_id in served, not overdue, eta_passed

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
