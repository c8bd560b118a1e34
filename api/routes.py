"""Routes and orders as they are and as they are expected to go."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.drawing import routes_geojson
from api.live import Live, LiveDep
from api.outlook import Outlook
from api.risk_views import shown, told_by
from api.route_views import route_view, window
from api.schemas import JsonObject, Orders, OrderView, Routes, RouteView
from api.words import caller_sentence
from core.domain.day import Day, OrderState
from core.domain.ids import OrderId, VehicleId
from core.errors import UnknownId
from core.eta.attempts.due import due_at

router = APIRouter(tags=["routes"])

Vehicles = Annotated[list[str] | None, Query(max_length=500)]
IdParam = Annotated[str, Path(max_length=200)]


def _chosen(day: Day, vehicle_id: list[str] | None) -> list[VehicleId]:
    if vehicle_id is None:
        return sorted(day.routes)
    for given in vehicle_id:
        if VehicleId(given) not in day.routes:
            raise UnknownId("route of vehicle", given)
    return [VehicleId(v) for v in dict.fromkeys(vehicle_id)]


@router.get("/routes")
def routes(live: LiveDep, vehicle_id: Vehicles = None) -> Routes:
    """Return all routes, or those of some vehicles, with every stop."""
    day, now = live.day, live.now()
    outlook = live.outlook(day, now)
    views = [route_view(live, day, outlook, v) for v in _chosen(day, vehicle_id)]
    shifts = [v.shift for v in views]
    risk_model, risk_words = told_by(day)
    return Routes(
        now=day.local(now),
        seq=day.seq,
        opens=min((s.opens for s in shifts), default=day.local(day.depot.opens.opens)),
        closes=max(
            [s.closes for s in shifts] + [v.expected_return_at for v in views],
            default=day.local(day.depot.opens.closes),
        ),
        model_id=outlook.model_id,
        provider=outlook.provider,
        risk_model_id=risk_model,
        risk_provider=risk_words,
        routes=views,
    )


@router.get("/routes/geometry")
def geometry(live: LiveDep, vehicle_id: Vehicles = None) -> JsonObject:
    """Return GeoJSON lines on the roads: what is driven, and what is ahead."""
    day = live.day
    return routes_geojson(live, [day.routes[v] for v in _chosen(day, vehicle_id)])


@router.get("/routes/{vehicle_id}")
def route(live: LiveDep, vehicle_id: IdParam) -> RouteView:
    """Return one route with every stop."""
    day = live.day
    (chosen,) = _chosen(day, [vehicle_id])
    return route_view(live, day, live.outlook(day, live.now()), chosen)


@router.get("/orders")
def orders(
    live: LiveDep,
    q: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Orders:
    """Find orders by a part of their number, open ones first."""
    day, now = live.day, live.now()
    outlook = live.outlook(day, now)
    wanted = q.strip().casefold()
    found = [s for o, s in sorted(day.orders.items()) if wanted in o.casefold()]
    found.sort(key=lambda s: (not s.open, s.order.order_id))
    views = [_order_view(live, day, outlook, s) for s in found[:limit]]
    model_id, words = told_by(day)
    return Orders(
        now=day.local(now),
        total=len(found),
        risk_model_id=model_id,
        risk_provider=words,
        orders=views,
    )


@router.get("/orders/{order_id}")
def order(live: LiveDep, order_id: IdParam) -> OrderView:
    """Return one order: where it is, when it comes, what to say."""
    day = live.day
    state = day.orders.get(OrderId(order_id))
    if state is None:
        raise UnknownId("order", order_id)
    return _order_view(live, day, live.outlook(day, live.now()), state)


def _order_view(live: Live, day: Day, outlook: Outlook, state: OrderState) -> OrderView:
    order_id = state.order.order_id
    expected = outlook.orders.get(order_id) if state.open else None
    position = None
    if expected is not None:
        stops = day.routes[expected.vehicle_id].stops
        position = next(i + 1 for i, s in enumerate(stops) if s.order_id == order_id)
    customer = live.owner.personal(f"customer:{state.order.customer_id}")
    place = live.owner.personal(f"order:{order_id}")
    point = state.order.point
    case = next((c for c in day.open_cases() if order_id in c.order_ids()), None)
    due = expected.time.start_at if expected is not None else due_at(day, state)
    failing = shown(day, order_id, due)
    return OrderView(
        order_id=order_id,
        status=state.status.value,
        priority=state.order.priority.value,
        promise=window(day, state.promise),
        goods=state.goods.value,
        vehicle_id=expected.vehicle_id if expected is not None else state.vehicle_id,
        stop_position=position,
        expected_at=day.local(expected.time.start_at) if expected is not None else None,
        late_min=expected.late_min if expected is not None else 0,
        p_late_pct=expected.p_late_pct if expected is not None else None,
        attempt_risk_pm=failing.pm,
        attempt_risk_high=failing.high,
        urgent=state.urgent,
        cancelled=state.cancelled,
        attempts=state.attempts,
        fail_reason=state.fail_reason.value if state.fail_reason is not None else None,
        told=window(day, state.told) if state.told is not None else None,
        name=customer.name if customer is not None else "",
        address=place.address if place is not None else "",
        case_id=case.case_id if case is not None else None,
        caller_sentence=caller_sentence(day, outlook, order_id),
        lat=point.lat if point is not None else None,
        lon=point.lon if point is not None else None,
    )
