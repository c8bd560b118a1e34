"""Room for one more order: the other stops of a rider in another order, every limit kept."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.order import Order
from core.domain.plan import Progress
from core.routing.check import change_points, check_change, hard_ones
from core.routing.expected import expected_lookup
from core.routing.insertion import Candidate, insertions
from core.routing.squeeze import squeezed
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east

TRAVEL = EstimateTravel("UTC")
V1 = VehicleId("v1")
URGENT = OrderId("u")


def a_round(orders: Sequence[Order], urgent: Order, shift_min: float) -> Day:
    """V1 left the depot at 08:00 with its orders on board and drives to the first."""
    return a_day(
        [*orders, urgent],
        [a_vehicle("v1", can_reload=True)],
        [a_driver("v1", shift_min=(0, shift_min))],
        [a_route("v1", orders, progress=Progress.DRIVING)],
        now_min=1,
    )


def room(day: Day) -> tuple[Candidate, ...]:
    return squeezed(day, URGENT, TRAVEL, day.now, [V1], moved_stop_cents=40, most=4)


def zigzag() -> list[Order]:
    """Six doors left and right of the depot, in turn: the round passes the depot again and again
    and takes much longer than it has to."""
    return [an_order(f"o{n}", east((2000 + 200 * n) * (-1) ** n)) for n in range(6)]


def test_a_rider_makes_room_where_the_present_order_of_stops_leaves_none():
    day = a_round(zigzag(), an_order("u", east(0, 900), closes_min=60), shift_min=35)
    (refused,) = insertions(day, URGENT, TRAVEL, day.now)
    assert not isinstance(refused, Candidate)
    (found,) = room(day)
    route = found.new_route
    assert sorted(s.order_id for s in route.stops if s.order_id) == sorted(day.orders)
    assert found.delta_drive_s < 0
    by = expected_lookup(day, TRAVEL, change_points(day, [route]), day.now)
    assert not hard_ones(check_change(day, [route], (), by, day.now))


def test_who_cannot_be_there_in_time_is_left_out():
    assert room(a_round(zigzag(), an_order("u", east(9000), closes_min=20), shift_min=330)) == ()


@given(
    st.lists(st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000)), min_size=2, max_size=7),
    st.integers(25, 90),
    st.integers(30, 120),
)
def test_whatever_room_is_found_keeps_the_promise_and_every_hard_rule(
    places: list[tuple[int, int]], closes_min: int, shift_min: int
):
    orders = [an_order(f"o{n}", east(*place)) for n, place in enumerate(places)]
    urgent = an_order("u", east(600, 600), closes_min=closes_min)
    day = a_round(orders, urgent, shift_min)
    for found in room(day):
        route = found.new_route
        at = next(s.arrive_at for s in route.stops if s.order_id == URGENT)
        assert at <= urgent.promise.closes
        by = expected_lookup(day, TRAVEL, change_points(day, [route]), day.now)
        assert not hard_ones(check_change(day, [route], (), by, day.now))
