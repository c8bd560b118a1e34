"""The clock of the demo waits for a person, but not for ever."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

from core.domain.day import Day
from core.domain.decision import ProposalEnded
from core.domain.ids import EventId, ProposalId
from core.domain.proposal import ProposalStatus
from core.ledger.events import Event
from evals.pace import Pace
from tests.api.served import PROPOSAL, a_served_day


@cache
def _day() -> Day:
    return a_served_day().day


def a_day_with(*waiting: str) -> Day:
    """A day on which these proposals wait for a person, and no others."""
    state = _day().proposals[ProposalId(PROPOSAL)]
    assert state.status is ProposalStatus.OPEN
    return replace(_day(), proposals={ProposalId(name): state for name in waiting})


def a_decision(by: str) -> Event:
    day = _day()
    body = ProposalEnded(ProposalId(PROPOSAL), ProposalStatus.REJECTED, by)
    return Event(day.opened.day_id, day.seq + 1, EventId("d"), day.now, day.now, by, body)


def speeds(pace: Pace, *looks: tuple[Day, float]) -> list[float]:
    return [pace.speed(day, (), real_s)[0] for day, real_s in looks]


def test_the_clock_drops_to_real_time_while_something_waits():
    pace = Pace(fast=60, patience_s=120)
    assert speeds(pace, (a_day_with(), 0), (a_day_with("P-1"), 1), (a_day_with(), 2)) == [60, 1, 60]


def test_what_comes_while_the_clock_waits_waits_along():
    pace = Pace(fast=60, patience_s=120)
    one, two = a_day_with("P-1"), a_day_with("P-1", "P-2")
    assert speeds(pace, (one, 0), (two, 100), (two, 120), (two, 500)) == [1, 1, 60, 60]


def test_the_next_proposal_is_waited_for_again():
    pace = Pace(fast=60, patience_s=120)
    one, two = a_day_with("P-1"), a_day_with("P-1", "P-2")
    assert speeds(pace, (one, 0), (one, 120), (two, 130), (two, 250)) == [1, 60, 1, 60]


def test_before_its_hour_the_clock_waits_for_nobody_and_then_for_all_that_is_open():
    ten = _day().now + timedelta(minutes=5)
    pace = Pace(fast=60, patience_s=120, from_at=ten)
    early, one = a_day_with("P-1"), replace(a_day_with("P-1"), now=ten)
    assert speeds(pace, (early, 0), (early, 200), (one, 201), (one, 321)) == [60, 60, 1, 60]


def test_after_some_waits_in_vain_the_day_goes_on_and_says_so():
    pace = Pace(fast=60, patience_s=120, most_unanswered=2)
    said: list[str] = []
    for number in range(4):
        day = a_day_with(f"P-{number}")
        said += [pace.speed(day, (), 1000.0 * number + s)[1] for s in (0, 120)]
    assert [s for s in said if s] == [
        "P-0 waits for you: the clock runs in real time for up to 120 s. Decide on the console.",
        "Nobody answered: the day goes on, and the proposal stays open.",
        "P-1 waits for you: the clock runs in real time for up to 120 s. Decide on the console.",
        "Nobody answered 2 times in a row: the day goes on until somebody decides.",
    ]


def test_a_decision_brings_the_patience_back():
    pace = Pace(fast=60, patience_s=120, most_unanswered=1)
    day = a_day_with("P-1")
    assert speeds(pace, (day, 0), (day, 120), (day, 130)) == [1, 60, 60]
    assert pace.speed(day, (a_decision("ana"),), 140)[0] == 1
    assert speeds(pace, (day, 260)) == [60]


def test_what_time_and_policy_end_is_nobodys_decision():
    pace = Pace(fast=60, patience_s=120, most_unanswered=1)
    day = a_day_with("P-1")
    assert speeds(pace, (day, 0), (day, 120)) == [1, 60]
    for machine in ("policy", "time", "tenfour"):
        assert pace.speed(day, (a_decision(machine),), 130)[0] == 60
