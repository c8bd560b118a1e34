"""The inbox, and one case with everything a person needs to decide it."""

from datetime import datetime
from typing import Literal

from api.live import Live
from api.outlook import Expected, Outlook
from api.proposal_views import open_proposal, proposal_view, undo_seconds
from api.schemas import (
    Band,
    CaseDetail,
    CaseRow,
    CauseMinutes,
    DelayView,
    EvidenceView,
    ExceptionView,
    Inbox,
    LatePromise,
    Outcome,
)
from api.words import caller_sentence
from core.domain.case import Case, CaseStatus, DeliveryException, ExceptionType
from core.domain.day import Day
from core.domain.ids import OrderId, VehicleId
from core.domain.proposal import ProposalStatus
from core.domain.time import seconds_between
from core.kpi.delay import explain
from core.resolve.scope import scope_of

# Money bands of the inbox. A broken vip promise is 25 EUR: two of them burn, one of them matters.
HIGH_CENTS, MIDDLE_CENTS = 5_000, 1_000
_NO_DEADLINE = 10**9
ASKED = (CaseStatus.OPEN, CaseStatus.PROPOSED, CaseStatus.SNOOZED)
"""States of a case in which a decision about it is owed, now or later."""


def case_row(day: Day, outlook: Outlook, case: Case) -> CaseRow:
    proposal = open_proposal(day, case.case_id)
    best = proposal.proposal.option if proposal is not None else None
    left = None
    if case.deadline_at is not None:
        left = max(0, seconds_between(outlook.now, case.deadline_at) // 60)
    threshold = day.rules.thresholds.late_p_pct
    risky = [e for _, e in _concerned(day, outlook, case) if e.p_late_pct >= threshold]
    called = {c.order_id for _, c in day.contacts}
    return CaseRow(
        case_id=case.case_id,
        type=case.type.value,
        types=sorted({e.type.value for e in case.exceptions}),
        title=case.title,
        status=case.status.value,
        revision=case.revision,
        waiting_cents=case.waiting_cents,
        deadline_at=day.local(case.deadline_at) if case.deadline_at is not None else None,
        minutes_left=left,
        opened_at=day.local(case.opened_at),
        age_s=max(0, seconds_between(case.opened_at, outlook.now)),
        vehicle_ids=list(case.vehicle_ids()),
        order_ids=list(case.order_ids()),
        promises_at_risk=len(risky),
        callers=sum(1 for o in case.order_ids() if o in called),
        snoozed_until=day.local(case.snoozed_until) if case.snoozed_until is not None else None,
        proposal_id=proposal.proposal.proposal_id if proposal is not None else None,
        best_label=best.label if best is not None else "",
        best_cents=best.price.total_cents if best is not None and best.price is not None else None,
    )


def inbox(day: Day, outlook: Outlook, *, closed: bool) -> Inbox:
    """Return open cases banded by money, each band by minutes left."""
    rows = [case_row(day, outlook, c) for c in day.cases.values()]
    bands: list[tuple[Literal["high", "middle", "low"], int]] = [
        ("high", HIGH_CENTS),
        ("middle", MIDDLE_CENTS),
        ("low", 0),
    ]
    active = [r for r in rows if r.status not in ("closed", "snoozed")]
    return Inbox(
        now=day.local(outlook.now),
        seq=day.seq,
        open=len(active),
        bands=[
            Band(
                band=name,
                from_cents=floor,
                cases=sorted((r for r in active if _band(r) == name), key=_urgency),
            )
            for name, floor in bands
        ],
        snoozed=sorted((r for r in rows if r.status == "snoozed"), key=_urgency),
        closed=[r for r in reversed(rows) if r.status == "closed"] if closed else [],
    )


def _band(row: CaseRow) -> str:
    if row.waiting_cents >= HIGH_CENTS:
        return "high"
    return "middle" if row.waiting_cents >= MIDDLE_CENTS else "low"


def _urgency(row: CaseRow) -> tuple[int, int, str]:
    left = row.minutes_left if row.minutes_left is not None else _NO_DEADLINE
    return (left, -row.waiting_cents, row.case_id)


def case_detail(live: Live, day: Day, outlook: Outlook, case: Case) -> CaseDetail:
    late = [_late_promise(day, case, o, e) for o, e in _concerned(day, outlook, case)]
    late.sort(key=lambda p: (-p.late_min, -p.p_late_pct, p.order_id))
    own = [s for s in day.proposals.values() if s.proposal.case_id == case.case_id]
    shown = open_proposal(day, case.case_id)
    if shown is None:
        committed = [s for s in own if s.status in (ProposalStatus.HELD, ProposalStatus.APPROVED)]
        shown = committed[-1] if committed else None
        if shown is not None and case.status in ASKED and not undo_seconds(day, shown, outlook.now):
            # Asked anew: what was decided then says nothing about what can be done now.
            shown = None
    callers = [c.order_id for _, c in day.contacts if c.order_id in case.order_ids()]
    speak = callers[-1] if callers else (late[0].order_id if late else None)
    if speak is None and case.order_ids():
        speak = case.order_ids()[0]
    return CaseDetail(
        now=day.local(outlook.now),
        seq=day.seq,
        case=case_row(day, outlook, case),
        note=case.note,
        closed_because=case.closed_because,
        exceptions=[_exception_view(day, e, outlook.now) for e in case.exceptions],
        late=late,
        delays=_delays(live, day, outlook.now, late),
        caller_sentence=_say(day, outlook, speak),
        proposal=proposal_view(live, day, shown, outlook.now) if shown is not None else None,
        history=[
            Outcome(
                proposal_id=s.proposal.proposal_id,
                status=s.status.value,
                label=s.proposal.option.label,
                decided_by=s.decided_by,
                decided_at=day.local(s.decided_at) if s.decided_at is not None else None,
                reason=s.reason.value if s.reason is not None else None,
                note=s.note,
            )
            for s in own
            if s.status is not ProposalStatus.OPEN
        ],
    )


def _say(day: Day, outlook: Outlook, order_id: str | None) -> str:
    if order_id is None or order_id not in day.orders:
        return ""
    return caller_sentence(day, outlook, OrderId(order_id))


def _concerned(day: Day, outlook: Outlook, case: Case) -> list[tuple[OrderId, Expected]]:
    """Return the promises behind a case that are on a route: its own orders, and what is late
    or at risk on the vehicles that it is about. Those that only carry its order have cases of
    their own."""
    named = set(case.order_ids())
    vehicles = set(scope_of(day, case).vehicles)
    threshold = day.rules.thresholds.late_p_pct
    return [
        (order_id, e)
        for order_id, e in sorted(outlook.orders.items())
        if order_id in day.orders
        and day.orders[order_id].open
        and (
            order_id in named
            or (e.vehicle_id in vehicles and (e.p_late_pct >= threshold or e.time.late_s > 0))
        )
    ]


def _late_promise(day: Day, case: Case, order_id: OrderId, expected: Expected) -> LatePromise:
    state = day.orders[order_id]
    return LatePromise(
        order_id=order_id,
        vehicle_id=expected.vehicle_id,
        priority=state.order.priority.value,
        expected_at=day.local(expected.time.start_at),
        promise_closes=day.local(state.promise.closes),
        late_min=expected.late_min,
        p_late_pct=expected.p_late_pct,
        cause=_cause(day, case, expected),
    )


def _cause(
    day: Day, case: Case, expected: Expected
) -> Literal["breakdown", "incident", "driver_report", "earlier_stops"]:
    vehicle_id = expected.vehicle_id
    if day.vehicles[vehicle_id].down_since is not None:
        return "breakdown"
    if any(
        e.type is ExceptionType.ROAD_INCIDENT and vehicle_id in e.vehicle_ids
        for e in case.exceptions
    ):
        return "incident"
    return "driver_report" if vehicle_id in day.reports else "earlier_stops"


def _delays(live: Live, day: Day, now: datetime, late: list[LatePromise]) -> list[DelayView]:
    """Explain the latest promise of every vehicle behind the case."""
    worst: dict[VehicleId, LatePromise] = {}
    for promise in late:
        if promise.late_min and promise.vehicle_id is not None:
            worst.setdefault(VehicleId(promise.vehicle_id), promise)
    if not worst:
        return []
    outlook = live.outlook(day, now)
    events = live.owner.events(0)
    found: list[DelayView] = []
    for vehicle_id, promise in worst.items():
        delay = explain(day, events, outlook.routes[vehicle_id], OrderId(promise.order_id))
        found.append(
            DelayView(
                vehicle_id=vehicle_id,
                order_id=delay.order_id,
                late_min=delay.late_min,
                behind_min=delay.behind_min,
                causes=[
                    CauseMinutes(cause=c.cause.value, minutes=c.minutes)
                    for c in delay.causes
                    if c.minutes
                ],
            )
        )
    return found


def _exception_view(day: Day, exception: DeliveryException, now: datetime) -> ExceptionView:
    limit = day.rules.thresholds.stale_position_s
    return ExceptionView(
        exception_id=exception.exception_id,
        type=exception.type.value,
        subject=exception.subject,
        detected_at=day.local(exception.detected_at),
        vehicle_ids=list(exception.vehicle_ids),
        order_ids=list(exception.order_ids),
        evidence=[
            EvidenceView(
                sentence=e.sentence,
                at=day.local(e.at),
                age_s=max(0, seconds_between(e.at, now)),
                stale=seconds_between(e.at, now) > limit,
                value=e.value,
                unit=e.unit,
            )
            for e in exception.evidence
        ],
    )
