"""Generated requests, good and bad, at the real application: always a clear answer.

Nothing answers 5xx, what is answered is what the description says, and a refusal is a problem
document that changed nothing.
"""

from collections.abc import Mapping

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agents.runner import step
from api.app import create_app
from api.live import Live
from api.problems import MEDIA_TYPE
from tests.api.described import Asked, Kind, operations
from tests.api.generated import data_of, kinds
from tests.api.served import CASE, KEY, PROPOSAL, a_served_day
from tools.runtime import Runtime

# The same requests on every run: what fails once fails always.
BOUNDED = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
# What a generated id is replaced by now and then, so that something is behind it.
KNOWN: Mapping[str, str] = {
    "case_id": CASE,
    "proposal_id": PROPOSAL,
    "option_id": "wait",
    "vehicle_id": "R1",
    "order_id": "o4",
}
READS = (
    "/v1/day",
    "/v1/cases?closed=true",
    f"/v1/cases/{CASE}",
    "/v1/proposals",
    f"/v1/proposals/{PROPOSAL}/map",
    "/v1/routes",
    "/v1/routes/geometry",
    "/v1/orders",
    "/v1/changes",
    "/v1/ledger",
)
APP = create_app(a_served_day())
OPERATIONS = operations(APP)


def client_of(live: Live) -> TestClient:
    # Making an application takes longer than making a day, and it holds nothing but the day.
    APP.state.live = live
    return TestClient(APP, headers={"X-API-Key": KEY}, raise_server_exceptions=False)


def check_refusal(answer: Response) -> None:
    problem = answer.json()
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert problem["status"] == answer.status_code
    assert problem["code"]
    assert len(problem["detail"].split()) > 3, "a refusal is a sentence"
    assert "Traceback" not in answer.text


def said(live: Live) -> tuple[object, ...]:
    """Return all that a refused request must leave as it was."""
    store, day_id = live.owner.store, live.owner.day_id
    events = live.owner.events(0)
    return events, store.positions_since(day_id), store.outbox(day_id), live.speed, live.now()


@pytest.mark.parametrize("kind", ["good", "bad"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_request_is_answered_as_described(label: str, kind: Kind):
    operation = OPERATIONS[label]
    if kind == "bad" and not operation.takes_input:
        return  # nothing can be wrong with a request that says nothing
    reads_only = None if operation.writes else a_served_day()

    @settings(BOUNDED, max_examples=6)
    @given(operation.requests(kind), st.booleans())
    def answered(asked: Asked, known: bool) -> None:
        live = reads_only or a_served_day()
        if known and kind == "good":
            asked.with_ids(KNOWN)
        before = said(live)
        answer = asked.send(client_of(live))
        assert answer.status_code < 500, answer.text
        asked.check(answer)
        if answer.status_code >= 400:
            check_refusal(answer)
            assert said(live) == before

    answered()


FACTS = st.sampled_from(kinds()).flatmap(lambda kind: st.tuples(st.just(kind), data_of(kind)))


@settings(BOUNDED, max_examples=25)
@pytest.mark.slow
@given(st.lists(FACTS, min_size=1, max_size=8))
def test_no_fact_that_is_taken_breaks_a_page_and_none_that_is_refused_changes_anything(
    facts: list[tuple[str, dict[str, object]]],
):
    live = a_served_day()
    client = client_of(live)
    for n, (kind, data) in enumerate(facts):
        before = said(live)
        body = {"id": f"x{n}", "source": "driver:R1", "time": "2026-11-10T08:02:00Z"}
        answer = client.post("/v1/events", json={**body, "type": kind, "data": data})
        if answer.status_code != 200:
            assert answer.status_code in (409, 422), answer.text
            check_refusal(answer)
            assert said(live) == before
    assert step(Runtime(live.owner, live.travel, live.clock, live.ids)).trouble == ""
    for path in READS:
        read = client.get(path)
        assert read.status_code == 200, (path, read.text)
    assert live.owner.store.verify(live.owner.day_id).problems == ()
