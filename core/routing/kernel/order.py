"""In which order customers who were taken out find a place again."""

from core.routing.kernel.compiled import inlined
from core.routing.kernel.draws import Draws, below
from core.routing.kernel.records import I64, Records


@inlined
def shuffle(rng: Draws, todo: Records, count: int) -> None:
    """Put the first `count` whole numbers into a random order."""
    for i in range(count - 1, 0, -1):
        j = below(rng, i + 1)
        todo[i], todo[j] = todo[j], todo[i]


@inlined
def sort_by(todo: Records, key: I64, count: int) -> None:
    """Sort the first `count` numbers and their keys by key; equal ones stay as they are.

    By insertion: there are a dozen or so.
    """
    for i in range(1, count):
        c, k = todo[i], key[i]
        j = i - 1
        while j >= 0 and key[j] > k:
            todo[j + 1], key[j + 1] = todo[j], key[j]
            j -= 1
        todo[j + 1], key[j + 1] = c, k
