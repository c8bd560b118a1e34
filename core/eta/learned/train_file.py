"""A model trained from legs, of a file or of a ledger: split by days, fitted, written."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.errors import Refused
from core.eta.learned.artefact import Artefact, Origin, save
from core.eta.learned.history import History
from core.eta.learned.leg_file import read_legs
from core.eta.learned.records import DAY_S, Driven, usual_days
from core.eta.learned.training import SHAPE, Split, fit, split_of_days
from core.eta.learned.trees import Shape

Tell = Callable[[str], None]


def train_file(
    path: Path,
    folder: Path,
    *,
    place: str,
    until: int | None = None,
    calibrate_days: int | None = None,
    seed: int = 1,
    shape: Shape = SHAPE,
    tell: Tell = lambda _: None,
) -> Artefact:
    """Train on the legs of a file that were over by the midnight that begins day `until`.

    The last `calibrate_days` of them, a quarter if None, are not trained on but calibrate.
    """
    tell(f"reading {path.name}")
    file = read_legs(path)
    first, last = usual_days(file.driven.asked.day)
    end = last + 1 if until is None else min(until, last + 1)
    known = (file.driven.asked.day >= first) & (file.driven.finish_s < end * DAY_S)
    driven = file.driven.take(known)
    if not len(driven):
        raise Refused(f"{path.name} has no leg that was over before {date_of(end)}")
    split = split_of_days(first, end)
    if calibrate_days is not None:
        split = Split(end - calibrate_days, end)
    origin = Origin(
        place, file.digest, date_of(first), date_of(split.train_until), date_of(end), seed
    )
    return train_driven(driven, folder, origin, split, shape=shape, tell=tell)


def train_driven(
    driven: Driven,
    folder: Path,
    origin: Origin,
    split: Split,
    *,
    shape: Shape = SHAPE,
    tell: Tell = lambda _: None,
) -> Artefact:
    """Train on these legs, all of them over when calibration ends, and write the model."""
    history = History(driven)
    tell(f"features of {len(history.driven)} legs")
    seen = history.features(history.driven.asked)
    fitted = fit(history.driven, seen, split, seed=origin.seed, shape=shape, tell=tell)
    return save(folder, fitted, history, origin)


def date_of(day: int) -> str:
    """Return the ISO date of a day since 1970."""
    return str(np.datetime64(day, "D"))
