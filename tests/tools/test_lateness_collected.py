"""Minutes of delay on a route that collects: at the sender, at the door, and for a return."""

from collections.abc import Sequence

from core.domain.day import Day
from core.domain.decision import PlanAdopted
from core.domain.fact import AttemptFailed, OrderCollected, OrderDelivered, RouteDeparted
from core.domain.ids import OrderId, VehicleId
from core.domain.order import FailReason, Order
from core.eta.forecast import forecast
from core.kpi.delay import Cause, Delay, explain
from core.ledger import fold
from core.ledger.events import Body
from tests.builders import DEPOT, a_day, a_driver, a_vehicle, an_order, east, morning_facts
from tests.eta.life.depot import ledger
from tests.routing.collecting import ROADS, a_return, one_road, planned

VAN, P = VehicleId("V1"), OrderId("p")
OUT: tuple[float, Body] = (0.0, RouteDeparted(VAN, DEPOT))
FIRST: tuple[float, Body] = (8.0, OrderDelivered(VAN, OrderId("a"), east(1_000)))


def explained(day: Day, *plays: tuple[float, Body], order: str) -> Delay:
    """Explain an order of a day that was planned and went as told, in minutes after eight."""
    orders: Sequence[Order] = [s.order for _, s in sorted(day.orders.items())]
    morning = [(0.0, fact) for fact in morning_facts(["V1"], orders)]
    events = ledger([*morning, (0.0, PlanAdopted(planned(day))), *plays])
    now = fold.replay(events)
    ahead = forecast(now, VAN, ROADS, now.now)
    found = explain(now, events, ahead, OrderId(order))
    assert sum(c.seconds for c in found.causes) == found.behind_s
    return found


def of(delay: Delay, cause: Cause) -> int:
    return next(c.minutes for c in delay.causes if c.cause is cause)


def test_time_lost_at_the_sender_is_time_at_a_door():
    # Planned: p is collected from 08:13 to 08:15. It took until 08:30.
    collected = (30.0, OrderCollected(VAN, P, east(2_000)))
    late = explained(one_road(), OUT, FIRST, collected, order="p")
    usual = explained(one_road(), OUT, FIRST, (15.0, collected[1]), order="p")
    assert of(usual, Cause.DWELL) == 0
    assert late.behind_min == usual.behind_min + 15
    assert of(late, Cause.DWELL) + of(late, Cause.ROAD) == late.behind_min


def test_a_sender_who_was_not_there_is_not_taken_for_the_door_it_was_to_go_to():
    vain = (30.0, AttemptFailed(VAN, P, east(2_000), FailReason.RECEIVER_ABSENT))
    late = explained(one_road(), OUT, FIRST, vain, order="b")
    assert late.order_id == "b"
    assert late.behind_min >= 14


def test_a_return_that_is_still_to_be_collected_is_explained_like_a_delivery():
    orders = [an_order("a", east(1_000), closes_min=10), a_return("r", east(3_000))]
    day = a_day(orders, [a_vehicle("V1")], [a_driver("V1")])
    late = explained(day, OUT, (28.0, FIRST[1]), order="r")
    assert (late.order_id, late.behind_min) == ("r", 20)
