"""A cancelled order leaves its route: no visit, no loading, no way back to the depot for it."""

from collections.abc import Sequence
from dataclasses import replace

from core.domain.day import Day, GoodsAt
from core.domain.ids import CaseId, OrderId, StopId
from core.domain.option import ChangeRoutes, Option
from core.domain.plan import Stop, StopKind
from core.resolve.recommend import recommend
from tests.builders import DEPOT, minute
from tests.tower.tuesday import SEED, TEN, TRAVEL, a_quiet_day, order_of, rider, watched

R4 = rider(4)
GONE, OTHER = order_of(4, 8), order_of(4, 9)


def fetched(*order_ids: OrderId) -> Day:
    """Rider 4 fetches these at the depot before the eighth door, whose order is cancelled."""
    day = a_quiet_day()
    route, orders = day.routes[R4], dict(day.orders)
    reload = Stop(
        StopId("reload:R4:1"),
        StopKind.RELOAD,
        DEPOT,
        day.depot.loading_s,
        minute(TEN + 20),
        minute(TEN + 25),
        loads=order_ids,
    )
    for order_id in order_ids:
        orders[order_id] = replace(orders[order_id], goods=GoodsAt.DEPOT, vehicle_id=None)
    orders[GONE] = replace(orders[GONE], cancelled=True)
    at = next(n for n, s in enumerate(route.stops) if s.order_id == GONE)
    stops = (*route.stops[:at], reload, *route.stops[at:])
    loaded = replace(route, stops=stops, on_board=route.on_board - set(order_ids))
    return replace(day, orders=orders, routes={**day.routes, R4: loaded})


def case_of(day: Day) -> tuple[Day, CaseId]:
    day, by_cause = watched(day)
    return day, by_cause[f"order:{GONE}"]


def rest_without(day: Day) -> tuple[Option, Sequence[Stop]]:
    day, case_id = case_of(day)
    table = recommend(day, case_id, TRAVEL, {}, day.now, seed=SEED)
    option = next(o for o in table if o.option_id == f"drop:{GONE}")
    (change,) = [a for a in option.actions if isinstance(a, ChangeRoutes)]
    return option, change.routes[0].stops


def test_what_nobody_wants_is_not_loaded_either():
    option, stops = rest_without(fetched(GONE, OTHER))
    assert option.feasible
    assert [s.loads for s in stops if s.kind is StopKind.RELOAD] == [(OTHER,)]
    assert GONE not in [s.order_id for s in stops]


def test_nobody_comes_back_to_the_depot_for_a_cancelled_order_alone():
    option, stops = rest_without(fetched(GONE))
    assert option.feasible
    assert [s for s in stops if s.kind is StopKind.RELOAD] == []


def test_a_driver_who_is_on_the_way_to_the_depot_loads_as_told():
    day = fetched(GONE, OTHER)
    route = day.routes[R4]
    at = next(n for n, s in enumerate(route.stops) if s.kind is StopKind.RELOAD)
    behind = {s.order_id for s in route.stops[:at] if s.order_id is not None}
    under_way = replace(route, done=at, on_board=route.on_board - behind)
    option, stops = rest_without(replace(day, routes={**day.routes, R4: under_way}))
    assert option.feasible
    assert [s.loads for s in stops if s.kind is StopKind.RELOAD] == [(GONE, OTHER)]
