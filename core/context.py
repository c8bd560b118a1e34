"""Time, ids and randomness, handed in; nothing in the house reaches for them."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Protocol
from uuid import uuid4


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the current instant, aware and in UTC."""
        ...


class Ids(Protocol):
    def next(self, prefix: str) -> str:
        """Return an id that was never given before."""
        ...


class SystemClock:
    """The machine's clock; made only in the composition root."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands where it was put: simulation, replay and tests."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def advance(self, seconds: int) -> None:
        self.instant += timedelta(seconds=seconds)


class RandomIds:
    """Ids for production: unique over processes and restarts."""

    def next(self, prefix: str) -> str:
        return f"{prefix}-{uuid4().hex}"


@dataclass
class CountedIds:
    """Ids for simulation and tests: prefix and count."""

    counts: dict[str, int] = field(default_factory=dict[str, int])

    def next(self, prefix: str) -> str:
        self.counts[prefix] = self.counts.get(prefix, 0) + 1
        return f"{prefix}-{self.counts[prefix]}"


def key_seed(seed: int, purpose: str, *entity: object) -> int:
    """Return 64 bits that depend only on seed, purpose and entity, never on draw order."""
    text = "\x1f".join([str(seed), purpose, *map(str, entity)])
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def keyed_rng(seed: int, purpose: str, *entity: object) -> random.Random:
    """Return a generator of its own for one purpose and entity."""
    return random.Random(key_seed(seed, purpose, *entity))
