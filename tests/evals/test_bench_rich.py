"""The day with every rule in it: planned, checked, and truly holding every rule."""

import pytest

from core.domain.fleet import Energy
from core.travel.estimate import EstimateTravel
from evals.bench.rich import a_rich_day, lines, run
from evals.bench.rich_park import PARK


def test_the_rich_day_uses_every_rule_that_it_says_it_has():
    day = a_rich_day(300, 20, 4)
    orders = [s.order for s in day.orders.values()]
    fleet = [s.vehicle for s in day.vehicles.values()]
    assert any(o.hours for o in orders)
    assert any(o.max_height_cm for o in orders)
    assert any(o.release_at for o in orders)
    assert any(o.prize_cents is not None for o in orders)
    assert {z for o in orders if o.point for z in day.zones_at(o.point)} == set(day.zones.values())
    assert {v.can_reload for v in fleet} == {True, False}
    assert any(v.cost_per_day_cents for v in fleet)
    assert all(d.most_duty_s and d.rest for d in day.drivers.values())
    assert day.depot.doors == 6
    assert {v.depot_id for v in fleet} == {None, "south"}
    assert {o.depot_id for o in orders} == {None, "depot", "south"}
    assert any(v.ends_at for v in fleet)
    assert {bool(d.territory) for d in day.drivers.values()} == {True, False}
    assert day.rules.costs.outside_territory.cents > 0
    assert day.rules.costs.uneven_minute.cents > 0
    assert day.chargers
    assert any(v.wh_per_km for v in fleet)
    assert any(v.start_range_m for v in fleet)
    ways = {a.way for o in orders for a in o.alternatives}
    assert ways == {"locker", "shop", "evening"}
    assert sum(bool(o.alternatives) for o in orders) == 50


def test_no_van_comes_to_the_park_and_back_on_one_battery():
    day = a_rich_day(300, 20, 4)
    ends = [d.point for d in day.opened.depots]
    metres = EstimateTravel("UTC").matrix([PARK, *ends], day.now).metres
    electric = [s.vehicle for s in day.vehicles.values() if s.vehicle.energy is Energy.ELECTRIC]
    points = [s.order.point for s in day.orders.values()]
    assert sum(p is not None and p.lon_e6 > PARK.lon_e6 - 50_000 for p in points) == 3
    assert day.zones_at(PARK)[0].admits == {"electric"}
    assert all((v.range_m or 0) < 2 * int(metres[0, 1:].min()) for v in electric)


@pytest.mark.slow  # a search over 300 orders: 20 CPU seconds
def test_who_goes_to_the_park_charges_on_the_way():
    report = run(orders=300, vehicles=20, iterations=8)
    assert report.violations == 0
    assert report.used["charging stops"] > 0


@pytest.mark.slow
def test_a_smaller_one_is_planned_clean():
    report = run(orders=150, vehicles=10, iterations=5, seed=3)
    assert set(report.used) >= {"charging stops", "stops in zones", "returns"}
    assert report.used["rests"] == report.rests
    assert report.violations == 0
    assert report.served + sum(report.left_out_by.values()) == 150
    assert report.rests > 0
    assert report.with_ways == 25
    assert 0 < report.other_ways <= 25
    assert lines(report)[-1].startswith("0 violations")
