"""The area that two polygons share, without making the polygon that they share.

A polygon is told by its edges: a point is inside if, looking up from it, one crosses one edge more that runs west (the
inside is below it) than edges that run east. So the polygon is a signed sum over its edges of the strips below them, and
the area of P ∩ Q is the sum over all pairs of an edge p of P and an edge q of Q of

    s(p) · s(q) · ∫ (min(y of p, y of q) − base) dx        over the x that both edges have,

with s = +1 for an edge that runs west and −1 for one that runs east, and any base that is not above P. Two edges are two
straight lines, so the integral is that of one or two trapezoids. Nothing can fail: no intersection points are ordered, no
rings are closed; holes, several parts and coinciding edges need no care. What does not have x in common is skipped, and
so is an edge of Q that is wholly below P, over which P's own edges cancel.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks.kernel.ready import compiled

Array = np.ndarray[Any, Any]


@compiled
def edges_share(
    px0: float, py0: float, px1: float, py1: float, qx0: float, qy0: float, qx1: float, qy1: float
) -> float:
    """The term of two edges, over base 0."""
    sign = 1.0
    if px0 < px1:
        sign = -sign
    else:
        px0, px1, py0, py1 = px1, px0, py1, py0
    if qx0 < qx1:
        sign = -sign
    else:
        qx0, qx1, qy0, qy1 = qx1, qx0, qy1, qy0
    left, right = max(px0, qx0), min(px1, qx1)
    if right <= left:
        return 0.0
    slope_p, slope_q = (py1 - py0) / (px1 - px0), (qy1 - qy0) / (qx1 - qx0)
    p_left, p_right = py0 + slope_p * (left - px0), py0 + slope_p * (right - px0)
    q_left, q_right = qy0 + slope_q * (left - qx0), qy0 + slope_q * (right - qx0)
    over_left, over_right = p_left - q_left, p_right - q_right
    width = right - left
    if over_left >= 0 and over_right >= 0:
        return sign * width * 0.5 * (q_left + q_right)
    if over_left <= 0 and over_right <= 0:
        return sign * width * 0.5 * (p_left + p_right)
    cross = over_left / (over_left - over_right)
    y = p_left + cross * (p_right - p_left)
    if over_left < 0:
        return sign * width * 0.5 * ((p_left + y) * cross + (y + q_right) * (1 - cross))
    return sign * width * 0.5 * ((q_left + y) * cross + (y + p_right) * (1 - cross))


@compiled
def with_edge(
    xy: Array, ring: Array, first: int, last: int, ox: float, oy: float, qx0: float, qy0: float, qx1: float, qy1: float
) -> float:
    """The terms of the rings first … last with one edge; the edge's coordinates are relative to (ox, oy)."""
    low, high, total = min(qx0, qx1), max(qx0, qx1), 0.0
    for r in range(first, last):
        x0, y0 = xy[ring[r], 0] - ox, xy[ring[r], 1] - oy
        for v in range(ring[r] + 1, ring[r + 1]):
            x1, y1 = xy[v, 0] - ox, xy[v, 1] - oy
            if (x0 > low or x1 > low) and (x0 < high or x1 < high):
                total += edges_share(x0, y0, x1, y1, qx0, qy0, qx1, qy1)
            x0, y0 = x1, y1
    return total


@compiled
def shared_area(
    p_xy: Array, p_ring: Array, p_first: int, p_last: int, p_west: float, p_south: float,
    q_xy: Array, q_ring: Array, q_first: int, q_last: int, west: float, east: float,
) -> float:  # fmt: skip
    """Square metres that two features share, given by their rings. West and east bound what their extents share."""
    low, high, total = west - p_west, east - p_west, 0.0
    for r in range(q_first, q_last):
        x0, y0 = q_xy[q_ring[r], 0] - p_west, q_xy[q_ring[r], 1] - p_south
        for v in range(q_ring[r] + 1, q_ring[r + 1]):
            x1, y1 = q_xy[v, 0] - p_west, q_xy[v, 1] - p_south
            if (x0 > low or x1 > low) and (x0 < high or x1 < high) and (y0 > 0 or y1 > 0):
                total += with_edge(p_xy, p_ring, p_first, p_last, p_west, p_south, x0, y0, x1, y1)
            x0, y0 = x1, y1
    return total
