"""Whatever is done to a clean plan: the checker objects exactly when it is really broken."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import DriverId, OrderId, VehicleId
from core.domain.order import Load, Order
from core.domain.place import Point
from core.domain.plan import Route, Stop
from core.routing.check import Code, check_plan
from tests.builders import DEPOT, EIGHT, a_day, a_driver, a_stop, a_vehicle, an_order, east, minute

SECONDS = 120
"""Every drive takes two minutes, whatever its length; every service four."""


def flat(a: Point, b: Point) -> tuple[int, int]:
    return (SECONDS, 1_000) if a != b else (0, 0)


def timed(vehicle: str, orders: Sequence[Order]) -> Route:
    """A route with honest times: drive, wait, serve."""
    stops: list[Stop] = []
    at = EIGHT
    for order in orders:
        arrives = at + timedelta(seconds=SECONDS)
        at = max(arrives, order.promise.opens) + timedelta(seconds=order.service_s)
        stops.append(replace(a_stop(order, 0), arrive_at=arrives, leave_at=at))
    home = at + timedelta(seconds=SECONDS) if orders else at
    ids = tuple(o.order_id for o in orders)
    return Route(
        VehicleId(vehicle), DriverId(f"d-{vehicle}"), EIGHT, DEPOT, tuple(stops), DEPOT, home, ids
    )


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[Day, list[list[Order]]]:
    """Orders dealt to two vans; some windows, sizes, needs and shifts will not work out."""
    count = draw(st.integers(2, 7))
    orders = [
        an_order(
            f"o{n}",
            east(100 * (n + 1)),
            opens_min=draw(st.sampled_from([0, 10, 20])),
            closes_min=draw(st.sampled_from([25, 40, 330])),
            load=Load(draw(st.integers(1, 4)), 1_000, 1_000),
            needs=draw(st.sampled_from([(), (), ("chilled",), ("strong",)])),
        )
        for n in range(count)
    ]
    day = a_day(
        orders,
        [
            a_vehicle("v1", parcels=9, equipment=frozenset({"chilled"})),
            a_vehicle("v2", parcels=9, range_m=draw(st.sampled_from([4_000, 20_000]))),
        ],
        [
            a_driver("v1", shift_min=(0, draw(st.sampled_from([30, 330])))),
            a_driver("v2", skills=["strong"]),
        ],
    )
    dealt: list[list[Order]] = [[], []]
    for order in draw(st.permutations(orders)):
        copies = draw(st.sampled_from([1, 1, 1, 1, 1, 0, 2]))
        for _ in range(copies):
            dealt[draw(st.integers(0, 1))].append(order)
    return day, dealt


def broken_by_hand(day: Day, dealt: list[list[Order]]) -> set[Code]:
    """Derive in plain minutes what is wrong, sharing nothing with the checker."""
    wrong: set[Code] = set()
    seen = [o.order_id for orders in dealt for o in orders]
    for order_id in day.orders:
        if seen.count(order_id) == 0:
            wrong.add(Code.ORDER_LOST)
        if seen.count(order_id) > 1:
            wrong.add(Code.ORDER_TWICE)
    for orders, name in zip(dealt, ("v1", "v2"), strict=True):
        has = {"chilled"} if name == "v1" else {"strong"}
        clock = 0.0
        for order in orders:
            clock = max(clock + 2, (order.promise.opens - EIGHT).total_seconds() / 60)
            if clock > (order.promise.closes - EIGHT).total_seconds() / 60:
                wrong.add(Code.WINDOW)
            clock += 4
            if not order.needs <= has:
                wrong.add(Code.EQUIPMENT if "chilled" in order.needs else Code.SKILL)
        distinct = {o.order_id: o.load.parcels for o in orders}
        if sum(distinct.values()) > 9:
            wrong.add(Code.CAPACITY)
        shift = day.drivers[DriverId(f"d-{name}")].shift
        if orders and minute(clock + 2) > shift.closes:
            wrong.add(Code.SHIFT)
        range_m = day.vehicles[VehicleId(name)].vehicle.range_m
        if orders and range_m is not None and 1_000 * (len(orders) + 1) > range_m:
            wrong.add(Code.RANGE)
    return wrong


@given(shuffled())
def test_the_checker_finds_what_a_derivation_by_hand_finds(case: tuple[Day, list[list[Order]]]):
    day, dealt = case
    for orders in dealt:
        if len({o.order_id for o in orders}) < len(orders):
            # The same door twice in a row would be a drive of no time; keep one of the two.
            orders[:] = list({o.order_id: o for o in orders}.values())
    routes = [timed("v1", dealt[0]), timed("v2", dealt[1])]
    found = {v.code for v in check_plan(day, routes, [], flat)}
    assert found == broken_by_hand(day, dealt)


@given(shuffled(), st.integers(1, 3_000), st.data())
def test_a_time_said_to_be_earlier_than_it_can_be_never_goes_unnoticed(
    case: tuple[Day, list[list[Order]]], early_s: int, data: st.DataObject
):
    day, dealt = case
    route = timed("v1", list({o.order_id: o for o in dealt[0]}.values()))
    place = data.draw(st.integers(0, len(route.stops)))
    early = timedelta(seconds=early_s)
    if place == len(route.stops):
        if not route.stops:
            return
        route = replace(route, return_at=route.return_at - early)
    else:
        stops = list(route.stops)
        stops[place] = replace(stops[place], arrive_at=stops[place].arrive_at - early)
        route = replace(route, stops=tuple(stops))
    left_out: list[OrderId] = []
    found = check_plan(day, [route], left_out, flat)
    assert early_s in {v.amount for v in found if v.code is Code.TIMING}
