"""Days in progress made from real road times: a plan under way, and something that upsets it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Literal

import numpy as np

from core.context import keyed_rng
from core.domain.ids import OrderId, VehicleId
from core.domain.place import Point
from core.domain.plan import StopKind
from core.errors import Refused
from core.routing.engine_midday import MiddaySearch
from core.routing.problem import ELSEWHERE, NEVER, NONE, Ints, Problem, Sequences, Slot, Task
from core.routing.public.read import read
from core.routing.walk import of_slot
from evals.bench.repair_changes import CHANGES, Change, Drawn, changed

Kind = Literal["visits", "parcels 0 %", "parcels 50 %", "parcels 100 %"]
KINDS: tuple[Kind, ...] = ("visits", "parcels 0 %", "parcels 50 %", "parcels 100 %")
_SHARE_PCT = {"parcels 0 %": 0, "parcels 50 %": 50, "parcels 100 %": 100}

VEHICLES, STOPS, SPARE = 20, 400, 10
"""Of a whole case; `SPARE` more places are kept for orders that come in."""
_BASE = datetime(2026, 1, 6, 10, 0, tzinfo=UTC)
_WINDOWED_PCT, _SKILLED_PCT, _ABLE_PCT = 40, 10, 30
_SKILLS = ("lift", "cold")
_LOADING_S = 600
_READY_S = 1800
_SLACK_S = (1800, 5400)
_MOST_STOPS_PCT = 110
"""Of the mean: so that no vehicle has all the work."""
_ROUNDS = (12_000, 40_000)
"""Of the search that makes the plan: before windows are promised, and with them."""


@dataclass(frozen=True)
class Case:
    """One day in progress, right after something happened."""

    number: int
    file: str
    kind: Kind
    change: Change
    problem: Problem
    """Costs are driving seconds; what has no place any more is in no sequence."""
    orphans: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.number}: {self.kind}, {self.change}"


def files(data: Path, least: int = VEHICLES + STOPS + SPARE) -> tuple[Path, ...]:
    """Return the files with enough customers in a data folder, or in its routing/ortec."""
    folders = (data, data / "ortec", data / "routing" / "ortec")
    found = sorted(p for folder in folders for p in folder.glob("ORTEC*.txt"))
    big = tuple(p for p in found if int(p.name.split("-n")[1].split("-")[0]) >= least)
    if not big:
        raise Refused(f"{data} holds no ORTEC file of at least {least} customers")
    return big


def a_case(
    paths: Sequence[Path], number: int, seed: int, *, vehicles: int = VEHICLES, stops: int = STOPS
) -> Case:
    """Make one case; kinds and changes take turns. Same files, number and seed: the same case."""
    rng = keyed_rng(seed, "bench-repair", number)
    kind, change = turn(number)
    path = rng.choice(list(paths))
    instance = read(path, "ortec")
    chosen = rng.sample(range(1, instance.size), vehicles + stops + SPARE)
    nodes = [0, *chosen]
    seconds: Ints = np.ascontiguousarray(instance.cost[np.ix_(nodes, nodes)]).astype(np.int64)
    np.fill_diagonal(seconds, 0)
    rough = _rough(seconds, rng, kind, vehicles, stops)
    plan = _searched(rough, _ROUNDS[0] * stops // STOPS, number)
    promised, aboard = _promised(rough, plan, rng, kind)
    rows = _searched(promised, _ROUNDS[1] * stops // STOPS, number, present=True)
    present = _under_way(promised, rows)
    spare = tuple(range(1 + vehicles + stops, len(nodes)))
    drawn = Drawn(present, aboard, spare, parcels=kind != "visits")
    problem, orphans = changed(drawn, change, rng)
    return Case(number, path.name, kind, change, problem, orphans)


def turn(number: int) -> tuple[Kind, Change]:
    """Return the kind and the change whose turn it is.

    In twenty cases every change meets two kinds, in forty all four: sixty hold each change six
    times and each kind fifteen times.
    """
    half = len(CHANGES) // 2
    kind, place = number % len(KINDS), number // len(KINDS) % len(CHANGES)
    other = (kind + place // half) % 2
    return KINDS[kind], CHANGES[2 * (place % half) + other]


def _rough(seconds: Ints, rng: random.Random, kind: Kind, vehicles: int, stops: int) -> Problem:
    """Return the problem before anybody was promised a window: every vehicle at its own place."""
    service = (300, 900) if kind == "visits" else (60, 240)
    tasks: list[Task] = []
    for i in range(stops):
        skilled = rng.randrange(100) < _SKILLED_PCT
        tasks.append(
            Task(
                StopKind.DELIVER,
                1 + vehicles + i,
                rng.randrange(*service),
                opens_s=0,
                hard=True,
                load=(0 if kind == "visits" else rng.randrange(1, 10), 1, 0),
                needs=frozenset({rng.choice(_SKILLS)}) if skilled else frozenset(),
                order_id=OrderId(f"o{i:03}"),
            )
        )
    total = sum(t.load[0] for t in tasks)
    room = ceil(1.3 * total / vehicles) + 10 if total else 0
    most = ceil(stops * _MOST_STOPS_PCT / 100 / vehicles)
    slots: list[Slot] = []
    for v in range(vehicles):
        skills = {s for s in _SKILLS if rng.randrange(100) < _ABLE_PCT or v < 2}
        tasks.append(Task(None, 0, 0))
        slots.append(
            Slot(
                vehicle_id=VehicleId(f"V{v:02}"),
                start_node=1 + v,
                end_task=len(tasks) - 1,
                ready_s=rng.randrange(_READY_S),
                latest_return_s=_long_enough(seconds, tasks, vehicles),
                capacity=(room, most, 0),
                features=frozenset(skills),
                metre_mc=1,
                departed=False,
            )
        )
    pickup = np.full((vehicles, len(tasks)), NONE, dtype=np.int64)
    points = tuple(Point(0, 1000 * i) for i in range(len(seconds)))
    return Problem(_BASE, points, seconds, seconds, tuple(tasks), tuple(slots), pickup, 0)


def _long_enough(seconds: Ints, tasks: Sequence[Task], vehicles: int) -> int:
    """Return a time by which vehicles that share the work can be back.

    A stop costs about as much driving as the way to its fourth neighbour.
    """
    stops = [t.node for t in tasks if t.order_id is not None]
    near = np.sort(seconds[np.ix_(stops, stops)], axis=1)[:, min(4, len(stops) - 1)]
    work = int(near.sum()) + sum(t.service_s for t in tasks)
    return _READY_S + 2 * int(seconds[0].mean()) + 13 * work // (10 * vehicles)


def _searched(problem: Problem, rounds: int, seed: int, *, present: bool = False) -> Sequences:
    """Return rows from our own search; `present`: from the sequences that the slots have."""
    every = [i for i, t in enumerate(problem.tasks) if t.order_id is not None]
    search = MiddaySearch(problem, () if present else every, seed=seed)
    search.run(rounds, 0.0, 1.0)
    return search.rows()


def _under_way(problem: Problem, rows: Sequences) -> Problem:
    """Return the problem with its plan; from now on no vehicle has a most number of stops."""
    slots = tuple(
        replace(
            slot,
            sequence=row,
            capacity=(slot.capacity[0], 0, 0),
            departed=True,
        )
        for slot, row in zip(problem.slots, rows, strict=True)
    )
    tasks = tuple(replace(t, load=(t.load[0], 0, 0)) for t in problem.tasks)
    return replace(problem, tasks=tasks, slots=slots)


def _promised(
    rough: Problem, plan: Sequences, rng: random.Random, kind: Kind
) -> tuple[Problem, frozenset[int]]:
    """Return the problem with promises around the planned times, and which goods are on board.

    What the rough plan left out is in nobody's plan and no part of the day.
    """
    tasks, slots = list(rough.tasks), list[Slot]()
    aboard: dict[int, int] = {}
    reloads: dict[int, int] = {}
    for s, row in enumerate(plan):
        first = len(row) if kind == "visits" else len(row) * _SHARE_PCT[kind] // 100
        bound = row[:first] if kind != "visits" else ()
        aboard |= dict.fromkeys(bound, s)
        sequence = row
        if kind != "visits":
            tasks.append(Task(StopKind.RELOAD, 0, _LOADING_S))
            reloads[s] = len(tasks) - 1
            if first < len(row):
                sequence = (*row[:first], reloads[s], *row[first:])
        on = sum(tasks[t].load[0] for t in row[:first])
        old = rough.slots[s]
        # What is on board stays; of the rest a vehicle takes no more than makes up its share.
        share = (old.capacity[0], old.capacity[1] - len(bound), 0)
        away = kind != "visits"
        slots.append(
            replace(old, sequence=sequence, on_board=(on, 0, 0), capacity=share, departed=away)
        )
    planned = {t for row in plan for t in row}
    tasks = [
        replace(
            t,
            load=(t.load[0], 0 if i in aboard else t.load[1], 0),
            order_id=t.order_id if i in planned else None,
        )
        for i, t in enumerate(tasks)
    ]
    pickup = np.full((len(slots), len(tasks)), NONE, dtype=np.int64)
    for s in range(len(slots)):
        for t in planned if kind != "visits" else ():
            pickup[s, t] = (
                reloads[s] if t not in aboard else (NONE if aboard[t] == s else ELSEWHERE)
            )
    problem = replace(rough, tasks=tuple(tasks), slots=tuple(slots), pickup=pickup)
    for s, slot in enumerate(slots):
        walked = of_slot(
            replace(problem, slots=tuple(replace(x, latest_return_s=NEVER) for x in slots)),
            s,
            [slot.sequence],
        )
        for column, t in enumerate(slot.sequence):
            if tasks[t].order_id is not None and rng.randrange(100) < _WINDOWED_PCT:
                wide = rng.randrange(3600, 7200)
                opens = max(0, int(walked.start[0, column]) - rng.randrange(wide))
                tasks[t] = replace(tasks[t], opens_s=opens, closes_s=opens + wide)
        back = int(walked.end_s[0]) + rng.randrange(*_SLACK_S)
        slots[s] = replace(slot, latest_return_s=back)
    return replace(problem, tasks=tuple(tasks), slots=tuple(slots)), frozenset(aboard)
