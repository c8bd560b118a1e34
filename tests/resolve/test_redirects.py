"""Orders with other ways on the day: offered, named, priced, told, and left to a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.alternative import Alternative
from core.domain.day import Day
from core.domain.ids import OptionId, OrderId
from core.domain.option import ChangeRoutes, NotifyCustomer, Option
from core.domain.place import Point
from core.domain.plan import Stop
from core.domain.proposal import VerdictKind
from core.domain.rules import Costs, Rules, eur
from core.domain.time import TimeWindow
from core.domain.ways import following
from core.outbox.templates import render
from core.policy.judge import JudgeContext, judge
from core.resolve.recommend import recommend
from core.routing.moved import disturbed, touched
from tests.tower.absent import ABSENT, CARRIER, an_absent_customer
from tests.tower.tuesday import (
    SEED,
    TRAVEL,
    a_quiet_day,
    order_of,
    rider,
    watched,
    with_slow_rider,
    with_urgent,
)

SLOW, LATE_ON = rider(6), order_of(6, 10)


def with_locker(day: Day, order_id: OrderId, point: Point | None, cents: int = 50) -> Day:
    """That order may go to a locker at that point, until the evening."""
    held = day.orders[order_id]
    window = TimeWindow(day.now - timedelta(hours=2), day.now + timedelta(hours=6))
    locker = Alternative("locker", point or held.order.point, window, 60, cents)
    order = replace(held.order, alternatives=(locker,))
    return replace(day, orders={**day.orders, order_id: replace(held, order=order)})


def table_of(day: Day, subject: str = "") -> tuple[Day, dict[str, Option]]:
    day, by_cause = watched(day)
    case_id = by_cause[subject] if subject else next(iter(by_cause.values()))
    return day, {o.option_id: o for o in recommend(day, case_id, TRAVEL, {}, day.now, seed=SEED)}


def stop_of(option: Option, order_id: OrderId) -> Stop:
    stops = [s for a in option.actions if isinstance(a, ChangeRoutes) for s in a.routes[0].stops]
    return next(s for s in stops if s.order_id == order_id)


def absent(redirect_eur: float = 2) -> tuple[Day, Option, Option]:
    """Nobody opened; the locker is where the rider comes by later. Its option, and the retry."""
    redirect = eur(redirect_eur, "order", "a test")
    rules = Rules(costs=replace(Costs(), redirect=redirect))
    day = replace(an_absent_customer(), rules=rules)
    later = day.routes[CARRIER].remaining[5].point
    day, table = table_of(with_locker(day, ABSENT, later), f"order:{ABSENT}")
    return day, table[f"redirect:{ABSENT}:locker"], table[f"retry:{ABSENT}"]


def test_who_was_absent_is_offered_the_locker_beside_a_second_visit():
    _, sent, again = absent()
    assert sent.feasible
    assert stop_of(sent, ABSENT).way == "locker"
    assert stop_of(again, ABSENT).way == ""
    assert sent.label.startswith(f"{CARRIER} brings {ABSENT} at ")
    assert sent.label.endswith(", to locker, +EUR 0.50")


def test_its_price_names_the_redirect_and_the_way():
    """2.00 and 0.50; whoever has no need to open is absent as seldom as at a first visit."""
    _, sent, again = absent()
    assert sent.price is not None
    assert again.price is not None
    lines = {line.label: line.cents for line in sent.price.lines}
    assert (lines["redirected orders"], lines[f"locker for {ABSENT}"]) == (200, 50)
    assert lines["failed attempts"] == round(0.042 * 1530)
    assert {x.label: x.cents for x in again.price.lines}["failed attempts"] == 612


def test_a_redirect_that_saves_too_little_is_refused_with_the_figure():
    _, sent, _ = absent(redirect_eur=12)
    assert not sent.feasible
    assert sent.refused_because.endswith(
        "against bringing it back; EUR 3.00 is the least worth a change"
    )


def test_the_customer_is_told_where_it_goes():
    day, sent, _ = absent()
    (message,) = [a for a in sent.actions if isinstance(a, NotifyCustomer)]
    assert (message.order_id, message.template) == (ABSENT, "another_way")
    after = following(day, [stop_of(sent, ABSENT)])
    words = render("another_way", after, order_id=ABSENT, window=message.window)
    assert words.startswith(f"Your delivery {ABSENT} is brought another way: locker, expected bet")
    back = render("another_way", day, order_id=ABSENT, window=message.window)
    assert "brought to your door after all" in back


def test_a_person_decides_about_it():
    day, sent, _ = absent()
    (change,) = [a for a in sent.actions if isinstance(a, ChangeRoutes)]
    verdict = judge(change, JudgeContext(day, "failed_attempt", sent.price, "", day.now))
    assert (verdict.kind, verdict.rule, verdict.role) == (
        VerdictKind.NEEDS,
        "redirect",
        "dispatcher",
    )


def test_an_order_that_will_be_late_may_go_to_its_locker():
    day = with_slow_rider(a_quiet_day(), 6, late_s=5400)
    state = day.orders[LATE_ON]
    closes = day.now + timedelta(minutes=20)
    soon = replace(state, promise=replace(state.promise, closes=closes))
    day = replace(day, orders={**day.orders, LATE_ON: soon})
    end = day.routes[SLOW].remaining[-1].point
    _, table = table_of(with_locker(day, LATE_ON, end))
    sent = table[f"redirect:{LATE_ON}:locker"]
    assert sent.feasible
    assert stop_of(sent, LATE_ON).way == "locker"
    assert sent.price is not None
    risks = {r.order_id: r.p_late_pct for r in sent.price.risks}
    assert risks.get(LATE_ON, 0) <= 10


def test_whose_door_is_reached_in_time_is_not_asked_to_go_elsewhere():
    day = with_slow_rider(a_quiet_day(), 6, late_s=5400)
    early = day.routes[SLOW].remaining[1].order_id
    assert early is not None
    state = day.orders[early]
    late = replace(state, promise=replace(state.promise, closes=day.now + timedelta(hours=5)))
    day = replace(day, orders={**day.orders, early: late})
    _, table = table_of(with_locker(day, early, day.routes[SLOW].remaining[-1].point))
    assert not [o for o in table if o.startswith("redirect:")]


@pytest.mark.parametrize("cents", [0, 50])
def test_an_urgent_order_that_nobody_can_bring_in_time_goes_to_its_locker(cents: int):
    day = with_urgent(a_quiet_day())
    (order_id,) = [o for o, s in day.orders.items() if s.urgent]
    state = day.orders[order_id]
    closes = day.now + timedelta(minutes=1)
    over = replace(state, promise=replace(state.promise, closes=closes))
    day = replace(day, orders={**day.orders, order_id: over})
    _, table = table_of(with_locker(day, order_id, None, cents), f"order:{order_id}")
    inserted = [o for name, o in table.items() if name.startswith("insert:") and o.feasible]
    assert inserted
    for option in inserted:
        assert stop_of(option, order_id).way == "locker"
        assert option.label.endswith(", to locker, +EUR 0.50" if cents else ", to locker")


def test_a_driver_hears_of_a_stop_that_is_elsewhere_now():
    """The same stops in the same order, one of them at another place."""
    _, sent, _ = absent()
    (change,) = [a for a in sent.actions if isinstance(a, ChangeRoutes)]
    (new,) = change.routes
    day = replace(a_quiet_day())
    route = replace(day.routes[CARRIER], stops=new.stops, done=0)
    there = replace(day, routes={CARRIER: route})
    assert touched(there, [new]) == ()
    stops = tuple(replace(s, way="") if s.way else s for s in new.stops)
    assert touched(there, [replace(new, stops=stops)]) == (CARRIER,)
    assert disturbed(there, [replace(new, stops=stops)]) == (CARRIER,)


def test_without_other_ways_nobody_is_redirected():
    _, table = table_of(an_absent_customer(), f"order:{ABSENT}")
    assert OptionId(f"redirect:{ABSENT}:locker") not in table
