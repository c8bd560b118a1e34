"""What the mid-day search knows of a problem: nobody adds a rule that it silently passes over."""

from dataclasses import fields, replace

import numpy as np
import pytest

from core.domain.plan import StopKind
from core.routing.engine_midday import takes
from core.routing.opening import openings
from core.routing.pace import Pace
from core.routing.problem import NEVER, Even, Limits, Problem, Slot, Task
from tests.routing.test_midday import a_problem

HELD = "the search holds it"
REFUSED = "a day that uses it is not searched here"
NO_MATTER = "it says nothing about which rows hold or what they cost"

TASK = {
    "kind": HELD,
    "node": HELD,
    "service_s": HELD,
    "opens_s": HELD,
    "closes_s": HELD,
    "hard": HELD,
    "late_mc": HELD,
    "load": HELD,
    "gain": REFUSED,
    "needs": HELD,
    "prize_mc": REFUSED,
    "release_s": HELD,  # as `Problem.fits_features` has it: who has left, or loads later, may serve
    "order_id": HELD,
    "stop": NO_MATTER,
    "charge_m": REFUSED,
    "trip": REFUSED,
    "way": NO_MATTER,
    "way_mc": REFUSED,
    "instead_of": REFUSED,
}
SLOT = {
    "vehicle_id": NO_MATTER,
    "start_node": HELD,
    "end_task": HELD,
    "ready_s": HELD,
    "latest_return_s": HELD,
    "capacity": HELD,
    "features": HELD,
    "metre_mc": HELD,
    "on_board": HELD,
    "brings_back": REFUSED,
    "departed": HELD,
    "range_m": HELD,
    "full_m": NO_MATTER,  # of charging alone
    "charges": REFUSED,
    "rest": HELD,
    "rest_over_s": HELD,
    "frozen": HELD,
    "sequence": HELD,
    "standing": NO_MATTER,
    "base_revision": NO_MATTER,
    "down": NO_MATTER,  # whoever builds the problem leaves a vehicle out that can't go on
    "second_mc": HELD,
    "fixed_mc": REFUSED,
    "loads_s": HELD,  # with `release_s`
    "limits": REFUSED,
    "begun_s": NO_MATTER,  # read for `even` alone
    "trip": REFUSED,
}
PROBLEM = {
    "base": NO_MATTER,
    "points": NO_MATTER,
    "seconds": HELD,
    "metres": HELD,
    "tasks": HELD,
    "slots": HELD,
    "pickup": HELD,
    "driver_mc_per_s": HELD,
    "stray_mc": NO_MATTER,  # of the ways, not of the rows: nobody reads it
    "openings": REFUSED,
    "pace": REFUSED,
    "toll_mc": REFUSED,
    "even": REFUSED,
}


@pytest.mark.parametrize(
    ("kind", "decided"), [(Task, TASK), (Slot, SLOT), (Problem, PROBLEM)], ids=lambda x: str(x)[:40]
)
def test_every_field_of_a_problem_is_decided_about(kind: type, decided: dict[str, str]):
    """A new field stands here with what the search does about it, or `takes` refuses it."""
    given = {f.name for f in fields(kind) if f.init}
    assert given == set(decided)
    assert set(decided.values()) <= {HELD, REFUSED, NO_MATTER}


def with_slot(problem: Problem, **what: object) -> Problem:
    first, *others = problem.slots
    return replace(problem, slots=(replace(first, **what), *others))  # pyright: ignore[reportArgumentType]


def with_task(problem: Problem, number: int, **what: object) -> Problem:
    tasks = list(problem.tasks)
    tasks[number] = replace(tasks[number], **what)  # pyright: ignore[reportArgumentType]
    return replace(problem, tasks=tuple(tasks))


def test_a_plain_day_is_taken():
    assert takes(a_problem(1))


def test_what_is_refused_is_refused():
    problem = a_problem(1)
    end = problem.slots[0].end_task
    refused = {
        "prize_mc": with_task(problem, 3, prize_mc=100_000),
        "trip": with_task(problem, 3, trip=True),
        "way_mc": with_task(problem, 3, way_mc=1),
        "instead_of": with_task(problem, 3, instead_of=2),
        "fixed_mc": with_slot(problem, fixed_mc=1),
        "limits": with_slot(problem, limits=Limits(driving_s=3600)),
        "slot's trip": with_slot(problem, trip=5),
        "openings": replace(problem, openings=openings(4, len(problem.tasks), {(0, 1): [(0, 9)]})),
        "charge_m": with_task(problem, 3, charge_m=1),
        "charges": with_slot(problem, charges=(3,)),
        "pace": replace(problem, pace=Pace(np.full(10, 1_000_000))),
        "toll_mc": replace(problem, toll_mc=np.zeros((4, len(problem.tasks)), np.int64)),
        "even": replace(problem, even=Even(minute_mc=1, spread_s=0)),
        "gain": with_task(problem, 3, gain=(1, 0, 0)),
        "brings_back": with_slot(problem, brings_back=(1, 0, 0)),
        "a door of a sender": with_task(problem, 3, kind=StopKind.COLLECT),
        "an end that opens": with_task(problem, end, opens_s=100),
        "an end that closes": with_task(problem, end, closes_s=NEVER - 1),
        "an end that takes time": with_task(problem, end, service_s=60),
    }
    assert [name for name, one in refused.items() if takes(one)] == []
    said = {
        name for table in (TASK, SLOT, PROBLEM) for name, what in table.items() if what is REFUSED
    }
    assert said <= set(refused)
