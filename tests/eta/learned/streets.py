"""Attempts in a small place: some customers are out more often, and one cell is worse."""

from pathlib import Path

import numpy as np

from core.eta.learned.attempts import Attempts, Visits
from core.eta.learned.tables import write_table

FIRST_DAY = 19_000


def some_attempts(days: int = 60, visits_a_day: int = 120, seed: int = 4) -> Attempts:
    """Return attempts by day; a customer's chance stays, and doubles with the flag."""
    rng = np.random.default_rng(seed)
    count = days * visits_a_day
    chance_of = rng.beta(0.3, 3.0, 150)
    cell_of = rng.integers(0, 12, 150)
    customer = rng.integers(0, 150, count)
    auto = rng.random(count) < 0.1
    bad_cell = np.where(cell_of[customer] == 5, 0.1, 0.0)
    chance = np.minimum(0.9, (chance_of[customer] + bad_cell) * np.where(auto, 2.0, 1.0))
    visits = Visits(
        (FIRST_DAY + np.repeat(np.arange(days), visits_a_day)).astype(np.int64),
        customer.astype(np.int64),
        cell_of[customer].astype(np.int64),
        np.exp(rng.normal(7, 1, count)),
        np.exp(rng.normal(0, 1, count)),
        auto.astype(np.float64),
    )
    attempts = Attempts(visits, rng.random(count) < chance)
    return attempts.take(attempts.order())


def write_attempts(path: Path, attempts: Attempts, without: str = "") -> Path:
    """Write attempts in the columns of the public file."""
    visits = attempts.visits
    columns = {
        "customer": np.array([f"c{i}" for i in visits.customer]),
        "cell_x": visits.cell,
        "cell_y": np.zeros(len(visits), dtype=np.int64),
        "date": visits.day.astype("datetime64[D]").astype("datetime64[ms]"),
        "redelivered": attempts.failed,
        "weight": visits.weight,
        "volume": visits.volume,
        "auto": visits.auto == 1,
    }
    columns.pop(without, None)
    write_table(path, columns)
    return path
