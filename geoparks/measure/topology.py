"""Faults inside a geometry, each with its place: crossings, repeated vertices, spikes, slivers.

All of it looks at geometry as drawn, in the plane of its file, before anything was mended or densified.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely

from geoparks.normalise.placement import Placement

Array = np.ndarray[Any, Any]

_CODES = {
    "Self-intersection": "self_intersection",
    "Ring Self-intersection": "ring_self_intersection",
    "Hole lies outside shell": "hole_outside_shell",
    "Holes are nested": "nested_holes",
    "Nested shells": "nested_shells",
    "Interior is disconnected": "disconnected_interior",
    "Duplicate Rings": "duplicate_rings",
    "Too few points in geometry component": "too_few_points",
    "Invalid Coordinate": "invalid_coordinate",
}
DEGREE_M = 111_320.0
"""Metres in a degree along the meridian and the equator, near enough to look for millimetres."""


class Place(NamedTuple):
    """A fault at a point of the file's own plane, and how large it is (0 where size means nothing)."""

    code: str
    point: tuple[float, float]
    value: float = 0.0


def invalid_places(geometry: shapely.Geometry) -> list[Place]:
    """Every reason why a geometry is not valid, with every place: of each polygon, then between polygons.

    GEOS names one reason and one point; crossings are therefore searched for all along the outline.

    >>> [place.point for place in invalid_places(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))]
    [(1.0, 1.0)]
    """
    places: list[Place] = []
    polygons = [one for one in shapely.get_parts(geometry) if one.geom_type == "Polygon"] or [geometry]
    for one in polygons:
        places.extend(_of_one(one))
    if not places:
        places.extend(_of_one(geometry))
    return list(dict.fromkeys(places))


def _of_one(geometry: shapely.Geometry) -> list[Place]:
    if shapely.is_valid(geometry):
        return []
    # Which of two reasons GEOS names hangs on where a ring begins and which way it runs; in normal form it does not.
    geometry = shapely.normalize(geometry)
    reason = shapely.is_valid_reason(geometry)
    found = re.match(r"(.+?)\[(\S+) (\S+)\]", reason)
    words = found[1].strip() if found else reason
    code = _CODES.get(words, "invalid_geometry")
    named = Place(code, (float(found[2]), float(found[3]))) if found else None
    crossings: list[Place] = []
    if code in ("self_intersection", "ring_self_intersection"):
        crossings = [Place(code, point) for point in _crossings(geometry)]
    if crossings:
        return crossings
    return [named] if named else [Place(code, tuple(shapely.get_coordinates(geometry)[0].tolist()))]


def _crossings(geometry: shapely.Geometry) -> list[tuple[float, float]]:
    """Points where more than two ends of the noded outline meet."""
    lines = shapely.node(shapely.boundary(geometry))
    ends = np.concatenate([shapely.get_coordinates(part)[[0, -1]] for part in shapely.get_parts(lines)])
    points, counts = np.unique(ends, axis=0, return_counts=True)
    return [(float(x), float(y)) for x, y in points[counts > 2]]


def short_edges(
    geometry: Array, placements: list[Placement | None], below_m: float = 0.1
) -> Iterator[tuple[int, Place]]:
    """Edges shorter than `below_m` metres: repeated vertices are edges of length 0."""
    coordinates, owner, ring, metre = _outlines(geometry, placements)
    step = np.diff(coordinates, axis=0) * metre[:-1]
    length = np.hypot(step[:, 0], step[:, 1])
    for index in np.flatnonzero((ring[1:] == ring[:-1]) & (length < below_m)):
        yield int(owner[index]), Place("duplicate_vertex", _point(coordinates, index), float(length[index]))


def sharp_corners(
    geometry: Array, placements: list[Placement | None], below_deg: float = 5.0
) -> Iterator[tuple[int, Place]]:
    """Corners sharper than `below_deg` degrees: the tip of a spike has an angle near 0."""
    coordinates, owner, ring, metre = _outlines(geometry, placements)
    keep = (
        np.concatenate([[True], (coordinates[1:] != coordinates[:-1]).any(axis=1) | (ring[1:] != ring[:-1])])
        if len(coordinates)
        else np.array([], dtype=bool)
    )
    coordinates, owner, ring, metre = coordinates[keep], owner[keep], ring[keep], metre[keep]
    if len(coordinates) < 3:
        return
    before, after = _neighbours(ring)
    one = (coordinates[before] - coordinates) * metre
    two = (coordinates[after] - coordinates) * metre
    dot = (one * two).sum(axis=1)
    cross = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    angle = np.degrees(np.arctan2(np.abs(cross), dot))
    last = np.concatenate([ring[1:] != ring[:-1], [True]])  # the closing point repeats the first
    for index in np.flatnonzero((angle < below_deg) & ~last):
        yield int(owner[index]), Place("spike", _point(coordinates, index), float(angle[index]))


def thin_parts(
    geometry: Array, placements: list[Placement | None], below_m: float = 1.0
) -> Iterator[tuple[int, Place]]:
    """Polygons and holes whose mean width, 2 × area ÷ perimeter, is below `below_m` metres."""
    coordinates, owner, ring, metre = _outlines(geometry, placements)
    if not len(coordinates):
        return
    metres = (coordinates - coordinates[np.searchsorted(ring, ring)]) * metre
    inside = ring[1:] == ring[:-1]
    cross = metres[:-1, 0] * metres[1:, 1] - metres[1:, 0] * metres[:-1, 1]
    count = int(ring[-1]) + 1
    area = np.abs(np.bincount(ring[:-1][inside], cross[inside], count)) / 2
    step = np.diff(metres, axis=0)
    around = np.bincount(ring[:-1][inside], np.hypot(step[:, 0], step[:, 1])[inside], count)
    width = np.divide(2 * area, around, out=np.zeros(count), where=around > 0)
    first = np.searchsorted(ring, np.arange(count))
    for index in np.flatnonzero(width < below_m):
        start = int(first[index])
        yield int(owner[start]), Place("sliver_part", _point(coordinates, start), float(width[index]))


def _outlines(geometry: Array, placements: list[Placement | None]) -> tuple[Array, Array, Array, Array]:
    """Every vertex of every ring: coordinates, feature, ring, and metres per unit in x and y."""
    parts, part_owner = shapely.get_parts(geometry, return_index=True)
    is_polygon = shapely.get_type_id(parts) == 3
    rings, polygon = shapely.get_rings(parts[is_polygon], return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    owner = part_owner[is_polygon][polygon][ring] if len(ring) else np.array([], dtype=int)
    in_degrees = np.array([one is not None and not one.has_plane for one in placements] or [False])
    unit = np.array([one.metre if one is not None else 1.0 for one in placements] or [1.0])
    metre = np.column_stack([unit[owner], unit[owner]]) if len(owner) else np.empty((0, 2))
    degrees = in_degrees[owner] if len(owner) else np.array([], dtype=bool)
    metre[degrees] = np.column_stack(
        [DEGREE_M * np.cos(np.radians(coordinates[degrees, 1])), np.full(int(degrees.sum()), DEGREE_M)]
    )
    return coordinates, owner, ring, metre


def _neighbours(ring: Array) -> tuple[Array, Array]:
    """Position of the vertex before and after each one in its ring; the first follows the last but one."""
    count = len(ring)
    before, after = np.arange(count) - 1, np.arange(count) + 1
    starts = np.flatnonzero(np.concatenate([[True], ring[1:] != ring[:-1]]))
    ends = np.concatenate([starts[1:], [count]]) - 1
    before[starts] = np.maximum(ends - 1, starts)
    after[ends] = starts
    return before, np.minimum(after, count - 1)


def _point(coordinates: Array, index: Any) -> tuple[float, float]:
    return float(coordinates[index, 0]), float(coordinates[index, 1])
