"""What the repair benchmark must show, and by how much a run misses it."""

from collections.abc import Sequence
from math import ceil, inf

from evals.bench.target import Target

Measured = tuple[str, float | None, float | None, int, float | None, float]
"""Kind, seconds to the first full plan, gap, orders dropped that the judge serves, gap and moved
share with stability on."""


def judged(rows: Sequence[Measured]) -> tuple[Target, ...]:
    """Return the targets; a plan that breaks a rule, or never is full, counts as infinite."""
    if not rows:
        return ()
    first = sorted(inf if r[1] is None else r[1] for r in rows)
    count = len(rows)
    found = [
        Target("first full plan, s, p50", 0.3, quantile(first, 50), count),
        Target("first full plan, s, p95", 1.0, quantile(first, 95), count),
        Target("orders dropped that the judge serves", 0, float(sum(r[3] for r in rows)), count),
        Target("mean gap at the budget, %", 2.5, _mean([r[2] for r in rows]), count),
    ]
    for kind in dict.fromkeys(r[0] for r in rows):
        gaps = [r[2] for r in rows if r[0] == kind]
        found.append(Target(f"mean gap at the budget, %, {kind}", 2.5, _mean(gaps), len(gaps)))
    found += [
        Target("stability on: moved, %", 5.0, sum(r[5] for r in rows) / count, count),
        Target("stability on: mean gap, %", 5.0, _mean([r[4] for r in rows]), count),
    ]
    return tuple(found)


def quantile(ordered: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many percent do not exceed."""
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def _mean(values: Sequence[float | None]) -> float:
    return sum(inf if v is None else v for v in values) / len(values)
