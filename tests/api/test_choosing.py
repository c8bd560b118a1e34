"""A model is promoted while the server runs: case, API and ledger speak with one voice."""

from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.serving import Service
from core.context import SetClock
from core.domain.case import Case, ExceptionType
from core.domain.decision import CaseOpened, MessageQueued, Proposed
from core.domain.fact import ForecasterChosen
from core.domain.foreseen import Foreseen
from core.eta.doors.records import Served
from core.eta.life.active import nobody_served
from core.eta.life.answering import DayAnswers
from core.eta.life.bundle import train_harvest
from core.eta.life.harvest import Harvest
from core.eta.life.registry import Registry
from core.ledger import fold
from core.resolve.simulate import Simulator
from core.tower.outlook import outlook
from tests.api.alone import passes, unattended
from tests.api.served import CASE
from tests.builders import minute
from tests.eta.life.depot import SMALL
from tests.eta.life.slow_roads import slow_legs

PLACE = "test"


def a_trained_model(home: Path, place: str = PLACE) -> str:
    """Train on three weeks of slow roads; return the id of the challenger."""
    registry = Registry(home, place)
    none: Served = nobody_served()
    made = train_harvest(
        Harvest(slow_legs(2.5), none, ("x",) * 20, provider="estimate"),
        registry.candidate(),
        place,
        shape=SMALL,
    )
    registry.added(made, at=minute(0), by="train")
    return made.model_id


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("home")
    return home, a_trained_model(home)


@pytest.fixture
def home(trained: tuple[Path, str], tmp_path: Path) -> Path:
    copytree(trained[0] / "models", tmp_path / "models")
    return tmp_path


def asked(service: Service, path: str) -> dict[str, Any]:
    key = {"Authorization": f"Bearer {service.live.api_key}"}
    with TestClient(create_app(service.live), headers=key) as client:
        found: dict[str, Any] = client.get(path).json()
    return found


def said(service: Service) -> ForecasterChosen | None:
    return service.live.day.forecaster


def formula(chosen: ForecasterChosen | None) -> bool:
    return chosen is not None and chosen.model_id == "formula"


def late_cases(service: Service) -> list[Case]:
    found = service.live.day.cases.values()
    return [c for c in found if c.type is ExceptionType.LATE_ROUTE and c.case_id != CASE]


def test_a_place_without_a_champion_tells_its_day_nothing(home: Path):
    clock = SetClock(minute(4))
    with unattended(home, clock) as service:
        passes(service, clock, 15, lambda: service.loop.rounds > 1)
        assert said(service) is None
        assert asked(service, "/v1/routes")["model_id"] == "formula"


def test_promoting_and_rolling_back_take_effect_on_the_running_day(
    home: Path, trained: tuple[Path, str]
):
    registry, model_id = Registry(home, PLACE), trained[1]
    clock = SetClock(minute(4))
    with unattended(home, clock) as service:
        before = asked(service, "/v1/routes")["routes"][0]["stops"][-1]
        registry.promoted(model_id, at=minute(4), by="Mia")
        passes(service, clock, 15, lambda: said(service) is not None)
        chosen = said(service)
        assert chosen is not None
        assert chosen.model_id == model_id
        routes = asked(service, "/v1/routes")
        assert (routes["model_id"], routes["provider"]) == (
            model_id,
            f"{chosen.provider}; over estimate",
        )
        assert routes["routes"][0]["stops"][-1]["p90_at"] > before["p90_at"]
        registry.rolled_back(at=minute(5), by="Mia")
        passes(service, clock, 15, lambda: said(service) != chosen)
        assert asked(service, "/v1/routes")["model_id"] == "formula"
        told = [e for e in service.live.owner.events() if isinstance(e.body, ForecasterChosen)]
        assert [e.actor for e in told] == ["feed:models", "feed:models"]


def test_case_ledger_and_api_give_one_chance_of_being_late(home: Path, trained: tuple[Path, str]):
    Registry(home, PLACE).promoted(trained[1], at=minute(0), by="Mia")
    clock = SetClock(minute(318))
    with unattended(home, clock) as service:
        passes(service, clock, 15, lambda: bool(late_cases(service)))
        case = late_cases(service)[0]
        (line,) = [x for x in case.exceptions[0].evidence if x.unit == "% late"]
        events = service.live.owner.events()
        opened = next(
            e.body
            for e in events
            if isinstance(e.body, CaseOpened) and e.body.case.case_id == case.case_id
        )
        foreseen = opened.case.foreseen
        assert foreseen is not None
        assert foreseen.model_id == trained[1]
        order_id = line.sentence.split()[1]
        order = asked(service, f"/v1/orders/{order_id}")
        assert order["p_late_pct"] == line.value
        assert all(
            b.proposal.foreseen == foreseen
            for e in events
            if isinstance(b := e.body, Proposed) and b.proposal.case_id == case.case_id
        )
        shown = asked(service, "/v1/proposals")["proposals"]
        assert trained[1] in {p["model_id"] for p in shown}
        told = [e.body for e in events if isinstance(e.body, MessageQueued) and e.body.window]
        assert all(b.foreseen == foreseen for b in told)


def test_another_process_and_a_replay_forecast_alike(home: Path, trained: tuple[Path, str]):
    Registry(home, PLACE).promoted(trained[1], at=minute(0), by="Mia")
    clock = SetClock(minute(4))
    with unattended(home, clock) as service:
        passes(service, clock, 15, lambda: said(service) is not None)
        live = service.live
        day, now = fold.replay(live.owner.events()), live.now()
        other = DayAnswers(Registry(home, PLACE), live.travel)
        ours = outlook(live.day, live.travel, {}, now, seed=0, answers=live.answers)
        theirs = outlook(day, live.travel, {}, now, seed=0, answers=other)
        assert ours == theirs
        assert ours.model_id == trained[1]


def test_a_damaged_model_leaves_the_formula_with_the_reason(home: Path, trained: tuple[Path, str]):
    registry = Registry(home, PLACE)
    registry.promoted(trained[1], at=minute(0), by="Mia")
    clock = SetClock(minute(4))
    with unattended(home, clock) as service:
        passes(service, clock, 15, lambda: said(service) is not None)
        (registry.path(trained[1]) / "doors.npz").write_bytes(b"not what was written")
        passes(service, clock, 15, lambda: formula(said(service)))
        routes = asked(service, "/v1/routes")
        assert routes["model_id"] == "formula"
        assert "doors.npz was changed after it was written; train it again" in routes["provider"]


def test_a_model_of_another_depot_is_refused_by_name(home: Path, tmp_path: Path):
    elsewhere = a_trained_model(tmp_path / "other", "south depot")
    here, there = Registry(home, PLACE), Registry(tmp_path / "other", "south depot")
    copytree(there.path(elsewhere), here.folder / elsewhere)
    state = (there.folder / "registry.json").read_text(encoding="utf-8")
    promoted = state.replace("south depot", PLACE)
    promoted = promoted.replace('"champion": ""', f'"champion": "{elsewhere}"')
    (here.folder / "registry.json").write_text(promoted, encoding="utf-8")
    clock = SetClock(minute(4))
    with unattended(home, clock) as service:
        passes(service, clock, 15, lambda: said(service) is not None)
        assert service.live.answers is not None
        foreseen = service.live.answers.foreseen(service.live.day)
        assert isinstance(foreseen, Foreseen)
        assert not foreseen.learned
        assert "it was trained on 'south depot', not on 'test'" in foreseen.provider


def test_prices_are_those_of_the_model_as_well(home: Path, trained: tuple[Path, str]):
    Registry(home, PLACE).promoted(trained[1], at=minute(0), by="Mia")
    clock = SetClock(minute(4))
    with unattended(home, clock) as service:
        passes(service, clock, 15, lambda: said(service) is not None)
        live = service.live
        case = live.day.cases[CASE]
        made = [
            Simulator(live.day, case, live.travel, {}, live.now(), seed=0, answers=by)
            for by in (None, live.answers)
        ]
        plain, learned = (sim.drive(case.vehicle_ids()[0]).return_s for sim in made)
        assert float(np.mean(learned)) > 1.2 * float(np.mean(plain))
