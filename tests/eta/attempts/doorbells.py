"""A quarter in which some customers are out, and one address every evening."""

import numpy as np

from core.domain.attempt import SLOTS
from core.eta.attempts.records import Planned, Tried

FIRST_DAY = 19_000
CUSTOMERS = 200
MORNING, EVENING = 3, 6
NEVER_IN, EVENINGS_OUT = 7, 11
"""Customers: one who never opens, one who opens in the morning only."""


def place(customer: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the address of each: forty customers to a kilometre, two to a door."""
    door = customer // 2
    return 60_170_000 + door // 20 * 10_000 + door % 20 * 300, 24_930_000 + door % 20 * 500


def visits(day: np.ndarray, customer: np.ndarray, slot: np.ndarray) -> Planned:
    lat, lon = (c.astype(np.int64) for c in place(customer))
    ones = np.full(len(day), 1_000, dtype=np.int64)
    zone = (lat // 10_000).astype(np.int64)
    whole = (day.astype(np.int64), customer.astype(np.int64), zone, slot.astype(np.int64))
    return Planned(*whole, lat, lon, ones, 5 * ones)


def a_visit(customer: int, day: int, slot: int = MORNING) -> Planned:
    return visits(np.array([day]), np.array([customer]), np.array([slot]))


def some_days(days: int = 60, a_day: int = 120, seed: int = 3) -> Tried:
    """Return first visits by day: few customers out often, most hardly ever."""
    rng = np.random.default_rng(seed)
    count = days * a_day
    day = np.repeat(np.arange(FIRST_DAY, FIRST_DAY + days), a_day)
    customer = rng.integers(0, CUSTOMERS, count)
    slot = rng.choice([MORNING, 4, 5, EVENING], count)
    out = rng.beta(0.3, 6.0, CUSTOMERS)
    out[NEVER_IN], out[EVENINGS_OUT] = 0.9, 0.02
    chance = np.where((customer == EVENINGS_OUT) & (slot == EVENING), 0.9, out[customer])
    assert slot.max() < SLOTS
    return Tried(visits(day, customer, slot), rng.random(count) < chance).in_order()
