"""A depot with some weeks of legs and services behind it, and one played day in a ledger."""

from collections.abc import Iterable

import numpy as np

from core.domain.decision import PlanAdopted
from core.domain.fact import Fact
from core.domain.ids import DayId, EventId
from core.eta.learned.records import Driven
from core.eta.learned.trees import Shape
from core.eta.life.harvest import Harvest
from core.ledger.events import Body, Event
from tests.builders import a_route, an_order, east, hand_plan, minute, morning_facts
from tests.eta.doors.street import some_days
from tests.eta.learned.town import a_history

SMALL = Shape(rounds=150, max_depth=3)
PLACE = "north depot"


def some_weeks(days: int = 28, legs_a_day: int = 150) -> Harvest:
    """Return a harvest of that many days."""
    return Harvest(
        a_history(days=days, legs_a_day=legs_a_day), some_days(days=days, a_day=60), ("x",) * days
    )


def slower_since(found: Harvest, day: int, factor: float) -> Harvest:
    """Return the same days with legs of some days on that all took so much longer."""
    driven = found.driven
    late = driven.asked.day >= day
    seconds = np.where(late, np.rint(driven.seconds * factor), driven.seconds).astype(np.int64)
    changed = Driven(driven.asked, seconds, driven.metres)
    return Harvest(changed, found.served, found.days)


def odd_since(found: Harvest, day: int, seed: int = 9) -> Harvest:
    """Return the same days with legs of some days on that take anything, by luck alone."""
    driven, rng = found.driven, np.random.default_rng(seed)
    late = driven.asked.day >= day
    luck = np.exp(rng.normal(0, 1.2, len(driven)))
    seconds = np.where(late, np.rint(driven.seconds * luck), driven.seconds)
    changed = Driven(driven.asked, np.clip(seconds, 60, 7_200).astype(np.int64), driven.metres)
    return Harvest(changed, found.served, found.days)


def ledger(bodies: Iterable[tuple[float, Body]]) -> list[Event]:
    """Return the events of a day; each happened so many minutes after eight."""
    return [
        Event(
            DayId("test:2026-11-10"),
            seq,
            EventId(f"e{seq}"),
            minute(at),
            minute(at),
            "test",
            body,
        )
        for seq, (at, body) in enumerate(bodies, start=1)
    ]


def a_round(*plays: tuple[float, Fact]) -> list[Event]:
    """Return a day of one van with two orders, planned for 10 and 20 past eight, as it went."""
    orders = [an_order("o1", east(2_000)), an_order("o2", east(4_000), opens_min=60)]
    plan = hand_plan([a_route("V1", orders)])
    morning = [(0.0, fact) for fact in morning_facts(["V1"], orders)]
    return ledger([*morning, (0.0, PlanAdopted(plan)), *plays])
