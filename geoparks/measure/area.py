"""Area on the CGCS2000 ellipsoid by the official trapezoid formula (国土调查办发〔2008〕32号, with CGCS2000 constants).

The area between an edge, the equator and a reference meridian is a trapezoid on the ellipsoid; a ring is the signed
sum over its edges. Between two vertices the formula takes an edge to be straight in (longitude, authalic latitude).
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.kernel import curve
from geoparks.kernel.curve import INVERSE_FLATTENING, SEMI_MAJOR_M
from geoparks.kernel.ready import ready

__all__ = ["INVERSE_FLATTENING", "SEMI_MAJOR_M", "area", "ellipsoidal_area", "planar_area", "trapezoids"]

Array = np.ndarray[Any, Any]

_BATCH = 65_536  # polygons that are measured at a time
_CHUNK = 65_536  # edges whose numbers stay in the processor's cache through the whole formula


def trapezoids(delta_longitude: Array, latitude_1: Array, latitude_2: Array) -> Array:
    """Signed areas in m² of ellipsoidal trapezoids; angles in radians. The formula stands in `geoparks.kernel.curve`."""
    result: Array = curve.trapezoid(delta_longitude, latitude_1, latitude_2)
    return result


def ellipsoidal_area(geometry: Array, of: int = 0) -> Array:
    """Area in m² of each polygon or multipolygon of an array in EPSG:4490; holes count negative.

    of: how many there are in all, where these are a piece of them: it tells whether compiled loops pay.

    Missing geometry gives NaN, empty geometry and anything that is no area 0. Vectorised over all vertices.
    Source: 国土调查办发〔2008〕32号; checked against pyproj.Geod in the tests.
    """
    if len(geometry) > _BATCH:  # the vertices of a million polygons, twice over, are a gigabyte
        runs = range(0, len(geometry), _BATCH)
        return np.concatenate([ellipsoidal_area(geometry[first : first + _BATCH], len(geometry)) for first in runs])
    result = np.where(shapely.is_missing(geometry), np.nan, 0.0)
    if ready(max(of, len(geometry))) and (quick := _compiled(geometry)) is not None:
        return np.where(np.isnan(result), np.nan, quick)
    polygons, owner = shapely.get_parts(geometry, return_index=True)
    is_polygon = shapely.get_type_id(polygons) == 3
    polygons, owner = polygons[is_polygon], owner[is_polygon]
    if not len(polygons):
        return result
    rings, polygon_of_ring = shapely.get_rings(polygons, return_index=True)
    signs = np.where(np.concatenate([[True], polygon_of_ring[1:] != polygon_of_ring[:-1]]), 1.0, -1.0)
    areas = np.abs(_ring_areas(rings))
    np.add.at(result, owner[polygon_of_ring], signs * areas)
    return result


def _compiled(geometry: Array) -> Array | None:
    """The same numbers by the compiled way; None where it does not read what is there."""
    from geoparks.kernel.area import areas
    from geoparks.read.flat import rings_of_shapes

    rings = rings_of_shapes(geometry)
    return None if rings is None else areas(rings)


def _ring_areas(rings: Array) -> Array:
    """Signed area of every ring; longitudes are taken from the ring's first vertex, so that no digits are lost."""
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    radians = coordinates * curve.RADIANS
    first = np.searchsorted(ring, np.arange(len(rings)))
    longitude = radians[:, 0] - radians[first[ring], 0]
    same_ring = ring[1:] == ring[:-1]
    edges = np.empty(max(len(ring) - 1, 0))
    for start in range(0, len(edges), _CHUNK):
        here, next_one = slice(start, start + _CHUNK), slice(start + 1, start + _CHUNK + 1)
        there = radians[next_one, 1]
        own = slice(start, start + len(there))
        edges[here] = trapezoids((longitude[next_one] + longitude[own]) / 2, radians[own, 1], there)
    return np.bincount(ring[:-1][same_ring], weights=edges[same_ring], minlength=len(rings))


def area(features: Any) -> pd.Series:
    """Area in m² on the CGCS2000 ellipsoid of every feature of a GeoDataFrame or GeoSeries; same index.

    Also of a GeoParquet or GeoPackage, by its path: then nothing but the geometry is read, which is several times quicker.

    Edges are straight in the coordinates in which they are given and get a vertex at least every 70 m before the
    transformation, as the land survey does. Missing geometry gives NaN, empty geometry 0; an outline that crosses
    itself is measured repaired, as every rule measures it, for as drawn its loops would cancel.

    Raises ValueError where the CRS is missing, NotJudged where it has no known way to CGCS2000.

    >>> import geopandas as gpd
    >>> from shapely.geometry import box
    >>> square = gpd.GeoSeries([box(37_413_000, 4_384_000, 37_414_000, 4_385_000)], crs=4525)
    >>> round(float(area(square)[0]), 1)
    999815.9
    """
    from geoparks.normalise.datum import path
    from geoparks.normalise.geometry import densify, mended, without_empty_parts
    from geoparks.normalise.placement import Placement
    from geoparks.text import same

    if isinstance(features, str | os.PathLike):
        from geoparks.measure.polygons import areas_of_file

        return pd.Series(areas_of_file(features), name="area_m2")
    series = features.geometry
    if series.crs is None:
        raise ValueError(
            "no CRS: set it with .set_crs(), for instance .set_crs(4525) for CGCS2000, 3° zone 37 with prefix"
        )
    placement = Placement(series.crs.name, same(""), series.crs, path(series.crs))
    shapes = without_empty_parts(np.array(series.to_numpy(), dtype=object))
    invalid = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[invalid] = mended(shapes[invalid], areas=True)
    lonlat = shapely.transform(densify(shapes, placement), placement.path.to_lonlat)
    return pd.Series(ellipsoidal_area(lonlat), index=series.index, name="area_m2")


def planar_area(geometry: Array, metre: float) -> Array:
    """Area in m² in the plane of the coordinates, whose unit is `metre` metres long; NaN for missing geometry."""
    return np.where(shapely.is_missing(geometry), np.nan, shapely.area(geometry) * metre**2)
