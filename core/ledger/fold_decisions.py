"""What decisions do to a day."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.case import Case, CaseStatus
from core.domain.day import Day, GoodsAt, ProposalState
from core.domain.decision import (
    AutonomySet,
    CaseAnswered,
    CaseChanged,
    CaseClosed,
    CaseOpened,
    CaseSnoozed,
    KillSwitchSet,
    OrderRefused,
    PlanAdopted,
    ProposalEnded,
    ProposalHeld,
    ProposalUndone,
    Proposed,
    RouteChanged,
    RulesAdopted,
)
from core.domain.ids import OrderId
from core.domain.option import NewRoute, RefuseOrder
from core.domain.order import OrderStatus
from core.domain.plan import Progress, Route, RouteState, Stop, StopKind
from core.domain.proposal import ProposalStatus
from core.ledger.fold_orders import released
from core.ledger.fold_ways import ways_followed
from core.ledger.folding import (
    Apply,
    advanced,
    put,
    with_case,
    with_order,
    with_proposal,
    with_route,
)


def rules_adopted(body: RulesAdopted, day: Day, at: datetime) -> Day:
    del at
    return replace(day, rules=body.rules, rules_digest=body.digest)


def plan_adopted(body: PlanAdopted, day: Day, at: datetime) -> Day:
    del at
    plan = body.plan
    routes = {r.vehicle_id: _fresh(r, day.routes.get(r.vehicle_id)) for r in plan.routes}
    day = replace(
        day,
        routes=routes,
        plan_version=plan.version,
        provider=plan.provider,
        left_out=plan.left_out,
    )
    return ways_followed(day, day.orders)


def _fresh(route: Route, known: RouteState | None) -> RouteState:
    return RouteState(
        vehicle_id=route.vehicle_id,
        driver_id=route.driver_id,
        revision=1 if known is None else known.revision + 1,
        depart_at=route.depart_at,
        start=route.start,
        stops=route.stops,
        end=route.end,
        return_at=route.return_at,
        loads=route.loads,
    )


def case_opened(body: CaseOpened, day: Day, at: datetime) -> Day:
    del at
    return with_case(day, body.case)


def case_changed(body: CaseChanged, day: Day, at: datetime) -> Day:
    del at
    return with_case(day, body.case)


def case_closed(body: CaseClosed, day: Day, at: datetime) -> Day:
    case = day.cases[body.case_id]
    return with_case(
        day,
        replace(case, status=CaseStatus.CLOSED, closed_at=at, closed_because=body.because),
    )


def case_snoozed(body: CaseSnoozed, day: Day, at: datetime) -> Day:
    del at
    case = day.cases[body.case_id]
    return with_case(day, replace(case, status=CaseStatus.SNOOZED, snoozed_until=body.until))


def case_answered(body: CaseAnswered, day: Day, at: datetime) -> Day:
    """The words stay in the ledger; the case is looked at again with them."""
    del at
    case = day.cases[body.case_id]
    return with_case(
        day, replace(case, status=CaseStatus.OPEN, revision=case.revision + 1, note=body.text)
    )


def proposed(body: Proposed, day: Day, at: datetime) -> Day:
    del at
    proposal = body.proposal
    day = with_proposal(day, ProposalState(proposal, ProposalStatus.OPEN))
    case = day.cases[proposal.case_id]
    waiting = next((o for o in (proposal.option, *proposal.alternatives) if o.waits), None)
    cents = case.waiting_cents
    if waiting is not None and waiting.price is not None:
        cents = waiting.price.total_cents
    return with_case(day, replace(case, status=CaseStatus.PROPOSED, waiting_cents=cents))


def proposal_ended(body: ProposalEnded, day: Day, at: datetime) -> Day:
    """An approval starts the hold in which it can be undone."""
    known = day.proposals[body.proposal_id]
    hold = known.hold_until
    approved = body.status is ProposalStatus.APPROVED
    if approved and hold is None:
        hold = at + timedelta(seconds=day.rules.thresholds.undo_window_s)
    day = with_proposal(
        day,
        replace(
            known,
            status=body.status,
            decided_by=body.by,
            decided_at=known.decided_at or at,
            reason=body.reason,
            note=body.note,
            hold_until=hold,
            option_id=body.option_id or known.option_id,
        ),
    )
    if approved and known.status is ProposalStatus.OPEN:
        return _resolving(day, day.cases[known.proposal.case_id])
    return day


def proposal_held(body: ProposalHeld, day: Day, at: datetime) -> Day:
    known = day.proposals[body.proposal_id]
    day = with_proposal(
        day,
        replace(
            known,
            status=ProposalStatus.HELD,
            decided_by="policy",
            decided_at=at,
            hold_until=body.until,
        ),
    )
    return _resolving(day, day.cases[known.proposal.case_id])


def _resolving(day: Day, case: Case) -> Day:
    if case.status is CaseStatus.CLOSED:
        return day
    return with_case(day, replace(case, status=CaseStatus.RESOLVING))


def route_changed(body: RouteChanged, day: Day, at: datetime) -> Day:
    del at
    route = day.routes[body.route.vehicle_id]
    state = day.proposals.get(body.proposal_id) if body.proposal_id is not None else None
    if state is not None:
        day = with_proposal(day, replace(state, undo=(*state.undo, route)))
    return _with_change(day, route, body.route)


def _with_change(day: Day, route: RouteState, new: NewRoute) -> Day:
    touched = (s.order_id for s in (*route.remaining, *new.stops) if s.order_id is not None)
    return ways_followed(with_route(day, _changed(route, new)), touched)


def _changed(route: RouteState, new: NewRoute) -> RouteState:
    loads = route.loads
    if route.progress is Progress.AT_DEPOT:
        loads = loads_for(new.stops)
    return replace(
        route,
        stops=(*route.stops[: route.done], *new.stops),
        return_at=new.return_at,
        loads=loads,
        revision=route.revision + 1,
    )


def loads_for(stops: tuple[Stop, ...]) -> tuple[OrderId, ...]:
    """Return what has to be on board at departure to serve `stops`."""
    later = {o for s in stops for o in (*s.loads, *s.takes)}
    wanted: dict[OrderId, None] = {}
    for stop in stops:
        brought = None if stop.kind is StopKind.COLLECT else stop.order_id
        for order_id in (*([brought] if brought is not None else []), *stop.gives):
            if order_id not in later:
                wanted[order_id] = None
    return tuple(wanted)


def order_refused(body: OrderRefused, day: Day, at: datetime) -> Day:
    order = day.orders[body.order_id]
    status = advanced(order, OrderStatus.REFUSED)
    return with_order(day, replace(order, status=status, ended_at=at, revision=order.revision + 1))


def proposal_undone(body: ProposalUndone, day: Day, at: datetime) -> Day:
    """Put back routes, tenders and refusals as they were; the case is open again."""
    del at
    state = day.proposals[body.proposal_id]
    day = with_proposal(day, replace(state, status=ProposalStatus.UNDONE, decided_by=body.by))
    for new in body.routes:
        day = _with_change(day, day.routes[new.vehicle_id], new)
    for tender in [t for t in day.tenders.values() if t.proposal_id == body.proposal_id]:
        if tender.accepted is None:
            withdrawn = replace(tender, accepted=False)
            day = replace(day, tenders=put(day.tenders, tender.tender_id, withdrawn))
            day = released(day, tender)
    for action in state.committed.actions:
        if isinstance(action, RefuseOrder):
            day = _wanted_again(day, action.order_id)
    case = day.cases[state.proposal.case_id]
    if case.status is CaseStatus.CLOSED:
        return day
    return with_case(
        day,
        replace(case, status=CaseStatus.OPEN, snoozed_until=None, revision=case.revision + 1),
    )


def _wanted_again(day: Day, order_id: OrderId) -> Day:
    """Give an order back the status that its goods prove."""
    order = day.orders[order_id]
    if order.status is not OrderStatus.REFUSED:
        return day
    status = OrderStatus.LOADED if order.goods is GoodsAt.VEHICLE else OrderStatus.RECEIVED
    return with_order(
        day, replace(order, status=status, ended_at=None, revision=order.revision + 1)
    )


def autonomy_set(body: AutonomySet, day: Day, at: datetime) -> Day:
    del at
    return replace(day, autonomy=put(day.autonomy, body.exception_type, body.level))


def kill_switch_set(body: KillSwitchSet, day: Day, at: datetime) -> Day:
    del at
    return replace(day, killed=body.on)


APPLY: tuple[Apply, ...] = (
    rules_adopted,
    plan_adopted,
    case_opened,
    case_changed,
    case_closed,
    case_snoozed,
    case_answered,
    proposed,
    proposal_ended,
    proposal_held,
    route_changed,
    order_refused,
    proposal_undone,
    autonomy_set,
    kill_switch_set,
)
