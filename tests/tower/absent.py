"""A customer of the Tuesday who did not open, and what becomes of the goods."""

from dataclasses import replace

from core.domain.case import CaseStatus
from core.domain.day import Day, GoodsAt, ProposalState
from core.domain.ids import CaseId, OptionId, OrderId, ProposalId, VehicleId
from core.domain.option import NotifyCustomer, Option, Price
from core.domain.order import FailReason, OrderStatus
from core.domain.proposal import Basis, Proposal, ProposalStatus, Verdict, VerdictKind
from core.tower.settled import BACK_TO_DEPOT
from tests.builders import minute
from tests.tower.tuesday import a_quiet_day, order_of, rider

ABSENT = order_of(4, 3)
CARRIER = rider(4)


def an_absent_customer(order_id: OrderId = ABSENT, carrier: VehicleId = CARRIER) -> Day:
    """The quiet day, with one door where nobody opened and the goods on board."""
    day = a_quiet_day()
    state = replace(
        day.orders[order_id],
        status=OrderStatus.FAILED,
        goods=GoodsAt.VEHICLE,
        vehicle_id=carrier,
        attempts=1,
        fail_reason=FailReason.RECEIVER_ABSENT,
    )
    route = replace(day.routes[carrier], on_board=day.routes[carrier].on_board | {order_id})
    return replace(
        day,
        orders={**day.orders, order_id: state},
        routes={**day.routes, carrier: route},
    )


def brought_back(day: Day, case_id: CaseId, at_min: float, status: ProposalStatus) -> Day:
    """The day after the decision to take the goods back, in some state of it."""
    option = Option(
        OptionId(f"return:{ABSENT}"),
        "back to the depot",
        (NotifyCustomer(ABSENT, BACK_TO_DEPOT),),
        Price(1530, (), 0, 256),
    )
    proposal = Proposal(
        proposal_id=ProposalId("P-1-1"),
        case_id=case_id,
        case_revision=1,
        option=option,
        alternatives=(),
        basis=Basis(),
        verdict=Verdict(VerdictKind.ALLOW, "notify", "a message"),
        made_at=minute(at_min),
        expires_at=minute(at_min + 15),
        rules_digest=day.rules_digest,
        provider="test",
        seed=0,
    )
    decided = ProposalState(proposal, status, decided_by="policy", decided_at=minute(at_min))
    case = replace(day.cases[case_id], status=CaseStatus.RESOLVING)
    return replace(
        day,
        cases={**day.cases, case_id: case},
        proposals={proposal.proposal_id: decided},
    )
