"""What people said no to: the next attempt at a case does not ask the same again."""

from dataclasses import replace

from core.domain.case import Case
from core.domain.day import Day, ProposalState
from core.domain.option import ChangeKind, ChangeRoutes, NotifyCustomer, Option, TenderOrder
from core.domain.proposal import ProposalStatus, RejectReason
from core.resolve.draft import Draft
from core.routing.moved import moved_stops


def not_again(day: Day, case: Case, draft: Draft) -> Draft:
    """Return the draft, infeasible where a rejection of this case speaks against it.

    The same option is never proposed again, and neither is one that somebody took back, nor a
    second attempt that nobody had an answer to. A reason reaches further: a driver who won't gets
    no other change, too dear bars what costs at least as much, too disruptive what moves as many
    stops, a customer who won't hears nothing.
    """
    if not draft.feasible:
        return draft
    for state in sorted(day.proposals.values(), key=lambda s: s.proposal.proposal_id):
        if state.proposal.case_id != case.case_id:
            continue
        if draft.option_id == state.committed.option_id:
            if state.status is ProposalStatus.UNDONE:
                return replace(draft, refused_because=f"{state.decided_by} took it back")
            if state.status is ProposalStatus.EXPIRED and _retries(draft):
                return replace(draft, refused_because="nobody answered that the last time")
        if state.status is ProposalStatus.REJECTED and _barred(day, state, draft):
            words = (state.reason or "no reason").replace("_", " ")
            return replace(draft, refused_because=f"{state.decided_by} said no: {words}")
    return draft


def _retries(draft: Draft) -> bool:
    return any(isinstance(a, ChangeRoutes) and a.kind is ChangeKind.RETRY for a in draft.actions)


def _barred(day: Day, state: ProposalState, draft: Draft) -> bool:
    option = state.proposal.option
    if draft.option_id == option.option_id:
        return True
    if state.reason is RejectReason.DRIVER_WONT:
        return bool(_vehicles(option) & set(draft.vehicle_ids()))
    if state.reason is RejectReason.TOO_DEAR:
        fee = _fee(option.actions)
        return fee > 0 and _fee(draft.actions) >= fee
    if state.reason is RejectReason.TOO_DISRUPTIVE and option.price is not None:
        moved = len(moved_stops(day, draft.new_routes()))
        return moved > 0 and moved >= option.price.stops_moved
    if state.reason is RejectReason.CUSTOMER_WONT:
        spoken = {a.order_id for a in option.actions if isinstance(a, NotifyCustomer)}
        return bool(spoken & draft.told().keys())
    return False


def _vehicles(option: Option) -> set[str]:
    return {r.vehicle_id for a in option.actions if isinstance(a, ChangeRoutes) for r in a.routes}


def _fee(actions: tuple[object, ...]) -> int:
    return sum(a.price_cents for a in actions if isinstance(a, TenderOrder))
