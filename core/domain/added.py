"""Fields that a value was given after ledgers had been written with it."""

from dataclasses import field
from typing import TypeVar

T = TypeVar("T")

QUIET = "quiet"


def added(default: T) -> T:
    """Return a dataclass field that is written only where it says something.

    So a ledger that does not use it has the bytes that it always had, and an older one is read
    with the default. A field whose absence would not mean its default needs a new version of its
    event instead (`core.ledger.upcast`).
    """
    return field(default=default, metadata={QUIET: True})
