"""Plans begin where a rider will be when somebody can have decided; hasty ones lead only by far."""

from dataclasses import replace
from datetime import timedelta

from core.domain.day import Day
from core.domain.ids import OptionId
from core.domain.option import ChangeKind, ChangeRoutes, Option, Price, PriceLine
from core.domain.plan import Progress, StopKind
from core.resolve.ahead import DECISION_S, HASTY_S, ahead, hasty
from core.resolve.draft import Draft
from core.resolve.rank import rank
from core.resolve.simulate import Simulator
from core.routing.timetable import retimed
from tests.tower.tuesday import SEED, TRAVEL, a_quiet_day, rider, watched, with_slow_rider


def a_late_case() -> Simulator:
    day, by_cause = watched(with_slow_rider(a_quiet_day()))
    (case_id,) = by_cause.values()
    return Simulator(day, day.cases[case_id], TRAVEL, {}, day.now, seed=SEED)


def swapped(sim: Simulator, first: int) -> Draft:
    """R1 visits two doors in the other order, from the stop of that number on."""
    stops = list(sim.day.routes[rider(1)].remaining)
    stops[first], stops[first + 1] = stops[first + 1], stops[first]
    change = retimed(sim.day, rider(1), tuple(stops), TRAVEL, sim.now)
    action = ChangeRoutes(ChangeKind.RESEQUENCE, (change,))
    return Draft(OptionId(f"swap:{first}"), f"swap from {first}", (action,))


def priced(draft: Draft, cents: int) -> Option:
    line = PriceLine("driver minutes", 1000, "minute", cents * 1000, cents, "test")
    price = Price(cents, (line,), 100, 256, stops_moved=1, drivers_disturbed=1)
    return Option(draft.option_id, draft.label, draft.actions, price)


def test_everybody_is_moved_past_the_stops_left_by_then_and_no_further():
    sim = a_late_case()
    later = ahead(sim, DECISION_S)
    decided = sim.now + timedelta(seconds=DECISION_S)
    assert later.left
    for vehicle_id, gone in later.left.items():
        route = sim.day.routes[vehicle_id]
        assert gone == route.remaining[: len(gone)]
        assert later.day.routes[vehicle_id].remaining == route.remaining[len(gone) :]
        since = later.day.routes[vehicle_id].since
        assert since is not None
        assert since <= decided


def test_less_time_moves_nobody_further():
    sim = a_late_case()
    soon, later = ahead(sim, 0), ahead(sim, DECISION_S)
    for vehicle_id, gone in soon.left.items():
        assert later.left[vehicle_id][: len(gone)] == gone


def test_nobody_is_moved_past_a_rest():
    sim = a_late_case()
    route = sim.day.routes[rider(1)]
    first = replace(route.remaining[0], kind=StopKind.REST, order_id=None)
    resting = replace(route, stops=(*route.stops[: route.done], first, *route.remaining[1:]))
    day: Day = replace(sim.day, routes={**sim.day.routes, rider(1): resting})
    again = Simulator(day, sim.case, TRAVEL, {}, sim.now, seed=SEED)
    assert rider(1) not in ahead(again, 7200).left


def test_nobody_is_moved_to_the_end_of_the_route():
    sim = a_late_case()
    for vehicle_id, route in ahead(sim, 10 * 3600).day.routes.items():
        assert route.remaining, vehicle_id


def test_a_change_of_the_stop_after_next_is_hasty_a_later_one_is_not():
    sim = a_late_case()
    assert sim.day.routes[rider(1)].progress is Progress.DRIVING
    assert hasty(sim, swapped(sim, 1))
    assert not hasty(sim, swapped(sim, 4))


def test_of_equals_the_one_that_leaves_time_leads():
    sim = a_late_case()
    quick, calm = swapped(sim, 1), swapped(sim, 4)
    table = rank([priced(quick, 980), priced(calm, 1000)], sim)
    assert table[0].option_id == calm.option_id
    assert table[0].reason == (
        "as good as the cheapest within the error, and leaves more time to decide than swap from 1"
    )
    frozen = sim.first_frozen(calm)
    assert frozen is not None
    assert frozen >= sim.now + timedelta(seconds=HASTY_S)


def test_what_is_clearly_cheaper_leads_even_in_haste():
    sim = a_late_case()
    quick, calm = swapped(sim, 1), swapped(sim, 4)
    table = rank([priced(quick, 200), priced(calm, 1000)], sim)
    assert table[0].option_id == quick.option_id
