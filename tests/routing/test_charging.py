"""Electric vehicles: a battery walked leg by leg, and charging stops that take their minutes."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.charging import Charger, charging_s, gained_m
from core.domain.day import Day
from core.domain.fact import ChargeReported, ChargerListed
from core.domain.fleet import Energy, Vehicle
from core.domain.ids import ChargerId, DriverId, EventId, OrderId, PlanId, StopId, VehicleId
from core.domain.option import NewRoute
from core.domain.plan import Plan, Progress, Route, Stop, StopKind
from core.ledger import fold
from core.ledger.events import Event
from core.routing.check import Code, change_points, check_change, check_plan, hard_ones
from core.routing.expected import expected_lookup
from core.routing.insertion import Candidate, insertions
from core.routing.planner import plan_day
from core.routing.repair import RepairRequest, repair
from core.travel.estimate import EstimateTravel
from tests.builders import (
    DEPOT,
    a_day,
    a_driver,
    a_route,
    a_stop,
    a_vehicle,
    an_order,
    east,
    minute,
)
from tests.routing.crow import by_crow

ROADS = EstimateTravel("UTC")
V1, NEW = VehicleId("V1"), OrderId("new")
STREET = Charger(ChargerId("street"), east(3000), 22_000)


def an_electric(vehicle_id: str, range_m: int, **changes: object) -> Vehicle:
    """Takes 200 Wh a kilometre, and up to 11 kW: 5 km in 327.3 s."""
    values: dict[str, object] = {
        "wh_per_km": 200,
        "charging_w": 11_000,
        "energy": Energy.ELECTRIC,
        **changes,
    }
    return a_vehicle(vehicle_id, range_m=range_m, **values)  # pyright: ignore[reportArgumentType]


def with_chargers(day: Day, *chargers: Charger) -> Day:
    return replace(day, chargers={c.charger_id: c for c in chargers})


@pytest.mark.parametrize(
    ("charging_w", "power_w", "metres", "seconds"),
    [
        # 5 km take 1 kWh: 5 min 27.3 s with 11 kW, 2 min 43.6 s with 22 kW.
        (11_000, 22_000, 5_000, 328),
        (None, 22_000, 5_000, 164),
        (50_000, 22_000, 5_000, 164),
        (11_000, 3_600, 36_000, 7_200),
    ],
)
def test_charging_takes_what_the_slower_of_the_two_takes(
    charging_w: int | None, power_w: int, metres: int, seconds: int
):
    charger = Charger(ChargerId("c"), DEPOT, power_w)
    van = an_electric("V1", 50_000, charging_w=charging_w)
    assert charging_s(van, charger, metres) == seconds
    assert metres <= gained_m(van, charger, seconds) < metres + 40


@given(
    metres=st.integers(1, 400_000),
    use=st.integers(50, 600),
    takes=st.integers(2_000, 150_000),
    gives=st.integers(2_000, 150_000),
)
def test_what_was_asked_for_is_in_the_battery_after_that_time(
    metres: int, use: int, takes: int, gives: int
):
    van = an_electric("V1", 400_000, wh_per_km=use, charging_w=takes)
    charger = Charger(ChargerId("c"), DEPOT, gives)
    lasts_s = charging_s(van, charger, metres)
    assert gained_m(van, charger, lasts_s) >= metres
    assert gained_m(van, charger, lasts_s - 1) <= metres


def a_charge(at_min: float, lasts_s: int, far_m: int = 3000) -> Stop:
    arrive = minute(at_min)
    leave = arrive + timedelta(seconds=lasts_s)
    return Stop(StopId("charge:V1:1"), StopKind.CHARGE, east(far_m), lasts_s, arrive, leave)


def out_and_back(range_m: int, charge: Stop | None, **changes: object) -> tuple[Day, list[Route]]:
    """V1 delivers 5 km east and comes home; it may charge at 3 km on the way back."""
    order = an_order("a", east(5000))
    stop = replace(a_stop(order, 10), leave_at=minute(14))
    home = minute(60)
    stops = (stop,) if charge is None else (stop, charge)
    route = Route(V1, DriverId("d-V1"), minute(0), DEPOT, stops, DEPOT, home, (order.order_id,))
    day = a_day([order], [an_electric("V1", range_m, **changes)], [a_driver("V1")])
    return with_chargers(day, STREET), [route]


@pytest.mark.parametrize(
    ("range_m", "start_m", "lasts_s", "over_m"),
    [
        # 5 km out, 2 km back to the charger, 3 km home.
        (10_000, None, None, 0),
        (9_000, None, None, 1_000),
        (9_000, None, 66, 0),  # 66 s with 11 kW: 1,008 m
        (9_000, None, 60, 84),  # 916 m
        (6_000, None, 3_600, 1_000),  # never gets to the charger
        (20_000, 9_000, None, 1_000),
        (20_000, 9_000, 66, 0),
        (7_500, None, 3_600, 0),
        (2_900, None, 3_600, 4_100),  # 4.1 km short of the charger, and then full for 2.9
    ],
)
def test_the_battery_is_walked_leg_by_leg(
    range_m: int, start_m: int | None, lasts_s: int | None, over_m: int
):
    charge = None if lasts_s is None else a_charge(20, lasts_s)
    day, routes = out_and_back(range_m, charge, start_range_m=start_m)
    found = [v for v in check_plan(day, routes, [], by_crow) if v.code is Code.RANGE]
    assert [v.amount for v in found] == ([over_m] if over_m else [])


def test_a_charging_stop_needs_a_charger_a_battery_and_its_minutes():
    day, routes = out_and_back(20_000, a_charge(20, 600, far_m=2500))
    (found,) = check_plan(day, routes, [], by_crow)
    assert (found.code, found.amount) == (Code.CHARGE, 500)
    assert found.sentence == "V1 would charge for 10 min at charge:V1:1, 500 m from a charger"
    day, routes = out_and_back(20_000, a_charge(20, 600), wh_per_km=None)
    assert [v.code for v in check_plan(day, routes, [], by_crow)] == [Code.CHARGE]
    short = replace(a_charge(20, 600), leave_at=minute(25))
    day, routes = out_and_back(20_000, short)
    assert [(v.code, v.amount) for v in check_plan(day, routes, [], by_crow)] == [
        (Code.TIMING, 300)
    ]


def a_green_morning(seed: int, orders: int = 14, range_m: int = 22_000) -> Day:
    """Two electric vans whose batteries do not last for all of it, and a charger in the street."""
    rng = random.Random(seed)
    owed = [
        an_order(f"o{n:02}", east(rng.randrange(-6000, 6000), rng.randrange(-3000, 3000)))
        for n in range(orders)
    ]
    fleet = [an_electric("V1", range_m), an_electric("V2", range_m, start_range_m=range_m // 2)]
    day = a_day(owed, fleet, [a_driver("V1"), a_driver("V2")])
    return with_chargers(day, STREET, Charger(ChargerId("depot"), DEPOT, 11_000))


def left_by_hand(day: Day, plan: Plan) -> int:
    """Walk the batteries of a plan by its own roads; the least that is ever left."""
    least = 10**9
    for route in plan.routes:
        van = day.vehicles[route.vehicle_id].vehicle
        left = van.start_range_m or van.range_m or 0
        points = [route.start, *(s.point for s in route.stops), route.end]
        metres = ROADS.matrix(points, day.now).metres
        for leg, stop in enumerate((*route.stops, None)):
            left -= int(metres[leg, leg + 1])
            least = min(least, left)
            if stop is not None and stop.kind is StopKind.CHARGE:
                assert stop.point in {c.point for c in day.chargers.values()}
                # 11,000 W and 200 Wh/km: 55 km an hour, in seconds.
                left = min(van.range_m or 0, left + stop.service_s * 55_000 // 3600)
    return least


@pytest.mark.parametrize("seed", range(3))
def test_a_morning_beyond_the_batteries_is_planned_with_charging(seed: int):
    day = a_green_morning(seed)
    plan = plan_day(day, ROADS, seed=seed, iterations=5, plan_id=PlanId("p"))
    without = plan_day(
        replace(day, chargers={}), ROADS, seed=seed, iterations=5, plan_id=PlanId("p")
    )
    assert left_by_hand(day, plan) >= 0
    stops = [s for r in plan.routes for s in r.stops if s.kind is StopKind.CHARGE]
    assert stops
    assert len({s.stop_id for s in stops}) == len(stops)
    assert len(plan.left_out) < len(without.left_out)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), range_km=st.integers(8, 40))
def test_no_plan_drives_an_empty_battery(seed: int, range_km: int):
    day = a_green_morning(seed, orders=8, range_m=range_km * 1000)
    plan = plan_day(day, ROADS, seed=seed, iterations=1, plan_id=PlanId("p"))
    assert left_by_hand(day, plan) >= 0
    served = [o for r in plan.routes for o in r.order_ids()]
    assert sorted([*served, *(o.order_id for o in plan.left_out)]) == sorted(day.orders)


def a_running_day(*, others: bool = False) -> Day:
    """V1 is on the way to the first of three doors; V2, if any, still stands at the depot."""
    own = [an_order(f"o{n}", east(1500 * n)) for n in range(1, 4)]
    new = an_order("new", east(3200))
    routes = [a_route("V1", own, progress=Progress.DRIVING)]
    fleet, drivers = [an_electric("V1", 60_000)], [a_driver("V1")]
    if others:
        routes = [a_route("V1", own), a_route("V2", [])]
        fleet.append(a_vehicle("V2"))
        drivers.append(a_driver("V2"))
    day = a_day([*own, new], fleet, drivers, routes, now_min=1)
    return with_chargers(day, STREET)


def told(day: Day, range_m: int) -> Day:
    body = ChargeReported(V1, range_m)
    event = Event(day.opened.day_id, 2, EventId("c"), minute(1), minute(1), "V1", body)
    return fold.apply(day, event)


def hard(day: Day, changes: list[NewRoute]) -> list[Code]:
    lookup = expected_lookup(day, ROADS, change_points(day, changes), day.now)
    return [v.code for v in hard_ones(check_change(day, changes, [], lookup, day.now))]


def test_a_battery_low_leads_to_a_charging_stop():
    day = told(a_running_day(), 9_000)
    found = repair(day, ROADS, day.now, RepairRequest((V1,)), seed=1, iterations=2)
    (change,) = found[0].changes
    (charge,) = [s for s in change.stops if s.kind is StopKind.CHARGE]
    assert (charge.point, charge.stop_id) == (STREET.point, "charge:V1:1")
    assert charge.leave_at - charge.arrive_at == timedelta(seconds=charge.service_s)
    assert found[0].unserved == ()
    lookup = expected_lookup(day, ROADS, change_points(day, [change]), day.now)
    assert not [v for v in check_change(day, [change], [], lookup, day.now) if v.code is Code.RANGE]
    full = told(a_running_day(), 50_000)
    assert (
        repair(full, ROADS, full.now, RepairRequest((V1,)), seed=1, iterations=2)[0].changes == ()
    )


def test_where_nobody_can_charge_in_time_another_takes_stops_over():
    day = told(a_running_day(others=True), 6_000)
    request = RepairRequest((V1, VehicleId("V2")))
    best = repair(with_chargers(day, replace(STREET, point=east(30_000))), ROADS, day.now, request,
                  seed=1, iterations=2)[0]  # fmt: skip
    taken = {
        c.vehicle_id: [s.order_id for s in c.stops if s.order_id is not None] for c in best.changes
    }
    assert taken[VehicleId("V2")]
    assert best.unserved == ()
    assert sorted(o for orders in taken.values() for o in orders if o) == ["o1", "o2", "o3"]
    assert hard(day, list(best.changes)) == []


def test_one_more_order_comes_with_the_charging_stop_that_it_takes():
    day = told(a_running_day(), 13_500)
    (answer,) = insertions(day, NEW, ROADS, day.now, late_ok=True)
    assert isinstance(answer, Candidate)
    kinds = [s.kind for s in answer.new_route.stops]
    assert kinds.count(StopKind.CHARGE) == 1
    assert hard(day, [answer.new_route]) == []


def test_a_charger_heard_of_again_is_described_anew():
    day = a_running_day()
    body = ChargerListed(replace(STREET, power_w=50_000))
    event = Event(day.opened.day_id, 2, EventId("x"), minute(1), minute(1), "import", body)
    assert fold.apply(day, event).chargers[STREET.charger_id].power_w == 50_000
