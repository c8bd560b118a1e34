"""What the tags of OSM mean for a delivery vehicle: may it drive there, which way, how fast."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

CLASSES = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
    "motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link",
    "living_street", "service", "road", "pedestrian", "track",
)  # fmt: skip
"""Classes of roads; their place here is their number in a graph."""

# Assumption: what a city van or cargo bike makes on average, lights and crossings included, at
# speed factor 1. Chosen so that one or two kilometres in town come out at 18 to 23 km/h, as the
# power law of `estimate` has them; a sign posting less caps it.
SPEED_KMH: Mapping[str, float] = {
    "motorway": 82, "trunk": 60, "primary": 28, "secondary": 24, "tertiary": 20,
    "unclassified": 18, "residential": 16, "motorway_link": 40, "trunk_link": 35,
    "primary_link": 22, "secondary_link": 20, "tertiary_link": 18, "living_street": 8,
    "service": 9, "road": 16, "pedestrian": 6, "track": 8,
}  # fmt: skip

# Nobody averages the sign.
SHARE_OF_SIGN = 0.85

_DENIED = frozenset(
    {"no", "private", "agricultural", "forestry", "emergency", "military", "permit", "use_sidepath"}
)
_GRANTED = frozenset({"yes", "permissive", "designated", "destination", "delivery", "customers"})
_ONLY_WHEN_GRANTED = frozenset({"pedestrian", "track"})
_MOTOR_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
_OPEN_BARRIERS = frozenset(
    {"entrance", "border_control", "toll_booth", "cattle_grid", "height_restrictor", "kerb"}
)
_MPH = 1.609344


@dataclass(frozen=True, slots=True)
class Drivable:
    """A way that may be driven."""

    road_class: str
    name: str
    forward: bool
    backward: bool
    speed_kmh: float


def drivable(tags: Mapping[str, str]) -> Drivable | None:
    """Return how a way is driven; None when a delivery vehicle may not or cannot.

    Turn restrictions and times of day are not looked at.
    """
    road_class = tags.get("highway", "").split(";")[0].strip()
    if road_class not in SPEED_KMH or tags.get("area") == "yes":
        return None
    if tags.get("service") == "emergency_access":
        return None
    if not _admitted(tags, needs_grant=road_class in _ONLY_WHEN_GRANTED):
        return None
    forward, backward = _directions(tags, road_class)
    if not (forward or backward):
        return None
    speed = SPEED_KMH[road_class]
    sign = sign_kmh(tags.get("maxspeed", ""))
    if sign is not None:
        speed = min(speed, max(3.0, sign * SHARE_OF_SIGN))
    name = tags.get("name", "") or tags.get("ref", "")
    return Drivable(road_class, name, forward, backward, speed)


def passable(tags: Mapping[str, str]) -> bool:
    """Return whether a barrier node lets a vehicle through."""
    if tags.get("barrier") in _OPEN_BARRIERS:
        return True
    gate = tags.get("barrier") in ("gate", "lift_gate", "swing_gate")
    # An untagged gate is as often open as not; one that stands on a public road is taken as open.
    return _admitted(tags, needs_grant=not gate)


def sign_kmh(text: str) -> float | None:
    """Return the posted limit in km/h; of several the lowest; None when there is no figure."""
    found: list[float] = []
    for part in re.split(r"[;|,]", text.lower()):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?\s*", part)
        if match is not None:
            found.append(float(match[1]) * (_MPH if match[2] == "mph" else 1))
        elif part.strip() == "walk" or part.strip().endswith(":walk"):
            found.append(6)
    positive = [limit for limit in found if limit > 0]
    return min(positive) if positive else None


def _admitted(tags: Mapping[str, str], *, needs_grant: bool) -> bool:
    """Return the word of the most specific tag about motor vehicles."""
    for key in _MOTOR_KEYS:
        value = tags.get(key, "").split(";")[0].strip()
        if value in _DENIED:
            return False
        if value in _GRANTED:
            # `access=yes` on a footpath speaks of people on foot.
            return not needs_grant or key != "access"
    return not needs_grant


def _directions(tags: Mapping[str, str], road_class: str) -> tuple[bool, bool]:
    value = ""
    for key in ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"):
        value = tags.get(key, "").strip().lower()
        if value:
            break
    if value in ("yes", "true", "1"):
        return True, False
    if value in ("-1", "reverse"):
        return False, True
    if value == "reversible":
        return False, False
    if value in ("no", "false", "0", "alternating"):
        return True, True
    implied = tags.get("junction") in ("roundabout", "circular") or road_class == "motorway"
    return True, not implied
