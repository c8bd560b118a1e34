"""Features of legs as of their own day: tables of the days before, roads as of the last hour."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused
from core.eta.learned.distances import ZoneDistances, as_if_driven_m, zone_distances
from core.eta.learned.pace import Effect, Groups, PaceTable, groups, pace_table
from core.eta.learned.recent import Recent, recent, shrunk_mean
from core.eta.learned.records import DAY_S, Asked, Driven

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Older legs than this are in no table.
HISTORY_DAYS = 120
# Nor are more than the last so many: a table of each midnight stays within a second.
MOST_LEGS = 500_000
# Distances are kept from every zone to every other.
MOST_ZONES = 2_000
# Just after midnight the roads of the late evening are the latest known.
EVENING_S = 3 * 3600

FEATURES = (
    "log_formula_s",
    "hour",
    "weekday",
    "kind",
    "table_ratio",
    "week_hour_ratio",
    "from_ratio",
    "to_ratio",
    "pair_ratio",
    "from_hours_ratio",
    "to_hours_ratio",
    "pair_part_ratio",
    "from_spread",
    "to_spread",
    "pair_spread",
    "from_legs",
    "to_legs",
    "pair_legs",
    "same_zone",
    "pair_oddness",
    "last_7_days_ratio",
    "yesterday_hour_ratio",
    "last_60_min_ratio",
    "last_60_min_legs",
    "from_120_min_ratio",
    "from_120_min_legs",
    "to_120_min_ratio",
    "to_120_min_legs",
    "from_zone",
    "to_zone",
)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What is known of each leg before it is driven, one row each."""

    matrix: NDArray[np.float32]
    """By FEATURES; NaN where nothing is known."""
    log_formula: Floats
    """Log of the formula's seconds; NaN where there is neither a provider nor any history."""
    table_ratio: Floats
    """Log ratio to the formula by the history table; zero without history."""
    metres: Floats
    """How far it is, learned from earlier days; NaN where nothing is known."""

    @property
    def known(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.log_formula)

    def take(self, rows: Ints | NDArray[np.bool_]) -> "Seen":
        return Seen(
            self.matrix[rows], self.log_formula[rows], self.table_ratio[rows], self.metres[rows]
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What all legs that had finished by a midnight tell."""

    distances: ZoneDistances | None
    table: PaceTable
    last_week: float
    """What the table leaves of the last seven days."""
    yesterday: Floats
    """What it leaves of the day before, hour by hour."""
    recent: Recent
    """Legs of the day itself; each instant sees those that had finished by then."""


class History:
    """Driven legs, and what they had shown by any day; implausible ones are left out."""

    def __init__(self, driven: Driven) -> None:
        legs = driven.take(driven.plausible).in_order()
        legs = legs.take(np.argsort(legs.finish_s, kind="stable"))
        self.driven, asked = legs, legs.asked
        self._zones = np.unique(np.concatenate([asked.from_zone, asked.to_zone]))
        if len(self._zones) > MOST_ZONES:
            raise Refused(
                f"legs between {len(self._zones)} zones cannot be learned, up to {MOST_ZONES} can: "
                "join them to districts"
            )
        self._start, self._end = self._code(asked.from_zone), self._code(asked.to_zone)
        joined = self._joined(self._start, self._end)
        self._pairs, pair = np.unique(joined, return_inverse=True)
        self._groups = self._grouped(asked, self._start, self._end, pair.astype(np.int64))
        self._finish_s, self._log_s = legs.finish_s, np.log(legs.seconds)
        # A source that measures no distance at all is learned from its times alone.
        by_time = bool(np.isnan(legs.metres).all())
        self._metres = as_if_driven_m(legs.seconds) if by_time else legs.metres
        self._measured = np.full(len(legs), True) if by_time else legs.measured
        self._kept: tuple[int, _Told] | None = None

    def features(self, asked: Asked) -> Seen:
        """Return what was known of each leg: by the midnight before it, and of roads at its start.

        Nothing that finished at or after a leg's start moves its row.
        """
        matrix = np.full((len(asked), len(FEATURES)), np.nan)
        metres = np.full(len(asked), np.nan)
        for day in np.unique(asked.day):
            rows = np.flatnonzero(asked.day == day)
            matrix[rows], metres[rows] = self._of_day(int(day), asked.take(rows))
        table = np.nan_to_num(matrix[:, FEATURES.index("table_ratio")])
        return Seen(matrix.astype(np.float32), matrix[:, 0].copy(), table, metres)

    def _of_day(self, day: int, asked: Asked) -> tuple[Floats, Floats]:
        told = self._told(day)
        start, end = self._code(asked.from_zone), self._code(asked.to_zone)
        legs = self._grouped(asked, start, end, self._pair(start, end))
        out = np.full((len(asked), len(FEATURES)), np.nan)
        columns = {name: out[:, i] for i, name in enumerate(FEATURES)}
        columns["log_formula_s"][:] = _log_formula(asked, start, end, told.distances)
        columns["hour"][:] = asked.start_s % DAY_S / 3600
        columns["weekday"][:] = asked.weekday
        columns["kind"][:] = asked.kind
        columns["same_zone"][:] = start == end
        columns["from_zone"][:], columns["to_zone"][:] = asked.from_zone, asked.to_zone
        _put_tables(told, legs, columns)
        ratios, counts = told.recent.anywhere(asked.start_s)
        columns["last_60_min_ratio"][:], columns["last_60_min_legs"][:] = ratios, counts
        for name, zone in (("from", start), ("to", end)):
            ratios, counts = told.recent.around(zone, asked.start_s)
            columns[f"{name}_120_min_ratio"][:] = ratios
            columns[f"{name}_120_min_legs"][:] = counts
        if told.distances is None:
            return out, np.full(len(asked), np.nan)
        columns["pair_oddness"][:] = told.distances.oddness(start, end)
        return out, np.exp(told.distances.log_m[start, end])

    def _told(self, day: int) -> _Told:
        """Return what was known at the midnight that begins the day; the last one is kept."""
        kept = self._kept
        if kept is None or kept[0] != day:
            kept = self._kept = (day, self._tell(day))
        return kept[1]

    def _tell(self, day: int) -> _Told:
        first, stop = (self._finished_before(d * DAY_S) for d in (day - HISTORY_DAYS, day))
        past = np.arange(max(first, stop - MOST_LEGS), stop)
        measured = past[self._measured[past]]
        start, end = self._start[measured], self._end[measured]
        metres = self._metres[measured]
        distances = zone_distances(start, end, metres, len(self._zones))
        formula = self._past_formula(past, distances)
        with_formula = ~np.isnan(formula)
        used = past[with_formula]
        ratio = self._log_s[used] - formula[with_formula]
        age = np.maximum(0, day - self.driven.asked.day[used])
        table = pace_table(ratio, age, self._groups.take(used))
        yesterday, hours = age == 1, self.driven.asked.hour[used]
        return _Told(
            distances,
            table,
            shrunk_mean(table.rest[age <= 7]),
            np.array([shrunk_mean(table.rest[yesterday & (hours == h)]) for h in range(24)]),
            self._recent(day, distances, table),
        )

    def _recent(self, day: int, distances: ZoneDistances | None, table: PaceTable) -> Recent:
        """Return the legs that finished on the day itself or late on the evening before."""
        first = self._finished_before(day * DAY_S - EVENING_S)
        near = np.arange(first, self._finished_before((day + 1) * DAY_S))
        ratio = self._log_s[near] - self._past_formula(near, distances)
        rest = ratio - table.log_ratio(self._groups.take(near))
        known = ~np.isnan(rest)
        near = near[known]
        return recent(day, self._finish_s[near], self._start[near], self._end[near], rest[known])

    def _past_formula(self, rows: Ints, distances: ZoneDistances | None) -> Floats:
        asked = self.driven.asked.take(rows)
        return _log_formula(asked, self._start[rows], self._end[rows], distances)

    def _finished_before(self, instant_s: int) -> int:
        return int(np.searchsorted(self._finish_s, instant_s, side="left"))

    def _grouped(self, asked: Asked, start: Ints, end: Ints, pair: Ints) -> Groups:
        zones, pairs = len(self._zones) + 1, len(self._pairs) + 1
        return groups(start, end, pair, asked.hour, asked.weekday, zones, pairs)

    def _code(self, zone: Ints) -> Ints:
        """Return the place of each zone among those seen; the last code is for all others."""
        return _place(self._zones, zone)

    def _joined(self, start: Ints, end: Ints) -> Ints:
        return start * (len(self._zones) + 1) + end

    def _pair(self, start: Ints, end: Ints) -> Ints:
        return _place(self._pairs, self._joined(start, end))


def _put_tables(told: _Told, legs: Groups, columns: dict[str, Floats]) -> None:
    table = told.table
    columns["table_ratio"][:] = table.log_ratio(legs)
    for e in Effect:
        columns[f"{e.name.lower()}_ratio"][:] = table.effects[e][legs.of[e]]
    for e in (Effect.FROM, Effect.TO, Effect.PAIR):
        columns[f"{e.name.lower()}_legs"][:] = table.counts[e][legs.of[e]]
        columns[f"{e.name.lower()}_spread"][:] = table.spreads[e][legs.of[e]]
    columns["last_7_days_ratio"][:] = told.last_week
    columns["yesterday_hour_ratio"][:] = told.yesterday[legs.of[Effect.WEEK_HOUR] % 24]


def _place(known: Ints, wanted: Ints) -> Ints:
    if not len(known):
        return np.zeros(len(wanted), dtype=np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, at, len(known)).astype(np.int64)


def _log_formula(asked: Asked, start: Ints, end: Ints, distances: ZoneDistances | None) -> Floats:
    """Return the provider's seconds where it gave any, else those of learned distances, in logs."""
    seconds = asked.formula_s
    if distances is not None:
        missing = np.isnan(seconds)
        seconds = np.where(missing, distances.formula_s(start, end, asked.start_s), seconds)
    return np.log(seconds)
