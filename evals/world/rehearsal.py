"""Where every driver truly gets to when nobody interferes and nothing is jammed.

The generator looks here to decide where trouble strikes: a plan says where riders should be by
ten, the luck of the seed says where they are. The system under test never sees it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp

from core.domain.ids import OrderId, VehicleId
from core.domain.place import Point
from core.domain.plan import Plan, Route, Stop, StopKind
from core.travel.protocol import TravelTimes
from evals.world.city import City
from evals.world.draws import Draws
from evals.world.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop as it is truly made: seconds of the day."""

    point: Point
    order_id: OrderId | None
    departs: int
    """When the drive there begins."""
    arrives: int
    leaves: int
    trail: tuple[Point, ...] = field(repr=False)
    """The road there, in short pieces."""


@dataclass(frozen=True, slots=True)
class Slowness:
    """How a slow driver is slow: from which second, at doors and on the road."""

    from_s: int
    service: float
    pace: float


class Rehearsal:
    """The morning of one seed, driver by driver, with the very luck that all arms will meet."""

    def __init__(
        self,
        city: City,
        plan: Plan,
        draws: Draws,
        travel: TravelTimes,
        cancelled: Mapping[OrderId, int],
    ) -> None:
        # Its own draws: what is noted there would look as if every arm had met it.
        self._draws = Draws(draws.seed, draws.parameters)
        self._city, self._cancelled = city, cancelled
        self._orders = {o.order_id: o for o in city.orders}
        self._routes = {r.vehicle_id: r for r in plan.routes if r.stops}
        points = [city.depot.point, *(o.point for o in city.orders if o.point)]
        self._traffic = Traffic(travel, self._draws, city.midnight, (), points)

    @property
    def vehicle_ids(self) -> tuple[VehicleId, ...]:
        return tuple(sorted(self._routes))

    def visits(
        self, vehicle_id: VehicleId, until: int, slow: Slowness | None = None
    ) -> tuple[Visit, ...]:
        """Return the stops that this driver reaches by that second of the day."""
        route = self._routes[vehicle_id]
        second = self._departs(route)
        place, found = route.start, list[Visit]()
        for stop in route.stops:
            now_slow = slow if slow is not None and second >= slow.from_s else None
            pace = now_slow.pace if now_slow is not None else 1.0
            drive = self._traffic.drive(vehicle_id, place, stop.point, second, pace)
            if drive.arrives > until:
                break
            place, departs = stop.point, second
            second = self._leaves(vehicle_id, stop, drive.arrives, slow)
            visit = Visit(place, stop.order_id, departs, drive.arrives, second, drive.trail)
            found.append(visit)
        return tuple(found)

    def _departs(self, route: Route) -> int:
        planned = self._city.second(route.depart_at)
        return planned + self._draws.between("depart.delay_s", route.vehicle_id)

    def _leaves(
        self, vehicle_id: VehicleId, stop: Stop, arrives: int, slow: Slowness | None
    ) -> int:
        if stop.kind is not StopKind.DELIVER or stop.order_id is None:
            dock = stop.kind is StopKind.RELOAD
            factor = exp(0.2 * self._draws.normal("dock", stop.stop_id)) if dock else 1.0
            return arrives + max(1, round(stop.service_s * factor))
        order, p = self._orders[stop.order_id], self._draws.parameters
        begins = max(arrives, self._city.second(order.promise.opens))
        if self._cancelled.get(order.order_id, begins + 1) <= begins:
            return begins + round(p.number("service.cancelled_door_s"))
        late = begins > self._city.second(order.promise.closes)
        if self._draws.absent(order.customer_id, 1, late, told=False):
            return begins + round(p.number("service.absent_s"))
        seconds = order.service_s * self._draws.service_factor(vehicle_id, order.order_id)
        if slow is not None and begins >= slow.from_s:
            seconds *= slow.service
        return begins + max(20, round(seconds))
