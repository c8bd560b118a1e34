"""A late route whose rider meets another on the road: priced, checked, and said in plain words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.case import ExceptionType
from core.domain.day import Day
from core.domain.ids import CaseId, VehicleId
from core.domain.option import ChangeKind, ChangeRoutes, Option
from core.domain.plan import Progress, StopKind
from core.domain.proposal import VerdictKind
from core.policy.judge import JudgeContext, judge
from core.resolve.generate import generate
from core.resolve.rank import price_of
from core.resolve.recommend import recommend
from core.resolve.simulate import Simulator
from core.tower.watch import watch
from core.travel.estimate import EstimateTravel
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east
from tests.resolve.proposing import proposed

TRAVEL = EstimateTravel("UTC")
SEED = 3
LATE, FREE = VehicleId("V1"), VehicleId("V2")


def a_day_with_a_rider_far_behind() -> Day:
    """V1 has 28 doors that close at 09:15, V2 beside it has four and the whole morning."""
    late = [
        an_order(f"l{i:02d}", east(400 + 120 * i, 100 * (i % 2)), closes_min=75) for i in range(28)
    ]
    calm = [an_order(f"c{i}", east(500 + 200 * i, 400), closes_min=300) for i in range(4)]
    day = a_day(
        [*late, *calm],
        [a_vehicle(LATE), a_vehicle(FREE)],
        [a_driver(LATE), a_driver(FREE)],
        [
            a_route(LATE, late, progress=Progress.DRIVING),
            a_route(FREE, calm, progress=Progress.DRIVING),
        ],
        now_min=1,
    )
    found = watch(day, TRAVEL, {}, day.now, seed=SEED)
    return replace(day, cases={c.case_id: c for c in found.opened})


@pytest.fixture(scope="module")
def table() -> tuple[Day, CaseId, tuple[Option, ...]]:
    day = a_day_with_a_rider_far_behind()
    (case,) = day.open_cases()
    assert case.type is ExceptionType.LATE_ROUTE
    return day, case.case_id, recommend(day, case.case_id, TRAVEL, {}, day.now, seed=SEED)


Table = tuple[Day, CaseId, tuple[Option, ...]]


def the_meeting(option: Option) -> ChangeRoutes:
    (change,) = [a for a in option.actions if isinstance(a, ChangeRoutes)]
    return change


def test_meeting_on_the_road_leads_where_it_saves_most(table: Table):
    _, _, options = table
    first = options[0]
    assert first.option_id.startswith("meet:V1:V2")
    assert the_meeting(first).kind is ChangeKind.MOVE_AT_MEETING
    waits = next(o for o in options if o.waits)
    assert price_of(first).total_cents < price_of(waits).total_cents
    assert price_of(first).drivers_disturbed == 2


def test_the_words_say_who_hands_what_to_whom_where_and_when(table: Table):
    day, case_id, options = table
    proposal = proposed(day, case_id, options)
    assert proposal is not None
    (meeting,) = the_meeting(options[0]).meetings
    names = ", ".join(meeting.order_ids[:6])
    assert proposal.option.label.startswith(f"V1 hands orders {names}")
    assert "to V2 at the door of " in proposal.option.label
    assert proposal.option.label.endswith(f"at {day.clock(meeting.at)}")
    assert proposal.option.label in proposal.explanation


def test_a_meeting_is_for_a_person_to_approve(table: Table):
    day, _, options = table
    context = JudgeContext(
        day=day,
        exception_type="late_route",
        price=options[0].price,
        role="",
        now=day.now,
    )
    verdict = judge(options[0], context)
    assert (verdict.kind, verdict.rule) == (VerdictKind.NEEDS, "move_at_meeting")


def test_both_wait_for_each_other_on_every_path(table: Table):
    day, case_id, options = table
    sim = Simulator(day, day.cases[case_id], TRAVEL, {}, day.now, seed=SEED)
    routes = the_meeting(options[0]).routes
    drives = sim.drives({r.vehicle_id: r.stops for r in routes})
    starts = [
        drives[r.vehicle_id].start_s[s.stop_id]
        for r in routes
        for s in r.stops
        if s.kind is StopKind.MEET
    ]
    assert len(starts) == 2
    assert (starts[0] == starts[1]).all()


def test_what_a_meeting_changes_begins_after_a_person_can_have_decided(table: Table):
    day, case_id, options = table
    sim = Simulator(day, day.cases[case_id], TRAVEL, {}, day.now, seed=SEED)
    for route in the_meeting(options[0]).routes:
        frozen = sim.frozen_at(route)
        assert frozen is not None
        assert frozen >= day.now + timedelta(minutes=6)


def test_where_no_meeting_pays_the_table_says_so():
    day = a_day_with_a_rider_far_behind()
    dear = replace(day.rules.thresholds, meeting_s=7200)
    day = replace(day, rules=replace(day.rules, thresholds=dear))
    (case,) = day.open_cases()
    drafts = generate(day, case.case_id, TRAVEL, {}, day.now, seed=SEED)
    refused = next(d for d in drafts if d.option_id == "meet:V1")
    assert not refused.feasible
    assert refused.refused_because == (
        "no meeting makes up for the 120 min that it costs each driver"
    )
