"""Which windows can still be offered: no more than can be kept, and none less."""

import random
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.access import Zone
from core.domain.day import Day, OrderState
from core.domain.ids import OrderId, ZoneId
from core.domain.order import Load, Order, OrderStatus
from core.domain.place import Area
from core.domain.plan import Progress, RouteState
from core.domain.time import TimeWindow
from core.routing.build import rest_of_day
from core.routing.insertion import placements
from core.routing.quote import Quoter, windows_ahead
from core.routing.walk import of_slot
from core.travel.estimate import EstimateTravel
from tests.builders import (
    a_day,
    a_driver,
    a_route,
    a_vehicle,
    a_window,
    an_order,
    east,
    minute,
)

ROADS = EstimateTravel("UTC")
NOW = minute(1)


def on_the_road(seed: int, *, vehicles: int = 3, per: int = 6) -> Day:
    """Vans under way or about to leave, some full, some with a rest owed, promises of an hour."""
    rng = random.Random(seed)
    orders, routes = list[Order](), list[RouteState]()
    for v in range(vehicles):
        own = [
            an_order(
                f"o{v}{i}",
                east(rng.randint(-3000, 3000), rng.randint(-3000, 3000)),
                closes_min=rng.choice((330, 330, 40 + 25 * i)),
            )
            for i in range(per)
        ]
        orders += own
        progress = rng.choice((Progress.DRIVING, Progress.AT_DEPOT))
        routes.append(a_route(f"V{v}", own, progress=progress))
    vans = [a_vehicle(f"V{v}", parcels=rng.choice((per, 200))) for v in range(vehicles)]
    drivers = [
        a_driver(
            f"V{v}",
            shift_min=(0, rng.choice((90, 330))),
            rest_min=rng.choice((None, (30, 120, 20))),
        )
        for v in range(vehicles)
    ]
    return a_day(orders, vans, drivers, routes, now_min=1)


WINDOWS = tuple(a_window(30 * n, 30 * n + 45) for n in range(9))


def by_trying_everything(day: Day, order: Order, window: TimeWindow) -> int | None:
    """Return the least added cents over all places walked exactly; None where none keeps it."""
    state = OrderState(replace(order, promise=window), OrderStatus.RECEIVED, 1, window)
    asked = replace(day, orders={**day.orders, order.order_id: state})
    problem = rest_of_day(asked, ROADS, NOW, orphan_ids=(order.order_id,))
    task, best = problem.task_of(order.order_id), list[int]()
    for slot, who in enumerate(problem.slots):
        if not problem.fits_features(slot, task):
            continue
        kept = of_slot(problem, slot, [who.sequence])
        walked = of_slot(problem, slot, placements(problem, slot, who.sequence, task))
        own = np.where(walked.seqs == task, walked.start, 0).sum(axis=1)
        good = walked.feasible & (own <= problem.closes[task]) & (walked.late_s <= kept.late_s[0])
        best += [round(int(c - kept.cost_mc[0]) / 1000) for c in walked.cost_mc[good]]
    return min(best, default=None)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_window_is_offered_exactly_where_trying_everything_finds_a_place(seed: int):
    day, rng = on_the_road(seed), random.Random(seed)
    day = replace(
        day,
        zones={ZoneId("z"): Zone(ZoneId("z"), Area(east(1500), 900), hours=(a_window(60, 200),))},
    )
    quoter = Quoter(day, ROADS, NOW)
    order = an_order("ask", east(rng.randint(-3000, 3000), rng.randint(-3000, 3000)))
    for answer in quoter.quote(order, WINDOWS).windows:
        least = by_trying_everything(day, order, answer.window)
        assert answer.offered == (least is not None)
        if least is not None:
            assert answer.added_cents >= least
            assert answer.begins_at is not None
            assert answer.window.holds(answer.begins_at)
        else:
            assert answer.refusal is not None
            assert answer.refusal.sentence


def test_most_quotes_are_the_cheapest_there_is():
    same, asked = 0, 0
    for seed in range(12):
        day, rng = on_the_road(seed), random.Random(seed)
        order = an_order("ask", east(rng.randint(-3000, 3000), rng.randint(-3000, 3000)))
        for answer in Quoter(day, ROADS, NOW).quote(order, WINDOWS[:5]).windows:
            least = by_trying_everything(day, order, answer.window)
            if least is not None:
                asked += 1
                same += answer.added_cents == least
    assert asked > 40
    assert same >= 0.9 * asked


def test_asking_leaves_the_day_as_it_was_and_twice_the_same_is_the_same():
    day = on_the_road(1)
    quoter = Quoter(day, ROADS, NOW)
    order = an_order("ask", east(700, 300))
    first = quoter.quote(order, WINDOWS)
    assert quoter.quote(order, WINDOWS) == first
    assert first == Quoter(day, ROADS, NOW).quote(order, WINDOWS)
    assert OrderId("ask") not in quoter.day.orders
    best = first.best
    assert best is not None
    assert best.added_cents == min(w.added_cents for w in first.windows if w.offered)


def test_a_window_before_anybody_can_be_there_says_what_would_make_it_fit():
    """V0 leaves at 08:10 and needs 7 min 18 s; the window closes 08:12."""
    route = a_route("V0", [an_order("o0", east(3000))], depart_min=10)
    day = a_day([an_order("o0", east(3000))], [a_vehicle("V0")], [a_driver("V0")], [route])
    ask, window = an_order("ask", east(2000)), a_window(0, 12)
    (answer,) = Quoter(day, ROADS, minute(0)).quote(ask, [window]).windows
    assert answer.refusal is not None
    assert (answer.vehicle_id, answer.refusal.code) == (None, "window")
    assert answer.refusal.sentence == (
        "its window closes 08:12, V0 arrives 08:17; fits if the window goes to 08:20, or if V0 "
        "leaves 6 min earlier"
    )
    (late,) = Quoter(day, ROADS, minute(8)).quote(ask, [window]).windows
    assert late.refusal is not None
    assert late.refusal.sentence.endswith("fits if the window goes to 08:18")


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (replace(an_order("ask"), point=None), "no_address"),
        (an_order("ask", needs=["crane"]), "skill"),
        (an_order("ask", load=Load(1, 10**9, 0)), "capacity"),
    ],
)
def test_what_no_window_helps_is_said_for_each_of_them(order: Order, code: str):
    day = on_the_road(2)
    answers = Quoter(day, ROADS, NOW).quote(order, WINDOWS[3:5]).windows
    assert [a.refusal.code for a in answers if a.refusal] == [code, code]


def test_without_routes_nobody_comes_and_without_windows_nothing_is_asked():
    day = a_day([], [a_vehicle("V0")], [a_driver("V0")])
    (answer,) = Quoter(day, ROADS, NOW).quote(an_order("ask"), WINDOWS[:1]).windows
    assert answer.refusal is not None
    assert answer.refusal.code == "no_driver"
    assert Quoter(day, ROADS, NOW).quote(an_order("ask"), ()).best is None
    assert windows_ahead(day, NOW, 60, 30) == ()


def test_windows_stand_at_full_steps_of_the_local_clock_while_somebody_drives():
    day = on_the_road(3)
    ahead = windows_ahead(day, minute(17), 60, 30)
    assert ahead[0] == a_window(30, 90)
    assert {b.opens - a.opens for a, b in pairwise(ahead)} == {timedelta(minutes=30)}
    last = max(d.shift.closes for d in day.drivers.values())
    assert ahead[-1].closes <= last < ahead[-1].closes + timedelta(minutes=30)
