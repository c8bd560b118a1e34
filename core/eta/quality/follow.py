"""Following a day's ledger: at fixed moments what is said is noted, and kept until the arrival.

A moment knows the events and positions that had been received by then, and no others.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.decision import PlanAdopted, ProposalUndone, RouteChanged
from core.domain.fact import AttemptFailed, OrderCollected, OrderDelivered, StopReached
from core.domain.ids import StopId, VehicleId
from core.domain.plan import Progress, RouteState, Stop, StopKind
from core.domain.position import Position
from core.eta.quality.rows import Arrival, Followed, Said, Say
from core.ledger import fold
from core.ledger.events import Event

STEP_S = 300
"""Between two moments: what was said an hour before was said 60 to 65 minutes before."""
# As many recent positions of a vehicle as the owner of a day holds.
POSITIONS_KEPT = 40
_DOORS = (StopKind.DELIVER, StopKind.COLLECT)
_OURS = (PlanAdopted, RouteChanged, ProposalUndone)
"""What changes a plan by our own doing; a driver who takes another order does not."""


def _never() -> bool:
    return False


class Follower:
    """Reads one day's ledger in the order in which it was received."""

    def __init__(self, say: Say, step_s: int = STEP_S) -> None:
        if step_s < 60:
            raise ValueError(f"moments {step_s} s apart are too many")
        self._say, self._step = say, timedelta(seconds=step_s)
        self._events: deque[Event] = deque()
        self._fixes: deque[Position] = deque()
        self._day: Day | None = None
        self._next: datetime | None = None
        self._until: datetime | None = None
        self._positions: dict[VehicleId, tuple[Position, ...]] = {}
        self._changes: dict[StopId, int] = {}
        self._said: dict[StopId, list[Said]] = {}
        self._arrivals: dict[StopId, Arrival] = {}
        self._served: set[StopId] = set()

    def hear(self, events: Iterable[Event], fixes: Iterable[Position] = ()) -> None:
        """Take what was received after all that was heard before."""
        self._events.extend(events)
        self._fixes.extend(fixes)

    def advance(self, until: datetime, enough: Callable[[], bool] = _never) -> bool:
        """Follow up to an instant; False when `enough` said stop before it was reached."""
        while True:
            moment = self._next
            if self._events and (moment is None or self._events[0].received_at <= moment):
                self._read(self._events.popleft())
            elif moment is None or moment > until:
                return True
            elif enough():
                return False
            else:
                self._note(moment)

    def followed(self) -> Followed:
        """Return what is known so far."""
        if self._day is None:
            raise ValueError("nothing was heard of the day yet")
        return Followed(
            day_id=self._day.opened.day_id,
            until=self._until,
            arrivals=tuple(self._arrivals.values()),
            unseen=len(self._served - self._arrivals.keys()),
            open_stops=sum(
                stop.kind in _DOORS
                for route in self._day.routes.values()
                for stop in ahead_of(route)
            ),
        )

    def _read(self, event: Event) -> None:
        if self._day is None:
            self._day = fold.opened_day(event)
            return
        before, body = self._day, event.body
        if isinstance(body, StopReached):
            self._reached(before, body, event.at)
        elif isinstance(body, OrderDelivered | AttemptFailed | OrderCollected):
            route = before.routes.get(body.vehicle_id) if body.vehicle_id is not None else None
            stops = route.remaining if route is not None else ()
            self._served |= {s.stop_id for s in stops if s.order_id == body.order_id}
        self._day = fold.apply(before, event)
        if isinstance(body, _OURS):
            self._changed(before, self._day)
        if isinstance(body, PlanAdopted):
            self._next = self._grid(event.received_at)

    def _reached(self, day: Day, body: StopReached, at: datetime) -> None:
        route = day.routes.get(body.vehicle_id)
        stops = route.remaining if route is not None else ()
        stop = next((s for s in stops if s.stop_id == body.stop_id), None)
        if stop is None or stop.kind not in _DOORS or stop.stop_id in self._arrivals:
            return
        said = tuple(s for s in self._said.pop(stop.stop_id, []) if s.at <= at)
        self._arrivals[stop.stop_id] = Arrival(
            day_id=day.opened.day_id,
            plan_version=day.plan_version,
            vehicle_id=body.vehicle_id,
            stop_id=stop.stop_id,
            order_id=stop.order_id,
            point=stop.point,
            at=at,
            hour=day.local(at).hour,
            change=self._changes.get(stop.stop_id, 0),
            said=said,
        )

    def _changed(self, before: Day, after: Day) -> None:
        """Count a change at every stop to which another way leads now than before."""
        if not before.plan_version:
            return
        for vehicle_id, route in after.routes.items():
            old = before.routes.get(vehicle_id)
            if old is route:
                continue
            first = _first_other(old.remaining if old is not None else (), route.remaining)
            for stop in route.remaining[first:]:
                self._changes[stop.stop_id] = self._changes.get(stop.stop_id, 0) + 1

    def _note(self, moment: datetime) -> None:
        """Note what is said of every open door at that moment."""
        assert self._day is not None
        day = self._day
        while self._fixes and self._fixes[0].received_at <= moment:
            fix = self._fixes.popleft()
            known = (*self._positions.get(fix.vehicle_id, ()), fix)
            self._positions[fix.vehicle_id] = known[-POSITIONS_KEPT:]
        going = [r for r in day.routes.values() if any(s.kind in _DOORS for s in ahead_of(r))]
        if going:
            spoken = self._say(day, self._positions, moment)
            for route in going:
                for ahead, stop in enumerate(ahead_of(route), start=1):
                    told = spoken.stops.get(stop.stop_id)
                    if told is None or stop.kind not in _DOORS:
                        continue
                    change = self._changes.get(stop.stop_id, 0)
                    said = Said(moment, ahead, change, *told, spoken.model_id)
                    self._said.setdefault(stop.stop_id, []).append(said)
        self._until = moment
        self._next = self._after(day, moment)

    def _after(self, day: Day, moment: datetime) -> datetime:
        """Return the next moment; while all stand at the depot, nothing new is said until dawn."""
        later = moment + self._step
        routes = [r for r in day.routes.values() if r.stops]
        if routes and all(r.progress is Progress.AT_DEPOT for r in routes):
            first = min(r.depart_at for r in routes)
            return max(later, self._grid(first - self._step))
        return later

    def _grid(self, instant: datetime) -> datetime:
        """Return the first moment at or after an instant."""
        step = int(self._step.total_seconds())
        over = int(instant.timestamp()) % step
        whole = instant.replace(microsecond=0) - timedelta(seconds=over)
        return whole if whole == instant else whole + self._step


def ahead_of(route: RouteState) -> tuple[Stop, ...]:
    """Return the stops that are still to be reached, in order."""
    if route.progress is Progress.FINISHED:
        return ()
    return route.remaining[1:] if route.progress is Progress.AT_STOP else route.remaining


def _first_other(old: Sequence[Stop], new: Sequence[Stop]) -> int:
    """Return the place of the first stop to which another way leads."""
    pairs = zip(old, new, strict=False)
    same = (a.stop_id == b.stop_id and a.point == b.point for a, b in pairs)
    return next((i for i, kept in enumerate(same) if not kept), min(len(old), len(new)))
