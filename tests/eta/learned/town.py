"""A town of nine zones on a grid, whose legs have a pace that a history can learn."""

from pathlib import Path

import numpy as np

from core.eta.learned.leg_file import METRES_PER_MILE
from core.eta.learned.records import DAY_S, Asked, Driven
from core.eta.learned.tables import write_table

FIRST_DAY = 19_000
"""Saturday, 8 January 2022."""


def a_history(days: int = 10, legs_a_day: int = 150, seed: int = 3) -> Driven:
    """Return legs in order; the centre is slow at midday, and zone 1 is slow to get out of."""
    rng = np.random.default_rng(seed)
    count = days * legs_a_day
    day = np.repeat(np.arange(days), legs_a_day)
    start = (FIRST_DAY + day) * DAY_S + rng.integers(6 * 3600, 22 * 3600, count)
    source, goal = rng.integers(1, 10, count), rng.integers(1, 10, count)
    steps = np.hypot((source - goal) % 3, (source - 1) // 3 - (goal - 1) // 3)
    metres = (800 + 1_500 * steps) * np.exp(rng.normal(0, 0.05, count))
    hour = start % DAY_S / 3600
    slow = 0.3 * np.exp(-(((hour - 13) / 3) ** 2)) + 0.3 * (source == 1)
    seconds = np.rint(60 + metres / 7 * np.exp(slow + rng.normal(0, 0.25, count)))
    asked = Asked(
        start.astype(np.int64),
        source.astype(np.int64),
        goal.astype(np.int64),
        rng.choice([1.0, 2.0, np.nan], count),
        np.full(count, np.nan),
    )
    return Driven(asked, seconds.astype(np.int64), metres).in_order()


def joined(first: Driven, second: Driven) -> Driven:
    """Return the legs of both, in order."""
    a, b = first.asked, second.asked
    asked = Asked(
        np.concatenate([a.start_s, b.start_s]),
        np.concatenate([a.from_zone, b.from_zone]),
        np.concatenate([a.to_zone, b.to_zone]),
        np.concatenate([a.kind, b.kind]),
        np.concatenate([a.formula_s, b.formula_s]),
    )
    return Driven(
        asked,
        np.concatenate([first.seconds, second.seconds]),
        np.concatenate([first.metres, second.metres]),
    ).in_order()


def a_leg(start_s: int, seconds: int, source: int = 1, goal: int = 2) -> Driven:
    """Return one leg of 3 km."""
    one = np.array([source], dtype=np.int64)
    asked = Asked(
        np.array([start_s], dtype=np.int64),
        one,
        np.array([goal], dtype=np.int64),
        np.array([1.0]),
        np.array([np.nan]),
    )
    return Driven(asked, np.array([seconds], dtype=np.int64), np.array([3_000.0]))


def write_legs(path: Path, driven: Driven, without: str = "") -> Path:
    """Write legs in the columns of the public file."""
    asked = driven.asked
    columns = {
        "started_at": asked.start_s.astype("datetime64[s]"),
        "finished_at": driven.finish_s.astype("datetime64[s]"),
        "from_zone": asked.from_zone,
        "to_zone": asked.to_zone,
        "driven_miles": driven.metres / METRES_PER_MILE,
        "trip_type": asked.kind,
    }
    columns.pop(without, None)
    write_table(path, columns)
    return path
