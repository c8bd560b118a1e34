"""Facts at the door: accepted once, and what cannot be is refused with nothing changed."""

import json

import pytest

from tests.api.served import Served

DATA: dict[str, object] = {
    "vehicle_id": "R1",
    "order_id": "o1",
    "point": {"lat": 60.17, "lon": 24.9472},
}
EVENT: dict[str, object] = {
    "specversion": "1.0",
    "id": "scan-1",
    "source": "driver:R1",
    "type": "tenfour.order_delivered",
    "time": "2026-11-10T08:02:00Z",
    "data": DATA,
}
WINDOW = {"opens": "2026-11-10T10:00:00Z", "closes": "2026-11-10T11:00:00Z"}


def event(**changes: object) -> dict[str, object]:
    return {**EVENT, **changes}


def consent(opens: str, closes: str) -> dict[str, object]:
    data = {"order_id": "o2", "window": {"opens": opens, "closes": closes}}
    return event(id="c-1", type="customer_consented", data=data)


def test_a_fact_is_accepted_and_moves_the_day_on(served: Served):
    before = served.seq
    answer = served.post("/v1/events", EVENT)
    assert answer.status_code == 200, answer.text
    assert answer.json()["results"] == [{"id": "scan-1", "duplicate": False, "unmatched": False}]
    assert served.seq > before
    assert served.get("/v1/orders/o1").json()["status"] == "delivered"


def test_the_same_fact_twice_is_a_duplicate_and_adds_nothing(served: Served):
    served.post("/v1/events", EVENT)
    before = served.seq
    again = served.post("/v1/events", EVENT)
    assert again.status_code == 200
    assert again.json()["results"][0]["duplicate"] is True
    assert served.seq == before


def test_other_content_under_the_same_id_is_a_conflict(served: Served):
    served.post("/v1/events", EVENT)
    before = served.seq
    other = event(data={**DATA, "order_id": "o2"})
    answer = served.post("/v1/events", other)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert served.seq == before


def test_a_conflict_in_a_batch_adds_nothing_of_it(served: Served):
    before = served.seq
    answer = served.post("/v1/events", [EVENT, event(time="2026-11-10T08:01:00Z")])
    assert answer.status_code == 409
    assert served.seq == before


def test_a_batch_is_read_whole_before_any_of_it_is_added(served: Served):
    before = served.seq
    answer = served.post("/v1/events", [EVENT, event(id="scan-2", type="nonsense")])
    assert answer.status_code == 422
    assert served.seq == before


def test_a_fact_about_something_unknown_is_kept_as_unmatched(served: Served):
    data = {**DATA, "order_id": "later"}
    answer = served.post("/v1/events", event(data=data))
    assert answer.status_code == 200
    assert answer.json()["results"][0]["unmatched"] is True


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (event(time="2026-11-10T08:02:00"), "time"),
        (event(time="0001-01-01T00:00:00Z"), "no day of ours"),
        (event(time="2026-11-10T12:00:00Z"), "clock"),
        (event(type="day_opened", data={}), "day"),
        (event(type="nonsense", data={}), "nonsense"),
        (event(data={**DATA, "point": {"lat": 91, "lon": 0}}), "latitude"),
        (event(data={**DATA, "point": {"lat": "x", "lon": 0}}), "no place"),
        (event(data={**DATA, "point": {"lat": 60, "lon": 181}}), "no place"),
        (event(data={**DATA, "extra": 1}), "no such field"),
        (event(data={**DATA, "order_id": "a\u0000b"}), "cannot be shown"),
        (consent(WINDOW["closes"], WINDOW["opens"]), "not after it opens"),
        (consent("2026-11-10T10:00:00", "2026-11-10T11:00:00"), "time zone"),
        (event(id=""), "id"),
        ([], "1 to 2000"),
        ({}, "id"),
        ("text", "body"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_with_nothing_changed(
    served: Served, bad: object, word: str
):
    before = served.seq
    answer = served.post("/v1/events", bad)
    problem = answer.json()
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in json.dumps(problem)
    assert "Traceback" not in answer.text
    assert served.seq == before


def test_text_that_is_no_json_is_refused(served: Served):
    answer = served.client.post(
        "/v1/events", content=b'{"id": ', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


def test_endless_numbers_are_refused(served: Served):
    before = served.seq
    body = json.dumps(event(id="n", type="driver_reported")).replace(
        json.dumps(DATA), '{"vehicle_id": "R1", "order_id": null, "late_s": 1e400}'
    )
    answer = served.client.post(
        "/v1/events", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert served.seq == before


def test_an_oversized_body_is_refused_before_it_is_read(served: Served):
    before = served.seq
    answer = served.post("/v1/events", event(subject="x" * 2_100_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert served.seq == before


def test_an_oversized_stream_without_a_length_is_refused_too(served: Served):
    def parts():
        for _ in range(30):
            yield b"x" * 100_000

    answer = served.client.post("/v1/events", content=parts())
    assert answer.status_code == 413


def test_the_schema_of_every_fact_can_be_read(served: Served):
    schema = served.get("/v1/facts/schema").json()
    assert "order_delivered" in json.dumps(schema["discriminator"])


def test_positions_go_in_together_or_not_at_all(served: Served):
    good = {"vehicle_id": "R1", "at": "2026-11-10T08:02:30Z", "lat": 60.17, "lon": 24.941}
    assert served.post("/v1/positions", {"positions": [good]}).status_code == 202
    seen = served.get("/v1/routes/R1").json()["last_seen"]
    assert (seen["by"], seen["age_s"], seen["stale"]) == ("position", 30, False)
    held = dict(served.live.owner.positions)
    for bad in (
        {**good, "vehicle_id": "R9"},
        {**good, "lat": 95},
        {**good, "at": "2026-11-10T08:02:30"},
        {**good, "at": "2026-11-10T11:02:30Z"},
    ):
        answer = served.post("/v1/positions", {"positions": [good, bad]})
        assert answer.status_code in (404, 422), answer.text
    assert served.live.owner.positions == held
