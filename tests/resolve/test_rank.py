"""Ranking: money under hard rules, and fewer people disturbed where money ties."""

from dataclasses import replace
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import OptionId, OrderId
from core.domain.option import Option, OrderRisk, Price, PriceLine, Wait
from core.resolve.rank import beats_waiting, endangered, rank
from tests.builders import DEPOT, a_day, a_driver, a_vehicle, an_order, minute


def an_option(
    name: str,
    cents: int,
    *,
    error: int = 0,
    drivers: int = 0,
    stops: int = 0,
    waits: bool = False,
) -> Option:
    line = PriceLine("broken promise", 1000, "promise", cents * 1000, cents, "test")
    return Option(
        OptionId(name),
        name,
        (Wait(minute(15)),) if waits else (),
        Price(cents, (line,), error, 256, stops_moved=stops, drivers_disturbed=drivers),
    )


def names(options: tuple[Option, ...]) -> list[str]:
    return [o.option_id for o in options]


def test_the_cheapest_leads_and_the_infeasible_come_last_with_their_reason():
    broken = Option(OptionId("x"), "x", (), None, "the van is full")
    ranked = rank([an_option("b", 900), broken, an_option("a", 400)])
    assert names(ranked) == ["a", "b", "x"]
    assert ranked[-1].reason == "the van is full"
    assert "EUR 5.00 cheaper than b" in ranked[0].reason


def test_of_two_equal_options_the_one_that_disturbs_fewer_drivers_wins():
    many = an_option("many", 500, drivers=3, stops=2)
    few = an_option("few", 500, drivers=1, stops=4)
    assert names(rank([many, few]))[0] == "few"


def test_two_standard_errors_make_options_equal_and_more_does_not():
    cheap = an_option("cheap", 500, error=30, drivers=2)
    near = an_option("near", 580, error=30, drivers=1)
    far = an_option("far", 600, error=30, drivers=1)
    assert names(rank([cheap, near]))[0] == "near"
    assert names(rank([cheap, far]))[0] == "cheap"


def test_an_option_must_beat_waiting_by_the_least_gain_and_two_standard_errors():
    wait = an_option("wait", 1000, waits=True)
    assert beats_waiting(an_option("a", 900, error=40), [wait], 50)
    assert not beats_waiting(an_option("a", 960, error=0), [wait], 50)
    assert not beats_waiting(an_option("a", 900, error=50), [wait], 50)
    assert not beats_waiting(wait, [wait], 50)


def risking(name: str, cents: int, p_late_pct: int, closes: datetime) -> Option:
    option = an_option(name, cents)
    assert option.price is not None
    risk = OrderRisk(OrderId("u"), p_late_pct, closes, closes)
    return replace(option, price=replace(option.price, risks=(risk,)))


def a_day_with(*, urgent: bool) -> Day:
    day = a_day([an_order("u", DEPOT)], [a_vehicle("v1")], [a_driver("v1")])
    state = replace(day.orders[OrderId("u")], urgent=urgent)
    return replace(day, orders={OrderId("u"): state})


def test_what_was_promised_today_is_not_gambled_with_for_less_money():
    options = [risking("own", 880, 27, minute(120)), risking("gig", 990, 8, minute(120))]
    found = endangered(options, a_day_with(urgent=True), minute(60))
    assert found == {"own": "u, promised today, would be late with 27 %; it can be 8 %"}
    assert not endangered(options, a_day_with(urgent=False), minute(60))


def test_where_every_option_risks_a_promise_the_least_risk_and_what_is_near_it_are_in_order():
    options = [risking(n, 500, p, minute(120)) for n, p in (("a", 40), ("b", 45), ("c", 46))]
    assert list(endangered(options, a_day_with(urgent=True), minute(60))) == ["c"]


def test_a_promise_that_has_passed_is_nobodys_to_keep():
    options = [risking("a", 500, 100, minute(50)), risking("b", 900, 20, minute(50))]
    assert not endangered(options, a_day_with(urgent=True), minute(60))
