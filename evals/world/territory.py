"""Which part of a map one depot serves: its streets, the depot's place, and doors in it."""

from collections.abc import Sequence
from datetime import datetime
from math import pi, sqrt

from core.context import keyed_rng
from core.domain.place import Point
from core.travel.protocol import UNREACHABLE, TravelTimes
from evals.world.parameters import Parameters


def territory(streets: Sequence[Point], vehicles: int, parameters: Parameters) -> tuple[Point, ...]:
    """Return the streets that a fleet of that size serves, nearest to the middle of the map first.

    A depot's riders share a part of a city. Over a whole region they would never meet one snarl,
    and nobody would be near enough for an urgent order.
    """
    pool = sorted(set(streets))
    lat = sorted(p.lat_e6 for p in pool)[len(pool) // 2]
    lon = sorted(p.lon_e6 for p in pool)[len(pool) // 2]
    middle = Point(lat, lon)
    radius_m = 1000 * sqrt(parameters.number("territory.km2_per_rider") * vehicles / pi)
    away = sorted((p.crow_m(middle), p) for p in pool)
    return tuple(p for metres, p in away if metres <= radius_m)


def reachable_doors(
    seed: int, travel: TravelTimes, served: Sequence[Point], vehicles: int, at: datetime
) -> tuple[Point, ...]:
    """Return the depot, then doors in an order of luck, all with a road there and back.

    `served` comes nearest to the middle first: the depot lies in its third quarter. Empty where
    nothing is served.
    """
    if not served:
        return ()
    rng = keyed_rng(seed, "doors")
    band = served[len(served) // 2 : max(len(served) // 2 + 1, len(served) * 3 // 4)]
    depot = band[rng.randrange(len(band))]
    pool = sorted(served)
    drawn = [pool[rng.randrange(len(pool))] for _ in range(vehicles * 120 + 200)]
    matrix = travel.matrix([depot, *drawn], at)
    out, back = matrix.seconds[0].tolist(), matrix.seconds[:, 0].tolist()
    near = [p for i, p in enumerate(drawn, start=1) if max(out[i], back[i]) < UNREACHABLE]
    return (depot, *near)
