"""The quality of arrival times over one or several days: every figure of the page, in one value."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.place import Point
from core.eta.life.harvest import cell
from core.eta.quality.addresses import Address, worst
from core.eta.quality.rows import Followed
from core.eta.quality.scores import (
    HORIZONS_MIN,
    Errors,
    Pair,
    by_ahead,
    errors,
    grouped,
    in_force,
    overtaken,
    so_long_before,
)

# Zones, hours, addresses: what was said a quarter of an hour before, when a customer looks out.
GROUPED_AT_MIN = 15


@dataclass(frozen=True, slots=True)
class Zone:
    """A cell of about a kilometre each way, with the errors of arrivals in it."""

    centre: Point
    errors: Errors


@dataclass(frozen=True, slots=True)
class Quality:
    """How good what was said was. Only what was in force at the arrival is scored, but for
    `overtaken`."""

    days: tuple[Followed, ...]
    horizons: dict[int, Errors]
    """By minutes before the arrival."""
    ahead: dict[str, Errors]
    touched: dict[int, Errors]
    """Stops whose way we had changed, by minutes before the arrival."""
    untouched: dict[int, Errors]
    overtaken: dict[int, Errors]
    """What was said before a change of ours that came before the arrival."""
    zones: tuple[Zone, ...]
    """The largest mean error first."""
    hours: dict[int, Errors]
    addresses: tuple[Address, ...]
    models: dict[str, int]
    """How many scored forecasts each model made."""

    @property
    def arrivals(self) -> int:
        return sum(len(d.arrivals) for d in self.days)

    @property
    def scored(self) -> int:
        """Return how many arrivals had been spoken of at all before they happened."""
        return sum(1 for d in self.days for came in d.arrivals if came.said)


def quality(days: Sequence[Followed]) -> Quality:
    """Return the figures of these days."""
    came = [a for d in days for a in d.arrivals]
    asked = {h: so_long_before(came, h) for h in HORIZONS_MIN}
    valid = {h: in_force(pairs) for h, pairs in asked.items()}
    close = valid[GROUPED_AT_MIN]
    hours = grouped(close, lambda one: one.hour)
    models = Counter(
        said.model_id for one in came for said in one.said if said.change == one.change
    )
    return Quality(
        days=tuple(days),
        horizons={h: errors(p) for h, p in valid.items()},
        ahead=by_ahead(came),
        touched={h: errors([p for p in ps if p[0].touched]) for h, ps in valid.items()},
        untouched={h: errors([p for p in ps if not p[0].touched]) for h, ps in valid.items()},
        overtaken={h: errors(overtaken(p)) for h, p in asked.items()},
        zones=_zones(close),
        hours={h: errors(hours[h]) for h in sorted(hours)},
        addresses=worst(close),
        models=dict(sorted(models.items())),
    )


def _zones(pairs: Sequence[Pair]) -> tuple[Zone, ...]:
    found = [_zone(mine) for mine in grouped(pairs, lambda one: cell(one.point)).values()]
    found.sort(key=lambda z: (-(z.errors.mae_s or 0), z.centre.lat_e6, z.centre.lon_e6))
    return tuple(found)


def _zone(pairs: Sequence[Pair]) -> Zone:
    points = sorted({(came.point.lat_e6, came.point.lon_e6) for came, _ in pairs})
    lat = sum(p[0] for p in points) // len(points)
    lon = sum(p[1] for p in points) // len(points)
    return Zone(Point(lat, lon), errors(pairs))
