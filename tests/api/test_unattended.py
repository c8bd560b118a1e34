"""Nobody drives the clock, nobody asks: the day is looked at all the same."""

import time
from collections.abc import Generator
from datetime import datetime
from pathlib import Path

import pytest

from api.loop import EngineLoop
from core.context import SetClock
from core.domain.case import ExceptionType
from core.domain.proposal import ProposalStatus, VerdictKind
from core.errors import NotReady
from tests.api.alone import passes, unattended
from tests.api.served import PROPOSAL
from tests.builders import minute
from tests.waiting import PATIENCE_S, soon


def test_a_rider_who_falls_silent_becomes_a_case_and_the_customers_hear_of_it(tmp_path: Path):
    # Both riders were last heard of at 08:00; from 13:21 on, promises until 13:30 are in danger.
    clock = SetClock(minute(318))
    with unattended(tmp_path, clock) as service:
        passes(service, clock, 15, lambda: len(service.live.day.proposals) > 1)
        made = [p for i, p in service.live.day.proposals.items() if i != PROPOSAL]
        case = service.live.day.cases[made[0].proposal.case_id]
        assert case.type is ExceptionType.LATE_ROUTE
        assert made[0].proposal.verdict.kind is VerdictKind.ALLOW
        sent = tmp_path / "outbox.jsonl"
        passes(service, clock, 15, sent.exists)
        passes(service, clock, 15, lambda: "new_window" in sent.read_text(encoding="utf-8"))


def test_a_proposal_that_nobody_answers_ends_by_the_clock(tmp_path: Path):
    clock = SetClock(minute(3))
    with unattended(tmp_path, clock) as service:
        passes(
            service,
            clock,
            60,
            lambda: service.live.day.proposals[PROPOSAL].status is not ProposalStatus.OPEN,
        )


@pytest.fixture
def clock() -> SetClock:
    return SetClock(minute(0))


@pytest.fixture
def looks(clock: SetClock) -> Generator[tuple[EngineLoop, list[datetime]]]:
    seen: list[datetime] = []
    loop = EngineLoop(clock, seen.append)
    loop.start()
    soon(lambda: len(seen) == 1)
    yield loop, seen
    assert loop.stop(PATIENCE_S)


def test_with_no_news_the_day_is_looked_at_every_fifteen_seconds(
    clock: SetClock, looks: tuple[EngineLoop, list[datetime]]
):
    _, seen = looks
    clock.advance(14)
    time.sleep(0.3)  # a look that should not be would come within a twentieth of a second
    assert len(seen) == 1
    clock.advance(1)
    soon(lambda: len(seen) == 2)
    assert seen[1] == minute(0.25)


def test_news_is_looked_at_a_second_later(
    clock: SetClock, looks: tuple[EngineLoop, list[datetime]]
):
    loop, seen = looks
    loop.wake()
    clock.advance(1)
    soon(lambda: len(seen) == 2)


def test_news_on_a_clock_that_stands_is_looked_at_once(
    clock: SetClock, looks: tuple[EngineLoop, list[datetime]]
):
    loop, seen = looks
    loop.wake()
    soon(lambda: len(seen) == 2)
    time.sleep(0.3)  # as above: nothing may come, and what should not would come at once
    assert seen == [minute(0), minute(0)]


def test_a_step_that_fails_is_told_and_tried_again(clock: SetClock):
    tries: list[int] = []

    def step(_: datetime) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise NotReady("no map")

    loop = EngineLoop(clock, step)
    loop.start()
    soon(lambda: loop.state() == "no map")
    soon(lambda: len(tries) == 2)
    soon(lambda: loop.state() == "running")
    assert loop.stop(PATIENCE_S)
    assert loop.state() == "stopped"
