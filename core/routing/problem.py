"""One neutral routing problem in whole seconds, metres, grams and thousandths of a cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.alternative import FIRST
from core.domain.ids import OrderId, VehicleId
from core.domain.place import Point
from core.domain.plan import Stop, StopKind
from core.routing.opening import Openings
from core.routing.pace import Pace
from core.routing.units import NEVER, Ints

HERE = -1
"""Node of a rest: wherever the vehicle is."""

NONE = -1
ELSEWHERE = -2
"""Pickup of goods that this vehicle cannot get at."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do at one node. Times count from the problem's base."""

    kind: StopKind | None
    """None: the end of a route."""
    node: int
    service_s: int
    opens_s: int = -NEVER
    closes_s: int = NEVER
    hard: bool = False
    """Whether a start after `closes_s` is forbidden; else it costs `late_mc`."""
    late_mc: int = 0
    load: tuple[int, int, int] = (0, 0, 0)
    gain: tuple[int, int, int] = (0, 0, 0)
    """What is collected here and comes to the depot."""
    needs: frozenset[str] = frozenset()
    prize_mc: int = NEVER
    """What it may cost to serve it; NEVER: whatever it costs."""
    release_s: int = -NEVER
    """When its goods stand at the depot, ready to load."""
    order_id: OrderId | None = None
    stop: Stop | None = None
    """The stop it stands for, where one exists already."""
    charge_m: int = 0
    """A charging stop: so many metres more."""
    trip: bool = False
    """A reload in a plan: what follows, up to the next one, is loaded here."""
    way: str = FIRST
    """In which of its ways an order is served here."""
    way_mc: int = 0
    """What serving it in that way costs."""
    instead_of: int = NONE
    """The first task of the same order: at most one of them all is served."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a driver may still drive and work, in seconds; NEVER where nothing says so."""

    driving_s: int = NEVER
    on_end_s: int = NEVER
    """At the wheel without a rest between."""
    since_rest_s: int = 0
    """Driven already since the last one."""
    duty_s: int = NEVER
    """From `ready_s`, or from when the first order makes it worth leaving."""
    may_leave_later: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One vehicle with its driver, from where it is free."""

    vehicle_id: VehicleId
    start_node: int
    end_task: int
    ready_s: int
    latest_return_s: int
    capacity: tuple[int, int, int]
    features: frozenset[str]
    metre_mc: int
    on_board: tuple[int, int, int] = (0, 0, 0)
    """What it carries when free, if it has left the depot."""
    brings_back: tuple[int, int, int] = (0, 0, 0)
    """As much of that was collected and is put off at the depot."""
    departed: bool = False
    range_m: int = NEVER
    """How far it goes from where it is free."""
    full_m: int = NEVER
    """How far it goes with a full battery."""
    charges: tuple[int, ...] = ()
    """Tasks of charging stops that it may make."""
    rest: int = NONE
    """Task of the rest that is still owed and may be placed anywhere after the frozen part."""
    rest_over_s: int = 0
    """How late the rest is in the present route; a change may not make it worse."""
    frozen: tuple[int, ...] = ()
    sequence: tuple[int, ...] = ()
    """Present order of what may be moved, without the rest."""
    standing: Stop | None = None
    """The stop where the driver stands; over at `ready_s`."""
    base_revision: int = 0
    down: bool = False
    second_mc: int = 0
    """What a second of the vehicle costs, the driver's apart."""
    fixed_mc: int = 0
    """What it costs to use a vehicle that nobody uses yet."""
    loads_s: int = NEVER
    """When it begins to load; what is released later does not come along. NEVER: nobody asks."""
    limits: Limits | None = None
    """Of driving and duty; None: none."""
    begun_s: int = -NEVER
    """When its driver's working time began; -NEVER: with the departure that is still ahead."""
    trip: int = NONE
    """Task of a reload in a plan, for a vehicle that may come back for a second load."""


@dataclass(frozen=True, slots=True)
class Even:
    """What a minute of working longer than the others costs."""

    minute_mc: int
    spread_s: int
    """So much beyond the mean costs nothing."""
    mean_s: int | None = None
    """Of the present routes; None: of a plan that is yet to be made."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything a search needs; made by `build`."""

    base: datetime
    points: tuple[Point, ...]
    seconds: Ints
    metres: Ints
    tasks: tuple[Task, ...]
    slots: tuple[Slot, ...]
    pickup: Ints
    """(slots, tasks): the task that brings the goods on board, NONE or ELSEWHERE."""
    driver_mc_per_s: int
    stray_mc: Mapping[int, int] = field(default_factory=dict[int, int])
    openings: Openings | None = None
    """Hours of doors and zones; None when nobody has any."""
    pace: Pace | None = None
    """By how much legs take longer at their own hour; None: as long at all hours."""
    toll_mc: Ints | None = None
    """(slots, tasks): what it costs that a stop lies outside its driver's own territory."""
    even: Even | None = None

    node: Ints = field(init=False)
    service: Ints = field(init=False)
    opens: Ints = field(init=False)
    closes: Ints = field(init=False)
    hard: NDArray[np.bool_] = field(init=False)
    late_mc: Ints = field(init=False)
    release: Ints = field(init=False)
    load: Ints = field(init=False)
    gain: Ints = field(init=False)
    unloads: NDArray[np.bool_] = field(init=False)
    """Where returns are put off: at the depot."""
    gathers: bool = field(init=False)
    """Whether anything comes to the depot at all."""
    is_trip: NDArray[np.bool_] = field(init=False)
    is_rest: NDArray[np.bool_] = field(init=False)
    charge_m: Ints = field(init=False)
    is_order: NDArray[np.bool_] = field(init=False)
    way_mc: Ints = field(init=False)
    prices_ways: bool = field(init=False)
    """Whether any way of serving an order costs something."""
    ways: Mapping[int, tuple[int, ...]] = field(init=False)
    """The tasks of an order by its first, for orders that may be served in several ways."""

    def __post_init__(self) -> None:
        def fill(name: str, values: Sequence[object], dtype: type) -> None:
            object.__setattr__(self, name, np.array(values, dtype=dtype))

        known = self.toll_mc
        if known is not None and known.shape[1] < len(self.tasks):
            # Tasks that were added since are somebody's own affair: a meeting, a reload.
            more = np.zeros((len(known), len(self.tasks) - known.shape[1]), dtype=np.int64)
            object.__setattr__(self, "toll_mc", np.concatenate([known, more], axis=1))
        fill("node", [t.node for t in self.tasks], np.int64)
        fill("service", [t.service_s for t in self.tasks], np.int64)
        fill("opens", [t.opens_s for t in self.tasks], np.int64)
        fill("closes", [t.closes_s for t in self.tasks], np.int64)
        fill("hard", [t.hard for t in self.tasks], np.bool_)
        fill("late_mc", [t.late_mc for t in self.tasks], np.int64)
        fill("release", [t.release_s for t in self.tasks], np.int64)
        fill("load", [t.load for t in self.tasks], np.int64)
        fill("gain", [t.gain for t in self.tasks], np.int64)
        fill("unloads", [t.kind is StopKind.RELOAD for t in self.tasks], np.bool_)
        back = any(any(s.brings_back) for s in self.slots)
        object.__setattr__(self, "gathers", back or any(any(t.gain) for t in self.tasks))
        fill("is_trip", [t.trip for t in self.tasks], np.bool_)
        fill("charge_m", [t.charge_m for t in self.tasks], np.int64)
        fill("is_order", [t.order_id is not None for t in self.tasks], np.bool_)
        fill("is_rest", [t.kind is StopKind.REST for t in self.tasks], np.bool_)
        fill("way_mc", [t.way_mc for t in self.tasks], np.int64)
        object.__setattr__(self, "prices_ways", bool(self.way_mc.any()))
        ways: dict[int, tuple[int, ...]] = {}
        for number, task in enumerate(self.tasks):
            if task.instead_of != NONE and task.order_id is not None:
                ways[task.instead_of] = (*ways.get(task.instead_of, (task.instead_of,)), number)
        object.__setattr__(self, "ways", ways)

    def instant(self, seconds: int) -> datetime:
        return self.base + timedelta(seconds=seconds)

    def slot_of(self, vehicle_id: VehicleId) -> int:
        """Return the index of that vehicle's slot; ValueError when it is not part."""
        return [s.vehicle_id for s in self.slots].index(vehicle_id)

    @property
    def has_ways(self) -> bool:
        """Whether any order may be served in several ways."""
        return bool(self.ways)

    @property
    def owed(self) -> tuple[int, ...]:
        """The visits that serve orders, the first of each."""
        return tuple(
            i for i, t in enumerate(self.tasks) if t.order_id is not None and t.instead_of == NONE
        )

    def first(self, task: int) -> int:
        """Return the task that stands for all ways of the order that a task serves."""
        return task if self.tasks[task].instead_of == NONE else self.tasks[task].instead_of

    def ways_of(self, task: int) -> tuple[int, ...]:
        """Return the tasks by which the order of a first task may be served, that one first."""
        return self.ways.get(task, (task,))

    def task_of(self, order_id: OrderId) -> int:
        """Return the first visit that serves that order; ValueError when it is not part."""
        return [t.order_id for t in self.tasks].index(order_id)

    def optional(self, task: int) -> bool:
        """Return whether a task may stay out where it costs more than it is worth."""
        return self.tasks[task].prize_mc < NEVER

    def second_price_mc(self, slot: int) -> int:
        """Return what a second of a vehicle under way costs, with its driver."""
        return self.driver_mc_per_s + self.slots[slot].second_mc

    def fits_features(self, slot: int, task: int) -> bool:
        return self.tasks[task].needs <= self.slots[slot].features and self.released_for(slot, task)

    def released_for(self, slot: int, task: int) -> bool:
        """Return whether a task's goods are ready for any load of that vehicle."""
        who = self.slots[slot]
        return self.tasks[task].release_s <= who.loads_s or who.departed or who.trip != NONE


Sequences = tuple[tuple[int, ...], ...]
"""For each slot the movable tasks in order, rest and frozen part left out."""
