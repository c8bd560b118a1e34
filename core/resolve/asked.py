"""Carriers that have said no to an order: nobody asks the same again at once."""

from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.ids import CarrierId, OrderId
from core.domain.proposal import ProposalStatus


def not_before(
    day: Day, order_id: OrderId, carrier_id: CarrierId, now: datetime
) -> datetime | None:
    """Return when a carrier may be asked for an order again; None when it may be asked now.

    Who said no, or did not answer, is left alone until a review time after that answer was due:
    the minutes belong to whoever can still keep the promise. What a person took back was no
    answer.
    """
    review = timedelta(seconds=day.rules.thresholds.wait_review_s)
    again = [
        tender.answer_by + review
        for tender in day.tenders.values()
        if tender.order_id == order_id
        and tender.carrier_id == carrier_id
        and tender.accepted is False
        and day.proposals[tender.proposal_id].status is not ProposalStatus.UNDONE
    ]
    return max((at for at in again if at > now), default=None)
