"""Cases: the inbox, one case, and what a person may say about it short of a decision."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path

from api.case_views import case_detail, case_row, inbox
from api.idempotency import Key
from api.inputs import RespondBody, SnoozeBody
from api.live import Live, LiveDep
from api.moments import instant
from api.problems import Invalid
from api.schemas import CaseDetail, Decided, Inbox
from core.desk.commands import Respond, Snooze
from core.domain.case import Case
from core.domain.day import Day
from core.domain.ids import CaseId
from core.errors import UnknownId

router = APIRouter(prefix="/cases", tags=["cases"])

CaseParam = Annotated[str, Path(max_length=200)]
MAX_SNOOZE = timedelta(hours=12)


def case_of(day: Day, case_id: str) -> Case:
    case = day.cases.get(CaseId(case_id))
    if case is None:
        raise UnknownId("case", case_id)
    return case


@router.get("")
def cases(live: LiveDep, closed: bool = False) -> Inbox:
    """Return the inbox: banded by what waiting costs, sorted by minutes left."""
    day = live.day
    return inbox(day, live.outlook(day, live.now()), closed=closed)


@router.get("/{case_id}")
def case(live: LiveDep, case_id: CaseParam) -> CaseDetail:
    """Return one case with its evidence, its late promises and its proposal."""
    day = live.day
    found = case_of(day, case_id)
    return case_detail(live, day, live.outlook(day, live.now()), found)


@router.post("/{case_id}/snooze")
def snooze(live: LiveDep, case_id: CaseParam, body: SnoozeBody, key: Key = None) -> Decided:
    """Put a case aside until a moment later today."""

    def work() -> Decided:
        day, now = live.day, live.now()
        found = case_of(day, case_id)
        until = instant(day, body.until, "until")
        if not now < until <= now + MAX_SNOOZE:
            raise Invalid([("until", "a snooze ends later today, within twelve hours")])
        live.submit(Snooze(found.case_id, body.by, until))
        return _answer(live, found.case_id, f"snoozed until {day.clock(until)}")

    return live.once.run(key, f"snooze {case_id}", body, work)


@router.post("/{case_id}/respond")
def respond(live: LiveDep, case_id: CaseParam, body: RespondBody, key: Key = None) -> Decided:
    """Answer in words what a case asks; the words are kept as data."""

    def work() -> Decided:
        found = case_of(live.day, case_id)
        live.submit(Respond(found.case_id, body.by, body.text))
        return _answer(live, found.case_id, "noted")

    return live.once.run(key, f"respond {case_id}", body, work)


def _answer(live: Live, case_id: CaseId, done: str) -> Decided:
    day = live.day
    row = case_row(day, live.outlook(day, live.now()), day.cases[case_id])
    return Decided(done=done, seq=day.seq, duplicate=False, undo_s=0, case=row)
