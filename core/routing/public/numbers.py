"""Words of a file turned into numbers, with the line that is to blame where they are none."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from core.routing.public.instance import F64, I64, UNLIMITED, BadInstance

BIGGEST = 1e8
"""No coordinate, time or load of a public file comes near; beyond it sums would overflow."""


def number(name: str, line: int, word: str) -> float:
    """Return a finite number, or refuse the line."""
    try:
        value = float(word)
    except ValueError:
        raise BadInstance(name, f"line {line}: {word!r} is not a number") from None
    if not isfinite(value) or abs(value) > BIGGEST:
        raise BadInstance(name, f"line {line}: {word} is no number that can be worked with")
    return value


def whole(name: str, line: int, word: str) -> int:
    """Return a whole number, or refuse the line."""
    value = number(name, line, word)
    if value != int(value):
        raise BadInstance(name, f"line {line}: {word} is not a whole number")
    return int(value)


def numbered(name: str, what: str, rows: Sequence[tuple[int, Sequence[float]]]) -> F64:
    """Return rows in the order of their numbers, which must be 0 to n without a hole."""
    order = sorted(rows, key=lambda r: r[0])
    for place, (given, _) in enumerate(order):
        if given != place:
            why = f"twice {what} {given}" if given < place else f"no {what} {place}"
            raise BadInstance(name, f"the file holds {why}")
    return np.array([list(values) for _, values in order], dtype=np.float64)


def straight(points: F64) -> F64:
    """Return the distances between points in the plane."""
    gaps = points[:, None, :] - points[None, :, :]
    return np.hypot(gaps[:, :, 0], gaps[:, :, 1])


def scaled(values: NDArray[np.float64], scale: int) -> I64:
    """Return values in whole parts of a unit, the rest cut off; beyond all bounds: no limit."""
    # 0.1 * 10 must stay 1: what floating point takes away by a hair is given back.
    cut = np.floor(values * scale + 1e-6)
    return np.minimum(cut, UNLIMITED).astype(np.int64)
