"""Which failed attempts are over and done with, and what would open one again."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.case import CaseStatus, ExceptionType
from core.domain.day import Day, OrderState
from core.domain.ids import OrderId
from core.domain.option import ChangeRoutes, NotifyCustomer
from core.domain.plan import RouteState
from core.domain.proposal import ProposalStatus
from core.tower.look import Look

BACK_TO_DEPOT = "back_to_depot"
"""Template of the message that ends a failed attempt: the goods go back to the depot."""
# A door this near to a stop that the route serves anyway is on its way.
NEAR_M = 250


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


def news_since(look: Look, state: OrderState, route: RouteState, since: datetime) -> News | None:
    """Return what changed materially for a settled attempt: its customer asked since, or a
    decision since then leads the goods past the door with time in hand."""
    day, order_id = look.day, state.order.order_id
    for number, (at, contact) in enumerate(day.contacts):
        if contact.order_id == order_id and at > since:
            return News(f"call{number}", f"customer of {order_id} asks again", at)
    changed = _changed_since(day, route, since)
    if changed is None or state.order.point is None or _late(look, route):
        return None
    door = state.order.point
    for stop in route.remaining[route.frozen :]:
        away = stop.point.crow_m(door)
        if away <= NEAR_M:
            text = f"{route.vehicle_id} now passes {away} m from {order_id}, with time in hand"
            return News(f"near{route.revision}", text, changed)
    return None


def _changed_since(day: Day, route: RouteState, since: datetime) -> datetime | None:
    """Return when a decision after `since` last changed that route."""
    found = [
        state.decided_at
        for state in day.proposals.values()
        if state.status is ProposalStatus.APPROVED
        and state.decided_at is not None
        and state.decided_at > since
        for action in state.committed.actions
        if isinstance(action, ChangeRoutes)
        and any(r.vehicle_id == route.vehicle_id for r in action.routes)
    ]
    return max(found, default=None)


def _late(look: Look, route: RouteState) -> bool:
    """Return whether any promise of the route is likelier late than not."""
    orders = [s.order_id for s in route.remaining if s.order_id in look.day.orders]
    return any(look.p_late(o, route) > 0.5 for o in orders if o is not None)
