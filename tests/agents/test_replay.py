"""A recorded model says again what it said, to the byte, with no server and no network."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from agents.chat import Chat
from agents.models.base import Model, ModelFailed, Reply, Request, ToolCall
from agents.models.openai import OpenAiModel
from agents.models.replay import ReplayTransport, request_key
from agents.models.select import model_of
from agents.runner import step
from core.errors import NotReady
from core.settings import Settings
from tests.agents.recording import RecordingTransport
from tests.agents.scene import NOTE, Morning
from tests.agents.scripted_server import Asked, Say, Script, serving
from tests.builders import minute

GOOD = "I suggest {{option.label}} at {{option.cost}} — grüße; waiting would cost {{wait.cost}}."
QUESTION = Request("test", "be brief", "why?")


def recorder(path: Path, base_url: str) -> OpenAiModel:
    return OpenAiModel(
        base_url=base_url,
        api_key="a-secret-key",
        model="scripted",
        timeout_s=60,
        transport=RecordingTransport(path),
    )


def player(path: Path) -> OpenAiModel:
    return OpenAiModel(
        base_url="http://replay.invalid/v1",
        api_key="",
        model="scripted",
        timeout_s=60,
        transport=ReplayTransport(path),
    )


def recorded(path: Path, script: Script, use: Callable[[Model], object]) -> None:
    with serving(script) as server:
        use(recorder(path, server.base_url))
        assert server.asked


def replay_settings(path: Path) -> Settings:
    return Settings(
        llm_mode="replay",
        llm_base_url=str(path),
        llm_model="scripted",
        llm_api_key=SecretStr(""),
        llm_timeout_s=60,
    )


def answers_of(model: Model, *requests: Request) -> list[Reply]:
    return [model.complete(r, minute(0)) for r in requests]


TOOL: dict[str, object] = {
    "type": "function",
    "function": {"name": "where_is_order", "parameters": {"type": "object"}},
}
REQUESTS = (
    QUESTION,
    Request("test", "be brief", "why?", stream=True),
    Request("test", "be brief", "why?", tools=(TOOL,)),
)


def by_kind(asked: Asked) -> Say:
    if "tools" in asked:
        return Say(tool="where_is_order", arguments='{"order_id": "o2"}')
    return Say("streamed words – ümlaut" if asked.get("stream") else "plain words")


def test_plain_streamed_and_tool_answers_come_back_exactly(tmp_path: Path):
    path, heard = tmp_path / "calls.jsonl", list[Reply]()
    recorded(path, by_kind, lambda model: heard.extend(answers_of(model, *REQUESTS)))
    assert [r.text.strip() for r in heard[:2]] == ["plain words", "streamed words – ümlaut"]
    assert heard[2].call == ToolCall("where_is_order", '{"order_id": "o2"}')
    assert answers_of(player(path), *reversed(REQUESTS)) == heard[::-1]


def test_a_recording_holds_no_key(tmp_path: Path):
    path = tmp_path / "calls.jsonl"
    recorded(path, by_kind, lambda model: answers_of(model, QUESTION))
    assert "a-secret-key" not in path.read_text(encoding="utf-8")


def test_what_was_never_asked_fails_like_any_silent_model(tmp_path: Path):
    path = tmp_path / "calls.jsonl"
    recorded(path, by_kind, lambda model: answers_of(model, QUESTION))
    with pytest.raises(ModelFailed):
        player(path).complete(Request("test", "be brief", "why not?"), minute(0))


def test_an_error_is_recorded_as_one(tmp_path: Path):
    path = tmp_path / "calls.jsonl"

    def ask(model: Model) -> None:
        with pytest.raises(ModelFailed):
            model.complete(QUESTION, minute(0))

    recorded(path, lambda _: Say(status=500, raw=b"{}"), ask)
    ask(player(path))


def test_the_same_question_is_the_same_whatever_the_order_of_its_keys():
    assert request_key(b'{"a": 1, "b": [2]}') == request_key(b'{ "b":[2],"a":1 }')
    assert request_key(b'{"a": 1}') != request_key(b'{"a": 2}')


def troubled(settings: Settings | None) -> Morning:
    return Morning(settings, note=NOTE).troubled()


def test_a_replayed_morning_writes_the_ledger_of_the_recorded_one(tmp_path: Path):
    path, morning = tmp_path / "calls.jsonl", troubled(None)
    recorded(path, lambda _: Say(GOOD), lambda model: step(morning.runtime, model=model))
    assert {p.proposal.explained_by for p in morning.day.proposals.values()} == {"model"}
    again = troubled(replay_settings(path))
    step(again.runtime)
    assert again.ledger() == morning.ledger()


def test_a_replayed_chat_says_the_recorded_words(tmp_path: Path):
    path = tmp_path / "calls.jsonl"

    def words(morning: Morning, model: Model | None) -> str:
        events = Chat(morning.runtime, model=model).ask("t", "why is V1 late", "ana")
        return "".join(str(e["text"]) for e in events if e["type"] == "text")

    said: list[str] = []
    good = Say("Bad news: {{vehicle}} reaches {{order}} only at {{expected}}.")
    recorded(path, lambda _: good, lambda model: said.append(words(troubled(None), model)))
    assert said[0].startswith("Bad news: V1 reaches")
    assert words(troubled(replay_settings(path)), None) == said[0]


def test_an_empty_recording_leaves_the_ledger_as_without_a_model(tmp_path: Path):
    path = tmp_path / "calls.jsonl"
    path.touch()
    replayed, plain = troubled(replay_settings(path)), troubled(None)
    step(replayed.runtime)
    step(plain.runtime)
    assert replayed.ledger() == plain.ledger()


@pytest.mark.parametrize("content", [None, "no json\n", "[]\n", '{"key": "k"}\n', "1\n"])
def test_what_is_no_recording_is_named_when_the_model_is_made(tmp_path: Path, content: str | None):
    path = tmp_path / f"bad-{content is None}.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(NotReady, match="no recording of model answers"):
        model_of(troubled(replay_settings(path)).runtime)
