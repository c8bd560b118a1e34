"""Ingestion of facts: CloudEvents, one or a batch; accepted once by their id."""

from typing import Annotated

from fastapi import APIRouter, Body

from api.decoding import CloudEvent, decode, fact_schemas
from api.live import Live, LiveDep
from api.problems import Invalid
from api.schemas import Accepted, AcceptedEvent, JsonObject
from core.desk.commands import ReportFact
from core.errors import Conflict

router = APIRouter(tags=["facts"])

MAX_BATCH = 2_000
# A sender's clock may be ahead of ours by this much; more is a wrong clock or a wrong day.
AHEAD_S = 300

Envelope = Annotated[CloudEvent | list[CloudEvent], Body()]


@router.post("/events")
def report(live: LiveDep, body: Envelope) -> Accepted:
    """Report one fact, or up to 2,000 in a list.

    Everything is read before anything is added: one unreadable fact refuses the batch with 422. A
    fact already there with the same content is a duplicate and fine; with other content it is a
    409, and nothing of the batch is added.
    """
    events = body if isinstance(body, list) else [body]
    if not events or len(events) > MAX_BATCH:
        raise Invalid([("body", f"a batch holds 1 to {MAX_BATCH} facts")])
    many = isinstance(body, list)
    facts = [decode(e, f"{i}.data" if many else "data") for i, e in enumerate(events)]
    if live.mode == "live":
        _refuse_future(live, facts)
    if len(facts) > 1:
        _refuse_conflicts(live, facts)
    results: list[AcceptedEvent] = []
    for fact in facts:
        live.drive_to(fact.at)
        receipt = live.submit(fact)
        unmatched = any(u.event_id == fact.event_id for u in live.day.unmatched)
        results.append(
            AcceptedEvent(id=fact.event_id, duplicate=receipt.duplicate, unmatched=unmatched)
        )
    return Accepted(seq=live.day.seq, results=results)


def _refuse_conflicts(live: Live, facts: list[ReportFact]) -> None:
    """Refuse a batch in which an id speaks twice with different content, or did before."""
    said = {e.event_id: (e.at, e.body) for e in live.owner.events(0)}
    for fact in facts:
        content = (fact.at, fact.body)
        if said.setdefault(fact.event_id, content) != content:
            raise Conflict(fact.event_id)


def _refuse_future(live: Live, facts: list[ReportFact]) -> None:
    now = live.now()
    for i, fact in enumerate(facts):
        if (fact.at - now).total_seconds() > AHEAD_S:
            raise Invalid([(f"{i}.time", "it lies in the future; check the sender's clock")])


@router.get("/facts/schema")
def schema() -> JsonObject:
    """Return the JSON Schema of the data of every fact; a point may also be `lat` with `lon`."""
    return fact_schemas()
