"""The quality of arrival times as a read model: minutes, percent, names of places."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import cos, radians
from typing import Any

from api.schemas.eta import (
    EtaAddress,
    EtaDay,
    EtaErrors,
    EtaHorizon,
    EtaHour,
    EtaModel,
    EtaQuality,
    EtaStep,
    EtaWeek,
    EtaZone,
)
from core.domain.ids import OrderId
from core.domain.place import Point
from core.eta.life.drift import Week
from core.eta.life.registry import Step
from core.eta.quality.report import GROUPED_AT_MIN, Quality
from core.eta.quality.rows import Followed
from core.eta.quality.scores import Errors

MOST_STEPS = 60
HERE_M = 100
_METRES_PER_E6 = 0.11132


@dataclass(frozen=True, slots=True)
class Setting:
    """What the figures stand beside: whose they are, who answers, what became of the models."""

    place: str
    now: datetime
    zone: tzinfo
    depot: Point
    model_id: str
    provider: str
    address_of: Callable[[OrderId], str]
    weeks: Sequence[Week] = ()
    steps: Sequence[Step] = ()
    left_out: Sequence[str] = ()
    complete: bool = True


def quality_view(found: Quality, of: Setting) -> EtaQuality:
    """Return the figures for people and machines alike."""
    return EtaQuality(
        now=of.now,
        place=of.place,
        says=sentence(found, of),
        complete=of.complete,
        model_id=of.model_id,
        provider=of.provider,
        days=[_day(d, of) for d in found.days],
        left_out=list(of.left_out),
        arrivals=found.arrivals,
        scored=found.scored,
        models=[EtaModel(model_id=m, forecasts=n) for m, n in found.models.items()],
        horizons=_horizons(found.horizons),
        untouched=_horizons(found.untouched),
        touched=_horizons(found.touched),
        overtaken=_horizons(found.overtaken),
        ahead=[EtaErrors(name=name, **_figures(e)) for name, e in found.ahead.items()],
        grouped_at_min=GROUPED_AT_MIN,
        zones=[
            EtaZone(
                name=bearing(of.depot, z.centre),
                lat=z.centre.lat,
                lon=z.centre.lon,
                **_figures(z.errors),
            )
            for z in found.zones
        ],
        hours=[
            EtaHour(name=f"{hour:02d}:00", hour=hour, **_figures(e))
            for hour, e in found.hours.items()
        ],
        addresses=[
            EtaAddress(
                address=of.address_of(a.order_id) if a.order_id is not None else "",
                order_id=a.order_id,
                lat=a.point.lat,
                lon=a.point.lon,
                visits=a.visits,
                mae_min=_minutes(a.mae_s),
                shrunk_min=_minutes(a.shrunk_s),
                bias_min=_minutes(a.bias_s),
            )
            for a in found.addresses
        ],
        drift=[_week(w) for w in of.weeks],
        steps=[
            EtaStep(
                at=datetime.fromisoformat(s.at).astimezone(of.zone),
                what=s.what,
                model_id=s.model_id or "formula",
                by=s.by,
                why=s.why,
            )
            for s in reversed(of.steps[-MOST_STEPS:])
        ],
    )


def sentence(found: Quality, of: Setting) -> str:
    """Return the state of things: who answers, and what there is to judge it by."""
    words = of.provider
    if not any(d.until for d in found.days):
        return f"{words}. Nothing is planned yet, so nothing was said"
    if not found.arrivals:
        return f"{words}. Nothing arrived yet"
    if not found.scored:
        return f"{words}. {found.arrivals} arrivals, none of them forecast before it happened"
    hour = found.horizons[60]
    count = (
        f"{found.arrivals}"
        if found.scored == found.arrivals
        else f"{found.scored} of {found.arrivals}"
    )
    said = f"{words}. {count} arrivals were forecast beforehand"
    if hour.mae_s is None or hour.inside_pct is None:
        return said
    return (
        f"{said}; an hour before they were {hour.mae_s / 60:.1f} min off, "
        f"{hour.inside_pct:.0f} % between P10 and P90"
    )


def bearing(depot: Point, place: Point) -> str:
    """Return where a place lies from the depot, in words: `2.1 km north-east`."""
    metres = depot.crow_m(place)
    if metres < HERE_M:
        return "at the depot"
    north = (place.lat_e6 - depot.lat_e6) * _METRES_PER_E6
    east = (place.lon_e6 - depot.lon_e6) * _METRES_PER_E6 * cos(radians(depot.lat))
    words: list[str] = []
    # Less than tan(22.5°) of the other: it lies straight along one side.
    if abs(north) > 0.414 * abs(east):
        words.append("north" if north > 0 else "south")
    if abs(east) > 0.414 * abs(north):
        words.append("east" if east > 0 else "west")
    far = f"{metres / 1000:.1f} km" if metres >= 950 else f"{round(metres, -2)} m"
    return f"{far} {'-'.join(words)}"


def _horizons(found: dict[int, Errors]) -> list[EtaHorizon]:
    return [
        EtaHorizon(
            name=f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min",
            minutes_before=minutes,
            **_figures(e),
        )
        for minutes, e in found.items()
    ]


def _figures(e: Errors) -> dict[str, Any]:
    five, ten, fifteen, thirty = (round(w, 1) for w in e.within_pct) if e.within_pct else [None] * 4
    return {
        "forecasts": e.forecasts,
        "arrivals": e.arrivals,
        "routes": e.routes,
        "mae_min": None if e.mae_s is None else _minutes(e.mae_s),
        "rmse_min": None if e.rmse_s is None else _minutes(e.rmse_s),
        "mape_pct": _round(e.mape_pct),
        "bias_min": None if e.bias_s is None else _minutes(e.bias_s),
        "within_5_pct": five,
        "within_10_pct": ten,
        "within_15_pct": fifteen,
        "within_30_pct": thirty,
        "below_p10_pct": _round(e.below_pct),
        "inside_pct": _round(e.inside_pct),
        "above_p90_pct": _round(e.above_pct),
    }


def _day(one: Followed, of: Setting) -> EtaDay:
    return EtaDay(
        day_id=one.day_id,
        scored_until=None if one.until is None else one.until.astimezone(of.zone),
        arrivals=len(one.arrivals),
        scored=sum(1 for came in one.arrivals if came.said),
        unseen=one.unseen,
        ahead=one.open_stops,
    )


def _week(week: Week) -> EtaWeek:
    return EtaWeek(
        first_day=str(week.as_json()["first_day"]),
        legs=week.legs,
        ratio_to_table=round(week.ratio, 3),
        below_p10_pct=round(100 * week.below, 1),
        above_p90_pct=round(100 * week.above, 1),
        out_of_bounds=list(week.reasons),
    )


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 2)


def _round(share: float | None) -> float | None:
    return None if share is None else round(share, 1)
