"""What the desk finds clean stays clean at any pace of the day's normal travel."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import VehicleId
from core.domain.option import NewRoute
from core.domain.order import Order
from core.domain.plan import Progress, Stop
from core.routing.build import middle_of_day
from core.routing.check import Code, Lookup, change_points, check_change, hard_ones
from core.routing.rulers import check_by_all, rulers, working_hours
from core.travel.estimate import EstimateTravel
from core.travel.lookup import matrix_lookup
from tests.builders import a_day, a_driver, a_route, a_stop, a_vehicle, an_order, east, minute

V1 = VehicleId("v1")
TRAVEL = EstimateTravel("UTC")
AGREED_S = 1800
"""Overtime that a changed route may have, whatever keeping it would cost."""


def a_late_route(orders: Sequence[Order], shift_min: float, now_min: float) -> Day:
    """V1 drives to its first order; its shift may be over long before it is home. V2's lasts from
    08:00 to 13:30, and it stands at its only door."""
    other = an_order("z")
    return a_day(
        [*orders, other],
        [a_vehicle("v1"), a_vehicle("v2")],
        [a_driver("v1", shift_min=(0, shift_min)), a_driver("v2")],
        [
            a_route("v1", orders, progress=Progress.DRIVING, since_min=now_min),
            a_route("v2", [other], progress=Progress.AT_STOP, since_min=now_min),
        ],
        now_min=now_min,
    )


def reordered(day: Day, orders: Sequence[Order]) -> NewRoute:
    """Serve the orders that way round, with times that no road makes impossible."""
    stops: list[Stop] = [a_stop(o, 600 + 60 * n) for n, o in enumerate(orders)]
    return NewRoute(V1, day.routes[V1].revision, tuple(stops), minute(600 + 60 * len(orders)))


def late_s(day: Day, change: NewRoute, by: Lookup) -> int:
    """Return how long after the shift V1 is back with that change, by one ruler."""
    found = check_change(day, [change], (), by, day.now)
    return sum(v.amount for v in found if v.code is Code.SHIFT)


def normal(day: Day, change: NewRoute, at: datetime) -> Lookup:
    return matrix_lookup(TRAVEL, change_points(day, [change]), at)


def clean(day: Day, change: NewRoute) -> bool:
    by = rulers(day, TRAVEL, change_points(day, [change]), day.now)
    return not hard_ones(check_by_all(day, [change], (), by, day.now))


@st.composite
def changes(draw: st.DrawFn) -> tuple[Day, NewRoute]:
    """A route that is over its shift by minutes, and its stops after the first another way."""
    count = draw(st.integers(3, 6))
    orders = [
        an_order(
            f"o{n}",
            east(draw(st.integers(-6000, 6000)), draw(st.integers(-6000, 6000))),
            opens_min=draw(st.sampled_from([0, 0, 0, 60, 90, 120, 180])),
            service_s=draw(st.sampled_from([60, 240, 600])),
        )
        for n in range(count)
    ]
    now_min = draw(st.integers(1, 120))
    day = a_late_route(orders, draw(st.integers(30, 330)), now_min)
    return day, reordered(day, [orders[0], *draw(st.permutations(orders[1:]))])


@given(changes())
def test_a_clean_change_is_clean_at_every_full_hour_and_at_the_middle(made: tuple[Day, NewRoute]):
    day, change = made
    assume(clean(day, change))
    for at in (*working_hours(day), middle_of_day(day)):
        by = normal(day, change, at)
        assert not hard_ones(check_change(day, [change], (), by, day.now))


@given(changes(), st.integers(1, 3599))
def test_between_two_hours_it_is_no_later_than_agreed_or_than_keeping_at_the_slower_one(
    made: tuple[Day, NewRoute], second: int
):
    day, change = made
    assume(clean(day, change))
    keep = NewRoute(V1, 1, day.routes[V1].remaining, change.return_at)
    for before, after in pairwise(working_hours(day)):
        slower = min(before, after, key=TRAVEL.pace)
        between = normal(day, change, before + timedelta(seconds=second))
        kept_s = late_s(day, keep, normal(day, change, slower))
        assert late_s(day, change, between) <= max(AGREED_S, kept_s)


@given(changes())
def test_keeping_a_route_is_clean_however_late_it_is(made: tuple[Day, NewRoute]):
    day, change = made
    assert clean(day, NewRoute(V1, 1, day.routes[V1].remaining, change.return_at))


def test_the_working_hours_hold_every_shift_and_its_overtime():
    day = a_late_route([an_order("o1")], shift_min=60, now_min=10)
    # 08:00 to 13:30, and half an hour more.
    assert working_hours(day) == tuple(minute(60 * n) for n in range(7))


def test_waiting_for_a_window_hides_minutes_that_another_hour_shows():
    first = an_order("o0", east(-3500, -1200), opens_min=90)
    o1 = an_order("o1", east(-900, 4200), opens_min=60)
    o2 = an_order("o2", east(-3800, -4300), opens_min=120)
    o3 = an_order("o3", east(1600, 5300), opens_min=120)
    day = a_late_route([first, o1, o2, o3], shift_min=30, now_min=30)
    keep, change = (reordered(day, way) for way in ([first, o1, o2, o3], [first, o2, o3, o1]))
    late = {
        m: [late_s(day, c, normal(day, change, minute(m))) for c in (keep, change)]
        for m in (60, 165, 240)
    }
    # The faster the roads, the sooner whoever keeps the route is home; the change waits longer
    # at o2, which opens at ten.
    assert late == {60: [8698, 8649], 165: [8586, 8580], 240: [8510, 8534]}
    by = rulers(day, TRAVEL, change_points(day, [change]), day.now)
    for ruler in (by.expected, by.planned):
        assert not hard_ones(check_change(day, [change], (), ruler, day.now))
    (broken,) = hard_ones(check_by_all(day, [change], (), by, day.now))
    assert broken.code is Code.SHIFT
    assert broken.sentence.startswith("on clear roads v1 returns 142 min")
