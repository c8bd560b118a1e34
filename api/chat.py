"""The copilot's answers, streamed as server-sent events."""

import json
import logging
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse

from api.chatting import Conversations
from api.inputs import SHOWN, ChatBody
from api.live import ChatEvents, Live, LiveDep
from api.schemas import Conversation, Turn
from core.errors import CopilotError, NotReady

router = APIRouter(tags=["chat"])
_LOG = logging.getLogger("tenfour.api")


ThreadParam = Annotated[str, Path(max_length=200, pattern=SHOWN)]


def _conversations(live: Live) -> Conversations:
    if live.conversations is None:
        raise NotReady("the chat is not running on this server; start it with tenfour serve")
    return live.conversations


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
    events = _conversations(live).ask(body.thread_id, body.text, body.person, body.case_id)
    return StreamingResponse(
        _stream(events),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


@router.get("/chat/{thread_id}")
def conversation(live: LiveDep, thread_id: ThreadParam) -> Conversation:
    """Return what was said in a conversation, its last 40 turns; none is empty."""
    turns = _conversations(live).turns(thread_id)
    return Conversation(turns=[Turn.model_validate(t) for t in turns])


@router.delete("/chat/{thread_id}", status_code=204)
def forget(live: LiveDep, thread_id: ThreadParam) -> None:
    """Erase a conversation; what was decided in it stays decided."""
    _conversations(live).forget(thread_id)


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
