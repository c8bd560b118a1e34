"""Addresses, zones and hours where visits fail more often than luck explains, with the evidence.

A place is compared with everybody's rate, a part of its day with its own other hours (given how
many of its visits failed in all, how likely is it that so many of them fell there). Of all places
looked at, those are named whose chance by luck alone survives a false discovery rate of five in a
hundred. Customers of a zone are not independent draws: a zone is judged besides by how far its
customers scatter, so that one bad address does not make a bad zone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import erfc, exp, lgamma, log, log1p, sqrt
from typing import Any

import numpy as np

from core.domain.attempt import SLOTS, slot_words
from core.eta.attempts.records import Ints, Tried, Truths, codes, doors
from core.eta.learned.train_file import date_of

LEAST_FAILED = 3
"""Two failures are a coincidence, whatever the odds."""
LEAST_CUSTOMERS = 3
"""Of a zone, with a failure each."""
FALSE_DISCOVERIES = 0.05
# Visits of the broader group that a rate is shrunk by.
ADDRESS_VISITS, ZONE_VISITS = 5.0, 30.0
MOST_DATES = 10


Compared = Callable[[Ints], tuple[float, float]]
"""The rate that some visits are compared with, and the chance of their failures by luck."""


class Kind(StrEnum):
    """What is out of line."""

    ADDRESS = "address"
    ADDRESS_WINDOW = "address_window"
    ZONE = "zone"
    ZONE_WINDOW = "zone_window"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One place or part of its day, with everything it was judged by."""

    kind: Kind
    lat_e6: int
    """Of the address; of a zone the middle of its addresses."""
    lon_e6: int
    window: str
    """Part of the day; empty: at any hour."""
    attempts: int
    failed: int
    customers: int
    failed_customers: int
    compared_pm: int
    """The rate it is compared with: everybody's, or its own at other hours."""
    shrunk_pm: int
    """Its own rate, shrunk to that by its count."""
    shrunk_by: int
    luck_ppm: int
    """Chance of so many failures by luck alone, per million."""
    first_day: str
    last_day: str
    failed_on: tuple[str, ...]
    """The latest dates, at most ten."""

    @property
    def rate_pm(self) -> int:
        return round(1000 * self.failed / self.attempts)

    def as_json(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in self.__slots__}
        return {
            **said,
            "kind": self.kind.value,
            "rate_pm": self.rate_pm,
            "failed_on": list(self.failed_on),
        }


def anomalies(tried: Tried) -> tuple[Anomaly, ...]:
    """Return what is out of line, the least likely by luck first in each kind."""
    rows = tried.in_order()
    if not rows.failed.any():
        return ()
    overall = float(rows.failed.mean())
    door, zone = doors(rows.planned), codes(rows.planned.zone)
    found: list[Anomaly] = []
    places = ((Kind.ADDRESS, door, ADDRESS_VISITS), (Kind.ZONE, zone, ZONE_VISITS))
    for kind, place, shrunk_by in places:
        found += _judged(rows, kind, place, _of_everybody(rows, overall), shrunk_by)
    windows = ((Kind.ADDRESS_WINDOW, door, ADDRESS_VISITS), (Kind.ZONE_WINDOW, zone, ZONE_VISITS))
    for kind, place, shrunk_by in windows:
        group = place * SLOTS + rows.planned.slot
        found += _judged(rows, kind, group, _elsewhere(rows, place, overall, shrunk_by), shrunk_by)
    return tuple(found)


def _of_everybody(rows: Tried, overall: float) -> Compared:
    """Compare a place with the rate of all visits."""

    def compared(members: Ints) -> tuple[float, float]:
        failed = int(rows.failed[members].sum())
        return overall, binomial_tail(failed, len(members), overall)

    return compared


def _elsewhere(rows: Tried, place: Ints, overall: float, shrunk_by: float) -> Compared:
    """Compare a part of a place's day with its other hours, whose rate is shrunk to everybody's."""
    visits, misses = np.bincount(place), np.bincount(place, rows.failed).astype(np.int64)

    def compared(members: Ints) -> tuple[float, float]:
        at, failed = int(place[members[0]]), int(rows.failed[members].sum())
        others, missed = int(visits[at]) - len(members), int(misses[at]) - failed
        rate = (missed + shrunk_by * overall) / (others + shrunk_by)
        return rate, drawn_tail(failed, len(members), failed + missed, int(visits[at]))

    return compared


def _judged(
    rows: Tried, kind: Kind, group: Ints, compared: Compared, shrunk_by: float
) -> list[Anomaly]:
    of_zone = kind in (Kind.ZONE, Kind.ZONE_WINDOW)
    windowed = kind in (Kind.ADDRESS_WINDOW, Kind.ZONE_WINDOW)
    order: Ints = np.argsort(group, kind="stable").astype(np.int64)
    cuts = np.flatnonzero(np.diff(group[order])) + 1
    candidates: list[Anomaly] = []
    looked_at = 0
    for members in np.split(order, cuts):
        looked_at += 1
        failed = int(rows.failed[members].sum())
        if failed < LEAST_FAILED:
            continue
        rate, luck = compared(members)
        customers = rows.planned.customer[members]
        unlucky = len(np.unique(customers[rows.failed[members]]))
        if of_zone and unlucky < LEAST_CUSTOMERS:
            continue
        if of_zone:
            luck = max(luck, _luck_of_many(codes(customers), rows.failed[members], rate))
        candidates.append(_told(rows, kind, members, rate, shrunk_by, luck, unlucky, windowed))
    return _kept(candidates, looked_at)


def _told(
    rows: Tried,
    kind: Kind,
    members: Ints,
    rate: float,
    shrunk_by: float,
    luck: float,
    unlucky: int,
    windowed: bool,
) -> Anomaly:
    planned = rows.planned
    days = planned.day[members]
    failed_on = np.unique(days[rows.failed[members]])[::-1][:MOST_DATES]
    failed = int(rows.failed[members].sum())
    return Anomaly(
        kind=kind,
        lat_e6=round(float(planned.lat_e6[members].mean())),
        lon_e6=round(float(planned.lon_e6[members].mean())),
        window=slot_words(int(planned.slot[members[0]])) if windowed else "",
        attempts=len(members),
        failed=failed,
        customers=len(np.unique(planned.customer[members])),
        failed_customers=unlucky,
        compared_pm=round(1000 * rate),
        shrunk_pm=round(1000 * (failed + shrunk_by * rate) / (len(members) + shrunk_by)),
        shrunk_by=round(shrunk_by),
        luck_ppm=round(1e6 * luck),
        first_day=date_of(int(days.min())),
        last_day=date_of(int(days.max())),
        failed_on=tuple(date_of(int(d)) for d in failed_on),
    )


def _kept(candidates: list[Anomaly], looked_at: int) -> list[Anomaly]:
    """Return those that survive the false discovery rate among all places looked at."""
    ranked = sorted(candidates, key=lambda a: (a.luck_ppm, -a.failed, a.lat_e6, a.lon_e6, a.window))
    passed = [
        n
        for n, one in enumerate(ranked, start=1)
        if one.luck_ppm <= 1e6 * FALSE_DISCOVERIES * n / looked_at
    ]
    return ranked[: max(passed, default=0)]


def binomial_tail(failed: int, attempts: int, rate: float) -> float:
    """Return the chance of so many failures or more among independent attempts of one rate."""
    if failed <= 0:
        return 1.0
    sure = min(max(rate, 1e-9), 1 - 1e-9)
    terms = (
        _ways(attempts, k) + k * log(sure) + (attempts - k) * log1p(-sure)
        for k in range(failed, attempts + 1)
    )
    return min(1.0, sum(exp(t) for t in terms))


def drawn_tail(failed: int, attempts: int, all_failed: int, all_attempts: int) -> float:
    """Return the chance that so many or more of all failures fell among some of all attempts."""
    whole = _ways(all_attempts, attempts)
    most = min(attempts, all_failed)
    least = max(failed, attempts - (all_attempts - all_failed))
    return min(
        1.0,
        sum(
            exp(_ways(all_failed, k) + _ways(all_attempts - all_failed, attempts - k) - whole)
            for k in range(least, most + 1)
        ),
    )


def _ways(of: int, some: int) -> float:
    """Return the log of how many ways there are to choose."""
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)


def _luck_of_many(customer: Ints, failed: Truths, rate: float) -> float:
    """Return the chance of a zone's excess, judged by how far its customers lie from the rate."""
    visits = np.bincount(customer)
    excess = np.bincount(customer, failed) - visits * rate
    spread = sqrt(float((excess**2).sum()))
    return 0.5 * erfc(float(excess.sum()) / spread / sqrt(2)) if spread else 1.0
