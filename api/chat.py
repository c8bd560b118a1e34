"""The copilot's answers, streamed as server-sent events."""

import json
import logging
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.inputs import ChatBody
from api.live import ChatEvents, LiveDep
from core.errors import CopilotError, NotReady

router = APIRouter(tags=["chat"])
_LOG = logging.getLogger("tenfour.api")


@router.post(
    "/chat",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
def ask(live: LiveDep, body: ChatBody) -> StreamingResponse:
    """Ask or instruct the copilot. It never approves: a recognised decision comes back as an
    event for the console to confirm with the person, who then calls the API.

    Events: `text` (words as they come), `card` (a case, route or order to show), `confirm` (a
    decision to confirm), `problem`, and `done`.
    """
    if live.ask is None:
        raise NotReady("the chat is not running on this server; start it with tenfour serve")
    events = live.ask(body.thread_id, body.text, body.person, body.case_id)
    return StreamingResponse(
        _stream(events),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


def _stream(events: ChatEvents) -> Iterator[str]:
    try:
        for event in events:
            yield _frame(str(event.get("type", "text")), event)
    except CopilotError as error:
        yield _frame("problem", {"code": error.code, "detail": str(error)})
    except Exception:
        _LOG.exception("the chat failed")
        yield _frame("problem", {"code": "failure", "detail": "the copilot failed; ask again"})
    yield _frame("done", {})


def _frame(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, default=str)}\n\n"
