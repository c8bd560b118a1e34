"""A leg model on disk: what it was made from, how good it was, proof that nothing changed."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.eta.learned.calibrate import Widths
from core.eta.learned.history import FEATURES, HISTORY_DAYS, History
from core.eta.learned.leg_model import BUCKETS, LegModel, Stage
from core.eta.learned.manifest import (
    ModelUnreadable,
    digest_of,
    read_checked,
    read_manifest,
    write_manifest,
)
from core.eta.learned.quantiles import LEVELS
from core.eta.learned.records import Asked, Driven
from core.eta.learned.training import Fitted
from core.eta.learned.trees import read_trees, version

FORMAT, KIND = 1, "legs"
TREES, HISTORY = "trees.ubj", "history.npz"
COLUMNS = ("start_s", "from_zone", "to_zone", "kind", "formula_s", "seconds", "metres")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a model was made from."""

    place: str
    """The operation or file whose legs it knows; it answers for no other."""
    data_sha256: str
    trained_from: str
    trained_until: str
    calibrated_until: str
    seed: int

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, eq=False)
class Artefact:
    """A model that was read or written, with the legs that its tables are made of."""

    model_id: str
    model: LegModel
    history: History
    manifest: Mapping[str, Any]


def save(folder: Path, fitted: Fitted, history: History, origin: Origin) -> Artefact:
    """Write a model; the same model, legs and origin give the same bytes and the same id."""
    model = fitted.model
    last = int(history.driven.asked.day.max(initial=0))
    kept = history.driven.take(history.driven.asked.day > last - HISTORY_DAYS)
    files = {HISTORY: _packed(kept)}
    if model.trees is not None:
        files[TREES] = model.trees.as_bytes()
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "kind": KIND,
        "stage": model.stage.value,
        "features": list(FEATURES),
        "levels": list(LEVELS),
        "buckets": list(BUCKETS),
        "origin": origin.as_json(),
        "legs": {"trained": fitted.trained, "held": fitted.held, "kept": len(kept)},
        "mae_s_on_held_days": {s.value: round(e, 3) for s, e in fitted.mae_s.items()},
        "calibration": model.widths.as_json(),
        "files": {name: digest_of(data) for name, data in files.items()},
        "xgboost": version(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    if TREES not in files:
        (folder / TREES).unlink(missing_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    told = write_manifest(folder, manifest)
    return Artefact(told["model_id"], model, History(kept), told)


def load(folder: Path, place: str | None = None) -> Artefact:
    """Return a model; ModelUnreadable when anything is not as it was written, or not of `place`."""
    told = read_manifest(folder, KIND, FORMAT)
    if tuple(told["features"]) != FEATURES or tuple(told["buckets"]) != BUCKETS:
        raise ModelUnreadable(folder, "it was trained on other features than this version has")
    made_for = str(told["origin"]["place"])
    if place is not None and made_for != place:
        raise ModelUnreadable(folder, f"it was trained on {made_for!r}, not on {place!r}")
    data = {name: read_checked(folder, name, digest) for name, digest in told["files"].items()}
    stage = Stage(told["stage"])
    if stage is Stage.TREES and TREES not in data:
        raise ModelUnreadable(folder, f"it lacks {TREES}")
    trees = read_trees(data[TREES]) if TREES in data else None
    widths = Widths.of_json(told["calibration"])
    model = LegModel(stage, trees, widths)
    return Artefact(str(told["model_id"]), model, History(_unpacked(data[HISTORY])), told)


def _packed(driven: Driven) -> bytes:
    legs = driven.in_order()
    asked = legs.asked
    columns: dict[str, Any] = {
        **{name: getattr(asked, name) for name in COLUMNS[:5]},
        "seconds": legs.seconds,
        "metres": legs.metres,
    }
    buffer = io.BytesIO()
    np.savez(buffer, **columns)
    return buffer.getvalue()


def _unpacked(data: bytes) -> Driven:
    with np.load(io.BytesIO(data), allow_pickle=False) as columns:
        start, source, goal, kind, formula, seconds, metres = (columns[n] for n in COLUMNS)
    return Driven(Asked(start, source, goal, kind, formula), seconds, metres)
