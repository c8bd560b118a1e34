"""The chat: the same figures as the case shows, and decisions only ever handed back."""

from collections.abc import Mapping
from pathlib import Path

from agents.answers import CAUSES
from agents.chat import Chat
from agents.runner import step
from core.desk.commands import AdoptRules
from core.domain.fact import CustomerContacted, DriverReported
from core.domain.ids import OrderId
from core.domain.proposal import ProposalStatus
from core.domain.rules import PolicyRules, Rules
from tests.agents.scene import V1, Morning
from tools.cases import CaseArgs, show_case
from tools.effect import Scope
from tools.registry import Done, Gateway
from tools.routes import LatenessArgs, explain_lateness

Event = Mapping[str, object]


def at_work() -> tuple[Morning, Chat]:
    """The troubled morning with its proposals waiting for a person."""
    morning = Morning().troubled()
    careful = PolicyRules(auto_insert=False, auto_notify=False)
    morning.owner.submit(AdoptRules(Rules(policy=careful), "ada"))
    step(morning.runtime)
    return morning, Chat(morning.runtime)


def ask(chat: Chat, text: str, case_id: str | None = None, thread: str = "t") -> list[Event]:
    return list(chat.ask(thread, text, "ana", case_id))


def words(events: list[Event]) -> str:
    return "".join(str(e["text"]) for e in events if e["type"] == "text")


def only(events: list[Event], kind: str) -> Event:
    (event,) = [e for e in events if e["type"] == kind]
    return event


def buttons(events: list[Event]) -> list[str]:
    offered = only(events, "buttons")["buttons"]
    assert isinstance(offered, list)
    return [b["text"] for b in offered]  # pyright: ignore[reportUnknownVariableType]


def test_every_answer_ends_with_done():
    _, chat = at_work()
    assert ask(chat, "what is open")[-1] == {"type": "done"}


def test_why_late_says_the_minutes_of_the_tool_and_of_the_case():
    morning, chat = at_work()
    gateway = Gateway(morning.runtime, Scope.agent())
    tool = gateway.call(explain_lateness, LatenessArgs(vehicle_id="V1"))
    sheet = gateway.call(show_case, CaseArgs(case_id="C-2"))
    assert isinstance(tool, Done)
    assert isinstance(sheet, Done)
    assert sheet.value.delays == (tool.value,)
    events = ask(chat, "why is V1 late?")
    assert f"{tool.value.late_min} minutes after the promise" in words(events)
    told = only(events, "table")["rows"]
    assert told == [[CAUSES[c.cause], f"{c.minutes:+d}"] for c in tool.value.causes if c.minutes]


def test_the_case_on_the_screen_is_what_this_means():
    _, chat = at_work()
    assert "V1 is expected at o2" in words(ask(chat, "why is this route late", case_id="C-2"))


def test_approving_is_handed_back_with_the_price_and_changes_nothing():
    morning, chat = at_work()
    before = morning.ledger()
    decision = only(ask(chat, "approve P-1-1"), "decision")
    proposal = next(iter(morning.day.proposals.values())).proposal
    assert decision["decision"] == "approve"
    assert decision["proposal_id"] == "P-1-1"
    assert decision["cents"] is not None
    assert decision["waiting_cents"] is not None
    assert proposal.proposal_id in morning.day.proposals
    assert morning.ledger() == before
    assert {s.status for s in morning.day.proposals.values()} == {ProposalStatus.OPEN}


def test_rejecting_the_proposal_of_the_case_in_sight_is_handed_back():
    _, chat = at_work()
    decision = only(ask(chat, "reject it", case_id="C-1"), "decision")
    assert (decision["decision"], decision["proposal_id"]) == ("reject", "P-1-1")


def test_a_call_is_shown_as_it_was_understood_and_logged_on_a_press():
    morning, chat = at_work()
    before = morning.ledger()
    events = ask(chat, "driver of V1 says stop 3, twenty late")
    assert "V1 runs 20 minutes late from order o3 on" in words(events)
    assert morning.ledger() == before
    assert words(ask(chat, buttons(events)[0])) == "Logged."
    last = morning.owner.events(0)[-1]
    assert last.body == DriverReported(V1, OrderId("o3"), 1200)
    assert last.actor == "person:ana"


def test_a_customers_call_is_logged_as_the_persons_own_fact():
    morning, chat = at_work()
    events = ask(chat, "the customer of order o3 called and was angry")
    ask(chat, buttons(events)[0])
    last = morning.owner.events(0)[-1]
    assert isinstance(last.body, CustomerContacted)
    assert (last.body.order_id, last.body.intent, last.actor) == ("o3", "complain", "person:ana")


def test_a_move_is_worked_out_first_and_proposed_on_a_press_for_a_person_to_decide():
    morning, chat = at_work()
    before = morning.ledger()
    events = ask(chat, "move u1 to V2")
    assert "comes to EUR" in words(events)
    assert morning.ledger() == before
    made = ask(chat, buttons(events)[0])
    number = buttons(made)[0].removeprefix("approve ")
    state = next(s for s in morning.day.proposals.values() if s.proposal.proposal_id == number)
    assert state.status is ProposalStatus.OPEN
    assert step(morning.later(2).runtime).trouble == ""
    assert morning.day.proposals[state.proposal.proposal_id].status is ProposalStatus.OPEN


def test_what_cannot_be_moved_is_refused_in_a_sentence():
    _, chat = at_work()
    assert "frozen" in words(ask(chat, "move o2 to V2"))
    assert "o6 is on V2 already" in words(ask(chat, "move o6 to V2"))


def test_what_if_a_vehicle_is_out_changes_nothing():
    morning, chat = at_work()
    before = morning.ledger()
    assert "would break" in words(ask(chat, "what if V1 is out until 10:30"))
    assert "Best then" in words(ask(chat, "what if V2 is out"))
    assert "is past" in words(ask(chat, "what if V1 is out until 07:00"))
    assert morning.ledger() == before


def test_what_it_does_not_understand_gets_choices_not_a_guess():
    _, chat = at_work()
    events = ask(chat, "qwertz zuiop")
    assert words(events).startswith("I am not sure what you mean")
    assert "help" in buttons(events)


def test_an_order_that_does_not_exist_is_named():
    _, chat = at_work()
    assert "There is no order o99" in words(ask(chat, "where is order o99"))


def test_a_conversation_remembers_what_it_spoke_of_and_others_do_not():
    _, chat = at_work()
    ask(chat, "where is order o2", thread="a")
    assert "Order o2 goes with V1" in words(ask(chat, "where is the order now", thread="a"))
    assert "Which order?" in words(ask(chat, "where is the order now", thread="b"))


def test_a_conversation_outlives_the_process(tmp_path: Path):
    morning = Morning().troubled()
    first = Chat(morning.runtime, memory=tmp_path / "chat.sqlite")
    ask(first, "where is order o2")
    again = Chat(morning.runtime, memory=tmp_path / "chat.sqlite")
    assert "Order o2 goes with V1" in words(ask(again, "where is the order now"))
