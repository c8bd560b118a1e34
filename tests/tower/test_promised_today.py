"""A promise made on the day itself is watched by itself, however little its lateness costs."""

from dataclasses import replace

from core.domain.case import ExceptionType
from core.domain.day import Day
from core.domain.ids import OrderId
from core.domain.rules import Rules, Thresholds
from core.tower.watch import watch
from tests.builders import a_window
from tests.tower.tuesday import SEED, TEN, TRAVEL, a_quiet_day, order_of, rider, with_slow_rider

NEVER_DEAR = Rules(thresholds=Thresholds(late_route_cents=1_000_000))


def a_slow_day(promised: OrderId | None = None) -> Day:
    """Rider 6 says 45 min late, at a depot that minds no money; one order may be of today."""
    day = replace(with_slow_rider(a_quiet_day()), rules=NEVER_DEAR)
    if promised is None:
        return day
    state = replace(day.orders[promised], urgent=True)
    return replace(day, orders={**day.orders, promised: state})


def late(day: Day) -> list[str]:
    found = watch(day, TRAVEL, {}, day.now, seed=SEED).opened
    return [v for c in found if c.type is ExceptionType.LATE_ROUTE for v in c.vehicle_ids()]


def test_a_late_route_that_costs_little_is_left_alone():
    assert late(a_slow_day()) == []


def test_it_is_a_case_where_a_promise_of_today_is_likely_to_break():
    assert late(a_slow_day(order_of(6, 6))) == [rider(6)]


def test_a_promise_of_today_on_a_punctual_route_is_no_case():
    assert late(a_slow_day(order_of(5, 6))) == []


def test_a_promise_that_has_broken_is_nobodys_to_save():
    day = a_slow_day(order_of(6, 6))
    broken = replace(day.orders[order_of(6, 6)], promise=a_window(TEN - 60, TEN - 1))
    assert late(replace(day, orders={**day.orders, order_of(6, 6): broken})) == []
