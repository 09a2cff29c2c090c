"""Areas that many small polygons share with a few large ones, of which each small one meets only a short stretch.

For a small polygon P take a corner C of its extent, a hair to the north-west. Whether C is inside a large polygon Q
follows from the nearest node of the grid (`winding`) and the edges of Q that one crosses on the way: east along the row of
the node, then north to C. From C every point of P is reached by going east along the top line and then south; so

    area(P ∩ Q) = w(C) · area(P)
                + Σ over edges of Q that cross the top line at x:     ± area of P east of x
                + Σ over edges of Q, as far as they lie below the top line: terms with the edges of P, as in `pair`.

Only the chains near P are looked at. Where there are none, P is inside or outside as a whole, and the answer costs a look
at one node.

**Turning a corner.** An edge may pass right through the corner of a path. Asked twice, in different words ("is its
crossing to the west?", "is its crossing to the north?"), rounding may give two answers that do not fit, and the winding
number is off by one. So each corner asks once: on which side of the edge the corner lies (`side`), and derives both
answers from it. Paths run along x just west of their x and along y just north of their y: an end that is exactly there
counts as east, or south.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks.kernel.chains import chains
from geoparks.kernel.grid import grid, index_of
from geoparks.kernel.near import NOISE_M2, Pairs, together
from geoparks.kernel.pair import with_edge
from geoparks.kernel.ready import compiled
from geoparks.kernel.rings import Rings, extents
from geoparks.kernel.threads import in_pieces
from geoparks.kernel.winding import crossing_x, nodes

Array = np.ndarray[Any, Any]
_ROOM = 1024
_HAIR = 1.0717e-3  # of the height of P; no round number, so that C does not lie on anybody's coordinates
_CELL_M = 250.0


@compiled
def side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    """Above 0 where a point lies to the left of an edge, below 0 to the right."""
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax)


@compiled
def _east_of_x(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> bool:
    """Whether an edge that crosses the height y does so at x or east of it."""
    if ax >= x and bx >= x:
        return True
    if ax < x and bx < x:
        return False
    d = side(ax, ay, bx, by, x, y)
    return d >= 0 if by > ay else d <= 0


@compiled
def _at_or_south_of_y(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> bool:
    """Whether an edge that crosses the line x, and the height y too, crosses x at y or south of it."""
    d = side(ax, ay, bx, by, x, y)
    if d == 0:
        return (by > ay) == (bx > ax)  # then it crosses y east of x, and just west of x it is below y if it rises
    return d > 0 if bx > ax else d < 0


@compiled
def _east_part(xy: Array, ring: Array, first: int, last: int, ox: float, oy: float, x: float) -> float:
    """The area of a feature to the east of x; x is relative to ox."""
    total = 0.0
    for r in range(first, last):
        x0, y0 = xy[ring[r], 0] - ox, xy[ring[r], 1] - oy
        for v in range(ring[r] + 1, ring[r + 1]):
            x1, y1 = xy[v, 0] - ox, xy[v, 1] - oy
            if (x0 > x or x1 > x) and x0 != x1:
                ux, uy, vx, vy, sign = x0, y0, x1, y1, -1.0
                if ux > vx:
                    ux, uy, vx, vy, sign = x1, y1, x0, y0, 1.0
                if ux < x:
                    uy, ux = uy + (vy - uy) * (x - ux) / (vx - ux), x
                total += sign * 0.5 * (uy + vy) * (vx - ux)
            x0, y0 = x1, y1
    return total


@compiled
def _far(
    p_xy: Array, p_ring: Array, p_feature: Array, p_box: Array, p_area: Array,
    q_xy: Array, chain_first: Array, chain_last: Array, chain_owner: Array, chain_box: Array, owners: int,
    west: float, south: float, cell: float, columns: int, rows: int, start: Array, item: Array,
    node_start: Array, node_owner: Array, node_winding: Array,
    a: int, b: int, least: float,
) -> tuple[Array, Array, Array]:  # fmt: skip
    first, second = np.empty(_ROOM, dtype=np.int64), np.empty(_ROOM, dtype=np.int64)
    m2, n = np.empty(_ROOM), 0
    slot = np.full(owners, -1, dtype=np.int64)  # where a large polygon stands in the lists of this small one
    met, corner, share = np.empty(owners, dtype=np.int64), np.zeros(owners, dtype=np.int64), np.zeros(owners)
    for p in range(a, b):
        west_p, south_p, east_p, north_p = p_box[p, 0], p_box[p, 1], p_box[p, 2], p_box[p, 3]
        if not (west_p < east_p and south_p < north_p):
            continue
        cx, cy = west_p - _HAIR * (north_p - south_p), north_p + _HAIR * (north_p - south_p)
        if east_p < west or cy < south or cx > west + columns * cell or south_p > south + rows * cell:
            continue
        known = 0
        # The corner: winding numbers at the node, and what one crosses on the way. Beyond the grid there is nothing.
        if cx >= west and cy <= south + rows * cell and cy >= south:
            ic, jc = index_of(cx, west, cell, columns), index_of(cy, south, cell, rows)
            c, row_y = jc * columns + ic, south + jc * cell
            for t in range(node_start[c], node_start[c + 1]):
                q = node_owner[t]
                slot[q], met[known], corner[known] = known, q, node_winding[t]
                known += 1
            for t in range(start[c], start[c + 1]):
                k = item[t]
                if chain_box[k, 0] >= cx or chain_box[k, 1] > cy or index_of(chain_box[k, 3], south, cell, rows) < jc:
                    continue
                turns = 0
                for v in range(chain_first[k], chain_last[k]):
                    ax, ay, bx, by = q_xy[v, 0], q_xy[v, 1], q_xy[v + 1, 0], q_xy[v + 1, 1]
                    a_above = index_of(ay, south, cell, rows) >= jc
                    b_above = index_of(by, south, cell, rows) >= jc
                    if (
                        a_above != b_above
                        and index_of(crossing_x(ax, ay, bx, by, row_y), west, cell, columns) >= ic
                        and not _east_of_x(ax, ay, bx, by, cx, row_y)
                    ):
                        turns += 1 if a_above else -1
                    if (ax < cx) != (bx < cx):
                        above_row = a_above
                        if a_above != b_above:
                            above_row = not _at_or_south_of_y(ax, ay, bx, by, cx, row_y)
                        below_top = ay <= cy
                        if (ay <= cy) != (by <= cy):
                            below_top = _at_or_south_of_y(ax, ay, bx, by, cx, cy)
                        if above_row and below_top:
                            turns += 1 if bx > ax else -1
                if turns:
                    q = chain_owner[k]
                    if slot[q] < 0:
                        slot[q], met[known], corner[known] = known, q, 0
                        known += 1
                    corner[slot[q]] += turns
        for k in range(known):
            share[k] = corner[k] * p_area[p]
        # The edges near P.
        x1, y1 = east_p - west_p, cy - south_p
        i0, i1 = index_of(cx, west, cell, columns), index_of(east_p, west, cell, columns)
        j0, j1 = index_of(south_p, south, cell, rows), index_of(cy, south, cell, rows)
        for j in range(j0, j1 + 1):
            for i in range(i0, i1 + 1):
                for t in range(start[j * columns + i], start[j * columns + i + 1]):
                    k = item[t]
                    if (
                        chain_box[k, 0] >= east_p or chain_box[k, 2] < cx
                        or chain_box[k, 1] > cy or chain_box[k, 3] <= south_p
                    ):  # fmt: skip
                        continue
                    if index_of(max(cx, chain_box[k, 0]), west, cell, columns) != i:
                        continue
                    if index_of(max(south_p, chain_box[k, 1]), south, cell, rows) != j:
                        continue
                    total, touched = 0.0, False
                    for v in range(chain_first[k], chain_last[k]):
                        ax, ay, bx, by = q_xy[v, 0], q_xy[v, 1], q_xy[v + 1, 0], q_xy[v + 1, 1]
                        if (ax < cx and bx < cx) or (ax >= east_p and bx >= east_p):
                            continue
                        if (ay > cy and by > cy) or (ay <= south_p and by <= south_p):
                            continue
                        qx0, qy0, qx1, qy1 = ax - west_p, ay - south_p, bx - west_p, by - south_p
                        if (ay > cy) != (by > cy):
                            x = qx0 + (y1 - qy0) * (qx1 - qx0) / (qy1 - qy0)
                            if _east_of_x(ax, ay, bx, by, cx, cy):
                                touched = True
                                if x < x1:
                                    part = p_area[p]
                                    if x > 0:
                                        part = _east_part(
                                            p_xy, p_ring, p_feature[p], p_feature[p + 1], west_p, south_p, x
                                        )
                                    total += part if by < ay else -part
                            if ay > cy:
                                qx0, qy0 = x, y1
                            else:
                                qx1, qy1 = x, y1
                        if min(qx0, qx1) < x1 and max(qx0, qx1) > 0 and qx0 != qx1:
                            touched = True
                            total += with_edge(
                                p_xy, p_ring, p_feature[p], p_feature[p + 1], west_p, south_p, qx0, qy0, qx1, qy1
                            )
                    if touched:
                        q = chain_owner[k]
                        if slot[q] < 0:
                            slot[q], met[known], share[known] = known, q, 0.0
                            known += 1
                        share[slot[q]] += total
        begin = n
        for k in range(known):
            q = met[k]
            slot[q] = -1
            if share[k] > least:
                if n == len(m2):
                    first = np.concatenate((first, np.empty_like(first)))
                    second = np.concatenate((second, np.empty_like(second)))
                    m2 = np.concatenate((m2, np.empty_like(m2)))
                at = n
                while at > begin and second[at - 1] > q:
                    second[at], m2[at] = second[at - 1], m2[at - 1]
                    at -= 1
                first[n], second[at], m2[at] = p, q, share[k]
                n += 1
    return first[:n].copy(), second[:n].copy(), m2[:n].copy()


def pairs_far(
    left: Rings, right: Rings, *, extents_of_left: tuple[Array, Array] | None = None, least_m2: float = NOISE_M2
) -> Pairs:
    """All pairs of a small and a large polygon that share more than `least_m2`, by the small one, then the large one.

    Rings are oriented, in a plane where area is area. `extents_of_left` are the small ones' extents and areas, where
    they are known.
    """
    box, area = extents(left) if extents_of_left is None else extents_of_left
    cut = chains(right)
    cells = grid(cut.box, _CELL_M)
    at_nodes = nodes(right, cells)

    def piece(a: int, b: int) -> Any:
        return _far(
            left.xy, left.ring, left.feature, box, area, right.xy, *cut, len(right), *cells, *at_nodes, a, b, least_m2
        )

    return together(in_pieces(len(left), piece))
