"""Facts at the door: the impossible is refused, all else is taken, known subject or not."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from core.desk.bench import OWN, Bench, reopened, written
from core.desk.commands import ReportFact
from core.domain.case import CaseStatus
from core.domain.day import Day
from core.domain.decision import TenderWithdrawn
from core.domain.fact import (
    CustomerContacted,
    DayOpened,
    DriverReported,
    Fact,
    HandedOver,
    OrderCancelled,
    OrderReceived,
    RoadIncidentReported,
    TenderAnswered,
    VehicleListed,
)
from core.domain.ids import DepotId, EventId
from core.errors import Refused
from core.ledger import canonical
from core.ledger.events import Body, Unsaved

AHEAD = timedelta(minutes=5)
"""How far a sender's clock may run before ours."""
INTENTS = ("where_is_it", "reschedule", "cancel", "complain", "other")
_DAY_S = 86_400


def report(day: Day | None, command: ReportFact, bench: Bench) -> tuple[Unsaved, ...]:
    """Return the fact as an event; Refused when it cannot be true.

    An empty event id gets one. A carrier's refusal opens the case of its tender again; what the
    customer cancels is called off at the carrier that has it.
    """
    _possible(day, command, bench)
    event_id = command.event_id or EventId(bench.ids.next("fact"))
    fact = Unsaved(event_id, command.at, command.actor, command.body)
    if day is None:
        return (fact,)
    if isinstance(command.body, OrderCancelled):
        return (fact, *_called_off(day, command.body, bench))
    if isinstance(command.body, TenderAnswered) and not command.body.accepted:
        return (fact, *_refused_tender(day, command.body, bench))
    return (fact,)


def _called_off(day: Day, body: OrderCancelled, bench: Bench) -> tuple[Unsaved, ...]:
    """Return the withdrawal of a cancelled order's tender; a word the carrier owes is owed no
    more. What it has delivered by then stays delivered."""
    state = day.orders.get(body.order_id)
    if state is None or not state.open or state.tender_id is None:
        return ()
    tender = day.tenders[state.tender_id]
    because = f"{tender.order_id} was cancelled by the customer"
    bodies: list[Body] = []
    if tender.accepted is None:
        bodies.append(TenderAnswered(tender.tender_id, tender.carrier_id, False, because))
    bodies.append(TenderWithdrawn(tender.tender_id, tender.order_id, tender.carrier_id, because))
    return written(day, bench, "tenfour", bodies, after=1)


def _refused_tender(day: Day, body: TenderAnswered, bench: Bench) -> tuple[Unsaved, ...]:
    tender = day.tenders.get(body.tender_id)
    if tender is None or tender.accepted is not None:
        return ()
    case = day.cases[day.proposals[tender.proposal_id].proposal.case_id]
    if case.status is CaseStatus.CLOSED:
        return ()
    note = f"{tender.carrier_id} does not take {tender.order_id}"
    return written(day, bench, "tenfour", [reopened(case, note)], after=1)


def _possible(day: Day | None, command: ReportFact, bench: Bench) -> None:
    if command.at.tzinfo is None:
        raise Refused(f"the time {command.at.isoformat()} carries no zone; send it with one")
    if command.at > bench.now + AHEAD:
        raise Refused(
            f"it cannot have happened at {command.at.isoformat()}: that is later than "
            f"{bench.now.isoformat()}; check the sender's clock"
        )
    if command.event_id.startswith(OWN):
        raise Refused(f"ids beginning with {OWN!r} are our own; use another")
    try:
        canonical.to_bytes(command.body)
    except ValueError as wrong:
        raise Refused(f"{command.body.type}: {wrong}") from wrong
    if isinstance(command.body, DayOpened):
        _opening(day, command.body)
    elif day is None:
        raise Refused("the first fact of a day is day_opened; open or import the day first")
    else:
        _depots_known(day, command.body)
    _figures(command.body)


def _opening(day: Day | None, body: DayOpened) -> None:
    if day is not None:
        raise Refused(f"day {day.opened.day_id} is open already")
    if not body.depots:
        raise Refused("a day needs a depot")
    try:
        ZoneInfo(body.zone)
        date.fromisoformat(body.service_date)
    except (ValueError, OSError, KeyError) as wrong:
        raise Refused(f"day {body.day_id}: {wrong}") from wrong


def _depots_known(day: Day, body: Fact) -> None:
    """Depots are known from the beginning: a name that none of them has is a mistake."""
    named: tuple[DepotId | None, ...] = ()
    if isinstance(body, VehicleListed):
        named = (body.vehicle.depot_id, body.vehicle.ends_at)
    elif isinstance(body, OrderReceived):
        named = (body.order.depot_id,)
    known = [d.depot_id for d in day.opened.depots]
    for depot_id in named:
        if depot_id is not None and depot_id not in known:
            raise Refused(f"the day has no depot {depot_id}; its depots are {', '.join(known)}")


def _figures(body: Fact) -> None:
    if isinstance(body, RoadIncidentReported) and not 0 <= body.speed_pct <= 100:
        raise Refused(f"{body.speed_pct} % of normal speed is none; 0 to 100 are")
    if isinstance(body, DriverReported) and abs(body.late_s) > _DAY_S:
        raise Refused(f"{body.late_s} s late is more than a day")
    if isinstance(body, CustomerContacted) and body.intent not in INTENTS:
        raise Refused(f"the intent {body.intent!r} is none of {', '.join(INTENTS)}")
    if isinstance(body, HandedOver) and (body.giver == body.taker or not body.order_ids):
        raise Refused("a handover needs goods and two vehicles")
