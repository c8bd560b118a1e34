"""The same on a large extract, where the benchmark data lies beside the project."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from core.travel.build import build_roads
from core.travel.roads import RoadTravel

ROOT = Path(__file__).parents[2]
DATA = (ROOT / os.environ.get("TENFOUR_DATA", "../shared/data")).resolve()
PORTO = DATA / "maps" / "porto.osm.pbf"

pytestmark = [
    pytest.mark.data,
    pytest.mark.slow,
    pytest.mark.skipif(not PORTO.is_file(), reason=f"no extract at {PORTO}; set TENFOUR_DATA"),
]


def test_porto_builds_loads_and_answers(tmp_path: Path):
    built = build_roads(PORTO, tmp_path / "porto.npz")
    assert built.map_date == "2015-06-06"
    assert built.nodes > 100_000
    roads = RoadTravel.load(built.artefact, "Europe/Lisbon")
    points = [p for p, _ in roads.street_points()]
    chosen = points[:: len(points) // 300][:300]
    begin = time.perf_counter()
    matrix = roads.matrix(chosen, datetime(2026, 11, 10, 9, tzinfo=UTC))
    assert time.perf_counter() - begin < 20
    apart = ~np.eye(300, dtype=bool)
    kmh = np.median(matrix.metres[apart] / matrix.seconds[apart] * 3.6)
    assert 20 < kmh < 80
