"""Collects the points and tasks of a problem while it is made."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.domain.day import GoodsAt, OrderState
from core.domain.fleet import Driver
from core.domain.order import Load, Pickup
from core.domain.place import Point
from core.domain.plan import StopKind
from core.domain.time import seconds_between
from core.routing.problem import HERE, NEVER, NONE, Task

NOTHING = (0, 0, 0)


def as_load(load: Load) -> tuple[int, int, int]:
    return (load.parcels, load.weight_g, load.volume_ml)


@dataclass
class Draft:
    """Collects points and tasks while a problem is made."""

    base: datetime
    points: dict[Point, int] = field(default_factory=dict[Point, int])
    tasks: list[Task] = field(default_factory=list[Task])

    def node(self, point: Point) -> int:
        return self.points.setdefault(point, len(self.points))

    def seconds(self, instant: datetime) -> int:
        return seconds_between(self.base, instant)

    def add(self, task: Task) -> int:
        self.tasks.append(task)
        return len(self.tasks) - 1

    def opens_later(self, task: int, opens_s: int) -> None:
        """Let a task begin no sooner than that."""
        held = self.tasks[task]
        self.tasks[task] = replace(held, opens_s=max(held.opens_s, opens_s))

    def end(self, point: Point) -> int:
        return self.add(Task(None, self.node(point), 0))

    def rest(self, driver: Driver, *, hard: bool) -> int:
        if driver.rest is None:
            return NONE
        closes = driver.rest.window.closes - timedelta(seconds=driver.rest.duration_s)
        return self.add(
            Task(
                StopKind.REST,
                HERE,
                driver.rest.duration_s,
                self.seconds(driver.rest.window.opens),
                self.seconds(closes),
                hard=hard,
            )
        )

    def delivery(
        self, state: OrderState, point: Point, price_mc: int, *, hard: bool, floor_s: int = -NEVER
    ) -> int:
        """Add the visit that serves an order: its delivery, or its collection for a return."""
        prize, load = state.order.prize_cents, as_load(state.order.load)
        returns = state.order.returns
        release_at = state.order.release_at if state.goods is GoodsAt.DEPOT else None
        return self.add(
            Task(
                StopKind.COLLECT if returns else StopKind.DELIVER,
                self.node(point),
                state.order.service_s,
                max(floor_s, self.seconds(state.promise.opens)),
                self.seconds(state.promise.closes),
                hard=hard,
                late_mc=0 if hard else price_mc,
                load=NOTHING if returns else load,
                gain=load if returns else NOTHING,
                needs=state.order.needs,
                prize_mc=NEVER if prize is None else prize * 1000,
                release_s=-NEVER if release_at is None else self.seconds(release_at),
                order_id=state.order.order_id,
                way=state.order.way,
                way_mc=state.order.way_cents * 1000,
            )
        )

    def pickup(self, pickup: Pickup, price_mc: int, *, hard: bool, floor_s: int = -NEVER) -> int:
        """Add the collection of goods that then go to another door."""
        return self.add(
            Task(
                StopKind.COLLECT,
                self.node(pickup.point),
                pickup.service_s,
                max(floor_s, self.seconds(pickup.window.opens)),
                self.seconds(pickup.window.closes),
                hard=hard,
                late_mc=0 if hard else price_mc,
            )
        )
