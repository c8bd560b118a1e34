"""Randomness of sampled days: one vector over all paths for each driver, leg, stop and quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from core.context import key_seed

Paths = NDArray[np.float64]
"""One value for each sampled path."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations of log ratios, actual to expected; every factor has mean 1."""

    leg_total: float = 0.415
    """Fitted: 261,615 legs of city drivers. All that follows for legs adds up to it."""
    congestion: float = 0.20
    """Fitted: city-wide mean of a quarter of an hour."""
    congestion_day_share: float = 0.21
    """Fitted: autocorrelation 0.26, 0.21, 0.19 after 15, 60, 120 min, nearly flat: a share that
    stays all day, and the rest afresh each quarter."""
    driver_pace: float = 0.10
    """Assumption: how much drivers differ on the road; no data was found."""
    service_total: float = 0.668
    """Fitted: 2,038 stops."""
    service_driver_share: float = 0.097
    """Fitted: share of the log variance of service that is the driver's."""
    incident: float = 0.35
    """Assumption: how wrong the announced rest of an incident is."""
    unknown_incident: float = 0.60
    """Assumption: the same where no end was announced."""

    @property
    def leg(self) -> float:
        """What is a leg's own once congestion and driver are taken out."""
        return sqrt(self.leg_total**2 - self.congestion**2 - self.driver_pace**2)

    @property
    def service_driver(self) -> float:
        return self.service_total * sqrt(self.service_driver_share)

    @property
    def service_stop(self) -> float:
        return self.service_total * sqrt(1 - self.service_driver_share)


SPREAD = Spread()

BUCKET_S = 900

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_OTHER_STREAM = 0xD1B54A32D192ED03
_MASK = 2**64 - 1


class Noise:
    """Draws that depend on seed and entity only: options that share a stop share its luck."""

    def __init__(self, seed: int, paths: int, spread: Spread = SPREAD) -> None:
        if paths < 1:
            raise ValueError(f"sampling needs at least one path, not {paths}")
        self.seed, self.paths, self.spread = seed, paths, spread
        self._normals: dict[tuple[str, str], Paths] = {}

    def normal(self, purpose: str, entity: object) -> Paths:
        """Return standard normal draws of one entity."""
        return self.normals(purpose, [str(entity)])[0]

    def normals(self, purpose: str, entities: Sequence[str]) -> list[Paths]:
        """Return standard normal draws of each entity; what was drawn before is remembered."""
        new = [e for e in dict.fromkeys(entities) if (purpose, e) not in self._normals]
        if new:
            keys = [key_seed(self.seed, purpose, e) for e in new]
            for entity, row in zip(new, _normals(keys, self.paths), strict=True):
                self._normals[purpose, entity] = row
        return [self._normals[purpose, e] for e in entities]

    def legs(self, stop_ids: Sequence[str]) -> list[Paths]:
        """Return the factors of the legs that lead to those stops, wherever they start."""
        return [_factor(z, self.spread.leg) for z in self.normals("leg", stop_ids)]

    def services(self, stop_ids: Sequence[str]) -> list[Paths]:
        """Return the factors of the stops' own service, without the driver's share."""
        return [_factor(z, self.spread.service_stop) for z in self.normals("service", stop_ids)]

    def driver_pace(self, driver_id: str) -> Paths:
        return _factor(self.normal("pace", driver_id), self.spread.driver_pace)

    def driver_service(self, driver_id: str) -> Paths:
        return _factor(self.normal("driver_service", driver_id), self.spread.service_driver)

    def road_kept(self, driver_id: str, at_s: float, variance: float) -> Paths:
        """Return by what driver and day's congestion change once only `variance` of both is open.

        Multiplied to both, their product keeps its mean of 1 and its draws.
        """
        share = self.spread.congestion * sqrt(self.spread.congestion_day_share)
        driver, day = self.normal("pace", driver_id), self.normal("congestion_day", _day_of(at_s))
        prior = self.spread.driver_pace**2 + share**2
        kept = sqrt(variance / prior)
        off = self.spread.driver_pace * driver + share * day
        return np.exp((kept - 1) * off - (kept**2 - 1) * prior / 2)

    def hand_kept(self, driver_id: str, variance: float) -> Paths:
        """Return the factor of a driver at doors of whom only `variance` is still open."""
        return _factor(self.normal("driver_service", driver_id), sqrt(variance))

    def own(self, purpose: str, stop_ids: Sequence[str], spreads: Sequence[float]) -> list[Paths]:
        """Return the factors of legs or services whose own spreads are known; same draws."""
        found = self.normals(purpose, stop_ids)
        return [_factor(z, sd) for z, sd in zip(found, spreads, strict=True)]

    def congestion(self, first_bucket: int, buckets: int) -> NDArray[np.float64]:
        """Return (buckets, paths): the factor of each quarter of an hour since 1970."""
        day_share = self.spread.congestion_day_share
        day = self.normal("congestion_day", _day_of(first_bucket * BUCKET_S))
        names = [str(first_bucket + i) for i in range(buckets)]
        quarters = np.stack(self.normals("congestion", names))
        mixed = sqrt(day_share) * day[None, :] + sqrt(1 - day_share) * quarters
        return np.exp(self.spread.congestion * mixed - self.spread.congestion**2 / 2)

    def incident_rest(self, incident_id: str, *, announced: bool) -> Paths:
        """Return by what the expected rest of an incident is multiplied."""
        sd = self.spread.incident if announced else self.spread.unknown_incident
        return _factor(self.normal("incident", incident_id), sd)


def _day_of(at_s: float) -> int:
    return int(at_s // 86_400)


def _factor(z: Paths, sd: float) -> Paths:
    """Lognormal with mean 1."""
    return np.exp(sd * z - sd**2 / 2)


def _normals(keys: Sequence[int], paths: int) -> NDArray[np.float64]:
    """Return (keys, paths) standard normals: SplitMix64 counters through Box and Muller."""
    first = _uniforms(keys, paths)
    second = _uniforms([key ^ _OTHER_STREAM for key in keys], paths)
    return np.sqrt(-2 * np.log(first)) * np.cos(2 * np.pi * second)


def _uniforms(keys: Sequence[int], paths: int) -> NDArray[np.float64]:
    counter = np.arange(1, paths + 1, dtype=np.uint64) * _GOLDEN
    start = np.array([key & _MASK for key in keys], dtype=np.uint64)
    z = start[:, None] + counter[None, :]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(11)).astype(np.float64) + 0.5) / 2**53
