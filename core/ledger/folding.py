"""Small steps that every fold takes: one thing of the day replaced by its next state."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from core.domain.case import Case
from core.domain.day import CarrierState, Day, OrderState, ProposalState, VehicleState
from core.domain.order import OrderStatus
from core.domain.plan import RouteState

K = TypeVar("K")
V = TypeVar("V")

Apply = Callable[..., Day]
"""A fold of one body: (body, day, at) -> day. Registered by the class of its first argument."""

RANK: Mapping[OrderStatus, int] = {status: n for n, status in enumerate(OrderStatus)}


def put(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    return {**mapping, key: value}


def advanced(state: OrderState, status: OrderStatus) -> OrderStatus:
    """Return the later of two statuses: an order never moves back."""
    return status if RANK[status] > RANK[state.status] else state.status


def with_order(day: Day, state: OrderState) -> Day:
    return replace(day, orders=put(day.orders, state.order.order_id, state))


def with_orders(day: Day, states: Iterable[OrderState]) -> Day:
    return replace(day, orders={**day.orders, **{s.order.order_id: s for s in states}})


def with_route(day: Day, route: RouteState) -> Day:
    return replace(day, routes=put(day.routes, route.vehicle_id, route))


def with_vehicle(day: Day, state: VehicleState) -> Day:
    return replace(day, vehicles=put(day.vehicles, state.vehicle.vehicle_id, state))


def with_carrier(day: Day, state: CarrierState) -> Day:
    return replace(day, carriers=put(day.carriers, state.carrier.carrier_id, state))


def with_case(day: Day, case: Case) -> Day:
    return replace(day, cases=put(day.cases, case.case_id, case))


def with_proposal(day: Day, state: ProposalState) -> Day:
    return replace(day, proposals=put(day.proposals, state.proposal.proposal_id, state))


def latest(known: datetime | None, given: datetime) -> datetime:
    return given if known is None or given > known else known
