"""A model trained from a file of legs: read, split by days, fitted, written."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.errors import Refused
from core.eta.learned.artefact import Artefact, Origin, save
from core.eta.learned.history import History
from core.eta.learned.leg_file import read_legs
from core.eta.learned.records import DAY_S, usual_days
from core.eta.learned.training import SHAPE, Split, fit, split_of_days
from core.eta.learned.trees import Shape


def train_file(
    path: Path,
    folder: Path,
    *,
    place: str,
    until: int | None = None,
    calibrate_days: int | None = None,
    seed: int = 1,
    shape: Shape = SHAPE,
    tell: Callable[[str], None] = lambda _: None,
) -> Artefact:
    """Train on the legs that were over by the midnight that begins day `until`; all if None.

    The last `calibrate_days` of them, a quarter if None, are not trained on but calibrate.
    """
    tell(f"reading {path.name}")
    file = read_legs(path)
    first, last = usual_days(file.driven.asked.day)
    end = last + 1 if until is None else min(until, last + 1)
    day = file.driven.asked.day
    known = (day >= first) & (file.driven.finish_s < end * DAY_S)
    driven = file.driven.take(known)
    if not len(driven):
        raise Refused(f"{path.name} has no leg that was over before {_date(end)}")
    split = split_of_days(first, end)
    if calibrate_days is not None:
        split = Split(end - calibrate_days, end)
    history = History(driven)
    tell(f"features of {len(history.driven)} legs")
    seen = history.features(history.driven.asked)
    fitted = fit(history.driven, seen, split, seed=seed, shape=shape, tell=tell)
    origin = Origin(place, file.digest, _date(first), _date(split.train_until), _date(end), seed)
    return save(folder, fitted, history, origin)


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))
