"""What a committed option does: route changes, tenders, refusals, messages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.decision import (
    CaseSnoozed,
    MessageQueued,
    OrderRefused,
    OrderTendered,
    RouteChanged,
)
from core.domain.ids import MessageId, OrderId, TenderId, VehicleId
from core.domain.option import (
    AskDriver,
    ChangeRoutes,
    NotifyCustomer,
    Option,
    RefuseOrder,
    TenderOrder,
    Wait,
)
from core.domain.proposal import Proposal
from core.domain.time import TimeWindow
from core.errors import UnknownId
from core.ledger.events import Body
from core.routing.moved import moved_stops, touched

ROUTE_CHANGED = "route_changed"
ORDER_REFUSED = "order_refused"


@dataclass(frozen=True, slots=True)
class Committed:
    """An option in force: whose, and how long it can be undone."""

    proposal: Proposal
    option: Option
    hold_until: datetime
    by: str


def effects(day: Day, made: Committed) -> tuple[Body, ...]:
    """Return what follows from putting an option in force; UnknownId for what the day lacks."""
    bodies: list[Body] = []
    for action in made.option.actions:
        match action:
            case ChangeRoutes():
                bodies += _routes(day, made, action)
            case TenderOrder():
                bodies.append(_tender(day, made, action))
            case RefuseOrder():
                bodies.append(
                    OrderRefused(action.order_id, made.proposal.proposal_id, action.honest_at)
                )
            case Wait():
                bodies.append(CaseSnoozed(made.proposal.case_id, action.until, made.by))
            case NotifyCustomer() | AskDriver():
                pass
    return (*bodies, *_messages(day, made))


def _routes(day: Day, made: Committed, action: ChangeRoutes) -> list[Body]:
    for new in action.routes:
        if new.vehicle_id not in day.routes:
            raise UnknownId("route", new.vehicle_id)
    return [
        RouteChanged(
            new,
            made.proposal.proposal_id,
            stops_moved=len(moved_stops(day, [new])),
        )
        for new in action.routes
    ]


def _tender(day: Day, made: Committed, action: TenderOrder) -> OrderTendered:
    carrier = day.carriers.get(action.carrier_id)
    if carrier is None:
        raise UnknownId("carrier", action.carrier_id)
    proposal_id = made.proposal.proposal_id
    answers_within = timedelta(seconds=carrier.carrier.answers_within_s)
    return OrderTendered(
        tender_id=TenderId(f"T-{proposal_id}-{action.order_id}"),
        proposal_id=proposal_id,
        order_id=action.order_id,
        carrier_id=action.carrier_id,
        price_cents=action.price_cents,
        deliver_by=action.deliver_by,
        answer_by=made.hold_until + answers_within,
        hold_until=made.hold_until,
        pickup=action.pickup,
        pickup_by=action.pickup_by,
    )


def _messages(day: Day, made: Committed) -> list[Body]:
    """Tell each driver whose route changes, once, and the customers that the option names."""
    wanted: list[tuple[str, str, OrderId | None, VehicleId | None, TimeWindow | None]] = []
    changes = [r for a in made.option.actions if isinstance(a, ChangeRoutes) for r in a.routes]
    for vehicle_id in touched(day, changes):
        driver = day.routes[vehicle_id].driver_id
        wanted.append((f"driver:{driver}", ROUTE_CHANGED, None, vehicle_id, None))
    for action in made.option.actions:
        if isinstance(action, NotifyCustomer):
            to = _customer(day, action.order_id)
            wanted.append((to, action.template, action.order_id, None, action.window))
        elif isinstance(action, RefuseOrder):
            to = _customer(day, action.order_id)
            window = None
            if action.honest_at is not None:
                window = TimeWindow(action.honest_at, action.honest_at + timedelta(hours=1))
            wanted.append((to, ORDER_REFUSED, action.order_id, None, window))
        elif isinstance(action, AskDriver):
            route = day.routes.get(action.vehicle_id)
            if route is None:
                raise UnknownId("route", action.vehicle_id)
            to = f"driver:{route.driver_id}"
            wanted.append((to, action.template, None, action.vehicle_id, None))
    proposal_id = made.proposal.proposal_id
    return [
        MessageQueued(
            message_id=MessageId(f"M-{proposal_id}-{n}"),
            to=to,
            template=template,
            order_id=order_id,
            vehicle_id=vehicle_id,
            window=window,
            hold_until=made.hold_until,
            proposal_id=proposal_id,
            foreseen=made.proposal.foreseen if window is not None else None,
        )
        for n, (to, template, order_id, vehicle_id, window) in enumerate(wanted, start=1)
    ]


def _customer(day: Day, order_id: OrderId) -> str:
    state = day.orders.get(order_id)
    if state is None:
        raise UnknownId("order", order_id)
    return f"customer:{state.order.customer_id}"
