"""From ledgers to a day: what counts as a first visit, and what the day is told of its orders."""

from dataclasses import replace

import numpy as np
import pytest

from core.domain.alternative import FIRST, Alternative
from core.domain.attempt import SLOTS, AttemptRisk, Told, slot_of, slot_words
from core.domain.day import Day
from core.domain.fact import (
    AttemptFailed,
    AttemptRisksTold,
    Fact,
    OrderCancelled,
    OrderDelivered,
    RouteDeparted,
)
from core.domain.ids import CustomerId, EventId, OrderId, VehicleId
from core.domain.order import FailReason
from core.eta.attempts.due import due_at, risk_pm
from core.eta.attempts.model import NO_ATTEMPTS, AttemptModel, Stage
from core.eta.attempts.records import Planned, Tried
from core.eta.attempts.told import foretold
from core.eta.life.harvest import cell, code, harvest
from core.ledger import codec, fold
from core.ledger.events import Event
from core.travel.estimate import EstimateTravel
from tests.builders import DEPOT, a_day, a_route, an_order, east, minute
from tests.eta.life.depot import a_round

VAN = VehicleId("V1")
TRAVEL = EstimateTravel("Europe/Helsinki")
ABSENT = FailReason.RECEIVER_ABSENT


def failed(order: str, reason: FailReason = ABSENT) -> AttemptFailed:
    return AttemptFailed(VAN, OrderId(order), east(2_000), reason)


def delivered(order: str) -> OrderDelivered:
    return OrderDelivered(VAN, OrderId(order), east(4_000))


def tried(*plays: tuple[float, Fact]) -> Tried:
    return harvest([(a_round((5, RouteDeparted(VAN, DEPOT)), *plays), TRAVEL)]).tried


def test_a_first_visit_teaches_who_where_when_and_whether_it_failed():
    found = tried((13, failed("o1")), (28, delivered("o2")))
    assert sorted(found.failed.tolist()) == [False, True]
    first = int(np.flatnonzero(found.failed)[0])
    planned = found.planned
    assert planned.customer[first] == code("customer", "c-o1")
    assert planned.zone[first] == cell(east(2_000))
    # Planned for ten past ten in Helsinki, whenever it was truly made.
    assert slot_words(int(planned.slot[first])) == "09:00-12:00"
    assert planned.day[first] == np.datetime64("2026-11-10", "D").astype(np.int64)


def test_a_second_visit_on_the_same_day_is_no_first_one():
    found = tried((13, failed("o1")), (40, delivered("o1")))
    assert found.failed.tolist() == [True]


def test_who_cancelled_or_got_broken_goods_was_not_absent():
    cancelled = OrderCancelled(OrderId("o1"))
    assert len(tried((8, cancelled), (13, failed("o1", FailReason.REJECTED)))) == 0
    assert len(tried((13, failed("o1", FailReason.DAMAGE)))) == 0
    assert tried((13, failed("o1", FailReason.REJECTED))).failed.tolist() == [True]


def a_model(*customers: str, times: int = 12) -> AttemptModel:
    """Return a table by which some customers were never in, at ten o'clock."""
    count = times * len(customers)
    day = np.repeat(np.arange(20_000, 20_000 + times), len(customers)).astype(np.int64)
    who = np.tile([code("customer", c) for c in customers], times).astype(np.int64)
    fixed = (np.full(count, value, dtype=np.int64) for value in (cell(east(2_000)), 3, 1, 1, 1, 1))
    past = Tried(Planned(day, who, *fixed), np.ones(count, dtype=np.bool_))
    return AttemptModel(Stage.TABLE, past)


def two_orders() -> Day:
    orders = [an_order("o1", east(2_000)), an_order("o2", east(4_000), opens_min=60)]
    return a_day(orders, routes=[a_route("V1", orders)])


def told(day: Day, model_id: str = "abc") -> Day:
    """Return the day after it was told by a model that knows only the first customer."""
    body = foretold(a_model("c-o1"), model_id, day)
    assert body is not None
    return fold.apply(day, event(day, body))


def event(day: Day, body: Fact) -> Event:
    seq = day.seq + 1
    return Event(day.opened.day_id, seq, EventId(f"e{seq}"), day.now, day.now, "test", body)


def test_a_day_is_told_once_by_each_model():
    day = told(two_orders())
    assert sorted(day.attempt_risks) == ["o1", "o2"]
    assert day.attempt_risks[OrderId("o1")].model_id == "abc"
    assert foretold(a_model("c-o1"), "abc", day) is None
    again = foretold(a_model("c-o1"), "other", day)
    assert again is not None
    assert [r.order_id for r in again.risks] == ["o1", "o2"]


def test_an_order_that_comes_in_later_is_told_of_alone():
    day = told(two_orders())
    late = a_day([an_order("o3")]).orders
    body = foretold(a_model("c-o1"), "abc", replace(day, orders={**day.orders, **late}))
    assert body is not None
    assert [r.order_id for r in body.risks] == ["o3"]


def test_who_was_never_in_is_likelier_to_be_out_and_the_evidence_is_counted():
    day = told(two_orders())
    first, second = (day.attempt_risks[OrderId(o)].risk for o in ("o1", "o2"))
    assert first.visits == 12
    assert second.visits == 0
    at_ten = slot_of(minute(10), "Europe/Helsinki")
    assert first.by_slot_pm[at_ten] > second.by_slot_pm[at_ten]


def test_a_model_without_attempts_says_nothing():
    assert foretold(NO_ATTEMPTS, "abc", two_orders()) is None


def test_what_is_told_is_in_the_ledger_word_for_word():
    body = foretold(a_model("c-o1"), "abc", two_orders())
    assert body is not None
    again = codec.structure_fact(codec.unstructure(body))
    assert again == body
    assert isinstance(again, AttemptRisksTold)
    assert "trees" not in again.provider


def test_a_visit_that_was_made_has_no_chance_any_more():
    day = told(two_orders())
    state = day.orders[OrderId("o1")]
    assert risk_pm(day, state, day.now) is not None
    assert risk_pm(day, replace(state, attempts=1), day.now) is None
    assert risk_pm(two_orders(), state, day.now) is None


def test_nothing_was_told_of_another_way_to_serve_an_order():
    day = told(two_orders())
    state = day.orders[OrderId("o1")]
    first = Alternative(FIRST, east(2_000), state.promise, 240)
    elsewhere = replace(state.order, way="locker", alternatives=(first,))
    assert risk_pm(day, replace(state, order=elsewhere), day.now) is None


def test_a_visit_is_due_when_the_plan_has_it_else_in_the_middle_of_its_promise():
    day = two_orders()
    second = day.orders[OrderId("o2")]
    assert due_at(day, second) == minute(20)
    assert due_at(replace(day, routes={}), second) == minute(195)


@pytest.mark.parametrize("pm", [(1,) * 7, (-1,) * SLOTS, (1001,) * SLOTS])
def test_a_chance_is_one_for_each_part_of_the_day(pm: tuple[int, ...]):
    with pytest.raises(ValueError, match="order o1"):
        AttemptRisk(OrderId("o1"), pm)


def test_an_order_of_a_customer_without_a_place_is_not_told_of():
    unlocated = replace(an_order("o4"), point=None, customer_id=CustomerId("c-o1"))
    assert foretold(a_model("c-o1"), "abc", a_day([unlocated])) is None
    assert Told("abc", "", AttemptRisk(OrderId("o4"), (1,) * SLOTS)).risk.visits == 0
