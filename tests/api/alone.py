"""The day of the API tests, worked by a service that serves nobody."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.serving import Service
from core.context import CountedIds, SetClock
from core.settings import Settings
from tests.api.served import a_served_day
from tests.waiting import PATIENCE_S, soon


def passes(service: Service, clock: SetClock, step_s: int, until: Callable[[], bool]) -> None:
    """Let time pass until something is so. The loop looks once in a while, however slow it is."""
    for _ in range(100):
        if until():
            return
        before = service.loop.rounds
        clock.advance(step_s)
        soon(lambda before=before: service.loop.rounds > before)
    pytest.fail(f"it did not come to be by {clock.now()}")


@contextmanager
def unattended(home: Path, clock: SetClock) -> Generator[Service]:
    """The day worked by a service of its own; its riders are not heard of since 08:00."""
    live = a_served_day()
    made = Service(
        Settings(home=home, workers=1),
        live.owner.store,
        live.owner.day_id,
        live.travel,
        clock=clock,
        ids=CountedIds(),
    )
    made.work_alone()
    try:
        yield made
    finally:
        assert made.loop.stop(PATIENCE_S)
        assert made.stop()
