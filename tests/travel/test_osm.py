"""What tags mean: may a van drive there, which way, how fast."""

import numpy as np
import pytest

from core.travel.graph import largest_component
from core.travel.osm import CLASSES, SPEED_KMH, drivable, passable, sign_kmh


def ways(**tags: str) -> tuple[bool, bool] | None:
    road = drivable(
        {"highway": "residential", **{k.replace("__", ":"): v for k, v in tags.items()}}
    )
    return None if road is None else (road.forward, road.backward)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, (True, True)),
        ({"oneway": "yes"}, (True, False)),
        ({"oneway": "1"}, (True, False)),
        ({"oneway": "-1"}, (False, True)),
        ({"oneway": "no", "junction": "roundabout"}, (True, True)),
        ({"junction": "roundabout"}, (True, False)),
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "motorway_link"}, (True, True)),
        ({"oneway": "yes", "oneway__motor_vehicle": "no"}, (True, True)),
        ({"oneway": "reversible"}, None),
        ({"access": "no"}, None),
        ({"access": "private"}, None),
        ({"access": "private", "motor_vehicle": "delivery"}, (True, True)),
        ({"access": "yes", "motorcar": "no"}, None),
        ({"vehicle": "destination"}, (True, True)),
        ({"highway": "footway"}, None),
        ({"highway": "pedestrian"}, None),
        ({"highway": "pedestrian", "access": "yes"}, None),
        ({"highway": "pedestrian", "motor_vehicle": "delivery"}, (True, True)),
        ({"highway": "service", "service": "emergency_access"}, None),
        ({"highway": "service", "area": "yes"}, None),
        ({"highway": "construction"}, None),
        ({"highway": "unclassified;tertiary"}, (True, True)),
    ],
)
def test_a_way_is_driven_as_its_tags_say(tags: dict[str, str], expected: tuple[bool, bool] | None):
    assert ways(**tags) == expected


@pytest.mark.parametrize(
    ("text", "kmh"),
    [("50", 50), ("30 mph", 48.28), ("50; 40", 40), ("walk", 6), ("FI:urban", None), ("", None)],
)
def test_a_sign_is_read_in_kmh(text: str, kmh: float | None):
    assert sign_kmh(text) == (None if kmh is None else pytest.approx(kmh, abs=0.01))


def test_a_sign_caps_the_speed_of_the_class_and_never_raises_it():
    low = drivable({"highway": "primary", "maxspeed": "20"})
    high = drivable({"highway": "primary", "maxspeed": "120"})
    assert low is not None
    assert high is not None
    assert low.speed_kmh == 17
    assert high.speed_kmh == SPEED_KMH["primary"]


def test_every_class_has_a_speed():
    assert set(CLASSES) == set(SPEED_KMH)


@pytest.mark.parametrize(
    ("tags", "open_"),
    [
        ({"barrier": "bollard"}, False),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, True),
        ({"barrier": "gate"}, True),
        ({"barrier": "gate", "access": "private"}, False),
        ({"barrier": "cattle_grid"}, True),
    ],
)
def test_a_barrier_stops_a_van_unless_it_is_let_through(tags: dict[str, str], open_: bool):
    assert passable(tags) is open_


def test_the_largest_part_is_kept_where_everything_reaches_everything():
    tail = np.array([0, 1, 2, 3, 4, 2, 6, 7])
    head = np.array([1, 2, 0, 4, 3, 3, 7, 6])
    assert largest_component(8, tail, head).tolist() == [0, 1, 2]
