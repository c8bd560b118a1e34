"""What a model on disk says of itself, and the proof that nothing was changed since."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from core.errors import Refused

MANIFEST = "manifest.json"
ID_DIGITS = 16


class ModelUnreadable(Refused):
    """A model on disk is damaged, or is of another version or another place."""

    code = "model_unreadable"

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(f"the model in {path} cannot be used: {why}; train it again")


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_manifest(folder: Path, told: Mapping[str, Any]) -> dict[str, Any]:
    """Write a manifest and return it with `model_id`, which its words give."""
    named = {**told, "model_id": _id(told)}
    text = json.dumps(named, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return named


def read_manifest(folder: Path, kind: str, layout: int) -> dict[str, Any]:
    """Return a manifest of this kind and layout; ModelUnreadable where it is not as written."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelUnreadable(folder, f"it has no {MANIFEST}") from None
    except (ValueError, OSError) as error:
        raise ModelUnreadable(folder, f"{MANIFEST} is not readable") from error
    if not isinstance(found, dict):
        raise ModelUnreadable(folder, f"{MANIFEST} is not a table of names")
    told = cast("dict[str, Any]", found)
    if told.get("format") != layout or told.get("kind") != kind:
        raise ModelUnreadable(folder, "it is of another format")
    if told.get("model_id") != _id(told):
        raise ModelUnreadable(folder, f"{MANIFEST} was changed after it was written")
    return told


def read_checked(folder: Path, name: str, digest: str) -> bytes:
    """Return a file of the model; ModelUnreadable where it is missing or was changed."""
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise ModelUnreadable(folder, f"it lacks {name}") from error
    if digest_of(data) != digest:
        raise ModelUnreadable(folder, f"{name} was changed after it was written")
    return data


def _id(manifest: Mapping[str, Any]) -> str:
    plain = {name: value for name, value in manifest.items() if name != "model_id"}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return digest_of(text.encode())[:ID_DIGITS]
