"""The door: what each command comes to, as events. Pure."""

from core.desk import cases, facts, planning, proposals, time, undo
from core.desk.bench import Bench
from core.desk.commands import (
    AdoptPlan,
    AdoptRules,
    Approve,
    Command,
    NoteWaiting,
    Propose,
    RecordFindings,
    Reject,
    ReportFact,
    Respond,
    SetAutonomy,
    SetKillSwitch,
    SettleMessage,
    Snooze,
    Sweep,
    Undo,
)
from core.domain.day import Day
from core.errors import NotReady
from core.ledger.events import Unsaved

__all__ = ["Bench", "handle"]


def handle(day: Day | None, command: Command, bench: Bench) -> tuple[Unsaved, ...]:
    """Return the events that `command` comes to; none when there is nothing to change.

    Raises a CopilotError when it is refused. `day` is None before the day is opened.
    """
    if isinstance(command, ReportFact):
        return facts.report(day, command, bench)
    if day is None:
        raise NotReady("the day is not open yet; open or import it first")
    match command:
        case RecordFindings() | NoteWaiting() | Snooze() | Respond():
            return _about_case(day, command, bench)
        case Propose() | Approve() | Reject() | Undo():
            return _about_proposal(day, command, bench)
        case AdoptRules() | AdoptPlan() | SetAutonomy() | SetKillSwitch():
            return _about_frame(day, command, bench)
        case Sweep():
            return time.sweep(day, command, bench)
        case SettleMessage():
            return time.settle_message(day, command, bench)


def _about_case(
    day: Day, command: RecordFindings | NoteWaiting | Snooze | Respond, bench: Bench
) -> tuple[Unsaved, ...]:
    match command:
        case RecordFindings():
            return cases.record_findings(day, command, bench)
        case NoteWaiting():
            return cases.note_waiting(day, command, bench)
        case Snooze():
            return cases.snooze(day, command, bench)
        case Respond():
            return cases.respond(day, command, bench)


def _about_proposal(
    day: Day, command: Propose | Approve | Reject | Undo, bench: Bench
) -> tuple[Unsaved, ...]:
    match command:
        case Propose():
            return proposals.propose(day, command, bench)
        case Approve():
            return proposals.approve(day, command, bench)
        case Reject():
            return proposals.reject(day, command, bench)
        case Undo():
            return undo.undo(day, command, bench)


def _about_frame(
    day: Day, command: AdoptRules | AdoptPlan | SetAutonomy | SetKillSwitch, bench: Bench
) -> tuple[Unsaved, ...]:
    match command:
        case AdoptRules():
            return planning.adopt_rules(day, command, bench)
        case AdoptPlan():
            return planning.adopt_plan(day, command, bench)
        case SetAutonomy():
            return planning.set_autonomy(day, command, bench)
        case SetKillSwitch():
            return planning.set_kill_switch(day, command, bench)
