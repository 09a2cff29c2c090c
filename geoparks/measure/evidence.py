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
    return parts_of_each(np.array([shape], dtype=object), features, np.array([position]))[0]


def parts_of_each(shapes: Array, features: Features, positions: Array) -> list[tuple[Part, ...]]:
    """The same of many shapes, each about the feature at its own position."""
    polygons, owner = shapely.get_parts(shapes, return_index=True)
    kept = (shapely.get_type_id(polygons) == 3) & ~shapely.is_empty(polygons)
    polygons, owner = polygons[kept], owner[kept]
    areas, lonlat = shapely.area(polygons), from_plane(polygons)
    widths, planar = mean_width(areas, lonlat), planar_areas(lonlat, features, positions[owner])
    found: list[list[Part]] = [[] for _ in shapes]
    for index, one, area, flat, width in zip(
        owner.tolist(), lonlat, areas.tolist(), planar.tolist(), widths.tolist(), strict=True
    ):
        found[index].append(Part(one, area, area, None if np.isnan(flat) else flat, width))
    return [tuple(parts) for parts in found]


def planar_areas(lonlat: Array, features: Features, positions: Array) -> Array:
    """Areas in m² of polygons, each in the plane of the file that a feature came from; NaN where that has none (degrees)."""
    flat, sources = np.full(len(lonlat), np.nan), features.source_of[positions]
    for source in np.unique(sources[sources >= 0]).tolist():
        placement = features.sources[source].placement
        if placement is not None and placement.has_plane:
            of_it = sources == source
            flat[of_it] = shapely.area(shapely.transform(lonlat[of_it], placement.path.to_own)) * placement.metre**2
    return flat


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
