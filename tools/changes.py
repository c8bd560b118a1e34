"""A change that a person names: worked out, priced, and put before people as any other."""

from dataclasses import dataclass, replace
from datetime import timedelta

from pydantic import Field

from core.desk.commands import Propose, RecordFindings
from core.domain.case import Case, CaseStatus, DeliveryException, Evidence, ExceptionType
from core.domain.day import GoodsAt
from core.domain.ids import CaseId, OptionId, OrderId, ProposalId, VehicleId
from core.domain.money import euros
from core.domain.option import ChangeKind, ChangeRoutes, NewRoute, Option
from core.domain.proposal import Proposal, Verdict, VerdictKind
from core.errors import Forbidden, Refused, RouteFrozen
from core.resolve.draft import Draft
from core.resolve.price import price
from core.resolve.propose import basis_of
from core.resolve.rank import price_of
from core.resolve.simulate import Simulator
from core.resolve.situation import Situation
from core.resolve.tell import told
from core.resolve.verify import verified
from core.resolve.words import caller_sentence
from core.routing.insertion import Candidate, insertions
from core.routing.timetable import retimed
from core.tower.look import exception_id
from tools.effect import Effect
from tools.lookup import the_order, the_route
from tools.policy import verdict_of
from tools.registry import registry
from tools.runtime import Runtime
from tools.schema import Args


class MoveArgs(Args):
    order_id: str = Field(description="Order to move, for example PT-1207")
    vehicle_id: str = Field(description="Vehicle that should take it, for example V03")


class ProposeMoveArgs(MoveArgs):
    by: str = Field(description="Who asks for it")


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """What moving one order would mean."""

    order_id: OrderId
    from_vehicle: VehicleId | None
    to_vehicle: VehicleId
    feasible: bool
    refused_because: str
    cost_cents: int | None
    waiting_cents: int
    """What leaving everything as it is costs, on the same paths."""
    stops_moved: int
    drivers_disturbed: int


@dataclass(frozen=True, slots=True)
class Requested:
    case_id: CaseId
    proposal_id: ProposalId
    cost_cents: int
    waiting_cents: int
    sentence: str


@dataclass(frozen=True, slots=True)
class _Worked:
    sim: Simulator
    option: Option
    waiting: Option


@registry.tool(effect=Effect.SIMULATE, solves=1)
def draft_move_order(runtime: Runtime, args: MoveArgs) -> MoveDraft:
    """Work out what it would cost to move one order to another vehicle, or why it cannot be done.
    Changes nothing."""
    worked = _work_out(runtime, args, "somebody")
    option, waiting = worked.option, price_of(worked.waiting)
    giver = runtime.day.route_of(OrderId(args.order_id))
    return MoveDraft(
        order_id=OrderId(args.order_id),
        from_vehicle=None if giver is None else giver.vehicle_id,
        to_vehicle=VehicleId(args.vehicle_id),
        feasible=option.feasible,
        refused_because=option.refused_because,
        cost_cents=None if option.price is None else option.price.total_cents,
        waiting_cents=waiting.total_cents,
        stops_moved=0 if option.price is None else option.price.stops_moved,
        drivers_disturbed=0 if option.price is None else option.price.drivers_disturbed,
    )


@registry.tool(effect=Effect.PROPOSE, solves=1, for_models=False)
def propose_move(runtime: Runtime, args: ProposeMoveArgs) -> Requested:
    """Put a move that a person asks for before whoever approves: a case of its own with one
    proposal. It is never done by itself, whatever policy allows."""
    worked = _work_out(runtime, args, args.by)
    option, sim = worked.option, worked.sim
    if option.price is None:
        raise Refused(option.refused_because)
    verdict = verdict_of(sim.day, sim.case, option, worked.waiting, sim.positions, sim.now)
    if verdict.kind is VerdictKind.FORBID:
        raise Forbidden(verdict.sentence)
    if verdict.kind is VerdictKind.ALLOW:
        text = "a person asked for it, so a person decides"
        verdict = Verdict(VerdictKind.NEEDS, "request", text, "dispatcher")
    proposal = _proposal(runtime, worked, verdict)
    runtime.owner.submit(RecordFindings(opened=(sim.case,)))
    runtime.owner.submit(Propose(proposal))
    return Requested(
        case_id=sim.case.case_id,
        proposal_id=proposal.proposal_id,
        cost_cents=option.price.total_cents,
        waiting_cents=price_of(worked.waiting).total_cents,
        sentence=proposal.explanation,
    )


def _proposal(runtime: Runtime, worked: _Worked, verdict: Verdict) -> Proposal:
    sim, case = worked.sim, worked.sim.case
    option = replace(worked.option, caller_sentence=caller_sentence(sim, worked.option))
    expires_at = sim.now + timedelta(seconds=sim.day.rules.thresholds.proposal_valid_s)
    frozen = sim.first_frozen(Draft(option.option_id, option.label, option.actions))
    cost, leave = price_of(option).total_cents, price_of(worked.waiting).total_cents
    return Proposal(
        proposal_id=ProposalId(f"P-{case.case_id.rpartition('-')[2]}-{case.revision}"),
        case_id=case.case_id,
        case_revision=case.revision,
        option=option,
        alternatives=(worked.waiting,),
        basis=basis_of(runtime.day, option),
        verdict=verdict,
        made_at=sim.now,
        expires_at=expires_at if frozen is None else min(expires_at, frozen),
        rules_digest=sim.day.rules_digest,
        provider=runtime.travel.stamp.name,
        seed=runtime.seed,
        explanation=(
            f"{case.title}. It comes to {euros(cost)}; leaving it as it is, to {euros(leave)}."
        ),
        bases=((worked.waiting.option_id, basis_of(runtime.day, worked.waiting)),),
        foreseen=sim.foreseen,
    )


def _work_out(runtime: Runtime, args: MoveArgs, by: str) -> _Worked:
    """Draft, check and price the move on a case of its own, which no ledger knows yet."""
    day, now, positions = runtime.day, runtime.now(), runtime.owner.positions
    order_id = the_order(day, args.order_id).order.order_id
    vehicle_id = the_route(day, args.vehicle_id).vehicle_id
    case = _request(runtime, order_id, vehicle_id, by)
    asked = replace(day, cases={**day.cases, case.case_id: case})
    sim = Simulator(
        asked,
        case,
        runtime.travel,
        positions,
        now,
        seed=runtime.seed,
        answers=runtime.answers,
    )
    situation = Situation.of(sim, runtime.pool)
    draft = verified(sim, _draft(situation, order_id, vehicle_id))
    if draft.feasible:
        draft = told(sim, draft)
    option, waiting = price(
        sim.day,
        case.case_id,
        (draft, situation.wait()),
        sim.travel,
        sim.positions,
        now,
        seed=runtime.seed,
        simulator=sim,
    )
    return _Worked(sim, option, waiting)


def _request(runtime: Runtime, order_id: OrderId, vehicle_id: VehicleId, by: str) -> Case:
    now = runtime.now()
    title = f"{by} asks for {order_id} to go with {vehicle_id}"
    giver = runtime.day.route_of(order_id)
    vehicles = {vehicle_id} if giver is None else {vehicle_id, giver.vehicle_id}
    asked = DeliveryException(
        exception_id=exception_id(ExceptionType.REQUEST, order_id, vehicle_id),
        type=ExceptionType.REQUEST,
        subject=f"order:{order_id}",
        cause=f"request:{order_id}:{vehicle_id}",
        vehicle_ids=tuple(sorted(vehicles)),
        order_ids=(order_id,),
        detected_at=now,
        evidence=(Evidence(title, now),),
    )
    return Case(
        case_id=CaseId(f"C-{len(runtime.day.cases) + 1}"),
        cause=asked.cause,
        title=title,
        exceptions=(asked,),
        opened_at=now,
        status=CaseStatus.OPEN,
        revision=1,
    )


def _draft(situation: Situation, order_id: OrderId, vehicle_id: VehicleId) -> Draft:
    """Return the move as a draft, infeasible with its reason where it cannot be done."""
    day, sim = situation.day, situation.sim
    state = day.orders[order_id]
    giver = day.route_of(order_id)
    if not state.open:
        raise Refused(f"order {order_id} is {state.status.value}; nobody goes there any more")
    if giver is not None and giver.vehicle_id == vehicle_id:
        raise Refused(f"order {order_id} is on {vehicle_id} already")
    if giver is not None and order_id in [s.order_id for s in giver.remaining[: giver.frozen]]:
        raise RouteFrozen(giver.vehicle_id, order_id)
    option_id, label = OptionId(f"move:{order_id}:{vehicle_id}"), f"{vehicle_id} takes {order_id}"
    if giver is not None and state.goods is GoodsAt.VEHICLE:
        return _at_a_meeting(situation, order_id, giver.vehicle_id, vehicle_id)
    planning = situation.planning
    without = planning.day
    changes: list[NewRoute] = []
    if giver is not None:
        giver = without.routes[giver.vehicle_id]
        left = tuple(s for s in giver.remaining if s.order_id != order_id)
        shorter = retimed(without, giver.vehicle_id, left, sim.travel, sim.now, sim.positions)
        changes.append(planning.whole(shorter))
        route = replace(giver, stops=(*giver.stops[: giver.done], *left))
        without = replace(without, routes={**without.routes, giver.vehicle_id: route})
    answer = insertions(
        without,
        order_id,
        sim.travel,
        sim.now,
        vehicle_ids=[vehicle_id],
        positions=sim.positions,
        late_ok=True,
    )[0]
    if not isinstance(answer, Candidate):
        return Draft(option_id, label, (), answer.sentence)
    changes.append(planning.whole(answer.new_route))
    changes.sort(key=lambda c: c.vehicle_id)
    kind = ChangeKind.INSERT if giver is None else ChangeKind.MOVE_AT_DEPOT
    return Draft(option_id, label, (ChangeRoutes(kind, tuple(changes)),))


def _at_a_meeting(
    situation: Situation, order_id: OrderId, giver: VehicleId, taker: VehicleId
) -> Draft:
    """Return an exchange in which goods on board change hands, if a search finds one."""
    for draft in situation.exchanged(giver, [taker]):
        takes = [s.order_id for r in draft.new_routes() if r.vehicle_id == taker for s in r.stops]
        if order_id in takes:
            return draft
    return Draft(
        OptionId(f"move:{order_id}:{taker}"),
        f"{taker} takes {order_id}",
        (),
        f"{order_id} is on board of {giver}, and no meeting with {taker} pays both drivers' time",
    )
