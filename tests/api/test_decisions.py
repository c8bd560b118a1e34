"""Decisions over HTTP: once each, conditional, and a clear word when they come too late."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from agents.runner import step
from core.domain.ids import VehicleId
from core.domain.proposal import ProposalStatus
from tests.api.served import CASE, PROPOSAL, Served, put_proposal
from tools.runtime import Runtime

APPROVE = f"/v1/proposals/{PROPOSAL}/approve"
BY_ANA = {"by": "ana"}


def status(served: Served) -> ProposalStatus:
    return served.live.day.proposals[PROPOSAL].status


def test_an_approval_changes_the_route_and_can_be_undone(served: Served):
    before = [s.order_id for s in served.live.day.routes[VehicleId("R1")].remaining]
    answer = served.post(APPROVE, BY_ANA, key="k1")
    assert answer.status_code == 200, answer.text
    assert answer.json()["undo_s"] > 0
    after = [s.order_id for s in served.live.day.routes[VehicleId("R1")].remaining]
    assert after == [*before[:-2], before[-1], before[-2]]
    undone = served.post(f"/v1/proposals/{PROPOSAL}/undo", BY_ANA)
    assert undone.status_code == 200, undone.text
    assert [s.order_id for s in served.live.day.routes[VehicleId("R1")].remaining] == before


def test_one_idempotency_key_decides_once_and_answers_twice(served: Served):
    first = served.post(APPROVE, BY_ANA, key="k1").json()
    seq = served.seq
    again = served.post(APPROVE, BY_ANA, key="k1").json()
    assert served.seq == seq
    assert again == {**first, "duplicate": True}


def test_one_idempotency_key_for_two_requests_is_refused(served: Served):
    served.post(APPROVE, BY_ANA, key="k1")
    other = served.post(APPROVE, {"by": "ben"}, key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_retry_after_a_restart_is_the_same_approval(served: Served):
    served.post(APPROVE, BY_ANA, key="k1")
    served.live.once.entries.clear()
    seq = served.seq
    again = served.post(APPROVE, BY_ANA, key="k1")
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    assert served.seq == seq


def test_an_edited_approval_that_is_repeated_is_the_same_and_no_other_is(served: Served):
    table = served.get(f"/v1/proposals/{PROPOSAL}").json()
    edit = {"by": "ana", "option_id": "wait"}
    assert served.post(APPROVE, edit, key="k1").status_code == 200
    served.live.once.entries.clear()
    seq = served.seq
    again = served.post(APPROVE, edit, key="k1")
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    for wish in (BY_ANA, {"by": "ana", "option_id": table["recommended_id"]}):
        answer = served.post(APPROVE, wish)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_open")
    assert served.post(APPROVE, {**edit, "by": "ben"}).status_code == 409
    assert served.seq == seq


def test_of_two_people_who_approve_at_once_one_is_told(served: Served):
    def approve(by: str) -> int:
        return served.post(APPROVE, {"by": by}).status_code

    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(approve, ["ana", "ben"]))
    assert sorted(answers) == [200, 409]
    assert status(served) is ProposalStatus.APPROVED


def test_a_proposal_whose_basis_moved_is_stale_and_changes_nothing(served: Served):
    route = served.live.day.routes[VehicleId("R1")]
    gone = {
        "id": "gone",
        "source": "customer:c-o4",
        "type": "order_cancelled",
        "time": "2026-11-10T08:02:00Z",
        "data": {"order_id": "o4"},
    }
    assert served.post("/v1/events", gone).status_code == 200
    answer = served.post(APPROVE, BY_ANA)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "stale")
    assert problem["moved"]
    assert served.live.day.routes[VehicleId("R1")].stops == route.stops
    assert status(served) is ProposalStatus.STALE


def test_a_stale_answer_points_to_the_fresh_proposal(served: Served):
    gone = {
        "id": "gone",
        "source": "customer:c-o3",
        "type": "order_cancelled",
        "time": "2026-11-10T08:02:00Z",
        "data": {"order_id": "o3"},
    }
    served.post("/v1/events", gone)
    assert served.post(APPROVE, BY_ANA).status_code == 409
    fresh = type(PROPOSAL)("P-C-1-2")
    put_proposal(served.live, fresh, CASE, VehicleId("R2"))
    answer = served.post(APPROVE, BY_ANA).json()
    assert answer["fresh_proposal_id"] == fresh
    assert served.get(f"/v1/proposals/{PROPOSAL}").json()["fresh_proposal_id"] == fresh


def test_a_rejection_needs_one_of_six_reasons(served: Served):
    path = f"/v1/proposals/{PROPOSAL}/reject"
    seq = served.seq
    bad = served.post(path, {"by": "ana", "reason": "because"})
    assert bad.status_code == 422
    assert served.seq == seq
    good = served.post(path, {"by": "ana", "reason": "knows_better", "note": "road works"})
    assert good.status_code == 200, good.text
    assert good.json()["proposal"]["status"] == "rejected"
    again = served.post(path, {"by": "ana", "reason": "knows_better", "note": "road works"})
    assert (again.status_code, again.json()["duplicate"]) == (200, True)


@pytest.mark.parametrize("option", ["never", "nothing-like-it"])
def test_an_option_that_cannot_be_done_is_refused(served: Served, option: str):
    seq = served.seq
    answer = served.post(APPROVE, {"by": "ana", "option_id": option})
    assert answer.status_code in (404, 422)
    assert served.seq == seq
    assert status(served) is ProposalStatus.OPEN


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/proposals/P-9/approve", BY_ANA),
        ("/v1/proposals/P-9/reject", {"by": "ana", "reason": "too_dear"}),
        ("/v1/proposals/P-9/undo", BY_ANA),
        ("/v1/cases/C-9/snooze", {"by": "ana", "until": "10:30"}),
        ("/v1/cases/C-9/respond", {"by": "ana", "text": "yes"}),
        ("/v1/contacts", {"kind": "customer", "by": "ana", "order_id": "o99"}),
        ("/v1/contacts", {"kind": "driver", "by": "ana", "vehicle_id": "R9", "late_min": 20}),
    ],
)
def test_a_command_on_an_unknown_id_is_refused(served: Served, path: str, body: object):
    seq = served.seq
    answer = served.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_id")
    assert served.seq == seq


@pytest.mark.parametrize(
    "until", ["10:10", "25:00", "2026-11-10T10:30:00", "2026-11-12T10:30:00Z", "soon", 7]
)
def test_a_snooze_ends_at_a_moment_still_to_come_today(served: Served, until: object):
    seq = served.seq
    answer = served.post(f"/v1/cases/{CASE}/snooze", {"by": "ana", "until": until})
    expected = 200 if until == "10:10" else 422  # 10:03 in Helsinki
    assert answer.status_code == expected, answer.text
    assert (served.seq > seq) is (expected == 200)


def test_a_logged_call_answers_with_what_to_say(served: Served):
    body = {"kind": "customer", "by": "ana", "order_id": "o4", "words": "where is it?"}
    answer = served.post("/v1/contacts", body, key="call-1")
    assert answer.status_code == 200, answer.text
    assert "between" in answer.json()["say"]
    assert answer.json()["case_id"] == CASE
    seq = served.seq
    again = served.post("/v1/contacts", body, key="call-1").json()
    assert (again["duplicate"], again["event_id"]) == (True, answer.json()["event_id"])
    assert served.seq == seq


def test_the_words_of_a_call_are_kept_although_a_crash_came_before_them(served: Served):
    body = {"kind": "customer", "by": "ana", "order_id": "o4", "words": "where is it?"}
    name = served.post("/v1/contacts", body, key="call-1").json()["event_id"]
    words = f"contact:{name}"
    assert served.live.owner.store.erase(words)
    assert served.post("/v1/contacts", body, key="call-1").json()["duplicate"]
    kept = served.live.owner.personal(words)
    assert kept is not None
    assert kept.note == "where is it?"


def test_a_driver_call_makes_the_rest_of_the_route_later(served: Served):
    before = served.get("/v1/orders/o4").json()["expected_at"]
    body = {"kind": "driver", "by": "ana", "vehicle_id": "R1", "order_id": "o2", "late_min": 40}
    assert served.post("/v1/contacts", body).status_code == 200
    assert served.get("/v1/orders/o4").json()["expected_at"] > before


def test_a_window_asked_for_in_a_call_must_be_one(served: Served):
    window = {"opens": "12:00", "closes": "11:00"}
    body = {"kind": "customer", "by": "a", "order_id": "o4", "intent": "reschedule"}
    answer = served.post("/v1/contacts", {**body, "window": window})
    assert answer.status_code == 422
    assert "not after it opens" in answer.json()["detail"]


def test_the_kill_switch_and_autonomy_are_recorded(served: Served):
    assert served.post("/v1/control/kill-switch", {"on": True, "by": "ana"}).json()["killed"]
    assert served.get("/v1/day").json()["autopilot"] == "off"
    served.post("/v1/control/kill-switch", {"on": False, "by": "ana"})
    path = "/v1/control/autonomy/late_route"
    answer = served.post(path, {"level": "shadow", "by": "ana"})
    assert answer.json()["autonomy"]["late_route"] == "shadow"
    assert served.get("/v1/day").json()["autopilot"] == "mixed"
    bad = served.post("/v1/control/autonomy/nothing", {"level": "shadow", "by": "ana"})
    assert bad.status_code == 422


def test_who_breaks_down_on_the_way_to_a_stop_gets_a_proposal_that_can_be_approved(served: Served):
    live = served.live
    down = {
        "id": "down",
        "source": "driver:R1",
        "type": "vehicle_down",
        "time": "2026-11-10T08:02:00Z",
        "data": {"vehicle_id": "R1"},
    }
    assert served.post("/v1/events", down).status_code == 200
    (run,) = step(Runtime(live.owner, live.travel, live.clock, live.ids)).runs
    assert run.outcome == "proposed", run.sentence
    answer = served.post(f"/v1/proposals/{run.proposal_id}/approve", BY_ANA)
    assert answer.status_code == 200, answer.text
    helped = {s.order_id for s in live.day.routes[VehicleId("R2")].remaining}
    assert {"o1", "o2", "o3", "o4"} <= helped
