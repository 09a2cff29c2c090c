"""Lengths on the ellipsoid of short lines given in degrees: what thinness and distances are told in."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geoparks.measure.area import INVERSE_FLATTENING, SEMI_MAJOR_M

Array = np.ndarray[Any, Any]
_E2 = (2 - 1 / INVERSE_FLATTENING) / INVERSE_FLATTENING


def steps(coordinates: Array) -> Array:
    """Length in metres from every (longitude, latitude) to the next, by the radii of curvature half-way.

    Good to 1e-6 relative for steps of some kilometres, which is what outlines are made of.
    """
    apart = metres_from(coordinates[:-1], coordinates[1:])
    return np.hypot(apart[:, 1], apart[:, 0])


def metres_from(origin: Array, coordinates: Array) -> Array:
    """Metres to the east and to the north of every (longitude, latitude) from its own origin, by the radii half-way.

    Good to 1e-6 relative within some kilometres.

    >>> np.round(metres_from(np.array([[110.0, 40.0]]), np.array([[110.01, 40.0]])), 2).tolist()
    [[853.94, 0.0]]
    """
    start, end = np.radians(origin), np.radians(coordinates)
    along_parallel, along_meridian = _radii((start[:, 1] + end[:, 1]) / 2)
    return np.column_stack([along_parallel * (end[:, 0] - start[:, 0]), along_meridian * (end[:, 1] - start[:, 1])])


def moved_by(coordinates: Array, east_m: float, north_m: float) -> Array:
    """Every (longitude, latitude), so many metres further to the east and to the north."""
    along_parallel, along_meridian = _radii(np.radians(coordinates[:, 1]))
    return coordinates + np.degrees(np.column_stack([east_m / along_parallel, north_m / along_meridian]))


def _radii(latitude: Array) -> tuple[Array, Array]:
    """Metres for a radian along the parallel and along the meridian, at latitudes in radians."""
    root = 1 - _E2 * np.sin(latitude) ** 2
    return SEMI_MAJOR_M / np.sqrt(root) * np.cos(latitude), SEMI_MAJOR_M * (1 - _E2) / root**1.5


def perimeters(geometry: Array) -> Array:
    """Length in metres of all outlines of each geometry in EPSG:4490.

    >>> from shapely.geometry import box
    >>> int(perimeters(np.array([box(110, 40, 110.001, 40.001)]))[0])
    392
    """
    rings, owner = _rings(geometry)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    result = np.zeros(len(geometry))
    if len(coordinates) > 1:
        inside = ring[1:] == ring[:-1]
        np.add.at(result, owner[ring[:-1][inside]], steps(coordinates)[inside])
    return result


def mean_width(area_m2: Array, geometry: Array) -> Array:
    """Mean width in metres of polygons, 2 × area ÷ perimeter: for a long strip, its width."""
    around = perimeters(geometry)
    return np.divide(2 * area_m2, around, out=np.zeros_like(around), where=around > 0)


def _rings(geometry: Array) -> tuple[Array, Array]:
    parts, part_owner = shapely.get_parts(geometry, return_index=True)
    is_polygon = shapely.get_type_id(parts) == 3
    rings, polygon = shapely.get_rings(parts[is_polygon], return_index=True)
    return rings, part_owner[is_polygon][polygon]
