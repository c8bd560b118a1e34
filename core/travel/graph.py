"""A road graph as plain arrays: made from an extract, saved and loaded without pickle."""

import os
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.domain.place import EARTH_RADIUS_M
from core.errors import NotReady, Refused
from core.travel.osm import CLASSES, drivable, passable
from core.travel.pbf import Extract

FORMAT = 1

# A door is snapped to a node, so nodes lie at most this far apart along a road.
MAX_SEGMENT_M = 50.0


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """Nodes with places; arcs with milliseconds at speed factor 1, metres, class and street.

    Every node reaches every other one, and no two arcs join the same nodes the same way.
    """

    lat_e6: NDArray[np.int64]
    lon_e6: NDArray[np.int64]
    tail: NDArray[np.uint32]
    head: NDArray[np.uint32]
    millis: NDArray[np.uint32]
    metres: NDArray[np.uint32]
    road_class: NDArray[np.uint8]
    """Place in `osm.CLASSES`."""
    street: NDArray[np.int32]
    """Place in `streets`."""
    streets: NDArray[np.str_]
    """Names, sorted; the first is empty."""
    map_date: str

    @property
    def nodes(self) -> int:
        return len(self.lat_e6)

    @property
    def arcs(self) -> int:
        return len(self.tail)

    def digest(self) -> str:
        """Return the SHA-256 of everything that influences an answer."""
        text = sha256(f"roads {FORMAT} {self.map_date}".encode())
        for array in (
            self.lat_e6, self.lon_e6, self.tail, self.head, self.millis, self.metres,
            self.road_class, self.street,
        ):  # fmt: skip
            text.update(np.ascontiguousarray(array).tobytes())
        text.update("\n".join(self.streets.tolist()).encode())
        return text.hexdigest()

    def save(self, out: Path) -> None:
        """Write the graph to `out`, all of it or nothing."""
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_name(f".{out.name}.{os.getpid()}.part")
        with part.open("wb") as file:
            np.savez_compressed(
                file,
                format=np.array(FORMAT),
                lat_e6=self.lat_e6,
                lon_e6=self.lon_e6,
                tail=self.tail,
                head=self.head,
                millis=self.millis,
                metres=self.metres,
                road_class=self.road_class,
                street=self.street,
                streets=self.streets,
                map_date=np.array(self.map_date),
                digest=np.array(self.digest()),
            )
        part.replace(out)


def load_graph(path: Path) -> RoadGraph:
    """Read a saved graph; NotReady when it is missing, made by another version or damaged."""
    if not path.is_file():
        raise NotReady(f"there is no road graph at {path}; make it with: tenfour roads build FILE")
    again = f"build it again with: tenfour roads build FILE ({path})"
    try:
        with np.load(path, allow_pickle=False) as file:
            if int(file["format"]) != FORMAT:
                raise NotReady(f"the road graph was made by another version; {again}")
            graph = RoadGraph(
                lat_e6=file["lat_e6"],
                lon_e6=file["lon_e6"],
                tail=file["tail"],
                head=file["head"],
                millis=file["millis"],
                metres=file["metres"],
                road_class=file["road_class"],
                street=file["street"],
                streets=file["streets"],
                map_date=str(file["map_date"]),
            )
            if graph.digest() != str(file["digest"]):
                raise NotReady(f"the road graph is damaged; {again}")
            return graph
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise NotReady(f"the road graph cannot be read; {again}") from error


def stamped_digest(path: Path) -> str:
    """Return the digest that a saved graph says it has, without reading it; empty when there is
    none to read."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return str(file["digest"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return ""


def graph_of(extract: Extract) -> RoadGraph:
    """Turn an extract into its largest part in which everything reaches everything."""
    draft = _Draft(extract)
    for way in extract.ways:
        road = drivable(way.tags)
        if road is None:
            continue
        street = draft.street(road.name)
        for nodes in draft.pieces(way.nodes):
            draft.add(nodes, road.forward, road.backward, road.speed_kmh, road.road_class, street)
    return draft.finish()


class _Draft:
    """Nodes and arcs while they are collected."""

    def __init__(self, extract: Extract) -> None:
        self.extract = extract
        self.blocked = {i for i, tags in extract.barriers.items() if not passable(tags)}
        self.node_of: dict[int, int] = {}
        self.lat: list[float] = []
        self.lon: list[float] = []
        self.arcs: list[tuple[int, int, int, int, int, int]] = []
        self.names: dict[str, int] = {"": 0}

    def street(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))

    def pieces(self, refs: NDArray[np.int64]) -> list[list[int]]:
        """Return the runs of nodes that lie in the extract, cut at barriers nobody passes."""
        ids = self.extract.node_ids
        rows = np.minimum(np.searchsorted(ids, refs), len(ids) - 1)
        here: NDArray[np.bool_] = ids[rows] == refs
        runs: list[list[int]] = [[]]
        for ref, row, known in zip(refs.tolist(), rows.tolist(), here.tolist(), strict=True):
            if known and ref not in self.blocked:
                runs[-1].append(self._node(ref, row))
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if len(run) > 1]

    def _node(self, ref: int, row: int) -> int:
        if ref not in self.node_of:
            lat, lon = int(self.extract.lat_e6[row]), int(self.extract.lon_e6[row])
            self.node_of[ref] = self._place(lat, lon)
        return self.node_of[ref]

    def _place(self, lat_e6: float, lon_e6: float) -> int:
        self.lat.append(lat_e6)
        self.lon.append(lon_e6)
        return len(self.lat) - 1

    def add(
        self,
        nodes: list[int],
        forward: bool,
        backward: bool,
        speed_kmh: float,
        road_class: str,
        street: int,
    ) -> None:
        fine = [nodes[0]]
        for a, b in pairwise(nodes):
            fine.extend(self._between(a, b))
            fine.append(b)
        number = CLASSES.index(road_class)
        steps = list(pairwise(fine))
        costs: list[tuple[int, int]] = []
        for a, b in steps:
            metres = self._metres(a, b)
            costs.append((max(1, round(metres * 3600 / speed_kmh)), max(1, round(metres))))
        if forward:
            for (a, b), (ms, m) in zip(steps, costs, strict=True):
                self.arcs.append((a, b, ms, m, number, street))
        if backward:
            for (a, b), (ms, m) in zip(reversed(steps), reversed(costs), strict=True):
                self.arcs.append((b, a, ms, m, number, street))

    def _between(self, a: int, b: int) -> list[int]:
        parts = int(np.ceil(self._metres(a, b) / MAX_SEGMENT_M))
        lat, lon, dlat, dlon = (
            self.lat[a], self.lon[a], self.lat[b] - self.lat[a], self.lon[b] - self.lon[a],
        )  # fmt: skip
        return [
            self._place(round(lat + dlat * k / parts), round(lon + dlon * k / parts))
            for k in range(1, parts)
        ]

    def _metres(self, a: int, b: int) -> float:
        """Flat earth over one segment: off by less than a millimetre in 50 m."""
        metre_e6 = np.pi / 180 * EARTH_RADIUS_M / 1e6
        y = (self.lat[b] - self.lat[a]) * metre_e6
        x = (self.lon[b] - self.lon[a]) * metre_e6 * np.cos(np.radians(self.lat[a] / 1e6))
        return float(np.hypot(x, y))

    def finish(self) -> RoadGraph:
        """Drop loops, slower parallels and what cannot be reached or left; renumber."""
        if not self.arcs:
            raise Refused("the extract holds no road that a vehicle may drive on")
        arcs = np.array(self.arcs, dtype=np.int64)
        arcs = arcs[arcs[:, 0] != arcs[:, 1]]
        order = np.lexsort((np.arange(len(arcs)), arcs[:, 3], arcs[:, 2], arcs[:, 1], arcs[:, 0]))
        ranked = arcs[order]
        first = np.ones(len(ranked), dtype=bool)
        first[1:] = (ranked[1:, :2] != ranked[:-1, :2]).any(axis=1)
        arcs = arcs[np.sort(order[first])]
        kept = largest_component(len(self.lat), arcs[:, 0], arcs[:, 1])
        number = np.full(len(self.lat), -1, dtype=np.int64)
        number[kept] = np.arange(len(kept))
        arcs = arcs[(number[arcs[:, 0]] >= 0) & (number[arcs[:, 1]] >= 0)]
        names = sorted(self.names)
        rank = {name: i for i, name in enumerate(names)}
        renamed = np.array([rank[name] for name in self.names], dtype=np.int32)
        return RoadGraph(
            lat_e6=np.array(self.lat, dtype=np.int64)[kept],
            lon_e6=np.array(self.lon, dtype=np.int64)[kept],
            tail=number[arcs[:, 0]].astype(np.uint32),
            head=number[arcs[:, 1]].astype(np.uint32),
            millis=arcs[:, 2].astype(np.uint32),
            metres=arcs[:, 3].astype(np.uint32),
            road_class=arcs[:, 4].astype(np.uint8),
            street=renamed[arcs[:, 5]],
            streets=np.array(names),
            map_date=self.extract.map_date,
        )


def largest_component(
    nodes: int, tail: NDArray[np.int64], head: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return, sorted, the nodes of the largest strongly connected part (the first of equals)."""
    forth, back = _neighbours(nodes, tail, head), _neighbours(nodes, head, tail)
    left = np.ones(nodes, dtype=bool)
    best = np.zeros(0, dtype=np.int64)
    degree = np.bincount(tail, minlength=nodes) * np.bincount(head, minlength=nodes)
    # Busy nodes first: the large part is found at once, and no other can then be larger.
    for seed in np.argsort(-degree, kind="stable").tolist():
        if len(best) >= int(left.sum()):
            break
        if left[seed]:
            part = np.nonzero(_reached(forth, seed, left) & _reached(back, seed, left))[0]
            left[part] = False
            if len(part) > len(best):
                best = part
    return best


def _neighbours(
    nodes: int, start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[list[int], list[int]]:
    order = np.argsort(start, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(start, minlength=nodes))])
    return offsets.tolist(), end[order].tolist()


def _reached(
    graph: tuple[list[int], list[int]], seed: int, allowed: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    offsets, ends = graph
    may: list[bool] = allowed.tolist()
    seen = [seed]
    may[seed] = False
    for node in seen:
        for end in ends[offsets[node] : offsets[node + 1]]:
            if may[end]:
                may[end] = False
                seen.append(end)
    reached = np.zeros(len(allowed), dtype=bool)
    reached[seen] = True
    return reached
