"""What the routing benchmark must show, and by how much a run misses it."""

import random
from collections.abc import Sequence

from evals.bench.routing_cases import ABOVE, LONG, UP_TO
from evals.bench.target import Target

Measured = tuple[tuple[str, ...], str, float, str, int, float | None]
"""Groups, engine, seconds, file, seed and gap of one plan."""

_GAPS = (
    (UP_TO, 1.0, 2.5),
    (UP_TO, 5.0, 1.5),
    (UP_TO, 30.0, 1.0),
    (LONG, 5.0, 2.0),
    (ABOVE, 5.0, 5.0),
    (ABOVE, 30.0, 2.5),
)
_RATIOS = (("ortools", None, 0.12), ("vroom", None, 0.2), ("pyvrp", 5.0, 0.55))
_BOUND = ("pyvrp", 30.0, 1.0)
_DRAWS = 2000
_OURS = "tenfour"


def judged(rows: Sequence[Measured]) -> tuple[Target, ...]:
    """Return the targets that these plans say something about.

    A plan of ours without a gap (it breaks a rule) makes its target missed by an infinite amount.
    """
    found: list[Target] = []
    for group, seconds, most in _GAPS:
        mine = {k: g for k, g in _gaps(rows, _OURS, seconds).items() if group in k[2]}
        if mine:
            values = [float("inf") if g is None else g for g in mine.values()]
            what = f"mean gap %, {group}, {seconds:g} s"
            files = len({k[0] for k in mine})
            found.append(Target(what, most, sum(values) / len(values), files))
    budgets = sorted({r[2] for r in rows})
    for engine, only, most in _RATIOS:
        for seconds in budgets:
            pairs = _pairs(rows, engine, seconds)
            if pairs and only in (None, seconds):
                what = f"ratio of mean gaps to {engine}, {seconds:g} s"
                found.append(Target(what, most, _ratio(pairs), len({p[0] for p in pairs})))
    engine, seconds, most = _BOUND
    pairs = _pairs(rows, engine, seconds)
    if pairs:
        what = f"ratio to {engine}, {seconds:g} s: upper 95 % bound, paired"
        found.append(Target(what, most, upper_bound(pairs), len({p[0] for p in pairs})))
    return tuple(found)


def _gaps(
    rows: Sequence[Measured], engine: str, seconds: float
) -> dict[tuple[str, int, tuple[str, ...]], float | None]:
    return {
        (file, seed, groups): gap
        for groups, who, budget, file, seed, gap in rows
        if (who, budget) == (engine, seconds)
    }


def _pairs(rows: Sequence[Measured], engine: str, seconds: float) -> list[tuple[str, float, float]]:
    """Return file, our gap and theirs where both have a plan that counts, up to 501 customers."""
    ours, theirs = _gaps(rows, _OURS, seconds), _gaps(rows, engine, seconds)
    pairs: list[tuple[str, float, float]] = []
    for key, gap in ours.items():
        other = theirs.get(key)
        if UP_TO in key[2] and gap is not None and other is not None:
            pairs.append((key[0], gap, other))
    return pairs


def _ratio(pairs: Sequence[tuple[str, float, float]]) -> float:
    return sum(p[1] for p in pairs) / max(1e-9, sum(p[2] for p in pairs))


def upper_bound(pairs: Sequence[tuple[str, float, float]]) -> float:
    """Return the upper end of the 95 % interval of the ratio, files drawn anew with replacement.

    A file comes with all its seeds: they are not independent of one another.
    """
    files = sorted({p[0] for p in pairs})
    of = {f: [p for p in pairs if p[0] == f] for f in files}
    rng = random.Random(1)
    ratios = sorted(
        _ratio([p for _ in files for p in of[rng.choice(files)]]) for _ in range(_DRAWS)
    )
    return ratios[int(0.975 * _DRAWS)]
