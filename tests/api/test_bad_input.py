"""What nobody should send: a clear refusal, nothing changed, and the server goes on."""

import json
from typing import Any

import pytest
from httpx2 import Headers

from api.problems import MEDIA_TYPE
from tests.api.served import CASE, PROPOSAL, Served

AT = "2026-11-10T08:02:00Z"
POINT = {"lat": 60.17, "lon": 24.94}
SCAN: dict[str, Any] = {
    "id": "scan-1",
    "source": "driver:R1",
    "type": "order_delivered",
    "time": AT,
    "data": {"vehicle_id": "R1", "order_id": "o1", "point": POINT},
}
LATE = (
    '{"id":"a","source":"x","type":"driver_reported","time":"2026-11-10T08:02:00Z",'
    '"data":{"vehicle_id":"R1","order_id":null,"late_s":%s}}'
)
NESTED = '{"id":"a","source":"x","type":"tick","time":"2026-11-10T08:02:00Z","data":{"a":%s}}'
JSON = {"Content-Type": "application/json"}


def refused(served: Served, path: str, content: bytes | str, **headers: str) -> tuple[int, str]:
    """Send a body as it is; return status and sentence of the refusal that must follow."""
    before = served.live.owner.events(0)
    answer = served.client.post(path, content=content, headers={**JSON, **headers})
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert served.live.owner.events(0) == before
    assert served.get("/v1/health").json()["status"] == "ok"
    detail = answer.json()["detail"]
    assert "Traceback" not in detail
    assert "Error" not in detail
    return answer.status_code, detail


def scan(**changes: object) -> str:
    return json.dumps({**SCAN, **changes})


# What is wrong: the body, and words of the answer.
BAD: dict[str, tuple[str, str]] = {
    "not a number": (LATE % "NaN", "nan is more than anything"),
    "endless": (LATE % "-Infinity", "-inf is more than anything"),
    "1e999": (LATE % "1e999", "inf is more than anything"),
    "twenty digits": (LATE % ("9" * 20), "more than anything"),
    "five thousand digits": (LATE % ("9" * 5000), "cannot be read"),
    "a fraction of a second": (LATE % "1.5", "integer"),
    "a latitude that is no number": (scan(data={"point": {"lat": "NaN", "lon": 1}}), "place"),
    "nested 25 deep": (NESTED % ("[" * 25 + "]" * 25), "deeper than 20"),
    "nested 900 deep": (NESTED % ("[" * 900 + "]" * 900), "deeper than 20"),
    "objects 900 deep": (NESTED % ('{"a":' * 900 + "1" + "}" * 900), "deeper than 20"),
    "nested 200,000 deep": (NESTED % ("[" * 200_000 + "]" * 200_000), "cannot be read"),
    "NUL in an id": (scan(id="a\0b"), "body.fact.id"),
    "NUL in a field": (scan(data={**SCAN["data"], "order_id": "o\0"}), "cannot be shown"),
    "half a character": (scan(source="a\ud800"), "UTF-8"),
    "half a character inside": (scan(data={"order_id": "\udfff"}), "cannot be shown"),
    "half a character as a name": (scan(data={"\udfff": 1}), "data"),
    "no zone": (scan(time="2026-11-10T10:02:00"), "no time zone"),
    # The clock in Helsinki goes from 03:00 to 04:00 on that morning.
    "a skipped wall time": (scan(time="2026-03-29T03:30:00"), "no time zone"),
    "a date": (scan(time="2026-11-10"), "no time zone"),
    "the 30th of February": (scan(time="2026-02-30T10:00:00Z"), "no instant"),
    "hour 25": (scan(time="2026-11-10T25:00:00Z"), "no instant"),
    "seconds since 1970": (scan(time=1_783_670_400), "written as text"),
    "nothing": ("", "body"),
    "null": ("null", "JSON object"),
    "half a document": ('{"id": "a"', "not JSON"),
    "a reserved id": (scan(id="tenfour:3"), "our own"),
}


@pytest.mark.parametrize(("body", "word"), BAD.values(), ids=BAD.keys())
def test_a_fact_that_cannot_be_read_is_refused(served: Served, body: str, word: str):
    _, detail = refused(served, "/v1/events", body)
    assert word in detail


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (scan().encode(), {"Content-Type": "text/plain"}),
        (b"id=scan-1&type=tick", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"\xff\xfe\x00\x01", {}),
        (json.dumps({**SCAN, "source": "J\u00fcrgen"}, ensure_ascii=False).encode("latin-1"), {}),
        (b"\x1f\x8b\x08\x00", {"Content-Encoding": "gzip"}),
    ],
    ids=["text", "form", "bytes", "latin-1", "gzip"],
)
def test_a_body_that_is_not_json_in_utf_8_is_refused(
    served: Served, content: bytes, headers: dict[str, str]
):
    _, detail = refused(served, "/v1/events", content, **headers)
    assert "JSON" in detail


WORDS = [
    (f"/v1/proposals/{PROPOSAL}/reject", {"by": "ana", "reason": "too_dear", "note": "x"}, "note"),
    (f"/v1/cases/{CASE}/respond", {"by": "ana", "text": "x"}, "text"),
    ("/v1/contacts", {"kind": "customer", "by": "ana", "order_id": "o1", "words": "x"}, "words"),
    ("/v1/chat", {"thread_id": "t", "person": "ana", "text": "x"}, "text"),
]


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800"], ids=["NUL", "half a character"])
@pytest.mark.parametrize(("path", "body", "field"), WORDS)
def test_words_that_no_database_keeps_are_refused(
    served: Served, path: str, body: dict[str, str], field: str, bad: str
):
    status, detail = refused(served, path, json.dumps({**body, field: bad}))
    assert status == 422
    assert field in detail


@pytest.mark.parametrize("by", ["", "a\nb", "a\x7f", "a\x85", "x" * 81])
def test_a_name_has_letters_and_an_end(served: Served, by: str):
    refused(served, f"/v1/proposals/{PROPOSAL}/approve", json.dumps({"by": by}))


def test_another_content_under_a_known_id_changes_nothing_and_loses_nothing(served: Served):
    assert served.client.post("/v1/events", content=scan(), headers=JSON).status_code == 200
    status, detail = refused(served, "/v1/events", scan(time="2026-11-10T08:01:00Z"))
    assert status == 409
    assert "under an id of its own" in detail
    kept = [e for e in served.live.owner.events(0) if e.event_id == "scan-1"]
    assert [e.at.isoformat() for e in kept] == ["2026-11-10T08:02:00+00:00"]


@pytest.mark.parametrize(
    "window",
    [
        {"opens": "2026-11-10T11:00:00Z", "closes": "2026-11-10T10:00:00Z"},
        {"opens": "2026-11-10T11:00:00Z", "closes": "2026-11-10T11:00:00Z"},
        {"opens": "11:00", "closes": "10:00"},
        {"opens": "2026-11-10T11:00:00", "closes": "2026-11-10T12:00:00"},
        {"opens": "24:00", "closes": "25:00"},
        {"opens": "0001-01-01T00:00:00+14:00", "closes": "9999-12-31T23:59:59-14:00"},
    ],
)
def test_a_window_that_is_none_is_refused(served: Served, window: dict[str, str]):
    call = {"kind": "customer", "by": "a", "order_id": "o4", "intent": "reschedule"}
    refused(served, "/v1/contacts", json.dumps({**call, "window": window}))


def test_a_refusal_of_the_frame_says_what_to_do_too(served: Served):
    unknown = served.get("/v1/nothing")
    assert "/openapi.json" in unknown.json()["detail"]
    wrong = served.client.put("/v1/day")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")
    assert "use GET" in wrong.json()["detail"]


@pytest.mark.parametrize("key", ["", "wrong", "k\u00f6"])
def test_a_write_without_the_key_changes_nothing(served: Served, key: str):
    before = served.seq
    served.client.headers = Headers({"X-API-Key": key}, encoding="utf-8")
    for path, body in (
        ("/v1/events", scan()),
        (f"/v1/proposals/{PROPOSAL}/approve", '{"by": "ana"}'),
        ("/v1/control/kill-switch", '{"on": true, "by": "ana"}'),
    ):
        answer = served.client.post(path, content=body, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
        assert "api-key" in answer.json()["detail"]
    assert served.seq == before
