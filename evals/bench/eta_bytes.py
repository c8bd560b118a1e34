"""Whether a model comes out byte for byte the same on other threads and from shuffled rows."""

import numpy as np

from core.eta.learned.history import History
from core.eta.learned.records import Driven
from core.eta.learned.training import grow
from core.eta.learned.trees import Shape

SAMPLE, ROUNDS = 20_000, 30


def same_bytes(driven: Driven, seed: int) -> bool:
    """Train on the last legs of a history twice: one thread; two threads, rows shuffled before."""
    sample = driven.take(np.arange(max(0, len(driven) - SAMPLE), len(driven)))
    shuffled = sample.take(np.random.default_rng(seed).permutation(len(sample)))
    return trained(sample, seed, 1) == trained(shuffled, seed, 2)


def trained(driven: Driven, seed: int, threads: int, rounds: int = ROUNDS) -> bytes:
    """Return the trees of a small model."""
    history = History(driven)
    seen = history.features(history.driven.asked)
    legs, known = history.driven.take(seen.known), seen.take(seen.known)
    return grow(legs, known, seed, Shape(rounds=rounds), threads).as_bytes()
