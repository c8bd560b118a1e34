"""Attempts within a depot's model on disk: their columns, their trees, and what proves both."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from core.domain.attempt import SLOTS
from core.errors import Refused
from core.eta.attempts.features import NAMES
from core.eta.attempts.model import NO_ATTEMPTS, AttemptModel, FittedAttempts, Stage
from core.eta.attempts.records import packed, unpacked
from core.eta.learned.manifest import MANIFEST, ModelUnreadable, digest_of, read_checked
from core.eta.learned.trees import read_trees

ATTEMPTS, TREES = "attempts.npz", "attempts.ubj"


def write_attempts(folder: Path, fitted: FittedAttempts) -> tuple[dict[str, Any], dict[str, str]]:
    """Write both files; return what the manifest says of them, and the digest of each."""
    model = fitted.model
    files = {ATTEMPTS: packed(model.past)}
    (folder / TREES).unlink(missing_ok=True)
    if model.trees is not None:
        files[TREES] = model.trees.as_bytes()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return fitted.as_json(), {name: digest_of(data) for name, data in files.items()}


def read_attempts(folder: Path, told: Mapping[str, Any]) -> AttemptModel:
    """Return the attempts of a model; one from before there were any knows the base rate alone."""
    if "attempts" not in told:
        return NO_ATTEMPTS
    try:
        said = cast("dict[str, Any]", told["attempts"])
        digests = cast("dict[str, str]", told["files"])
        stage, names, slots = Stage(said["stage"]), list(said["features"]), int(said["slots"])
        data = str(digests[ATTEMPTS])
        forest = str(digests[TREES]) if stage is Stage.TREES else ""
    except (KeyError, TypeError, ValueError) as error:
        raise ModelUnreadable(folder, f"{MANIFEST} lacks a part: {error}") from error
    if names != list(NAMES) or slots != SLOTS:
        raise ModelUnreadable(folder, "its attempts have other features than this version has")
    try:
        past = unpacked(read_checked(folder, ATTEMPTS, data))
        trees = read_trees(read_checked(folder, TREES, forest)) if forest else None
    except ModelUnreadable:
        raise
    except Refused as error:
        raise ModelUnreadable(folder, str(error)) from error
    return AttemptModel(stage, past, trees)
