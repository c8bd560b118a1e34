"""Finds what an id names on the day, or refuses it by name."""

from core.domain.case import Case
from core.domain.day import Day, OrderState, ProposalState
from core.domain.ids import CaseId, OrderId, ProposalId, VehicleId
from core.domain.plan import RouteState
from core.errors import UnknownId


def the_case(day: Day, case_id: str) -> Case:
    found = day.cases.get(CaseId(case_id))
    if found is None:
        raise UnknownId("case", case_id)
    return found


def the_order(day: Day, order_id: str) -> OrderState:
    found = day.orders.get(OrderId(order_id))
    if found is None:
        raise UnknownId("order", order_id)
    return found


def the_route(day: Day, vehicle_id: str) -> RouteState:
    found = day.routes.get(VehicleId(vehicle_id))
    if found is None:
        raise UnknownId("route of vehicle", vehicle_id)
    return found


def the_proposal(day: Day, proposal_id: str) -> ProposalState:
    found = day.proposals.get(ProposalId(proposal_id))
    if found is None:
        raise UnknownId("proposal", proposal_id)
    return found
