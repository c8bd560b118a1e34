"""Leg forecasts beside their baselines: trained, calibrated and tested on parts of a file."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused
from core.eta.learned.history import History, Seen
from core.eta.learned.leg_file import LegFile, read_legs
from core.eta.learned.leg_model import BUCKETS, FORMULA, LegModel, bucket_of
from core.eta.learned.quantiles import Quantiles
from core.eta.learned.records import DAY_S, Driven, usual_days
from core.eta.learned.training import SHAPE, Split, fit, scores_of, split_of_days
from core.eta.learned.trees import Shape
from evals.bench.eta_baselines import Baselines, baselines
from evals.bench.eta_bytes import same_bytes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Tell = Callable[[str], None]

HISTORIES_DAYS = (1, 7, 30)
STOPS_OF_A_PLAN = 400


@dataclass(frozen=True, slots=True)
class Dates:
    """Where training, calibration and testing begin and end; each day begins at midnight."""

    train_until: date
    calibrate_until: date
    test_from: date

    def __post_init__(self) -> None:
        if not self.train_until <= self.calibrate_until <= self.test_from:
            raise Refused(
                "dates must not run backwards: train until "
                f"{self.train_until}, calibrate until {self.calibrate_until}, "
                f"test from {self.test_from}"
            )

    @property
    def split(self) -> Split:
        return Split(_days(self.train_until), _days(self.calibrate_until))


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """Legs of the test range with every forecast of them; `scored` are plausible ones."""

    row: Ints
    driven: Driven
    scored: NDArray[np.bool_]
    formula_s: Floats
    forecast: Quantiles
    raw: Quantiles
    beside: Baselines
    interval_s: tuple[float, float]
    """What is taken from and added to the point for the plain interval."""


@dataclass(frozen=True, slots=True)
class ShortHistory:
    """A forecast by a few days of history, on the same test legs; nothing is learned meanwhile."""

    days: int
    stage: str
    legs: int
    mae_s: float
    formula_mae_s: float

    @property
    def ratio(self) -> float:
        return self.mae_s / self.formula_mae_s


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What one run measured."""

    file: LegFile
    dates: Dates
    stray: int
    model: LegModel
    trained_on: int
    calibrated_on: int
    tested: Tested
    histories: tuple[ShortHistory, ...]
    train_seconds: float
    plan_ms: float
    """For the forecasts of a 400-stop plan, features included, tables of the day at hand."""
    same_bytes: bool


def run(
    path: Path, dates: Dates, *, seed: int = 1, shape: Shape = SHAPE, tell: Tell = lambda _: None
) -> Outcome:
    """Measure one file; the same file, dates and seed give the same forecasts."""
    tell(f"reading {path.name}")
    file = read_legs(path)
    if not len(file.driven):
        raise Refused(f"{path.name} holds no legs")
    first, last = usual_days(file.driven.asked.day)
    usual = (file.driven.asked.day >= first) & (file.driven.asked.day <= last)
    in_time = file.driven.take(usual)
    order = in_time.order()
    driven, row = in_time.take(order), file.row[usual][order]
    test = driven.asked.day >= _days(dates.test_from)
    split = dates.split
    scored = test & driven.plausible
    train = driven.plausible & split.train(driven)
    if not train.any() or not scored.any():
        raise Refused(
            f"{path.name} has legs from {_date(first)} to {_date(last)}: none left to "
            + ("train on" if not train.any() else "test on")
        )
    tell(f"features of {len(driven)} legs")
    history = History(driven)
    seen = history.features(driven.asked)
    if not (train & seen.known).any():
        raise Refused(f"{path.name}: no leg to train on has a day of legs before it")
    began = time.process_time()
    fitted = fit(driven, seen, split, seed=seed, shape=shape, tell=tell)
    model = fitted.model
    train_seconds = time.process_time() - began
    tell("forecasts of the test range")
    raw, forecast = _rolling(model, driven, seen, split, test)
    beside = baselines(driven, seen.metres, train, scored)
    held = driven.plausible & split.calibrate(driven) & seen.known
    point = np.exp(model.raw(seen.take(held)).mid)
    tested = Tested(
        row[test],
        driven.take(test),
        driven.plausible[test] & seen.known[test],
        np.exp(seen.log_formula[test]),
        forecast,
        raw,
        Baselines(*(getattr(beside, f)[test] for f in Baselines.__slots__)),
        _plain_interval(driven.seconds[held].astype(np.float64) - point),
    )
    histories = tuple(_short(n, driven, dates, seed, shape, tell) for n in HISTORIES_DAYS)
    tell("equal bytes")
    return Outcome(
        file,
        dates,
        int((~usual).sum()),
        model,
        fitted.trained,
        fitted.held,
        tested,
        histories,
        train_seconds,
        _plan_ms(model, history, driven),
        same_bytes(driven.take(train), seed),
    )


def _rolling(
    model: LegModel, driven: Driven, seen: Seen, split: Split, test: NDArray[np.bool_]
) -> tuple[Quantiles, Quantiles]:
    """Return raw and calibrated forecasts of the test legs: widened anew every midnight."""
    begun = driven.plausible & seen.known & (driven.asked.day >= split.train_until)
    scores = scores_of(model, driven.take(begun), seen.take(begun))
    raw = model.raw(seen.take(test))
    bucket, day = bucket_of(raw), driven.asked.day[test]
    low, high = raw.low.copy(), raw.high.copy()
    for one in np.unique(day):
        rows = np.flatnonzero(day == one)
        widths = scores.widths(int(one), len(BUCKETS))
        made = widths.apply(raw.take(rows), bucket[rows])
        low[rows], high[rows] = made.low, made.high
    return raw, Quantiles(low, raw.mid, high)


def _plain_interval(off: Floats) -> tuple[float, float]:
    """Return the constants that leave a tenth of the calibration legs on each side."""
    if not len(off):
        return np.nan, np.nan
    low, high = np.quantile(off, [0.1, 0.9])
    return -float(low), float(high)


def _short(
    days: int, driven: Driven, dates: Dates, seed: int, shape: Shape, tell: Tell
) -> ShortHistory:
    tell(f"{days} days of history")
    until = _days(dates.test_from)
    asked_day = driven.asked.day
    past = driven.take((asked_day >= until - days) & (driven.finish_s < until * DAY_S))
    test = driven.take((asked_day >= until) & driven.plausible)
    history = History(past)
    seen = history.features(history.driven.asked)
    split = split_of_days(until - days, until)
    model = fit(history.driven, seen, split, seed=seed, shape=shape).model
    wanted = history.features(test.asked)
    known = wanted.known
    actual = test.seconds[known]
    errors = [
        float(np.abs(np.exp(m.raw(wanted.take(known)).mid) - actual).mean())
        for m in (model, FORMULA)
    ]
    return ShortHistory(days, model.stage.value, len(history.driven), *errors)


def _plan_ms(model: LegModel, history: History, driven: Driven) -> float:
    """Return the CPU milliseconds of the forecasts of one plan; the best of five, once warm."""
    last = int(driven.asked.day[-1])
    legs = driven.asked.take(np.flatnonzero(driven.asked.day == last))
    plan = legs.take(np.arange(STOPS_OF_A_PLAN) % len(legs))
    spent: list[float] = []
    for _ in range(6):
        began = time.process_time()
        model.predict(history.features(plan))
        spent.append(1000 * (time.process_time() - began))
    return min(spent[1:])


def _days(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))
