"""GCJ-02, the shifted coordinates of Chinese web maps: recognised against a trusted boundary, never converted.

The shift is a published approximation of an unpublished algorithm. It is used here for one question only: whether
same-named polygons of two layers agree best when just this shift is taken away, in its direction and by its size.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

_A = 6378245.0
_EE = 0.00669342162296594323
_METRES_PER_DEGREE = 111_320.0
# Two surveys of one boundary differ by themselves; the shift must explain this much of the difference…
_EXPLAINED = 0.1
# …better than a shift the other way, half as large or half as large again…
_RIVALS = (-1.0, 0.5, 1.5)
# …or just as large and turned by so many degrees…
_TURNS = (-90.0, -45.0, 45.0, 90.0)
# …for most of the pairs.
_MAJORITY = 0.6

Array = np.ndarray[Any, Any]


def shift(longitude: Array, latitude: Array) -> tuple[Array, Array]:
    """What GCJ-02 adds to longitude and latitude, in degrees.

    >>> east, north = shift(np.array([109.98]), np.array([39.6]))
    >>> round(float(east[0]), 5), round(float(north[0]), 5)
    (0.00566, 0.00098)
    """
    x, y = longitude - 105.0, latitude - 35.0
    waves = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    radians = np.radians(latitude)
    magic = 1 - _EE * np.sin(radians) ** 2
    d_north = north * 180 / (_A * (1 - _EE) / (magic * np.sqrt(magic)) * np.pi)
    d_east = east * 180 / (_A / np.sqrt(magic) * np.cos(radians) * np.pi)
    return d_east, d_north


def moved(geometries: Array, times: float, turn: float = 0.0) -> Array:
    """Geometries in degrees, moved by so many times the shift, turned by some degrees from its direction."""
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))

    def by_shift(coordinates: Array) -> Array:
        east, north = shift(coordinates[:, 0], coordinates[:, 1])
        narrow = np.cos(np.radians(coordinates[:, 1]))  # a degree of longitude is so much shorter than one of latitude
        east, north = (cos * east * narrow - sin * north) / narrow, sin * east * narrow + cos * north
        return np.column_stack([coordinates[:, 0] + times * east, coordinates[:, 1] + times * north])

    return shapely.make_valid(shapely.transform(geometries, by_shift))


def median_shift(polygons: Array, references: Array) -> float | None:
    """How far in metres `polygons` lie off their `references` by GCJ-02; None where they do not.

    Both arrays are in degrees and pair by pair the same place.
    """
    if not len(polygons):
        return None
    here, there = shapely.make_valid(polygons), shapely.make_valid(references)
    apart = _difference(here, there)
    after = _difference(moved(here, -1.0), there)
    others = [(times, 0.0) for times in _RIVALS] + [(1.0, turn) for turn in _TURNS]
    rivals = np.min([_difference(moved(here, -times, turn), there) for times, turn in others], axis=0)
    shifted = (after < apart * (1 - _EXPLAINED)) & (after < rivals)
    if shifted.mean() < _MAJORITY:
        return None
    middle = shapely.get_coordinates(shapely.centroid(there))
    east, north = shift(middle[:, 0], middle[:, 1])
    scale = np.cos(np.radians(middle[:, 1]))
    return float(np.median(np.hypot(east * scale, north) * _METRES_PER_DEGREE))


def _difference(one: Array, other: Array) -> Array:
    return shapely.area(shapely.symmetric_difference(one, other))
