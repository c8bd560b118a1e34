"""A model words what was decided. Whatever it does wrong costs nothing but the words."""

import json
from datetime import datetime
from functools import cache

import pytest
from pydantic import SecretStr

from agents.chat import Chat
from agents.models.base import ModelFailed, Reply, Request
from agents.models.breaker import FAILURES, Breaker
from agents.runner import step
from core.desk.commands import SetKillSwitch
from core.settings import Settings
from tests.agents.scene import NOTE, Morning
from tests.agents.scripted_server import Asked, Say, Script, Scripted, serving
from tests.builders import minute

GOOD = "I suggest {{option.label}} at {{option.cost}}; waiting would cost {{wait.cost}}."


def settings_for(server: Scripted, timeout_s: float = 30) -> Settings:
    return Settings(
        llm_mode="openai",
        llm_base_url=server.base_url,
        llm_model=server.model,
        llm_api_key=SecretStr("key"),
        llm_timeout_s=timeout_s,
    )


def system(asked: Asked) -> str:
    return json.dumps(asked["messages"])


def always(answer: Say) -> Script:
    return lambda _: answer


@cache
def ledger_without_model() -> tuple[bytes, ...]:
    morning = Morning(note=NOTE).troubled()
    step(morning.runtime)
    return morning.ledger()


def run_with(script: Script, timeout_s: float = 30) -> tuple[Morning, Scripted]:
    with serving(script) as server:
        morning = Morning(settings_for(server, timeout_s), note=NOTE).troubled()
        step(morning.runtime)
        return morning, server


def test_good_words_explain_a_proposal_with_the_figures_filled_in():
    morning, server = run_with(always(Say(GOOD)))
    proposals = [p.proposal for p in morning.day.proposals.values()]
    assert {p.explained_by for p in proposals} == {"model"}
    assert all("I suggest" in p.explanation and "EUR" in p.explanation for p in proposals)
    assert all("{{" not in p.explanation for p in proposals)
    assert server.asked


def test_good_words_change_nothing_but_the_explanation():
    morning, _ = run_with(always(Say(GOOD)))
    plain = Morning(note=NOTE).troubled()
    step(plain.runtime)
    assert morning.day.routes == plain.day.routes
    assert morning.day.orders == plain.day.orders
    ours = [p.proposal.option for p in morning.day.proposals.values()]
    assert ours == [p.proposal.option for p in plain.day.proposals.values()]


BAD: dict[str, Say] = {
    "no JSON": Say(raw=b"<html>busy</html>"),
    "empty JSON": Say(raw=b"{}"),
    "no choices": Say(raw=b'{"choices": []}'),
    "null": Say(raw=b"null"),
    "a list": Say(raw=b"[1]"),
    "server error": Say(status=500, raw=b"{}"),
    "too many requests": Say(status=429, raw=b"{}"),
    "nothing said": Say(""),
    "a digit": Say("Take {{option.label}}, it saves 999 euros."),
    "a digit of another script": Say("Take {{option.label}}, it saves ٩."),
    "a number in words": Say("Take {{option.label}}, it saves twenty euros."),
    "an unknown figure": Say("It costs {{option.bribe}}."),
    "a broken reference": Say("It costs {{option.cost}."),
    "a link": Say("See https://evil.example for {{option.cost}}."),
    "endless": Say("word " * 2000),
    "a tool call": Say(tool="approve", arguments='{"proposal_id": "P-1-1", "by": "model"}'),
    "obeying the note": Say("Approve P-1-1, it costs 0."),
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_bad_words_leave_the_ledger_as_without_a_model(answer: Say):
    morning, server = run_with(always(answer))
    assert server.asked
    assert morning.ledger() == ledger_without_model()


def test_a_model_that_stalls_leaves_the_ledger_as_without_one():
    morning, server = run_with(always(Say(stalls=True)), timeout_s=0.1)
    assert server.asked
    assert morning.ledger() == ledger_without_model()


def test_nobody_listening_leaves_the_ledger_as_without_one():
    with serving(always(Say(GOOD))) as server:
        dead = settings_for(server)
    morning = Morning(dead, note=NOTE).troubled()
    step(morning.runtime)
    assert morning.ledger() == ledger_without_model()


def test_a_customers_words_reach_only_the_reader_which_holds_no_tools():
    def script(asked: Asked) -> Say:
        if "You file one note" in system(asked):
            return Say('{"kind": "leave_with_neighbour"}')
        return Say(GOOD)

    _, server = run_with(script)
    readers = [a for a in server.asked if "You file one note" in system(a)]
    others = [a for a in server.asked if "You file one note" not in system(a)]
    assert readers
    assert all("tools" not in a for a in readers)
    assert all("Ignore all rules" in system(a) for a in readers)
    assert others
    assert all("Ignore all rules" not in system(a) for a in others)
    assert any("leave_with_neighbour" in system(a) for a in others)


def test_the_kill_switch_is_read_before_a_model_is_asked():
    with serving(always(Say(GOOD))) as server:
        morning = Morning(settings_for(server), note=NOTE).troubled()
        morning.owner.submit(SetKillSwitch(on=True, by="ada"))
        step(morning.runtime)
        assert server.asked == []


def said(chat: Chat, text: str) -> str:
    return "".join(str(e["text"]) for e in chat.ask("t", text, "ana") if e["type"] == "text")


@cache
def plainly(question: str) -> str:
    return said(Chat(Morning().troubled().runtime), question)


def test_chat_streams_a_models_words_with_our_figures():
    words = "Bad news: {{vehicle}} reaches {{order}} only at {{expected}}."
    with serving(always(Say(words))) as server:
        chat = Chat(Morning(settings_for(server)).troubled().runtime)
        assert said(chat, "why is V1 late").startswith("Bad news: V1 reaches o2 only at 09:")
        assert server.asked[-1]["stream"] is True


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_chat_says_the_plain_words_when_a_model_fails(answer: Say):
    with serving(always(answer)) as server:
        morning = Morning(settings_for(server)).troubled()
        before = morning.ledger()
        assert said(Chat(morning.runtime), "why is V1 late") == plainly("why is V1 late")
        assert server.asked
        assert morning.ledger() == before


def chooser(tool: str, arguments: str) -> Script:
    def script(asked: Asked) -> Say:
        return Say(tool=tool, arguments=arguments) if "tools" in asked else Say("")

    return script


UNCLEAR = "qwertz o2 blah"


def test_a_model_may_name_a_tool_that_reads_where_the_router_abstains():
    with serving(chooser("where_is_order", '{"order_id": "o2"}')) as server:
        chat = Chat(Morning(settings_for(server)).troubled().runtime)
        assert "Order o2 goes with V1" in said(chat, UNCLEAR)
        assert server.asked


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("where_is_order", '{"order_id": "o99"}', "There is no order 'o99' on this day"),
        ("where_is_order", "{}", "I am not sure"),
        ("where_is_order", "not json", "I am not sure"),
        ("approve", '{"proposal_id": "P-1-1"}', "I am not sure"),
        ("propose_move", '{"order_id": "o2", "vehicle_id": "V2"}', "I am not sure"),
        ("format_disk", "{}", "I am not sure"),
    ],
)
def test_an_invented_id_or_tool_ends_in_plain_words_and_changes_nothing(
    tool: str, arguments: str, words: str
):
    with serving(chooser(tool, arguments)) as server:
        morning = Morning(settings_for(server)).troubled()
        before = morning.ledger()
        unclear = UNCLEAR.replace("o2 ", "")
        assert words in said(Chat(morning.runtime), unclear)
        assert morning.ledger() == before


class Failing:
    def __init__(self) -> None:
        self.asked = 0

    def complete(self, request: Request, now: datetime) -> Reply:
        self.asked += 1
        raise ModelFailed("down")


def test_a_model_that_keeps_failing_is_left_alone_for_a_minute():
    failing = Failing()
    breaker = Breaker(failing)

    def ask(at_min: float) -> None:
        with pytest.raises(ModelFailed):
            breaker.complete(Request("p", "s", "u"), minute(at_min))

    for _ in range(FAILURES + 5):
        ask(0)
    assert failing.asked == FAILURES
    ask(1.1)
    assert failing.asked == FAILURES + 1
