"""The day in plain words, event by event, for somebody who watches the terminal."""

from core.domain.day import Day
from core.domain.decision import (
    CaseClosed,
    CaseOpened,
    OrderTendered,
    ProposalEnded,
    ProposalHeld,
    Proposed,
)
from core.domain.fact import (
    CustomerContacted,
    HandedOver,
    OrderReceived,
    RoadIncidentCleared,
    RoadIncidentReported,
    TenderAnswered,
    VehicleDown,
)
from core.domain.option import Option
from core.domain.proposal import ProposalStatus, VerdictKind
from core.ledger.events import Event
from evals.report import euros


def told(day: Day, event: Event) -> str | None:
    """Return one sentence about an event, or None when nobody would mention it."""
    words = _fact(event) or _decision(day, event)
    return f"{day.clock(event.at)}  {words}" if words else None


def _fact(event: Event) -> str | None:
    match event.body:
        case RoadIncidentReported() as incident:
            return f"The traffic feed reports {incident.street or 'a slow area'}."
        case RoadIncidentCleared():
            return "The road is clear again."
        case OrderReceived(order=order, urgent=True):
            return f"{order.order_id} came in after the freeze ({order.priority.value})."
        case CustomerContacted() as contact:
            return f"The customer of {contact.order_id} is on the phone."
        case VehicleDown() as down:
            return f"{down.vehicle_id} broke down."
        case HandedOver() as met:
            count = len(met.order_ids)
            return f"{met.giver} handed {count} parcels to {met.taker}."
        case TenderAnswered() as answer:
            return f"{answer.carrier_id} {'takes it' if answer.accepted else 'says no'}."
        case _:
            return None


def _decision(day: Day, event: Event) -> str | None:
    match event.body:
        case CaseOpened(case=case):
            return f"Case {case.case_id}: {case.title}."
        case CaseClosed() as closed:
            return f"Case {closed.case_id} is closed: {closed.because}."
        case Proposed(proposal=proposal) if proposal.verdict.kind is not VerdictKind.ALLOW:
            wait = next((o for o in proposal.alternatives if o.waits), None)
            return (
                f"{proposal.proposal_id} is proposed: {proposal.option.label}, "
                f"EUR {_price(proposal.option)} against {_price(wait)} for waiting."
            )
        case ProposalHeld() as held:
            label = day.proposals[held.proposal_id].proposal.option.label
            return f"Policy lets it happen: {label} (can be undone)."
        case ProposalEnded() as ended if ended.by not in ("policy", "tenfour"):
            label = day.proposals[ended.proposal_id].proposal.option.label
            if ended.status is ProposalStatus.EXPIRED:
                return f"{ended.proposal_id} expired unanswered: {label}."
            return f"{ended.by} {ended.status.value}: {label}."
        case OrderTendered() as tender:
            return f"{tender.order_id} is offered to {tender.carrier_id}."
        case _:
            return None


def _price(option: Option | None) -> str:
    return euros(option.price.total_cents) if option is not None and option.price else "?"
