"""The ledger as it is: one canonical event a line, for audits and for replicas of the day."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.live import LiveDep
from core.ledger.codec import encode_event

MEDIA_TYPE = "application/x-ndjson"
router = APIRouter(tags=["ledger"])


@router.get(
    "/ledger",
    response_class=Response,
    responses={
        200: {
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
            "description": "Events in ledger order",
        }
    },
)
def ledger(
    live: LiveDep,
    since: Annotated[
        int, Query(ge=0, le=2**53, description="Number of the last event you have")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=20_000)] = 5_000,
) -> Response:
    """Return the events after `since`, each in the bytes that the hash chain is made of.

    Ask again from the last one until nothing comes.
    """
    events = live.owner.events(since)[:limit]
    return Response(b"".join(encode_event(e) + b"\n" for e in events), media_type=MEDIA_TYPE)
