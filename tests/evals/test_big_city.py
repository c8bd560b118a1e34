"""The same Tuesday on a large extract, where the benchmark data lies beside the project."""

import os
from pathlib import Path

import pytest

from evals.demo import compare
from evals.play import Stage
from evals.stage import Ground, ground, staged
from evals.world.city import busy_s
from evals.world.draws import Draws
from evals.world.parameters import default
from evals.world.scenario import befall
from evals.world.territory import territory

ROOT = Path(__file__).parents[2]
DATA = (ROOT / os.environ.get("TENFOUR_DATA", "../shared/data")).resolve()
PORTO = DATA / "maps" / "porto.osm.pbf"
RIDERS = 4

pytestmark = [
    pytest.mark.data,
    pytest.mark.slow,
    pytest.mark.skipif(not PORTO.is_file(), reason=f"no extract at {PORTO}; set TENFOUR_DATA"),
]


@pytest.fixture(scope="module")
def porto(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return ground(PORTO, zone="Europe/Lisbon", cache=tmp_path_factory.mktemp("roads"))


@pytest.fixture(scope="module")
def stage(porto: Ground) -> Stage:
    return staged(1, porto, vehicles=RIDERS)


def test_the_streets_served_are_a_part_of_the_map_that_grows_with_the_fleet(porto: Ground):
    few = territory(porto.streets, RIDERS, default())
    more = territory(porto.streets, 3 * RIDERS, default())
    assert set(few) < set(more) < set(porto.streets)
    middle = few[0]
    assert max(middle.crow_m(p) for p in few) < 2_000


def test_a_tight_day_with_three_riders_held_is_found_on_its_streets(porto: Ground):
    stage = staged(1, porto, vehicles=12)
    shifts_s = sum(d.shift.length_s() for d in stage.city.drivers)
    assert 0.85 <= busy_s(stage.plan) / shifts_s <= 0.95
    trouble = befall(stage.scenario, stage.city, stage.plan, Draws(1, default()), stage.travel)
    assert len(trouble.held) == 3
    assert trouble.slow not in trouble.held
    assert {o.order_id for o in stage.city.orders} == {
        o for r in stage.plan.routes for o in r.order_ids()
    }


def test_all_arms_play_the_same_day_and_nothing_hard_is_broken(stage: Stage):
    arms, _ = compare(stage)
    nothing, copilot = arms["do_nothing"], arms["copilot"]
    assert len({a.stops for a in arms.values()}) == 1
    assert all(a.checker == () for a in arms.values())
    assert all(a.policy_violations == 0 for a in arms.values())
    assert copilot.cost_cents < nothing.cost_cents
    assert copilot.urgent[0].outcome == "in_promise"
