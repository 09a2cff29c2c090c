"""A uniform grid over boxes: for every cell, which boxes reach into it.

The cells' lists stand one after another in one array (compressed rows): `item[start[c]:start[c + 1]]` are the boxes of
cell c. They are made by counting, summing up and filling. A place finds its cell by one multiplication; no tree is
climbed. The grid's origin is moved by an odd fraction of a cell, so that its lines do not run along round coordinates.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from geoparks.kernel.ready import compiled

Array = np.ndarray[Any, Any]
_ASIDE = (0.2718281, 0.3141592)
_MOST_CELLS = 4_000_000


class Grid(NamedTuple):
    """Where the cells are, and what is in them."""

    west: float
    south: float
    cell: float
    columns: int
    rows: int
    start: Array
    item: Array


@compiled
def index_of(value: float, origin: float, cell: float, count: int) -> int:
    """The column (or row) of a coordinate, held within the grid. It never falls when the coordinate rises."""
    return min(max(int(np.floor((value - origin) / cell)), 0), count - 1)


@compiled
def _count(box: Array, west: float, south: float, cell: float, columns: int, rows: int) -> Array:
    start = np.zeros(columns * rows + 1, dtype=np.int64)
    for k in range(len(box)):
        if box[k, 0] <= box[k, 2]:
            i1 = index_of(box[k, 2], west, cell, columns)
            for j in range(index_of(box[k, 1], south, cell, rows), index_of(box[k, 3], south, cell, rows) + 1):
                for i in range(index_of(box[k, 0], west, cell, columns), i1 + 1):
                    start[j * columns + i + 1] += 1
    for c in range(columns * rows):
        start[c + 1] += start[c]
    return start


@compiled
def _fill(box: Array, west: float, south: float, cell: float, columns: int, rows: int, start: Array) -> Array:
    item, at = np.empty(start[-1], dtype=np.int32), start[:-1].copy()
    for k in range(len(box)):
        if box[k, 0] <= box[k, 2]:
            i1 = index_of(box[k, 2], west, cell, columns)
            for j in range(index_of(box[k, 1], south, cell, rows), index_of(box[k, 3], south, cell, rows) + 1):
                for i in range(index_of(box[k, 0], west, cell, columns), i1 + 1):
                    item[at[j * columns + i]] = k
                    at[j * columns + i] += 1
    return item


def grid(box: Array, cell: float) -> Grid:
    """The grid over boxes (n, 4) with cells of about `cell`; larger ones where there would be more than four million."""
    there = box[:, 0] <= box[:, 2]
    if not there.any():
        return Grid(0.0, 0.0, 1.0, 1, 1, np.zeros(2, dtype=np.int64), np.empty(0, dtype=np.int32))
    low, high = box[there, :2].min(axis=0), box[there, 2:].max(axis=0)
    width, height = (high - low).tolist()
    cell = max(cell, float(np.sqrt(width * height / _MOST_CELLS)), max(width, height) / _MOST_CELLS, 1e-9)
    west, south = float(low[0]) - _ASIDE[0] * cell, float(low[1]) - _ASIDE[1] * cell
    columns, rows = int((high[0] - west) / cell) + 1, int((high[1] - south) / cell) + 1
    start = _count(box, west, south, cell, columns, rows)
    return Grid(west, south, cell, columns, rows, start, _fill(box, west, south, cell, columns, rows, start))


def grid_of_tiles(box: Array, high: int, wide: int, height: int, width: int) -> Iterator[tuple[int, int, Array]]:
    """For every tile of a raster (row, column of tiles) that boxes in its columns and rows reach, their positions."""
    columns, rows = -(-width // wide), -(-height // high)
    there = np.flatnonzero(box[:, 0] <= box[:, 2])
    low = np.floor(box[there, :2] / [wide, high]).astype(np.int64)
    most = np.floor(box[there, 2:] / [wide, high]).astype(np.int64)
    low, most = np.clip(low, 0, [columns - 1, rows - 1]), np.clip(most, 0, [columns - 1, rows - 1])
    across, down = (most - low + 1).T
    count = across * down
    which = np.repeat(there, count)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    column = np.repeat(low[:, 0], count) + nth % np.repeat(across, count)
    row = np.repeat(low[:, 1], count) + nth // np.repeat(across, count)
    order = np.lexsort((which, column, row))
    tile = (row * columns + column)[order]
    for first, last in pairwise(np.append(np.flatnonzero(np.diff(tile, prepend=-1)), len(tile)).tolist()):
        yield int(tile[first] // columns), int(tile[first] % columns), which[order[first:last]]
