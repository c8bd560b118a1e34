"""Features of visits as of the midnight before: shrunk rates of customer, cell and weekday."""

import numpy as np
from numpy.typing import NDArray

from core.eta.learned.attempts import Attempts, Visits

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# A first guess before anything was seen, worth so many visits.
START_RATE, START_VISITS = 0.04, 20.0
CELL_VISITS, WEEKDAY_VISITS, PLAIN_VISITS = 30.0, 100.0, 5.0
# How many visits of the broader group a customer's own are shrunk by, at each memory.
CUSTOMER_VISITS = {0: 3.0, 90: 3.0, 30: 3.0, 10: 2.0}
NEVER_DAYS = 999.0

# Each with 1 where more of it can only mean a likelier failure, 0 where that is open.
FEATURES: dict[str, int] = {
    "cell_rate": 1,
    "cell_visits": 0,
    "rate_14_days": 1,
    "weekday_rate": 1,
    "customer_rate": 1,
    "customer_visits": 0,
    "customer_rate_90_days": 1,
    "customer_visits_90_days": 0,
    "customer_rate_30_days": 1,
    "customer_visits_30_days": 0,
    "customer_rate_10_days": 1,
    "customer_visits_10_days": 0,
    "customer_auto_share": 0,
    "customer_cell_rate": 1,
    "customer_cell_visits": 0,
    "customer_weekday_rate": 1,
    "customer_last_day_rate": 1,
    "nearness_of_last_failure": 1,
    "days_since_last_visit": 0,
    "log_weight": 0,
    "log_volume": 0,
    "weekday": 0,
    "parcels_of_customer_today": 0,
    "volume_of_customer_today": 0,
    "parcels_of_cell_today": 0,
    "auto": 0,
}


def past_rate(
    day: Ints, group: Ints, happened: Floats, prior: Floats, visits: float, half_life_days: int = 0
) -> tuple[Floats, Floats]:
    """Return the rate of each row's group on earlier days, shrunk to `prior`, and its visits.

    Rows are by day. With a half-life, older days count less; the day itself never counts.
    """
    groups = int(group.max(initial=0)) + 1
    total, count = np.zeros(groups), np.zeros(groups)
    rate, seen = np.empty(len(day)), np.empty(len(day))
    last = None
    for rows in _days(day):
        one = int(day[rows.start])
        if half_life_days and last is not None:
            fade = 0.5 ** ((one - last) / half_life_days)
            total *= fade
            count *= fade
        last, of = one, group[rows]
        rate[rows] = (total[of] + visits * prior[rows]) / (count[of] + visits)
        seen[rows] = count[of]
        total += np.bincount(of, happened[rows], groups)
        count += np.bincount(of, minlength=groups)
    return rate, seen


def customer_history(attempts: Attempts) -> Floats:
    """Return the plain rate of each visit's customer on earlier days: what a desk would know."""
    visits, failed = attempts.visits, attempts.failed.astype(np.float64)
    return past_rate(visits.day, visits.customer, failed, overall_rate(attempts), PLAIN_VISITS)[0]


def cell_history(attempts: Attempts) -> Floats:
    """Return the plain rate of each visit's cell on earlier days."""
    visits, failed = attempts.visits, attempts.failed.astype(np.float64)
    cell = _codes(visits.cell)
    return past_rate(visits.day, cell, failed, overall_rate(attempts), PLAIN_VISITS)[0]


def features(attempts: Attempts) -> NDArray[np.float32]:
    """Return what was known of each visit before its day began; attempts are by day.

    No outcome of the day itself or a later one moves a row.
    """
    visits, failed = attempts.visits, attempts.failed.astype(np.float64)
    day, customer, cell = visits.day, visits.customer, _codes(visits.cell)
    overall = overall_rate(attempts)
    found: dict[str, Floats] = {}
    found["cell_rate"], found["cell_visits"] = past_rate(day, cell, failed, overall, CELL_VISITS)
    everybody = np.zeros(len(day), dtype=np.int64)
    found["rate_14_days"], _ = past_rate(day, everybody, failed, overall, 50.0, 14)
    found["weekday_rate"], _ = past_rate(day, visits.weekday, failed, overall, WEEKDAY_VISITS)
    for half_life, shrunk in CUSTOMER_VISITS.items():
        name = f"_{half_life}_days" if half_life else ""
        rate, seen = past_rate(day, customer, failed, found["cell_rate"], shrunk, half_life)
        found[f"customer_rate{name}"], found[f"customer_visits{name}"] = rate, seen
    auto = np.nan_to_num(visits.auto)
    usual, _ = past_rate(day, everybody, auto, np.zeros(len(day)), START_VISITS)
    found["customer_auto_share"], _ = past_rate(day, customer, auto, usual, 3.0, 60)
    own = found["customer_rate"]
    place = _codes(customer * (cell.max(initial=0) + 1) + cell)
    rate, seen = past_rate(day, place, failed, own, 3.0, 60)
    found["customer_cell_rate"], found["customer_cell_visits"] = rate, seen
    then = customer * 7 + visits.weekday
    found["customer_weekday_rate"], _ = past_rate(day, then, failed, own, 4.0, 90)
    _put_last(day, customer, failed, found)
    found["log_weight"] = np.log1p(np.maximum(0, visits.weight))
    found["log_volume"] = np.log1p(np.maximum(0, visits.volume))
    found["weekday"] = visits.weekday.astype(np.float64)
    _put_today(visits, cell, found)
    found["auto"] = visits.auto
    return np.column_stack([found[name] for name in FEATURES]).astype(np.float32)


def _put_last(day: Ints, customer: Ints, failed: Floats, found: dict[str, Floats]) -> None:
    customers = int(customer.max(initial=0)) + 1
    visited, missed = np.full(customers, np.nan), np.full(customers, np.nan)
    last_rate = np.full(customers, np.nan)
    since, nearness, rate = (np.empty(len(day)) for _ in range(3))
    for rows in _days(day):
        one, of = int(day[rows.start]), customer[rows]
        since[rows], rate[rows] = one - visited[of], last_rate[of]
        nearness[rows] = -np.nan_to_num(one - missed[of], nan=NEVER_DAYS)
        count = np.bincount(of, minlength=customers)
        total = np.bincount(of, failed[rows], customers)
        here = np.unique(of)
        visited[here], last_rate[here] = one, total[here] / count[here]
        missed[total > 0] = one
    found["days_since_last_visit"], found["customer_last_day_rate"] = since, rate
    found["nearness_of_last_failure"] = nearness


def _put_today(visits: Visits, cell: Ints, found: dict[str, Floats]) -> None:
    """Count what is planned for the day, which is known before it."""
    first = int(visits.day.min(initial=0))
    span = int(visits.day.max(initial=0)) - first + 1
    of_customer = _codes(visits.customer * span + visits.day - first)
    of_cell = _codes(cell * span + visits.day - first)
    volume = np.maximum(0, np.nan_to_num(visits.volume))
    parcels, loads = np.bincount(of_customer), np.bincount(of_customer, volume)
    found["parcels_of_customer_today"] = parcels[of_customer].astype(np.float64)
    found["volume_of_customer_today"] = loads[of_customer].astype(np.float64)
    found["parcels_of_cell_today"] = np.bincount(of_cell)[of_cell].astype(np.float64)


def overall_rate(attempts: Attempts) -> Floats:
    """Return the rate of everybody on earlier days, shrunk to a first guess."""
    day, failed = attempts.visits.day, attempts.failed.astype(np.float64)
    start = np.full(len(day), START_RATE)
    return past_rate(day, np.zeros(len(day), dtype=np.int64), failed, start, START_VISITS)[0]


def _days(day: Ints) -> list[slice]:
    """Return the rows of each day; rows are by day."""
    ends = [*np.flatnonzero(np.diff(day)) + 1, len(day)]
    return [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True) if b > a]


def _codes(values: Ints) -> Ints:
    return np.unique(values, return_inverse=True)[1].astype(np.int64)
