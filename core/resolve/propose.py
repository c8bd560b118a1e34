"""Freezes the chosen option into a proposal, with what it stands on and until when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.case import Case, ExceptionType
from core.domain.day import Day
from core.domain.ids import CarrierId, OrderId, ProposalId, VehicleId
from core.domain.option import (
    AskDriver,
    ChangeRoutes,
    NotifyCustomer,
    Option,
    RefuseOrder,
    TenderOrder,
)
from core.domain.position import Positions
from core.domain.proposal import Basis, Proposal, Verdict, VerdictKind
from core.resolve.draft import Draft
from core.resolve.rank import beats_waiting, keeps_promise
from core.resolve.settle import settles
from core.resolve.simulate import Simulator
from core.resolve.words import caller_sentence, explanation
from core.routing.moved import moved_stops
from core.travel.protocol import TravelTimes


def make_proposal(
    day: Day,
    case: Case,
    ranked: Sequence[Option],
    verdict: Verdict,
    *,
    travel: TravelTimes,
    positions: Positions,
    now: datetime,
    seed: int,
    simulator: Simulator | None = None,
) -> Proposal | None:
    """Return the proposal for the first of `ranked`, or None where waiting is as good, breaks no
    promise made on the day itself, and nothing settles the case by itself.

    A vehicle that is down is put before a person once, whatever can be gained. None too when
    policy forbids it, or when its first change can be made no more.
    """
    if not ranked or verdict.kind is VerdictKind.FORBID:
        return None
    limits = day.rules.thresholds
    worth_it = beats_waiting(ranked[0], ranked, limits.min_gain_cents) or keeps_promise(
        ranked[0], ranked, day, now
    )
    worth_it = worth_it or settles(case, ranked[0], ranked, verdict)
    if not worth_it and (ranked[0].waits or not _unheard(day, case)):
        return None
    sim = simulator or Simulator(day, case, travel, positions, now, seed=seed)
    chosen, *others = (replace(o, caller_sentence=caller_sentence(sim, o)) for o in ranked)
    expires_at = now + timedelta(seconds=limits.proposal_valid_s)
    frozen = sim.first_frozen(_as_draft(chosen))
    if frozen is not None:
        expires_at = min(expires_at, frozen)
    expires_at = min([expires_at, *(a.pickup_by for a in _tenders(chosen))])
    if expires_at <= now:
        return None
    number = case.case_id.rpartition("-")[2]
    return Proposal(
        proposal_id=ProposalId(f"P-{number}-{case.revision}"),
        case_id=case.case_id,
        case_revision=case.revision,
        option=chosen,
        alternatives=tuple(others),
        basis=basis_of(day, chosen),
        verdict=verdict,
        made_at=now,
        expires_at=expires_at,
        rules_digest=day.rules_digest,
        provider=" ".join(
            x for x in (travel.stamp.name, travel.stamp.map_date, travel.stamp.digest) if x
        ),
        seed=seed,
        explanation=explanation(day, case, ranked, travel),
        bases=tuple((o.option_id, basis_of(day, o)) for o in others if o.feasible),
        foreseen=sim.foreseen,
    )


def _unheard(day: Day, case: Case) -> bool:
    """Return whether a vehicle is down with doors left, and nobody was asked about it yet."""
    return (
        case.type is ExceptionType.VEHICLE_BREAKDOWN
        and any(day.orders[o].open for o in case.order_ids())
        and all(p.proposal.case_id != case.case_id for p in day.proposals.values())
    )


def basis_of(day: Day, option: Option) -> Basis:
    """Return the revisions of what the option touches: changed routes with their vehicles,
    orders that move, come, go or are spoken of, carriers."""
    changes = [r for a in option.actions if isinstance(a, ChangeRoutes) for r in a.routes]
    vehicles: set[VehicleId] = {c.vehicle_id for c in changes}
    orders: set[OrderId] = set(moved_stops(day, changes))
    before = {
        s.order_id for v in vehicles for s in day.routes[v].remaining if s.order_id is not None
    }
    after = {s.order_id for c in changes for s in c.stops if s.order_id is not None}
    orders |= before ^ after
    carriers: set[CarrierId] = set()
    for action in option.actions:
        if isinstance(action, TenderOrder):
            carriers.add(action.carrier_id)
        if isinstance(action, TenderOrder | RefuseOrder | NotifyCustomer):
            orders.add(action.order_id)
        if isinstance(action, AskDriver):
            vehicles.add(action.vehicle_id)
        if isinstance(action, ChangeRoutes):
            orders.update(o for m in action.meetings for o in m.order_ids)
    return Basis(
        routes=tuple((v, day.routes[v].revision) for v in sorted(vehicles) if v in day.routes),
        orders=tuple((o, day.orders[o].revision) for o in sorted(orders)),
        vehicles=tuple((v, day.vehicles[v].revision) for v in sorted(vehicles)),
        carriers=tuple((c, day.carriers[c].revision) for c in sorted(carriers)),
    )


def _tenders(option: Option) -> tuple[TenderOrder, ...]:
    return tuple(a for a in option.actions if isinstance(a, TenderOrder))


def _as_draft(option: Option) -> Draft:
    return Draft(option.option_id, option.label, option.actions)
