"""Where visits are likely to fail: orders to look at in time, and places out of line."""

from fastapi import APIRouter

from api.live import LiveDep
from api.risk_views import shown, told_by
from api.schemas import AnomalyView, Risks, RiskyOrder, SlotRisk
from core.domain.attempt import slot_words
from core.domain.day import Day
from core.domain.ids import OrderId
from core.eta.attempts.anomalies import Anomaly, anomalies
from core.eta.attempts.due import due_at

router = APIRouter(tags=["routes"])


@router.get("/risks")
def risks(live: LiveDep) -> Risks:
    """Return orders whose first visit is likely to fail, the likeliest first, and addresses, zones
    and hours where visits fail more often than luck explains, each with its evidence."""
    day = live.day
    model_id, words = told_by(day)
    found = [one for o in sorted(day.orders) if (one := _risky(live, day, o)) is not None]
    found.sort(key=lambda r: (-r.attempt_risk_pm, r.order_id))
    model = live.model()
    past = model.attempts.past if model is not None else None
    odd = anomalies(past) if past is not None else ()
    return Risks(
        now=day.local(live.now()),
        risk_model_id=model_id,
        risk_provider=words,
        high_from_pm=day.rules.thresholds.attempt_risk_pm,
        told=len(day.attempt_risks),
        orders=found,
        anomalies=[_anomaly(day, a) for a in odd],
    )


def _risky(live: LiveDep, day: Day, order_id: OrderId) -> RiskyOrder | None:
    state = day.orders[order_id]
    due = due_at(day, state)
    now = shown(day, order_id, due)
    if now.pm is None or not now.high:
        return None
    told, route = day.attempt_risks[order_id], day.route_of(order_id)
    place = live.owner.personal(f"order:{order_id}")
    return RiskyOrder(
        order_id=order_id,
        vehicle_id=route.vehicle_id if route is not None else None,
        due_at=day.local(due),
        dispatched=route is not None and order_id in route.on_board,
        attempt_risk_pm=now.pm,
        earlier_visits=told.risk.visits,
        by_slot=[
            SlotRisk(window=slot_words(n), attempt_risk_pm=pm)
            for n, pm in enumerate(told.risk.by_slot_pm)
        ],
        address=place.address if place is not None else "",
    )


def _anomaly(day: Day, one: Anomaly) -> AnomalyView:
    here = [
        o
        for o, s in sorted(day.orders.items())
        if s.open
        and s.order.point is not None
        and (s.order.point.lat_e6, s.order.point.lon_e6) == (one.lat_e6, one.lon_e6)
    ]
    said = one.as_json()
    for name in ("lat_e6", "lon_e6"):
        del said[name]
    return AnomalyView(
        **said, lat=one.lat_e6 / 1e6, lon=one.lon_e6 / 1e6, open_orders=list(map(str, here))
    )
