"""A whole attempt at a case: options, their order, and the proposal that comes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.carrier import Carrier, CarrierKind, RateCard
from core.domain.case import ExceptionType
from core.domain.day import CarrierState, Day, GoodsAt, ProposalState
from core.domain.ids import CarrierId, CaseId, OrderId
from core.domain.option import ChangeKind, ChangeRoutes, NotifyCustomer, Option, RefuseOrder
from core.domain.order import FailReason, OrderStatus
from core.domain.proposal import ProposalStatus, RejectReason, Verdict, VerdictKind
from core.errors import UnknownId
from core.resolve.generate import generate
from core.resolve.rank import price_of
from core.resolve.recommend import recommend
from core.resolve.simulate import Simulator
from tests.builders import a_window
from tests.resolve.proposing import proposed
from tests.tower.tuesday import (
    SEED,
    TEN,
    TRAVEL,
    a_quiet_day,
    order_of,
    rider,
    the_tuesday,
    watched,
    with_callers,
    with_slow_rider,
    with_urgent,
)


def recommended(day: Day, case_id: CaseId) -> tuple[Option, ...]:
    return recommend(day, case_id, TRAVEL, {}, day.now, seed=SEED)


def only_case(day: Day) -> tuple[Day, CaseId]:
    day, by_cause = watched(day)
    (case_id,) = by_cause.values()
    return day, case_id


def test_every_case_of_the_tuesday_has_exactly_one_way_to_wait():
    day, by_cause = watched(the_tuesday())
    for case_id in by_cause.values():
        table = recommended(day, case_id)
        assert sum(1 for o in table if o.waits) == 1
        assert all(o.reason for o in table)


def test_every_case_of_the_tuesday_gets_one_recommendation_beside_waiting():
    day, by_cause = watched(the_tuesday())
    for case_id in by_cause.values():
        table = recommended(day, case_id)
        proposal = proposed(day, case_id, table)
        assert proposal is not None
        assert proposal.proposal_id == f"P-{case_id.removeprefix('C-')}-1"
        assert day.now < proposal.expires_at <= day.now + timedelta(seconds=900)
        assert "Waiting is expected to cost EUR" in proposal.explanation
        assert proposal.option.caller_sentence


def test_the_urgent_order_goes_to_a_rider_and_is_not_refused():
    day, case_id = only_case(with_urgent(a_quiet_day()))
    table = recommended(day, case_id)
    (change,) = [a for a in table[0].actions if isinstance(a, ChangeRoutes)]
    assert change.kind is ChangeKind.INSERT
    assert "U-1" in [s.order_id for s in change.routes[0].stops]
    refusal = next(o for o in table if any(isinstance(a, RefuseOrder) for a in o.actions))
    assert not refusal.feasible
    assert "can still keep the promise" in refusal.refused_because


def test_a_carrier_is_one_of_the_options_at_its_rate():
    gig = Carrier(
        CarrierId("GIG"),
        CarrierKind.GIG,
        RateCard(per_order_cents=690),
        cut_off=a_window(TEN, TEN + 200).closes,
        delivers=a_window(TEN, TEN + 200),
        lead_s=2400,
    )
    day = with_urgent(a_quiet_day())
    day = replace(day, carriers={gig.carrier_id: CarrierState(gig, 3)})
    day, case_id = only_case(day)
    table = recommended(day, case_id)
    tender = next(o for o in table if o.option_id == "tender:GIG")
    assert any(line.cents == 690 for line in price_of(tender).lines)


def test_where_nobody_keeps_the_promise_refusing_is_possible_with_an_honest_time():
    day = with_urgent(a_quiet_day())
    state = day.orders[OrderId("U-1")]
    soon = replace(state, promise=a_window(TEN - 30, TEN + 1))
    day, case_id = only_case(replace(day, orders={**day.orders, OrderId("U-1"): soon}))
    drafts = generate(day, case_id, TRAVEL, {}, day.now, seed=SEED)
    refusal = next(d for d in drafts if d.option_id == "refuse:U-1")
    assert refusal.feasible
    (action,) = [a for a in refusal.actions if isinstance(a, RefuseOrder)]
    assert action.honest_at is not None
    assert action.honest_at > soon.promise.closes


def test_the_callers_of_a_slow_rider_are_told_with_whatever_is_done():
    day, case_id = only_case(with_callers(with_slow_rider(a_quiet_day()), [order_of(6, 5)]))
    table = recommended(day, case_id)
    told = {a.order_id for a in table[0].actions if isinstance(a, NotifyCustomer)}
    assert order_of(6, 5) in told
    assert (
        "6-05"
        in (proposed(day, case_id, table) or pytest.fail("no proposal")).option.caller_sentence
    )


def test_a_cancelled_stop_is_left_out():
    day = a_quiet_day()
    state = replace(day.orders[order_of(4, 8)], cancelled=True)
    day, case_id = only_case(replace(day, orders={**day.orders, order_of(4, 8): state}))
    table = recommended(day, case_id)
    assert table[0].option_id == "drop:4-08"
    (change,) = [a for a in table[0].actions if isinstance(a, ChangeRoutes)]
    assert order_of(4, 8) not in [s.order_id for s in change.routes[0].stops]


def test_an_absent_customer_is_tried_again_on_the_same_route():
    day = a_quiet_day()
    failed = order_of(4, 3)
    state = replace(
        day.orders[failed],
        status=OrderStatus.FAILED,
        goods=GoodsAt.VEHICLE,
        vehicle_id=rider(4),
        attempts=1,
        fail_reason=FailReason.RECEIVER_ABSENT,
        ended_at=None,
    )
    route = replace(day.routes[rider(4)], on_board=day.routes[rider(4)].on_board | {failed})
    day = replace(day, orders={**day.orders, failed: state}, routes={**day.routes, rider(4): route})
    day, case_id = only_case(day)
    table = recommended(day, case_id)
    assert table[0].option_id == "retry:4-03"


def test_a_proposal_stands_on_what_it_touches_and_on_nothing_else():
    day, case_id = only_case(with_urgent(a_quiet_day()))
    table = recommended(day, case_id)
    proposal = proposed(day, case_id, table)
    assert proposal is not None
    (change,) = [a for a in proposal.option.actions if isinstance(a, ChangeRoutes)]
    vehicle = change.routes[0].vehicle_id
    assert proposal.basis.routes == ((vehicle, 1),)
    assert (OrderId("U-1"), 1) in proposal.basis.orders


def test_every_other_option_that_can_be_chosen_says_what_it_stands_on():
    day, case_id = only_case(with_urgent(a_quiet_day()))
    proposal = proposed(day, case_id, recommended(day, case_id))
    assert proposal is not None
    bases = dict(proposal.bases)
    assert list(bases) == [o.option_id for o in proposal.alternatives if o.feasible]
    for option in proposal.alternatives:
        changed = {
            r.vehicle_id for a in option.actions if isinstance(a, ChangeRoutes) for r in a.routes
        }
        if option.feasible:
            assert {v for v, _ in bases[option.option_id].routes} == changed


def test_nothing_is_proposed_where_nothing_beats_waiting_or_policy_forbids():
    day, case_id = only_case(with_urgent(a_quiet_day()))
    table = recommended(day, case_id)
    wait = tuple(o for o in table if o.waits)
    assert proposed(day, case_id, wait) is None
    barred = proposed(day, case_id, table, Verdict(VerdictKind.FORBID, "test", "no"))
    assert barred is None


def test_what_a_person_rejected_is_not_proposed_again():
    day, case_id = only_case(with_urgent(a_quiet_day()))
    first = proposed(day, case_id, recommended(day, case_id))
    assert first is not None
    said_no = ProposalState(
        first, ProposalStatus.REJECTED, decided_by="Anna", reason=RejectReason.DRIVER_WONT
    )
    after = replace(day, proposals={first.proposal_id: said_no})
    table = recommended(after, case_id)
    assert table[0].option_id != first.option.option_id
    again = next(o for o in table if o.option_id == first.option.option_id)
    assert again.refused_because == "Anna said no: driver wont"


def test_the_same_day_and_seed_give_the_same_table():
    day, by_cause = watched(the_tuesday())
    case_id = by_cause["vehicle:R6"]
    assert recommended(day, case_id) == recommended(day, case_id)


def test_a_breakdown_offers_at_least_asking_and_waiting():
    day = a_quiet_day()
    down = replace(day.vehicles[rider(2)], down_since=day.now)
    day, case_id = only_case(replace(day, vehicles={**day.vehicles, rider(2): down}))
    assert day.cases[case_id].type is ExceptionType.VEHICLE_BREAKDOWN
    table = recommended(day, case_id)
    assert {"ask:R2", "wait"} <= {o.option_id for o in table if o.feasible}


def test_an_unknown_case_is_refused():
    day = a_quiet_day()
    with pytest.raises(UnknownId):
        generate(day, CaseId("C-99"), TRAVEL, {}, day.now, seed=SEED)


def test_a_change_that_a_rider_outruns_is_not_proposed():
    """Before an approval can come, the rider has left for the stop that would change."""
    day, case_id = only_case(with_urgent(a_quiet_day()))
    sim = Simulator(day, day.cases[case_id], TRAVEL, {}, day.now, seed=SEED)
    for option in recommended(day, case_id):
        for action in option.actions if option.feasible else ():
            for route in action.routes if isinstance(action, ChangeRoutes) else ():
                frozen = sim.frozen_at(route)
                assert frozen is not None
                assert frozen >= day.now + timedelta(seconds=60)
