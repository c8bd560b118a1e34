"""Every random draw of the world, keyed by what it is about and never by the order of drawing.

Two arms that meet the same leg in the same quarter of an hour, the same customer or the same stop
meet the same luck, whatever else they did before.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import exp, log, sqrt

from core.context import keyed_rng
from core.domain.ids import CustomerId, OrderId, VehicleId
from core.domain.place import Point
from evals.world.parameters import Parameters

BUCKET_S = 900


def _key(point: Point) -> str:
    return f"{point.lat_e6},{point.lon_e6}"


@dataclass(frozen=True)
class Draws:
    """The luck of one seed. Nothing here depends on what any arm does."""

    seed: int
    parameters: Parameters
    made: dict[tuple[str, ...], float] = field(
        default_factory=dict[tuple[str, ...], float], repr=False, compare=False
    )
    """Every draw made so far, by its purpose and entity: what two arms are compared by."""
    _slow: dict[int, float] = field(default_factory=dict[int, float], repr=False)

    def normal(self, purpose: str, *entity: object) -> float:
        key = (purpose, *map(str, entity))
        return self._noted(key, _normal(self.seed, *key))

    def uniform(self, purpose: str, *entity: object) -> float:
        key = (purpose, *map(str, entity))
        return self._noted(key, keyed_rng(self.seed, *key).random())

    def between(self, name: str, *entity: object) -> int:
        """Return a whole number from the span of that parameter."""
        low, high = self.parameters.span(name)
        key = (name, *map(str, entity))
        return round(self._noted(key, keyed_rng(self.seed, *key).randint(round(low), round(high))))

    def beta(self, purpose: str, alpha: float, beta: float, *entity: object) -> float:
        key = (purpose, *map(str, entity))
        return self._noted(key, keyed_rng(self.seed, *key).betavariate(alpha, beta))

    def _noted(self, key: tuple[str, ...], value: float) -> float:
        self.made[key] = value
        return value

    # Roads

    def hour_speed(self, local_hour: float) -> float:
        """Return this seed's speed relative to the day's mean; 24 hours wrap around."""
        table = self.parameters.rows("hours.speed")
        sd = self.parameters.number("hours.seed_sd")
        knots = [(hour, speed * exp(sd * self.normal("hour", hour))) for hour, speed in table]
        knots = [(knots[-1][0] - 24, knots[-1][1]), *knots, (knots[0][0] + 24, knots[0][1])]
        for (h0, s0), (h1, s1) in pairwise(knots):
            if h0 <= local_hour <= h1:
                return s0 + (s1 - s0) * (local_hour - h0) / (h1 - h0)
        raise ValueError(f"{local_hour} is no hour of a day")

    def congestion(self, second: int) -> float:
        """Return the factor on travel times in the quarter that holds this second of the day."""
        bucket = second // BUCKET_S
        share = self.parameters.number("congestion.slow_share")
        sd = self.parameters.number("congestion.log_sd")
        quick = self.normal("congestion", bucket)
        log_factor = sd * (sqrt(share) * self._slow_part(bucket) + sqrt(1 - share) * quick)
        return exp(log_factor - sd * sd / 2)

    def _slow_part(self, bucket: int) -> float:
        if bucket <= 0:
            return self.normal("congestion-slow", 0)
        if bucket not in self._slow:
            keep = exp(-BUCKET_S / 60 / self.parameters.number("congestion.slow_minutes"))
            fresh = self.normal("congestion-slow", bucket)
            self._slow[bucket] = keep * self._slow_part(bucket - 1) + sqrt(1 - keep**2) * fresh
        return self._slow[bucket]

    def leg_factor(self, start: Point, end: Point, second: int) -> float:
        """Return actual over expected travel of one leg begun at that second; its mean is one."""
        sd = self.parameters.number("leg.log_sd")
        lasting = self.parameters.number("leg.lasting_share")
        a, b = _key(start), _key(end)
        z = sqrt(lasting) * self.normal("leg", a, b)
        z += sqrt(1 - lasting) * self.normal("leg-now", a, b, second // BUCKET_S)
        return exp(sd * z - sd * sd / 2)

    def pace(self, vehicle_id: VehicleId) -> float:
        sd = self.parameters.number("pace.driver_sd")
        return exp(sd * self.normal("pace", vehicle_id) - sd * sd / 2)

    # Doors

    def service_factor(self, vehicle_id: VehicleId, order_id: OrderId) -> float:
        """Return actual over planned service of one order by one driver; its mean is about one."""
        p = self.parameters
        variance = p.number("service.log_sd") ** 2
        by_driver = variance * p.number("service.driver_share")
        by_stop = variance - by_driver
        form = by_driver * (1 - p.number("service.known_driver_share"))
        bias = p.number("service.bias_sd")
        log_factor = bias * self.normal("service-bias")
        log_factor += sqrt(form) * self.normal("service-form", vehicle_id) - form / 2
        log_factor += sqrt(by_stop) * self.normal("service", order_id) - by_stop / 2
        return exp(log_factor)

    # People

    def absent(self, customer_id: CustomerId, attempt: int, late: bool, told: bool) -> bool:
        """Return whether nobody opens at that attempt, counted from one."""
        p = self.parameters
        luck = self.uniform("absent", customer_id, attempt)
        if attempt > 1:
            return luck < p.number("absent.again")
        alpha, beta = p.span("absent.beta")
        rate = self.beta("absent-rate", alpha, beta, customer_id)
        rate *= p.number("absent.rate") * (alpha + beta) / alpha
        if late:
            rate *= p.number("absent.late_told_factor" if told else "absent.late_factor")
        return luck < rate

    def patience_s(self, customer_id: CustomerId, told: bool) -> int | None:
        """Return after how many late seconds the customer calls; None: never."""
        p = self.parameters
        ceiling = p.number("calls.told_ceiling" if told else "calls.ceiling")
        luck = self.uniform("call", customer_id)
        if luck >= ceiling:
            return None
        return 60 + round(-log(1 - luck / ceiling) * 60 * p.number("calls.patience_min"))


@lru_cache(maxsize=200_000)
def _normal(seed: int, purpose: str, *entity: str) -> float:
    return keyed_rng(seed, purpose, *entity).gauss(0.0, 1.0)
