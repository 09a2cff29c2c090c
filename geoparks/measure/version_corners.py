"""Corners that moved between two versions, with the distance on the ellipsoid; corners that came and went.

A corner is where a boundary turns. A vertex that stands on a straight edge is none: who inserts one has not moved the
boundary. Corners of two versions belong together where each is the other's nearest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyproj
import shapely

from geoparks.measure.area import INVERSE_FLATTENING, SEMI_MAJOR_M
from geoparks.measure.congruence import middles
from geoparks.measure.corners import by_corners_of
from geoparks.measure.length import metres_from
from geoparks.measure.plane import from_plane
from geoparks.measure.versions import Change, Relation, Versions
from geoparks.normalise.features import Features
from geoparks.normalise.placement import Placement

Array = np.ndarray[Any, Any]


class Corners(NamedTuple):
    """Corners that differ: pairs that moved, those that only one version has."""

    change: Array
    """Position in `Versions.changes`."""
    old: Array
    """Longitude and latitude; NaN where the corner is new."""
    new: Array
    """The same; NaN where the corner is gone."""
    metres: Array
    """How far it moved; NaN where it came or went."""


class _Set(NamedTuple):
    """The corners of one version: their change, place in degrees, and metres from the middle of their change."""

    change: Array
    lonlat: Array
    metres: Array

    def only(self, keep: Array) -> _Set:
        return _Set(*(one[keep] for one in self))


def corners(versions: Versions, tolerance_m: float) -> Corners:
    """Corners of everything that is in both versions and not the same, matched; those within the tolerance left out."""
    at = [
        number
        for number, one in enumerate(versions.changes)
        if one.old and one.new and (one.relation not in (Relation.UNCHANGED, Relation.RENAMED) or one.ignored_m2 > 0)
    ]
    middle = _middle_of(versions, at)
    planes = (one.placement for side in (versions.old, versions.new) for one in side.sources)
    # An edge is straight where it was drawn: in the plane of either file, if one of them has any.
    plane = next((one for one in planes if one is not None and one.has_plane), None)
    old = _set(versions.old, [(number, versions.changes[number].old) for number in at], middle, tolerance_m, plane)
    new = _set(versions.new, [(number, versions.changes[number].new) for number in at], middle, tolerance_m, plane)
    carried = np.array([_way(one) for one in versions.changes]).reshape(-1, 2)
    laid = old._replace(
        metres=old.metres + carried[old.change]
    )  # a block that was moved is compared from its new place
    stayed = _nearest(laid, new, tolerance_m)
    gone, came = _left(len(old.change), stayed[0]), _left(len(new.change), stayed[1])
    pairs = _nearest(laid.only(gone), new.only(came), np.inf)
    pairs = (np.flatnonzero(gone)[pairs[0]], np.flatnonzero(came)[pairs[1]])
    whole = np.hypot(*carried[old.change[stayed[0]]].T) > 0
    moved = tuple(np.concatenate([one[whole], other]) for one, other in zip(stayed, pairs, strict=True))
    gone[pairs[0]], came[pairs[1]] = False, False
    return _listed(old, new, (moved[0], moved[1]), np.flatnonzero(gone), np.flatnonzero(came))


def _way(change: Change) -> tuple[float, float]:
    return (0.0, 0.0) if change.move is None else (change.move.east, change.move.north)


def _middle_of(versions: Versions, at: list[int]) -> Array:
    """A place near every change, in degrees, that its metres count from."""
    middle = np.zeros((len(versions.changes), 2))
    if at:
        middle[at] = middles(versions.old.geometry[[versions.changes[number].old[0] for number in at]])
    return middle


def _set(
    features: Features,
    members: list[tuple[int, tuple[int, ...]]],
    middle: Array,
    straight_m: float,
    plane: Placement | None,
) -> _Set:
    """The corners of some features; vertices on a straight edge left out."""
    change = np.array([number for number, some in members for _ in some], dtype=int)
    rows = np.array([row for _, some in members for row in some], dtype=int)
    parts, of_row = shapely.get_parts(by_corners_of(features, rows), return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    lonlat, ring = shapely.get_coordinates(from_plane(rings), return_index=True)
    owner = change[of_row[of_part[ring]]] if len(ring) else np.empty(0, dtype=int)
    metres = metres_from(middle[owner], lonlat)
    straight = metres if plane is None else plane.path.to_own(lonlat) * plane.metre
    turns = _turns(straight, ring, straight_m)
    return _Set(owner[turns], lonlat[turns], metres[turns])


def _turns(places: Array, ring: Array, straight_m: float) -> Array:
    """Which vertices turn their ring, its closing one left out: those further from the line of their neighbours.

    A row of vertices on a slow bend is not straight: each is held against the last that was kept, by ring simplification.
    """
    if not len(places):
        return np.empty(0, dtype=bool)
    lines = shapely.linearrings(places, indices=ring)
    kept = shapely.simplify(lines, straight_m, preserve_topology=False)
    found, owner = shapely.get_coordinates(kept, return_index=True)
    keys = {(number, x, y) for number, (x, y) in zip(owner.tolist(), found.tolist(), strict=True)}
    turns = np.array([(number, *xy) in keys for number, xy in zip(ring.tolist(), places.tolist(), strict=True)])
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    last = np.append(first[1:], len(ring)) - 1
    turns[last] = False
    before, after = places[last - 1], places[first + 1]  # a ring may begin in the middle of an edge
    edge, off = after - before, places[first] - before
    height = np.abs(edge[:, 0] * off[:, 1] - edge[:, 1] * off[:, 0])
    turns[first] &= height > straight_m * np.hypot(edge[:, 0], edge[:, 1])
    return turns


def _nearest(one: _Set, other: _Set, most_m: float) -> tuple[Array, Array]:
    """Pairs of corners of one change that are each other's nearest, no further apart than `most_m`."""
    if not len(one.change) or not len(other.change):
        return np.empty(0, dtype=int), np.empty(0, dtype=int)
    reach = 4 * float(max(np.abs(one.metres).max(), np.abs(other.metres).max()) + 1)
    places = [
        shapely.points(some.metres + np.column_stack([some.change * reach, 0 * some.change])) for some in (one, other)
    ]
    found = [_one_each(a, b, shapely.STRtree(b)) for a, b in (places, places[::-1])]
    there, back = found
    left = np.arange(len(one.change))
    mutual = (back[there] == left) & (one.change == other.change[there])
    off = other.metres[there] - one.metres
    mutual &= np.hypot(off[:, 0], off[:, 1]) <= most_m
    return left[mutual], there[mutual]


def _one_each(points: Array, others: Array, tree: shapely.STRtree) -> Array:
    """For every point the nearest of the others; of several that are as near, the first."""
    i, j = tree.query_nearest(points)
    order = np.lexsort((j, i))
    _, first = np.unique(i[order], return_index=True)
    return np.asarray(j[order][first])


def _left(count: int, taken: Array) -> Array:
    left = np.ones(count, dtype=bool)
    left[taken] = False
    return left


def _listed(old: _Set, new: _Set, moved: tuple[Array, Array], gone: Array, came: Array) -> Corners:
    """All that differs, by change, moved ones first."""
    nowhere_old, nowhere_new = np.full((len(came), 2), np.nan), np.full((len(gone), 2), np.nan)
    change = np.concatenate([old.change[moved[0]], old.change[gone], new.change[came]])
    before = np.concatenate([old.lonlat[moved[0]], old.lonlat[gone], nowhere_old])
    after = np.concatenate([new.lonlat[moved[1]], nowhere_new, new.lonlat[came]])
    metres = np.full(len(change), np.nan)
    many = len(moved[0])
    ellipsoid = pyproj.Geod(a=SEMI_MAJOR_M, rf=INVERSE_FLATTENING)
    metres[:many] = ellipsoid.inv(*before[:many].T, *after[:many].T)[2]
    kind = np.repeat([0, 1, 2], [many, len(gone), len(came)])
    order = np.lexsort((np.arange(len(change)), kind, change))
    return Corners(change[order], before[order], after[order], metres[order])
