"""The thin typed surface of pyroutingkit: a hierarchy over a graph, and metrics on it."""

import os
import shutil
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.travel.graph import RoadGraph

INFINITE = 2**31 - 1
"""The library's weight of no way at all."""


class Hierarchy:
    """A customizable contraction hierarchy: the graph's shape, without weights."""

    def __init__(self, topology: Any, arcs: int) -> None:
        self.topology, self.arcs = topology, arcs

    @classmethod
    def build(cls, graph: RoadGraph) -> "Hierarchy":
        import pyroutingkit  # heavy packages are imported where they are used

        library: Any = pyroutingkit
        topology: Any = library.CCHTopology()
        lat, lon = (a.astype(np.float32) / 1_000_000 for a in (graph.lat_e6, graph.lon_e6))
        topology.build(graph.tail, graph.head, lat, lon, graph.nodes)
        return cls(topology, graph.arcs)

    @classmethod
    def load(cls, folder: Path, graph: RoadGraph) -> "Hierarchy | None":
        """Return the hierarchy kept in `folder`; None when there is none for this graph."""
        import pyroutingkit

        if not folder.is_dir():
            return None
        library: Any = pyroutingkit
        topology: Any = library.CCHTopology()
        try:
            topology.load(str(folder))
            fits = (topology.node_count, topology.arc_count) == (graph.nodes, graph.arcs)
        except (RuntimeError, OSError):
            return None
        return cls(topology, graph.arcs) if fits else None

    def save(self, folder: Path) -> None:
        """Write to `folder`, all of it or nothing; what is there already stays."""
        part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        self.topology.save(str(part))
        try:
            part.replace(folder)
        except OSError:
            shutil.rmtree(part)


class Metric:
    """One set of weights on a hierarchy. Safe to share between threads."""

    def __init__(self, hierarchy: Hierarchy, weights: NDArray[np.int64]) -> None:
        import pyroutingkit

        library: Any = pyroutingkit
        self._metric: Any = library.CCHMetric(hierarchy.topology)
        self._metric.customize(np.minimum(weights, INFINITE - 1).astype(np.uint32), 1)
        self._lock = Lock()

    def many_to_many(self, nodes: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return the least weights between all of `nodes`; INFINITE where no way leads."""
        return self.between(nodes, nodes)

    def between(self, starts: NDArray[np.uint32], ends: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return the least weights from each of `starts` to each of `ends`."""
        with self._lock:
            found: NDArray[np.uint32] = self._metric.distances_many_to_many(starts, ends)
        return found.astype(np.int64)

    def path(self, start: int, end: int) -> list[int]:
        """Return the nodes of a best path, both ends included; empty when there is none."""
        with self._lock:
            weight, nodes, _arcs = self._metric.query(start, end)
        return [] if int(weight) >= INFINITE else [int(n) for n in nodes]
