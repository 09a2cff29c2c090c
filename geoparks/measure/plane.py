"""The equal-area plane in which every overlay is made: x = a·(L − L₀), y = a·q(B)/2, q the authalic latitude function.

Planar area there *is* area on the ellipsoid, so the parts of an overlay sum to their whole; and an edge that is
straight there is the edge that the official area formula assumes. It is PROJ's ``cea`` with ``lat_ts=0``; PROJ 9.5's
way back is a short series that is off by up to 0.8 mm, so the two lines of formula stand here and are inverted by
Newton's method.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geoparks.kernel import curve
from geoparks.kernel.curve import E2, SEMI_MAJOR_M
from geoparks.normalise.features import Features

Array = np.ndarray[Any, Any]

_ORIGIN = np.radians(curve.ORIGIN_DEG)
_Q_AT_POLE = curve.authalic(1.0)
_NEWTON_STEPS = 4  # from the authalic latitude itself, which is within 0.13° of the geodetic one


def to_plane(geometry: Array) -> Array:
    """Geometries from EPSG:4490 to the equal-area plane, in metres.

    >>> square = np.array([shapely.box(110, 40, 110.01, 40.01)])
    >>> round(float(shapely.area(to_plane(square))[0]), 3)
    948099.212
    """
    return shapely.transform(geometry, in_plane)


def in_plane(degrees: Array) -> Array:
    """Longitudes and latitudes of EPSG:4490, (n, 2), in the equal-area plane, in metres."""
    return np.column_stack([curve.plane_x(degrees[:, 0]), curve.plane_y(degrees[:, 1])])


def from_plane(geometry: Array) -> Array:
    """Geometries from the equal-area plane back to EPSG:4490, to a nanometre."""

    def backward(metres: Array) -> Array:
        wanted = 2 * metres[:, 1] / SEMI_MAJOR_M
        latitude = np.arcsin(np.clip(wanted / _Q_AT_POLE, -1, 1))
        for _ in range(_NEWTON_STEPS):
            sine = np.sin(latitude)
            slope = 2 * (1 - E2) * np.cos(latitude) / (1 - E2 * sine**2) ** 2
            latitude = latitude + (wanted - curve.authalic(sine)) / slope
        return np.degrees(np.column_stack([metres[:, 0] / SEMI_MAJOR_M + _ORIGIN, latitude]))

    return shapely.transform(geometry, backward)


def plane_of(features: Features) -> Array:
    """A layer's geometries in the equal-area plane, valid; computed once."""
    if "plane" not in features.derived:
        features.derived["plane"] = _sound_plane(features.geometry)
    result: Array = features.derived["plane"]
    return result


def plane_of_rows(features: Features, rows: Array) -> Array:
    """The same of some rows: those alone are computed where nobody has asked for all; a million polygons are half a gigabyte."""
    if "plane" in features.derived:
        return plane_of(features)[rows]
    return _sound_plane(features.geometry[rows])


def _sound_plane(geometry: Array) -> Array:
    plane = to_plane(geometry)
    bad = ~shapely.is_valid(plane) & ~shapely.is_missing(plane)
    if bad.any():
        plane[bad] = shapely.make_valid(plane[bad], method="structure", keep_collapsed=False)
    return plane


def tree_of(features: Features) -> shapely.STRtree:
    """The spatial index of a layer's geometries in the equal-area plane; built once."""
    if "tree" not in features.derived:
        features.derived["tree"] = shapely.STRtree(plane_of(features))
    return features.derived["tree"]
