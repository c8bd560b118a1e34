"""A vehicle that is down with doors left is a person's business, whatever can be gained."""

from dataclasses import replace

from core.domain.day import Day, ProposalState
from core.domain.ids import CaseId
from core.domain.proposal import Proposal, ProposalStatus
from core.domain.rules import Rules, Thresholds
from core.resolve.recommend import recommend
from tests.resolve.proposing import proposed
from tests.tower.tuesday import SEED, TRAVEL, a_quiet_day, rider, watched

DOWN = rider(4)


def a_broken_van() -> tuple[Day, CaseId]:
    """Rider 4 is down with eight doors left, on a day on which no gain is worth a change."""
    day = replace(a_quiet_day(), rules=Rules(thresholds=Thresholds(min_gain_cents=90_000)))
    down = replace(day.vehicles[DOWN], down_since=day.now, point=day.routes[DOWN].last_point)
    day, by_cause = watched(replace(day, vehicles={**day.vehicles, DOWN: down}))
    return day, by_cause[f"vehicle:{DOWN}"]


def asked(day: Day, case_id: CaseId) -> Proposal | None:
    return proposed(day, case_id, recommend(day, case_id, TRAVEL, {}, day.now, seed=SEED))


def test_a_broken_van_is_put_before_a_person_though_no_change_is_worth_it():
    proposal = asked(*a_broken_van())
    assert proposal is not None
    assert not proposal.option.waits


def test_it_is_asked_about_once():
    day, case_id = a_broken_van()
    first = asked(day, case_id)
    assert first is not None
    rejected = ProposalState(first, ProposalStatus.REJECTED, decided_by="Anna", decided_at=day.now)
    day = replace(day, proposals={first.proposal_id: rejected})
    assert asked(day, case_id) is None


def test_a_broken_van_without_a_door_left_needs_nobody():
    day, case_id = a_broken_van()
    owed = {s.order_id for s in day.routes[DOWN].remaining if s.order_id is not None}
    done = {o: replace(day.orders[o], cancelled=True) for o in owed}
    assert asked(replace(day, orders={**day.orders, **done}), case_id) is None
