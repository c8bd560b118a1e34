"""Our own search behind our problem: the rest of a day, begun from the present routes.

The compiled part is imported at the first search, so that nobody else waits for the compiler.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.context import key_seed
from core.routing.cost import lateness_mc
from core.routing.midday.model import (
    AT_START,
    CUSTOMER,
    ELSEWHERE,
    FAR,
    FETCH,
    FIXED,
    I32,
    I64,
    LEAST,
    LEAST_LOST,
    ON_BOARD,
    PLACE,
    REST,
    ROUND,
    VEHICLE,
    Model,
    Records,
    Routes,
    empty_routes,
)
from core.routing.problem import ELSEWHERE as NOWHERE
from core.routing.problem import NONE, Problem, Sequences
from core.routing.walk import of_slot, tasks_of_row

NAME = "ruin-and-recreate-midday-1"

HOT, COLD = 1.0, 0.01
"""Temperatures as shares of what it costs on average to drive to a stop."""
_SWAP = 3.0
_MEAN_OUT, _LONGEST = 8.0, 8.0
_NEAR = 250
_KEPT = 1000
"""What a stop that has its place weighs against one that has to find one."""


@dataclass(frozen=True)
class Numbered:
    """A problem in the search's numbers."""

    problem: Problem
    model: Model
    tasks: tuple[int, ...]
    """The task of each place."""
    frozen_mc: int
    """What the frozen parts cost."""

    def routes(self, rows: Sequences) -> Routes:
        """Return rows of tasks, rests among them, as routes; their times are not worked out yet."""
        number = {t: i for i, t in enumerate(self.tasks)}
        count = len(self.tasks)
        spread = 3 * count // len(rows) + 40
        width = min(count, max(spread, max(len(r) for r in rows) + 40)) + 8
        made = empty_routes(self.model, width)
        for r, row in enumerate(rows):
            made.stop["place"][r, 1 : len(row) + 1] = [number[t] for t in row]
            made.route["size"][r] = len(row)
        return made


class MiddaySearch:
    """A search from the present routes that goes on where it stopped.

    Same problem, price, seed and slices give the same rows. The best rows break no limit that the
    present ones hold, and never leave out or cost more than inserting the orphans does.
    """

    def __init__(
        self,
        problem: Problem,
        orphans: Sequence[int],
        moved_mc: int = 0,
        *,
        seed: int,
        drop_alike: bool = False,
    ) -> None:
        """`drop_alike`: a stop that has its place may make room for one that has none."""
        from core.routing.midday.search import begin, insert

        self.known = numbered(problem, orphans, moved_mc, kept=1 if drop_alike else _KEPT)
        rows = tuple(_with_rest(problem, s, slot.sequence) for s, slot in enumerate(problem.slots))
        self._routes = self.known.routes(rows)
        self._best = self.blank()
        self._rng = np.array([key_seed(seed, "midday")], np.uint64)
        self.held = begin(self.known.model, self._routes, self._best) == 0
        """Whether the present routes hold every limit: only then there is anything to search."""
        insert(self.known.model, self._routes, self._best)
        self._unit = _drive_mc(self.known.model, self._routes)

    def run(self, rounds: int, since: float, until: float) -> None:
        """Search for so many rounds, which lead from one share of the whole search to another."""
        from core.routing.midday.search import search

        if not self.held or self.known.model.customers == 0:
            return
        fall = COLD / HOT
        hot, cold = (HOT * self._unit * fall**share for share in (since, until))
        swap = _SWAP * self._unit
        table = (self.known.model, self._routes, self._rng)
        search(*table, rounds, hot, cold, swap, _MEAN_OUT, _LONGEST, self._best)

    def blank(self) -> I32:
        """Return room for the best rows."""
        shape: tuple[int, int] = self._routes.stop.shape
        return np.zeros(shape, np.int32)

    @property
    def cost_mc(self) -> int:
        """Return what the best rows so far cost, moved stops included."""
        return int(self._routes.tally[LEAST]) + self.known.frozen_mc

    @property
    def lost(self) -> int:
        """Return the prizes of the orders that the best rows so far leave out."""
        return int(self._routes.tally[LEAST_LOST])

    @property
    def rounds(self) -> int:
        return int(self._routes.tally[ROUND])

    def stops(self) -> Sequences:
        """Return the best rows so far: movable tasks in order, each rest where it was put."""
        sizes, tasks = self._best[:, 0], self.known.tasks
        return tuple(
            tuple(tasks[int(p)] for p in row[1 : int(size) + 1])
            for size, row in zip(sizes, self._best, strict=True)
        )

    def rows(self) -> Sequences:
        """Return the same without rests; whoever walks them puts each where it is best."""
        rests = {slot.rest for slot in self.known.problem.slots}
        return tuple(tuple(t for t in row if t not in rests) for row in self.stops())

    def left(self) -> tuple[int, ...]:
        """Return the tasks of the orders that the best rows so far leave out."""
        served = {t for row in self.rows() for t in row}
        return tuple(t for t in self.known.tasks[: self.known.model.customers] if t not in served)


def warm_up() -> None:
    """Compile, or read back what was compiled before."""
    from core.routing.midday.search import ready

    ready()


def numbered(
    problem: Problem, orphans: Sequence[int], moved_mc: int = 0, *, kept: int = _KEPT
) -> Numbered:
    """Return the search's view of a problem; `orphans` are tasks that no route has to keep."""
    slots = problem.slots
    frozen = {t for s in slots for t in s.frozen}
    customers = [i for i, t in enumerate(problem.tasks) if t.order_id is not None]
    customers = [t for t in customers if t not in frozen]
    own = [_extras(problem, s, customers) for s in range(len(slots))]
    tasks = (*customers, *(t for extras in own for t in extras))
    number = {t: i for i, t in enumerate(tasks)}
    place = np.zeros(len(tasks), PLACE)
    free = frozenset(orphans)
    home = {t: (s, i) for s, x in enumerate(slots) for i, t in enumerate(x.sequence)}
    for i, t in enumerate(tasks):
        _fill(problem, place[i], t, CUSTOMER if i < len(customers) else FIXED)
        place["home"][i], place["rank"][i] = home.get(t, NOT_HOME) if t not in free else NOT_HOME
        place["prize"][i] = 1 if t in free or t not in home else kept
    vehicle = np.zeros(len(slots), VEHICLE)
    at, frozen_mc = len(customers), 0
    for s, extras in enumerate(own):
        frozen_mc += _free_at(problem, s, vehicle[s])
        vehicle["extras"][s], vehicle["extras_end"][s] = at, at + len(extras)
        at += len(extras)
        for t in extras:
            fetches = bool((problem.pickup[s, customers] == t).any())
            place["kind"][number[t]] = FETCH if fetches else FIXED
        if slots[s].rest != NONE:
            rest = place[number[slots[s].rest]]
            rest["kind"] = REST
            rest["closes"] = problem.tasks[slots[s].rest].closes_s + slots[s].rest_over_s
    seconds = np.minimum(problem.seconds, FAR // 64).astype(np.int32)
    metres = seconds
    if problem.metres is not problem.seconds:
        metres = np.minimum(problem.metres, FAR // 64).astype(np.int32)
    seconds_to = np.ascontiguousarray(seconds.T)
    metres_to = seconds_to if metres is seconds else np.ascontiguousarray(metres.T)
    source = _sources(problem, customers, number, home)
    model = Model(
        len(customers),
        moved_mc,
        place,
        vehicle,
        seconds,
        seconds_to,
        metres,
        metres_to,
        source,
        _near(problem, customers),
        _ranks(place[: len(customers)], source),
    )
    return Numbered(problem, model, tasks, frozen_mc)


def takes(problem: Problem) -> bool:
    """Return whether the search knows everything that the problem asks.

    Hours of doors and zones, limits of driving, what it costs to use a vehicle at all, territories,
    uneven work, charging and orders that may wait are not among it; whoever searches such a day
    here has to walk the rows that come out.
    """
    plain = all(s.limits is None and s.fixed_mc == 0 and s.trip == NONE for s in problem.slots)
    optional = any(problem.optional(t) for t in range(len(problem.tasks)))
    unpriced = problem.toll_mc is None and problem.even is None
    charging = any(s.charges for s in problem.slots) or bool(problem.charge_m.any())
    return plain and problem.openings is None and unpriced and not optional and not charging


NOT_HOME = (-1, -1)


def _extras(problem: Problem, slot: int, customers: Sequence[int]) -> list[int]:
    """Return what is a vehicle's own: its rest, where it may fetch goods, other stops of its."""
    who = problem.slots[slot]
    sources = {int(t) for t in problem.pickup[slot, customers] if t >= 0} - set(who.frozen)
    others = {t for t in who.sequence if problem.tasks[t].order_id is None} - sources
    rest = [who.rest] if who.rest != NONE else []
    return [*rest, *sorted(sources), *sorted(others)]


def _fill(problem: Problem, place: Records, number: int, kind: int) -> None:
    task = problem.tasks[number]
    name = key_seed(0, "midday", number) >> 2
    closes = min(task.closes_s, FAR)
    place["node"], place["service"], place["kind"] = task.node, task.service_s, kind
    place["opens"] = max(task.opens_s, -FAR)
    place["closes"], place["promise"] = closes if task.hard else FAR, closes
    place["late_mc"], place["name"] = task.late_mc, name
    place["load_0"], place["load_1"], place["load_2"] = task.load


def _free_at(problem: Problem, slot: int, vehicle: Records) -> int:
    """Say where and when a vehicle is free behind its frozen part; return what that part costs."""
    who = problem.slots[slot]
    clock, at, metres, late = who.ready_s, who.start_node, 0, 0
    on = np.array(who.on_board, dtype=np.int64)
    for t in who.frozen:
        task = problem.tasks[t]
        to = at if task.node < 0 else task.node
        metres += int(problem.metres[at, to])
        clock = max(clock + int(problem.seconds[at, to]), task.opens_s)
        over, price = np.array([clock - task.closes_s]), np.array([task.late_mc])
        late += int(lateness_mc(over, price)[0])
        clock, at = clock + task.service_s, to
        if who.departed and int(problem.pickup[slot, t]) == NONE:
            on -= np.array(task.load)
    vehicle["start"], vehicle["end"] = at, problem.tasks[who.end_task].node
    vehicle["ready"], vehicle["latest"] = clock, min(who.latest_return_s, FAR)
    vehicle["room_0"], vehicle["room_1"], vehicle["room_2"] = who.capacity
    vehicle["on_0"], vehicle["on_1"], vehicle["on_2"] = on.tolist()
    vehicle["range_m"] = min(who.range_m - metres, FAR)
    second_mc = problem.second_price_mc(slot)
    vehicle["second_mc"], vehicle["metre_mc"] = second_mc, who.metre_mc
    return (clock - who.ready_s) * second_mc + metres * who.metre_mc + late


def _sources(
    problem: Problem,
    customers: Sequence[int],
    number: dict[int, int],
    home: dict[int, tuple[int, int]],
) -> I32:
    """Return where each vehicle gets each customer's goods."""
    table = np.full((len(customers), len(problem.slots)), ELSEWHERE, np.int32)
    for s, slot in enumerate(problem.slots):
        loaded = ON_BOARD if slot.departed else AT_START
        for c, t in enumerate(customers):
            pickup = int(problem.pickup[s, t])
            fits = problem.fits_features(s, t) or home.get(t, NOT_HOME)[0] == s
            if pickup == NOWHERE or not fits:
                continue
            if pickup == NONE:
                table[c, s] = loaded
            else:
                table[c, s] = AT_START if pickup in slot.frozen else number[pickup]
    return table


def _near(problem: Problem, customers: Sequence[int]) -> I32:
    nodes = problem.node[list(customers)]
    there_and_back: I64 = problem.seconds[np.ix_(nodes, nodes)]
    there_and_back = there_and_back + there_and_back.T
    np.fill_diagonal(there_and_back, -1)
    return np.argsort(there_and_back, axis=1, kind="stable")[:, :_NEAR].astype(np.int32)


def _ranks(place: Records, source: I32) -> I64:
    """Return what to sort by when customers go in, lowest first; some are drawn more often."""
    opens: I64 = place["opens"].astype(np.int64)
    closes: I64 = np.minimum(place["closes"], place["promise"]).astype(np.int64)
    width, none = closes - opens, np.zeros(len(place), np.int64)
    bulk: I64 = -(place["load_0"] + place["load_1"] + place["load_2"]).astype(np.int64)
    scarce: I64 = (source != ELSEWHERE).sum(axis=1, dtype=np.int64) * FAR + width
    service: I64 = -place["service"].astype(np.int64)
    return np.stack([none, none, none, width, width, opens, closes, -closes, scarce, bulk, service])


def _with_rest(problem: Problem, slot: int, row: Sequence[int]) -> tuple[int, ...]:
    """Return the row with its rest where it is best taken."""
    if problem.slots[slot].rest == NONE:
        return tuple(row)
    tasks = tasks_of_row(problem, of_slot(problem, slot, [row]), 0)
    return tasks[len(problem.slots[slot].frozen) :]


def _drive_mc(model: Model, routes: Routes) -> float:
    """Return what it costs on average to drive to a stop."""
    sizes: I64 = routes.route["size"]
    column: I64 = np.arange(routes.stop.shape[1], dtype=np.int64)[None, :]
    legs = routes.cargo["leg_s"] * model.vehicle["second_mc"][:, None]
    legs = legs + routes.stop["leg_m"] * model.vehicle["metre_mc"][:, None]
    total = float(np.where(column <= sizes[:, None], legs, 0).sum())
    return max(1.0, total / max(1, int(sizes.sum())))


__all__ = ["MiddaySearch", "Numbered", "numbered", "takes", "warm_up"]
