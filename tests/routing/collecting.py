"""Orders whose goods are collected, and what a plan of them holds, worked out by hand."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import OrderId, PlanId
from core.domain.order import Load, Order, Pickup
from core.domain.place import Point
from core.domain.plan import Plan, Stop, StopKind
from core.routing.build import middle_of_day
from core.routing.check import Violation, check_plan, plan_points
from core.routing.planner import plan_day
from core.travel.estimate import EstimateTravel
from core.travel.lookup import matrix_lookup
from tests.builders import a_day, a_driver, a_vehicle, a_window, an_order, east

ROADS = EstimateTravel("UTC")


def a_return(order_id: str, point: Point, *, count: int = 1) -> Order:
    """Parcels that come to the depot."""
    return replace(an_order(order_id, point, load=parcels(count)), returns=True)


def sent(
    order: Order, point: Point, *, opens_min: float = 0, closes_min: float = 330, lasts_s: int = 120
) -> Order:
    """The same order, with its goods at somebody's door."""
    return replace(order, pickup=Pickup(point, a_window(opens_min, closes_min), lasts_s))


def planned(day: Day, iterations: int = 20, seed: int = 1) -> Plan:
    return plan_day(day, ROADS, seed=seed, iterations=iterations, plan_id=PlanId("p"))


def checked(day: Day, plan: Plan) -> tuple[Violation, ...]:
    lookup = matrix_lookup(ROADS, plan_points(plan.routes), middle_of_day(day))
    return check_plan(day, plan.routes, [o.order_id for o in plan.left_out], lookup)


def names(stops: Sequence[Stop]) -> list[str]:
    return [s.stop_id for s in stops]


def fullest(day: Day, loads: Sequence[OrderId], stops: Sequence[Stop]) -> int:
    """Return the most parcels on board at any moment, counted with a plain list."""
    load = {o: s.order.load for o, s in day.orders.items()}
    aboard = list(loads)
    most = sum(load[o].parcels for o in aboard)
    for stop in stops:
        if stop.kind is StopKind.RELOAD:
            aboard = [o for o in aboard if not day.orders[o].order.returns]
        if stop.kind is StopKind.DELIVER and stop.order_id is not None:
            aboard.remove(stop.order_id)
        if stop.kind is StopKind.COLLECT and stop.order_id is not None:
            aboard.append(stop.order_id)
        aboard += stop.loads
        most = max(most, sum(load[o].parcels for o in aboard))
    return most


def parcels(count: int) -> Load:
    return Load(parcels=count, weight_g=1000 * count, volume_ml=5000 * count)


def one_road(room: int = 200, *, closes_min: float = 330) -> Day:
    """a at 1 km, b at 3 km; p goes from 2 km to 4 km."""
    orders = [
        an_order("a", east(1000), load=parcels(2)),
        an_order("b", east(3000), load=parcels(2)),
        sent(an_order("p", east(4000), load=parcels(3)), east(2000), closes_min=closes_min),
    ]
    return a_day(orders, [a_vehicle("V1", parcels=room)], [a_driver("V1")])


def drawn_place(draw: st.DrawFn) -> Point:
    return east(draw(st.integers(-4000, 4000)), draw(st.integers(-4000, 4000)))


def drawn_orders(draw: st.DrawFn, most: int) -> list[Order]:
    """Up to `most` orders that are brought, with windows of one hour to three and a half."""
    orders: list[Order] = []
    for n in range(draw(st.integers(1, most))):
        opens = draw(st.sampled_from([0, 0, 60, 120]))
        closes = opens + draw(st.sampled_from([60, 210]))
        load = parcels(draw(st.integers(1, 4)))
        order = an_order(f"o{n}", drawn_place(draw), opens_min=opens, closes_min=closes, load=load)
        orders.append(order)
    return orders


def two_vans_for(draw: st.DrawFn, orders: list[Order]) -> Day:
    """A day with two small vans; the second may come back for more, and its driver rests."""
    vans = [
        a_vehicle("V1", parcels=draw(st.integers(3, 8))),
        a_vehicle("V2", parcels=draw(st.integers(3, 8)), can_reload=True),
    ]
    return a_day(orders, vans, [a_driver("V1"), a_driver("V2", rest_min=(90, 200, 30))])
