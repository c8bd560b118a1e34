"""The one pricing function: its arithmetic, its common paths, what it rewards."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import CaseId, OptionId
from core.domain.option import ChangeKind, ChangeRoutes, NotifyCustomer, Option, Price
from core.domain.rules import Rules, Thresholds
from core.resolve.draft import Draft
from core.resolve.price import price
from core.resolve.rank import price_of, waiting
from core.resolve.simulate import Simulator
from core.resolve.situation import Situation
from core.resolve.tell import told
from core.routing.moved import moved_stops
from core.routing.timetable import retimed
from tests.builders import a_window, minute
from tests.tower.tuesday import (
    SEED,
    TEN,
    TRAVEL,
    a_quiet_day,
    order_of,
    rider,
    the_tuesday,
    watched,
    with_slow_rider,
)

FEW = Rules(thresholds=Thresholds(paths=64))


def late_day(late_s: int = 2700) -> tuple[Day, CaseId]:
    day, by_cause = watched(with_slow_rider(a_quiet_day(), late_s=late_s))
    return replace(day, rules=FEW), by_cause["vehicle:R6"]


def priced(day: Day, case_id: CaseId, drafts: Sequence[Draft], seed: int = SEED) -> list[Option]:
    return list(price(day, case_id, drafts, TRAVEL, {}, day.now, seed=seed))


def a_simulator(day: Day, case_id: CaseId, seed: int = SEED) -> Simulator:
    return Simulator(day, day.cases[case_id], TRAVEL, {}, day.now, seed=seed)


def swapped(day: Day, first: int, second: int, name: str = "swap") -> Draft:
    """Rider 6 visits two of the remaining doors in each other's place."""
    route = day.routes[rider(6)]
    stops = list(route.remaining)
    stops[first], stops[second] = stops[second], stops[first]
    new = retimed(day, rider(6), stops, TRAVEL, day.now)
    return Draft(OptionId(name), name, (ChangeRoutes(ChangeKind.RESEQUENCE, (new,)),))


def wait_of(day: Day, case_id: CaseId) -> Draft:
    sim = a_simulator(day, case_id)
    return Situation.of(sim).wait()


@settings(max_examples=15, deadline=None)
@given(
    late_s=st.integers(2700, 5400),
    first=st.integers(1, 7),
    second=st.integers(1, 7),
    seed=st.integers(0, 2**40),
)
def test_the_lines_of_every_price_add_up_to_its_total(
    late_s: int, first: int, second: int, seed: int
):
    day, case_id = late_day(late_s)
    drafts = [swapped(day, first, second), wait_of(day, case_id)]
    for option in priced(day, case_id, drafts, seed):
        cost = price_of(option)
        assert cost.total_cents == sum(line.cents for line in cost.lines)
        for line in cost.lines:
            assert line.cents == round(line.amount_milli * line.unit_cents_milli / 1_000_000)


def test_the_same_seed_gives_the_same_price_and_another_seed_another():
    day, case_id = late_day()
    drafts = [swapped(day, 2, 4), wait_of(day, case_id)]
    assert priced(day, case_id, drafts) == priced(day, case_id, drafts)
    assert priced(day, case_id, drafts) != priced(day, case_id, drafts, seed=SEED + 1)


def test_an_option_costs_the_same_beside_others_as_alone():
    day, case_id = late_day()
    wait, swap = wait_of(day, case_id), swapped(day, 2, 4)
    others = [swapped(day, 3, 5, "other"), swap, wait]
    assert priced(day, case_id, others)[1] == priced(day, case_id, [swap, wait])[0]


def test_changing_nothing_costs_what_waiting_costs():
    day, case_id = late_day()
    nothing = Draft(OptionId("nothing"), "nothing", ())
    alone, wait = (price_of(o) for o in priced(day, case_id, [nothing, wait_of(day, case_id)]))
    assert alone.total_cents == wait.total_cents
    assert alone.standard_error_cents == 0


def test_telling_customers_saves_calls_and_leaves_promises_as_they_are():
    day, case_id = late_day()
    spoken = told(a_simulator(day, case_id), Draft(OptionId("tell"), "tell", ()))
    assert any(isinstance(a, NotifyCustomer) for a in spoken.actions)
    tell, wait = (price_of(o) for o in priced(day, case_id, [spoken, wait_of(day, case_id)]))
    assert tell.promises_saved_milli == 0
    assert cents(tell, "broken promise, standard") == cents(wait, "broken promise, standard")
    assert cents(tell, "customer contacts") < cents(wait, "customer contacts")
    assert tell.total_cents < wait.total_cents


def cents(cost: Price, label: str) -> int:
    return sum(line.cents for line in cost.lines if line.label == label)


def test_a_customer_who_knows_the_window_is_not_told_again():
    day, case_id = late_day()
    wide = a_window(TEN, TEN + 300)
    orders = {o: replace(s, told=wide, told_at=day.now) for o, s in day.orders.items()}
    day = replace(day, orders=orders)
    spoken = told(a_simulator(day, case_id), Draft(OptionId("tell"), "tell", ()))
    assert spoken.actions == ()


def test_a_promise_that_has_passed_is_no_longer_paid_for():
    day, case_id = late_day()
    early = a_window(0, TEN - 20)
    orders = {
        o: replace(s, promise=early) if o.startswith("6-") else s for o, s in day.orders.items()
    }
    (wait,) = priced(replace(day, orders=orders), case_id, [wait_of(day, case_id)])
    assert cents(price_of(wait), "broken promise, standard") == 0
    assert cents(price_of(wait), "customer contacts") > 0


def test_an_order_that_nobody_delivers_costs_its_promise_and_a_contact():
    day, by_cause = watched(the_tuesday())
    case_id = by_cause["order:U-1"]
    (wait,) = priced(day, case_id, [wait_of(day, case_id)])
    assert cents(price_of(wait), "broken promise, vip") == 2500
    assert cents(price_of(wait), "customer contacts") == 500


def test_saving_a_promise_beats_waiting_when_it_hurts_nobody():
    day, case_id = late_day()
    # The last door's promise is moved before all others: visiting it first saves it.
    route = day.routes[rider(6)]
    last = order_of(6, 11)
    assert route.remaining[-1].order_id == last
    far = {o: replace(s, promise=a_window(TEN, TEN + 200)) for o, s in day.orders.items()}
    vip = replace(far[last], promise=a_window(TEN, TEN + 70))
    orders = {**far, last: vip}
    day = replace(day, orders=orders)
    stops = (route.remaining[0], route.remaining[-1], *route.remaining[1:-1])
    new = retimed(day, rider(6), stops, TRAVEL, day.now)
    first = Draft(
        OptionId("first"), "last door first", (ChangeRoutes(ChangeKind.RESEQUENCE, (new,)),)
    )
    options = priced(day, case_id, [first, wait_of(day, case_id)])
    assert price_of(options[0]).promises_saved_milli > 500
    assert price_of(options[0]).total_cents < price_of(waiting(options)).total_cents


def test_stops_count_as_moved_only_against_the_order_of_the_others():
    day = a_quiet_day()
    route = day.routes[rider(6)]
    stops = (route.remaining[0], route.remaining[-1], *route.remaining[1:-1])
    new = retimed(day, rider(6), stops, TRAVEL, minute(TEN))
    assert moved_stops(day, [new]) == (order_of(6, 11),)


def test_what_an_option_does_to_others_is_counted_path_by_path():
    """In thousandths, every order that has a stop; who gains does not make up for who loses."""
    day, case_id = late_day()
    swap, nothing = swapped(day, 1, 6), Draft(OptionId("nothing"), "nothing", ())
    shaken, calm = (price_of(o) for o in priced(day, case_id, [swap, nothing]))
    sim = a_simulator(day, case_id)
    before, after = sim.drive(rider(6)), sim.after(swap)[rider(6)]
    more = 0.0
    for stop in sim.present(rider(6)):
        if stop.order_id is None:
            continue
        closes = sim.closes_s(stop.order_id)
        late = float((after.start_s[stop.stop_id] > closes).mean())
        more += max(0.0, late - float((before.start_s[stop.stop_id] > closes).mean()))
    assert calm.collateral_pm == 0
    assert shaken.collateral_pm == round(1000 * more) > 0


def test_a_late_stop_that_changes_riders_breaks_its_promise_once():
    """Neither rider is the case's: what breaks either way is no cost of the change."""
    day, case_id = late_day()
    moved = day.routes[rider(5)].remaining[-1]
    assert moved.order_id is not None
    state = day.orders[moved.order_id]
    passed = replace(state, promise=a_window(TEN - 60, TEN + 1))
    day = replace(day, orders={**day.orders, moved.order_id: passed})
    fewer = [s for s in day.routes[rider(5)].remaining if s is not moved]
    more = [*day.routes[rider(4)].remaining, moved]
    routes = (
        retimed(day, rider(4), more, TRAVEL, day.now),
        retimed(day, rider(5), fewer, TRAVEL, day.now),
    )
    change = Draft(OptionId("move"), "move", (ChangeRoutes(ChangeKind.MOVE_AT_DEPOT, routes),))
    nothing = Draft(OptionId("nothing"), "nothing", ())
    moving, keeping = (price_of(o) for o in priced(day, case_id, [change, nothing]))

    def promises(cost: Price) -> int:
        return sum(line.amount_milli for line in cost.lines if line.unit == "promise")

    assert promises(moving) == promises(keeping)
    assert moving.promises_saved_milli == 0
