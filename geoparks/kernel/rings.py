"""Polygons as flat arrays: what every kernel works on.

A layer of a million polygons as objects is ten million small things in memory; as flat arrays it is three. `xy` holds the
vertices of all rings one after another, `ring` where each ring begins, `feature` at which ring each feature begins: the
vertices of ring r are ``xy[ring[r]:ring[r + 1]]``, the rings of feature f are ``feature[f]:feature[f + 1]``. A feature
without polygons (missing, empty) has no rings. Every ring is closed: its first vertex stands again at its end.

Once `oriented`, shells run counter-clockwise and holes clockwise, so that the inside is to the left of every edge and a
hole's area counts negative by itself. Overlays need that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geoparks.kernel.kept import kept
from geoparks.kernel.threads import in_pieces

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Rings:
    """Polygons as flat arrays."""

    xy: Array
    """(vertices, 2)"""
    ring: Array
    """(rings + 1,): first vertex of each ring, and the end."""
    feature: Array
    """(features + 1,): first ring of each feature, and the end."""
    hole: Array
    """(rings,): whether a ring is a hole."""

    def __len__(self) -> int:
        return len(self.feature) - 1

    def shapes(self) -> Array:
        """The same as geometry objects; None for a feature without rings."""
        import shapely

        lines = shapely.linearrings(self.xy, indices=np.repeat(np.arange(len(self.hole)), np.diff(self.ring)))
        polygon = np.cumsum(~self.hole) - 1
        made = shapely.polygons(lines, indices=polygon) if len(lines) else np.empty(0, dtype=object)
        first = np.concatenate([[0], np.cumsum(~self.hole)])[self.feature]
        result = np.full(len(self), None, dtype=object)
        count = np.diff(first)
        result[count == 1] = made[first[:-1][count == 1]]
        for one in np.flatnonzero(count > 1).tolist():
            result[one] = shapely.MultiPolygon(made[first[one] : first[one + 1]].tolist())
        return result

    def some(self, which: Array) -> Rings:
        """A few of the features, in the order asked for."""
        which = np.asarray(which, dtype=np.int64)
        rings, feature = _runs(self.feature, which)
        vertices, ring = _runs(self.ring, rings)
        return Rings(np.ascontiguousarray(self.xy[vertices]), ring, feature, self.hole[rings])

    def with_more(self, more: Rings) -> Rings:
        """These features and others behind them."""
        return Rings(
            np.concatenate([self.xy, more.xy]),
            np.concatenate([self.ring, more.ring[1:] + self.ring[-1]]),
            np.concatenate([self.feature, more.feature[1:] + self.feature[-1]]),
            np.concatenate([self.hole, more.hole]),
        )


def _runs(starts: Array, which: Array) -> tuple[Array, Array]:
    """All positions in the runs `which`, and where each run begins among them."""
    lengths = starts[which + 1] - starts[which]
    begins = np.concatenate([[0], np.cumsum(lengths)])
    return np.arange(begins[-1]) + np.repeat(starts[which] - begins[:-1], lengths), begins


@kept
def _extents(xy: Array, ring: Array, feature: Array, first: int, last: int, box: Array, area: Array) -> None:
    for f in range(first, last):
        west, south, east, north, twice = np.inf, np.inf, -np.inf, -np.inf, 0.0
        if feature[f] < feature[f + 1]:
            ox, oy = xy[ring[feature[f]], 0], xy[ring[feature[f]], 1]
            for r in range(feature[f], feature[f + 1]):
                x0, y0 = xy[ring[r], 0], xy[ring[r], 1]
                for v in range(ring[r] + 1, ring[r + 1]):
                    x1, y1 = xy[v, 0], xy[v, 1]
                    west, east = min(west, x1), max(east, x1)
                    south, north = min(south, y1), max(north, y1)
                    twice += (x0 - ox) * (y1 - oy) - (x1 - ox) * (y0 - oy)
                    x0, y0 = x1, y1
        box[f, 0], box[f, 1], box[f, 2], box[f, 3] = west, south, east, north
        area[f] = twice / 2


def extents(rings: Rings) -> tuple[Array, Array]:
    """The extent of every feature, (features, 4): west, south, east, north; and its planar area.

    A feature without rings has an extent that meets nothing (∞ … −∞) and area 0. The area is the shoelace sum of
    oriented rings, in coordinates relative to the feature's first vertex, so that no digits are lost to the distance from the origin.
    """
    box, area = np.empty((len(rings), 4)), np.empty(len(rings))
    in_pieces(len(rings), lambda a, b: _extents(rings.xy, rings.ring, rings.feature, a, b, box, area))
    return box, area


@kept
def _orient(xy: Array, ring: Array, hole: Array, first: int, last: int) -> None:
    for r in range(first, last):
        a, b = ring[r], ring[r + 1]
        if a == b:
            continue
        ox, oy, twice = xy[a, 0], xy[a, 1], 0.0
        for v in range(a, b - 1):
            twice += (xy[v, 0] - ox) * (xy[v + 1, 1] - oy) - (xy[v + 1, 0] - ox) * (xy[v, 1] - oy)
        if (twice < 0) != hole[r]:
            i, j = a, b - 1
            while i < j:
                for k in range(2):
                    xy[i, k], xy[j, k] = xy[j, k], xy[i, k]
                i, j = i + 1, j - 1


def oriented(rings: Rings) -> Rings:
    """Rings with shells counter-clockwise and holes clockwise; those that run the other way are turned round in place."""
    in_pieces(len(rings.hole), lambda a, b: _orient(rings.xy, rings.ring, rings.hole, a, b))
    return rings
