"""Which polygons of two layers share area, and how much: by kernels where there are many, else by GEOS; the same numbers.

Both ways work on the same coordinates of the equal-area plane and differ by less than 1e-6 m² a pair (for polygons up to
some kilometres; relative to the area beyond). Small polygons meet small ones over a grid, large ones by their chains; GEOS
meets them over a tree of pieces, for which large polygons are cut up once.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import shapely

from geoparks.kernel.threads import workers
from geoparks.measure.polygons import Polygons
from geoparks.measure.strips import common, fits, shared_m2
from geoparks.normalise.geometry import only_polygons

Array = np.ndarray[Any, Any]
LARGE = 96
"""Vertices from which a polygon is large: its edges are then looked at only where something is near."""
_PIECE_VERTICES = 128
_BATCH = 20_000
NOISE_M2 = 1e-7
"""What two polygons share by rounding alone, where they only touch; less than that is nothing."""

Found = tuple[Array, Array, Array]
"""Positions on the left, on the right, and square metres; by the left, then by the right."""


def shared_pairs(left: Polygons, right: Polygons) -> Found:
    """All pairs of a polygon on the left and one on the right that share area.

    Many small ones on the left; on the right small ones, large ones, or both.
    """
    if left.flat is None or right.flat is None:
        return _by_geos(left.shapes, right.shapes)
    large = vertices(right) > LARGE
    if large.all():
        return _far(left, right, None)
    if not large.any():
        return _near(left, right, None)
    some, others = np.flatnonzero(large), np.flatnonzero(~large)
    return in_order(_far(left, right, some), _near(left, right, others))


def overlapping(polygons: Polygons) -> Found:
    """All pairs of polygons of one layer that share area, the first before the second."""
    if polygons.flat is None:
        return _below(polygons)
    from geoparks.kernel.near import pairs_near

    boxes = polygons.extents[0]
    return tuple(pairs_near(polygons.flat, boxes=(boxes, boxes)))  # type: ignore[return-value]


def vertices(polygons: Polygons) -> Array:
    """Vertices of every polygon."""
    if polygons.flat is None:
        return shapely.get_num_coordinates(polygons.shapes)
    flat = polygons.flat
    ends: Array = flat.ring[flat.feature]
    return np.diff(ends)


def in_order(*found: Found) -> Found:
    """Several lists of pairs as one, in order."""
    first, second, m2 = (np.concatenate(some) for some in zip(*found, strict=True))
    order = np.lexsort((second, first))
    return first[order], second[order], m2[order]


def _near(left: Polygons, right: Polygons, among: Array | None) -> Found:
    from geoparks.kernel.near import pairs_near

    assert left.flat is not None
    assert right.flat is not None
    rings, boxes = right.flat, right.extents[0]
    if among is not None:
        rings, boxes = rings.some(among), boxes[among]
    pairs = pairs_near(left.flat, rings, boxes=(left.extents[0], boxes))
    return pairs.first, pairs.second if among is None else among[pairs.second], pairs.m2


def _far(left: Polygons, right: Polygons, among: Array | None) -> Found:
    from geoparks.kernel.far import pairs_far

    assert left.flat is not None
    assert right.flat is not None
    rings = right.flat if among is None else right.flat.some(among)
    pairs = pairs_far(left.flat, rings, extents_of_left=left.extents)
    return pairs.first, pairs.second if among is None else among[pairs.second], pairs.m2


def _by_geos(left: Array, right: Array) -> Found:
    """With large polygons cut into pieces by halves, so that few vertices have to be looked at for a pair."""
    pieces, owner = _pieces(right)
    tree = _tree(pieces)
    found = _batches(len(left), lambda some: _in_batch(left, tree, pieces, some))
    first, second, m2 = in_order(*found)
    second = owner[second]
    whole, at = np.unique(first * np.int64(len(right)) + second, return_inverse=True)
    return whole // len(right), whole % len(right), np.bincount(at, weights=m2, minlength=len(whole))


def _tree(shapes: Array) -> shapely.STRtree:
    """An index that is built: that happens when it is first asked, and must not when threads share it already."""
    tree = shapely.STRtree(shapes)
    tree.query(shapely.box(0, 0, 0, 0))
    return tree


def _batches(count: int, work: Any) -> list[Found]:
    starts = range(0, count, _BATCH)
    runs = [np.arange(start, min(start + _BATCH, count)) for start in starts]
    nothing = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))
    with ThreadPoolExecutor(workers()) as pool:
        return [nothing, *pool.map(work, runs)]


def _in_batch(left: Array, tree: shapely.STRtree, right: Array, some: Array) -> Found:
    """The pairs of a run of the left: what is inside needs no overlay."""
    i, j = tree.query(left[some])
    i = some[i]
    # A prepared geometry is built when it is first asked, and must not be shared: each batch has copies of its own.
    near, at = np.unique(j, return_inverse=True)
    own = shapely.from_wkb(shapely.to_wkb(right[near]))
    shapely.prepare(own)
    holders = own[at]
    inside = shapely.contains_properly(holders, left[i])
    m2 = np.where(inside, shapely.area(left[i]), 0.0)
    rest = np.flatnonzero(~inside)
    meet = rest[shapely.relate_pattern(holders[rest], left[i[rest]], "T********")]
    m2[meet] = shapely.area(shapely.intersection(left[i[meet]], right[j[meet]]))
    kept = m2 > NOISE_M2
    return i[kept], j[kept], m2[kept]


def _below(polygons: Polygons) -> Found:
    """Pairs of one layer, first before second: who is near by a tree, what is shared by sums over edges, or by GEOS."""
    edges = polygons.edges
    near = polygons.lonlat if polygons.objects is None and polygons.lonlat is not None else polygons.shapes
    tree = _tree(near)

    def meet(some: Array) -> Found:
        i, j = tree.query(near[some])
        i = some[i]
        kept = i < j
        i, j = i[kept], j[kept]
        order = np.lexsort((j, i))
        i, j = i[order], j[order]
        shared = common(edges.box[i], edges.box[j])
        kept = (shared[:, 2] - shared[:, 0]) * (shared[:, 3] - shared[:, 1]) > NOISE_M2
        i, j, shared = i[kept], j[kept], shared[kept]
        m2, summed = np.empty(len(i)), fits(edges, i, edges, j, shared)
        m2[summed] = shared_m2(edges, i[summed], edges, j[summed], shared[summed])
        others = np.flatnonzero(~summed)
        m2[others] = _related(polygons, i[others], j[others])
        real = m2 > NOISE_M2
        return i[real], j[real], m2[real]

    return in_order(*_batches(len(polygons), meet))


def _related(polygons: Polygons, i: Array, j: Array) -> Array:
    """Square metres that pairs share: those that only touch are told by relation, quicker than by overlay."""
    if not len(i):
        return np.empty(0)
    some, at = np.unique(np.concatenate([i, j]), return_inverse=True)
    own = shapely.from_wkb(
        shapely.to_wkb(polygons.some(some))
    )  # prepared when first asked: not to be shared by threads
    shapely.prepare(own)
    first, second = own[at[: len(i)]], own[at[len(i) :]]
    m2, meet = np.zeros(len(i)), shapely.relate_pattern(first, second, "T********")
    m2[meet] = shapely.area(shapely.intersection(first[meet], second[meet]))
    return m2


def _pieces(shapes: Array) -> tuple[Array, Array]:
    """Polygons cut into pieces of at most 128 vertices, and the polygon that each is of."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    done: list[tuple[Array, Array]] = []
    while len(parts):
        large = shapely.get_num_coordinates(parts) > _PIECE_VERTICES
        done.append((parts[~large], owner[~large]))
        halves = [_halves(one) for one in parts[large]]
        owner = np.repeat(owner[large], [len(some) for some in halves])
        parts = np.concatenate(halves) if halves else np.empty(0, dtype=object)
    return np.concatenate([one for one, _ in done]), np.concatenate([one for _, one in done])


def _halves(shape: shapely.Geometry) -> Array:
    """The polygons of both halves of a shape, cut across its longer side."""
    west, south, east, north = shape.bounds
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    boxes = (
        ((west, south, middle_x, north), (middle_x, south, east, north))
        if east - west > north - south
        else ((west, south, east, middle_y), (west, middle_y, east, north))
    )
    return np.concatenate([shapely.get_parts(one) for one in _cut(shape, boxes)])


def _cut(shape: shapely.Geometry, boxes: Any) -> Iterator[Any]:
    cut = np.array([shapely.clip_by_rect(shape, *box) for box in boxes], dtype=object)
    bad = ~shapely.is_valid(cut)
    cut[bad] = shapely.make_valid(cut[bad])
    return iter(only_polygons(cut))
