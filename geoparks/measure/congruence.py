"""Whether two outlines are one shape in two places, and how far the one lies from the other.

Every shape is laid into metres around its own middle, so that the equal-area plane's stretch plays no part: it is not
the same ten kilometres further north.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely

from geoparks.measure.length import metres_from, moved_by

Array = np.ndarray[Any, Any]
_FACTOR = 10
"""How many times the mean misfit of two outlines a move must be. A strip added on one side moves the middle by half its
width and leaves a quarter of it as misfit, one corner pulled out about a third of the way: these are no moves."""
_ROUNDING_M = 2e-3  # coordinates are given to the millimetre
_SAMPLE = 400  # pairs that are looked at for a shift of the whole set
_AGREE = 0.9  # share of them that must have moved alike
_SAME_SHAPES = 0.5  # share of them that must be the same shape at all
SPREAD = 0.02  # of the shift: a datum difference is not the same to the millimetre everywhere


class Moves(NamedTuple):
    """How pairs of shapes lie to each other."""

    east: Array
    north: Array
    metres: Array
    """From middle to middle."""
    same_shape: Array
    """Whether the two outlines fall on each other when the move is undone."""


class Shift(NamedTuple):
    """A move that a whole set of features has made."""

    east: float
    north: float

    @property
    def metres(self) -> float:
        """Its length."""
        return float(np.hypot(self.east, self.north))


def middles(lonlat: Array) -> Array:
    """Longitude and latitude of the middle of every geometry in EPSG:4490."""
    return np.asarray(shapely.get_coordinates(shapely.centroid(lonlat)))


def moves(old: Array, new: Array, tolerance_m: float) -> Moves:
    """Move and likeness of pairs of polygons in EPSG:4490, none of them missing or empty.

    Two outlines are the same shape where, middle on middle, they lie within the tolerance of each other on average.

    >>> square = np.array([shapely.box(110, 40, 110.01, 40.01)])
    >>> there = shapely.transform(square, lambda xy: xy + [0.02, 0])
    >>> made = moves(square, there, 0.1)
    >>> round(float(made.metres[0])), bool(made.same_shape[0])
    (1708, True)
    """
    before, after = middles(old), middles(new)
    vector = metres_from(before, after)
    distance = np.hypot(vector[:, 0], vector[:, 1])
    one, other = around(old, before), around(new, after)
    outline = shapely.length(one)
    misfit = np.abs(shapely.area(one) - shapely.area(other)) / outline
    likely = np.flatnonzero(misfit <= tolerance_m)  # what differs in area needs no overlay
    misfit[likely] = shapely.area(_apart(one[likely], other[likely])) / outline[likely]
    clear = misfit <= np.maximum(distance / _FACTOR, _ROUNDING_M)
    return Moves(vector[:, 0], vector[:, 1], distance, (misfit <= tolerance_m) & clear)


class Carried(NamedTuple):
    """How pairs of outlines lie to each other vertex by vertex; NaN where they have not as many."""

    from_vertex: Array
    """The largest distance of a vertex from its counterpart, in metres."""
    between_m2: Array
    """The area between the two outlines, where they lie close to each other."""


def carried(old: Array, new: Array) -> Carried:
    """Pairs of polygons in metres, compared vertex by vertex, in the order in which they are stored."""
    made = Carried(*(np.full(len(old), np.nan) for _ in range(2)))
    at = np.flatnonzero(shapely.get_num_coordinates(old) == shapely.get_num_coordinates(new))
    if not len(at):
        return made
    places, owner = shapely.get_coordinates(old[at], return_index=True)
    others = shapely.get_coordinates(new[at])
    off = others - places
    worst, between = np.zeros(len(at)), np.zeros(len(at))
    np.maximum.at(worst, owner, np.hypot(off[:, 0], off[:, 1]))
    one, other = places[1:] - others[:-1], others[1:] - places[:-1]  # the diagonals between two edges
    np.add.at(
        between, owner[1:], np.abs(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]) / 2 * (owner[1:] == owner[:-1])
    )
    made.from_vertex[at], made.between_m2[at] = worst, between
    return made


def common_shift(old: Array, new: Array, tolerance_m: float, least_m: float) -> Shift | None:
    """The move that nearly all of some pairs have made alike; None where there is none, or it is below `least_m`."""
    if not len(old):
        return None
    some = np.unique(np.linspace(0, len(old) - 1, _SAMPLE).astype(int))
    made = moves(old[some], new[some], tolerance_m)
    if made.same_shape.mean() < _SAME_SHAPES:
        return None
    east, north = np.median(made.east[made.same_shape]), np.median(made.north[made.same_shape])
    shift = Shift(float(east), float(north))
    off = np.hypot(made.east - shift.east, made.north - shift.north)
    alike = off <= max(tolerance_m, SPREAD * shift.metres)
    return shift if shift.metres >= least_m and alike.mean() >= _AGREE else None


def shifted(lonlat: Array, shift: Shift) -> Array:
    """Geometries in EPSG:4490, moved by metres to the east and north."""
    return shapely.transform(lonlat, lambda degrees: moved_by(degrees, shift.east, shift.north))


def around(lonlat: Array, origin: Array | None = None) -> Array:
    """Geometries of EPSG:4490 in metres around their own middles, or other origins."""
    origin = middles(lonlat) if origin is None else origin
    degrees, owner = shapely.get_coordinates(lonlat, return_index=True)
    return np.asarray(shapely.set_coordinates(lonlat.copy(), metres_from(origin[owner], degrees)))


def _apart(one: Array, other: Array) -> Array:
    """Symmetric differences; what is no longer valid in metres is mended first."""
    try:
        return np.asarray(shapely.symmetric_difference(one, other))
    except shapely.errors.GEOSException:
        return np.asarray(shapely.symmetric_difference(shapely.make_valid(one), shapely.make_valid(other)))
