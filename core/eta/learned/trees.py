"""Boosted trees: the one place that knows XGBoost. Equal rows in equal order give equal bytes."""

from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shape:
    """How trees are grown."""

    rounds: int
    max_depth: int = 6
    eta: float = 0.05
    subsample: float = 0.8
    colsample_bytree: float = 0.6
    min_child_weight: float = 20.0

    def params(self) -> dict[str, Any]:
        params = asdict(self)
        del params["rounds"]
        return params


class Trees:
    """A trained forest; with no rounds it answers its base, which is zero for quantiles."""

    def __init__(self, booster: Any, threads: int = 1) -> None:
        self._booster, self._threads = booster, threads

    def predict(self, matrix: Matrix) -> Floats:
        """Return one row for each row given."""
        import xgboost as xgb

        rows = xgb.DMatrix(matrix, missing=np.nan, nthread=self._threads)
        return np.asarray(self._booster.predict(rows), dtype=np.float64)

    def as_bytes(self) -> bytes:
        """Return the forest as UBJSON."""
        return bytes(self._booster.save_raw("ubj"))


def quantile_trees(
    matrix: Matrix,
    target: Floats,
    weight: Floats,
    levels: tuple[float, ...],
    shape: Shape,
    *,
    seed: int,
    threads: int = 1,
) -> Trees:
    """Train one output for each level; before the first tree each is zero."""
    params = {"objective": "reg:quantileerror", "quantile_alpha": list(levels), "base_score": 0.0}
    return _train(matrix, target, weight, params, shape, seed, threads)


def chance_trees(
    matrix: Matrix,
    happened: NDArray[np.bool_],
    monotone: tuple[int, ...],
    shape: Shape,
    *,
    seed: int,
    threads: int = 1,
) -> Trees:
    """Train the chance that something happens; `monotone` is 1 where more means likelier."""
    base = min(max(float(happened.mean()), 1e-4), 1 - 1e-4)
    params = {
        "objective": "binary:logistic",
        "base_score": base,
        "monotone_constraints": "(" + ",".join(str(m) for m in monotone) + ")",
    }
    weight = np.ones(len(happened))
    return _train(matrix, happened.astype(np.float64), weight, params, shape, seed, threads)


def read_trees(data: bytes, threads: int = 1) -> Trees:
    """Return trees from UBJSON; refuse what is none."""
    import xgboost as xgb

    booster = cast("Any", xgb.Booster())
    try:
        booster.load_model(bytearray(data))
    except xgb.core.XGBoostError as error:
        raise Refused("a model's trees are not readable") from error
    return Trees(booster, threads)


def version() -> str:
    """Return which XGBoost this is."""
    import xgboost as xgb

    return xgb.__version__


def _train(
    matrix: Matrix,
    target: Floats,
    weight: Floats,
    params: dict[str, Any],
    shape: Shape,
    seed: int,
    threads: int,
) -> Trees:
    import xgboost as xgb

    data = xgb.DMatrix(matrix, label=target, weight=weight, missing=np.nan, nthread=threads)
    told = {"tree_method": "hist", "seed": seed, "nthread": threads, **shape.params(), **params}
    booster = xgb.train(told, data, num_boost_round=shape.rounds)
    return Trees(booster, threads)
