"""A street whose doors, drivers and floors differ in how long they take."""

import numpy as np

from core.eta.doors.records import DoorsAsked, Served
from core.eta.learned.records import DAY_S

FIRST_DAY = 19_000
PLANNED_S = 100.0


def asked(
    day: int = FIRST_DAY, *, driver: int = 1, door: int = 1, floor: int = 0, parcels: int = 1
) -> DoorsAsked:
    """Return one service at noon, planned with 100 s."""
    one = {"driver": driver, "door": door, "parcels": parcels, "floor": floor, "access": 0}
    columns = {name: np.array([value], dtype=np.int64) for name, value in one.items()}
    start = np.array([day * DAY_S + 43_200], dtype=np.int64)
    return DoorsAsked(start_s=start, formula_s=np.array([PLANNED_S]), **columns)


def some_days(days: int = 20, a_day: int = 200, seed: int = 4) -> Served:
    """Return services: door 7 takes twice as long, driver 3 half as much more, a floor a tenth."""
    rng = np.random.default_rng(seed)
    count = days * a_day
    day = np.repeat(np.arange(FIRST_DAY, FIRST_DAY + days), a_day)
    start = (day * DAY_S + rng.integers(8 * 3600, 18 * 3600, count)).astype(np.int64)
    driver, door = rng.integers(1, 6, count), rng.integers(1, 41, count)
    floor = (door % 5).astype(np.int64)
    slow = 0.7 * (door == 7) + 0.4 * (driver == 3) + 0.1 * floor
    seconds = PLANNED_S * np.exp(slow + rng.normal(0, 0.4, count))
    told = DoorsAsked(
        start,
        driver,
        door,
        rng.integers(1, 4, count),
        floor,
        rng.integers(-1, 5, count),
        np.full(count, PLANNED_S),
    )
    return Served(told, start, seconds)


def with_rows(first: Served, second: Served) -> Served:
    """Return the services of both."""
    a, b = first.asked, second.asked
    names = ("start_s", "driver", "door", "parcels", "floor", "access", "formula_s")
    both = {name: np.concatenate([getattr(a, name), getattr(b, name)]) for name in names}
    return Served(
        DoorsAsked(**both),
        np.concatenate([first.began_s, second.began_s]),
        np.concatenate([first.seconds, second.seconds]),
    )
