"""The world plays a day and tells nothing but facts and positions."""

from collections import Counter
from itertools import pairwise

from core.domain.fact import (
    CustomerContacted,
    OrderCancelled,
    OrderDelivered,
    OrderReceived,
    RoadIncidentReported,
    RouteDeparted,
    RouteReturned,
    StopReached,
)
from core.domain.ids import VehicleId
from core.domain.place import Area
from core.domain.plan import Progress
from core.domain.position import Position
from core.routing.check import check_executed
from core.travel.estimate import EstimateTravel
from evals.world.draws import Draws
from evals.world.parameters import default
from evals.world.traffic import Snarl, Traffic
from tests.builders import DEPOT, east
from tests.evals.towns import a_plan, a_town, facts, played


def test_with_nobody_at_the_desk_every_van_drives_its_plan_and_comes_home():
    city = a_town(seed=3)
    world, log, heard = played(city, a_plan(city))
    kinds = Counter(type(t.body) for t in facts(heard))
    assert kinds[RouteDeparted] == kinds[RouteReturned] == 2
    assert kinds[StopReached] == 40
    assert all(r.progress is Progress.FINISHED for r in log.day.routes.values())
    assert world.finished
    assert not [v for v in check_executed(log.events) if v.hard]


def test_the_same_seed_plays_the_same_day_at_any_step():
    city = a_town(seed=5)
    by_halves = facts(played(city, a_plan(city), step_s=30)[2])
    by_minutes = facts(played(city, a_plan(city), step_s=60)[2])
    assert sorted(by_halves, key=lambda t: (t.at, t.event_id)) == sorted(
        by_minutes, key=lambda t: (t.at, t.event_id)
    )


def test_the_tuesday_brings_a_snarl_two_calls_before_ten_and_urgent_orders():
    city = a_town(seed=4, count=60)
    told = facts(played(city, a_plan(city))[2])
    calls = [t for t in told if isinstance(t.body, CustomerContacted)]
    ten = city.at(10 * 3600)
    assert sum(c.at < ten for c in calls) >= 2
    assert [t.at < city.at(10 * 3600) for t in told if isinstance(t.body, RoadIncidentReported)]
    assert sum(isinstance(t.body, OrderReceived) for t in told) == 2
    assert any(isinstance(t.body, OrderCancelled) for t in told)


def test_every_van_under_way_is_seen_each_half_minute():
    city = a_town(seed=3, count=10)
    fixes = [h for h in played(city, a_plan(city))[2] if isinstance(h, Position)]
    first = [f.at for f in fixes if f.vehicle_id == "V1"]
    gaps = {(b - a).total_seconds() for a, b in pairwise(first)}
    assert gaps == {30.0}


def test_a_delivered_order_is_delivered_once_and_by_whoever_carries_it():
    city = a_town(seed=9)
    told = facts(played(city, a_plan(city))[2])
    delivered = [t.body.order_id for t in told if isinstance(t.body, OrderDelivered)]
    assert len(delivered) == len(set(delivered))


def test_a_drive_through_a_snarl_takes_ten_times_as_long_until_it_clears():
    draws = Draws(1, default())
    midnight, v = a_town(1).midnight, VehicleId("V1")
    area = Area(east(1000), 600)
    jam = Snarl(area, 10, begins=36000, clears=40000, reported=99999)
    free = Traffic(EstimateTravel("UTC"), draws, midnight)
    jammed = Traffic(EstimateTravel("UTC"), draws, midnight, [jam])
    inside = (east(800), east(1200))
    without = free.drive(v, *inside, 36100)
    held = jammed.drive(v, *inside, 36100)
    assert 9 < (held.arrives - 36100) / (without.arrives - 36100) <= 10.5
    assert area.holds(held.at((36100 + held.arrives) // 2))
    after = jammed.drive(v, *inside, 40001)
    assert after.arrives == free.drive(v, *inside, 40001).arrives
    begun_late = jammed.drive(v, *inside, 39990)
    assert begun_late.arrives < 40001 + (without.arrives - 36100) * 2


def test_a_drive_begins_where_it_starts_and_ends_where_it_leads():
    traffic = Traffic(EstimateTravel("UTC"), Draws(1, default()), a_town(1).midnight)
    drive = traffic.drive(VehicleId("V1"), DEPOT, east(3000), 30000)
    assert drive.at(30000) == DEPOT
    assert drive.at(drive.arrives) == east(3000)
    assert DEPOT.crow_m(drive.at((30000 + drive.arrives) // 2)) < 3000
