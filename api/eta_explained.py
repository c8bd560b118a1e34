"""Why an order comes when it does: the forecast of its stop, and its minutes behind by cause."""

from api.outlook import look
from api.schemas import CauseMinutes, EtaExplained
from core.desk.owner import POSITIONS_KEPT
from core.domain.day import Day
from core.domain.ids import VehicleId
from core.domain.position import Position, Positions
from core.errors import NotReady
from core.eta.life.answering import DayAnswers
from core.eta.life.registry import Registry
from core.kpi.delay import explain
from core.settings import Settings
from core.store.store import Store
from core.travel.protocol import TravelTimes
from tools.routes import route_ahead


def explained(
    store: Store, day: Day, travel: TravelTimes, settings: Settings, order: str, seed: int
) -> EtaExplained:
    """Return both, by what the database knows; a refusal where the order is not ahead."""
    route, order_id = route_ahead(day, order)
    day_id, now, positions = day.opened.day_id, day.now, _recent(store, day)
    registry = Registry(settings.home, str(day_id).rpartition(":")[0])
    answers = DayAnswers(registry, travel)
    seen = look(day, travel, positions, now, seed=seed, answers=answers)
    delay = explain(day, tuple(store.load(day_id)), seen.routes[route.vehicle_id], order_id)
    expected = seen.orders[order_id]
    if expected.spread is None:
        raise NotReady(f"nothing can be said of order {order_id} yet")
    return EtaExplained(
        now=day.local(now),
        order_id=order_id,
        vehicle_id=route.vehicle_id,
        model_id=seen.model_id,
        provider=seen.provider,
        expected_at=day.local(delay.expected_at),
        p10=day.local(expected.spread.p10),
        p50=day.local(expected.spread.p50),
        p90=day.local(expected.spread.p90),
        p_late_pct=expected.p_late_pct,
        promise_closes=day.local(delay.promise_closes),
        late_min=delay.late_min,
        planned_at=day.local(delay.planned_at),
        behind_min=delay.behind_min,
        causes=[CauseMinutes(cause=c.cause.value, minutes=c.minutes) for c in delay.causes],
    )


def _recent(store: Store, day: Day) -> Positions:
    found: dict[VehicleId, tuple[Position, ...]] = {}
    for _, fix in store.positions_since(day.opened.day_id):
        found[fix.vehicle_id] = (*found.get(fix.vehicle_id, ()), fix)[-POSITIONS_KEPT:]
    return found
