"""The quality of arrival times over HTTP: worked through in slices, the same figures in the end."""

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.eta_views import bearing
from api.following import Following, saying
from core.context import CountedIds, SetClock
from core.desk.commands import AdoptPlan, ReportFact
from core.desk.owner import DayOwner
from core.domain.day import Day
from core.domain.fact import (
    DayOpened,
    DriverListed,
    Fact,
    OrderDelivered,
    OrderReceived,
    RouteDeparted,
    StopReached,
    VehicleListed,
)
from core.domain.fleet import Depot
from core.domain.ids import DayId, DepotId, EventId, OrderId, StopId
from core.domain.position import Positions
from core.domain.time import TimeWindow
from core.eta.quality.follow import Follower
from core.eta.quality.rows import Spoken
from core.store.store import Store
from core.travel.protocol import TravelTimes
from tests.api.served import VANS, Served
from tests.builders import DEPOT, a_driver, a_route, a_vehicle, an_order, east, hand_plan, minute


def deliver(served: Served, order: str, at: float, number: int = 0) -> None:
    """Let a van reach an order and deliver it four minutes later."""
    live, van = served.live, VANS[number]
    clock = live.clock
    assert isinstance(clock, SetClock)
    point = live.day.orders[OrderId(order)].order.point
    assert point is not None
    facts: list[tuple[float, Fact]] = [
        (at, StopReached(van, StopId(f"deliver:{order}"), point)),
        (at + 4, OrderDelivered(van, OrderId(order), point)),
    ]
    for when, fact in facts:
        clock.instant = minute(when)
        live.submit(
            ReportFact(EventId(f"{fact.type}-{order}"), minute(when), f"driver:{van}", fact)
        )


def quality(served: Served, **query: object) -> dict[str, Any]:
    """Ask until the day is worked through, as the page does."""
    while True:
        answer = served.get("/v1/eta/quality", **query)
        assert answer.status_code == 200, answer.text
        if answer.json()["complete"]:
            return answer.json()


def test_before_anything_arrived_the_page_says_so_and_who_answers(served: Served):
    said = quality(served)
    assert said["says"] == "formula, no history yet. Nothing arrived yet"
    assert (said["arrivals"], said["model_id"], said["place"]) == (0, "formula", "test")
    assert said["horizons"][1]["mae_min"] is None
    assert (said["steps"], said["drift"], said["addresses"]) == ([], [], [])


def test_arrivals_are_scored_by_what_was_said_of_them(served: Served):
    for n, at in ((1, 14), (2, 30), (3, 47)):
        deliver(served, f"o{n}", at)
    said = quality(served)
    assert (said["arrivals"], said["scored"]) == (3, 3)
    (day,) = said["days"]
    assert (day["day_id"], day["unseen"], day["ahead"]) == ("test:2026-11-10", 0, 5)
    assert day["scored_until"].startswith("2026-11-10T10:50")
    quarter = said["horizons"][2]
    assert (quarter["name"], quarter["arrivals"]) == ("15 min", 3)
    assert quarter["mae_min"] > 0
    total = quarter["below_p10_pct"] + quarter["inside_pct"] + quarter["above_p90_pct"]
    assert total == pytest.approx(100, abs=0.2)
    assert [h["hour"] for h in said["hours"]] == [10]
    assert sum(z["arrivals"] for z in said["zones"]) == 3
    forecasts = sum(a["forecasts"] for a in said["ahead"])
    assert said["models"] == [{"model_id": "formula", "forecasts": forecasts}]


def test_a_slice_of_no_time_gets_nowhere_and_many_slices_arrive(served: Served):
    for n, at in ((1, 14), (2, 30)):
        deliver(served, f"o{n}", at)
    live = served.live
    whole = quality(served)
    fresh = Following(live.owner.store, lambda _: live.travel, live.seed)
    say = saying(live.travel, live.seed, None)
    begun = fresh.served(live.owner, say, (), live.now(), 0.0)
    assert (begun.complete, begun.days[0].arrivals) == (False, ())
    done = fresh.served(live.owner, say, (), live.now(), float(sys.maxsize))
    assert done.complete
    assert len(done.days[0].arrivals) == whole["arrivals"]


def test_a_day_that_goes_on_adds_to_what_is_known(served: Served):
    deliver(served, "o1", 14)
    before = quality(served)
    deliver(served, "o2", 33)
    after = quality(served)
    assert (before["arrivals"], after["arrivals"]) == (1, 2)
    fresh = Following(served.live.owner.store, lambda _: served.live.travel, served.live.seed)
    say = saying(served.live.travel, served.live.seed, None)
    again = fresh.served(served.live.owner, say, (), served.live.now(), 60.0)
    kept = served.live.following.served(served.live.owner, say, (), served.live.now(), 60.0)
    assert again == kept


def test_what_the_console_would_have_said_knows_nothing_of_what_came_later(served: Served):
    for n, at in ((1, 14), (2, 33), (3, 71)):
        deliver(served, f"o{n}", at)
    live = served.live
    events = live.owner.events(0)

    def heard(until: float) -> list[tuple[datetime, Spoken]]:
        """Return all that is said up to 08:30 by whoever heard the day up to an instant."""
        told: list[tuple[datetime, Spoken]] = []
        say = saying(live.travel, live.seed, None)

        def listening(day: Day, positions: Positions, now: datetime) -> Spoken:
            told.append((now, say(day, positions, now)))
            return told[-1][1]

        follower = Follower(listening)
        follower.hear(e for e in events if e.received_at <= minute(until))
        assert follower.advance(minute(30))
        return told

    assert len(heard(30)) > 6
    assert heard(30) == heard(60) == heard(90)


def test_a_day_of_other_travel_times_is_named_and_left_out(served: Served):
    store, day_id = served.live.owner.store, served.live.owner.day_id
    assert Following(store, lambda _: None).over([day_id]).left_out == (
        "test:2026-11-10: the travel times of its plan (estimate) are not here",
    )
    found = Following(store, lambda day: served.live.travel).over([day_id])
    assert (found.complete, found.days[0].open_stops) == (True, 8)


def an_earlier_day(store: Store, travel: TravelTimes) -> None:
    """Write the day before into the same database: one van, one order reached at 08:31."""
    order = an_order("o1", east(2_000), opens_min=-1440, closes_min=-1110)
    driver = a_driver("R1", shift_min=(-1440, -1110))
    morning = (VehicleListed(a_vehicle("R1")), DriverListed(driver), OrderReceived(order))
    depot = Depot(DepotId("depot"), DEPOT, TimeWindow(before(-120), before(720)))
    opened = DayOpened(DayId("test:2026-11-09"), "test", "2026-11-09", "Europe/Helsinki", (depot,))
    clock = SetClock(before(-60))
    owner = DayOwner(store, opened.day_id, clock=clock, ids=CountedIds(), travel=travel)
    van, stop = VANS[0], StopId("deliver:o1")
    for number, fact in enumerate([opened, *morning]):
        owner.submit(ReportFact(EventId(f"f-{number}"), before(-60), "feed:import", fact))
    plan = hand_plan([a_route("R1", [order], depart_min=-1440, every_min=15)])
    owner.submit(AdoptPlan(replace(plan, provider=travel.stamp), "person:ana"))
    road = ((0, RouteDeparted(van, DEPOT)), (31, StopReached(van, stop, east(2_000))),
            (40, OrderDelivered(van, OrderId("o1"), east(2_000))))  # fmt: skip
    for at, fact in road:
        clock.instant = before(at)
        owner.submit(ReportFact(EventId(f"r-{at}"), before(at), "driver:R1", fact))


def before(m: float) -> datetime:
    return minute(m) - timedelta(days=1)


def test_days_before_are_added_when_they_are_asked_for(served: Served):
    live = served.live
    an_earlier_day(live.owner.store, live.travel)
    deliver(served, "o1", 14)
    (day,) = quality(served)["days"]
    assert day["day_id"] == "test:2026-11-10"
    both = quality(served, days=7)
    assert [d["day_id"] for d in both["days"]] == ["test:2026-11-10", "test:2026-11-09"]
    assert (both["arrivals"], both["horizons"][2]["routes"]) == (2, 2)
    assert both == quality(served, days=7)


def test_places_are_named_by_where_they_lie_from_the_depot():
    assert bearing(DEPOT, east(30)) == "at the depot"
    assert bearing(DEPOT, east(310)) == "300 m east"
    assert bearing(DEPOT, east(2_100)) == "2.1 km east"
    assert bearing(DEPOT, east(-2_000, 2_000)).endswith("km north-west")
    assert bearing(DEPOT, east(100, -3_000)) == "3.0 km south"


def test_more_days_than_a_month_are_not_asked_for(served: Served):
    assert served.get("/v1/eta/quality", days=29).status_code == 422
    assert quality(served, days=28)["days"][0]["day_id"] == "test:2026-11-10"
