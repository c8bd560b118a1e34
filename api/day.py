"""The day as a whole: header, figures, and what changed since."""

import asyncio
import time
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Query

from api.live import Live, LiveDep
from api.schemas import ChangeRow, Changes, Clock, DayView, Place
from api.strip import kpi, last_plan
from api.undelivered import undelivered_views
from core.domain.case import CaseStatus, ExceptionType
from core.domain.day import Day
from core.domain.plan import Plan
from core.domain.proposal import ProposalStatus
from core.ledger.codec import unstructure
from core.ledger.events import Event

router = APIRouter(tags=["day"])

MAX_CHANGES = 500
POLL_S = 0.1
SUBJECTS = {
    "case_id": "case",
    "proposal_id": "proposal",
    "vehicle_id": "vehicle",
    "order_id": "order",
    "incident_id": "incident",
    "message_id": "message",
    "tender_id": "tender",
    "carrier_id": "carrier",
    "driver_id": "driver",
    "giver": "vehicle",
    "taker": "vehicle",
}

Autopilot = Literal["shadow", "supervised", "automatic", "mixed", "off"]


def autonomy_of(day: Day) -> dict[str, str]:
    return {t.value: day.autonomy.get(t.value, "supervised") for t in ExceptionType}


def _autopilot(day: Day) -> Autopilot:
    if day.killed:
        return "off"
    levels = set(autonomy_of(day).values())
    for level in ("shadow", "supervised", "automatic"):
        if levels == {level}:
            return level
    return "mixed"


def _plan(live: Live, day: Day) -> Plan | None:
    held = live.plans.get(day.plan_version)
    if held is None and day.plan_version:
        held = last_plan(live.owner.events(0))
        if held is not None:
            live.plans[day.plan_version] = held
    return held


@router.get("/day")
def day_view(live: LiveDep) -> DayView:
    """Return the header and the figures above the board."""
    day, now = live.day, live.now()
    outlook = live.outlook(day, now)
    stamp = day.provider
    return DayView(
        day_id=day.opened.day_id,
        operation=day.opened.operation,
        service_date=day.opened.service_date,
        zone=day.opened.zone,
        now=day.local(now),
        clock=Clock(mode=live.mode, speed=live.speed),
        seq=day.seq,
        plan_version=day.plan_version,
        provider=stamp.name if stamp is not None else "",
        map_date=stamp.map_date if stamp is not None else "",
        depot=Place(lat=day.depot.point.lat, lon=day.depot.point.lon),
        kpi=kpi(day, outlook, _plan(live, day)),
        autonomy=autonomy_of(day),
        autopilot=_autopilot(day),
        killed=day.killed,
        open_cases=sum(1 for c in day.open_cases() if c.status is not CaseStatus.SNOOZED),
        waiting_proposals=sum(1 for p in day.proposals.values() if p.status is ProposalStatus.OPEN),
        orders_left_out=len(day.left_out),
        undelivered=undelivered_views(live, day),
    )


@router.get("/changes")
async def changes(
    live: LiveDep,
    since: Annotated[int, Query(ge=0, le=2**53)] = 0,
    wait_s: Annotated[float, Query(ge=0, le=60, allow_inf_nan=False)] = 0,
) -> Changes:
    """Return the events after `since`; with `wait_s`, hold the answer until there is one."""
    until = time.monotonic() + wait_s
    while live.day.seq <= since and time.monotonic() < until:
        await asyncio.sleep(POLL_S)  # news come from other threads, which wake no event loop
    day = live.day
    found = live.owner.events(since) if since < day.seq else ()
    rows = [_row(day, e) for e in found[:MAX_CHANGES]]
    return Changes(
        now=day.local(live.now()),
        seq=rows[-1].seq if rows else max(day.seq, min(since, day.seq)),
        events=rows,
        more=len(found) > MAX_CHANGES,
    )


def _row(day: Day, event: Event) -> ChangeRow:
    return ChangeRow(
        seq=event.seq,
        type=event.body.type,
        at=day.local(event.at),
        received_at=day.local(event.received_at),
        actor=event.actor,
        subjects=subjects(unstructure(event.body)),
    )


def subjects(body: object) -> list[str]:
    """Return what an event is about, read from its ids; the heavy insides are left alone."""
    found: dict[str, None] = {}

    def read(value: object, depth: int) -> None:
        if not isinstance(value, dict):
            return
        for key, inner in cast("dict[str, object]", value).items():
            kind = SUBJECTS.get(key)
            if kind is not None and isinstance(inner, str):
                found[f"{kind}:{inner}"] = None
            elif depth:
                read(inner, depth - 1)

    read(body, 1)
    return list(found)
