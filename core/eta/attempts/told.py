"""What a day is told of its orders: how likely each first visit fails, by part of the day."""

from dataclasses import replace

import numpy as np

from core.domain.alternative import FIRST
from core.domain.attempt import CERTAIN_PM, AttemptRisk
from core.domain.day import Day, OrderState
from core.domain.fact import AttemptRisksTold
from core.eta.attempts.due import due_at
from core.eta.attempts.model import AttemptModel
from core.eta.life.harvest import planned_rows, visit_row


def foretold(model: AttemptModel, model_id: str, day: Day) -> AttemptRisksTold | None:
    """Return the chances of all orders that this model said nothing of yet; None: there are none,
    or the model knows no attempt.

    What a customer or a zone gets today counts all orders of the day, told before or not.
    """
    if not len(model.past):
        return None
    states = {o: s for o, s in sorted(day.orders.items()) if s.order.point is not None}
    wanted = {o for o, s in states.items() if _to_come(s) and _unsaid(day, s, model_id)}
    if not wanted:
        return None
    rows = [
        visit_row(day, state, state.order.point, due_at(day, state))
        for state in states.values()
        if state.order.point is not None
    ]
    asked = planned_rows(rows)
    # A promise may reach into the night; every visit is one of this service date.
    today = int(np.datetime64(day.opened.service_date, "D").astype(np.int64))
    chances = model.chances(replace(asked, day=np.full(len(asked), today, dtype=np.int64)))
    by_slot = np.rint(chances.by_slot * CERTAIN_PM).astype(np.int64).tolist()
    risks = tuple(
        AttemptRisk(order_id, tuple(row), visits)
        for order_id, row, visits in zip(states, by_slot, chances.visits.tolist(), strict=True)
        if order_id in wanted
    )
    return AttemptRisksTold(model_id, model.sentence, risks)


def _to_come(state: OrderState) -> bool:
    return state.open and not state.attempts and state.order.way == FIRST


def _unsaid(day: Day, state: OrderState, model_id: str) -> bool:
    told = day.attempt_risks.get(state.order.order_id)
    return told is None or told.model_id != model_id
