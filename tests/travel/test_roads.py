"""Travel on a real road graph: the bundled centre of Helsinki."""

import json
import random
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core.domain.place import Area, Point
from core.errors import NotReady, Refused
from core.travel.build import build_roads, ensure_roads
from core.travel.graph import load_graph
from core.travel.pbf import bundled_pbf
from core.travel.protocol import UNREACHABLE, SlowArea
from core.travel.roads import RoadTravel, hierarchy_folder
from core.travel.streets import ATTRIBUTION
from tests.twice import said_twice

NINE = datetime(2026, 11, 10, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def roads() -> RoadTravel:
    return RoadTravel.load(None)


@pytest.fixture(scope="module")
def doors(roads: RoadTravel) -> list[Point]:
    everywhere = [point for point, _ in roads.street_points()]
    return random.Random(5).sample(everywhere, 60)


def test_the_bundled_map_says_when_it_was_drawn(roads: RoadTravel):
    assert roads.stamp.name == "roads"
    assert roads.stamp.map_date == "2019-04-21"
    assert len(roads.stamp.digest) == 64


def test_every_door_reaches_every_other_at_city_speed(roads: RoadTravel, doors: list[Point]):
    matrix = roads.matrix(doors, NINE)
    apart = ~np.eye(len(doors), dtype=bool)
    assert (matrix.seconds[apart] < 1200).all()
    assert not matrix.seconds[~apart].any()
    kmh = np.median(matrix.metres[apart] / np.maximum(1, matrix.seconds[apart]) * 3.6)
    assert 14 < kmh < 28


def test_roads_are_never_shorter_than_the_crow_flies(roads: RoadTravel, doors: list[Point]):
    metres = roads.matrix(doors, NINE).metres
    for i, a in enumerate(doors):
        for j, b in enumerate(doors):
            assert metres[i, j] >= a.crow_m(b) * 0.98 - 5


def test_going_by_a_third_place_is_never_faster(roads: RoadTravel, doors: list[Point]):
    jam = [SlowArea(Area(doors[3], 250), 20)]
    for travel in (roads, roads.slowed(jam)):
        seconds = travel.matrix(doors, NINE).seconds
        for via in range(len(doors)):
            # Two seconds of rounding.
            assert (seconds <= seconds[:, [via]] + seconds[[via], :] + 2).all()


def test_slowing_never_makes_anything_faster_and_ends_when_it_ends(
    roads: RoadTravel, doors: list[Point]
):
    before = roads.matrix(doors, NINE).seconds
    for pct in (0, 10, 60, 130):
        slow = roads.slowed([SlowArea(Area(doors[0], 300), pct)])
        after = slow.matrix(doors, NINE).seconds
        assert (after >= before).all()
        assert (after > before).any() == (pct < 100)
        assert (slow.slowed(()).matrix(doors, NINE).seconds == before).all()


def test_a_closed_area_is_driven_around(roads: RoadTravel):
    start, end = Point.at(60.1665, 24.9370), Point.at(60.1780, 24.9500)
    line = list(roads.geometry(start, end))
    middle = line[len(line) // 2]
    closed = Area(middle, 60)
    around = roads.slowed([SlowArea(closed, 0)]).geometry(start, end)
    assert any(closed.holds(p) for p in line)
    assert not any(closed.holds(p) for p in around)


def test_a_slow_street_slows_who_drives_on_it(roads: RoadTravel, doors: list[Point]):
    slow = roads.slowed_streets({"Mannerheimintie": 10})
    before, after = roads.matrix(doors, NINE).seconds, slow.matrix(doors, NINE).seconds
    assert (after >= before).all()
    assert (after > before).any()


def test_a_line_runs_from_door_to_door_along_the_roads(roads: RoadTravel, doors: list[Point]):
    seconds = roads.matrix(doors, NINE)
    for a, b in zip(doors[:20], doors[20:40], strict=True):
        line = roads.geometry(a, b)
        assert (line[0], line[-1]) == (a, b)
        length = sum(p.crow_m(q) for p, q in pairwise(line))
        i, j = doors.index(a), doors.index(b)
        assert length == pytest.approx(int(seconds.metres[i, j]), rel=0.08, abs=25)


def test_a_one_way_street_is_longer_the_other_way(roads: RoadTravel, doors: list[Point]):
    metres = roads.matrix(doors, NINE).metres
    assert (np.abs(metres - metres.T) > 200).any()


def test_the_hour_profile_applies(roads: RoadTravel, doors: list[Point]):
    early = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
    assert roads.matrix(doors, early).seconds.sum() < 0.7 * roads.matrix(doors, NINE).seconds.sum()


def test_beside_one_place_the_answers_are_those_of_the_whole_matrix(
    roads: RoadTravel, doors: list[Point]
):
    nowhere = Point.at(61.0, 24.94)
    for place in (doors[0], nowhere):
        others = [*doors[1:40], nowhere, doors[1], doors[0]]
        whole = roads.matrix((place, *others), NINE)
        found = roads.beside(place, others, NINE)
        assert found.there_s.tolist() == whole.seconds[1:, 0].tolist()
        assert found.there_m.tolist() == whole.metres[1:, 0].tolist()
        assert found.back_s.tolist() == whole.seconds[0, 1:].tolist()
        assert found.back_m.tolist() == whole.metres[0, 1:].tolist()


def test_a_place_off_the_map_is_unreachable_and_says_so(roads: RoadTravel, doors: list[Point]):
    matrix = roads.matrix([doors[0], Point.at(61.5, 23.8)], NINE)
    assert matrix.seconds.tolist() == [[0, UNREACHABLE], [UNREACHABLE, 0]]
    assert roads.matrix([], NINE).seconds.shape == (0, 0)
    antipode = Point.at(-60.17, -155.06)
    assert roads.matrix([doors[0], antipode], NINE).metres[0, 1] == UNREACHABLE
    assert roads.geometry(doors[0], antipode) == (doors[0], antipode)
    assert roads.nearest_street(antipode) == ""


def test_streets_are_known_by_name_at_their_own_points(roads: RoadTravel):
    points = roads.street_points()
    assert len(points) > 400
    assert len({p for p, _ in points}) == len(points)
    assert {name for _, name in points} >= {"Mannerheimintie", "Unioninkatu"}
    hits = sum(roads.nearest_street(p) == name for p, name in points)
    assert hits > 0.8 * len(points)


def test_snapping_finds_what_a_search_through_all_nodes_finds(roads: RoadTravel):
    rng, graph = random.Random(1), roads.graph
    nodes = [Point(int(a), int(b)) for a, b in zip(graph.lat_e6, graph.lon_e6, strict=True)]
    for _ in range(40):
        point = Point.at(60.16 + rng.random() * 0.025, 24.92 + rng.random() * 0.05)
        line = list(roads.geometry(point, point))
        snapped = line[1] if len(line) > 2 else line[0]
        assert snapped.crow_m(point) <= min(n.crow_m(point) for n in nodes) + 1


def test_the_drawing_is_small_and_names_its_source(roads: RoadTravel):
    drawing = roads.main_roads_geojson()
    assert drawing["attribution"] == ATTRIBUTION
    text = json.dumps(drawing)
    assert text.count('"LineString"') > 100
    assert len(text) < 1_000_000


def test_the_graph_has_no_parallel_arcs_no_loops_and_one_component(roads: RoadTravel):
    graph = roads.graph
    pairs = set(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
    assert len(pairs) == graph.arcs
    assert (graph.tail != graph.head).all()
    assert set(graph.tail.tolist()) == set(graph.head.tolist()) == set(range(graph.nodes))


def test_a_built_graph_answers_as_the_bundled_one(
    roads: RoadTravel, doors: list[Point], tmp_path: Path
):
    steps: list[str] = []
    built = build_roads(bundled_pbf(), tmp_path / "helsinki.npz", steps.append)
    assert len(steps) == 4
    again = RoadTravel.load(built.artefact, "Europe/Helsinki")
    assert hierarchy_folder(built.artefact, again.graph).is_dir()
    assert again.stamp == roads.stamp
    assert (again.matrix(doors, NINE).seconds == roads.matrix(doors, NINE).seconds).all()
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".cch", ".npz"]


def test_building_twice_writes_the_same_bytes(tmp_path: Path):
    one, two = (build_roads(bundled_pbf(), tmp_path / n / "a.npz").artefact for n in "xy")
    assert one.read_bytes() == two.read_bytes()


def test_an_extract_is_built_once_for_each_content(tmp_path: Path):
    steps: list[str] = []
    first = ensure_roads(bundled_pbf(), tmp_path, steps.append)
    assert ensure_roads(bundled_pbf(), tmp_path, steps.append) == first
    assert len(steps) == 4


def test_what_is_missing_or_damaged_is_said_with_what_to_do(tmp_path: Path):
    with pytest.raises(NotReady, match="tenfour roads build"):
        RoadTravel.load(tmp_path / "none.npz")
    with pytest.raises(NotReady, match="no file"):
        build_roads(tmp_path / "none.osm.pbf", tmp_path / "x.npz")
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(b"not a graph")
    with pytest.raises(NotReady, match="build it again"):
        load_graph(damaged)
    with pytest.raises(Refused, match="not an OSM extract"):
        build_roads(damaged, tmp_path / "x.npz")


SCRIPT = """
import random
from datetime import UTC, datetime
from hashlib import sha256
from core.domain.place import Area
from core.travel.protocol import SlowArea
from core.travel.roads import RoadTravel
roads = RoadTravel.load(None)
points = [p for p, _ in roads.street_points()][::9]
slow = roads.slowed([SlowArea(Area(points[3], 300), 20)])
answer = sha256(roads.stamp.digest.encode())
for travel in (roads, slow):
    matrix = travel.matrix(points, datetime(2026, 11, 10, 7, tzinfo=UTC))
    answer.update(matrix.seconds.tobytes() + matrix.metres.tobytes())
    answer.update(repr(travel.geometry(points[0], points[-1])).encode())
print(answer.hexdigest())
"""


@pytest.mark.slow
def test_two_processes_drive_the_same_roads():
    assert len(said_twice(SCRIPT)) == 1
