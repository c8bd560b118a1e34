"""Conversations over HTTP: they outlive the server, and are gone when somebody erases them."""

from pathlib import Path

import pytest

from api.chatting import Conversations, memory_file
from core.domain.ids import DayId
from core.settings import Settings
from tests.api.served import Served
from tools.runtime import Runtime

TALK = "/v1/chat/tab-1"


@pytest.fixture
def memory(served: Served, tmp_path: Path) -> Path:
    return memory_file(Settings(home=tmp_path), served.live.owner.day_id)


@pytest.fixture
def talking(served: Served, memory: Path) -> Served:
    """The served day with the chat of one server process."""
    return start(served, memory)


def start(served: Served, memory: Path) -> Served:
    live = served.live
    runtime = Runtime(live.owner, live.travel, live.clock, live.ids)
    live.conversations = Conversations(runtime, memory)
    return served


def restarted(served: Served, memory: Path) -> Served:
    assert served.live.conversations is not None
    served.live.conversations.close()
    return start(served, memory)


def ask(served: Served, text: str, thread: str = "tab-1") -> str:
    answer = served.post("/v1/chat", {"thread_id": thread, "person": "ana", "text": text})
    assert answer.status_code == 200, answer.text
    assert answer.text.endswith("event: done\ndata: {}\n\n")
    return answer.text


def said(served: Served, path: str = TALK) -> list[tuple[str, str]]:
    return [(t["who"], t["text"]) for t in served.get(path).json()["turns"]]


def test_a_conversation_goes_on_after_a_restart(talking: Served, memory: Path):
    ask(talking, "where is order o2")
    before = said(talking)
    assert before[0] == ("person", "where is order o2")
    again = restarted(talking, memory)
    assert said(again) == before
    assert "o2" in ask(again, "where is the order now")
    assert len(said(again)) == len(before) + 2


def test_conversations_are_apart(talking: Served):
    ask(talking, "where is order o2")
    assert said(talking, "/v1/chat/tab-2") == []


def test_an_erased_conversation_is_gone_from_the_disk_too(talking: Served, memory: Path):
    ask(talking, "where is order o2, Mrs Virtanen of Mannerheimintie asks")
    ask(talking, "what is open", thread="tab-2")
    assert talking.client.delete(TALK).status_code == 204
    assert said(talking) == []
    assert len(said(talking, "/v1/chat/tab-2")) == 2
    assert talking.live.conversations is not None
    talking.live.conversations.close()
    kept = b"".join(f.read_bytes() for f in memory.parent.glob(f"{memory.name}*"))
    assert b"tab-2" in kept
    assert b"Virtanen" not in kept


def test_to_erase_what_is_not_there_changes_nothing(talking: Served):
    before = talking.seq
    assert talking.client.delete("/v1/chat/nobody").status_code == 204
    assert talking.seq == before


def test_days_keep_their_conversations_apart(tmp_path: Path):
    settings = Settings(home=tmp_path)
    files = {memory_file(settings, DayId(f"a/b:2026-11-{day}")) for day in (10, 11)}
    assert len(files) == 2
    assert {f.parent for f in files} == {tmp_path}
