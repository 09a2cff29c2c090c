"""The same pairs as `geoparks.measure.pairs` finds by kernels, where there is no compiler or work is small.

Who is near whom is told by extents in a tree; what two share is summed over their edges by numpy (`strips`), in some
microseconds a pair, and by GEOS where that sum would be long or its rounding seen. Large polygons are cut up once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import shapely

from geoparks.kernel.near import NOISE_M2
from geoparks.kernel.threads import workers
from geoparks.measure.halves import pieces_of
from geoparks.measure.polygons import Polygons
from geoparks.measure.strips import common, fits, shared_m2

Array = np.ndarray[Any, Any]
Found = tuple[Array, Array, Array]
"""Positions on the left, on the right, and square metres; by the left, then by the right."""
_BATCH = 20_000


def pairs_of(left: Polygons, right: Polygons) -> Found:
    """Pairs of a polygon on the left and one on the right that share area, and how much; in order."""
    pieces, owner = pieces_of(right.shapes)
    first, second, m2 = _met(left, Polygons(None, pieces))
    pair, at = np.unique(first * np.int64(len(right)) + owner[second], return_inverse=True)
    return pair // len(right), pair % len(right), np.bincount(at, weights=m2, minlength=len(pair))


def pairs_within(polygons: Polygons) -> Found:
    """Pairs of one layer, the first before the second; in order."""
    return _met(polygons, polygons)


def _met(left: Polygons, right: Polygons) -> Found:
    """Pairs, in order; where both layers are the same one, the first before the second."""
    edges, others = left.edges, right.edges
    tree = shapely.STRtree(_boxes(others.box))
    tree.query(shapely.box(0, 0, 0, 0))  # it is built when it is first asked, and must not when threads share it

    def meet(start: int) -> Found:
        i, j = tree.query(_boxes(edges.box[start : start + _BATCH]))
        i = i + start
        if left is right:
            i, j = i[i < j], j[i < j]
        order = np.lexsort((j, i))
        i, j = i[order], j[order]
        shared = common(edges.box[i], others.box[j])
        kept = (shared[:, 2] - shared[:, 0]) * (shared[:, 3] - shared[:, 1]) > NOISE_M2
        i, j, shared = i[kept], j[kept], shared[kept]
        m2, summed = np.empty(len(i)), fits(edges, i, others, j, shared)
        m2[summed] = shared_m2(edges, i[summed], others, j[summed], shared[summed])
        m2[~summed] = _by_geos(left, i[~summed], right, j[~summed])
        real = m2 > NOISE_M2
        return i[real], j[real], m2[real]

    with ThreadPoolExecutor(workers()) as pool:
        found = list(pool.map(meet, range(0, len(left), _BATCH)))
    nothing = np.empty(0, dtype=np.int64)
    first, second, m2 = zip((nothing, nothing, np.empty(0)), *found, strict=True)
    return np.concatenate(first), np.concatenate(second), np.concatenate(m2)


def _boxes(extents: Array) -> Array:
    """Extents as objects; None for what has none."""
    there = extents[:, 0] <= extents[:, 2]
    boxes = np.full(len(extents), None, dtype=object)
    boxes[there] = shapely.box(*extents[there].T)
    return boxes


def _by_geos(left: Polygons, i: Array, right: Polygons, j: Array) -> Array:
    """Square metres that pairs share; most that are near are inside, or only touch, which is told without an overlay."""
    if not len(i):
        return np.empty(0)
    near, at = np.unique(j, return_inverse=True)
    # A prepared geometry is built when it is first asked, and must not be shared by threads: each run has its own.
    own = shapely.from_wkb(shapely.to_wkb(right.some(near)))
    shapely.prepare(own)
    some, of = np.unique(i, return_inverse=True)
    holders, shapes = own[at], left.some(some)[of]
    inside = shapely.contains_properly(holders, shapes)
    m2 = np.where(inside, shapely.area(shapes), 0.0)
    rest = np.flatnonzero(~inside)
    meet = rest[shapely.relate_pattern(holders[rest], shapes[rest], "T********")]
    m2[meet] = shapely.area(shapely.intersection(shapes[meet], holders[meet]))
    return m2
