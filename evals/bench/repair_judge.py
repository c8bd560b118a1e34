"""What a plan for a day in progress is worth, walked stop by stop; no engine has a part in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.routing.moved import kept_in_order
from core.routing.problem import ELSEWHERE, Problem

DROPPED_S = 20_000
"""Price of an order that is left out, in driving seconds: a broken promise of EUR 167 at EUR 0.50 a
minute, the price of the probe that this benchmark follows."""

Plan = Sequence[Sequence[int]]
"""For each vehicle its tasks in order; a stop that fetches goods may come more than once."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a plan does; the first rule that it breaks, if any."""

    driving_s: int
    dropped: int
    moved: int
    """Of the stops that had a place: on another vehicle, or out of their former order."""
    problem: str | None

    @property
    def cost_s(self) -> int:
        return self.driving_s + DROPPED_S * self.dropped

    @property
    def rank(self) -> tuple[int, int]:
        """Return what plans that hold are sorted by."""
        return (self.dropped, self.driving_s)


def judge(problem: Problem, plan: Plan, orphans: Sequence[int]) -> Verdict:
    """Walk every route by the rules of the problem."""
    wrong: list[str] = []
    driving, served = 0, list[int]()
    if len(plan) != len(problem.slots):
        wrong.append(f"{len(plan)} routes for {len(problem.slots)} vehicles")
    for slot, row in enumerate(plan[: len(problem.slots)]):
        driving += _walk(problem, slot, row, wrong)
        served += [t for t in row if problem.tasks[t].order_id is not None]
    if len(served) != len(set(served)):
        wrong.append("an order is served twice")
    every = sum(t.order_id is not None for t in problem.tasks)
    dropped = every - len(set(served))
    return Verdict(driving, dropped, moved(problem, plan, orphans), wrong[0] if wrong else None)


def moved(problem: Problem, plan: Plan, orphans: Sequence[int]) -> int:
    """Return how many stops that had a place are with another vehicle or out of their order."""
    home = {t: (s, i) for s, x in enumerate(problem.slots) for i, t in enumerate(x.sequence)}
    count = 0
    for slot, row in enumerate(plan):
        had = [t for t in row if problem.tasks[t].order_id is not None and t not in orphans]
        ranks = [home[t][1] for t in had if home[t][0] == slot]
        count += len(had) - len(ranks) + len(ranks) - kept_in_order(ranks)
    return count


def _walk(problem: Problem, slot: int, row: Sequence[int], wrong: list[str]) -> int:
    """Return the driving seconds of one route; note what it breaks."""
    who = problem.slots[slot]
    name, ways = who.vehicle_id, problem.seconds
    at, clock, driving, metres = who.start_node, who.ready_s, 0, 0
    on = list(who.on_board)
    for place, number in enumerate((*row, who.end_task)):
        task = problem.tasks[number]
        way = int(ways[at, task.node])
        driving += way
        metres += int(problem.metres[at, task.node])
        clock, at = max(clock + way, task.opens_s), task.node
        if task.order_id is not None:
            source = int(problem.pickup[slot, number])
            if source == ELSEWHERE or not task.needs <= who.features:
                wrong.append(f"{name} can't serve {task.order_id}")
            elif source >= 0 and source not in row[:place]:
                wrong.append(f"{name} has no goods for {task.order_id}")
            if task.hard and clock > task.closes_s:
                wrong.append(f"{name} is {clock - task.closes_s} s late for {task.order_id}")
            on = [o - part for o, part in zip(on, task.load, strict=True)]
        elif number != who.end_task:
            on = [o + more for o, more in zip(on, _fetched(problem, slot, row, place), strict=True)]
        if any(o > most for o, most in zip(on, who.capacity, strict=True)):
            wrong.append(f"{name} carries {on} of {who.capacity}")
        clock += task.service_s
    if metres > who.range_m:
        wrong.append(f"{name} drives {metres - who.range_m} m more than it can")
    if clock > who.latest_return_s:
        wrong.append(f"{name} is back {clock - who.latest_return_s} s late")
    return driving


def _fetched(problem: Problem, slot: int, row: Sequence[int], place: int) -> list[int]:
    """Return the load that is fetched at a stop: of all that follows up to the next such stop."""
    total = [0, 0, 0]
    for number in row[place + 1 :]:
        if number == row[place]:
            break
        if int(problem.pickup[slot, number]) == row[place]:
            load = problem.tasks[number].load
            total = [t + part for t, part in zip(total, load, strict=True)]
    return total
