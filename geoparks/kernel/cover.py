"""How much of each cell of a raster's tile a polygon covers, and what the cells that it covers show, summed at once.

An edge that goes down through a row of cells covers, in that row, everything to its right by the height that it falls.
So it is enough to note for each row and edge: in the cell where it is, the area to its right, and in the next cell the
rest of its height. A running sum along the row then gives each cell's covered part exactly, holes and several parts
included, for edges that go up take off again.

Coordinates are columns and rows of the tile; edges beyond its left side are moved to it, those beyond the right side are
left out, those above and below are cut. The buffer of a polygon is as large as its extent within the tile.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks.kernel.kept import kept
from geoparks.kernel.ready import compiled

Array = np.ndarray[Any, Any]
_STEP = 128
_NOTHING = 1e-9


@compiled
def _note(buffer: Array, width: int, row: int, x0: float, x1: float, height: float) -> None:
    """An edge within one row, from x0 to x1, that falls by `height`; x may be beyond either side."""
    if x0 > x1:
        x0, x1 = x1, x0
    if x0 >= width:
        return
    if x1 <= 0:
        buffer[row * (width + 1)] += height
        return
    if x0 < 0:
        part = height * (0 - x0) / (x1 - x0)
        buffer[row * (width + 1)] += part
        height -= part
        x0 = 0.0
    if x1 > width:
        height = height * (width - x0) / (x1 - x0)
        x1 = float(width)
    first, last = int(x0), int(x1)
    if last == first or x1 == first + 1:
        right = first + 1 - (x0 + x1) / 2
        buffer[row * (width + 1) + first] += height * right
        buffer[row * (width + 1) + first + 1] += height * (1 - right)
        return
    for column in range(first, min(last, width - 1) + 1):
        left_x, right_x = max(x0, float(column)), min(x1, column + 1.0)
        part = height * (right_x - left_x) / (x1 - x0)
        right = column + 1 - (left_x + right_x) / 2
        buffer[row * (width + 1) + column] += part * right
        buffer[row * (width + 1) + column + 1] += part * (1 - right)


@compiled
def _edge(buffer: Array, width: int, height: int, x0: float, y0: float, x1: float, y1: float) -> None:
    """An edge cut at the lines between rows; rows count downwards as y does in a raster."""
    sign = 1.0
    if y0 > y1:
        x0, y0, x1, y1, sign = x1, y1, x0, y0, -1.0
    if y1 <= 0 or y0 >= height or y0 == y1:
        return
    slope = (x1 - x0) / (y1 - y0)
    top, bottom = max(y0, 0.0), min(y1, float(height))
    x = x0 if top == y0 else x0 + (top - y0) * slope
    row = int(top)
    while top < bottom:
        end = min(row + 1.0, bottom)
        next_x = x1 if end == y1 else x0 + (end - y0) * slope
        _note(buffer, width, row, x, next_x, sign * (end - top))
        top, x, row = end, next_x, row + 1


@kept
def tally_tile(
    xy: Array, ring: Array, feature: Array, box: Array, which: Array, top: int, left: int,
    values: Array, bits_of: Array, low: int, strange: int, met: Array,
    row_m2: Array, nodes: Array, at_row: int, at_column: int, by_row: bool, m2: Array, inside: Array,
    room: Array, first: int, last: int,
) -> None:  # fmt: skip
    """Add square metres, by bit and altogether, of the cells of one tile that each of a run of features covers.

    `which` are features, of which those from `first` up to `last` are counted, into their rows of `m2` (features, 8) and
    `inside`. `values` are those of the tile's cells, the first of which is (top, left); what a value shows is the bit mask
    `bits_of[value - low]`; of covered values with a bit of `strange` it is noted in `met` that they were met.
    The size of a cell is that of its row, or interpolated between nodes every 128 cells, the first of which lies
    `at_row` and `at_column` before the tile. `room` is as large as the largest extent within the tile, one column wider.
    """
    high, wide = values.shape
    for k in range(first, last):
        f = which[k]
        west, east = max(int(np.floor(box[f, 0])) - left, 0), min(int(np.ceil(box[f, 2])) - left, wide)
        north, south = max(int(np.floor(box[f, 1])) - top, 0), min(int(np.ceil(box[f, 3])) - top, high)
        width, height = east - west, south - north
        if width <= 0 or height <= 0:
            continue
        for i in range(height * (width + 1)):
            room[i] = 0.0
        ox, oy = left + west, top + north
        for r in range(feature[f], feature[f + 1]):
            for v in range(ring[r], ring[r + 1] - 1):
                _edge(room, width, height, xy[v, 0] - ox, xy[v, 1] - oy, xy[v + 1, 0] - ox, xy[v + 1, 1] - oy)
        whole = 0.0
        for j in range(height):
            covered = 0.0
            row = north + j
            size = row_m2[row] if by_row else 0.0
            for i in range(width):
                covered += room[j * (width + 1) + i]
                if abs(covered) <= _NOTHING:
                    continue
                column = west + i
                if not by_row:
                    a, b = (row + at_row) // _STEP, (column + at_column) // _STEP
                    s, t = (row + at_row) / _STEP - a, (column + at_column) / _STEP - b
                    upper = nodes[a, b] * (1 - t) + nodes[a, b + 1] * t
                    lower = nodes[a + 1, b] * (1 - t) + nodes[a + 1, b + 1] * t
                    size = upper * (1 - s) + lower * s
                weight = abs(covered) * size
                whole += weight
                place = int(values[row, column]) - low
                bits = bits_of[place]
                if bits & strange:
                    met[place] = True
                bit = 0
                while bits:
                    if bits & 1:
                        m2[f, bit] += weight
                    bits >>= 1
                    bit += 1
        inside[f] += whole
