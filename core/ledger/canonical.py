"""Canonical bytes: one spelling for each value, so that hashes and comparisons hold."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from typing import cast

from core.domain.added import QUIET

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]
"""What JSON can hold and a ledger allows: no fractions."""


@lru_cache(maxsize=1024)
def _field_names(cls: type) -> tuple[tuple[str, object], ...]:
    """Return each field with what it does not have to say."""
    return tuple(
        (f.name, f.default if f.metadata.get(QUIET) else MISSING)
        for f in fields(cls)  # pyright: ignore[reportArgumentType]  # a dataclass
    )


def instant_text(instant: datetime) -> str:
    """Spell an instant in UTC with a Z; ValueError when it carries no zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} carries no time zone")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: object) -> Plain:
    """Turn domain values into lists, dicts, strings and whole numbers; sets are sorted."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, int | str):
        return value
    if isinstance(value, datetime):
        return instant_text(value)
    cls = type(value)
    if is_dataclass(cls):
        said = ((name, getattr(value, name), quiet) for name, quiet in _field_names(cls))
        return {
            name: plain(held) for name, held, quiet in said if quiet is MISSING or held != quiet
        }
    return _plain_container(value)


def _plain_container(value: object) -> Plain:
    if isinstance(value, tuple | list):
        items = cast(Sequence[object], value)
        return [plain(item) for item in items]
    if isinstance(value, frozenset | set):
        members = cast(frozenset[object], value)
        return sorted((plain(item) for item in members), key=_sort_key)
    if isinstance(value, Mapping):
        pairs = cast(Mapping[object, object], value)
        return {str(key): plain(item) for key, item in pairs.items()}
    raise ValueError(f"a ledger holds whole numbers, words and instants, not {value!r}")


def _sort_key(value: Plain) -> str:
    return json.dumps(value, sort_keys=True)


def to_bytes(value: object) -> bytes:
    """Return the canonical bytes: sorted keys, no spaces, UTC instants ending in Z."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical bytes."""
    return sha256(to_bytes(value)).hexdigest()
