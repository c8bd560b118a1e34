"""A vehicle that says how far it still goes is sent no further."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Charge, Day
from core.domain.fact import ChargeReported
from core.domain.ids import EventId, OrderId, VehicleId
from core.domain.option import NewRoute
from core.domain.plan import Progress, Refusal
from core.ledger import fold
from core.ledger.events import Event
from core.routing.build import rest_of_day
from core.routing.check import Code, check_change, hard_ones
from core.routing.insertion import Candidate, insertions
from core.travel.estimate import EstimateTravel
from core.travel.lookup import matrix_lookup
from tests.builders import DEPOT, a_day, a_driver, a_route, a_vehicle, an_order, east, minute
from tests.routing.crow import by_crow

ROADS = EstimateTravel("UTC")
V1, NEW = VehicleId("V1"), OrderId("new")
OWN = [an_order("a", east(1000)), an_order("b", east(2000)), an_order("c", east(3000))]


def a_running_day(*, done: int = 1) -> Day:
    route = a_route("V1", OWN, done=done, progress=Progress.DRIVING, since_min=6)
    new = an_order("new", east(4000))
    return a_day([*OWN, new], [a_vehicle("V1")], [a_driver("V1")], [route], now_min=7)


def told(day: Day, range_m: int, *, at_min: float = 7, seq: int = 2) -> Day:
    body = ChargeReported(V1, range_m)
    event = Event(day.opened.day_id, seq, EventId(f"c{seq}"), minute(at_min), minute(7), "V1", body)
    return fold.apply(day, event)


def test_the_latest_report_counts_and_no_proposal_goes_stale_by_it():
    day = told(told(a_running_day(), 9000, at_min=7), 5000, at_min=5, seq=3)
    state = day.vehicles[V1]
    assert state.charge == Charge(9000, minute(7), east(1000), 1)
    assert state.revision == a_running_day().vehicles[V1].revision


def test_from_a_kilometre_out_the_rest_is_five_kilometres():
    """East 1000 to 2000 to 3000 and back to the depot: 1 + 1 + 3 km by the crow."""
    day = a_running_day()
    route = day.routes[V1]
    turned = NewRoute(V1, 1, (route.stops[1], route.stops[2]), route.return_at)
    there = replace(turned, stops=(*turned.stops[::-1],))
    for reach, over in ((5000, []), (4900, [(False, 100)]), (6000, [])):
        found = check_change(told(day, reach), [turned], [], by_crow, minute(7))
        assert [(v.hard, v.amount) for v in found if v.code is Code.RANGE] == over
    # 3000 first, then back to 2000 and home: 2 + 1 + 2 km, no longer than before.
    found = check_change(told(day, 4900), [there], [], by_crow, minute(7))
    assert [(v.hard, v.amount) for v in found if v.code is Code.RANGE] == [(False, 100)]


def test_a_detour_beyond_the_battery_is_refused_with_the_kilometres_to_charge():
    day = told(a_running_day(), 9000)
    (answer,) = insertions(day, NEW, ROADS, minute(7))
    assert isinstance(answer, Refusal)
    assert answer.code == "range"
    assert "km beyond its range; fits with that much charged" in answer.sentence
    (answer,) = insertions(told(a_running_day(), 40_000), NEW, ROADS, minute(7))
    assert isinstance(answer, Candidate)


def test_what_was_driven_since_the_report_is_gone():
    early = told(a_running_day(done=1), 40_000)
    later = replace(early, routes=a_running_day(done=2).routes)
    ranges = [rest_of_day(d, ROADS, minute(7)).slots[0].range_m for d in (early, later)]
    leg = int(ROADS.matrix([east(1000), east(2000)], minute(7)).metres[0, 1])
    assert ranges == [40_000, 40_000 - leg]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), reach=st.integers(0, 40_000))
def test_no_insertion_goes_further_than_was_said_unless_the_route_does_already(
    seed: int, reach: int
):
    rng = random.Random(seed)
    day = told(a_running_day(done=rng.randint(0, 2)), reach)
    point = east(rng.randint(-5000, 5000), rng.randint(-5000, 5000))
    new = replace(day.orders[NEW], order=an_order("new", point))
    day = replace(day, orders={**day.orders, NEW: new})
    lookup = matrix_lookup(ROADS, (DEPOT, point, *(o.point for o in OWN if o.point)), day.now)
    for answer in insertions(day, NEW, ROADS, day.now, late_ok=True):
        if isinstance(answer, Candidate):
            found = hard_ones(check_change(day, [answer.new_route], [], lookup, day.now))
            assert not [v for v in found if v.code is Code.RANGE]
