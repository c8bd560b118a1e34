"""The fold: what scans, handovers, failures and late facts make of a day."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day, GoodsAt
from core.domain.decision import RouteChanged
from core.domain.fact import (
    AttemptFailed,
    CustomerConsented,
    Fact,
    HandedOver,
    OrderCancelled,
    OrderDelivered,
    RouteDeparted,
    RouteReturned,
    StopFinished,
    StopReached,
    VehicleDown,
    VehicleUp,
)
from core.domain.ids import DayId, EventId, MeetingId, OrderId, StopId, VehicleId
from core.domain.option import NewRoute
from core.domain.order import FailReason, OrderStatus
from core.domain.plan import Progress, Stop, StopKind
from core.ledger import fold
from core.ledger.events import Body, Event
from core.ledger.folding import RANK
from tests.builders import DEPOT, a_day, a_route, a_vehicle, a_window, an_order, east, minute

V1, V2 = VehicleId("V1"), VehicleId("V2")
ORDERS = tuple(an_order(f"o{n}", east(300 * n)) for n in range(1, 7))


def start() -> Day:
    return a_day(
        ORDERS,
        [a_vehicle("V1"), a_vehicle("V2")],
        routes=[a_route("V1", ORDERS[:3]), a_route("V2", ORDERS[3:])],
    )


def told(day: Day, *facts: tuple[float, Body]) -> Day:
    for at, body in facts:
        seq = day.seq + 1
        day = fold.apply(
            day,
            Event(DayId("d"), seq, EventId(f"e{seq}"), minute(at), minute(at), "x", body),
        )
    return day


def delivered(order_id: str, vehicle_id: VehicleId = V1) -> OrderDelivered:
    return OrderDelivered(vehicle_id, OrderId(order_id), DEPOT)


def reached(order_id: str, vehicle_id: VehicleId = V1) -> StopReached:
    return StopReached(vehicle_id, StopId(f"deliver:{order_id}"), DEPOT)


def open_orders(day: Day, vehicle_id: VehicleId = V1) -> list[str]:
    return [str(s.order_id) for s in day.routes[vehicle_id].remaining]


def test_departing_loads_what_was_planned():
    day = told(start(), (1, RouteDeparted(V1, DEPOT)))
    route = day.routes[V1]
    assert (route.progress, route.since, route.revision) == (Progress.DRIVING, minute(1), 1)
    assert route.on_board == {"o1", "o2", "o3"}
    state = day.orders[OrderId("o1")]
    assert (state.status, state.goods, state.vehicle_id) == (
        OrderStatus.LOADED,
        GoodsAt.VEHICLE,
        V1,
    )


def test_a_cancelled_order_is_not_loaded():
    day = told(start(), (0, OrderCancelled(OrderId("o2"))), (1, RouteDeparted(V1, DEPOT)))
    assert day.routes[V1].on_board == {"o1", "o3"}
    assert day.orders[OrderId("o2")].goods is GoodsAt.DEPOT


def test_a_delivery_takes_the_stop_behind_the_driver():
    day = told(start(), (1, RouteDeparted(V1, DEPOT)), (9, reached("o1")), (13, delivered("o1")))
    route = day.routes[V1]
    assert (route.done, route.progress, route.since) == (1, Progress.DRIVING, minute(13))
    assert day.orders[OrderId("o1")].status is OrderStatus.DELIVERED
    assert route.on_board == {"o2", "o3"}


def test_a_delivery_out_of_turn_moves_its_stop_forward():
    day = told(start(), (1, RouteDeparted(V1, DEPOT)), (9, delivered("o3")))
    assert open_orders(day) == ["o1", "o2"]
    assert day.routes[V1].stops[0].order_id == "o3"


def test_an_arrival_reported_late_does_not_move_the_driver_back():
    on_time = told(start(), (1, RouteDeparted(V1, DEPOT)), (9, reached("o1")))
    ahead = told(on_time, (13, delivered("o1")), (20, reached("o2")))
    late = told(ahead, (9, reached("o3")), (13, delivered("o1")))
    assert late.routes == ahead.routes


def test_any_scan_proves_the_departure():
    day = told(start(), (9, reached("o1")))
    assert day.routes[V1].on_board == {"o1", "o2", "o3"}
    assert told(day, (1, RouteDeparted(V1, DEPOT))).routes == day.routes


def test_an_order_brought_by_another_vehicle_leaves_the_planned_route():
    day = told(start(), (9, delivered("o2", V2)))
    assert open_orders(day) == ["o1", "o3"]
    assert day.routes[V1].revision == 2


def test_a_failed_attempt_keeps_the_goods_on_board():
    failed = AttemptFailed(V1, OrderId("o1"), DEPOT, FailReason.RECEIVER_ABSENT)
    day = told(start(), (9, failed))
    state = day.orders[OrderId("o1")]
    assert (state.status, state.goods, state.attempts) == (
        OrderStatus.FAILED,
        GoodsAt.VEHICLE,
        1,
    )
    assert "o1" in day.routes[V1].on_board
    assert open_orders(day) == ["o2", "o3"]
    home = told(day, (200, RouteReturned(V1, DEPOT)))
    assert home.orders[OrderId("o1")].goods is GoodsAt.DEPOT


def test_a_change_keeps_what_is_done_and_replaces_the_rest():
    day = told(start(), (1, RouteDeparted(V1, DEPOT)), (9, delivered("o1")))
    route = day.routes[V1]
    swapped = NewRoute(V1, route.revision, route.remaining[::-1], minute(60))
    day = told(day, (10, RouteChanged(swapped, None)))
    assert [s.order_id for s in day.routes[V1].stops] == ["o1", "o3", "o2"]
    assert (day.routes[V1].done, day.routes[V1].revision) == (1, 2)


def test_a_change_at_the_depot_changes_what_is_loaded():
    day = start()
    joined = (*day.routes[V1].stops, day.routes[V2].stops[0])
    day = told(
        day,
        (0, RouteChanged(NewRoute(V1, 1, joined, minute(60)), None)),
        (0, RouteChanged(NewRoute(V2, 1, day.routes[V2].stops[1:], minute(60)), None)),
        (1, RouteDeparted(V1, DEPOT)),
    )
    assert day.routes[V1].on_board == {"o1", "o2", "o3", "o4"}
    assert day.routes[V2].loads == ("o5", "o6")


def a_special(kind: StopKind, stop_id: str, **values: object) -> Stop:
    base = Stop(StopId(stop_id), kind, DEPOT, 300, minute(5), minute(10))
    return replace(base, **values)  # pyright: ignore[reportArgumentType]  # a builder takes any


def test_goods_change_hands_where_two_vehicles_meet():
    day = told(start(), (1, RouteDeparted(V1, DEPOT)), (1, RouteDeparted(V2, DEPOT)))
    for vehicle_id in (V1, V2):
        meet = a_special(
            StopKind.MEET, f"meet:m:{vehicle_id}", meeting_id=MeetingId("m"), point=east(100)
        )
        stops = (meet, *day.routes[vehicle_id].remaining)
        new = NewRoute(vehicle_id, 1, stops, minute(90))
        day = told(day, (2, RouteChanged(new, None)))
    day = told(day, (30, HandedOver(MeetingId("m"), V1, V2, (OrderId("o3"),), east(100))))
    assert day.orders[OrderId("o3")].vehicle_id == V2
    assert day.routes[V1].on_board == {"o1", "o2"}
    assert "o3" in day.routes[V2].on_board
    assert (day.routes[V1].done, day.routes[V2].done) == (1, 1)


def test_a_reload_takes_goods_on_board():
    day = told(start(), (1, RouteDeparted(V1, DEPOT)))
    load = a_special(StopKind.RELOAD, "reload:V1:1", loads=(OrderId("o5"),))
    day = told(
        day,
        (2, RouteChanged(NewRoute(V1, 1, (load, *day.routes[V1].remaining), minute(90)), None)),
        (20, StopFinished(V1, StopId("reload:V1:1"), DEPOT)),
    )
    assert "o5" in day.routes[V1].on_board
    assert day.orders[OrderId("o5")].vehicle_id == V1


def test_the_last_agreement_with_a_customer_is_the_promise():
    later, earlier = a_window(100, 120), a_window(60, 80)
    day = told(
        start(),
        (20, CustomerConsented(OrderId("o1"), later)),
        (10, CustomerConsented(OrderId("o1"), earlier)),
    )
    assert day.orders[OrderId("o1")].promise == later


def test_a_breakdown_heard_of_after_the_repair_is_over():
    day = told(start(), (30, VehicleUp(V1)), (10, VehicleDown(V1)))
    assert day.vehicles[V1].down_since is None


@st.composite
def some_facts(draw: st.DrawFn) -> list[tuple[float, Fact]]:
    """Scans of a whole day, in any order, some of them twice, about both vehicles."""
    order = st.sampled_from([f"o{n}" for n in range(1, 8)]).map(OrderId)
    vehicle = st.sampled_from([V1, V2])
    fact = st.one_of(
        st.builds(RouteDeparted, vehicle, st.just(DEPOT)),
        st.builds(
            StopReached, vehicle, order.map(lambda o: StopId(f"deliver:{o}")), st.just(DEPOT)
        ),
        st.builds(OrderDelivered, st.one_of(st.none(), vehicle), order, st.just(DEPOT)),
        st.builds(AttemptFailed, vehicle, order, st.just(DEPOT), st.sampled_from(FailReason)),
        st.builds(OrderCancelled, order),
        st.builds(RouteReturned, vehicle, st.just(DEPOT)),
        st.builds(
            HandedOver,
            st.just(MeetingId("m")),
            st.just(V1),
            st.just(V2),
            st.tuples(order),
            st.just(DEPOT),
        ),
    )
    timed = st.tuples(st.integers(0, 300).map(float), fact)
    facts = draw(st.lists(timed, max_size=20))
    return draw(st.permutations([*facts, *facts[: draw(st.integers(0, len(facts)))]]))


@settings(max_examples=150, deadline=None)
@given(some_facts())
def test_no_sequence_of_facts_moves_anything_back(facts: list[tuple[float, Fact]]):
    day = start()
    for fact in facts:
        after = told(day, fact)
        for order_id, state in day.orders.items():
            now = after.orders[order_id]
            assert RANK[now.status] >= RANK[state.status]
            assert now.revision >= state.revision
        for vehicle_id, route in day.routes.items():
            now = after.routes[vehicle_id]
            assert now.done >= route.done
            assert route.since is None or (now.since is not None and now.since >= route.since)
            assert route.progress is not Progress.FINISHED or now.progress is Progress.FINISHED
            assert now.stops[: route.done] == route.stops[: route.done]
        carried = [o for r in after.routes.values() for o in r.on_board]
        assert len(carried) == len(set(carried))
        for order_id, state in after.orders.items():
            aboard = [v for v, r in after.routes.items() if order_id in r.on_board]
            assert aboard == ([state.vehicle_id] if state.goods is GoodsAt.VEHICLE else [])
        day = after
