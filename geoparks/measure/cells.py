"""Land cut into cells, and how the cells lie to each other and to a line: what a proposal chooses from.

Everything is in the equal-area plane, so that the cells of a piece of land sum to it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely

from geoparks.measure.plane import from_plane
from geoparks.normalise.geometry import only_polygons

Array = np.ndarray[Any, Any]
_HAIR_M = 1e-3  # where two cuts end on one line, their ends lie beside it by a rounding error
_DECIMALS = 9  # of a degree, as documents and files are written
_EDGE_M = 1.0  # cells that share less than a metre of line only touch
_SCRAP_M2 = 1.0


class Layers(NamedTuple):
    """How cells hang on a line: through which neighbours, and by how much line."""

    parents: tuple[tuple[int, ...], ...]
    """For every cell its neighbours that are one step nearer to the line; none for one that lies at it."""
    roots: Array
    """Which cells lie at the line."""
    depth: Array
    """Steps to the line; −1 where no chain of neighbours leads there."""
    held_m: Array
    """Metres of line that a cell shares with the line itself or with its parents."""
    at_line_m: Array
    """Metres that it shares with the line itself."""
    pairs: Array
    """Neighbours that are as many steps from the line, of which neither hangs on the other."""
    pairs_m: Array
    """Metres of line that each pair shares."""


def only_area(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape."""
    return only_polygons(np.array([shape], dtype=object))[0]


def together(shapes: Array) -> shapely.Geometry:
    """Cells as one that stays sound when its degrees are rounded.

    Where gaps and spikes that cutting left by a rounding error would make it unsound, it is put on a grid of a millimetre.
    """
    whole = only_area(shapely.union_all(shapes))
    rounded = shapely.transform(from_plane(np.array([whole])), lambda degrees: np.round(degrees, _DECIMALS))
    return whole if shapely.is_valid(rounded)[0] else only_area(shapely.union_all(shapes, grid_size=_HAIR_M))


def outline_m(shape: shapely.Geometry) -> float:
    """Metres of outline of a shape; a gap narrower than a millimetre is none."""
    return float(shapely.length(shapely.boundary(shapely.set_precision(shape, _HAIR_M))))


def cut(land: shapely.Geometry, metres: float, origin: tuple[float, float]) -> Array:
    """A piece of land cut by a square grid through `origin`: its polygons from south-west to north-east.

    A scrap below a square metre, which nobody would bring in by itself, is left out.
    """
    parts = shapely.get_parts(only_area(land))
    parts = parts[shapely.area(parts) > 0]
    if not len(parts):
        return np.empty(0, dtype=object)
    west, south, east, north = shapely.total_bounds(parts)
    columns = (
        np.arange(np.floor((west - origin[0]) / metres), np.ceil((east - origin[0]) / metres)) * metres + origin[0]
    )
    lines = (
        np.arange(np.floor((south - origin[1]) / metres), np.ceil((north - origin[1]) / metres)) * metres + origin[1]
    )
    x, y = (one.ravel() for one in np.meshgrid(columns, lines))
    boxes = shapely.box(x, y, x + metres, y + metres)
    shapely.prepare(parts)
    part, box = shapely.STRtree(boxes).query(parts, predicate="intersects")
    pieces = shapely.get_parts(only_polygons(shapely.intersection(boxes[box], parts[part])))
    return in_order(pieces[shapely.area(pieces) > _SCRAP_M2])


def in_order(shapes: Array) -> Array:
    """Polygons from south to north and west to east, so that their order is that of the land and not of the file."""
    bounds = shapely.bounds(shapes)
    if not len(shapes):
        return shapes
    return shapes[np.lexsort((bounds[:, 0], bounds[:, 1]))]


def shared_metres(first: Array, second: Array) -> Array:
    """How much line every two polygons share, cuts that lie beside each other by a rounding error included."""
    around = shapely.buffer(shapely.boundary(second), _HAIR_M, cap_style="flat", join_style="mitre")
    return shapely.length(shapely.intersection(shapely.boundary(first), around))


def hang(cells: Array, line: shapely.Geometry) -> Layers:
    """How cells hang on a line: the boundary that they would extend, or that they would be cut from."""
    count = len(cells)
    if not count:
        nothing = np.empty(0)
        return Layers((), nothing.astype(bool), nothing.astype(int), nothing, nothing, _no_pairs(), nothing)
    around = shapely.buffer(line, _HAIR_M, cap_style="flat", join_style="mitre")
    shapely.prepare(around)
    outlines = shapely.boundary(cells)
    near = shapely.intersects(outlines, around)
    at_line = np.zeros(count)
    at_line[near] = shapely.length(shapely.intersection(outlines[near], around))
    roots = at_line > _EDGE_M
    i, j = shapely.STRtree(cells).query(cells, predicate="dwithin", distance=_HAIR_M)
    i, j = i[i != j], j[i != j]
    metres = shared_metres(cells[i], cells[j])
    side = metres > _EDGE_M
    i, j, metres = i[side], j[side], metres[side]
    order = np.lexsort((j, i))
    i, j, metres = i[order], j[order], metres[order]
    depth = _steps(count, i, j, roots)
    nearer = (depth[j] == depth[i] - 1) & (depth[i] > 0)
    held = at_line.copy()
    np.add.at(held, i[nearer], metres[nearer])
    parents: list[list[int]] = [[] for _ in range(count)]
    for child, parent in zip(i[nearer].tolist(), j[nearer].tolist(), strict=True):
        parents[child].append(parent)
    level = (depth[j] == depth[i]) & (depth[i] >= 0) & (i < j)
    pairs = np.column_stack([i[level], j[level]])
    return Layers(tuple(map(tuple, parents)), roots, depth, held, at_line, pairs, metres[level])


def _steps(count: int, i: Array, j: Array, roots: Array) -> Array:
    """Steps from every cell to the nearest root; −1 where none can be reached."""
    depth = np.where(roots, 0, -1)
    step = 0
    while True:
        onward = np.unique(j[(depth[i] == step) & (depth[j] < 0)])
        if not len(onward):
            return depth
        step += 1
        depth[onward] = step


def beside(cells: Array, others: Array) -> Array:
    """Pairs of a cell and one of the others that share an edge."""
    if not len(cells) or not len(others):
        return _no_pairs()
    i, j = shapely.STRtree(others).query(cells, predicate="dwithin", distance=_HAIR_M)
    side = shared_metres(cells[i], others[j]) > _EDGE_M
    pairs = np.column_stack([i[side], j[side]])
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _no_pairs() -> Array:
    return np.empty((0, len(("cell", "other"))), dtype=int)
