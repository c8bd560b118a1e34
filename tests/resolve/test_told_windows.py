"""What a customer is told with a model in force: a calibrated window, again only when it moved."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.domain.day import Day
from core.domain.ids import OptionId, OrderId
from core.domain.option import NotifyCustomer
from core.domain.time import TimeWindow
from core.eta.life.answering import DayAnswers
from core.resolve.draft import Draft
from core.resolve.simulate import Simulator
from core.resolve.tell import told
from core.tower.watch import watch
from tests.eta.life.slow_roads import a_model, answers
from tests.tower.tuesday import SEED, TRAVEL, a_quiet_day, order_of, rider, with_slow_rider

LAST = order_of(6, 11)
TELL = Draft(OptionId("tell"), "tell the customers the new window", ())


@pytest.fixture
def model(tmp_path: Path) -> DayAnswers:
    return answers(tmp_path, TRAVEL, a_model())


def simulated(day: Day, by: DayAnswers, *, in_force: bool = True) -> Simulator:
    """Return the case of the slow rider 6 on paths, a model in force or not."""
    chosen = by.keep(a_model()) if in_force else None
    day = replace(day, forecaster=chosen)
    seen = watch(day, TRAVEL, {}, day.now, seed=SEED, answers=by)
    (case,) = [c for c in seen.opened if rider(6) in c.vehicle_ids()]
    day = replace(day, cases={case.case_id: case})
    return Simulator(day, case, TRAVEL, {}, day.now, seed=SEED, answers=by)


def told_of(sim: Simulator, order_id: OrderId = LAST) -> TimeWindow | None:
    actions = told(sim, TELL).actions
    return next(
        (a.window for a in actions if isinstance(a, NotifyCustomer) and a.order_id == order_id),
        None,
    )


def heard(day: Day, window: TimeWindow, ago_min: float, order_id: OrderId = LAST) -> Day:
    told_at = day.now - timedelta(minutes=ago_min)
    state = replace(day.orders[order_id], told=window, told_at=told_at, messages=1)
    return replace(day, orders={**day.orders, order_id: state})


def around(sim: Simulator) -> tuple[datetime, TimeWindow]:
    """Return when the last door is expected, and what its customer is told of it."""
    start_s = sim.drive(rider(6)).start_s[sim.day.routes[rider(6)].remaining[-1].stop_id]
    window = told_of(sim)
    assert window is not None
    return sim.now + timedelta(seconds=int(np.median(start_s))), window


def test_the_window_holds_nine_paths_of_ten_in_full_five_minutes(model: DayAnswers):
    sim = simulated(with_slow_rider(a_quiet_day()), model)
    start_s = sim.drive(rider(6)).start_s[sim.day.routes[rider(6)].remaining[-1].stop_id]
    _, window = around(sim)
    opens, closes = ((i - sim.now).total_seconds() for i in (window.opens, window.closes))
    assert 0.89 <= float(((start_s >= opens) & (start_s <= closes)).mean()) <= 0.97
    assert window.opens.minute % 5 == window.closes.minute % 5 == 0
    wide = window.closes - window.opens
    plain = told_of(simulated(with_slow_rider(a_quiet_day()), model, in_force=False))
    assert plain is not None
    assert wide > plain.closes - plain.opens


def test_a_window_that_still_holds_the_middle_is_not_told_again(model: DayAnswers):
    day = with_slow_rider(a_quiet_day())
    mid, _ = around(simulated(day, model))
    holds = TimeWindow(mid - timedelta(minutes=5), mid + timedelta(minutes=5))
    assert told_of(simulated(heard(day, holds, ago_min=60), model)) is None


@pytest.mark.parametrize("off_min", [-60, 60])
def test_a_window_that_moved_to_either_side_is_told_again_but_not_at_once(
    model: DayAnswers, off_min: int
):
    day = with_slow_rider(a_quiet_day())
    mid, fresh = around(simulated(day, model))
    off = timedelta(minutes=off_min)
    missed = TimeWindow(mid + off - timedelta(minutes=10), mid + off + timedelta(minutes=10))
    assert told_of(simulated(heard(day, missed, ago_min=60), model)) == fresh
    assert told_of(simulated(heard(day, missed, ago_min=30), model)) is None


def test_a_word_that_would_come_too_late_is_not_sent(model: DayAnswers):
    case = simulated(with_slow_rider(a_quiet_day()), model).case
    near = with_slow_rider(a_quiet_day(), late_s=600)
    first = near.routes[rider(6)].remaining[0]
    assert first.order_id is not None
    over = TimeWindow(near.now - timedelta(minutes=30), near.now - timedelta(minutes=10))
    day = replace(
        heard(near, over, 60, first.order_id),
        cases={case.case_id: case},
        forecaster=model.keep(a_model()),
    )
    sim = Simulator(day, case, TRAVEL, {}, day.now, seed=SEED, answers=model)
    assert float(np.median(sim.drive(rider(6)).start_s[first.stop_id])) < 20 * 60
    assert told_of(sim, first.order_id) is None
