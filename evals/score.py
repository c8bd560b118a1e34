"""What a played day cost, at the same prices that options are priced with."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from core.domain.day import Day, OrderState
from core.domain.decision import (
    CaseOpened,
    OrderRefused,
    OrderTendered,
    ProposalEnded,
    ProposalHeld,
    Proposed,
    RouteChanged,
)
from core.domain.fact import (
    AttemptFailed,
    CustomerContacted,
    OrderDelivered,
    StopReached,
    TenderAnswered,
)
from core.domain.ids import OrderId, TenderId, VehicleId
from core.domain.option import NewRoute
from core.domain.order import OrderStatus
from core.domain.proposal import ProposalStatus
from core.domain.rules import Rules
from core.domain.time import seconds_between
from core.ledger import fold
from core.ledger.events import Event
from core.routing.moved import disturbed, moved_stops


@dataclass(frozen=True, slots=True)
class Driven:
    """What one vehicle truly did, as only the world knows."""

    vehicle_id: VehicleId
    seconds: int
    metres: int
    km_cents: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one order that was owed ended."""

    order_id: OrderId
    priority: str
    result: str
    """on_time, late, failed, refused or undelivered."""
    late_s: int = 0


@dataclass(frozen=True, slots=True)
class CostLines:
    """Where the money went, in cents."""

    driver_cents: int
    km_cents: int
    broken_cents: int
    failed_cents: int
    contact_cents: int
    carrier_cents: int
    disturbance_cents: int

    def total(self) -> int:
        return (
            self.driver_cents
            + self.km_cents
            + self.broken_cents
            + self.failed_cents
            + self.contact_cents
            + self.carrier_cents
            + self.disturbance_cents
        )


@dataclass(frozen=True, slots=True)
class UrgentOutcome:
    """What became of an order that came in after the freeze."""

    order_id: OrderId
    outcome: str
    """in_promise, late, refused, tendered or open."""
    answered_after_s: int | None
    """From receipt to the first decision about it."""
    late_s: int = 0


@dataclass(frozen=True)
class ArmResult:
    """One arm on one seed."""

    stops: int
    delivered: int
    on_time: int
    promises_broken: int
    late: int
    failed: int
    """Orders whose attempt failed and that nobody made good on the day."""
    contacts: int
    cost_cents: int
    stops_moved: int
    drivers_changed: int
    cases: int
    proposals: int
    automatic: int
    approved: int
    rejected: int
    expired: int
    policy_violations: int
    stale: int
    attempts_failed: int
    checker: tuple[str, ...]
    """What the checker found at a commit or over the day as executed; empty is right."""
    refused_commands: tuple[str, ...]
    """Decisions that the desk did not take, other than stale ones."""
    costs: CostLines
    urgent: tuple[UrgentOutcome, ...]
    broken: tuple[Outcome, ...]
    returned_at: tuple[tuple[VehicleId, str], ...]
    digest: str
    """Of the ledger: equal days have equal digests."""
    policy_found: tuple[str, ...] = ()
    """Each decision in force that policy does not allow, judged again on the day before it."""

    @property
    def rules_broken(self) -> int:
        """How often the checker found a hard rule broken."""
        return len(self.checker)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def outcomes(day: Day, events: Sequence[Event]) -> dict[OrderId, Outcome]:
    """Return how every order that was owed ended; cancelled ones were not owed."""
    served = _served_at(events)
    found: dict[OrderId, Outcome] = {}
    for order_id, state in sorted(day.orders.items()):
        if state.cancelled or state.status is OrderStatus.CANCELLED:
            continue
        found[order_id] = _outcome(state, served.get(order_id))
    return found


def _outcome(state: OrderState, served_at: datetime | None) -> Outcome:
    order_id, priority = state.order.order_id, state.order.priority.value
    if served_at is not None:
        late_s = state.promise.lateness_s(served_at)
        return Outcome(order_id, priority, "late" if late_s else "on_time", late_s)
    if state.status is OrderStatus.REFUSED:
        return Outcome(order_id, priority, "refused")
    return Outcome(order_id, priority, "failed" if state.attempts else "undelivered")


def _served_at(events: Sequence[Event]) -> dict[OrderId, datetime]:
    """Return when somebody stood at the door of each delivered order."""
    reached: dict[VehicleId, datetime] = {}
    served: dict[OrderId, datetime] = {}
    for event in events:
        body = event.body
        if isinstance(body, StopReached):
            reached[body.vehicle_id] = event.at
        elif isinstance(body, OrderDelivered) and body.order_id not in served:
            at = event.at if body.vehicle_id is None else reached[body.vehicle_id]
            served[body.order_id] = at
    return served


def cost_lines(
    rules: Rules,
    day: Day,
    events: Sequence[Event],
    driven: Sequence[Driven],
    ended: dict[OrderId, Outcome],
    moved: int,
    drivers: int,
) -> CostLines:
    """Return the realised cost of a day, line by line."""
    costs = rules.costs
    contacts = sum(isinstance(e.body, CustomerContacted) for e in events)
    broken = [o for o in ended.values() if o.result != "on_time"]
    # Whatever was not delivered needs another day's attempt, whyever it was not.
    again = sum(o.result != "late" for o in broken)
    return CostLines(
        driver_cents=round(sum(d.seconds for d in driven) / 60 * costs.driver_minute.cents),
        km_cents=round(sum(d.metres * d.km_cents for d in driven) / 1000),
        broken_cents=round(sum(_broken_cents(rules, day.orders[o.order_id]) for o in broken)),
        failed_cents=round(again * costs.failed_attempt.cents),
        contact_cents=round(contacts * costs.contact.cents),
        carrier_cents=_carrier_cents(events),
        disturbance_cents=round(
            moved * costs.moved_stop.cents + drivers * costs.disturbed_driver.cents
        ),
    )


def _broken_cents(rules: Rules, state: OrderState) -> float:
    agreed = state.order.late_penalty_cents
    return rules.costs.broken(state.order.priority).cents if agreed is None else agreed


def _carrier_cents(events: Sequence[Event]) -> int:
    prices: dict[TenderId, int] = {}
    total = 0
    for event in events:
        if isinstance(event.body, OrderTendered):
            prices[event.body.tender_id] = event.body.price_cents
        elif isinstance(event.body, TenderAnswered) and event.body.accepted:
            total += prices.get(event.body.tender_id, 0)
    return total


def disturbance(events: Sequence[Event]) -> tuple[int, int]:
    """Return stops moved, and drivers disturbed: once for each decision and driver.

    Counted from the routes, each decision against the day just before it, as prices are.
    """
    day: Day | None = None
    decided: dict[str, tuple[Day, list[NewRoute]]] = {}
    for event in events:
        body = event.body
        if day is not None and isinstance(body, RouteChanged):
            decision = str(body.proposal_id or event.event_id)
            decided.setdefault(decision, (day, []))[1].append(body.route)
        day = fold.opened_day(event) if day is None else fold.apply(day, event)
    moved = sum(len(moved_stops(before, changes)) for before, changes in decided.values())
    return moved, sum(len(disturbed(before, changes)) for before, changes in decided.values())


def ended_proposals(events: Sequence[Event], status: ProposalStatus, by_people: bool) -> int:
    return sum(
        isinstance(e.body, ProposalEnded)
        and e.body.status is status
        and (not by_people or e.body.by not in ("policy", "time"))
        for e in events
    )


def urgent_outcomes(
    day: Day, events: Sequence[Event], ended: dict[OrderId, Outcome]
) -> tuple[UrgentOutcome, ...]:
    """Return what became of each order that came in after the freeze."""
    found: list[UrgentOutcome] = []
    for order_id, state in sorted(day.orders.items()):
        if not state.urgent or order_id not in ended:
            continue
        outcome = ended[order_id]
        names = {"on_time": "in_promise", "late": "late", "refused": "refused"}
        name = names.get(outcome.result, "open")
        found.append(
            UrgentOutcome(
                order_id, name, _answered_after_s(order_id, state, events), outcome.late_s
            )
        )
    return tuple(found)


def _answered_after_s(order_id: OrderId, state: OrderState, events: Sequence[Event]) -> int | None:
    if state.received_at is None:
        return None
    for event in events:
        body = event.body
        answers = (
            isinstance(body, OrderTendered | OrderRefused) and body.order_id == order_id
        ) or (
            isinstance(body, RouteChanged) and any(s.order_id == order_id for s in body.route.stops)
        )
        if answers:
            return seconds_between(state.received_at, event.at)
    return None


def score(
    day: Day,
    events: Sequence[Event],
    driven: Sequence[Driven],
    *,
    checker: Sequence[str],
    policy_found: Sequence[str],
    refused_commands: Sequence[str],
    returned_at: Sequence[tuple[VehicleId, str]],
    digest: str,
) -> ArmResult:
    """Return one arm's figures."""
    ended = outcomes(day, events)
    moved, drivers = disturbance(events)
    lines = cost_lines(day.rules, day, events, driven, ended, moved, drivers)
    results = [o.result for o in ended.values()]
    return ArmResult(
        stops=len(ended),
        delivered=results.count("on_time") + results.count("late"),
        on_time=results.count("on_time"),
        promises_broken=len(results) - results.count("on_time"),
        late=results.count("late"),
        failed=results.count("failed"),
        contacts=sum(isinstance(e.body, CustomerContacted) for e in events),
        cost_cents=lines.total(),
        stops_moved=moved,
        drivers_changed=drivers,
        cases=sum(isinstance(e.body, CaseOpened) for e in events),
        proposals=sum(isinstance(e.body, Proposed) for e in events),
        automatic=sum(isinstance(e.body, ProposalHeld) for e in events),
        approved=ended_proposals(events, ProposalStatus.APPROVED, by_people=True),
        rejected=ended_proposals(events, ProposalStatus.REJECTED, by_people=True),
        expired=ended_proposals(events, ProposalStatus.EXPIRED, by_people=False),
        policy_violations=len(policy_found),
        stale=ended_proposals(events, ProposalStatus.STALE, by_people=False),
        attempts_failed=sum(isinstance(e.body, AttemptFailed) for e in events),
        checker=tuple(checker),
        policy_found=tuple(policy_found),
        refused_commands=tuple(refused_commands),
        costs=lines,
        urgent=urgent_outcomes(day, events, ended),
        broken=tuple(o for o in ended.values() if o.result != "on_time"),
        returned_at=tuple(returned_at),
        digest=digest,
    )
