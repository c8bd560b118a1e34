"""An order promised today on a route that runs late: the rider may go there sooner."""

from dataclasses import replace
from datetime import timedelta

from core.domain.day import Day
from core.domain.ids import OptionId
from core.domain.option import ChangeRoutes, Option
from core.resolve.recommend import recommend
from tests.tower.tuesday import SEED, TRAVEL, a_quiet_day, order_of, rider, watched, with_slow_rider

SLOW = rider(6)
LATE_ON = order_of(6, 10)


def a_late_route(closes_in_min: float) -> Day:
    """Rider 6 is a quarter of an hour late, the last door but one was promised today."""
    day = with_slow_rider(a_quiet_day(), 6, late_s=900)
    state = day.orders[LATE_ON]
    closes = day.now + timedelta(minutes=closes_in_min)
    promised = replace(state, urgent=True, promise=replace(state.promise, closes=closes))
    return replace(day, orders={**day.orders, LATE_ON: promised})


def table_of(day: Day) -> dict[OptionId, Option]:
    day, by_cause = watched(day)
    (case_id,) = by_cause.values()
    return {o.option_id: o for o in recommend(day, case_id, TRAVEL, {}, day.now, seed=SEED)}


def test_a_route_is_driven_in_another_order_for_a_promise_made_today():
    day = a_late_route(50)
    sooner = table_of(day)[OptionId(f"sooner:{LATE_ON}")]
    (change,) = [a for a in sooner.actions if isinstance(a, ChangeRoutes)]
    (new,) = change.routes
    assert new.vehicle_id == SLOW
    present = [s.order_id for s in day.routes[SLOW].remaining]
    then = [s.order_id for s in new.stops]
    assert sorted(map(str, then)) == sorted(map(str, present))
    assert then.index(LATE_ON) < present.index(LATE_ON)
    assert sooner.price is not None
    assert {r.order_id: r.p_late_pct for r in sooner.price.risks}.get(LATE_ON, 0) <= 10


def test_what_the_rider_drives_to_already_is_not_moved():
    day = a_late_route(50)
    nearest = day.routes[SLOW].remaining[0].order_id
    assert nearest is not None
    state = day.orders[nearest]
    closes = day.now + timedelta(minutes=10)
    urgent = replace(state, urgent=True, promise=replace(state.promise, closes=closes))
    day = replace(day, orders={**day.orders, nearest: urgent})
    assert OptionId(f"sooner:{nearest}") not in table_of(day)
