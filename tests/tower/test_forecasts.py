"""A model that fell back is a case of its own until it is sound again; no rider is disturbed."""

from core.domain.case import Case, ExceptionType
from core.domain.day import Day
from core.domain.fact import ForecastsJudged
from core.domain.ids import EventId
from core.ledger import fold
from core.ledger.events import Event
from core.resolve.recommend import recommend
from core.tower.watch import Findings, watch
from tests.builders import minute
from tests.tower.tuesday import SEED, TEN, TRAVEL, a_quiet_day, with_cases

WHY = "mean error 1.041 of the history table's, above 1.02"


def told(day: Day, body: ForecastsJudged, at_min: float = TEN) -> Day:
    """Return the day after a night's word about its model."""
    at, number = minute(at_min), EventId("judged")
    event = Event(day.opened.day_id, day.seq + 1, number, at, at, "feed:models", body)
    return fold.apply(day, event)


def look_at(day: Day) -> Findings:
    return watch(day, TRAVEL, {}, day.now, seed=SEED)


def drift(found: Findings) -> list[Case]:
    return [c for c in found.opened if c.type is ExceptionType.FORECAST_DRIFT]


def fallen() -> Day:
    return told(a_quiet_day(TEN), ForecastsJudged("abc", sound=False, why=WHY))


def test_a_model_that_fell_back_opens_a_case_with_its_figures():
    (case,) = drift(look_at(fallen()))
    assert case.title == "Arrival times come from the history table"
    assert case.vehicle_ids() == ()
    assert case.exceptions[0].evidence[0].sentence == f"abc: {WHY}"


def test_a_day_that_nobody_told_of_its_model_and_a_sound_one_have_no_case():
    assert not drift(look_at(a_quiet_day(TEN)))
    sound = told(a_quiet_day(TEN), ForecastsJudged("abc", sound=True))
    assert not drift(look_at(sound))


def test_the_case_closes_when_the_model_is_sound_again():
    day = fallen()
    (case,) = drift(look_at(day))
    again = told(with_cases(day, [case]), ForecastsJudged("abc", sound=True), TEN + 1)
    assert look_at(again).closed == (
        (case.case_id, "the model of arrival times is inside its bounds again"),
    )


def test_an_older_word_that_comes_late_changes_nothing():
    day = told(fallen(), ForecastsJudged("abc", sound=True), TEN - 60)
    assert day.forecasts is not None
    assert not day.forecasts[1].sound


def test_no_route_is_changed_for_a_model():
    day = fallen()
    (case,) = drift(look_at(day))
    day = with_cases(day, [case])
    table = recommend(day, case.case_id, TRAVEL, {}, day.now, seed=SEED)
    assert [o.waits for o in table] == [True]
