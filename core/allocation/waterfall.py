"""One order offered to one carrier after the other, each for a limited time; pure, over events.

The state is folded from the tenders and answers of the desk; `due` says what to do now. Whoever
drives it turns that into a command, whose event comes back here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.allocation.tender import Quote
from core.domain.day import Day
from core.domain.decision import OrderTendered
from core.domain.fact import TenderAnswered
from core.domain.ids import CarrierId, OrderId, TenderId
from core.errors import UnknownId


class Outcome(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Rung:
    """One carrier's place in the order of asking."""

    carrier_id: CarrierId
    expected_cents: int
    """Price and expected broken promises: what carriers are ranked by."""
    cut_off: datetime
    answers_within_s: int

    def __post_init__(self) -> None:
        if self.answers_within_s <= 0:
            raise ValueError(f"{self.carrier_id} cannot answer within {self.answers_within_s} s")


@dataclass(frozen=True, slots=True)
class Asked:
    tender_id: TenderId
    carrier_id: CarrierId
    until: datetime
    outcome: Outcome = Outcome.OPEN


@dataclass(frozen=True, slots=True)
class Ask:
    """Offer the order to that carrier now; a silence counts as a refusal after `until`."""

    rung: Rung
    until: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    carrier_id: CarrierId
    until: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    carrier_id: CarrierId


@dataclass(frozen=True, slots=True)
class Over:
    """Nobody is left to ask, with why for each carrier."""

    reasons: tuple[str, ...]


Step = Ask | Wait | Taken | Over


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The carriers for one order, cheapest expected cost first, and what became of the asking."""

    order_id: OrderId
    rungs: tuple[Rung, ...]
    asked: tuple[Asked, ...] = ()

    @property
    def taken_by(self) -> CarrierId | None:
        accepted = [a.carrier_id for a in self.asked if a.outcome is Outcome.ACCEPTED]
        return accepted[0] if accepted else None


def opened(order_id: OrderId, rungs: Sequence[Rung]) -> Waterfall:
    """Return a waterfall over the carriers, ranked. ValueError where one is named twice."""
    names = [r.carrier_id for r in rungs]
    if len(set(names)) < len(names):
        raise ValueError(f"the waterfall of {order_id} names a carrier twice: {names}")
    ranked = sorted(rungs, key=lambda r: (r.expected_cents, r.carrier_id))
    return Waterfall(order_id, tuple(ranked))


def rungs_of(day: Day, quotes: Sequence[Quote]) -> tuple[Rung, ...]:
    """Return one rung for each quote, with the cut-off and patience of its carrier."""
    found: list[Rung] = []
    for quote in quotes:
        carrier = day.carriers[quote.carrier_id].carrier
        cut_off, within_s = carrier.cut_off, carrier.answers_within_s
        found.append(Rung(quote.carrier_id, quote.expected_cents, cut_off, within_s))
    return tuple(found)


def after(waterfall: Waterfall, event: OrderTendered | TenderAnswered) -> Waterfall:
    """Return the waterfall once that has happened. What is not about it changes nothing.

    The first answer to a tender stands. Once the next carrier has been asked, a yes of the one
    before comes too late.
    """
    if isinstance(event, OrderTendered):
        known = any(a.tender_id == event.tender_id for a in waterfall.asked)
        if event.order_id != waterfall.order_id or known:
            return waterfall
        one = Asked(event.tender_id, CarrierId(event.carrier_id), event.answer_by)
        return replace(waterfall, asked=(*waterfall.asked, one))
    last = bool(waterfall.asked) and waterfall.asked[-1].tender_id == event.tender_id
    outcome = Outcome.ACCEPTED if event.accepted and last else Outcome.REFUSED
    asked = tuple(
        replace(a, outcome=outcome)
        if a.tender_id == event.tender_id and a.outcome is Outcome.OPEN
        else a
        for a in waterfall.asked
    )
    return replace(waterfall, asked=asked)


def due(waterfall: Waterfall, at: datetime) -> Step:
    """Return what to do at `at`: who is to be asked, who is waited for, or that it is over.

    A carrier is asked once. Nobody is asked after its cut-off, and none is waited for beyond it.
    """
    winner = waterfall.taken_by
    if winner is not None:
        return Taken(winner)
    for one in waterfall.asked:
        if one.outcome is Outcome.OPEN and at <= one.until:
            return Wait(one.carrier_id, one.until)
    names = {a.carrier_id for a in waterfall.asked}
    for rung in waterfall.rungs:
        if rung.carrier_id not in names and at <= rung.cut_off:
            until = min(rung.cut_off, at + timedelta(seconds=rung.answers_within_s))
            return Ask(rung, until)
    return Over(tuple(_why(waterfall, rung) for rung in waterfall.rungs))


def of_day(day: Day, order_id: OrderId, rungs: Sequence[Rung]) -> Waterfall:
    """Return the waterfall of an order as far as the day's tenders have brought it.

    UnknownId for an order that the day does not hold.
    """
    if order_id not in day.orders:
        raise UnknownId("order", order_id)
    asked: list[Asked] = []
    for tender in day.tenders.values():
        if tender.order_id == order_id:
            answers = {None: Outcome.OPEN, True: Outcome.ACCEPTED, False: Outcome.REFUSED}
            outcome = answers[tender.accepted]
            asked.append(Asked(tender.tender_id, tender.carrier_id, tender.answer_by, outcome))
    return replace(opened(order_id, rungs), asked=tuple(asked))


def _why(waterfall: Waterfall, rung: Rung) -> str:
    for one in waterfall.asked:
        if one.carrier_id == rung.carrier_id:
            refused = one.outcome is Outcome.REFUSED
            return f"{rung.carrier_id} {'refused' if refused else 'did not answer in time'}"
    return f"{rung.carrier_id} was past its cut-off"
