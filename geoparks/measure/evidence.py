"""Pieces of evidence out of the equal-area plane: where, how much on the ellipsoid, how much in the file's plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geoparks.measure.length import mean_width
from geoparks.measure.plane import from_plane
from geoparks.normalise.features import Features
from geoparks.records import Part

Array = np.ndarray[Any, Any]


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
