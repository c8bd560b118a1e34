"""Points on the earth in whole micro-degrees, with the areas made of them."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_009
"""Mean radius of the WGS-84 ellipsoid (IUGG)."""


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A WGS-84 position; whole micro-degrees (about 0.1 m) keep bytes and keys exact."""

    lat_e6: int
    lon_e6: int

    def __post_init__(self) -> None:
        if not -90_000_000 <= self.lat_e6 <= 90_000_000:
            raise ValueError(f"latitude {self.lat_e6 / 1e6} lies outside -90..90")
        if not -180_000_000 <= self.lon_e6 <= 180_000_000:
            raise ValueError(f"longitude {self.lon_e6 / 1e6} lies outside -180..180")

    @classmethod
    def at(cls, lat: float, lon: float) -> "Point":
        """Make a point from degrees."""
        return cls(round(lat * 1e6), round(lon * 1e6))

    @property
    def lat(self) -> float:
        return self.lat_e6 / 1e6

    @property
    def lon(self) -> float:
        return self.lon_e6 / 1e6

    def crow_m(self, other: "Point") -> int:
        """Return the great-circle distance in whole metres (haversine)."""
        lat1, lat2 = radians(self.lat), radians(other.lat)
        dlat, dlon = lat2 - lat1, radians(other.lon - self.lon)
        h = sin(dlat / 2) ** 2 + cos(lat1) * cos(lat2) * sin(dlon / 2) ** 2
        return round(2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, h))))


@dataclass(frozen=True, slots=True)
class Area:
    """A disc on the map: what a traffic message or a closure speaks of."""

    centre: Point
    radius_m: int

    def __post_init__(self) -> None:
        if self.radius_m <= 0:
            raise ValueError(f"an area needs a radius above zero, not {self.radius_m} m")

    def holds(self, point: Point) -> bool:
        return self.centre.crow_m(point) <= self.radius_m
