"""The life of a model by its commands: train on the ledger, list, promote, renew, roll back."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.judging import tell_day
from core.context import CountedIds, SetClock
from core.desk.commands import AdoptPlan, ReportFact
from core.desk.owner import DayOwner
from core.domain.fact import Fact, ForecastsJudged, OrderDelivered, RouteDeparted, StopReached
from core.domain.ids import DayId, EventId, OrderId, StopId, VehicleId
from core.domain.plan import ProviderStamp
from core.errors import NotReady, Refused
from core.eta.life.night import Night
from core.settings import Settings
from core.store.store import Store
from core.travel.estimate import EstimateTravel
from tenfour import app
from tests.builders import DEPOT, EIGHT, a_route, an_order, east, hand_plan, minute, morning_facts

VAN = VehicleId("V1")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENFOUR_HOME", str(tmp_path))
    return tmp_path


def said(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def refused(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert isinstance(result.exception, Refused | NotReady), result.output
    return str(result.exception)


def one_day(home: Path, stamp: ProviderStamp | None = None, until: float = 60) -> None:
    """Write a day of one van with two deliveries into the database of a home.

    What came later than `until` minutes after eight is left out; at one the van leaves as planned.
    """
    orders = [an_order("o1", east(2_000)), an_order("o2", east(4_000))]
    played: list[tuple[float, Fact]] = [(0, f) for f in morning_facts(["V1"], orders)]
    road: list[tuple[float, Fact]] = [(1, RouteDeparted(VAN, DEPOT))]
    for at, name, point in ((14, "o1", east(2_000)), (28, "o2", east(4_000))):
        road.append((at, StopReached(VAN, StopId(f"deliver:{name}"), point)))
        road.append((at + 4, OrderDelivered(VAN, OrderId(name), point)))
    store = Store(Settings().url)
    clock = SetClock(EIGHT)
    travel = EstimateTravel("Europe/Helsinki")
    day_id = DayId("test:2026-11-10")
    owner = DayOwner(store, day_id, clock=clock, ids=CountedIds(), travel=travel)
    told = [one for one in played + road if one[0] <= max(0, until)]
    for number, (at, fact) in enumerate(told):
        if fact is road[0][1]:
            plan = hand_plan([a_route("V1", orders, every_min=15)])
            owner.submit(AdoptPlan(replace(plan, provider=stamp or travel.stamp), "test"))
        clock.instant = minute(at)
        owner.submit(ReportFact(EventId(f"f{number}"), minute(at), "test", fact))
    store.close()


def test_without_a_day_there_is_nothing_to_train_on(home: Path):
    del home
    assert "holds no day yet" in refused("train", "--ledger")
    assert "holds no day yet" in refused("models", "list")


def test_one_day_makes_a_challenger_that_is_the_formula_until_somebody_promotes_it(home: Path):
    one_day(home)
    assert said("models", "list")["answers"]["provider"] == "formula, no history yet"
    made = said("train", "--ledger")
    assert (made["kind"], made["origin"]["place"]) == ("depot", "test")
    assert made["leg_manifest"]["stage"] == "formula"
    assert (made["doors"]["services"], made["provider"]) == (2, "estimate")
    listed = said("models", "list")
    assert (listed["champion"], listed["challenger"]) == (None, made["model_id"])
    assert said("models", "promote", "--by", "Mia")["champion"] == made["model_id"]
    answers = said("models", "list")["answers"]
    assert answers["model_id"] == made["model_id"]
    assert answers["provider"].startswith("legs: formula, no history yet; doors: formula")
    seen = said("models", "night")
    assert (seen["champion"], seen["legs"], seen["fallen_back"]) == (made["model_id"], 2, None)
    assert said("models", "rollback", "--why", "trying")["champion"] is None
    steps = [s["what"] for s in said("models", "list")["steps"]]
    assert steps == ["added", "promoted", "renewed", "rolled_back"]


def a_fallen_night(until: str = "2026-11-10") -> Night:
    why = "9.1 % of 400 legs above P90"
    return Night("test", "abc", until, 400, 400, (), why, changed=True)


def test_a_day_is_told_once_that_its_model_fell_back(home: Path):
    one_day(home)
    for _ in range(2):
        assert tell_day(Settings(), a_fallen_night(), minute(60)) == "told test:2026-11-10"
    store = Store(Settings().url)
    told = [e for e in store.load(DayId("test:2026-11-10")) if isinstance(e.body, ForecastsJudged)]
    assert [e.body for e in told] == [
        ForecastsJudged("abc", sound=False, why="9.1 % of 400 legs above P90")
    ]
    store.close()


def test_a_day_that_is_not_there_yet_and_a_sound_model_need_no_word(home: Path):
    one_day(home)
    tomorrow = a_fallen_night("2026-11-11")
    assert "no day test:2026-11-11 yet" in tell_day(Settings(), tomorrow, minute(60))
    sound = replace(tomorrow, fallen_back="", changed=False)
    assert tell_day(Settings(), sound, minute(60)) == ""


def test_a_day_whose_map_is_gone_teaches_nothing_and_is_counted(home: Path):
    one_day(home, ProviderStamp("roads", "2026-01-01", "lost"))
    made = said("train", "--ledger")
    assert (made["doors"]["services"], made["left_out"]["days whose map is not here"]) == (0, 1)


def test_words_for_people_name_the_model_and_who_decided(home: Path):
    one_day(home)
    for words in (["train", "--ledger"], ["models", "promote", "--by", "Mia"], ["models", "night"]):
        assert CliRunner().invoke(app, words, catch_exceptions=False).exit_code == 0
    told = CliRunner().invoke(app, ["models", "list"], catch_exceptions=False).stdout
    assert "promoted: " in told
    assert "by Mia" in told
    assert "champion" in told


def test_training_wants_a_file_or_the_ledger_and_not_both(home: Path):
    legs = str(home / "legs.parquet")
    for words in ([], ["--ledger", "--legs", legs]):
        assert "either on a file with --legs" in refused("train", *words)
    assert "--legs needs --out" in refused("train", "--legs", legs)


def test_promoting_without_a_challenger_is_refused(home: Path):
    one_day(home)
    assert "test has no challenger" in refused("models", "promote")
    assert "no champion to roll back from" in refused("models", "rollback")
