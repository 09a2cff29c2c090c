"""How much of every cell a polygon covers, exactly: signed trapezoids along its edges, many polygons at a time.

Every edge is cut at the lines between rows and columns; what is left of it in one cell adds the area to its right in
that cell, and its height to every cell further right in the row. Cells wholly inside come out as runs, so that a large
polygon costs what its outline costs and not what its area does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely

Array = np.ndarray[Any, Any]
_NOTHING = 1e-9  # share of a cell below which rounding is all there is


class Runs(NamedTuple):
    """Cells side by side in a row that a polygon covers alike: columns from `start` up to, but not with, `stop`."""

    polygon: Array
    row: Array
    start: Array
    stop: Array
    part: Array
    """The part of each of the cells that is covered, 0–1."""


def runs(shapes: Array) -> Runs:
    """The cells that polygons cover, by their position in the array.

    Coordinates are columns and rows of a raster whose cells are squares of side 1, the first one from (0, 0) to (1, 1);
    none is negative. Missing and empty geometry, and lines and points, cover nothing.

    >>> found = runs(np.array([shapely.box(0.5, 0, 3, 1)]))
    >>> [(int(a), int(b), float(c)) for a, b, c in zip(found.start, found.stop, found.part)]
    [(0, 1, 0.5), (1, 3, 1.0)]
    """
    polygon, x0, y0, x1, y1 = _pieces(*_edges(shapes))
    if not len(polygon):
        nothing = np.empty(0, dtype=np.int64)
        return Runs(nothing, nothing, nothing, nothing, np.empty(0))
    row, column = np.floor((y0 + y1) / 2).astype(np.int64), np.floor((x0 + x1) / 2).astype(np.int64)
    height = y0 - y1  # a shell runs anticlockwise: down its left side, with y upwards
    right = height * (column + 1 - (x0 + x1) / 2)
    order = np.lexsort((column, row, polygon))
    polygon, row, column, height, right = polygon[order], row[order], column[order], height[order], right[order]
    cell = _starts(polygon, row, column)
    height, right = np.add.reduceat(height, cell), np.add.reduceat(right, cell)
    polygon, row, column = polygon[cell], row[cell], column[cell]
    line = _starts(polygon, row)
    length = np.diff(np.append(line, len(row)))
    after = np.cumsum(height)
    after -= np.repeat(after[line] - height[line], length)
    gap_ends = np.append(column[1:], 0)
    gap_ends[np.append(line[1:], len(row)) - 1] = 0  # right of the last cell of a row there is nothing
    inside = (gap_ends > column + 1) & (np.abs(after) > _NOTHING)
    edge = after - height + right
    touched = np.abs(edge) > _NOTHING
    return Runs(
        np.concatenate([polygon[touched], polygon[inside]]),
        np.concatenate([row[touched], row[inside]]),
        np.concatenate([column[touched], column[inside] + 1]),
        np.concatenate([column[touched] + 1, gap_ends[inside]]),
        np.concatenate([edge[touched], after[inside]]),
    )


def _edges(shapes: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Polygon and both ends of every edge, shells anticlockwise and holes clockwise; level edges enclose nothing."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, of_part = shapely.get_rings(shapely.orient_polygons(parts[areal]), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = np.flatnonzero((ring[1:] == ring[:-1]) & (points[1:, 1] != points[:-1, 1]))
    polygon = owner[areal][of_part][ring[same]]
    return polygon, points[same, 0], points[same, 1], points[same + 1, 0], points[same + 1, 1]


def _pieces(polygon: Array, x0: Array, y0: Array, x1: Array, y1: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Edges cut at the lines between rows, then at those between columns."""
    polygon, y0, x0, y1, x1 = _cut(polygon, y0, x0, y1, x1)
    return _cut(polygon, x0, y0, x1, y1)


def _cut(polygon: Array, u0: Array, v0: Array, u1: Array, v1: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Edges cut wherever u passes a whole number; the ends themselves stay as they are, to the last digit."""
    low, high = np.minimum(u0, u1), np.maximum(u0, u1)
    first = np.floor(low)
    count = np.maximum(np.ceil(high) - first, 1).astype(np.int64)
    if (count == 1).all():
        return polygon, u0, v0, u1, v1
    edge = np.repeat(np.arange(len(u0)), count)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    rising = u1 >= u0
    top = first + count
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where(u1 != u0, (v1 - v0) / (u1 - u0), 0.0)
    at = np.where(rising[edge], first[edge] + nth, top[edge] - nth)
    towards = np.where(rising, 1.0, -1.0)[edge]
    starts, ends = nth == 0, nth == count[edge] - 1
    a = np.where(starts, u0[edge], at)
    b = np.where(ends, u1[edge], at + towards)
    along = v0[edge] + (a - u0[edge]) * slope[edge]
    further = v0[edge] + (b - u0[edge]) * slope[edge]
    return polygon[edge], a, np.where(starts, v0[edge], along), b, np.where(ends, v1[edge], further)


def _starts(*keys: Array) -> Array:
    """Where, in sorted keys, another combination of them begins."""
    new = np.zeros(len(keys[0]), dtype=bool)
    new[0] = True
    for one in keys:
        new[1:] |= one[1:] != one[:-1]
    return np.flatnonzero(new)
