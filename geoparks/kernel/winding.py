"""Which large polygons contain each node of a grid: their winding numbers there, found in one pass over the edges.

A polygon's winding number at a point is how often its outline runs round it: 1 inside, 0 outside (holes run the other way
and take one off). It follows from the crossings on a line from far west to the point: an edge that runs south there has
the inside to its east and adds one, an edge that runs north takes one off.

Each edge adds its sign behind its crossing with every row of nodes; summing along the rows gives the numbers. Whether an
edge crosses a row, and between which nodes, is told by the *indices* of its ends and of the crossing, never by comparing
coordinates with a node's: the same questions are asked again by who starts from a node (`far`), and must get the same
answers.

Kept is only where a number is not 0: for each node a list of polygons with their numbers, in compressed rows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from geoparks.kernel.grid import Grid, index_of
from geoparks.kernel.ready import compiled
from geoparks.kernel.rings import Rings

Array = np.ndarray[Any, Any]


class Nodes(NamedTuple):
    """For each node of a grid (that at the south-western corner of each cell) the polygons round it."""

    start: Array
    owner: Array
    winding: Array


@compiled
def crossing_x(ax: float, ay: float, bx: float, by: float, y: float) -> float:
    """Where an edge that is not level meets a height; never beyond its ends."""
    x = ax + (y - ay) * (bx - ax) / (by - ay)
    return min(max(x, min(ax, bx)), max(ax, bx))


@compiled
def _crossings(
    xy: Array, ring: Array, feature: Array, west: float, south: float, cell: float, columns: int, rows: int
) -> tuple[Array, Array, Array, Array]:
    """Row, owner, first node behind it and sign of each crossing of an edge with a row of nodes; sorted by owner."""
    count = 0
    for r in range(len(ring) - 1):
        for v in range(ring[r], ring[r + 1] - 1):
            count += abs(index_of(xy[v, 1], south, cell, rows) - index_of(xy[v + 1, 1], south, cell, rows))
    row, owner = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    behind, sign, k = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32), 0
    for f in range(len(feature) - 1):
        for r in range(feature[f], feature[f + 1]):
            for v in range(ring[r], ring[r + 1] - 1):
                a = index_of(xy[v, 1], south, cell, rows)
                b = index_of(xy[v + 1, 1], south, cell, rows)
                for j in range(min(a, b) + 1, max(a, b) + 1):
                    x = crossing_x(xy[v, 0], xy[v, 1], xy[v + 1, 0], xy[v + 1, 1], south + j * cell)
                    row[k], owner[k] = j, f
                    behind[k] = index_of(x, west, cell, columns) + 1
                    sign[k] = 1 if b < a else -1
                    k += 1
    return row, owner, behind, sign


@compiled
def _spread(
    row: Array,
    owner: Array,
    behind: Array,
    sign: Array,
    columns: int,
    rows: int,
    count: Array,
    of: Array,
    number: Array,
) -> None:
    """Give every node its owners: with an empty `of` only count them, else write them where `count` says, and move on."""
    winding = 0
    for k in range(len(row)):
        winding += sign[k]
        same = k + 1 < len(row) and row[k + 1] == row[k] and owner[k + 1] == owner[k]
        if not same:
            winding = 0  # a ring that is closed leaves a row as often as it comes in
        elif winding:
            for i in range(behind[k], min(behind[k + 1], columns)):
                c = row[k] * columns + i
                if len(of):
                    of[count[c]], number[count[c]] = owner[k], winding
                count[c] += 1


def nodes(rings: Rings, cells: Grid) -> Nodes:
    """The winding numbers of large polygons at the nodes of a grid over their chains."""
    row, owner, behind, sign = _crossings(rings.xy, rings.ring, rings.feature, *cells[:5])
    order = np.lexsort((behind, owner, row))
    sorted_ = [one[order] for one in (row, owner, behind, sign)]
    count = np.zeros(cells.columns * cells.rows + 1, dtype=np.int64)
    nothing = np.empty(0, dtype=np.int32)
    _spread(*sorted_, cells.columns, cells.rows, count[:-1], nothing, nothing)
    start = np.concatenate([[0], np.cumsum(count[:-1])])
    of, number = np.empty(start[-1], dtype=np.int32), np.empty(start[-1], dtype=np.int32)
    if len(of):
        _spread(*sorted_, cells.columns, cells.rows, start[:-1].copy(), of, number)
    return Nodes(start, of, number)
