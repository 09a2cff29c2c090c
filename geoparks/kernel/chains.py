"""Large polygons cut into chains of a few edges, each with its extent, so that only what is near has to be looked at.

Nothing is clipped and nothing is cut through: a chain is a run of vertices of one ring.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from geoparks.kernel.ready import compiled
from geoparks.kernel.rings import Rings

Array = np.ndarray[Any, Any]
EDGES = 16


class Chains(NamedTuple):
    """Runs of at most 16 edges."""

    first: Array
    """The first vertex of each chain."""
    last: Array
    """Its last vertex, with which the next one begins."""
    owner: Array
    """The feature that it belongs to."""
    box: Array
    """(chains, 4): its extent."""


@compiled
def _cut(xy: Array, ring: Array, feature: Array) -> tuple[Array, Array, Array, Array]:
    count = 0
    for r in range(len(ring) - 1):
        count += (ring[r + 1] - 1 - ring[r] + EDGES - 1) // EDGES
    first, last = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    owner, box, k = np.empty(count, dtype=np.int32), np.empty((count, 4)), 0
    for f in range(len(feature) - 1):
        for r in range(feature[f], feature[f + 1]):
            v = ring[r]
            while v < ring[r + 1] - 1:
                end = min(v + EDGES, ring[r + 1] - 1)
                first[k], last[k], owner[k] = v, end, f
                box[k, 0], box[k, 1] = xy[v, 0], xy[v, 1]
                box[k, 2], box[k, 3] = xy[v, 0], xy[v, 1]
                for w in range(v + 1, end + 1):
                    box[k, 0], box[k, 2] = min(box[k, 0], xy[w, 0]), max(box[k, 2], xy[w, 0])
                    box[k, 1], box[k, 3] = min(box[k, 1], xy[w, 1]), max(box[k, 3], xy[w, 1])
                v = end
                k += 1
    return first, last, owner, box


def chains(rings: Rings) -> Chains:
    """The chains of all rings, in their order."""
    return Chains(*_cut(rings.xy, rings.ring, rings.feature))
