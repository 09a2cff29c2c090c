"""Areas that many small polygons share with many small ones, and those of one layer among themselves.

A grid with cells about as large as a polygon says which ones are near; each pair of extents that overlap is reported in
one cell only, that which holds the south-western corner of what the extents share, so that no pair is met twice and
nothing has to be sorted. Whoever is near is measured at once: join and area are one loop, with no list of candidates.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from geoparks.kernel.grid import Grid, grid, index_of
from geoparks.kernel.pair import shared_area
from geoparks.kernel.ready import compiled
from geoparks.kernel.rings import Rings, extents
from geoparks.kernel.threads import in_pieces

Array = np.ndarray[Any, Any]
_ROOM = 1024
NOISE_M2 = 1e-7
"""What two polygons share by rounding alone, where they only touch; less than that is nothing."""


class Pairs(NamedTuple):
    """Pairs of features and the square metres that they share, by `first`, then by `second`."""

    first: Array
    second: Array
    m2: Array


@compiled
def _near(
    p_xy: Array, p_ring: Array, p_feature: Array, p_box: Array,
    q_xy: Array, q_ring: Array, q_feature: Array, q_box: Array,
    west: float, south: float, cell: float, columns: int, rows: int, start: Array, item: Array,
    a: int, b: int, within: bool, least: float,
) -> tuple[Array, Array, Array]:  # fmt: skip
    first, second = np.empty(_ROOM, dtype=np.int64), np.empty(_ROOM, dtype=np.int64)
    m2, n = np.empty(_ROOM), 0
    for p in range(a, b):
        if p_box[p, 0] > p_box[p, 2]:
            continue
        begin = n
        i0, i1 = index_of(p_box[p, 0], west, cell, columns), index_of(p_box[p, 2], west, cell, columns)
        j0, j1 = index_of(p_box[p, 1], south, cell, rows), index_of(p_box[p, 3], south, cell, rows)
        for j in range(j0, j1 + 1):
            for i in range(i0, i1 + 1):
                for t in range(start[j * columns + i], start[j * columns + i + 1]):
                    q = item[t]
                    if within and q <= p:
                        continue
                    x0, y0 = max(p_box[p, 0], q_box[q, 0]), max(p_box[p, 1], q_box[q, 1])
                    x1, y1 = min(p_box[p, 2], q_box[q, 2]), min(p_box[p, 3], q_box[q, 3])
                    if x0 >= x1 or y0 >= y1 or (x1 - x0) * (y1 - y0) <= least:
                        continue
                    if index_of(x0, west, cell, columns) != i or index_of(y0, south, cell, rows) != j:
                        continue
                    area = shared_area(
                        p_xy, p_ring, p_feature[p], p_feature[p + 1], p_box[p, 0], p_box[p, 1],
                        q_xy, q_ring, q_feature[q], q_feature[q + 1], x0, x1,
                    )  # fmt: skip
                    if area > least:
                        if n == len(m2):
                            first = np.concatenate((first, np.empty_like(first)))
                            second = np.concatenate((second, np.empty_like(second)))
                            m2 = np.concatenate((m2, np.empty_like(m2)))
                        k = n  # kept in the order of the second
                        while k > begin and second[k - 1] > q:
                            second[k], m2[k] = second[k - 1], m2[k - 1]
                            k -= 1
                        first[n], second[k], m2[k] = p, q, area
                        n += 1
    return first[:n].copy(), second[:n].copy(), m2[:n].copy()


def _cell(box: Array) -> float:
    """About the size of a polygon: what most of the boxes are not larger than."""
    there = box[:, 0] <= box[:, 2]
    sides = np.maximum(box[there, 2] - box[there, 0], box[there, 3] - box[there, 1])
    return float(np.quantile(sides, 0.75)) * 1.25 if len(sides) else 1.0


def pairs_near(
    left: Rings, right: Rings | None = None, *, boxes: tuple[Array, Array] | None = None, least_m2: float = NOISE_M2
) -> Pairs:
    """All pairs of features that share more than `least_m2`; without `right`, those of one layer, first before second.

    Rings are oriented, in a plane where area is area. `boxes` are the extents of both, where they are known.
    """
    other = left if right is None else right
    p_box = extents(left)[0] if boxes is None else boxes[0]
    q_box = p_box if right is None else extents(other)[0] if boxes is None else boxes[1]
    cells: Grid = grid(q_box, _cell(q_box))

    def piece(a: int, b: int) -> Any:
        return _near(
            left.xy, left.ring, left.feature, p_box, other.xy, other.ring, other.feature, q_box, *cells,
            a, b, right is None, least_m2,
        )  # fmt: skip

    return together(in_pieces(len(left), piece))


def together(pieces: list[tuple[Array, Array, Array]]) -> Pairs:
    """The pairs of all pieces of work, in their order."""
    if not pieces:
        return Pairs(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))
    return Pairs(*(np.concatenate(some) for some in zip(*pieces, strict=True)))
