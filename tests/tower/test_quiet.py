"""At set times quiet riders are looked at: could the rest of the day be had cheaper?"""

from dataclasses import replace
from datetime import timedelta

from core.domain.case import Case, CaseStatus, ExceptionType
from core.domain.day import Day
from core.domain.option import ChangeRoutes
from core.domain.rules import Rules, Thresholds
from core.resolve.recommend import recommend
from core.tower.watch import Findings, watch
from tests.builders import minute
from tests.tower.tuesday import SEED, TEN, TRAVEL, a_quiet_day, rider, with_cases, with_slow_rider

HALF_PAST = TEN + 30


def a_day_at(now_min: float) -> Day:
    """The quiet day, its riders as far behind the door they drive to as at ten."""
    day = a_quiet_day(now_min)
    routes = {
        v: replace(
            r,
            since=minute(now_min - 2),
            stops=tuple(
                replace(s, arrive_at=s.arrive_at + timedelta(minutes=now_min - TEN))
                for s in r.stops
            ),
        )
        for v, r in day.routes.items()
    }
    orders = {
        o: replace(
            s,
            promise=replace(s.promise, closes=s.promise.closes + timedelta(minutes=now_min - TEN)),
        )
        for o, s in day.orders.items()
    }
    return replace(day, routes=routes, orders=orders)


def look_at(day: Day) -> Findings:
    return watch(day, TRAVEL, {}, day.now, seed=SEED)


def quiet(found: Findings) -> list[Case]:
    return [c for c in found.opened if c.type is ExceptionType.IMPROVEMENT]


def test_quiet_riders_are_looked_at_on_the_half_hour():
    (case,) = quiet(look_at(a_day_at(HALF_PAST)))
    assert case.vehicle_ids() == tuple(rider(n) for n in range(1, 7))
    assert not quiet(look_at(a_day_at(HALF_PAST - 1)))


def test_a_set_time_that_nobody_was_there_for_is_dropped_after_five_minutes():
    assert quiet(look_at(a_day_at(HALF_PAST + 4)))
    assert not quiet(look_at(a_day_at(HALF_PAST + 5)))


def test_a_rider_in_trouble_is_left_to_the_case_about_it():
    day = with_slow_rider(a_day_at(HALF_PAST))
    day = with_cases(day, [c for c in look_at(day).opened if c.type is ExceptionType.LATE_ROUTE])
    (case,) = quiet(look_at(day))
    assert rider(6) not in case.vehicle_ids()


def test_it_waits_for_an_answer_and_is_over_when_there_is_nothing_to_decide():
    day = a_day_at(HALF_PAST)
    (case,) = quiet(look_at(day))
    later = replace(day, now=day.now + timedelta(minutes=10))
    proposed = replace(case, status=CaseStatus.PROPOSED)
    assert look_at(with_cases(later, [proposed])).nothing
    nothing_found = replace(case, status=CaseStatus.SNOOZED, note="nothing is cheaper")
    ((closed, why),) = look_at(with_cases(later, [nothing_found])).closed
    assert closed == case.case_id
    assert why == "the routes are changed, or stay as they are"


def test_the_same_set_time_is_asked_about_once():
    day = a_day_at(HALF_PAST)
    (case,) = quiet(look_at(day))
    over = replace(case, status=CaseStatus.CLOSED, closed_at=day.now)
    assert not quiet(look_at(with_cases(day, [over])))


def test_no_time_is_set_where_the_rules_say_never():
    day = replace(a_day_at(HALF_PAST), rules=Rules(thresholds=Thresholds(improve_every_s=0)))
    assert not quiet(look_at(day))


def zigzag() -> Day:
    """Rider 2 visits the doors of the street in turn from both ends."""
    day = a_day_at(HALF_PAST)
    route = day.routes[rider(2)]
    left = list(route.remaining[1:])
    turned = [left.pop(0 if n % 2 else -1) for n in range(len(left))]
    times = [s.arrive_at for s in route.remaining[1:]]
    stops = tuple(replace(s, arrive_at=at) for s, at in zip(turned, times, strict=True))
    mixed = replace(route, stops=(*route.stops[: route.done + 1], *stops))
    return replace(day, routes={**day.routes, rider(2): mixed})


def test_the_rider_who_zigzags_is_offered_a_cheaper_order_of_stops():
    day = zigzag()
    (case,) = quiet(look_at(day))
    day = with_cases(day, [case])
    best, *_ = recommend(day, case.case_id, TRAVEL, {}, day.now, seed=SEED)
    (change,) = [a for a in best.actions if isinstance(a, ChangeRoutes)]
    assert [r.vehicle_id for r in change.routes] == [rider(2)]


def test_riders_on_a_good_plan_are_left_alone():
    day = a_day_at(HALF_PAST)
    (case,) = quiet(look_at(day))
    day = with_cases(day, [case])
    best, *_ = recommend(day, case.case_id, TRAVEL, {}, day.now, seed=SEED)
    assert best.waits
