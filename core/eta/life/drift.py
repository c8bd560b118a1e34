"""Whether a model still does what it did: against the history table, and tail by tail, by weeks."""

from dataclasses import dataclass

import numpy as np

from core.eta.learned.history import History
from core.eta.learned.leg_model import BUCKETS, LegModel, Stage, bucket_of
from core.eta.learned.quantiles import TAIL, Quantiles
from core.eta.learned.records import DAY_S
from core.eta.learned.training import scores_of

WEEKS, WEEK_DAYS = 4, 7
# Legs that a week needs before it is judged; fewer prove nothing.
LEAST_LEGS = 300
# Worse than the table that the model stands on by more than this, it is no use.
MOST_RATIO = 1.02
# A tail of a tenth may hold so much less or more of a week's legs: days have luck of their own.
TAIL_OFF = 0.05


@dataclass(frozen=True, slots=True)
class Week:
    """How the model did in seven days, each forecast with what its midnight knew."""

    first_day: int
    legs: int
    ratio: float
    """Mean error to that of the history table."""
    below: float
    above: float

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return what is out of bounds, in sentences; nothing of a week with few legs."""
        if self.legs < LEAST_LEGS:
            return ()
        found: list[str] = []
        if not self.ratio <= MOST_RATIO:
            found.append(f"mean error {self.ratio:.3f} of the history table's, above {MOST_RATIO}")
        for name, share in (("below P10", self.below), ("above P90", self.above)):
            if not abs(share - TAIL) <= TAIL_OFF:
                found.append(
                    f"{100 * share:.1f} % of {self.legs} legs {name}, not "
                    f"{100 * TAIL:.0f} within {100 * TAIL_OFF:.0f}"
                )
        return tuple(found)

    def as_json(self) -> dict[str, object]:
        return {
            "first_day": str(np.datetime64(self.first_day, "D")),
            "legs": self.legs,
            "ratio_to_table": round(self.ratio, 4),
            "below_p10": round(self.below, 4),
            "above_p90": round(self.above, 4),
            "out_of_bounds": list(self.reasons),
        }


def weeks(model: LegModel, history: History, until: int, trained_until: int) -> tuple[Week, ...]:
    """Return the last weeks before the midnight that begins day `until`, the latest one last.

    Legs that the model was trained on are no witness and left out. Tails are those that every
    midnight had renewed.
    """
    first = max(until - WEEKS * WEEK_DAYS, trained_until)
    driven = history.driven
    rows = (driven.asked.start_s >= first * DAY_S) & (driven.finish_s < until * DAY_S)
    legs = driven.take(rows)
    seen = history.features(legs.asked)
    known = np.flatnonzero(seen.known)
    legs, seen = legs.take(known), seen.take(known)
    raw, seconds = model.raw(seen), legs.seconds.astype(np.float64)
    held = scores_of(model, legs, seen)
    low, high = raw.low.copy(), raw.high.copy()
    for day in np.unique(legs.asked.day):
        of = np.flatnonzero(legs.asked.day == day)
        renewed = held.widths(int(day), len(BUCKETS))
        widths = renewed if renewed.scores else model.widths
        part = raw.take(of)
        made = widths.apply(part, bucket_of(part))
        low[of], high[of] = made.low, made.high
    table = LegModel(Stage.TABLE).raw(seen)
    return tuple(
        _week(start, legs.asked.day - start, seconds, Quantiles(low, raw.mid, high), table)
        for start in range(until - WEEKS * WEEK_DAYS, until, WEEK_DAYS)
        if start + WEEK_DAYS > first
    )


def _week(
    start: int,
    since: np.ndarray[tuple[int], np.dtype[np.int64]],
    seconds: np.ndarray[tuple[int], np.dtype[np.float64]],
    ours: Quantiles,
    table: Quantiles,
) -> Week:
    rows = np.flatnonzero((since >= 0) & (since < WEEK_DAYS))
    if not len(rows):
        return Week(start, 0, 1.0, TAIL, TAIL)
    actual = seconds[rows]
    low, mid, high = ours.take(rows).seconds()
    beside = float(np.abs(np.exp(table.mid[rows]) - actual).mean())
    ratio = float(np.abs(mid - actual).mean()) / max(beside, 1e-9)
    return Week(
        start, len(rows), ratio, float((actual < low).mean()), float((actual > high).mean())
    )
