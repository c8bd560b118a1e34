"""Which failed attempts are over and done with, and what would open one again."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.case import CaseStatus, ExceptionType
from core.domain.day import Day, OrderState
from core.domain.ids import OrderId
from core.domain.option import NotifyCustomer
from core.domain.plan import RouteState
from core.domain.proposal import ProposalStatus
from core.domain.time import seconds_between
from core.tower.look import Look
from core.tower.second_visit import best_chance

# What a rough estimate has to promise beyond the least gain, so that a closer look agrees.
DOUBT_CENTS = 200

NEAR = "near"
BACK_TO_DEPOT = "back_to_depot"
"""Template of the message that ends a failed attempt: the goods go back to the depot."""


@dataclass(frozen=True, slots=True)
class News:
    """What makes a settled attempt worth another look."""

    key: str
    sentence: str
    at: datetime


def settled_at(day: Day, order_id: OrderId) -> datetime | None:
    """Return when a failed attempt was last settled; None while it is not.

    It is when the goods were sent back by a decision that cannot be undone any more, when its
    case was closed, or once a run found that nothing beats leaving it.
    """
    found: list[datetime] = []
    for state in day.proposals.values():
        if state.status is not ProposalStatus.APPROVED or state.decided_at is None:
            continue
        for action in state.committed.actions:
            if isinstance(action, NotifyCustomer) and action.order_id == order_id:
                found += [state.decided_at] if action.template == BACK_TO_DEPOT else []
    for case in day.cases.values():
        if case.type is not ExceptionType.FAILED_ATTEMPT or order_id not in case.order_ids():
            continue
        if case.closed_at is not None:
            found.append(case.closed_at)
        elif case.status is CaseStatus.SNOOZED and case.note:
            found.append(day.now)
    return max(found, default=None)


def knows_it_goes_back(day: Day, order_id: OrderId) -> bool:
    """Return whether the customer was told that the goods go back."""
    return any(
        m.order_id == order_id and m.template == BACK_TO_DEPOT and m.outcome != "withdrawn"
        for m in day.messages.values()
    )


def news_since(look: Look, state: OrderState, route: RouteState, since: datetime) -> News | None:
    """Return what changed materially for a settled attempt: its customer asked since, or, a
    review later and for the first time, its carrier comes near with time in hand."""
    day, order_id = look.day, state.order.order_id
    for number, (at, contact) in enumerate(day.contacts):
        if contact.order_id == order_id and at > since:
            return News(f"call{number}", f"customer of {order_id} asks again", at)
    if seconds_between(since, look.now) < day.rules.thresholds.wait_review_s:
        return None
    if _came_near_before(day, order_id):
        return None
    chance = best_chance(look, state, route)
    if chance is None or chance.gain_cents < day.rules.thresholds.min_gain_cents + DOUBT_CENTS:
        return None
    text = f"{route.vehicle_id} comes by {order_id} again with time in hand"
    return News(NEAR, f"{text}, {chance.detour_m} m out of its way", look.now)


def _came_near_before(day: Day, order_id: OrderId) -> bool:
    """Return whether a closer look was taken for that reason, and is over."""
    return any(
        case.closed_at is not None and e.exception_id.endswith(f":{NEAR}")
        for case in day.cases.values()
        for e in case.exceptions
        if e.type is ExceptionType.FAILED_ATTEMPT and order_id in e.order_ids
    )
