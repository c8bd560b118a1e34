"""Every night: the champion learns what the day showed, and is watched for drift."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from core.eta.attempts.model import HISTORY_DAYS as ATTEMPT_DAYS
from core.eta.attempts.model import FittedAttempts
from core.eta.attempts.records import Tried
from core.eta.doors.history import DoorHistory
from core.eta.doors.model import BUCKETS as DOOR_BUCKETS
from core.eta.doors.model import FittedDoors, scores_of
from core.eta.learned.artefact import Origin, save
from core.eta.learned.calibrate import WINDOW_DAYS
from core.eta.learned.history import History
from core.eta.learned.leg_model import BUCKETS, LegModel
from core.eta.learned.manifest import ModelUnreadable
from core.eta.learned.records import DAY_S, usual_days
from core.eta.learned.train_file import date_of
from core.eta.learned.training import Fitted
from core.eta.learned.training import scores_of as leg_scores_of
from core.eta.life.bundle import LEGS, DepotModel, write_depot
from core.eta.life.drift import LEAST_LEGS, Week, weeks
from core.eta.life.harvest import Harvest
from core.eta.life.registry import Registry

NIGHT = "night"
"""The champion with the tables and tails of last midnight, beside what it was trained as."""


@dataclass(frozen=True, slots=True)
class Night:
    """What one night came to."""

    place: str
    champion: str
    until: str
    """The day whose midnight everything is known by."""
    legs: int
    services: int
    weeks: tuple[Week, ...]
    fallen_back: str
    """Why the champion does not answer; empty while it does."""
    changed: bool
    """Whether that is news since the night before."""

    def as_json(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "champion": self.champion or None,
            "until": self.until,
            "legs": self.legs,
            "services": self.services,
            "weeks": [w.as_json() for w in self.weeks],
            "fallen_back": self.fallen_back or None,
            "changed": self.changed,
        }


def renew(
    registry: Registry,
    found: Harvest,
    *,
    at: datetime,
    by: str,
    until: int | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Night:
    """Renew tables and tails of the champion by everything over before midnight, and judge it.

    A champion out of bounds in the last week falls back to formula and table; one that is inside
    them again answers again. A damaged one falls back until another is promoted.
    """
    state = registry.state()
    days = np.concatenate([found.driven.asked.day, found.served.asked.day, found.tried.planned.day])
    end = until if until is not None else usual_days(days)[1] + 1
    told = (len(found.driven), len(found.served))
    if not state.champion:
        return Night(registry.place, "", date_of(end), *told, (), "", changed=False)
    try:
        champion = registry.load(state.champion)
    except ModelUnreadable as error:
        return _judged(registry, state.fallen_back, str(error), (), end, told, at, by)
    tell(f"renewing {champion.model_id}")
    driven = found.driven.take(found.driven.finish_s < end * DAY_S)
    history = History(driven)
    trained_until = _day(str(champion.manifest["origin"]["trained_until"]))
    seen = weeks(champion.legs.model, history, end, trained_until)
    _write_night(registry, champion, history, found, end)
    why = "; ".join(seen[-1].reasons) if seen else ""
    return _judged(registry, state.fallen_back, why, seen, end, told, at, by)


def _judged(
    registry: Registry,
    before: str,
    why: str,
    seen: tuple[Week, ...],
    end: int,
    told: tuple[int, int],
    at: datetime,
    by: str,
) -> Night:
    # A week with few legs clears nobody: who fell back stays so until a whole week says otherwise.
    if before and not why and not (seen and seen[-1].legs >= LEAST_LEGS):
        why = before
    changed = bool(why) is not bool(before)
    what = ("fell_back" if why else "recovered") if changed else "renewed"
    said = why or "inside its bounds"
    state = registry.noted(what, at=at, by=by, why=said, fallen_back=why)
    return Night(registry.place, state.champion, date_of(end), *told, seen, why, changed)


def _write_night(
    registry: Registry, champion: DepotModel, history: History, found: Harvest, end: int
) -> None:
    """Write the champion anew with what is known now: its trees stay as they were trained."""
    folder = registry.path(champion.model_id) / NIGHT
    folder.mkdir(exist_ok=True)
    origin = replace(Origin(**champion.manifest["origin"]), calibrated_until=date_of(end))
    legs = save(folder / LEGS, _renewed_legs(champion.legs.model, history, end), history, origin)
    served = found.served.take(found.served.finish_s < end * DAY_S)
    doors = DoorHistory(served)
    recent = doors.served.take(doors.served.asked.start_s >= (end - WINDOW_DAYS) * DAY_S)
    widths = scores_of(champion.doors, recent, doors.features(recent.asked)).widths(
        end, len(DOOR_BUCKETS)
    )
    model = replace(champion.doors, widths=widths) if widths.scores else champion.doors
    write_depot(
        folder,
        origin,
        legs,
        FittedDoors(model, len(recent), {}),
        FittedAttempts(replace(champion.attempts, past=_lately(found, end)), 0, 0, {}),
        served,
        found,
        renews=champion.model_id,
    )


def _lately(found: Harvest, end: int) -> Tried:
    tried = found.tried.before(end)
    return tried.take(tried.planned.day >= end - ATTEMPT_DAYS)


def _renewed_legs(model: LegModel, history: History, end: int) -> Fitted:
    driven = history.driven
    rows = (driven.asked.start_s >= (end - WINDOW_DAYS) * DAY_S) & (driven.finish_s < end * DAY_S)
    recent = driven.take(rows)
    seen = history.features(recent.asked)
    widths = leg_scores_of(model, recent, seen).widths(end, len(BUCKETS))
    renewed = replace(model, widths=widths) if widths.scores else model
    return Fitted(renewed, 0, len(recent), {})


def _day(iso: str) -> int:
    return int(np.datetime64(iso, "D").astype(np.int64))
