"""A model of a depot on disk: legs and doors learned together from the days of its ledgers."""

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from core.eta.attempts.artefact import read_attempts, write_attempts
from core.eta.attempts.model import AttemptModel, FittedAttempts
from core.eta.attempts.model import fit as fit_attempts
from core.eta.attempts.records import packed as packed_attempts
from core.eta.doors.history import HISTORY_DAYS, DoorHistory
from core.eta.doors.model import BUCKETS, DoorModel, FittedDoors, fit
from core.eta.doors.records import DoorsAsked, Served
from core.eta.learned.artefact import Artefact, Origin, load
from core.eta.learned.calibrate import Widths
from core.eta.learned.leg_model import Stage
from core.eta.learned.manifest import (
    MANIFEST,
    ModelUnreadable,
    digest_of,
    read_checked,
    read_manifest,
    write_manifest,
)
from core.eta.learned.records import DAY_S, usual_days
from core.eta.learned.train_file import date_of, train_driven
from core.eta.learned.training import SHAPE, split_of_days
from core.eta.learned.trees import Shape
from core.eta.life.harvest import Harvest

FORMAT, KIND = 1, "depot"
LEGS, DOORS = "legs", "doors.npz"
COLUMNS = (
    "start_s",
    "driver",
    "door",
    "parcels",
    "floor",
    "access",
    "formula_s",
    "began_s",
    "seconds",
)


@dataclass(frozen=True, slots=True, eq=False)
class DepotModel:
    """A model that was read or written."""

    model_id: str
    legs: Artefact
    doors: DoorModel
    door_history: DoorHistory
    attempts: AttemptModel
    manifest: Mapping[str, Any]

    @property
    def provider(self) -> str:
        """Return the travel times it was measured by; empty where nobody said."""
        return str(self.manifest.get("provider", ""))

    @property
    def sentence(self) -> str:
        """Return in words what its forecasts rest on."""
        return f"legs: {self.legs.model.stage.sentence}; doors: {self.doors.stage.sentence}"


def train_harvest(
    found: Harvest,
    folder: Path,
    place: str,
    *,
    until: int | None = None,
    seed: int = 1,
    shape: Shape = SHAPE,
    tell: Callable[[str], None] = lambda _: None,
) -> DepotModel:
    """Train on what ledgers hold up to the midnight that begins day `until`, and write it.

    A single day, or none, makes a model that is the formula and says so.
    """
    days = np.concatenate([found.driven.asked.day, found.served.asked.day, found.tried.planned.day])
    first, last = usual_days(days)
    end = last + 1 if until is None else min(until, last + 1)
    split = split_of_days(first, end)
    driven = found.driven.take(found.driven.finish_s < end * DAY_S)
    served = found.served.take(found.served.finish_s < end * DAY_S)
    data = packed(served)
    digest = hashlib.sha256(data)
    for column in (driven.asked.start_s, driven.asked.from_zone, driven.asked.to_zone):
        digest.update(np.ascontiguousarray(column).tobytes())
    digest.update(np.ascontiguousarray(driven.seconds).tobytes())
    digest.update(packed_attempts(found.tried.before(end)))
    until_words = date_of(split.train_until), date_of(end)
    origin = Origin(place, digest.hexdigest(), date_of(first), *until_words, seed)
    folder.mkdir(parents=True, exist_ok=True)
    legs = train_driven(driven, folder / LEGS, origin, split, shape=shape, tell=tell)
    doors = fit(DoorHistory(served), split)
    attempts = fit_attempts(found.tried, split, seed=seed, tell=tell)
    return write_depot(folder, origin, legs, doors, attempts, served, found)


def write_depot(
    folder: Path,
    origin: Origin,
    legs: Artefact,
    doors: FittedDoors,
    attempts: FittedAttempts,
    served: Served,
    found: Harvest,
    *,
    renews: str = "",
) -> DepotModel:
    """Write all else beside legs that were written; `renews` names another model."""
    last_day = int(served.asked.day.max(initial=0))
    kept = served.take(served.plausible & (served.asked.day > last_day - HISTORY_DAYS))
    data = packed(kept)
    (folder / DOORS).write_bytes(data)
    said, digests = write_attempts(folder, attempts)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "kind": KIND,
        "renews": renews,
        "provider": found.provider,
        "origin": origin.as_json(),
        "days": len(found.days),
        "left_out": found.left_out,
        "legs": {"model_id": legs.model_id, "stage": legs.model.stage.value},
        "doors": {
            "stage": doors.model.stage.value,
            "services": len(served),
            "held": doors.held,
            "mae_s_on_held_days": {s.value: round(e, 3) for s, e in doors.mae_s.items()},
            "buckets": list(BUCKETS),
            "calibration": doors.model.widths.as_json(),
        },
        "attempts": said,
        "files": {DOORS: digest_of(data), **digests},
    }
    told = write_manifest(folder, manifest)
    history = DoorHistory(kept)
    return DepotModel(told["model_id"], legs, doors.model, history, attempts.model, told)


def load_depot(folder: Path, place: str | None = None) -> DepotModel:
    """Return a model; ModelUnreadable when anything is not as it was written, or not of `place`."""
    told = read_manifest(folder, KIND, FORMAT)
    try:
        said = cast("dict[str, Any]", told["doors"])
        made_for = str(told["origin"]["place"])
        leg_id, stage = str(told["legs"]["model_id"]), Stage(said["stage"])
        digest, buckets = str(told["files"][DOORS]), list(said["buckets"])
        widths = Widths.of_json(said["calibration"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelUnreadable(folder, f"{MANIFEST} lacks a part: {error}") from error
    if place is not None and made_for != place:
        raise ModelUnreadable(folder, f"it was trained on {made_for!r}, not on {place!r}")
    if buckets != list(BUCKETS):
        raise ModelUnreadable(folder, "its doors were calibrated in other buckets")
    legs = load(folder / LEGS, place)
    if legs.model_id != leg_id:
        raise ModelUnreadable(folder, "its legs are those of another model")
    data = read_checked(folder, DOORS, digest)
    doors, history = DoorModel(stage, widths), DoorHistory(unpacked(data))
    attempts = read_attempts(folder, told)
    return DepotModel(str(told["model_id"]), legs, doors, history, attempts, told)


def packed(served: Served) -> bytes:
    """Return services as bytes; equal sets give equal bytes."""
    rows = served.in_order()
    asked = rows.asked
    columns: dict[str, Any] = {name: getattr(asked, name) for name in COLUMNS[:7]}
    buffer = io.BytesIO()
    np.savez(buffer, **columns, began_s=rows.began_s, seconds=rows.seconds)
    return buffer.getvalue()


def unpacked(data: bytes) -> Served:
    with np.load(io.BytesIO(data), allow_pickle=False) as columns:
        start, driver, door, parcels, floor, access, formula, began, seconds = (
            columns[name] for name in COLUMNS
        )
    asked = DoorsAsked(start, driver, door, parcels, floor, access, formula)
    return Served(asked, began, seconds)
