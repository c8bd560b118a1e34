"""A clean morning plan of two vans, and what bends it."""

from dataclasses import replace
from datetime import timedelta

from core.domain.day import Day
from core.domain.ids import DriverId, MeetingId, OrderId, StopId, VehicleId
from core.domain.order import Load
from core.domain.plan import Route, Stop, StopKind
from tests.builders import DEPOT, a_day, a_driver, a_stop, a_vehicle, an_order, east, minute
from tests.routing.crow import by_crow

MINUTES = 60


A = an_order("a", east(600), load=Load(2, 4_000, 10_000))
B = an_order("b", east(1200), load=Load(3, 6_000, 20_000), needs=["chilled"])
C = an_order("c", east(600, 600), load=Load(5, 9_000, 30_000), needs=["two-person"])
OWN = OrderId("a"), OrderId("b")

REST = Stop(StopId("rest:d-v1"), StopKind.REST, east(1200), 30 * MINUTES, minute(7), minute(60))
"""At the door of b: nothing to drive. The rest begins when its window opens, at 08:30."""


def a_plan() -> list[Route]:
    """V1 delivers a (08:01 to 08:05) and b (08:06 to 08:10), rests, comes home; V2 delivers c."""
    first = replace(a_stop(A, 1), leave_at=minute(5))
    second = replace(a_stop(B, 6), leave_at=minute(10))
    rest = replace(REST, arrive_at=minute(10))
    v1 = Route(
        VehicleId("v1"),
        DriverId("d-v1"),
        minute(0),
        DEPOT,
        (first, second, rest),
        DEPOT,
        minute(62),
        loads=OWN,
    )
    c_at = minute(0) + timedelta(seconds=by_crow(DEPOT, east(600, 600))[0])
    third = replace(a_stop(C, 0), arrive_at=c_at, leave_at=c_at + timedelta(minutes=4))
    home = third.leave_at + timedelta(seconds=by_crow(DEPOT, east(600, 600))[0])
    v2 = Route(
        VehicleId("v2"), DriverId("d-v2"), minute(0), DEPOT, (third,), DEPOT, home, (C.order_id,)
    )
    return [v1, v2]


def the_day() -> Day:
    return a_day(
        [A, B, C],
        [
            a_vehicle("v1", equipment=frozenset({"chilled"}), range_m=2_500),
            a_vehicle("v2", parcels=5, can_reload=True),
        ],
        [
            a_driver("v1", shift_min=(0, 65), rest_min=(30, 60, 30)),
            a_driver("v2", skills=["two-person"]),
        ],
    )


def change_stop(routes: list[Route], route: int, stop: int, **values: object) -> list[Route]:
    stops = list(routes[route].stops)
    stops[stop] = replace(stops[stop], **values)  # pyright: ignore[reportArgumentType]
    routes[route] = replace(routes[route], stops=tuple(stops))
    return routes


def change_route(routes: list[Route], route: int, **values: object) -> list[Route]:
    routes[route] = replace(routes[route], **values)  # pyright: ignore[reportArgumentType]
    return routes


def change_vehicle(day: Day, vehicle_id: str, **values: object) -> Day:
    state = day.vehicles[VehicleId(vehicle_id)]
    vehicle = replace(state.vehicle, **values)  # pyright: ignore[reportArgumentType]
    return replace(
        day, vehicles={**day.vehicles, VehicleId(vehicle_id): replace(state, vehicle=vehicle)}
    )


def change_driver(day: Day, driver_id: str, **values: object) -> Day:
    driver = replace(day.drivers[DriverId(driver_id)], **values)  # pyright: ignore[reportArgumentType]
    return replace(day, drivers={**day.drivers, DriverId(driver_id): driver})


def change_promise(day: Day, order_id: str, closes_min: float) -> Day:
    state = day.orders[OrderId(order_id)]
    promise = replace(state.promise, closes=minute(closes_min))
    return replace(day, orders={**day.orders, OrderId(order_id): replace(state, promise=promise)})


def a_reload(*loads: str, **values: object) -> Stop:
    stop = Stop(
        StopId("reload:v2:1"),
        StopKind.RELOAD,
        DEPOT,
        300,
        minute(10),
        minute(15),
        loads=tuple(OrderId(o) for o in loads),
    )
    return replace(stop, **values)  # pyright: ignore[reportArgumentType]


def with_second_load(reload: Stop, day: Day) -> tuple[Day, list[Route], list[str]]:
    """V2 comes home, reloads a, and delivers it; V1 is left with b."""
    v1, v2 = a_plan()
    again = replace(a_stop(A, 16.5), leave_at=minute(20.5))
    v2 = replace(v2, stops=(*v2.stops, reload, again), return_at=minute(22))
    v1 = replace(v1, stops=v1.stops[1:], loads=(OrderId("b"),))
    return day, [v1, v2], []


def down(day: Day) -> Day:
    state = replace(day.vehicles[VehicleId("v2")], down_since=minute(-10))
    return replace(day, vehicles={**day.vehicles, VehicleId("v2"): state})


def lonely_meeting(routes: list[Route]) -> list[Route]:
    meet = Stop(
        StopId("meet:m1:v2"),
        StopKind.MEET,
        C.point or DEPOT,
        720,
        routes[1].stops[0].leave_at,
        routes[1].stops[0].leave_at + timedelta(seconds=720),
        meeting_id=MeetingId("m1"),
        meets=VehicleId("v1"),
    )
    stops = (*routes[1].stops, meet)
    return change_route(routes, 1, stops=stops, return_at=minute(30))
