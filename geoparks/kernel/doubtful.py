"""Which polygons may be invalid: a quick look that is never wrong about the others.

Overlays by winding numbers need outlines that do not cross themselves, shells side by side and holes inside their shell.
Of most polygons that can be seen at once: no two of their edges come near each other, except neighbours at their common
vertex. Whatever is not seen at once (edges that touch, cross, run along each other or nearly so; edges without length;
a ring not where it belongs; more rings than this wants to compare) is doubtful, and GEOS is asked about it.

Edges are compared pair by pair; those of a long outline in chains of sixteen, whose extents tell most pairs apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks.kernel.kept import kept
from geoparks.kernel.ready import compiled
from geoparks.kernel.rings import Rings
from geoparks.kernel.threads import in_pieces

Array = np.ndarray[Any, Any]
_EDGES = 16
_MOST_RINGS = 64
_NEARLY = 1e-11  # relative: how far rounding may move a point across a line


@compiled
def _beside(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """1 where a point lies clearly to the left of a line, −1 clearly to the right, 0 where it is near."""
    dx, dy, ex, ey = bx - ax, by - ay, x - ax, y - ay
    d = dx * ey - dy * ex
    near = _NEARLY * (abs(dx) + abs(dy)) * (abs(ex) + abs(ey))
    return 1 if d > near else -1 if d < -near else 0


@compiled
def _meet(xy: Array, a: int, c: int, follows: bool) -> bool:
    """Whether two edges whose extents meet, given by their first vertices, may meet; of two that follow each other, elsewhere than where they do."""
    ax, ay, bx, by = xy[a, 0], xy[a, 1], xy[a + 1, 0], xy[a + 1, 1]
    cx, cy, dx, dy = xy[c, 0], xy[c, 1], xy[c + 1, 0], xy[c + 1, 1]
    if follows:  # b is c
        return _beside(ax, ay, bx, by, dx, dy) == 0 and (bx - ax) * (dx - cx) + (by - ay) * (dy - cy) <= 0
    one, two = _beside(ax, ay, bx, by, cx, cy), _beside(ax, ay, bx, by, dx, dy)
    if one * two > 0:
        return False
    one, two = _beside(cx, cy, dx, dy, ax, ay), _beside(cx, cy, dx, dy, bx, by)
    return one * two <= 0


@compiled
def _round(xy: Array, ring: Array, first: int, last: int, but: int, x: float, y: float) -> int:
    """The winding number of the rings first … last, without one of them, at a point."""
    number = 0
    for r in range(first, last):
        if r == but:
            continue
        for v in range(ring[r], ring[r + 1] - 1):
            ax, ay, bx, by = xy[v, 0], xy[v, 1], xy[v + 1, 0], xy[v + 1, 1]
            if (ay > y) != (by > y):
                left = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
                if by > ay and left > 0:
                    number += 1
                elif by < ay and left < 0:
                    number -= 1
    return number


@kept
def _doubtful(
    xy: Array, ring: Array, feature: Array, hole: Array, a: int, b: int, doubt: Array, room: Array, box: Array
) -> None:
    start, end, of = room[0], room[1], room[2]
    for f in range(a, b):
        doubt[f] = False
        r0, r1 = feature[f], feature[f + 1]
        if r1 - r0 > _MOST_RINGS:
            doubt[f] = True
            continue
        k, found = 0, False
        for r in range(r0, r1):
            v = ring[r]
            while v < ring[r + 1] - 1:
                start[k], end[k], of[k] = v, min(v + _EDGES, ring[r + 1] - 1), r
                box[k, 0], box[k, 1], box[k, 2], box[k, 3] = xy[v, 0], xy[v, 1], xy[v, 0], xy[v, 1]
                for w in range(v + 1, end[k] + 1):
                    found |= xy[w, 0] == xy[w - 1, 0] and xy[w, 1] == xy[w - 1, 1]
                    box[k, 0], box[k, 2] = min(box[k, 0], xy[w, 0]), max(box[k, 2], xy[w, 0])
                    box[k, 1], box[k, 3] = min(box[k, 1], xy[w, 1]), max(box[k, 3], xy[w, 1])
                v = end[k]
                k += 1
        for m in range(k):
            if found:
                break
            for n in range(m, k):
                if (
                    box[m, 2] < box[n, 0] or box[n, 2] < box[m, 0] or box[m, 3] < box[n, 1] or box[n, 3] < box[m, 1]
                ):  # fmt: skip
                    continue
                same = of[m] == of[n]
                for e in range(start[m], end[m]):
                    west, south, east, north = xy[e, 0], xy[e, 1], xy[e + 1, 0], xy[e + 1, 1]
                    if west > east:
                        west, east = east, west
                    if south > north:
                        south, north = north, south
                    for g in range(e + 1 if m == n else start[n], end[n]):
                        if (
                            (xy[g, 0] < west and xy[g + 1, 0] < west) or (xy[g, 0] > east and xy[g + 1, 0] > east)
                            or (xy[g, 1] < south and xy[g + 1, 1] < south)
                            or (xy[g, 1] > north and xy[g + 1, 1] > north)
                        ):  # fmt: skip
                            continue
                        if same and g == e + 1:
                            found |= _meet(xy, e, g, True)
                        elif same and e == ring[of[m]] and g == ring[of[m] + 1] - 2:
                            found |= _meet(xy, g, e, True)
                        else:
                            found |= _meet(xy, e, g, False)
                if found:
                    break
        if not found and r1 - r0 > 1:
            for r in range(r0, r1):
                x, y = xy[ring[r], 0], xy[ring[r], 1]
                found |= _round(xy, ring, r0, r1, r, x, y) != (1 if hole[r] else 0)
        doubt[f] = found


def doubtful(rings: Rings) -> Array:
    """Which features may be invalid, (features,); those that are not among them are valid. Rings are oriented."""
    doubt = np.empty(len(rings), dtype=np.bool_)
    before = np.concatenate([[0], np.cumsum((np.diff(rings.ring) + _EDGES - 2) // _EDGES)])  # chains before each ring
    most = int(np.diff(before[rings.feature]).max(initial=0))

    def piece(a: int, b: int) -> None:
        room, box = np.empty((3, most), dtype=np.int64), np.empty((most, 4))
        _doubtful(rings.xy, rings.ring, rings.feature, rings.hole, a, b, doubt, room, box)

    in_pieces(len(rings), piece, 4096)
    return doubt
