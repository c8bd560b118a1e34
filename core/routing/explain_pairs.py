"""Why nobody collects goods in time that then go to another door."""

import numpy as np

from core.domain.day import Day
from core.domain.plan import Refusal
from core.routing.pairs import sender_of
from core.routing.problem import NONE, Problem
from core.routing.units import Ints
from core.routing.walk import Walk


def late_at_sender(
    day: Day, problem: Problem, slot: int, task: int, walked: Walk
) -> Refusal | None:
    """Return until when the sender would have to wait; None where another rule is broken in every
    row, or where goods are not collected."""
    sender = sender_of(problem, slot, task)
    if sender == NONE:
        return None
    late = _late(walked, sender, int(problem.closes[sender]))
    at_door = _late(walked, task, int(problem.closes[task]))
    others = walked.window_over_s - np.where(problem.hard[sender], np.maximum(late, 0), 0)
    usable = np.nonzero((late > 0) & (at_door <= 0) & (others <= 0))[0]
    if len(usable) == 0:
        return None
    row = usable[np.argmin(late[usable])]
    name = problem.slots[slot].vehicle_id
    closes_s = int(problem.closes[sender])
    closes, due = (day.clock(problem.instant(s)) for s in (closes_s, closes_s + int(late[row])))
    until = day.clock(problem.instant(-(-(closes_s + int(late[row])) // 300) * 300))
    return Refusal(
        name,
        "window",
        f"its sender waits until {closes}, {name} arrives {due}; fits if the sender waits until "
        f"{until}",
    )


def _late(walked: Walk, task: int, closes_s: int) -> Ints:
    found: Ints = np.where(walked.seqs == task, walked.start - closes_s, 0).sum(axis=1)
    return found
