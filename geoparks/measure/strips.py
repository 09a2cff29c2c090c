"""The area that two polygons share, for many pairs at once and without a compiler: the sum of `geoparks.kernel.pair`, by numpy.

A polygon is a signed sum over its edges of the strips below them; two share the sum over pairs of their edges of the
integral of the lower of both. Of two neighbours only edges within their common width count, and none that is wholly below
the other polygon, over whose edges it cancels: some ten pairs of edges, where asking GEOS for their relation takes longer than all that.

Coordinates are taken from the corner of the common extent. Where rounding could be seen, for polygons are large, or where
outlines are long, GEOS is the better way (`fits`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import shapely

from geoparks.kernel.threads import in_pieces

Array = np.ndarray[Any, Any]
_MOST_EDGES = 10_000  # pairs of edges of two polygons; beyond, it is quicker to look for where they cross
_MOST_M2 = 1e7  # below the higher of two, over their common width: the sum's rounding stays below 1e-7
_ROWS = 500_000  # pairs of edges that are looked at together, at most


class Edges(NamedTuple):
    """Edges of polygons that are not upright, each from its left end to its right."""

    start: Array
    """(polygons + 1,): the first edge of each, and the end."""
    left: Array
    right: Array
    y: Array
    """Of the left end."""
    slope: Array
    top: Array
    sign: Array
    """1 where the inside is below, −1 where it is above."""
    box: Array
    """(polygons, 4): extents; of one without edges an extent that meets nothing."""


def edges_of(shapes: Array, forward: Callable[[Array], Array] | None = None) -> Edges:
    """Edges of polygons and multipolygons; None and empty ones have none. `forward` is where the coordinates go first."""
    found = in_pieces(len(shapes), lambda a, b: _edges(shapes[a:b], forward)) or [_edges(shapes, forward)]
    ends = np.cumsum([0, *(one.start[-1] for one in found)])
    starts = [one.start[:-1] + end for one, end in zip(found, ends[:-1], strict=True)]
    rest = (np.concatenate(some) for some in list(zip(*found, strict=True))[1:])
    return Edges(np.concatenate([*starts, ends[-1:]]), *rest)


def _edges(shapes: Array, forward: Callable[[Array], Array] | None) -> Edges:
    box = np.full((len(shapes), 4), (np.inf, np.inf, -np.inf, -np.inf))
    there = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if not len(there):
        nothing = np.empty(0)
        return Edges(
            np.zeros(len(shapes) + 1, dtype=np.int64), nothing, nothing, nothing, nothing, nothing, nothing, box
        )
    kind, xy, offsets = shapely.to_ragged_array(shapes[there])
    ring = np.asarray(offsets[0], dtype=np.int64)
    part = np.asarray(offsets[1], dtype=np.int64)
    feature = part if kind == shapely.GeometryType.POLYGON else part[np.asarray(offsets[2], dtype=np.int64)]
    plane = np.asarray(xy)[:, :2] if forward is None else forward(np.asarray(xy)[:, :2])
    x, y = np.ascontiguousarray(plane[:, 0]), np.ascontiguousarray(plane[:, 1])
    length = np.diff(ring)
    hole = np.ones(len(length), dtype=bool)
    hole[part[:-1][np.diff(part) > 0]] = False
    own_x, own_y = x - np.repeat(x[ring[:-1]], length), y - np.repeat(y[ring[:-1]], length)
    turn = own_x[:-1] * own_y[1:] - own_x[1:] * own_y[:-1]
    turn[ring[1:-1] - 1] = 0.0
    wrong = (np.add.reduceat(turn, ring[:-1]) < 0) != hole  # the inside is to the right of its edges
    drawn = np.ones(len(x), dtype=bool)
    drawn[ring[1:] - 1] = False
    drawn[:-1] &= x[1:] != x[:-1]
    edge = np.flatnonzero(drawn)
    back = x[edge + 1] < x[edge]
    sign = np.where(back != np.repeat(wrong, length)[edge], 1.0, -1.0)
    at, to = np.where(back, edge + 1, edge), np.where(back, edge, edge + 1)
    slope = (y[to] - y[at]) / (x[to] - x[at])
    begin = np.searchsorted(edge, ring)[feature]
    start = np.zeros(len(shapes) + 1, dtype=np.int64)
    start[there + 1] = np.diff(begin)
    first = ring[feature[:-1]]
    box[there] = np.column_stack([np.minimum.reduceat(x, first), np.minimum.reduceat(y, first), np.maximum.reduceat(x, first), np.maximum.reduceat(y, first)])  # fmt: skip
    return Edges(np.cumsum(start), x[at], x[to], y[at], slope, np.maximum(y[at], y[to]), sign, box)


def common(p: Array, q: Array) -> Array:
    """What extents (n, 4) have in common, (n, 4); where they do not meet, an extent of no width or height."""
    low, high = np.maximum(p[:, :2], q[:, :2]), np.minimum(p[:, 2:], q[:, 2:])
    return np.concatenate([low, np.maximum(high, low)], axis=1)


def fits(left: Edges, i: Array, right: Edges, j: Array, shared: Array) -> Array:
    """Which pairs are for `shared_m2`; the others are for GEOS. `shared` is what their extents have in common."""
    many = np.diff(left.start)[i] * np.diff(right.start)[j] > _MOST_EDGES
    above: Array = np.maximum(left.box[i, 3], right.box[j, 3]) - shared[:, 1]
    large = (shared[:, 2] - shared[:, 0]) * above > _MOST_M2
    return ~(many | large)


def shared_m2(left: Edges, i: Array, right: Edges, j: Array, shared: Array) -> Array:
    """Square metres that polygons i of one layer and j of another one share, pair by pair; rounding may leave ±1e-7 of 0."""
    rows = np.cumsum(np.diff(left.start)[i] * np.diff(right.start)[j])
    cuts = [0, *np.searchsorted(rows, np.arange(_ROWS, rows[-1], _ROWS)).tolist(), len(i)] if len(i) else [0]
    runs = [(a, b) for a, b in pairwise(cuts) if a < b]
    done = [_sums(left, i[a:b], right, j[a:b], shared[a:b]) for a, b in runs]
    return np.concatenate([np.empty(0), *done])


def _sums(left: Edges, i: Array, right: Edges, j: Array, shared: Array) -> Array:
    pair, p_left, p_right, p_y, p_slope, p_sign, _ = _near(left, i, shared, right.box[j, 1])
    _, q_left, q_right, q_y, q_slope, q_sign, count = _near(right, j, shared, left.box[i, 1])
    p, q = _runs((np.cumsum(count) - count)[pair], count[pair])
    low, high = np.maximum(p_left[p], q_left[q]), np.minimum(p_right[p], q_right[q])
    met = np.flatnonzero(high > low)
    low, high, p, q = low[met], high[met], p[met], q[met]
    slope, x, y = p_slope[p], p_left[p], p_y[p]
    p_low, p_high = y + slope * (low - x), y + slope * (high - x)
    slope, x, y = q_slope[q], q_left[q], q_y[q]
    q_low, q_high = y + slope * (low - x), y + slope * (high - x)
    twice = np.minimum(p_low, q_low) + np.minimum(p_high, q_high)
    over_low, over_high = p_low - q_low, p_high - q_high
    cross = np.flatnonzero(over_low * over_high < 0)
    if len(cross):
        part = over_low[cross] / (over_low[cross] - over_high[cross])
        there = p_low[cross] + part * (p_high[cross] - p_low[cross])
        first, last = np.minimum(p_low[cross], q_low[cross]), np.minimum(p_high[cross], q_high[cross])
        twice[cross] = (first + there) * part + (there + last) * (1 - part)
    terms = p_sign[p] * q_sign[q] * (high - low) * 0.5 * twice
    return np.bincount(pair[p], terms, minlength=len(i))


def _near(edges: Edges, which: Array, shared: Array, south_of_other: Array) -> tuple[Array, ...]:
    """Edges within the common width and not below the other polygon, from the common corner; and how many of each pair."""
    first = edges.start[which]
    pair, edge = _runs(first, edges.start[which + 1] - first)
    west, south, east = (shared[:, side][pair] for side in (0, 1, 2))
    kept = np.flatnonzero(
        (edges.right[edge] > west) & (edges.left[edge] < east) & (edges.top[edge] > south_of_other[pair])
    )
    pair, edge, west, south = pair[kept], edge[kept], west[kept], south[kept]
    return (
        pair, edges.left[edge] - west, edges.right[edge] - west, edges.y[edge] - south, edges.slope[edge], edges.sign[edge],
        np.bincount(pair, minlength=len(which)),
    )  # fmt: skip


def _runs(first: Array, count: Array) -> tuple[Array, Array]:
    """Runs of positions one after another: of which run each is, and the position."""
    run = np.repeat(np.arange(len(count)), count)
    return run, np.arange(len(run)) + np.repeat(first - (np.cumsum(count) - count), count)
