"""What the machine and the chat called is in the store: without anybody's words, within bounds."""

from pathlib import Path

from sqlalchemy import text

from agents.runner import step
from api.auditing import BATCH, Trail
from api.serving import Service
from core.context import CountedIds
from core.settings import Settings
from core.store.store import Store
from tests.api.served import a_served_day
from tests.builders import minute
from tests.desk.scene import DAY
from tools.audit import AuditEntry
from tools.runtime import Runtime


def an_entry(tool: str = "list_cases", effect: str = "read", args: str = "{}") -> AuditEntry:
    return AuditEntry(tool, effect, "chat:ana", minute(3), args, ok=True, seq=7)


def served_by_a_service(home: Path) -> Service:
    live = a_served_day()
    return Service(
        Settings(home=home, workers=1),
        live.owner.store,
        live.owner.day_id,
        live.travel,
        clock=live.clock,
        ids=CountedIds(),
    )


def test_a_look_of_the_machine_and_a_question_are_in_the_store_after_the_service(tmp_path: Path):
    service = served_by_a_service(tmp_path)
    before = service.live.day.seq
    try:
        assert step(service.runtime).trouble == ""
        list(service.conversations.ask("t", "where is order o2", "ana", None))
    finally:
        assert service.stop()
    calls = service.live.owner.store.tool_calls(DAY)
    scopes = [call.scope for call in calls]
    assert (scopes[0], scopes[-1]) == ("tenfour", "chat")
    assert calls[0].tool == "look"
    assert {call.code for call in calls} == {"ok"}
    assert all(before <= call.seq <= service.live.day.seq for call in calls)
    assert {call.at for call in calls} == {minute(3)}


def test_no_word_of_a_person_is_kept(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path}/day.db")
    trail = Trail(store, DAY)
    trail(an_entry(args='{"text": "Anna, Elm Street 3"}'))
    trail(
        AuditEntry(
            "Elm Street", "", "model", minute(3), "Anna", False, "unknown_tool", "Elm Street"
        )
    )
    trail.flush()
    with store.transaction() as writer:
        rows = writer.connection.execute(text("SELECT * FROM tool_call")).all()
    assert len(rows) == 2
    assert not any(word in str(rows) for word in ("Anna", "Elm", "ana"))
    first, second = store.tool_calls(DAY)
    assert (first.scope, first.code, len(first.args_digest)) == ("chat", "ok", 16)
    assert (second.tool, second.code) == ("", "unknown_tool")
    store.close()


def test_what_changes_something_is_written_at_once_with_what_led_to_it():
    store = Store()
    trail = Trail(store, DAY)
    trail(an_entry())
    assert store.tool_calls(DAY) == ()
    trail(an_entry("put_proposal", "propose"))
    assert [call.effect for call in store.tool_calls(DAY)] == ["read", "propose"]
    for _ in range(BATCH):
        trail(an_entry())
    assert len(store.tool_calls(DAY)) == BATCH + 2


def test_a_day_keeps_its_newest_calls_only():
    store = Store()
    trail = Trail(store, DAY, kept=5)
    for n in range(12):
        trail(an_entry(f"tool-{n}", "propose"))
    assert [call.tool for call in store.tool_calls(DAY)] == [f"tool-{n}" for n in range(7, 12)]


def test_the_audit_changes_nothing_that_a_run_does():
    ledgers: list[list[object]] = []
    for audited in (False, True):
        live = a_served_day()
        runtime = Runtime(live.owner, live.travel, live.clock, live.ids)
        if audited:
            trail = Trail(live.owner.store, live.owner.day_id)
            runtime = Runtime(live.owner, live.travel, live.clock, live.ids, audit=trail)
        step(runtime)
        ledgers.append([event.body for event in live.owner.events()])
    assert ledgers[0] == ledgers[1]
