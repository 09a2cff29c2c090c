"""Which polygons of two layers share area, and how much: by kernels where there are many, else by numpy and GEOS; the same numbers.

Both ways work on the same coordinates of the equal-area plane and differ by less than 1e-6 m² a pair (for polygons up to
some kilometres; relative to the area beyond). Small polygons meet small ones over a grid, large ones by their chains; the
way without a compiler (`pairs_uncompiled`) meets them over a tree of pieces, for which large polygons are cut up once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geoparks.measure.pairs_uncompiled import Found, pairs_of, pairs_within
from geoparks.measure.polygons import Polygons

Array = np.ndarray[Any, Any]
LARGE = 96
"""Vertices from which a polygon is large: its edges are then looked at only where something is near."""


def shared_pairs(left: Polygons, right: Polygons) -> Found:
    """All pairs of a polygon on the left and one on the right that share area.

    Many small ones on the left; on the right small ones, large ones, or both.
    """
    if left.flat is None or right.flat is None:
        return pairs_of(left, right)
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
        return pairs_within(polygons)
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
