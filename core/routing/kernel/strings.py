"""Which stops in a row leave a route together (Christiaens and Vanden Berghe, 2020)."""

from core.routing.kernel.compiled import inlined
from core.routing.kernel.draws import Draws, below, unit

_SPLIT = 0.5
_LONGER = 0.01


@inlined
def drawn_string(rng: Draws, size: int, at: int, length: int) -> tuple[int, int, int, int]:
    """Draw a string of `length` stops around column `at` of a route of `size` stops.

    Returns its first column, the one behind its end, and the same of the stops within it that are
    spared; those two are equal where none is. Half of the strings spare some in their middle.
    """
    spared = 0
    if 1 < length < size and unit(rng) < _SPLIT:
        spared = 1
        while length + spared < size and unit(rng) < _LONGER:
            spared += 1
    span = length + spared
    low, high = max(1, at - span + 1), min(at, size - span + 1)
    first = low + below(rng, high - low + 1)
    spare_from = first
    if spared > 0:
        spare_from = first + 1 + below(rng, length - 1)
    return first, first + span, spare_from, spare_from + spared
