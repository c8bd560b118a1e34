"""Two riders who both drive meet, and goods change hands: checked, timed alike, for a gain."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.ids import VehicleId
from core.domain.plan import Progress, StopKind
from core.domain.time import seconds_between
from core.routing.build import rest_of_day
from core.routing.check import change_points, check_change, hard_ones
from core.routing.exchange import exchanges
from core.routing.meet import LONGEST_WAIT_S, rendezvous
from core.routing.repair import Repaired
from core.travel.estimate import EstimateTravel
from core.travel.lookup import matrix_lookup
from tests.builders import a_day, a_driver, a_route, a_vehicle, an_order, east, minute

ROADS = EstimateTravel("UTC")
NOW = minute(1)
GIVER, TAKER = VehicleId("V1"), VehicleId("V2")


def a_day_with_one_rider_far_behind(
    *, busy: int = 16, free: int = 4, closes_min: int = 75, taker_parcels: int = 200
) -> Day:
    """V1 has far more doors than its promises allow, V2 beside it has time."""
    late = [
        an_order(f"l{i:02d}", east(400 + 120 * i, 100 * (i % 2)), closes_min=closes_min)
        for i in range(busy)
    ]
    calm = [an_order(f"c{i}", east(500 + 200 * i, 400), closes_min=300) for i in range(free)]
    routes = [
        a_route(GIVER, late, progress=Progress.DRIVING),
        a_route(TAKER, calm, progress=Progress.DRIVING),
    ]
    return a_day(
        [*late, *calm],
        [a_vehicle(GIVER), a_vehicle(TAKER, parcels=taker_parcels)],
        [a_driver(GIVER), a_driver(TAKER)],
        routes,
        now_min=1,
    )


def exchanged(day: Day, longest_wait_s: int = LONGEST_WAIT_S) -> tuple[Repaired, ...]:
    return exchanges(
        day,
        ROADS,
        NOW,
        GIVER,
        [TAKER],
        moved_stop_cents=40,
        seed=1,
        longest_wait_s=longest_wait_s,
    )


def hard(day: Day, result: Repaired) -> list[str]:
    lookup = matrix_lookup(ROADS, change_points(day, result.changes), NOW)
    found = check_change(day, result.changes, result.meetings, lookup, NOW)
    return [v.sentence for v in hard_ones(found)]


def test_a_rider_far_behind_hands_stops_to_one_with_time():
    day = a_day_with_one_rider_far_behind()
    result = exchanged(day)[0]

    (meeting,) = result.meetings
    assert (meeting.giver, meeting.taker) == (GIVER, TAKER)
    after = {c.vehicle_id: [s.order_id for s in c.stops if s.order_id] for c in result.changes}
    assert set(meeting.order_ids) == {o for o in after[TAKER] if str(o).startswith("l")}
    assert not set(meeting.order_ids) & set(after[GIVER])
    assert hard(day, result) == []


def test_both_hold_the_meeting_with_the_same_goods_place_and_time():
    result = exchanged(a_day_with_one_rider_far_behind())[0]
    (meeting,) = result.meetings
    stops = {
        c.vehicle_id: next(s for s in c.stops if s.kind is StopKind.MEET) for c in result.changes
    }
    mine, theirs = stops[GIVER], stops[TAKER]
    assert mine.meeting_id == theirs.meeting_id == meeting.meeting_id
    assert mine.gives == theirs.takes == meeting.order_ids
    assert mine.takes == theirs.gives == ()
    assert mine.point == theirs.point == meeting.point
    assert mine.arrive_at == theirs.arrive_at == meeting.at
    assert (mine.meets, theirs.meets) == (TAKER, GIVER)
    assert mine.service_s == theirs.service_s == 720


def test_the_taker_brings_goods_only_after_the_meeting():
    result = exchanged(a_day_with_one_rider_far_behind())[0]
    taker = next(c for c in result.changes if c.vehicle_id == TAKER)
    kinds = [s.kind is StopKind.MEET for s in taker.stops]
    places = [i for i, s in enumerate(taker.stops) if s.order_id in result.meetings[0].order_ids]
    assert min(places) > kinds.index(True)


def test_the_committed_stops_come_before_the_meeting():
    day = a_day_with_one_rider_far_behind()
    for change in exchanged(day)[0].changes:
        route = day.routes[change.vehicle_id]
        assert change.stops[: route.frozen] == route.remaining[: route.frozen]


def test_nobody_meets_where_nobody_is_late():
    assert exchanged(a_day_with_one_rider_far_behind(busy=5, closes_min=300)) == ()


def test_a_full_vehicle_takes_nothing():
    assert exchanged(a_day_with_one_rider_far_behind(free=4, taker_parcels=4)) == ()


def test_a_vehicle_that_is_down_is_not_met_here():
    day = a_day_with_one_rider_far_behind()
    down = replace(day.vehicles[TAKER], down_since=minute(0))
    assert exchanged(replace(day, vehicles={**day.vehicles, TAKER: down})) == ()


def test_goods_at_the_depot_do_not_change_hands_at_a_meeting():
    day = a_day_with_one_rider_far_behind()
    waiting = {
        o: replace(day.orders[o], goods=type(s.goods).DEPOT, vehicle_id=None)
        for o, s in day.orders.items()
        if s.vehicle_id == GIVER
    }
    assert exchanged(replace(day, orders={**day.orders, **waiting})) == ()


def test_no_meeting_lets_anybody_wait_longer_than_the_bound():
    day = a_day_with_one_rider_far_behind()
    problem = rest_of_day(day, ROADS, NOW, vehicle_ids=(GIVER, TAKER))
    for bound in (0, 120, 480):
        for meeting in rendezvous(problem, 0, 1, 720, bound):
            assert meeting.wait_s <= bound
    for result in exchanged(day, longest_wait_s=120):
        for change in result.changes:
            meet = next(s for s in change.stops if s.kind is StopKind.MEET)
            before = change.stops[change.stops.index(meet) - 1]
            drive_s = int(ROADS.matrix((before.point, meet.point), NOW).seconds[0, 1])
            assert seconds_between(before.leave_at, meet.arrive_at) - drive_s <= 120 + 60


def test_the_same_day_gives_the_same_exchange():
    day = a_day_with_one_rider_far_behind()
    assert exchanged(day) == exchanged(day)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), per=st.integers(4, 10))
def test_whatever_the_routes_an_exchange_breaks_nothing_and_loses_nothing(seed: int, per: int):
    rng = random.Random(seed)
    orders = [
        an_order(
            f"o{v}{i:02d}",
            east(rng.randint(-2000, 2000), rng.randint(-2000, 2000)),
            closes_min=rng.choice([30, 60, 300]),
        )
        for v in (1, 2)
        for i in range(per)
    ]
    day = a_day(
        orders,
        [a_vehicle(GIVER), a_vehicle(TAKER)],
        [a_driver(GIVER), a_driver(TAKER)],
        [
            a_route(GIVER, orders[:per], progress=Progress.DRIVING),
            a_route(TAKER, orders[per:], progress=Progress.DRIVING),
        ],
        now_min=1,
    )
    for result in exchanged(day):
        assert hard(day, result) == []
        visits = sorted(s.order_id for c in result.changes for s in c.stops if s.order_id)
        assert visits == sorted(o.order_id for o in orders)
