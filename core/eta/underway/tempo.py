"""How much faster or slower than planned a kind of work goes, believed as far as it was shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.eta.underway.route import Floats, Ints, usable

# Routes that a learned level needs until half of it is believed; as many stand for the variances.
ROUTES_BELIEVED_AT = 5.0
# Halves of routes with fewer pieces than this say nothing about what lasts.
LEAST_PIECES = 10
# A pace is between a third and three times what was planned, whatever was noted.
MOST_LOG_PACE = float(np.log(3.0))


@dataclass(frozen=True, slots=True)
class Pace:
    """What is believed of a pace: the log of actual over planned, and its variance."""

    log: float
    variance: float

    @property
    def factor(self) -> float:
        return float(np.exp(self.log))


@dataclass(frozen=True, slots=True)
class Tempo:
    """What earlier routes showed of one kind of work; log ratios of actual to planned seconds."""

    level: float
    between: float
    """Variance of what lasts through a route, from route to route."""
    within: float
    """Variance of one piece around the pace of its route."""
    by_driver: float = 0.0
    """How much of `between` stays with the driver from day to day."""
    drivers: Mapping[int, Pace] = field(default_factory=dict[int, Pace])
    routes: int = 0

    def before(self, driver: int | None = None) -> Pace:
        """Return what to expect before the route has shown anything."""
        known = self.drivers.get(driver) if driver is not None else None
        return Pace(self.level, self.between) if known is None else known

    def after(self, actual_s: Floats, planned_s: Floats, driver: int | None = None) -> Pace:
        """Return the pace shrunk to what was expected: the fewer pieces, the less they say."""
        prior = self.before(driver)
        rows = usable(actual_s, planned_s)
        if not rows.any():
            return prior
        shown, noise = _shown(actual_s[rows], planned_s[rows], self.within)
        share = prior.variance / (prior.variance + noise)
        log = prior.log + share * (shown - prior.log)
        log = float(np.clip(log, -MOST_LOG_PACE, MOST_LOG_PACE))
        return Pace(log, prior.variance * (1 - share))


# Assumptions until there are routes to learn from: the spreads that sampled paths use.
DRIVING = Tempo(level=0.0, between=0.10**2 + 0.09**2, within=0.36**2)
SERVICE = Tempo(level=0.0, between=0.208**2, within=0.635**2)


def learn(
    prior: Tempo,
    pieces: Sequence[tuple[Floats, Floats]],
    driver: Ints,
) -> Tempo:
    """Return the tempo that whole routes show: (actual, planned) seconds of each, and who drove.

    What lasts is what the first half of a route tells of its second half.
    """
    kept: list[tuple[float, float, float, float, float]] = []
    who: list[int] = []
    for (actual, planned), one in zip(pieces, driver, strict=True):
        rows = np.flatnonzero(usable(actual, planned))
        if len(rows) < 2 * LEAST_PIECES:
            continue
        a, p = actual[rows], planned[rows]
        half = len(rows) // 2
        first, n_first = _ratio(a[:half], p[:half])
        second, n_second = _ratio(a[half:], p[half:])
        kept.append((_ratio(a, p)[0], first, second, n_first, n_second))
        who.append(int(one))
    if not kept:
        return prior
    whole, first, second, n_first, n_second = np.array(kept).T
    routes = len(kept)
    belief = routes / (routes + ROUTES_BELIEVED_AT)
    level = prior.level + belief * (float(whole.mean()) - prior.level)
    off_first, off_second = first - first.mean(), second - second.mean()
    lasting = max(0.0, float((off_first * off_second).mean()))
    alone = max(0.0, float((off_first**2).mean() + (off_second**2).mean()) / 2 - lasting)
    within = alone * float(n_first.mean() + n_second.mean()) / 2
    between = _mixed(prior.between, lasting, belief)
    within = _mixed(prior.within, within, belief)
    people = np.array(who, dtype=np.int64)
    steady = min(_steady(whole - level, people), between)
    noise = within / float(n_first.mean() + n_second.mean())
    drivers = _drivers(whole, people, level, between, steady, noise)
    return Tempo(level, between, within, steady, drivers, routes)


def _shown(actual_s: Floats, planned_s: Floats, within: float) -> tuple[float, float]:
    log, pieces = _ratio(actual_s, planned_s)
    return log, within / pieces


def _ratio(actual_s: Floats, planned_s: Floats) -> tuple[float, float]:
    """Return the log ratio of the sums, and how many equal pieces would be as sure."""
    total = float(planned_s.sum())
    log = float(np.log(actual_s.sum() / total))
    return log, total**2 / float((planned_s**2).sum())


def _mixed(prior: float, seen: float, belief: float) -> float:
    return prior + belief * (seen - prior)


def _steady(off: Floats, driver: Ints) -> float:
    """Return the variance that stays with drivers: the mean product of their different days."""
    products, pairs = 0.0, 0
    for one in np.unique(driver):
        days = off[driver == one]
        count = len(days) * (len(days) - 1)
        products += float(days.sum()) ** 2 - float((days**2).sum())
        pairs += count
    return max(0.0, products / pairs) if pairs else 0.0


def _drivers(
    whole: Floats, driver: Ints, level: float, between: float, steady: float, noise: float
) -> dict[int, Pace]:
    """Return what each driver's own days say, shrunk by how many there are."""
    found: dict[int, Pace] = {}
    daily = max(between - steady, 0.0)
    for one in np.unique(driver):
        days = whole[driver == one]
        share = steady / (steady + (daily + noise) / len(days)) if steady > 0 else 0.0
        log = level + share * (float(days.mean()) - level)
        found[int(one)] = Pace(log, daily + steady * (1 - share))
    return found
