"""Ingestion of facts: CloudEvents, one or a batch; accepted once by their id."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Discriminator, Field, Tag

from api.decoding import CloudEvent, decode, fact_schemas
from api.live import Live, LiveDep
from api.problems import Invalid
from api.schemas import Accepted, AcceptedEvent, JsonObject
from core.desk.commands import ReportFact
from core.domain.fact import Tick
from core.errors import Conflict, CopilotError

router = APIRouter(tags=["facts"])

MAX_BATCH = 2_000

Batch = Annotated[list[CloudEvent], Field(json_schema_extra={"minItems": 1, "maxItems": MAX_BATCH})]


def _kind(body: object) -> str:
    return "batch" if isinstance(body, list) else "fact"


# Told apart before they are read, so that what is wrong is said of what was meant.
Envelope = Annotated[
    Annotated[CloudEvent, Tag("fact")] | Annotated[Batch, Tag("batch")],
    Discriminator(_kind),
    Body(),
]


@router.post("/events")
def report(live: LiveDep, body: Envelope) -> Accepted:
    """Report one fact, or up to 2,000 in a list.

    Everything is read before anything is added: one unreadable fact refuses the batch with 422. A
    fact already there with the same content is a duplicate and fine; with other content it is a
    409, and nothing of the batch is added. A fact that the day itself refuses leaves the others
    standing; to send the batch again adds nothing twice. On a driven clock a `tick` is the time.
    """
    events = body if isinstance(body, list) else [body]
    if not events or len(events) > MAX_BATCH:
        raise Invalid([("body", f"a batch holds 1 to {MAX_BATCH} facts")])
    many = isinstance(body, list)
    facts = [decode(e, f"{i}.data" if many else "data") for i, e in enumerate(events)]
    if len(facts) > 1:
        _refuse_conflicts(live, facts)
    for fact in facts:
        if isinstance(fact.body, Tick):
            live.drive_to(fact.at)
    answers = live.submit_all(facts)
    waiting = {u.event_id for u in live.day.unmatched}
    results: list[AcceptedEvent] = []
    for fact, receipt in zip(facts, answers, strict=True):
        if isinstance(receipt, CopilotError):
            raise receipt
        results.append(
            AcceptedEvent(
                id=fact.event_id,
                duplicate=receipt.duplicate,
                unmatched=fact.event_id in waiting,
            )
        )
    return Accepted(seq=live.day.seq, results=results)


def _refuse_conflicts(live: Live, facts: list[ReportFact]) -> None:
    """Refuse a batch in which an id speaks twice with different content, or did before."""
    said = {e.event_id: (e.at, e.body) for e in live.owner.events(0)}
    for fact in facts:
        content = (fact.at, fact.body)
        if said.setdefault(fact.event_id, content) != content:
            raise Conflict(fact.event_id)


@router.get("/facts/schema")
def schema() -> JsonObject:
    """Return the JSON Schema of the data of every fact; a point may also be `lat` with `lon`."""
    return fact_schemas()
