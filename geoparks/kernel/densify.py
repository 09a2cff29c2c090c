"""A vertex at least every so often along each edge, as ``shapely.segmentize`` sets them, to the last digit.

An edge longer than the step is cut into the fewest equal pieces that are not longer. The first pass counts the vertices
of each ring, the second writes them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks.kernel.kept import kept
from geoparks.kernel.rings import Rings
from geoparks.kernel.threads import in_pieces

Array = np.ndarray[Any, Any]


@kept
def _count(xy: Array, ring: Array, step: float, first: int, last: int, count: Array) -> None:
    for r in range(first, last):
        vertices = ring[r + 1] - ring[r]
        for v in range(ring[r], ring[r + 1] - 1):
            dx, dy = xy[v + 1, 0] - xy[v, 0], xy[v + 1, 1] - xy[v, 1]
            if dx * dx + dy * dy > 0.999 * step * step:
                vertices += max(0, int(np.ceil(np.sqrt(dx * dx + dy * dy) / step)) - 1)
        count[r] = vertices


@kept
def _fill(xy: Array, ring: Array, step: float, first: int, last: int, dense: Array, start: Array) -> None:
    for r in range(first, last):
        k = start[r]
        for v in range(ring[r], ring[r + 1] - 1):
            x, y = xy[v, 0], xy[v, 1]
            dense[k, 0], dense[k, 1] = x, y
            k += 1
            dx, dy = xy[v + 1, 0] - x, xy[v + 1, 1] - y
            if dx * dx + dy * dy > 0.999 * step * step:
                length = np.sqrt(dx * dx + dy * dy)
                pieces = np.ceil(length / step)
                each = length / pieces
                for one in range(1, int(pieces)):
                    share = (one * each) / length
                    dense[k, 0], dense[k, 1] = x + share * dx, y + share * dy
                    k += 1
        dense[k, 0], dense[k, 1] = xy[ring[r + 1] - 1, 0], xy[ring[r + 1] - 1, 1]


def densified(rings: Rings, step: float) -> Rings:
    """The same polygons with no edge longer than `step`, in the unit of the coordinates; themselves where none is."""
    count = np.empty(len(rings.ring) - 1, dtype=np.int64)
    in_pieces(len(count), lambda a, b: _count(rings.xy, rings.ring, step, a, b, count))
    start = np.concatenate([[0], np.cumsum(count)])
    if start[-1] == rings.ring[-1]:
        return rings
    dense = np.empty((start[-1], 2))
    in_pieces(len(count), lambda a, b: _fill(rings.xy, rings.ring, step, a, b, dense, start))
    return Rings(dense, start, rings.feature, rings.hole)
