"""A proposal with its whole option table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from api.drawing import difference
from api.live import Live
from api.outlook import Outlook
from api.route_views import changed_view
from api.schemas import (
    ActionView,
    MeetingView,
    OptionView,
    PriceLineView,
    PriceView,
    ProposalMap,
    ProposalView,
    RiskView,
    VerdictView,
)
from api.words import action_sentence, meeting_sentence, price_sentence
from core.domain.day import Day, ProposalState
from core.domain.foreseen import FORMULA
from core.domain.ids import CaseId, OrderId
from core.domain.option import (
    Action,
    AskDriver,
    ChangeKind,
    ChangeRoutes,
    Meeting,
    NewRoute,
    NotifyCustomer,
    Option,
    OrderRisk,
    Price,
    RefuseOrder,
    TenderOrder,
)
from core.domain.place import Point
from core.domain.proposal import ProposalStatus
from core.domain.time import seconds_between
from core.errors import UnknownId

Street = Callable[[Point], str]


def street_finder(live: Live) -> Street:
    """Return how to name a place; nothing where the travel provider knows no streets."""
    found = getattr(live.travel, "nearest_street", None)

    def street(point: Point) -> str:
        return str(found(point)) if callable(found) else ""

    return street


def open_proposal(day: Day, case_id: CaseId) -> ProposalState | None:
    """Return the proposal of that case that waits for a person."""
    for state in day.proposals.values():
        if state.proposal.case_id == case_id and state.status is ProposalStatus.OPEN:
            return state
    return None


def undo_seconds(day: Day, state: ProposalState, now: datetime) -> int:
    """Return how long the proposal can still be undone, by its hold and the held messages."""
    if state.status not in (ProposalStatus.HELD, ProposalStatus.APPROVED):
        return 0
    until = state.hold_until
    if until is None and state.decided_at is not None:
        until = state.decided_at + timedelta(seconds=day.rules.thresholds.undo_window_s)
    return max(0, seconds_between(now, until)) if until is not None else 0


def options_of(state: ProposalState) -> tuple[Option, ...]:
    return (state.proposal.option, *state.proposal.alternatives)


def proposal_view(live: Live, day: Day, state: ProposalState, now: datetime) -> ProposalView:
    proposal = state.proposal
    options = options_of(state)
    wait = next((o for o in options if o.waits and o.price is not None), None)
    wait_cents = wait.price.total_cents if wait is not None and wait.price is not None else None
    best = proposal.option.price
    fresh = None
    if state.status is not ProposalStatus.OPEN:
        other = open_proposal(day, proposal.case_id)
        fresh = other.proposal.proposal_id if other is not None else None
    street = street_finder(live)
    verdict = proposal.verdict
    return ProposalView(
        proposal_id=proposal.proposal_id,
        case_id=proposal.case_id,
        case_revision=proposal.case_revision,
        status=state.status.value,
        made_at=day.local(proposal.made_at),
        expires_at=day.local(proposal.expires_at),
        expires_in_s=max(0, seconds_between(now, proposal.expires_at)),
        recommended_id=proposal.option.option_id,
        wait_cents=wait_cents,
        saving_cents=wait_cents - best.total_cents if best and wait_cents is not None else None,
        verdict=VerdictView(
            kind=verdict.kind.value,
            rule=verdict.rule,
            sentence=verdict.sentence,
            role=verdict.role,
        ),
        explanation=proposal.explanation,
        explained_by=proposal.explained_by,
        options=[
            _option_view(day, option, wait, street, recommended=i == 0)
            for i, option in enumerate(options)
        ],
        decided_by=state.decided_by,
        decided_at=day.local(state.decided_at) if state.decided_at is not None else None,
        reason=state.reason.value if state.reason is not None else None,
        note=state.note,
        undo_s=undo_seconds(day, state, now),
        fresh_proposal_id=fresh,
        rules_digest=proposal.rules_digest,
        provider=proposal.provider,
        model_id=proposal.foreseen.model_id if proposal.foreseen is not None else FORMULA,
        seed=proposal.seed,
    )


def _option_view(
    day: Day, option: Option, wait: Option | None, street: Street, *, recommended: bool
) -> OptionView:
    waiting = {r.order_id: r for r in wait.price.risks} if wait and wait.price else {}
    changes = changes_of(option)
    return OptionView(
        option_id=option.option_id,
        label=option.label,
        recommended=recommended,
        feasible=option.feasible,
        waits=option.waits,
        refused_because=option.refused_because,
        reason=option.reason,
        caller_sentence=option.caller_sentence,
        price=_price_view(day, option.price, waiting) if option.price is not None else None,
        actions=[_action_view(day, a) for a in option.actions],
        meetings=[_meeting_view(day, m, street) for m in meetings_of(option)],
        vehicle_ids=[c.vehicle_id for c in changes],
    )


def _price_view(day: Day, price: Price, waiting: dict[OrderId, OrderRisk]) -> PriceView:
    return PriceView(
        total_cents=price.total_cents,
        standard_error_cents=price.standard_error_cents,
        paths=price.paths,
        lines=[
            PriceLineView(
                label=line.label,
                amount=line.amount_milli / 1000,
                unit=line.unit,
                unit_cents=line.unit_cents_milli / 1000,
                cents=line.cents,
                source=line.source,
                sentence=price_sentence(line),
            )
            for line in price.lines
        ],
        risks=[
            RiskView(
                order_id=r.order_id,
                priority=day.orders[r.order_id].order.priority.value,
                p_late_pct=r.p_late_pct,
                expected_at=day.local(r.expected_at),
                promise_closes=day.local(r.promise_closes),
                wait_p_late_pct=waiting[r.order_id].p_late_pct if r.order_id in waiting else None,
            )
            for r in price.risks
        ],
        stops_moved=price.stops_moved,
        drivers_disturbed=price.drivers_disturbed,
        promises_saved=price.promises_saved_milli / 1000,
    )


def _meeting_view(day: Day, meeting: Meeting, street: Street) -> MeetingView:
    name = street(meeting.point)
    return MeetingView(
        meeting_id=meeting.meeting_id,
        at=day.local(meeting.at),
        lat=meeting.point.lat,
        lon=meeting.point.lon,
        street=name,
        giver=meeting.giver,
        taker=meeting.taker,
        order_ids=list(meeting.order_ids),
        duration_s=meeting.duration_s,
        sentence=meeting_sentence(day, meeting, name),
    )


def _action_view(day: Day, action: Action) -> ActionView:
    vehicles: list[str] = []
    orders: list[str] = []
    consent = ""
    match action:
        case ChangeRoutes():
            vehicles = [str(r.vehicle_id) for r in action.routes]
            if action.kind is ChangeKind.MOVE_AT_MEETING:
                consent = ", ".join(f"driver of {v}" for v in vehicles)
        case TenderOrder():
            orders = [str(action.order_id)]
            consent = f"carrier {action.carrier_id}"
        case NotifyCustomer() | RefuseOrder():
            orders = [str(action.order_id)]
        case AskDriver():
            vehicles = [str(action.vehicle_id)]
        case _:
            pass
    return ActionView(
        type=action.type,
        sentence=action_sentence(day, action),
        vehicle_ids=vehicles,
        order_ids=orders,
        consent=consent,
    )


def changes_of(option: Option) -> tuple[NewRoute, ...]:
    return tuple(r for a in option.actions if isinstance(a, ChangeRoutes) for r in a.routes)


def meetings_of(option: Option) -> tuple[Meeting, ...]:
    return tuple(m for a in option.actions if isinstance(a, ChangeRoutes) for m in a.meetings)


def _still_ahead(day: Day, change: NewRoute) -> NewRoute:
    """Return the change without the stops that were done since it was proposed."""
    route = day.routes[change.vehicle_id]
    over = {s.stop_id for s in route.stops[: route.done]}
    return replace(change, stops=tuple(s for s in change.stops if s.stop_id not in over))


def proposal_map(
    live: Live, day: Day, outlook: Outlook, state: ProposalState, option_id: str | None
) -> ProposalMap:
    """Return the difference that one option of the table makes, for map and timeline."""
    wanted = option_id or state.proposal.option.option_id
    option = next((o for o in options_of(state) if o.option_id == wanted), None)
    if option is None:
        raise UnknownId("option", wanted)
    changes = [_still_ahead(day, c) for c in changes_of(option)]
    before, after, stops = difference(live, day, changes)
    risks = {r.order_id: r.p_late_pct for r in option.price.risks} if option.price else {}
    return ProposalMap(
        proposal_id=state.proposal.proposal_id,
        option_id=option.option_id,
        before=before,
        after=after,
        stops=stops,
        timeline=[changed_view(live, day, outlook, c, risks) for c in changes],
    )
