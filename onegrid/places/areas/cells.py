"""A net of square cells over boxes: which boxes may hold a point, for one point in plain Python or for many."""

from collections.abc import Sequence
from math import floor

import numpy as np

MOST_CELLS_A_BOX = 8  # on average; a few huge boxes among small ones make the cells larger, not the net huge
SMALLEST = 1e-6  # degrees


class CellNet:
    """`boxes`: shape (n, 4) of west, south, east, north. Answers name boxes by their row, in ascending order."""

    def __init__(self, boxes: np.ndarray) -> None:
        self.west, self.south, east, north = _around(boxes)
        self.side = _side(boxes)
        self.columns = floor((east - self.west) / self.side) + 1
        self.rows = floor((north - self.south) / self.side) + 1
        first_x, first_y = self._column(boxes[:, 0]), self._row(boxes[:, 1])
        wide = self._column(boxes[:, 2]) - first_x + 1
        counts = wide * (self._row(boxes[:, 3]) - first_y + 1)
        box = np.repeat(np.arange(len(boxes)), counts)
        step = np.arange(len(box)) - np.repeat(np.cumsum(counts) - counts, counts)
        cell = (first_y[box] + step // wide[box]) * self.columns + first_x[box] + step % wide[box]
        order = np.argsort(cell, kind="stable")
        self.named = box[order]  # boxes, cell by cell
        self.cells, starts = np.unique(cell[order], return_index=True)
        self.starts = np.append(starts, len(box))
        self._named, self._starts = self.named.tolist(), self.starts.tolist()
        self._place = {cell: place for place, cell in enumerate(self.cells.tolist())}

    def near(self, x: float, y: float) -> Sequence[int]:
        """The boxes whose cell a finite point falls into."""
        # floats: either may be too large for an integer
        column, row = (x - self.west) / self.side, (y - self.south) / self.side
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return ()
        place = self._place.get(floor(row) * self.columns + floor(column))
        return () if place is None else self._named[self._starts[place] : self._starts[place + 1]]

    def pairs(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same for points of shape (n, 2): rows of points and of boxes, by point, then by box."""
        with np.errstate(invalid="ignore"):
            x = np.floor((points[:, 0] - self.west) / self.side)
            y = np.floor((points[:, 1] - self.south) / self.side)
            inside = (
                (x >= 0) & (x < self.columns) & (y >= 0) & (y < self.rows)
            )  # a missing number compares as False
        known = np.flatnonzero(inside)
        cell = (y[known] * self.columns + x[known]).astype(np.int64)
        place = np.searchsorted(self.cells, cell)
        found = place < len(self.cells)
        found[found] = self.cells[place[found]] == cell[found]
        known, place = known[found], place[found]
        counts = self.starts[place + 1] - self.starts[place]
        point = np.repeat(known, counts)
        step = np.arange(len(point)) - np.repeat(np.cumsum(counts) - counts, counts)
        return point, self.named[np.repeat(self.starts[place], counts) + step]

    def _column(self, x: np.ndarray) -> np.ndarray:
        return np.floor((x - self.west) / self.side).astype(np.int64)

    def _row(self, y: np.ndarray) -> np.ndarray:
        return np.floor((y - self.south) / self.side).astype(np.int64)


def _around(boxes: np.ndarray) -> tuple[float, float, float, float]:
    if not len(boxes):
        return 0.0, 0.0, 0.0, 0.0
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _side(boxes: np.ndarray) -> float:
    """About the size of a usual box, doubled until all boxes together touch few enough cells."""
    if not len(boxes):
        return 1.0
    sides = boxes[:, 2:] - boxes[:, :2]
    side = max(float(np.median(sides.max(axis=1))), SMALLEST)
    while ((sides / side + 1).prod(axis=1)).sum() > MOST_CELLS_A_BOX * len(boxes):
        side *= 2
    return side
