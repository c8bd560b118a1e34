"""Facts at the door: taken once, kept when early, refused when impossible."""

from datetime import timedelta

import pytest

from core.context import CountedIds, SetClock
from core.desk.commands import ReportFact, Snooze
from core.desk.owner import DayOwner
from core.domain.fact import (
    DayOpened,
    HandedOver,
    OrderCancelled,
    OrderDelivered,
    OrderReceived,
    RoadIncidentReported,
    StopReached,
    Tick,
    VehicleDown,
    VehicleListed,
)
from core.domain.ids import (
    CaseId,
    DayId,
    EventId,
    IncidentId,
    MeetingId,
    OrderId,
    StopId,
    VehicleId,
)
from core.domain.order import OrderStatus
from core.domain.place import Area
from core.errors import Conflict, CopilotError, NotReady, Refused, UnknownId
from core.store.store import Store
from tests.builders import DEPOT, a_day, a_vehicle, an_order, minute
from tests.desk.scene import DAY, Scene

V1 = VehicleId("V1")


def test_the_same_fact_again_is_a_duplicate_and_other_content_a_conflict():
    scene = Scene().under_way()
    first = scene.fact(OrderCancelled(OrderId("o3")), event_id="x1")
    assert not scene.owner.submit(first).duplicate
    seq = scene.day.seq
    assert scene.owner.submit(first).duplicate
    with pytest.raises(Conflict):
        scene.owner.submit(scene.fact(OrderCancelled(OrderId("o2")), event_id="x1"))
    assert scene.day.seq == seq


def test_duplicates_within_one_batch_are_found():
    scene = Scene().under_way()
    fact = scene.fact(Tick(), event_id="x1")
    first, again = scene.owner.submit_all([fact, fact])
    assert not isinstance(first, CopilotError)
    assert not isinstance(again, CopilotError)
    assert (first.duplicate, again.duplicate) == (False, True)


def test_a_refused_command_in_a_batch_leaves_the_others_standing():
    scene = Scene().under_way()
    seq = scene.day.seq
    results = scene.owner.submit_all(
        [scene.fact(Tick()), Snooze(CaseId("C-9"), "ada", minute(60)), scene.fact(Tick())]
    )
    assert isinstance(results[1], UnknownId)
    assert scene.day.seq == seq + 2
    assert scene.store.verify(DAY).clean


def test_a_fact_about_an_unknown_order_waits_for_it():
    scene = Scene().planned()
    scene.tell(OrderCancelled(OrderId("late")))
    assert [u.waits_for for u in scene.day.unmatched] == ["order:late"]
    scene.tell(OrderReceived(an_order("late")))
    assert scene.day.unmatched == ()
    assert scene.day.orders[OrderId("late")].status is OrderStatus.CANCELLED


def test_a_breakdown_of_a_vehicle_not_yet_listed_counts_once_it_is():
    scene = Scene().planned()
    scene.tell(VehicleDown(VehicleId("V9"), DEPOT))
    scene.tell(VehicleListed(a_vehicle("V9")))
    assert scene.day.vehicles[VehicleId("V9")].down_since == minute(-30)


def test_the_first_fact_of_a_day_opens_it():
    scene = Scene()
    with pytest.raises(Refused):
        scene.tell(Tick())
    with pytest.raises(NotReady):
        scene.owner.submit(Snooze(CaseId("C-1"), "ada", minute(60)))
    other = DayOpened(DayId("other"), "test", "2026-11-10", "UTC", a_day().opened.depots)
    with pytest.raises(Refused):
        scene.tell(other)
    assert not scene.owner.is_open


@pytest.mark.parametrize(
    ("zone", "date"), [("Mars/Olympus", "2026-11-10"), ("UTC", "tenth"), ("", "2026-11-10")]
)
def test_a_day_needs_a_zone_and_a_date(zone: str, date: str):
    with pytest.raises(Refused):
        Scene().tell(DayOpened(DAY, "test", date, zone, a_day().opened.depots))


def test_impossible_facts_are_refused_and_change_nothing():
    scene = Scene().under_way()
    seq = scene.day.seq
    now = scene.clock.now()
    slow = RoadIncidentReported(IncidentId("i"), Area(DEPOT, 100), 130)
    closed = RoadIncidentReported(
        IncidentId("i"),
        Area(DEPOT, 100),
        30,
        clears_at=minute(240).replace(tzinfo=None),
    )
    alone = HandedOver(MeetingId("m"), V1, V1, (OrderId("o1"),), DEPOT)
    impossible = [
        ReportFact(EventId("naive"), now.replace(tzinfo=None), "x", Tick()),
        ReportFact(EventId("ahead"), now + timedelta(minutes=5, seconds=1), "x", Tick()),
        ReportFact(EventId("tenfour:1"), now, "x", Tick()),
        ReportFact(EventId("again"), now, "x", a_day().opened),
        ReportFact(EventId("fast"), now, "x", slow),
        ReportFact(EventId("closed"), now, "x", closed),
        ReportFact(EventId("alone"), now, "x", alone),
    ]
    for fact in impossible:
        with pytest.raises(Refused):
            scene.owner.submit(fact)
    assert scene.day.seq == seq


def test_a_clock_five_minutes_ahead_is_forgiven():
    scene = Scene().under_way()
    at = scene.clock.now() + timedelta(minutes=5)
    scene.owner.submit(ReportFact(EventId("ahead"), at, "x", Tick()))


def test_a_fact_without_an_id_gets_one():
    scene = Scene().under_way()
    (event,) = scene.owner.submit(ReportFact(EventId(""), minute(5), "x", Tick())).events
    assert event.event_id == "fact-1"


def test_an_owner_that_starts_again_finds_the_day_as_it_left_it():
    store = Store()
    scene = Scene(store).under_way()
    scene.at(12).tell(
        StopReached(V1, StopId("deliver:o1"), DEPOT), OrderDelivered(V1, OrderId("o1"), DEPOT)
    )
    again = DayOwner(store, DAY, clock=SetClock(minute(12)), ids=CountedIds())
    assert again.day == scene.day
    assert again.events() == scene.owner.events()
    delivered = again.events()[-1]
    assert again.submit(
        ReportFact(
            delivered.event_id,
            delivered.at,
            delivered.actor,
            OrderDelivered(V1, OrderId("o1"), DEPOT),
        )
    ).duplicate


def test_an_owner_overtaken_by_another_process_catches_up():
    store = Store()
    first = Scene(store).under_way()
    second = DayOwner(store, DAY, clock=first.clock, ids=CountedIds())
    first.tell(Tick())
    second.submit(ReportFact(EventId("mine"), minute(5), "x", Tick()))
    assert second.day.seq == first.day.seq + 1
    first.tell(Tick())
    assert [e.seq for e in first.owner.events()] == list(range(1, first.day.seq + 1))
    assert store.verify(DAY).clean
