"""Days followed for the quality of arrival times, a slice of work at a time.

What was said at a moment that is over never changes, so it is worked out once and kept.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from api.outlook import look
from core.desk.owner import DayOwner
from core.domain.day import Day
from core.domain.ids import DayId
from core.domain.position import Positions
from core.eta.going import Answers
from core.eta.life.answering import OneAnswers
from core.eta.life.registry import Registry
from core.eta.life.since import answered
from core.eta.quality.follow import STEP_S, Follower
from core.eta.quality.report import Quality, quality
from core.eta.quality.rows import Followed, Say, Spoken
from core.ledger import fold
from core.ledger.events import Event
from core.store.store import Store
from core.travel.keep import Memory
from core.travel.protocol import TravelTimes

SLICE_S = 0.5
"""A request works so long on days that are behind; whoever asks again gets on."""
NEVER = datetime.min.replace(tzinfo=UTC)
TravelOf = Callable[[Day], TravelTimes | None]


def saying(travel: TravelTimes, seed: int, answers: Answers | None) -> Say:
    """Return who says at any moment what the console would have shown then."""

    def say(day: Day, positions: Positions, now: datetime) -> Spoken:
        made = look(day, travel, positions, now, seed=seed, answers=answers)
        told = {
            stop_id: (one.spread.p10, one.spread.p50, one.spread.p90)
            for stop_id, one in made.stops.items()
            if one.spread is not None
        }
        return Spoken(made.model_id, told)

    return say


@dataclass
class _Trail:
    """One day: what was heard of it, and up to where."""

    follower: Follower
    last: datetime = NEVER
    """When the last event was received."""
    seq: int = 0
    fixes: int = 0


@dataclass(frozen=True, slots=True)
class FollowedDays:
    """What is known of some days by now."""

    days: tuple[Followed, ...]
    left_out: tuple[str, ...]
    complete: bool


@dataclass
class Following:
    """Follows the served day as it goes on, and days before it by their ledgers."""

    store: Store
    travel_of: TravelOf
    """Gives the travel times that a day was planned with; None: they are not here."""
    seed: int = 0
    registry: Registry | None = None
    """Whose steps say who answered on a day that is over; None: the formula."""
    step_s: int = STEP_S
    _trails: dict[DayId, _Trail | str] = field(default_factory=dict[DayId, _Trail | str])
    _over: dict[DayId, Followed] = field(default_factory=dict[DayId, Followed])
    _judged: Memory[tuple[object, ...], Quality] = field(default_factory=lambda: Memory(2))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def judged(self, days: Sequence[Followed]) -> Quality:
        """Return the figures of some days; worked out anew only where something was added."""
        key = tuple((d.day_id, d.until, len(d.arrivals), d.unseen, d.open_stops) for d in days)
        return self._judged.get(key, lambda: quality(days))

    def served(
        self,
        owner: DayOwner,
        say: Say,
        before: Sequence[DayId],
        now: datetime,
        slice_s: float = SLICE_S,
    ) -> FollowedDays:
        """Return the served day up to `now` and the days `before`, as far as a slice takes them."""
        enough = _after(slice_s)
        with self._lock:
            trail = self._trails.get(owner.day_id)
            if not isinstance(trail, _Trail):
                trail = _Trail(Follower(say, self.step_s))
                self._trails[owner.day_id] = trail
            self._hear(trail, owner.day_id, owner.events(trail.seq))
            complete = trail.follower.advance(now, enough)
            today = trail.follower.followed()
            earlier = self._all(before, enough) if complete else FollowedDays((), (), False)
            return FollowedDays((today, *earlier.days), earlier.left_out, earlier.complete)

    def over(
        self, day_ids: Sequence[DayId], tell: Callable[[str], None] = lambda _: None
    ) -> FollowedDays:
        """Return days as far as their ledgers go, however long it takes."""
        with self._lock:
            return self._all(day_ids, lambda: False, tell)

    def _all(
        self,
        day_ids: Sequence[DayId],
        enough: Callable[[], bool],
        tell: Callable[[str], None] = lambda _: None,
    ) -> FollowedDays:
        days, left_out = list[Followed](), list[str]()
        for day_id in day_ids:
            tell(f"following {day_id}")
            found, complete = self._earlier(day_id, enough)
            if isinstance(found, str):
                left_out.append(found)
            else:
                days.append(found)
            if not complete:
                return FollowedDays(tuple(days), tuple(left_out), False)
        return FollowedDays(tuple(days), tuple(left_out), True)

    def _earlier(self, day_id: DayId, enough: Callable[[], bool]) -> tuple[Followed | str, bool]:
        """Return a day that is over, or why it cannot be followed; and whether that is all."""
        if day_id in self._over:
            return self._over[day_id], True
        if day_id not in self._trails:
            self._trails[day_id] = self._begun(day_id)
        trail = self._trails[day_id]
        if isinstance(trail, str):
            return trail, True
        complete = trail.follower.advance(trail.last, enough)
        found = trail.follower.followed()
        if complete:
            # What is over is kept without the day it was folded from.
            self._over[day_id] = found
            del self._trails[day_id]
        return found, complete

    def _begun(self, day_id: DayId) -> "_Trail | str":
        events = list(self.store.load(day_id))
        day = fold.replay(events)
        if day.provider is None:
            return f"{day_id}: it was never planned"
        travel = self.travel_of(day)
        if travel is None:
            return f"{day_id}: the travel times of its plan ({day.provider.name}) are not here"
        say = saying(travel, self.seed, self._answered(day, travel))
        trail = _Trail(Follower(say, self.step_s))
        self._hear(trail, day_id, events)
        return trail

    def _answered(self, day: Day, travel: TravelTimes) -> Answers | None:
        if self.registry is None:
            return None
        leaves = min((r.depart_at for r in day.routes.values()), default=day.now)
        model = answered(self.registry, leaves, day.opened.service_date, travel.stamp.name)
        return OneAnswers(self.registry, travel, model)

    def _hear(self, trail: _Trail, day_id: DayId, events: Sequence[Event]) -> None:
        fixes = self.store.positions_since(day_id, trail.fixes)
        trail.follower.hear(events, [fix for _, fix in fixes])
        if events:
            trail.seq, trail.last = events[-1].seq, events[-1].received_at
        trail.fixes = fixes[-1][0] if fixes else trail.fixes


def _after(seconds: float) -> Callable[[], bool]:
    """Return whether so many seconds have gone by since now."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until
