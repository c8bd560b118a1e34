"""The read model of arrival quality: drift, model history and addresses as people read them."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from api.eta_tables import tables
from api.eta_views import MOST_STEPS, Setting, quality_view
from core.eta.life.drift import Week
from core.eta.life.registry import Step
from core.eta.quality.report import quality
from tests.builders import DEPOT, minute
from tests.eta.quality.watched import a_whole_day, followed

WEEK = Week(20_400, 900, 0.93, 0.08, 0.16)
SETTING = Setting(
    place="test",
    now=minute(300),
    zone=ZoneInfo("Europe/Helsinki"),
    depot=DEPOT,
    model_id="abc",
    provider="legs: trees",
    address_of=lambda order_id: f"{order_id} Street",
)
DAY = followed(a_whole_day(("o1", 62), ("o2", 131), ("o3", 180)))


def test_a_week_out_of_bounds_says_why():
    view = quality_view(quality([DAY]), replace(SETTING, weeks=[WEEK]))
    (week,) = view.drift
    assert (week.first_day, week.ratio_to_table, week.above_p90_pct) == ("2025-11-08", 0.93, 16.0)
    assert week.out_of_bounds == ["16.0 % of 900 legs above P90, not 10 within 5"]
    assert any("Legs by week" in str(getattr(table, "title", "")) for table in tables(view))


def test_the_latest_step_comes_first_and_the_formula_has_a_name():
    steps = [Step(minute(n).isoformat(), "renewed", "abc", "night") for n in range(100)]
    steps.append(Step(minute(200).isoformat(), "rolled_back", "", "Mia", "too late"))
    view = quality_view(quality([DAY]), replace(SETTING, steps=steps))
    assert len(view.steps) == MOST_STEPS
    first = view.steps[0]
    assert (first.what, first.model_id, first.by, first.why) == (
        "rolled_back", "formula", "Mia", "too late",
    )  # fmt: skip
    assert first.at.isoformat() == "2026-11-10T13:20:00+02:00"
    assert "Models; abc answers now" in [getattr(table, "title", "") for table in tables(view)]


def test_addresses_are_named_by_the_words_of_their_latest_order():
    view = quality_view(quality([DAY]), SETTING)
    assert [a.address for a in view.addresses] == ["o2 Street"]
    assert (view.addresses[0].visits, view.addresses[0].mae_min) == (1, 11.0)


def test_arrivals_nobody_had_forecast_are_no_scored_ones():
    silent = replace(DAY, arrivals=tuple(replace(a, said=()) for a in DAY.arrivals))
    view = quality_view(quality([silent]), SETTING)
    assert view.says == "legs: trees. 3 arrivals, none of them forecast before it happened"
    nowhere = replace(DAY, arrivals=(), until=None)
    assert quality_view(quality([nowhere]), SETTING).says.endswith("so nothing was said")
