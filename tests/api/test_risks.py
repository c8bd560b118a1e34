"""Visits that are likely to fail, before anybody drives: in views, in a list, by command."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from core.desk.commands import ReportFact
from core.domain.attempt import SLOTS, AttemptRisk
from core.domain.fact import AttemptRisksTold
from core.domain.ids import EventId, OrderId
from core.eta.attempts.model import AttemptModel, Stage
from core.eta.doors.history import DoorHistory
from core.eta.doors.model import DoorModel
from core.eta.life.active import Active, nobody_served
from tenfour import app
from tests.api.served import Served
from tests.api.test_models import one_day
from tests.builders import minute
from tests.eta.attempts.doorbells import NEVER_IN, place, some_days
from tests.eta.life.slow_roads import a_model

PM = (10, 20, 30, 40, 50, 60, 70, 80)


def tell(served: Served, order: str, pm: tuple[int, ...] = PM, event: str = "r1") -> None:
    body = AttemptRisksTold("abc", "shrunk rates", (AttemptRisk(OrderId(order), pm, 4),))
    served.live.submit(ReportFact(EventId(event), served.live.now(), "feed:models", body))


def test_without_a_promoted_model_nobody_tells_a_chance_and_the_views_say_so(served: Served):
    routes = served.get("/v1/routes").json()
    assert (routes["risk_model_id"], routes["risk_provider"]) == (None, "no history yet")
    stops = [s for r in routes["routes"] for s in r["stops"]]
    assert {(s["attempt_risk_pm"], s["attempt_risk_high"]) for s in stops} == {(None, False)}
    assert served.get("/v1/orders/o1").json()["attempt_risk_pm"] is None
    risks = served.get("/v1/risks").json()
    assert (risks["risk_model_id"], risks["told"], risks["orders"]) == (None, 0, [])


def test_every_view_shows_the_chance_at_the_hour_of_the_visit_and_who_said_it(served: Served):
    tell(served, "o2")
    # Half past ten in Helsinki, the fourth part of the day.
    order = served.get("/v1/orders/o2").json()
    assert (order["attempt_risk_pm"], order["attempt_risk_high"]) == (40, False)
    routes = served.get("/v1/routes").json()
    assert (routes["risk_model_id"], routes["risk_provider"]) == ("abc", "shrunk rates")
    stop = next(s for s in routes["routes"][0]["stops"] if s["order_id"] == "o2")
    assert stop["attempt_risk_pm"] == 40
    assert served.get("/v1/orders").json()["risk_model_id"] == "abc"


def test_a_high_chance_is_flagged_with_every_other_hour_beside_it(served: Served):
    tell(served, "o2", (0, 0, 0, 320, 100, 0, 0, 0))
    risks = served.get("/v1/risks").json()
    (one,) = risks["orders"]
    assert (one["order_id"], one["attempt_risk_pm"], one["earlier_visits"]) == ("o2", 320, 4)
    assert one["by_slot"][4] == {"window": "12:00-15:00", "attempt_risk_pm": 100}
    assert one["dispatched"] is True
    assert (risks["high_from_pm"], risks["told"]) == (150, 1)
    assert served.get("/v1/orders/o2").json()["attempt_risk_high"] is True


def test_a_visit_that_was_made_is_flagged_no_more(served: Served):
    tell(served, "o1", (900,) * SLOTS)
    assert [r["order_id"] for r in served.get("/v1/risks").json()["orders"]] == ["o1"]
    body: dict[str, Any] = {
        "id": "gone",
        "source": "driver:R1",
        "type": "attempt_failed",
        "time": minute(16).isoformat(),
        "data": {
            "vehicle_id": "R1",
            "order_id": "o1",
            "point": {"lat": 60.17, "lon": 24.94},
            "reason": "receiverAbsent",
        },
    }
    served.live.drive_to(minute(16))
    assert served.post("/v1/events", body).status_code == 200
    assert served.get("/v1/risks").json()["orders"] == []


def test_places_out_of_line_come_with_their_evidence(served: Served):
    model = AttemptModel(Stage.TABLE, some_days())
    doors = DoorHistory(nobody_served())
    legs = a_model().legs
    made = Active("abc", "words", legs, DoorModel(), doors, model, "abc")
    served.live.model = lambda: made
    first = served.get("/v1/risks").json()["anomalies"][0]
    lat, lon = place(np.array([NEVER_IN]))
    assert first["kind"] == "address"
    assert (first["lat"], first["lon"]) == (lat[0] / 1e6, lon[0] / 1e6)
    assert first["failed"] <= first["attempts"]
    assert first["luck_ppm"] < 100
    assert first["failed_on"]


def test_the_command_says_what_the_days_showed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TENFOUR_HOME", str(tmp_path))
    assert "holds no day yet" in str(CliRunner().invoke(app, ["risk"]).exception)
    one_day(tmp_path)
    words = CliRunner().invoke(app, ["risk"]).output
    assert "test: 0 of 2 first visits failed (0.0 %), 1 day" in words
    assert "no address, zone or part of the day is out of line" in words
    before = CliRunner().invoke(app, ["risk", "--until", "2026-11-10"]).output
    assert "test: no history yet" in before
