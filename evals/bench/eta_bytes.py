"""Whether a model comes out byte for byte the same on other threads and from shuffled rows."""

import numpy as np

from core.eta.learned.history import History
from core.eta.learned.records import Driven
from core.eta.learned.training import fit, split_of_days
from core.eta.learned.trees import Shape

SAMPLE, ROUNDS = 20_000, 30


def same_bytes(driven: Driven, seed: int) -> bool:
    """Train on the last legs of a history twice: one thread; two threads, rows shuffled before."""
    sample = driven.take(np.arange(max(0, len(driven) - SAMPLE), len(driven)))
    shuffled = sample.take(np.random.default_rng(seed).permutation(len(sample)))
    return trained(sample, seed, 1) == trained(shuffled, seed, 2)


def trained(driven: Driven, seed: int, threads: int) -> bytes:
    """Return the trees of a small model; empty where the history is too short for any."""
    history = History(driven)
    legs = history.driven
    seen = history.features(legs.asked)
    split = split_of_days(int(legs.asked.day.min()), int(legs.asked.day.max()) + 1)
    shape = Shape(rounds=ROUNDS)
    model = fit(legs, seen, split, seed=seed, shape=shape, threads=threads)
    return model.trees.as_bytes() if model.trees is not None else b""
