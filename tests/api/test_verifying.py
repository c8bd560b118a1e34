"""A stored plan is checked with the travel times it was made with, or says that it was not."""

from dataclasses import replace
from pathlib import Path

import pytest

from api.maps import Maps
from api.verifying import verify_day
from core.context import CountedIds, SetClock
from core.desk.commands import AdoptPlan, ReportFact
from core.desk.owner import DayOwner
from core.domain.fact import DriverListed, Fact, OrderReceived, VehicleListed
from core.domain.ids import EventId, PlanId
from core.domain.plan import ProviderStamp
from core.errors import NotReady
from core.routing.planner import plan_day
from core.store.store import Store
from core.travel.cch import Hierarchy
from core.travel.estimate import EstimateTravel
from core.travel.protocol import TravelTimes
from core.travel.roads import RoadTravel, hierarchy_folder
from tests.builders import a_day, a_driver, a_vehicle, an_order, east, minute
from tests.desk.scene import CrowTravel

DAY = a_day().opened.day_id
ORDERS = [an_order(f"o{n}", east(400 * n)) for n in range(1, 5)]


def stored(travel: TravelTimes, stamp: ProviderStamp | None = None) -> Store:
    """A day planned with those travel times; the plan may say that it was made with others."""
    store = Store()
    owner = DayOwner(store, DAY, clock=SetClock(minute(-60)), ids=CountedIds(), travel=travel)
    facts: list[Fact] = [
        a_day().opened,
        *(OrderReceived(o) for o in ORDERS),
        VehicleListed(a_vehicle("V1")),
        DriverListed(a_driver("V1")),
    ]
    for n, fact in enumerate(facts):
        owner.submit(ReportFact(EventId(f"f{n}"), minute(-60), "feed:test", fact))
    plan = plan_day(owner.day, travel, seed=1, iterations=20, plan_id=PlanId("plan-1"))
    owner.submit(AdoptPlan(replace(plan, provider=stamp or plan.provider), "ada"))
    return store


@pytest.fixture(scope="module")
def roads() -> RoadTravel:
    return RoadTravel.load(None, "UTC")


def test_a_plan_by_formula_is_checked_by_the_formula():
    honest = verify_day(stored(EstimateTravel("UTC")), DAY)
    assert (honest.problems, honest.unchecked, honest.verdict()) == ((), (), "clean")
    faster = verify_day(stored(CrowTravel(), EstimateTravel("UTC").stamp), DAY)
    assert "before it can" in faster.problems[0]


def test_a_plan_on_the_bundled_map_is_checked_on_it(roads: RoadTravel):
    honest = verify_day(stored(roads), DAY)
    assert (honest.problems, honest.unchecked) == ((), ())
    faster = verify_day(stored(CrowTravel(), roads.stamp), DAY)
    assert "before it can" in faster.problems[0]


def test_a_plan_on_a_map_that_is_not_here_says_that_its_drives_were_not_checked():
    elsewhere = ProviderStamp("roads", "2026-03-01", "0123456789abcdef")
    verified = verify_day(stored(CrowTravel(), elsewhere), DAY)
    assert verified.problems == ()
    assert verified.unchecked == (
        "plan 1: its driving times and distances were not checked, the travel times it was made "
        "with (roads 2026-03-01 0123456789ab) are not here; name its map with --roads FILE",
    )
    assert verified.verdict() == "clean in what could be checked"
    assert verified.as_json()["unchecked"] == list(verified.unchecked)


def test_a_plan_by_another_formula_is_not_checked_by_ours():
    other = replace(EstimateTravel("UTC").stamp, digest="power-law-0")
    (said,) = verify_day(stored(CrowTravel(), other), DAY).unchecked
    assert "estimate power-law-0" in said


def test_a_graph_in_the_cache_is_found_by_what_it_holds(roads: RoadTravel, tmp_path: Path):
    older = replace(roads.graph, map_date="2018-01-01")
    kept = tmp_path / "some-name.npz"
    older.save(kept)
    Hierarchy.build(older).save(hierarchy_folder(kept, older))
    (tmp_path / "broken.npz").write_bytes(b"no graph")
    stamp = RoadTravel.of(older, "UTC").stamp
    assert Maps().travel(stamp, "UTC") is None
    for maps in (Maps(cache=tmp_path), Maps(named=kept)):
        found = maps.travel(stamp, "UTC")
        assert found is not None
        assert found.stamp == stamp


def test_a_map_that_is_named_but_not_there_is_told(tmp_path: Path):
    with pytest.raises(NotReady, match="no road graph"):
        Maps(named=tmp_path / "none.npz").travel(ProviderStamp("roads"), "UTC")
