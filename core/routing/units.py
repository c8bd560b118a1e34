"""The numbers of a routing problem: whole, and with a bound for what has none."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

NEVER = 2**40
"""Seconds beyond every day: no bound."""
