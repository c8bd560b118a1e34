"""Ranking: money under hard rules, and fewer people disturbed where money ties."""

from core.domain.ids import OptionId
from core.domain.option import Option, Price, PriceLine, Wait
from core.resolve.rank import beats_waiting, rank
from tests.builders import minute


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
