"""What the console reads: one picture, the same figures everywhere."""

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.auth import read_or_make_key
from api.outlook import Picture
from core.desk.commands import RecordFindings, ReportFact
from core.domain.case import ExceptionType
from core.domain.ids import CaseId, EventId, ExceptionId, OrderId
from core.errors import NotReady
from core.settings import Settings
from tests.api.served import CASE, PROPOSAL, VANS, Served
from tests.builders import minute
from tests.eta.life.slow_roads import a_model, answers


def tell(served: Served, at_min: float, what: str, **data: str) -> None:
    """Let the first rider report something at that minute, when the clock is there."""
    if served.live.now() < minute(at_min):
        served.live.drive_to(minute(at_min))
    point = {"lat": 60.17, "lon": 24.94}
    event: dict[str, Any] = {
        "id": f"{what} {at_min}",
        "source": "driver:R1",
        "type": what,
        "time": minute(at_min).isoformat(),
        "data": {"vehicle_id": "R1", "point": point, **data},
    }
    assert served.post("/v1/events", event).status_code == 200


def test_the_day_tells_its_own_time_in_its_own_zone(served: Served):
    day = served.get("/v1/day").json()
    assert day["now"] == "2026-11-10T10:03:00+02:00"
    assert day["clock"] == {"mode": "driven", "speed": 1.0}
    assert (day["kpi"]["orders"], day["kpi"]["open"], day["kpi"]["broken"]) == (8, 8, 0)
    assert day["kpi"]["plan_on_time_pct"] == 100
    assert (day["open_cases"], day["waiting_proposals"]) == (1, 1)
    assert day["autopilot"] == "supervised"


def test_a_delivery_after_the_promise_is_a_broken_promise(served: Served):
    served.live.drive_to(minute(340))
    tell(served, 340, "order_delivered", order_id="o1")
    kpi = served.get("/v1/day").json()["kpi"]
    assert kpi["delivered"] == 1
    assert kpi["broken"] == 8  # the others are open and their windows over
    assert kpi["on_time_pct"] == 0


def test_the_inbox_bands_by_money_and_counts_minutes_left(served: Served):
    inbox = served.get("/v1/cases").json()
    assert inbox["open"] == 1
    rows = {band["band"]: band["cases"] for band in inbox["bands"]}
    (row,) = rows["middle"]
    assert (row["case_id"], row["waiting_cents"], row["minutes_left"]) == (CASE, 1250, 26)
    assert (row["proposal_id"], row["best_cents"]) == (PROPOSAL, 750)
    assert rows["high"] == rows["low"] == []


def test_a_case_shows_evidence_with_its_age_and_the_whole_option_table(served: Served):
    served.live.drive_to(minute(10))
    case = served.get(f"/v1/cases/{CASE}").json()
    (evidence,) = case["exceptions"][0]["evidence"]
    assert (evidence["age_s"], evidence["stale"]) == (420, True)
    proposal = case["proposal"]
    labels = [o["option_id"] for o in proposal["options"]]
    assert labels == ["turn", "wait", "never"]
    assert (proposal["wait_cents"], proposal["saving_cents"]) == (1250, 500)
    assert proposal["options"][0]["price"]["lines"][0]["sentence"] == (
        "1.5 promises x 5.00 EUR = 7.50 EUR"
    )
    assert proposal["options"][0]["price"]["risks"][0]["wait_p_late_pct"] == 60
    assert proposal["options"][2]["refused_because"] == "R2 is full"


def test_case_order_and_route_tell_the_same_minutes(served: Served):
    body = {"kind": "driver", "by": "ana", "vehicle_id": "R1", "order_id": "o2", "late_min": 320}
    assert served.post("/v1/contacts", body).status_code == 200
    case = served.get(f"/v1/cases/{CASE}").json()
    late = {p["order_id"]: p for p in case["late"]}
    order = served.get("/v1/orders/o4").json()
    stops = {s["order_id"]: s for s in served.get("/v1/routes/R1").json()["stops"]}
    assert late["o4"]["late_min"] == order["late_min"] == stops["o4"]["late_min"] > 0
    assert late["o4"]["cause"] == "driver_report"
    (delay,) = case["delays"]
    assert delay["late_min"] == late[delay["order_id"]]["late_min"]
    assert sum(c["minutes"] for c in delay["causes"]) == delay["behind_min"]


def test_the_map_of_a_proposal_draws_both_lines_and_marks_what_moves(served: Served):
    drawn = served.get(f"/v1/proposals/{PROPOSAL}/map").json()
    assert [f["properties"]["vehicle_id"] for f in drawn["before"]["features"]] == ["R1"]
    assert len(drawn["after"]["features"]) == 1
    moved = {
        f["properties"]["order_id"] for f in drawn["stops"]["features"] if f["properties"]["moved"]
    }
    assert moved == {"o3", "o4"}
    (route,) = drawn["timeline"]
    assert [s["order_id"] for s in route["stops"]] == ["o1", "o2", "o4", "o3"]
    waiting = served.get(f"/v1/proposals/{PROPOSAL}/map", option_id="wait").json()
    assert waiting["before"]["features"] == []


def test_the_map_of_a_proposal_draws_what_was_done_since_as_done(served: Served):
    tell(served, 6, "order_delivered", order_id="o1")
    drawn = served.get(f"/v1/proposals/{PROPOSAL}/map").json()
    (route,) = drawn["timeline"]
    assert [(s["order_id"], s["status"], s["moved"]) for s in route["stops"]] == [
        ("o1", "done", False),
        ("o2", "open", False),
        ("o4", "open", True),
        ("o3", "open", True),
    ]
    features = drawn["stops"]["features"]
    assert {f["properties"]["order_id"]: f["properties"]["moved"] for f in features} == {
        "o2": False,
        "o4": True,
        "o3": True,
    }


def test_a_promise_is_kept_at_the_door_however_long_the_visit_lasts(served: Served):
    """The promise is until 13:30 UTC, 330 minutes after eight."""
    stop = served.live.day.routes[VANS[0]].stops[0]
    tell(served, 329, "stop_reached", stop_id=stop.stop_id)
    tell(served, 333, "order_delivered", order_id="o1")
    done = served.get("/v1/routes/R1").json()["stops"][0]
    assert (done["status"], done["state"]) == ("done", "fine")
    assert served.get("/v1/day").json()["kpi"]["broken"] == 7  # the others were not visited


def test_a_case_about_one_order_counts_no_other_promise_of_its_rider(served: Served):
    served.live.drive_to(minute(325))
    live = served.live
    found = live.day.cases[CASE].exceptions[0]
    case = replace(
        live.day.cases[CASE],
        case_id=CaseId("C-2"),
        cause="order:o4",
        exceptions=(
            replace(
                found,
                exception_id=ExceptionId("failed_attempt:o4"),
                type=ExceptionType.FAILED_ATTEMPT,
                subject="order:o4",
            ),
        ),
    )
    live.submit(RecordFindings(opened=(case,)))
    assert [p["order_id"] for p in served.get("/v1/cases/C-2").json()["late"]] == ["o4"]
    late = served.get(f"/v1/cases/{CASE}").json()["late"]
    assert {p["order_id"] for p in late} == {"o2", "o3", "o4"}


def test_a_case_that_is_asked_anew_does_not_show_what_was_decided_before(served: Served):
    assert served.post(f"/v1/proposals/{PROPOSAL}/approve", {"by": "ana"}).status_code == 200
    assert served.get(f"/v1/cases/{CASE}").json()["proposal"]["proposal_id"] == PROPOSAL
    served.live.drive_to(minute(10))
    case = served.get(f"/v1/cases/{CASE}").json()
    assert (case["case"]["status"], case["proposal"]["undo_s"]) == ("resolving", 0)
    answer = {"by": "ana", "text": "they wait for another rider"}
    assert served.post(f"/v1/cases/{CASE}/respond", answer).status_code == 200
    case = served.get(f"/v1/cases/{CASE}").json()
    assert (case["case"]["status"], case["proposal"]) == ("open", None)
    assert [p["proposal_id"] for p in case["history"]] == [PROPOSAL]


def test_routes_can_be_asked_for_by_vehicle(served: Served):
    assert [r["vehicle_id"] for r in served.get("/v1/routes").json()["routes"]] == ["R1", "R2"]
    one = served.get("/v1/routes", vehicle_id="R2").json()
    assert [r["vehicle_id"] for r in one["routes"]] == ["R2"]
    assert served.get("/v1/routes", vehicle_id="R9").status_code == 404
    lines = served.get("/v1/routes/geometry", vehicle_id="R2").json()
    assert {f["properties"]["part"] for f in lines["features"]} == {"ahead"}


def test_orders_are_found_by_a_part_of_their_number(served: Served):
    found = served.get("/v1/orders", q="O4").json()
    assert (found["total"], found["orders"][0]["order_id"]) == (1, "o4")
    assert served.get("/v1/orders/o99").status_code == 404


def test_what_a_caller_hears_is_the_expected_time(served: Served):
    order = served.get("/v1/orders/o1").json()
    assert order["caller_sentence"].startswith(
        "The driver is on the way; you are next, between 10:"
    )
    state = served.live.day.orders[OrderId("o1")]
    assert state.open


POLL_S = 60


def test_changes_come_in_order_and_a_long_poll_wakes_up(served: Served):
    first = served.get("/v1/changes", since=0).json()
    assert [e["seq"] for e in first["events"]] == list(range(1, served.seq + 1))
    assert "case:C-1" in first["events"][-2]["subjects"]
    nothing = served.get("/v1/changes", since=served.seq).json()
    assert (nothing["events"], nothing["more"]) == ([], False)

    def wait() -> tuple[Any, float]:
        started = time.monotonic()
        answer = served.get("/v1/changes", since=served.seq, wait_s=POLL_S).json()
        return answer, time.monotonic() - started

    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(wait)
        time.sleep(0.3)  # so that the poll is there first; it is right the other way round too
        served.post("/v1/control/kill-switch", {"on": True, "by": "ana"})
        answer, took_s = waiting.result()
    assert [e["type"] for e in answer["events"]] == ["kill_switch_set"]
    assert took_s < POLL_S, "it was not the news that ended the wait"


def test_nobody_reads_or_writes_without_the_key(served: Served):
    client = served.client
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"X-API-Key": "wrong"}):
        client.headers = headers
        for path in ("/v1/day", "/v1/cases", "/v1/changes"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
        assert client.post("/v1/events", json={}).status_code == 401
    client.headers = {"X-API-Key": "test-key"}
    assert client.get("/v1/day").status_code == 200


def test_the_key_is_made_once_readable_by_its_owner_and_never_empty(tmp_path: Path):
    settings = Settings(home=tmp_path)
    with ThreadPoolExecutor(8) as callers:
        keys = set(callers.map(read_or_make_key, [settings] * 8))
    assert len(keys) == 1
    assert (tmp_path / "api-key").stat().st_mode & 0o077 == 0
    assert [p.name for p in tmp_path.iterdir()] == ["api-key"]
    (tmp_path / "api-key").write_text("")
    with pytest.raises(NotReady, match="is empty"):
        read_or_make_key(settings)


def test_health_and_base_map_are_open(served: Served):
    served.client.headers = {}
    assert served.client.get("/v1/health").json()["status"] == "ok"
    style = served.client.get("/v1/map/style.json", params={"theme": "dark"}).json()
    assert style["version"] == 8
    assert "http" not in str(style["sources"]["roads"]["data"])
    assert served.client.get("/v1/map/roads.geojson").json()["type"] == "FeatureCollection"


def test_an_unknown_page_is_a_problem_document(served: Served):
    answer = served.get("/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_driven_clock_only_goes_forward(served: Served):
    moved = served.post("/v1/control/clock", {"now": "2026-11-10T08:20:00Z", "speed": 60})
    assert moved.json() == {"mode": "driven", "speed": 60.0}
    served.post("/v1/control/clock", {"now": "2026-11-10T08:00:00Z"})
    assert served.get("/v1/day").json()["now"] == "2026-11-10T10:20:00+02:00"
    tick = {"id": "t", "source": "feed:time", "type": "tick", "time": "2026-11-10T08:30:00Z"}
    assert served.post("/v1/events", tick).status_code == 200
    assert served.get("/v1/day").json()["now"] == "2026-11-10T10:30:00+02:00"


@pytest.mark.parametrize("speed", [math.inf, -1, 1e9])
def test_a_clock_that_cannot_be_is_refused(served: Served, speed: float):
    body = f'{{"speed": {speed!r}}}'.replace("inf", "Infinity")
    answer = served.client.post(
        "/v1/control/clock", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422


def test_every_open_stop_has_three_arrivals_in_order_and_says_who_forecast_them(served: Served):
    routes = served.get("/v1/routes").json()
    assert routes["model_id"] == "formula"
    assert routes["provider"] == "formula, no history yet; over estimate"
    stops = [s for r in routes["routes"] for s in r["stops"]]
    assert stops
    for stop in stops:
        assert stop["p10_at"] <= stop["p50_at"] <= stop["p90_at"]


def test_a_model_in_force_moves_the_arrivals_and_gives_its_name(served: Served, tmp_path: Path):
    before = served.get("/v1/routes").json()["routes"][0]["stops"][-1]
    live = served.live
    knows = answers(tmp_path, live.travel)
    chosen = knows.keep(a_model())
    live.picture = Picture(live.travel, live.seed, knows)
    assert served.get("/v1/routes").json()["model_id"] == "formula"
    live.submit(ReportFact(EventId("model"), live.now(), "feed:models", chosen))
    after = served.get("/v1/routes").json()
    assert (after["model_id"], after["provider"]) == ("abc", "legs: table; over estimate")
    last = after["routes"][0]["stops"][-1]
    assert last["p50_at"] > before["p50_at"]
    assert last["expected_at"] == last["p50_at"]
