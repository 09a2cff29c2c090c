"""Geometry as rules measure it: sound, with edges that stay where they were drawn, in EPSG:4490."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from geoparks.normalise.placement import Placement
from geoparks.read.raw import RawLayer
from geoparks.text import Text

DENSIFY_M = 70.0
"""An edge is straight in the plane in which it was drawn. Before it leaves that plane it gets a vertex at least every
70 m, as the land survey does; undensified, a 5 km edge of a Gauss–Krüger plane would bulge by up to 0.25 m."""
_DEGREES_PER_METRE = 1 / 111_320.0
_LARGEST_M = 50_000_000.0  # eastings with a zone number reach 45 million
_LARGEST_DEG = 360.0
_MOST_VERTICES = 5_000_000
_BATCH = 65_536  # geometries whose vertices are looked at together
_NEARLY = 1 - 1e-9

Array = np.ndarray[Any, Any]
_LINES = (1, 2, 5)  # shapely type ids: LineString, LinearRing, MultiLineString
_AREAS = (3, 6)


@dataclass(frozen=True)
class Shapes:
    """One geometry three times: as drawn, sound in its own plane, and in EPSG:4490."""

    own: Array
    """As in the file, faults included; x to the east, y to the north."""
    sound: Array
    """Valid, in the file's own plane: what planar areas and repairs are computed from."""
    lonlat: Array
    """Valid, densified, in EPSG:4490."""
    invalid: Array
    """Which geometries were not valid as drawn."""


def shapes(raw: RawLayer, placement: Placement, *, areas: bool) -> Shapes:
    """Prepare the geometry of a raw layer; with `areas`, only what is or can be made an area is kept."""
    assert raw.geometry is not None
    own = without_empty_parts(swap(raw.geometry) if placement.swapped else raw.geometry)
    own = _without_strays(raw, _without_bad_numbers(raw, own), placement)
    if areas:
        own = _only_areas(raw, own)
    invalid = ~shapely.is_valid(own) & ~shapely.is_missing(own)
    sound = own.copy()
    if invalid.any():
        sound[invalid] = mended(own[invalid], areas=areas)
    lonlat = _to_lonlat(raw, sound, placement, areas=areas)
    return Shapes(own, sound, lonlat, invalid)


def without_empty_parts(geometry: Array) -> Array:
    """Geometries without the empty rings and parts that some programs leave inside them: GEOS crashes on these."""
    result = geometry.copy()
    some = np.flatnonzero(~_is_simple(geometry))
    parts, owner = shapely.get_parts(geometry[some], return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    owner = some[owner]
    hollow = np.concatenate([owner[shapely.is_empty(parts)], owner[of_part[shapely.is_empty(rings)]]])
    for position in np.unique(hollow).tolist():
        if not shapely.is_empty(geometry[position]):
            kept = [
                one if one.geom_type != "Polygon" else _without_empty_rings(one) for one in parts[owner == position]
            ]
            kept = [one for one in kept if not one.is_empty]
            multi = geometry[position].geom_type.startswith(("Multi", "Geometry"))
            result[position] = type(geometry[position])(kept) if multi else kept[0]
    return result


def _is_simple(geometry: Array) -> Array:
    """Which geometries are one polygon without holes: nearly all of a layer of many."""
    return np.asarray((shapely.get_type_id(geometry) == _AREAS[0]) & (shapely.get_num_interior_rings(geometry) == 0))


def _without_empty_rings(polygon: shapely.Polygon) -> shapely.Polygon:
    return shapely.Polygon(polygon.exterior, [ring for ring in polygon.interiors if not ring.is_empty])


def swap(geometry: Array) -> Array:
    """Geometries with their two axes exchanged."""
    return shapely.transform(geometry, lambda coordinates: coordinates[:, ::-1])


def mended(geometry: Array, *, areas: bool) -> Array:
    """Valid geometries by the structure method: a hole stays a hole, what collapses goes."""
    valid = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return only_polygons(valid) if areas else valid


def only_polygons(geometry: Array) -> Array:
    """The polygonal part of geometries; empty where there is none."""
    types = shapely.get_type_id(geometry)
    mixed = np.flatnonzero(~np.isin(types, _AREAS) & ~shapely.is_missing(geometry))
    if not len(mixed):
        return geometry
    result = geometry.copy()
    result[mixed] = shapely.MultiPolygon()
    parts, owner = shapely.get_parts(geometry[mixed], return_index=True)
    flat, part = shapely.get_parts(parts, return_index=True)  # a multipolygon may stand inside a collection
    kept = (shapely.get_type_id(flat) == _AREAS[0]) & ~shapely.is_empty(flat)
    flat, owner = flat[kept], mixed[owner[part[kept]]]
    for position, some in zip(np.unique(owner), np.split(flat, np.flatnonzero(np.diff(owner)) + 1), strict=False):
        result[position] = shapely.MultiPolygon(some.tolist()) if len(some) != 1 else some[0]
    return result


def densify(geometry: Array, placement: Placement) -> Array:
    """Vertices at least every 70 m along each edge, in the plane in which the edge is straight."""
    return shapely.segmentize(geometry, step_of(placement))


def step_of(placement: Placement) -> float:
    """How far apart vertices may be, in the unit of the file's coordinates."""
    return DENSIFY_M / placement.metre if placement.has_plane else DENSIFY_M * _DEGREES_PER_METRE


def _to_lonlat(raw: RawLayer, sound: Array, placement: Placement, *, areas: bool) -> Array:
    """In EPSG:4490. What is in it already and has no long edge stays the same object: a million copies are half a gigabyte."""
    result, moved = sound.copy(), np.arange(len(sound))
    if placement.path.transformer is None:
        moved = np.flatnonzero(_is_to_be_densified(sound, step_of(placement)))
    lonlat = shapely.transform(densify(sound[moved], placement), placement.path.to_lonlat)
    empty = shapely.is_missing(lonlat) | shapely.is_empty(lonlat)
    lost = ~np.isfinite(shapely.bounds(lonlat)).all(axis=1) & ~empty
    bad = ~shapely.is_valid(lonlat) & ~shapely.is_missing(lonlat) & ~lost
    if bad.any():
        lonlat[bad] = mended(lonlat[bad], areas=areas)
    result[moved] = lonlat
    _lose(raw, result, moved[lost])
    return result


def _is_to_be_densified(geometry: Array, step: float) -> Array:
    """Which geometries densifying may change: those with an edge longer than a step, or with a vertex that repeats."""
    result = np.zeros(len(geometry), dtype=bool)
    for first in range(0, len(geometry), _BATCH):
        coordinates, owner = shapely.get_coordinates(geometry[first : first + _BATCH], return_index=True)
        east, north = np.diff(coordinates[:, 0]), np.diff(coordinates[:, 1])
        squared = east * east + north * north
        told = ~((squared > 0) & (squared < (step * _NEARLY) ** 2)) & (owner[1:] == owner[:-1])
        result[first + owner[1:][told]] = True
    return result


def _lose(raw: RawLayer, geometry: Array, positions: Array) -> None:
    for position in positions:
        geometry[position] = None
        raw.faulty(
            "not_transformable",
            Text("坐标超出该坐标系的范围，无法转换", "the coordinates lie outside what the system covers"),
            row=int(raw.row_numbers[position]),
        )


def _without_strays(raw: RawLayer, own: Array, placement: Placement) -> Array:
    """Take out geometry that lies nowhere: numbers that no system has, corners that do not come back from degrees.

    A single stray vertex would otherwise be an edge through half the world, with a vertex every 70 m.
    """
    present = np.flatnonzero(~shapely.is_missing(own) & ~shapely.is_empty(own))
    boxes = _boxes(own[present])
    most = _LARGEST_M / placement.metre if placement.has_plane else _LARGEST_DEG
    with np.errstate(all="ignore"):
        stray = (np.abs(boxes) > most).any(axis=1)
        stray |= ~(shapely.length(own[present]) / step_of(placement) <= _MOST_VERTICES)
        for x, y in ((0, 1), (0, 3), (2, 1), (2, 3)):
            corners = boxes[:, [x, y]]
            lonlat = placement.path.to_lonlat(corners)
            back = placement.path.to_own(lonlat)
            apart = np.abs(back - corners).max(axis=1)
            stray |= ~(apart <= (1.0 / placement.metre if placement.has_plane else _DEGREES_PER_METRE))
            stray |= ~((np.abs(lonlat[:, 0]) <= _LARGEST_DEG) & (np.abs(lonlat[:, 1]) <= 90))
    _lose(raw, own, present[stray])
    rows = {int(raw.row_numbers[position]) for position in present[stray]}
    raw.faults = [replace(one, place=None) if one.row in rows else one for one in raw.faults]
    return own


def _boxes(shapes: Array) -> Array:
    """Extents over all vertices, those of holes included; none of the shapes is empty."""
    boxes: Array = shapely.bounds(shapes)
    some = np.flatnonzero(~_is_simple(shapes))
    if len(some):
        coordinates, owner = shapely.get_coordinates(shapes[some], return_index=True)
        starts = np.searchsorted(owner, np.arange(len(some)))
        boxes[some] = np.hstack([one.reduceat(coordinates, starts, axis=0) for one in (np.minimum, np.maximum)])
    return boxes


def _without_bad_numbers(raw: RawLayer, own: Array) -> Array:
    """NaN or infinite coordinates make a geometry unusable: it is taken out, and the fault recorded."""
    bounds = shapely.bounds(own)
    coordinates_ok = np.isfinite(bounds).all(axis=1) | shapely.is_missing(own) | shapely.is_empty(own)
    bad = np.flatnonzero(~coordinates_ok | _has_nan(own))
    for position in bad:
        own[position] = None
        raw.faulty(
            "invalid_coordinate",
            Text("坐标不是有效数字（NaN 或无穷大）", "a coordinate is not a number (NaN or infinite)"),
            row=int(raw.row_numbers[position]),
        )
    return own


def _has_nan(own: Array) -> Array:
    coordinates, index = shapely.get_coordinates(own, return_index=True)
    result = np.zeros(len(own), dtype=bool)
    result[index[~(np.isfinite(coordinates[:, 0]) & np.isfinite(coordinates[:, 1]))]] = True
    return result


def _only_areas(raw: RawLayer, own: Array) -> Array:
    """Closed lines become polygons, collections give up their polygons, the rest is a fault of its row."""
    types = shapely.get_type_id(own)
    for position in np.flatnonzero(~np.isin(types, (*_AREAS, -1))):
        geometry, row = own[position], int(raw.row_numbers[position])
        if geometry.is_empty:
            own[position] = shapely.Polygon()
        elif types[position] in _LINES and (closed := _closed(geometry)):
            own[position] = shapely.MultiPolygon(closed) if len(closed) > 1 else closed[0]
            raw.repaired("line_to_polygon", Text("闭合线已转为面", "a closed line became a polygon"), row=row)
        elif types[position] == 7 and not (polygons := only_polygons(own[position : position + 1]))[0].is_empty:
            own[position] = polygons[0]
            raw.repaired(
                "polygons_taken", Text("几何集合中只取面", "of a collection only the polygons were taken"), row=row
            )
        else:
            own[position] = None
            raw.faulty(
                "not_a_polygon",
                Text(f"应为面，实为 {geometry.geom_type}", f"must be a polygon, is a {geometry.geom_type}"),
                row=row,
                value=geometry.geom_type,
            )
    return own


def _closed(geometry: Any) -> list[shapely.Polygon]:
    lines = [one for one in shapely.get_parts(geometry) if one.is_ring or (one.is_closed and len(one.coords) > 3)]
    return [shapely.Polygon(one.coords) for one in lines] if len(lines) == shapely.get_num_geometries(geometry) else []
