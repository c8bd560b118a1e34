"""Adds messages to an option: who is late, or asked, and has not heard the expected window."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.day import OrderState
from core.domain.option import NotifyCustomer
from core.domain.time import TimeWindow, seconds_between
from core.domain.ways import redirects
from core.eta.underway.by_route import LEVELS
from core.eta.underway.windows import Windows, moved, windows
from core.resolve.draft import Draft
from core.resolve.scope import scope_of
from core.resolve.simulate import Simulator

NEW_WINDOW = "new_window"
"""Template of a message with the window in which the rider is now expected."""
ANOTHER_WAY = "another_way"
"""Template of a message to somebody who is served another way than was planned."""
# Words like "between 10:40 and 11:00": whole five minutes, and never a window nobody can keep.
ROUND_S = 300
SHORTEST_S = 900
# A change of somebody else's route is told to those whom it makes late with this much more chance.
WORSENED = 0.25


def expected_window(sim: Simulator, start_s: NDArray[np.int64]) -> TimeWindow:
    """Return when to expect the rider in whole five minutes: in four of five cases, by a model in
    nine of ten, as it was calibrated for."""
    if sim.learned:
        fresh = windows(_quantiles(sim, start_s), sim.now.timestamp())
        return TimeWindow(_instant(fresh.opens_s[0]), _instant(fresh.closes_s[0]))
    low, high = (int(q) for q in np.quantile(start_s, (0.1, 0.9)))
    opens = _floor(sim.now + timedelta(seconds=max(0, low)))
    closes = _floor(sim.now + timedelta(seconds=max(0, high) + ROUND_S - 1))
    return TimeWindow(opens, max(closes, opens + timedelta(seconds=SHORTEST_S)))


def _floor(instant: datetime) -> datetime:
    return instant - timedelta(
        seconds=round(instant.timestamp()) % ROUND_S, microseconds=instant.microsecond
    )


def told(sim: Simulator, draft: Draft) -> Draft:
    """Return the draft with a message for each customer who should hear of it.

    Those who are served another way, those of the case who are likely late or asked, and those whom
    the change makes late; not who
    heard a window that still holds, had enough messages, or wants none.
    """
    scope = scope_of(sim.day, sim.case)
    sent = {
        r.order_id for r in redirects(sim.day, (s for r in draft.new_routes() for s in r.stops))
    }
    changed = sim.after(draft)
    plans = {r.vehicle_id: r.stops for r in draft.new_routes()}
    messages: list[NotifyCustomer] = []
    for vehicle_id in sorted({*scope.vehicles, *plans}):
        if not sim.drivable(vehicle_id):
            continue
        before = sim.drive(vehicle_id)
        drive = changed.get(vehicle_id, before)
        for stop in plans.get(vehicle_id, sim.present(vehicle_id)):
            state = sim.day.orders.get(stop.order_id) if stop.order_id is not None else None
            if state is None or not state.open:
                continue
            start_s = drive.start_s[stop.stop_id]
            if state.order.order_id in sent:
                if reachable(sim, state):
                    window = expected_window(sim, start_s)
                    messages.append(NotifyCustomer(state.order.order_id, ANOTHER_WAY, window))
                continue
            if state.attempt_failed:
                continue
            was = before.start_s.get(stop.stop_id)
            own = state.order.order_id in scope.orders
            asks = state.order.order_id in scope.asking
            owed = asks and not _knows(sim, state, start_s)
            if not owed and not _news(sim, state, start_s, None if own else was):
                continue
            if reachable(sim, state):
                window = expected_window(sim, start_s)
                messages.append(NotifyCustomer(state.order.order_id, NEW_WINDOW, window))
    known = draft.told()
    added = tuple(m for m in messages if m.order_id not in known)
    return replace(draft, actions=(*draft.actions, *added))


def _news(
    sim: Simulator,
    state: OrderState,
    start_s: NDArray[np.int64],
    was: NDArray[np.int64] | None,
) -> bool:
    """Return whether the customer is likely late and does not know; by a model, whoever heard a
    window hears again where that one moved, to whichever side."""
    if sim.learned and state.told is not None:
        return not _knows(sim, state, start_s)
    closes_s = sim.closes_s(state.order.order_id)
    p_late = float((start_s > closes_s).mean())
    if p_late * 100 < sim.day.rules.thresholds.late_p_pct or _knows(sim, state, start_s):
        return False
    return was is None or p_late - float((was > closes_s).mean()) >= WORSENED


def _knows(sim: Simulator, state: OrderState, start_s: NDArray[np.int64]) -> bool:
    """Return whether the window that the customer heard last still holds on most paths."""
    if state.told is None:
        return False
    asked = [at for at, c in sim.day.contacts if c.order_id == state.order.order_id]
    if asked and state.told_at is not None and max(asked) > state.told_at:
        return False
    if sim.learned:
        return not _moved(sim, state, state.told, start_s)
    return float((start_s <= seconds_between(sim.now, state.told.closes)).mean()) >= 0.5


def _moved(
    sim: Simulator, state: OrderState, window: TimeWindow, start_s: NDArray[np.int64]
) -> bool:
    """Return whether what a customer heard is likelier missed than kept by now, with time left to
    make use of a new word and enough of it since the last."""
    heard = Windows(
        np.array([window.opens.timestamp()]),
        np.array([window.closes.timestamp()]),
        np.array([state.told_at.timestamp() if state.told_at is not None else 0.0]),
    )
    return bool(moved(heard, _quantiles(sim, start_s), sim.now.timestamp())[0])


def _quantiles(sim: Simulator, start_s: NDArray[np.int64]) -> NDArray[np.float64]:
    return sim.now.timestamp() + np.quantile(start_s, LEVELS)[None, :]


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def reachable(sim: Simulator, state: OrderState) -> bool:
    """Return whether the customer wants messages and may get one more."""
    customer = sim.day.customers.get(state.order.customer_id)
    if customer is not None and customer.channel == "none":
        return False
    return state.messages < sim.day.rules.policy.max_messages_per_order
