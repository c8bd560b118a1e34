"""The figures of arrival quality, on days where each of them can be counted by hand."""

from dataclasses import replace
from itertools import pairwise

import pytest

from core.domain.decision import PlanAdopted
from core.domain.ids import DayId, OrderId
from core.eta.quality.addresses import worst
from core.eta.quality.report import quality
from core.eta.quality.rows import Arrival, Followed
from core.eta.quality.scores import NOTHING, errors, in_force, overtaken, so_long_before
from tests.builders import east
from tests.eta.life.depot import ledger
from tests.eta.quality.watched import (
    a_whole_day,
    begun,
    departed,
    followed,
    plan,
    turned_around,
    visit,
)


def test_errors_of_a_day_are_those_of_its_three_arrivals():
    # Two minutes late, eleven late (past P90), nineteen early (before P10).
    found = quality([followed(a_whole_day(("o1", 62), ("o2", 131), ("o3", 161)))])
    hour = found.horizons[60]
    assert (hour.forecasts, hour.arrivals, hour.routes) == (3, 3, 1)
    assert hour.mae_s == pytest.approx(60 * (2 + 11 + 19) / 3)
    assert hour.rmse_s == pytest.approx(60 * ((4 + 121 + 361) / 3) ** 0.5)
    assert hour.bias_s == pytest.approx(60 * (2 + 11 - 19) / 3)
    assert hour.within_pct == pytest.approx((100 / 3, 100 / 3, 200 / 3, 100))
    assert (hour.below_pct, hour.inside_pct, hour.above_pct) == pytest.approx((100 / 3,) * 3)
    assert (found.arrivals, found.scored, found.models) == (3, 3, {"spoken": 15 + 29 + 35})


def test_so_long_before_is_the_last_word_at_or_before_that_instant():
    (first, *_) = followed(a_whole_day(("o1", 62))).arrivals
    ((_, hour),) = so_long_before([first], 60)
    ((_, quarter),) = so_long_before([first], 15)
    assert (first.at - hour.at).total_seconds() == 62 * 60
    assert (first.at - quarter.at).total_seconds() == 17 * 60
    # Four hours before, there was no plan.
    assert so_long_before([first], 240) == []


def test_without_arrivals_there_are_no_figures_and_no_shares():
    found = quality([followed(a_whole_day())])
    assert (found.arrivals, found.scored) == (0, 0)
    assert all(e == NOTHING for e in (*found.horizons.values(), *found.ahead.values()))
    assert (found.zones, found.hours, found.addresses) == ((), {}, ())


def test_what_a_change_made_void_is_scored_apart():
    day = followed(
        ledger(
            [*begun(), (-60.0, PlanAdopted(plan())), departed(), *visit("o1", 62),
             turned_around(70), *visit("o3", 100), *visit("o2", 128)]
        )
    )  # fmt: skip
    found = quality([day])
    # An hour before, both were still to come as planned in the morning: at eleven and at ten.
    assert found.overtaken[60].mae_s == pytest.approx(60 * (80 + 8) / 2)
    assert (found.horizons[60].forecasts, found.touched[60].forecasts) == (1, 0)
    # A quarter of an hour before, the changed plan had told them: 100 and 130.
    assert found.touched[15].mae_s == pytest.approx(60 * 1)
    assert found.untouched[15].mae_s == pytest.approx(60 * 2)
    assert found.overtaken[15] == NOTHING


def test_every_word_in_force_counts_in_exactly_one_bucket_of_stops_ahead():
    day = followed(a_whole_day(("o1", 62), ("o2", 131), ("o3", 180)))
    found = quality([day])
    assert [e.forecasts for e in found.ahead.values()][2:] == [0, 0]
    assert sum(e.forecasts for e in found.ahead.values()) == sum(found.models.values())
    # The next stop is o1 until 62, o2 until 131, o3 from then on.
    assert found.ahead["1"].arrivals == 3
    assert found.ahead["2-5"].arrivals == 2


def visits(order: str, metres: int, errors_min: list[float]) -> list[Arrival]:
    """Return visits to one address that came so many minutes later than said."""
    found: list[Arrival] = []
    for number, late in enumerate(errors_min):
        (one,) = followed(a_whole_day(("o1", 60 + late))).arrivals
        changed = replace(one, day_id=DayId(f"{order}:{number}"), order_id=OrderId(order))
        found.append(replace(changed, point=east(metres)))
    return found


def close(arrivals: list[Arrival]):
    return so_long_before(arrivals, 15)


def test_one_bad_visit_is_not_the_worst_address():
    once, often = visits("once", 500, [20]), visits("often", 900, [14] * 8)
    calm = [a for n in range(30) for a in visits(f"calm{n}", 2_000 + n, [1])]
    first, second = worst(close([*once, *often, *calm]))
    assert (first.order_id, first.visits, first.mae_s) == ("often", 8, 14 * 60)
    assert (second.order_id, second.mae_s) == ("once", 20 * 60)
    assert second.shrunk_s < first.shrunk_s < first.mae_s
    assert first.bias_s == 14 * 60


def test_the_more_visits_the_more_an_address_is_believed():
    calm = [a for n in range(200) for a in visits(f"calm{n}", 2_000 + n, [1])]
    shrunk = [
        worst(close([*visits("x", 500, [12] * count), *calm]))[0].shrunk_s for count in (1, 2, 4, 8)
    ]
    assert all(a < b for a, b in pairwise(shrunk))
    assert shrunk[-1] < 12 * 60


def test_zones_and_hours_hold_every_arrival_once():
    day = followed(a_whole_day(("o1", 62), ("o2", 131), ("o3", 180)))
    found = quality([day])
    assert sum(z.errors.arrivals for z in found.zones) == 3
    # Helsinki is two hours ahead of the builders' clock.
    assert {hour: e.arrivals for hour, e in found.hours.items()} == {11: 1, 12: 1, 13: 1}
    maes = [z.errors.mae_s or 0 for z in found.zones]
    assert maes == sorted(maes, reverse=True)


def test_days_are_added_up_without_mixing_stops_of_the_same_name():
    one = followed(a_whole_day(("o1", 62)))
    other = replace(
        one,
        day_id=DayId("test:2026-11-11"),
        arrivals=tuple(replace(a, day_id=DayId("test:2026-11-11")) for a in one.arrivals),
    )
    found = quality([one, other])
    assert (found.horizons[60].arrivals, found.horizons[60].routes) == (2, 2)


def test_in_force_and_overtaken_are_two_parts_of_the_whole():
    day: Followed = followed(
        ledger(
            [*begun(), (-60.0, PlanAdopted(plan())), departed(), *visit("o1", 62),
             turned_around(70), *visit("o3", 100)]
        )
    )  # fmt: skip
    pairs = [(a, s) for a in day.arrivals for s in a.said]
    assert len(in_force(pairs)) + len(overtaken(pairs)) == len(pairs)
    assert errors(overtaken(pairs)).arrivals == 1
