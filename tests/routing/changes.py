"""A day on the road, and changes of it that the checker judges."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from core.domain.day import Day
from core.domain.ids import MeetingId, OrderId, StopId, VehicleId
from core.domain.option import Meeting, NewRoute
from core.domain.plan import Progress, Stop, StopKind
from core.routing.check import Violation, check_change
from tests.builders import a_day, a_driver, a_route, a_stop, a_vehicle, an_order, east, minute
from tests.routing.crow import by_crow

V1, V2 = VehicleId("v1"), VehicleId("v2")
A, B, C = (an_order(o, east(1200 * n)) for n, o in enumerate("abc", 1))
D, E = an_order("d", east(0, 1200)), an_order("e", east(0, 2400))
URGENT = an_order("u", east(1800), needs=["chilled"])
SPOT = east(1200, 1200)


def the_day(*, range_m: int | None = None) -> Day:
    """At 08:12 V1 has done a and drives to b; V2 stands at d."""
    return a_day(
        [A, B, C, D, E, URGENT],
        [
            a_vehicle("v1", equipment=frozenset({"chilled"}), range_m=range_m),
            a_vehicle("v2"),
        ],
        [a_driver("v1"), a_driver("v2")],
        [
            a_route("v1", [A, B, C], done=1, progress=Progress.DRIVING, since_min=11),
            a_route("v2", [D, E], progress=Progress.AT_STOP, since_min=10),
        ],
        now_min=12,
    )


def retimed(vehicle_id: str, stops: Sequence[Stop], day: Day) -> NewRoute:
    """State generous times for the stops: one every twenty minutes."""
    timed: list[Stop] = []
    at = minute(20)
    for stop in stops:
        leaves = at + timedelta(seconds=stop.service_s + 900 * (stop.kind is StopKind.MEET))
        timed.append(replace(stop, arrive_at=at, leave_at=leaves))
        at = leaves + timedelta(minutes=20)
    route = day.routes[VehicleId(vehicle_id)]
    return NewRoute(route.vehicle_id, route.revision, tuple(timed), at)


def stops(*orders: str) -> list[Stop]:
    known = {o.order_id: o for o in (A, B, C, D, E, URGENT)}
    return [a_stop(known[OrderId(o)], 0) for o in orders]


def reload(*orders: str) -> Stop:
    where = a_day().depot.point
    ids = tuple(OrderId(o) for o in orders)
    kind = StopKind.RELOAD
    return Stop(StopId("reload:v2:1"), kind, where, 300, minute(0), minute(5), loads=ids)


def meet(vehicle_id: str, other: str, gives: str = "", takes: str = "") -> Stop:
    return Stop(
        StopId(f"meet:m1:{vehicle_id}"),
        StopKind.MEET,
        SPOT,
        720,
        minute(0),
        minute(12),
        meeting_id=MeetingId("m1"),
        meets=VehicleId(other),
        gives=tuple(OrderId(o) for o in gives),
        takes=tuple(OrderId(o) for o in takes),
    )


MEETING = Meeting(MeetingId("m1"), SPOT, minute(40), V1, V2, (OrderId("c"),), 720)


def a_hand_over(day: Day) -> list[NewRoute]:
    """V1 gives c to V2 after b and d."""
    one = retimed("v1", [*stops("b"), meet("v1", "v2", gives="c")], day)
    two = retimed("v2", [*stops("d"), meet("v2", "v1", takes="c"), *stops("c", "e")], day)
    return [one, two]


def change(
    day: Day, *routes: NewRoute, meetings: Sequence[Meeting] = (), let_go: Sequence[str] = ()
) -> tuple[Violation, ...]:
    gone = [OrderId(o) for o in let_go]
    return check_change(day, routes, meetings, by_crow, day.now, let_go=gone)
