"""The road node nearest to a place: a grid over the nodes."""

from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from core.domain.place import Point

# About 220 m from south to north: a few hundred nodes a cell in a dense city.
_CELL_E6 = 2_000
_METRE_PER_E6 = 0.111195


class NodeGrid:
    """Answers which of some nodes lies nearest to a point."""

    def __init__(
        self, lat_e6: NDArray[np.int64], lon_e6: NDArray[np.int64], nodes: NDArray[np.int64]
    ) -> None:
        """Index those `nodes` of a graph whose places are given for all of its nodes."""
        if not len(nodes):
            raise ValueError("nothing to snap to")
        rows, columns = lat_e6[nodes] // _CELL_E6, lon_e6[nodes] // _CELL_E6
        order = np.lexsort((nodes, columns, rows))
        self._nodes, self._lat, self._lon = nodes[order], lat_e6[nodes][order], lon_e6[nodes][order]
        self._low = int(rows.min()), int(columns.min())
        self._high = int(rows.max()), int(columns.max())
        cells = np.stack([rows[order], columns[order]], axis=1)
        starts = np.concatenate([[0], np.nonzero((cells[1:] != cells[:-1]).any(axis=1))[0] + 1])
        ends = np.concatenate([starts[1:], [len(cells)]])
        self._cells: dict[tuple[int, int], tuple[int, int]] = {
            (row, column): (start, end)
            for (row, column), start, end in zip(
                cells[starts].tolist(), starts.tolist(), ends.tolist(), strict=True
            )
        }

    def nearest(self, point: Point) -> tuple[int, float]:
        """Return the nearest node and its distance in metres; of equals the lowest node."""
        row, column = point.lat_e6 // _CELL_E6, point.lon_e6 // _CELL_E6
        scale = cos(radians(point.lat))
        best: tuple[float, int] | None = None
        # Rings are squares: after a first hit, look as far as the nearest could still hide.
        ring, stop = self._gap(row, column), None
        while stop is None or ring <= stop:
            for start, end in self._ring(row, column, ring):
                y = (self._lat[start:end] - point.lat_e6) * _METRE_PER_E6
                x = (self._lon[start:end] - point.lon_e6) * (_METRE_PER_E6 * scale)
                far = np.hypot(x, y)
                i = int(far.argmin())
                found = (float(far[i]), int(self._nodes[start + i]))
                best = found if best is None else min(best, found)
            if best is not None and stop is None:
                stop = int(best[0] / (_CELL_E6 * _METRE_PER_E6 * max(scale, 0.01))) + 1
            ring += 1
        assert best is not None
        return best[1], best[0]

    def _gap(self, row: int, column: int) -> int:
        """Return how many rings around a place outside of the grid are surely empty."""
        return max(
            0,
            self._low[0] - row,
            row - self._high[0],
            self._low[1] - column,
            column - self._high[1],
        )

    def _ring(self, row: int, column: int, ring: int) -> list[tuple[int, int]]:
        rows = range(max(row - ring, self._low[0]), min(row + ring, self._high[0]) + 1)
        found: list[tuple[int, int]] = []
        for r in rows:
            edge = abs(r - row) == ring
            columns = (
                range(column - ring, column + ring + 1)
                if edge
                else ((column - ring, column + ring) if ring else (column,))
            )
            found.extend(self._cells[r, c] for c in columns if (r, c) in self._cells)
        return found
