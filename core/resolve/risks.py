"""What an option means promise by promise, beside waiting: the figures shown next to a price."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.ids import OrderId
from core.domain.option import OrderRisk
from core.resolve.played import Played, present_start_s
from core.resolve.simulate import Simulator

Lateness = Mapping[OrderId, NDArray[np.float64]]

# Promises named beside a price: late on at least this share of the paths, or changed by that much.
SHOWN_RISK = 0.05
SHOWN_CHANGE = 0.004


def collateral_pm(sim: Simulator, played: Played, baseline: Played) -> int:
    """Return by how much an option makes promises likelier to break, added up over the orders
    that have a stop already, in thousandths."""
    have_a_stop = {s.order_id for r in sim.day.routes.values() for s in r.remaining}
    more = 0.0
    for order_id in sorted(played.late):
        if order_id not in have_a_stop:
            continue
        was = baseline.late.get(order_id, played.before.get(order_id))
        if was is None:
            was, _ = _untouched(sim, baseline, order_id)
        if was is not None:
            more += max(0.0, float(played.late[order_id].mean() - was.mean()))
    return round(more * 1000)


def promises_saved_milli(sim: Simulator, played: Played, baseline: Played) -> int:
    """Return how many promises an option is expected to keep that waiting breaks, in thousandths;
    those that have passed already are nobody's to save."""
    saved = 0.0
    for order_id in sorted({*played.late, *baseline.late}):
        if sim.day.orders[order_id].promise.closes > sim.now:
            saved += _mean(baseline.late, played.before, order_id)
            saved -= _mean(played.late, {}, order_id)
    return round(saved * 1000)


def _mean(first: Lateness, second: Lateness, order_id: OrderId) -> float:
    late = first.get(order_id, second.get(order_id))
    return 0.0 if late is None else float(late.mean())


def table_of_risks(baseline: Played, options: Sequence[Played]) -> tuple[OrderId, ...]:
    """Return the orders that every option speaks of: at risk in one of them, or made worse.

    All options name the same ones, so that two prices can be compared promise by promise. Where
    somebody else's promises are concerned at all, at least one is named: that none got worse is
    an answer too.
    """
    found: set[OrderId] = set()
    for played in (baseline, *options):
        if played.before:
            found.add(max(played.before, key=lambda o: (_mean(played.late, {}, o), o)))
        for order_id in played.late:
            p = _mean(played.late, {}, order_id)
            was = _mean(baseline.late, played.before, order_id)
            if max(p, was) >= SHOWN_RISK or abs(p - was) >= SHOWN_CHANGE:
                found.add(order_id)
    return tuple(sorted(found))


def risks_of(
    sim: Simulator, played: Played, baseline: Played, table: Sequence[OrderId]
) -> tuple[OrderRisk, ...]:
    """Return what the option means for each order of the table, the likeliest late first."""
    found: list[tuple[float, OrderRisk]] = []
    for order_id in table:
        closes = sim.day.orders[order_id].promise.closes
        late, at_s = played.late.get(order_id), played.expected_s.get(order_id)
        if late is None:
            late, at_s = _untouched(sim, baseline, order_id)
        if late is None:
            continue
        p = float(late.mean())
        expected = closes if at_s is None else sim.now + timedelta(seconds=round(at_s))
        found.append((p, OrderRisk(order_id, round(p * 100), expected, closes)))
    found.sort(key=lambda f: (-f[0], f[1].order_id))
    return tuple(risk for _, risk in found)


def _untouched(
    sim: Simulator, baseline: Played, order_id: OrderId
) -> tuple[NDArray[np.float64] | None, float | None]:
    """Return the lateness and expected start of an order under the present plan."""
    if order_id in baseline.late:
        return baseline.late[order_id], baseline.expected_s.get(order_id)
    start_s = present_start_s(sim, order_id)
    if start_s is None:
        return None, None
    late = (start_s > sim.closes_s(order_id)).astype(np.float64)
    return late, float(start_s.mean())
