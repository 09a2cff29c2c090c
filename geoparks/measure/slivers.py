"""Shapes without what is too small or too thin to count, by the same two settings that verdicts are given by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from geoparks.catalog.clause import Setting
from geoparks.measure.length import mean_width
from geoparks.measure.plane import from_plane

Array = np.ndarray[Any, Any]


def without_slivers(shapes: Array, settings: Mapping[str, Setting]) -> Array:
    """Shapes in the equal-area plane, each as the polygons of it that count; a multipolygon each, empty where none does.

    Left out is what is below ``sliver_area_m2`` or, by mean width, below ``sliver_width_m``.
    """
    polygons, owner = shapely.get_parts(shapes, return_index=True)
    areal = (shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(polygons)
    polygons, owner = polygons[areal], owner[areal]
    areas = shapely.area(polygons)
    large = areas >= settings["sliver_area_m2"].given
    polygons, owner, areas = polygons[large], owner[large], areas[large]
    wide = mean_width(areas, from_plane(polygons)) >= settings["sliver_width_m"].given
    polygons, owner = polygons[wide], owner[wide]
    found = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    if len(polygons):
        some, index = np.unique(owner, return_inverse=True)
        found[some] = shapely.multipolygons(polygons, indices=index)
    return found
