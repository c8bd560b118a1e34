"""The chance of a failed attempt in three stages: base rate, table of shrunk rates, trees over it.

Of those that surely beat the base rate on the last quarter of the days, the best is used.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.domain.attempt import SLOTS
from core.eta.attempts.features import MONOTONE, NAMES, History, Known, moved
from core.eta.attempts.records import Floats, Ints, Planned, Tried, joined, nobody_tried
from core.eta.learned.attempt_risk import EMPTY_DAYS, LEVEL_DAYS, SHAPE, at_level, level
from core.eta.learned.choice import chosen
from core.eta.learned.training import Split
from core.eta.learned.trees import Shape, Trees, chance_trees

HISTORY_DAYS = 365
"""Older attempts are in no table."""
# Fewer attempts or failures on later days prove nothing.
LEAST_HELD, LEAST_HELD_FAILED = 100, 5
# Trees on less than this repeat what the table says, with noise.
LEAST_FOR_TREES, LEAST_FAILED_FOR_TREES = 2_000, 60
LEAST_CHANCE, MOST_CHANCE = 0.001, 0.95


class Stage(StrEnum):
    """What a chance rests on, the least first."""

    BASE = "base"
    TABLE = "table"
    TREES = "trees"


@dataclass(frozen=True, slots=True, eq=False)
class AttemptModel:
    """Tells how likely visits fail, from the attempts of one place."""

    stage: Stage
    past: Tried
    trees: Trees | None = None

    @property
    def sentence(self) -> str:
        """Return in words what its chances rest on."""
        count, days = len(self.past), self.past.days
        if not count:
            return "base rate, no history yet"
        of = f"{count} first attempts on {days} {'day' if days == 1 else 'days'}"
        return {
            Stage.BASE: f"base rate over {of}: customers are not told apart yet",
            Stage.TABLE: f"shrunk rates of customers, doors, zones and hours over {of}",
            Stage.TREES: f"trees over {of}",
        }[self.stage]

    def chances(self, asked: Planned) -> "Chances":
        """Return the chance of each visit at each part of its day; they are all of one day.

        Only attempts of earlier days count. Anything that is no number falls back to the table.
        """
        if not len(asked):
            return Chances(np.zeros((0, SLOTS)), np.zeros(0, dtype=np.int64))
        day = int(asked.day[0])
        if np.any(asked.day != day):
            raise ValueError("visits of several days are asked for one by one")
        past = self.past.before(day).in_order()
        history = History(joined(past, asked))
        rows: Ints = np.arange(len(past), len(past) + len(asked), dtype=np.int64)
        level = self._level(history, past, day)
        columns = [level(history.known(rows, slot)) for slot in range(SLOTS)]
        chance = np.clip(np.column_stack(columns), LEAST_CHANCE, MOST_CHANCE)
        return Chances(chance, history.customer_visits[rows].astype(np.int64))

    def _level(self, history: History, past: Tried, day: int) -> Callable[[Known], Floats]:
        """Return how chances are told: those of trees at the level of the last weeks."""
        trees = self.trees
        if self.stage is Stage.BASE:
            return lambda known: known.base
        if self.stage is Stage.TABLE or trees is None:
            return lambda known: known.table
        recent: Ints = np.flatnonzero(past.planned.day >= day - LEVEL_DAYS).astype(np.int64)
        ratio = 1.0
        if len(recent):
            before = trees.predict(history.known(recent).matrix)
            ratio = level(before, past.failed[recent])

        def told(known: Known) -> Floats:
            raw = trees.predict(known.matrix)
            if not np.isfinite(raw).all():
                return known.table
            return moved(raw, np.full(len(raw), ratio))

        return told


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """Of visits, by part of the day; `visits` are the earlier first attempts at each customer."""

    by_slot: Floats
    visits: Ints


@dataclass(frozen=True, slots=True)
class FittedAttempts:
    """A model with what it rests on."""

    model: AttemptModel
    trained: int
    held: int
    log_loss: Mapping[Stage, float]

    def as_json(self) -> dict[str, Any]:
        past = self.model.past
        return {
            "stage": self.model.stage.value,
            "attempts": len(past),
            "failed": int(past.failed.sum()),
            "days": past.days,
            "trained": self.trained,
            "held": self.held,
            "log_loss_on_held_days": {s.value: round(e, 5) for s, e in self.log_loss.items()},
            "features": list(NAMES),
            "slots": SLOTS,
        }


NO_ATTEMPTS = AttemptModel(Stage.BASE, nobody_tried())


def fit(
    tried: Tried,
    split: Split,
    *,
    seed: int,
    shape: Shape = SHAPE,
    tell: Callable[[str], None] = lambda _: None,
) -> FittedAttempts:
    """Choose the best stage on the days of calibration; few attempts on them: the base rate."""
    past = tried.before(split.calibrate_until).in_order()
    day, failed = past.planned.day, past.failed
    kept = past.take(day >= split.calibrate_until - HISTORY_DAYS)
    held = day >= split.train_until
    if int(held.sum()) < LEAST_HELD or int(failed[held].sum()) < LEAST_HELD_FAILED:
        return FittedAttempts(AttemptModel(Stage.BASE, kept), 0, int(held.sum()), {})
    known = History(past).known(np.ones(len(past), dtype=np.bool_))
    losses = {
        Stage.BASE: surprises(known.base[held], failed[held]),
        Stage.TABLE: surprises(known.table[held], failed[held]),
    }
    # The first days of a history have tables with nothing in them, as no later day has.
    empty = min(EMPTY_DAYS, (split.train_until - int(day.min())) // 3)
    taught = ~held & (day >= int(day.min()) + empty)
    trees: Trees | None = None
    if int(taught.sum()) >= LEAST_FOR_TREES and int(failed[taught].sum()) >= LEAST_FAILED_FOR_TREES:
        tell(f"attempts: training on {int(taught.sum())}")
        trees = chance_trees(known.matrix[taught], failed[taught], MONOTONE, shape, seed=seed)
        chance = at_level(day, trees.predict(known.matrix), failed)
        losses[Stage.TREES] = surprises(chance[held], failed[held])
    # The same customers are visited again: what is by chance is each visit, not who is visited.
    best = chosen(losses, np.arange(int(held.sum()), dtype=np.int64))
    model = AttemptModel(best, kept, trees if best is Stage.TREES else None)
    means = {stage: float(each.mean()) for stage, each in losses.items()}
    return FittedAttempts(model, int(taught.sum()), int(held.sum()), means)


def log_loss(chance: Floats, failed: NDArray[np.bool_]) -> float:
    """Return the mean surprise at what happened; less is better."""
    return float(surprises(chance, failed).mean())


def surprises(chance: Floats, failed: NDArray[np.bool_]) -> Floats:
    """Return the log loss of each visit."""
    sure = np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return -np.where(failed, np.log(sure), np.log1p(-sure))
