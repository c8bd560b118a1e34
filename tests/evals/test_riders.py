"""Drivers follow the route that the desk holds, whatever it becomes."""

from dataclasses import replace
from datetime import timedelta

from core.context import CountedIds
from core.desk.bench import Bench
from core.desk.commands import ReportFact
from core.desk.facts import report
from core.domain.decision import RouteChanged
from core.domain.fact import HandedOver, OrderDelivered, StopFinished, StopReached
from core.domain.ids import MeetingId, OrderId, StopId, VehicleId
from core.domain.option import NewRoute
from core.domain.plan import Stop, StopKind
from evals.world.world import Told, World
from tests.builders import east, minute
from tests.evals.towns import Log, a_plan, a_town, a_world

V1, V2 = VehicleId("V1"), VehicleId("V2")


def play_on(world: World, log: Log, start_min: float, until_min: float) -> list[Told]:
    heard: list[Told] = []
    now = minute(start_min)
    while now < minute(until_min) and not world.finished:
        now += timedelta(seconds=30)
        for item in world.advance(now):
            if isinstance(item, Told):
                heard.append(item)
                log.write(item.event_id, item.at, item.body)
    return heard


def change(log: Log, vehicle_id: VehicleId, stops: tuple[Stop, ...]) -> None:
    route = log.day.routes[vehicle_id]
    new = NewRoute(vehicle_id, route.revision, stops, route.return_at)
    log.write(f"change:{vehicle_id}:{route.revision}", log.day.now, RouteChanged(new, None))


def a_meeting(vehicle_id: VehicleId, meets: VehicleId, gives: tuple[OrderId, ...] = ()) -> Stop:
    takes = () if gives else (OrderId("o36"),)
    return Stop(
        StopId(f"meet:M1:{vehicle_id}"),
        StopKind.MEET,
        east(700, 700),
        600,
        minute(20),
        minute(30),
        meeting_id=MeetingId("M1"),
        meets=meets,
        gives=gives,
        takes=takes,
    )


def test_a_changed_route_is_driven_from_the_next_stop_on_and_the_committed_one_is_kept():
    city = a_town(seed=3)
    world, log = a_world(city, a_plan(city))
    play_on(world, log, -1, 10)
    rest = log.day.routes[V1].remaining
    committed, later = rest[0], tuple(reversed(rest[1:]))
    change(log, V1, (committed, *later))
    told = play_on(world, log, 10, 60)
    reached = [t.body.stop_id for t in told if isinstance(t.body, StopReached)]
    own = [s for s in reached if s in {r.stop_id for r in rest}]
    kept = [s for s in own if s != committed.stop_id]
    assert kept[:3] == [s.stop_id for s in later[:3]]


def test_goods_change_hands_when_both_drivers_are_there():
    city = a_town(seed=3)
    world, log = a_world(city, a_plan(city))
    play_on(world, log, -1, 10)
    goods = OrderId("o36")
    one, other = log.day.routes[V1].remaining, log.day.routes[V2].remaining
    given = next(s for s in one if s.order_id == goods)
    rest = tuple(s for s in one[1:] if s.order_id != goods)
    change(log, V1, (one[0], a_meeting(V1, V2, (goods,)), *rest))
    change(log, V2, (other[0], a_meeting(V2, V1), given, *other[1:]))
    told = play_on(world, log, 10, 450)
    (handed,) = [t for t in told if isinstance(t.body, HandedOver)]
    assert handed.body == HandedOver(MeetingId("M1"), V1, V2, (goods,), east(700, 700))
    (delivered,) = [
        t for t in told if isinstance(t.body, OrderDelivered) and t.body.order_id == goods
    ]
    assert isinstance(delivered.body, OrderDelivered)
    assert delivered.body.vehicle_id == V2
    assert delivered.at > handed.at
    assert world.finished


def test_a_meeting_whose_goods_are_gone_is_finished_by_both_and_hands_nothing_over():
    """V1 delivers the parcel before it gets to the meeting that was to hand it over."""
    city = a_town(seed=3)
    world, log = a_world(city, a_plan(city))
    play_on(world, log, -1, 10)
    goods = OrderId("o36")
    one, other = log.day.routes[V1].remaining, log.day.routes[V2].remaining
    given = next(s for s in one if s.order_id == goods)
    rest = tuple(s for s in one[1:] if s.order_id != goods)
    change(log, V1, (one[0], given, a_meeting(V1, V2, (goods,)), *rest))
    change(log, V2, (other[0], a_meeting(V2, V1), *other[1:]))
    told = play_on(world, log, 10, 450)
    assert not [t for t in told if isinstance(t.body, HandedOver)]
    finished = {
        (t.body.vehicle_id, t.body.stop_id): t.at for t in told if isinstance(t.body, StopFinished)
    }
    assert set(finished) == {(v, StopId(f"meet:M1:{v}")) for v in (V1, V2)}
    assert len(set(finished.values())) == 1
    for t in told:
        bench = Bench(CountedIds(), t.at)
        assert report(log.day, ReportFact(t.event_id, t.at, t.actor, t.body), bench)
    assert not any(s.kind is StopKind.MEET for r in log.day.routes.values() for s in r.remaining)
    assert world.finished


def test_a_driver_whose_meeting_is_called_off_goes_on():
    city = a_town(seed=3)
    world, log = a_world(city, a_plan(city))
    play_on(world, log, -1, 10)
    one = log.day.routes[V1].remaining
    change(log, V1, (one[0], a_meeting(V1, V2, (OrderId("o36"),)), *one[1:]))
    told = play_on(world, log, 10, 450)
    assert not [t for t in told if isinstance(t.body, HandedOver)]
    assert world.finished


def test_a_parcel_at_the_depot_is_loaded_before_it_is_delivered():
    city = a_town(seed=3)
    plan = a_plan(city)
    first = plan.routes[0]
    late = first.stops[-1]
    assert late.order_id is not None
    loads = tuple(o for o in first.loads if o != late.order_id)
    short = replace(first, loads=loads, stops=first.stops[:-1])
    world, log = a_world(city, replace(plan, routes=(short, *plan.routes[1:])))
    play_on(world, log, -1, 10)
    rest = log.day.routes[V1].remaining
    dock = Stop(
        StopId("reload:V1:1"),
        StopKind.RELOAD,
        city.depot.point,
        240,
        minute(20),
        minute(24),
        loads=(late.order_id,),
    )
    change(log, V1, (rest[0], dock, late, *rest[1:]))
    told = play_on(world, log, 10, 450)
    finished = next(t for t in told if isinstance(t.body, StopFinished))
    delivered = next(
        t for t in told if isinstance(t.body, OrderDelivered) and t.body.order_id == late.order_id
    )
    assert finished.at < delivered.at


def test_a_van_on_its_way_home_turns_round_for_a_new_stop():
    city = a_town(seed=3, count=6)
    world, log = a_world(city, a_plan(city))
    start = -1.0
    while not (log.day.routes[V1].done == 3 and log.day.routes[V1].progress == "driving"):
        play_on(world, log, start, start + 0.5)
        start += 0.5
    again = replace(log.day.routes[V1].stops[0], stop_id=StopId("rest:1"), kind=StopKind.REST)
    change(log, V1, (replace(again, order_id=None, point=east(3000)),))
    told = play_on(world, log, start, 450)
    assert any(isinstance(t.body, StopFinished) for t in told)
    assert world.finished
