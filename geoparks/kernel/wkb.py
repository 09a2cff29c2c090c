"""Well-known bytes to rings, without making geometry objects.

A file keeps its geometries as one long run of bytes, with the place where each begins. Two passes read it. The first
counts rings and vertices, so that the arrays can be made at once in their right size; the second copies. Each piece of
work writes to a stretch of its own, which the counts of the first pass tell.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks.kernel.kept import kept
from geoparks.kernel.ready import compiled
from geoparks.kernel.rings import Rings
from geoparks.kernel.threads import PIECE, in_pieces

Array = np.ndarray[Any, Any]
_POLYGON, _MULTIPOLYGON = 3, 6
_LEAST_VERTICES = 4  # of a closed ring


@compiled
def _number(buffer: Array, at: int) -> Any:
    """The four bytes at a place as a number, little end first."""
    return (
        np.int64(buffer[at])
        | np.int64(buffer[at + 1]) << 8
        | np.int64(buffer[at + 2]) << 16
        | np.int64(buffer[at + 3]) << 24
    )


@compiled
def _counted(buffer: Array, start: Array, first: int, last: int, rings: Array) -> tuple[int, int, bool]:
    """Rings of each feature, and rings and vertices of all; whether all are plain (multi)polygons that end where they should."""
    n_rings, n_vertices = 0, 0
    for f in range(first, last):
        rings[f] = 0
        at, end = start[f], start[f + 1]
        if at == end:
            continue
        if end - at < 9 or buffer[at] != 1:
            return 0, 0, False
        kind, polygons = _number(buffer, at + 1), 1
        at += 5
        if kind == _MULTIPOLYGON:
            polygons = _number(buffer, at)
            at += 4
        elif kind != _POLYGON:
            return 0, 0, False
        for _ in range(polygons):
            if kind == _MULTIPOLYGON:
                if at + 9 > end or buffer[at] != 1 or _number(buffer, at + 1) != _POLYGON:
                    return 0, 0, False
                at += 5
            if at + 4 > end:
                return 0, 0, False
            here = _number(buffer, at)
            at += 4
            for _ in range(here):
                if at + 4 > end:
                    return 0, 0, False
                vertices = _number(buffer, at)
                at += 4 + 16 * vertices
                if vertices < _LEAST_VERTICES or at > end:
                    return 0, 0, False
                n_vertices += vertices
            n_rings += here
            rings[f] += here
        if at != end:
            return 0, 0, False
    return n_rings, n_vertices, True


@kept
def _count(buffer: Array, start: Array, first: int, last: int, rings: Array, told: Array) -> None:
    """What `_counted` says, into three whole numbers."""
    told[0], told[1], told[2] = _counted(buffer, start, first, last, rings)


@kept
def _fill(
    buffer: Array,
    start: Array,
    first: int,
    last: int,
    r: int,
    v: int,
    bytes_of: Array,
    xy: Array,
    ring: Array,
    hole: Array,
    plain: Array,
) -> None:
    """Copy the vertices of a run of features, whose first ring and vertex are r and v; tells whether all numbers are some."""
    plain[0] = False
    for f in range(first, last):
        at = start[f]
        if at == start[f + 1]:
            continue
        kind, polygons = _number(buffer, at + 1), 1
        at += 5
        if kind == _MULTIPOLYGON:
            polygons = _number(buffer, at)
            at += 4
        for _ in range(polygons):
            if kind == _MULTIPOLYGON:
                at += 5
            here = _number(buffer, at)
            at += 4
            for one in range(here):
                vertices = _number(buffer, at)
                at += 4
                ring[r], hole[r] = v, one > 0
                for k in range(16 * vertices):
                    bytes_of[16 * v + k] = buffer[at + k]
                for k in range(v, v + vertices):
                    if not (np.isfinite(xy[k, 0]) and np.isfinite(xy[k, 1])):
                        return
                if xy[v, 0] != xy[v + vertices - 1, 0] or xy[v, 1] != xy[v + vertices - 1, 1]:
                    return
                at += 16 * vertices
                v += vertices
                r += 1
    plain[0] = True


def rings_of_wkb(*columns: tuple[Array, Array]) -> Rings | None:
    """Rings of polygons and multipolygons, in the coordinates that stand there.

    Each column is the bytes (uint8) of some features and (features + 1) where each begins; no bytes is no geometry.
    Several columns, as a file gives them, become one layer. None where something is not a plain polygon: heights, curves,
    points, rings that are open or have fewer than four vertices, numbers that are none. Those need the way over geometry
    objects, which tells what is wrong with each.
    """
    pieces: list[tuple[Array, Array, int, int, int]] = []
    done = 0
    for buffer, offsets in columns:
        start = np.ascontiguousarray(offsets, dtype=np.int64)
        count = len(start) - 1
        pieces += [(buffer, start, a, min(a + PIECE, count), done) for a in range(0, count, PIECE)]
        done += count
    rings = np.empty(done, dtype=np.int64)

    def count_piece(k: int, _: int) -> Any:
        buffer, start, a, b, before = pieces[k]
        told = np.empty(3, dtype=np.int64)
        _count(buffer, start, a, b, rings[before : before + len(start) - 1], told)
        return told.tolist()

    counted = in_pieces(len(pieces), count_piece, 1)
    if not all(plain for _, _, plain in counted):
        return None
    at_ring = np.concatenate([[0], np.cumsum([one[0] for one in counted], dtype=np.int64)])
    at_vertex = np.concatenate([[0], np.cumsum([one[1] for one in counted], dtype=np.int64)])
    xy = np.empty((at_vertex[-1], 2))
    ring, hole = np.empty(at_ring[-1] + 1, dtype=np.int64), np.empty(at_ring[-1], dtype=np.bool_)
    ring[-1] = at_vertex[-1]
    raw = xy.view(np.uint8).reshape(-1)

    def fill_piece(k: int, _: int) -> Any:
        buffer, start, a, b, _ = pieces[k]
        plain = np.empty(1, dtype=np.bool_)
        _fill(buffer, start, a, b, at_ring[k], at_vertex[k], raw, xy, ring, hole, plain)
        return bool(plain[0])

    if not all(in_pieces(len(pieces), fill_piece, 1)):
        return None
    return Rings(xy, ring, np.concatenate([[0], np.cumsum(rings)]).astype(np.int64), hole)
