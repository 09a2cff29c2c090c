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
_FACTOR = 4
"""How many times the mean misfit of two outlines a move must be. A strip added on one side moves the middle by half its
width and leaves a quarter of it as misfit, which is twice: that is no move."""
_SAMPLE = 400  # pairs that are looked at for a shift of the whole set
_AGREE = 0.9  # share of them that must have moved alike
_SAME_SHAPES = 0.5  # share of them that must be the same shape at all
_SPREAD = 0.02  # of the shift: a datum difference is not the same to the millimetre everywhere


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
    one, other = _around(old, before), _around(new, after)
    around = shapely.length(one)
    misfit = np.abs(shapely.area(one) - shapely.area(other)) / around
    likely = np.flatnonzero(misfit <= tolerance_m)  # what differs in area needs no overlay
    apart = shapely.symmetric_difference(_valid(one[likely]), _valid(other[likely]))
    misfit[likely] = shapely.area(apart) / around[likely]
    clear = (distance < tolerance_m) | (misfit <= distance / _FACTOR)
    return Moves(vector[:, 0], vector[:, 1], distance, (misfit <= tolerance_m) & clear)


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
    alike = off <= max(tolerance_m, _SPREAD * shift.metres)
    return shift if shift.metres >= least_m and alike.mean() >= _AGREE else None


def shifted(lonlat: Array, shift: Shift) -> Array:
    """Geometries in EPSG:4490, moved by metres to the east and north."""
    return shapely.transform(lonlat, lambda degrees: moved_by(degrees, shift.east, shift.north))


def _around(lonlat: Array, origin: Array) -> Array:
    """Geometries in metres around their own origins."""
    degrees, owner = shapely.get_coordinates(lonlat, return_index=True)
    return np.asarray(shapely.set_coordinates(lonlat.copy(), metres_from(origin[owner], degrees)))


def _valid(shapes: Array) -> Array:
    bad = ~shapely.is_valid(shapes)
    if bad.any():
        shapes = shapes.copy()
        shapes[bad] = shapely.make_valid(shapes[bad])
    return shapes
