"""The kernel's own random numbers (splitmix64), the same in every process."""

import numpy as np
from numpy.typing import NDArray

from core.routing.kernel.compiled import compiled

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_27, _30, _31, _11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)

Draws = NDArray[np.uint64]
"""One word of state."""


@compiled
def draw(rng: Draws) -> np.uint64:
    """Return 64 random bits."""
    rng[0] += _STEP
    z = rng[0]
    z = (z ^ (z >> _30)) * _MIX_1
    z = (z ^ (z >> _27)) * _MIX_2
    return z ^ (z >> _31)


@compiled
def unit(rng: Draws) -> float:
    """Return a number from 0 up to, not including, 1."""
    return float(draw(rng) >> _11) / 9007199254740992.0


@compiled
def below(rng: Draws, limit: int) -> int:
    """Return a whole number from 0 up to, not including, `limit`."""
    return int(unit(rng) * limit)
