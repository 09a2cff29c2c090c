"""Pieces of evidence out of the equal-area plane: where, how much on the ellipsoid, how much in the file's plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geoparks.measure.length import mean_width
from geoparks.measure.plane import from_plane, plane_of, to_plane
from geoparks.normalise.features import Features
from geoparks.records import Part

Array = np.ndarray[Any, Any]
_ROUNDING = 1e-9  # relative: how well the areas of parts sum to that of their union


def parts_of(shape: shapely.Geometry, features: Features, position: int) -> tuple[Part, ...]:
    """The polygons of a shape in the equal-area plane, as evidence about the feature at a position."""
    polygons = shapely.get_parts(np.array([shape]))
    polygons = polygons[(shapely.get_type_id(polygons) == 3) & ~shapely.is_empty(polygons)]
    if not len(polygons):
        return ()
    areas = shapely.area(polygons)
    lonlat = from_plane(polygons)
    widths = mean_width(areas, lonlat)
    planar = planar_areas(lonlat, features, position)
    return tuple(
        Part(one, float(area), float(area), None if np.isnan(flat) else float(flat), float(width))
        for one, area, flat, width in zip(lonlat, areas, planar, widths, strict=True)
    )


def planar_areas(lonlat: Array, features: Features, position: int) -> Array:
    """Areas in m² in the plane of the file that a feature came from; NaN where the file has none (degrees)."""
    placement = features.placement(position)
    if placement is None or not placement.has_plane:
        return np.full(len(lonlat), np.nan)
    return shapely.area(shapely.transform(lonlat, placement.path.to_own)) * placement.metre**2


def parts_once(parts: tuple[Part, ...], features: Features, position: int) -> tuple[Part, ...]:
    """Evidence out of several rows of one feature; where a row is stored twice, land that two parts share counts once."""
    if len(parts) < 2:
        return parts
    union = shapely.union_all(to_plane(np.array([part.geometry for part in parts], dtype=object)))
    whole = sum(part.area_m2 or 0.0 for part in parts)
    return parts_of(union, features, position) if whole - union.area > _ROUNDING * whole else parts


def area_once(features: Features, rows: list[int], summed_m2: float) -> tuple[float, float] | None:
    """Square metres on the ellipsoid and in their file's plane of rows that share land, which counts once.

    None where they share none: then their areas sum to `summed_m2`, to the last digit.
    """
    union = shapely.union_all(plane_of(features)[rows]) if len(rows) > 1 else None
    if union is None or summed_m2 - union.area <= _ROUNDING * summed_m2:
        return None
    parts = parts_of(union, features, rows[0])
    planar = [np.nan if part.area_planar_m2 is None else part.area_planar_m2 for part in parts]
    return sum(part.value for part in parts), float(np.sum(planar))


def own_planar_area(features: Features) -> Array:
    """Planar area in m² of every feature as drawn, in its file's own plane; NaN where that is in degrees."""
    flat = np.where(shapely.is_missing(features.sound), np.nan, shapely.area(features.sound))
    metres = np.array(
        [
            source.placement.metre if source.placement and source.placement.has_plane else np.nan
            for source in features.sources
        ]
        or [np.nan]
    )
    return np.where(features.source_of >= 0, flat * metres[features.source_of] ** 2, np.nan)
