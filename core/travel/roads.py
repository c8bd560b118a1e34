"""Travel times on a real road graph, in process."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from core.domain.place import Point
from core.domain.plan import ProviderStamp
from core.travel.cch import INFINITE, Hierarchy, Metric
from core.travel.graph import RoadGraph, graph_of, load_graph
from core.travel.keep import Memory, Once
from core.travel.pbf import bundled_pbf, read_extract
from core.travel.profile import speed_factor
from core.travel.protocol import UNREACHABLE, Beside, Matrix, SlowArea
from core.travel.snap import NodeGrid
from core.travel.streets import main_roads_geojson, street_points

BUNDLED_ZONE = "Europe/Helsinki"

# From the kerb to the node and back: a lane, a yard, a search for the entrance (assumption).
ACCESS_KMH = 12
# Farther from any road than this is off the map, not a door.
OFF_MAP_M = 2000
# A closed road is entered only where nothing else leads, at a crawl.
CLOSED_SPEED_PCT = 2
# Weight of a millisecond against a metre in the metric that tells the metres of fastest paths.
# A path is swapped only for one less than a millisecond slower for every 64 m it saves.
_MILLI = 64
# Stands for the distance of a place that is not looked for.
_FAR_M = 1e7

_KEPT_MATRICES = 16
_KEPT_STATES = 24
_KEPT_SNAPS = 100_000

_State = tuple[tuple[SlowArea, ...], tuple[tuple[str, int], ...]]


class _Base:
    """What every slowed state of one map shares."""

    def __init__(self, graph: RoadGraph, hierarchy: Hierarchy, zone: ZoneInfo) -> None:
        self.graph, self.hierarchy, self.zone = graph, hierarchy, zone
        self.digest = graph.digest()
        self.grid = NodeGrid(graph.lat_e6, graph.lon_e6, np.arange(graph.nodes))
        self.box = tuple((int(a.min()), int(a.max())) for a in (graph.lat_e6, graph.lon_e6))
        self.snapped = Memory[Point, tuple[int, float]](_KEPT_SNAPS)
        self.named = Once(self._named)
        self.usual = RoadTravel(self)
        self.states = Memory[_State, RoadTravel](_KEPT_STATES)

    def near(self, point: Point) -> bool:
        """Return whether searching makes sense: within about ten kilometres of the map."""
        (south, north), (west, east) = self.box
        margin = 100_000
        return (
            south - margin <= point.lat_e6 <= north + margin
            and west - margin <= point.lon_e6 <= east + margin
        )

    def snap(self, point: Point) -> tuple[int, float]:
        return self.snapped.get(
            point, lambda: self.grid.nearest(point) if self.near(point) else (0, _FAR_M)
        )

    def _named(self) -> tuple[NodeGrid, dict[int, int]] | None:
        """Return the nodes on streets with a name, and the first such street of each."""
        graph = self.graph
        street_of: dict[int, int] = {}
        for arc in np.nonzero(graph.street > 0)[0].tolist():
            for node in (int(graph.tail[arc]), int(graph.head[arc])):
                street = int(graph.street[arc])
                street_of[node] = min(street, street_of.get(node, street))
        if not street_of:
            return None
        nodes = np.array(sorted(street_of), dtype=np.int64)
        return NodeGrid(graph.lat_e6, graph.lon_e6, nodes), street_of


class RoadTravel:
    """Fastest ways on the roads of one map, by the hour profile of its zone."""

    def __init__(self, base: _Base, state: _State = ((), ())) -> None:
        self._base, self._state = base, state
        self._matrices = Memory[tuple[Point, ...], tuple[NDArray[np.float64], Matrix]](
            _KEPT_MATRICES
        )
        self._millis = Once(self._slowed_millis)
        self._metric = Once(lambda: Metric(base.hierarchy, self._millis()))
        self._mixed = Once(
            lambda: Metric(
                base.hierarchy, self._millis() * _MILLI + base.graph.metres.astype(np.int64)
            )
        )

    @classmethod
    def load(cls, artefact: Path | None = None, zone: ZoneInfo | str | None = None) -> "RoadTravel":
        """Open a graph made by `core.travel.build`; None is the bundled centre of Helsinki.

        Without a zone the bundled map takes its own; any other takes solar time, by its longitude.
        """
        if artefact is None:
            graph = graph_of(read_extract(bundled_pbf()))
            return cls.of(graph, zone or BUNDLED_ZONE)
        graph = load_graph(artefact)
        kept = Hierarchy.load(hierarchy_folder(artefact, graph), graph)
        return cls.of(graph, zone, kept)

    @classmethod
    def of(
        cls,
        graph: RoadGraph,
        zone: ZoneInfo | str | None = None,
        hierarchy: Hierarchy | None = None,
    ) -> "RoadTravel":
        if zone is None:
            zone = _solar_zone(float(graph.lon_e6.mean()) / 1e6)
        known = ZoneInfo(zone) if isinstance(zone, str) else zone
        base = _Base(graph, hierarchy or Hierarchy.build(graph), known)
        return base.usual

    @property
    def graph(self) -> RoadGraph:
        return self._base.graph

    @property
    def stamp(self) -> ProviderStamp:
        return ProviderStamp("roads", self.graph.map_date, self._base.digest)

    def pace(self, at: datetime) -> float:
        return speed_factor(at, self._base.zone)

    def matrix(self, points: Sequence[Point], at: datetime) -> Matrix:
        """Return seconds and metres; UNREACHABLE for a point that lies off the map."""
        key = tuple(points)
        return self._paced(*self._matrices.get(key, lambda: self._free_matrix(key)), at)

    def beside(self, place: Point, points: Sequence[Point], at: datetime) -> Beside:
        there = self._paced(*self._free(points, (place,)), at)
        back = self._paced(*self._free((place,), points), at)
        return Beside(there.seconds[:, 0], there.metres[:, 0], back.seconds[0], back.metres[0])

    def _paced(self, free_s: NDArray[np.float64], fixed: Matrix, at: datetime) -> Matrix:
        seconds = np.rint(free_s / self.pace(at)).astype(np.int64)
        lost = fixed.seconds >= UNREACHABLE
        return Matrix(np.where(lost, UNREACHABLE, seconds), fixed.metres)

    def geometry(self, start: Point, end: Point) -> tuple[Point, ...]:
        (a, a_off), (b, b_off) = self._base.snap(start), self._base.snap(end)
        if max(a_off, b_off) > OFF_MAP_M:
            return (start, end)
        graph = self.graph
        nodes = self._metric().path(a, b) if a != b else [a]
        line = [
            start, *(Point(int(graph.lat_e6[n]), int(graph.lon_e6[n])) for n in nodes), end
        ]  # fmt: skip
        kept = [p for p, before in zip(line, [None, *line], strict=False) if p != before]
        return tuple(kept) if len(kept) > 1 else (start, end)

    def slowed(self, areas: Sequence[SlowArea]) -> "RoadTravel":
        """Return this map with those areas slow and nothing else; none is the map as usual."""
        return self._in_state((tuple(areas), ()))

    def slowed_streets(self, speed_pct: Mapping[str, int]) -> "RoadTravel":
        """Return this map with those streets at a share of their speed, and its slow areas."""
        return self._in_state((self._state[0], tuple(sorted(speed_pct.items()))))

    def nearest_street(self, point: Point) -> str:
        """Return the name of the street next to a point; empty where none has a name."""
        named = self._base.named()
        if named is None or not self._base.near(point):
            return ""
        grid, street_of = named
        return str(self.graph.streets[street_of[grid.nearest(point)[0]]])

    def street_points(self) -> tuple[tuple[Point, str], ...]:
        """Return places where doors can be, with their street: what a simulated city stands on."""
        return street_points(self.graph)

    def main_roads_geojson(self) -> dict[str, object]:
        return main_roads_geojson(self.graph)

    def _in_state(self, state: _State) -> "RoadTravel":
        if state == self._state:
            return self
        if state == ((), ()):
            return self._base.usual
        return self._base.states.get(state, lambda: RoadTravel(self._base, state))

    def _slowed_millis(self) -> NDArray[np.int64]:
        graph, (areas, streets) = self.graph, self._state
        pct = np.full(graph.arcs, 100, dtype=np.int64)
        lat = (graph.lat_e6[graph.tail] + graph.lat_e6[graph.head]) / 2
        lon = (graph.lon_e6[graph.tail] + graph.lon_e6[graph.head]) / 2
        metre_e6 = 0.111195
        for slow in areas:
            centre = slow.area.centre
            y = (lat - centre.lat_e6) * metre_e6
            x = (lon - centre.lon_e6) * metre_e6 * np.cos(np.radians(centre.lat))
            inside = np.hypot(x, y) <= slow.area.radius_m
            pct[inside] = np.minimum(pct[inside], max(CLOSED_SPEED_PCT, slow.speed_pct))
        names = graph.streets.tolist()
        for name, speed_pct in streets:
            if name in names:
                on_it = graph.street == names.index(name)
                pct[on_it] = np.minimum(pct[on_it], max(CLOSED_SPEED_PCT, speed_pct))
        return graph.millis.astype(np.int64) * 100 // pct

    def _free_matrix(self, points: tuple[Point, ...]) -> tuple[NDArray[np.float64], Matrix]:
        if not points:
            none = np.zeros((0, 0), dtype=np.int64)
            return none.astype(np.float64), Matrix(none, none)
        return self._free(points, points)

    def _free(
        self, starts: Sequence[Point], ends: Sequence[Point]
    ) -> tuple[NDArray[np.float64], Matrix]:
        """Return seconds on free roads; metres, with what is unreachable marked among seconds."""
        (nodes, where, off_m), (to_nodes, to_where, to_off_m) = map(self._snapped, (starts, ends))
        few = self._metric().between(nodes, to_nodes)
        few_mixed = self._mixed().between(nodes, to_nodes)
        cut = np.ix_(where, to_where)
        millis, mixed = few[cut], few_mixed[cut]
        access_m = off_m[:, None] + to_off_m[None, :]
        metres = np.rint(np.maximum(0, mixed - _MILLI * millis) + access_m)
        seconds = millis / 1000 + access_m * 3.6 / ACCESS_KMH
        same = _same_place(starts, ends)
        seconds[same], metres[same] = 0, 0
        off, to_off = off_m > OFF_MAP_M, to_off_m > OFF_MAP_M
        lost = (mixed >= INFINITE) | ((off[:, None] | to_off[None, :]) & ~same)
        found = np.where(lost, UNREACHABLE, metres).astype(np.int64)
        found.setflags(write=False)  # everybody who asks is given this very array
        return seconds, Matrix(np.where(lost, UNREACHABLE, 0).astype(np.int64), found)

    def _snapped(
        self, points: Sequence[Point]
    ) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.float64]]:
        """Return the nodes next to points, each once, with its number and distance per point."""
        snaps = [self._base.snap(p) for p in points]
        nodes, where = np.unique(np.array([n for n, _ in snaps]), return_inverse=True)
        return nodes.astype(np.uint32), where, np.array([far for _, far in snaps])


def hierarchy_folder(artefact: Path, graph: RoadGraph) -> Path:
    """Return where the hierarchy of that graph is kept: named by content, so never a wrong one."""
    return artefact.with_name(f"{artefact.stem}-{graph.digest()[:16]}.cch")


def _same_place(starts: Sequence[Point], ends: Sequence[Point]) -> NDArray[np.bool_]:
    (lat, lon), (to_lat, to_lon) = (
        (np.array([p.lat_e6 for p in points]), np.array([p.lon_e6 for p in points]))
        for points in (starts, ends)
    )
    same: NDArray[np.bool_] = (lat[:, None] == to_lat[None, :]) & (lon[:, None] == to_lon[None, :])
    return same


def _solar_zone(lon: float) -> str:
    # POSIX signs: Etc/GMT-2 is two hours ahead of Greenwich.
    hours = round(lon / 15)
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"
