"""What days of a ledger teach: models trained on 1, 7 and 30 of them, tested on the days after.

Tables are renewed every midnight, as `tenfour models night` does; trees stay as trained.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.eta.attempts.features import History as AttemptHistory
from core.eta.attempts.model import AttemptModel
from core.eta.attempts.records import Tried
from core.eta.doors.history import DoorHistory
from core.eta.learned.history import History
from core.eta.learned.records import DAY_S
from core.eta.life.bundle import DepotModel, train_harvest
from core.eta.life.harvest import Harvest, harvest
from core.store.store import Store
from core.travel.estimate import EstimateTravel
from evals.bench.history_days import OPERATION, ZONE, Size, service_date, write_day
from evals.bench.history_truth import TownDays

Tell = Callable[[str], None]
Floats = NDArray[np.float64]

HISTORIES = (1, 7, 30)
TEST_DAYS = 5
SIZE = Size(orders=100, vans=3)
KINDS = ("leg", "service", "attempt")


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """One part of a model of one town, on everything of the days right after its own."""

    seed: int
    days: int
    kind: str
    """leg, service or attempt."""
    stage: str
    day: NDArray[np.int64]
    took: Floats
    """Seconds; of an attempt 1 where it failed."""
    plain: Floats
    """What the formula says; of an attempt everybody's rate."""
    said: Floats
    """P50 of the model; of an attempt its chance."""


def run(
    seeds: int,
    histories: Sequence[int] = HISTORIES,
    *,
    size: Size = SIZE,
    test_days: int = TEST_DAYS,
    tell: Tell = lambda _: None,
) -> list[Tested]:
    """Write towns into ledgers and measure models of them; seeds count from one."""
    found: list[Tested] = []
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            taught = ledgers(home, seed, max(histories) + test_days, size, tell)
            for days in histories:
                tell(f"town {seed}: training on {days} days")
                begin = int(np.datetime64(service_date(days), "D").astype(np.int64))
                made = train_harvest(taught, home / f"model-{days}", OPERATION, until=begin)
                found += tested(made, taught, seed, days, (begin, begin + test_days))
    return found


def ledgers(home: Path, seed: int, days: int, size: Size, tell: Tell = lambda _: None) -> Harvest:
    """Write so many days of a town into the database of a home, and return what they teach."""
    store, of = Store(f"sqlite:///{home / 'tenfour.db'}"), TownDays(seed)
    for day in range(days):
        tell(f"town {seed}: day {day + 1} of {days}")
        write_day(store, of, day, size)
    found = harvest((list(store.load(d)), EstimateTravel(ZONE)) for d in store.days())
    store.close()
    return found


def tested(
    made: DepotModel, found: Harvest, seed: int, days: int, span: tuple[int, int]
) -> Iterator[Tested]:
    """Yield legs, services and attempts of some days beside what a model says of each."""
    begin, end = span
    legs = History(found.driven)
    rows = (legs.driven.asked.day >= begin) & (legs.driven.asked.day < end)
    driven = legs.driven.take(rows & legs.driven.plausible)
    said = np.exp(made.legs.model.predict(legs.features(driven.asked)).mid)
    stage, asked = made.legs.model.stage.value, driven.asked
    took = driven.seconds.astype(np.float64)
    yield Tested(seed, days, "leg", stage, asked.day, took, asked.formula_s, said)
    doors = DoorHistory(found.served)
    start = doors.served.asked.start_s
    served = doors.served.take((start >= begin * DAY_S) & (start < end * DAY_S))
    said = np.exp(made.doors.predict(doors.features(served.asked)).mid)
    stage, at = made.doors.stage.value, served.asked
    yield Tested(seed, days, "service", stage, at.day, served.seconds, at.formula_s, said)
    yield _attempts(made, found.tried, seed, days, span)


def _attempts(
    made: DepotModel, tried: Tried, seed: int, days: int, span: tuple[int, int]
) -> Tested:
    """Return each first visit with its chance at the part of the day for which it was planned."""
    rows = (tried.planned.day >= span[0]) & (tried.planned.day < span[1])
    visits = tried.take(rows)
    model = AttemptModel(made.attempts.stage, tried, made.attempts.trees)
    chance = np.zeros(len(visits))
    for day in np.unique(visits.planned.day):
        of = np.flatnonzero(visits.planned.day == day).astype(np.int64)
        asked = visits.planned.take(of)
        chance[of] = model.chances(asked).by_slot[np.arange(len(of)), asked.slot]
    failed = visits.failed.astype(np.float64)
    base = AttemptHistory(tried).base[rows]
    stage = made.attempts.stage.value
    return Tested(seed, days, "attempt", stage, visits.planned.day, failed, base, chance)
