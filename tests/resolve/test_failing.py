"""What another hour costs: the chance of a failed attempt at it, against the hour of the plan."""

from collections.abc import Mapping
from dataclasses import replace

from core.domain.attempt import SLOTS, AttemptRisk, Told
from core.domain.day import Day
from core.domain.ids import OrderId
from core.domain.option import Option
from core.resolve.failing import LABEL
from core.resolve.rank import price_of
from tests.resolve.test_price import late_day, priced, swapped, wait_of
from tests.tower.tuesday import rider

MORNING = 3  # nine to twelve; the Tuesday's clock shows local time


def with_risks(day: Day, by_slot: Mapping[OrderId, tuple[int, ...]]) -> Day:
    told = {o: Told("abc", "shrunk rates", AttemptRisk(o, pm)) for o, pm in by_slot.items()}
    return replace(day, attempt_risks=told)


def even(pm: int) -> tuple[int, ...]:
    return (pm,) * SLOTS


def line(option: Option) -> int:
    return sum(x.cents for x in price_of(option).lines if x.label == LABEL)


def test_without_a_word_of_a_model_prices_are_as_they_were():
    day, case_id = late_day()
    drafts = [swapped(day, 2, 4), wait_of(day, case_id)]
    assert all(line(o) == 0 for o in priced(day, case_id, drafts))
    everybody = with_risks(day, {o: even(300) for o in day.orders})
    # The same chance at every hour: no option is better for it.
    assert priced(everybody, case_id, drafts) == priced(day, case_id, drafts)


def test_coming_at_an_hour_at_which_nobody_opens_costs_failed_attempts():
    # An hour and a half late: whoever is last is visited after noon, whoever is next before it.
    day, case_id = late_day(5400)
    route = day.routes[rider(6)]
    last = route.remaining[-1].order_id
    assert last is not None
    out_after_noon = tuple(900 if slot > MORNING else 50 for slot in range(SLOTS))
    risky = with_risks(day, {last: out_after_noon})
    drafts = [swapped(day, 1, len(route.remaining) - 1), wait_of(day, case_id)]
    (plain, calm), (swap, wait) = (priced(d, case_id, drafts) for d in (day, risky))
    # 0.85 of 15.30 EUR on nearly every path, for whoever waits.
    assert 1_100 < line(wait) <= 1_301
    assert abs(line(swap)) < 400
    assert price_of(wait).total_cents == price_of(calm).total_cents + line(wait)
    assert price_of(swap).total_cents == price_of(plain).total_cents + line(swap)
    (shown,) = [x for x in price_of(wait).lines if x.label == LABEL]
    assert shown.source.endswith("chances by abc")
    assert (shown.unit, shown.unit_cents_milli) == ("attempt", 1_530_000)


def test_a_visit_that_failed_already_is_priced_as_before():
    day, case_id = late_day()
    pm = tuple(900 if slot != MORNING else 0 for slot in range(SLOTS))
    risky = with_risks(day, dict.fromkeys(day.orders, pm))
    orders = {o: replace(s, attempts=1) for o, s in day.orders.items()}
    drafts = [swapped(day, 2, 4), wait_of(day, case_id)]
    assert all(line(o) == 0 for o in priced(replace(risky, orders=orders), case_id, drafts))
