"""How much of each polygon is built up, from a raster of land cover: every cell counts by the part of it that lies inside."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geoparks.measure.area import ellipsoidal_area

Array = np.ndarray
_UNSEEN = 1e-4  # share of a polygon that may lie beyond the cells by the rounding of their edges


def built_area(path: Path, shapes: Array, classes: Iterable[int]) -> Array:
    """Square metres of the built-up classes inside each polygon of EPSG:4490: its built share, times its area on the ellipsoid.

    NaN where the raster does not cover a polygon wholly with data: nobody knows what stands on the rest; and everywhere, where
    the raster does not say in which coordinates it is. In degrees, cells are weighed by the cosine of their latitude, as the
    ground that they stand for shrinks to the north. A raster may be turned or stand on its head.
    """
    import rasterio

    result = np.full(len(shapes), np.nan)
    drawn = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if not len(drawn):
        return result
    frame = gpd.GeoDataFrame({"position": drawn}, geometry=shapes[drawn], crs="EPSG:4490")
    with rasterio.open(path) as raster:
        if raster.crs is None:
            return result
        if raster.crs.to_epsg() != frame.crs.to_epsg():
            frame = frame.to_crs(raster.crs)
        # In columns and rows a raster is upright, however it lies on the ground, and every cell is 1.
        into = ~raster.transform
        a, b, c, d, e, f = tuple(into)[:6]
        frame.geometry = shapely.transform(
            frame.geometry.to_numpy(),
            lambda xy: np.column_stack(
                [a * xy[:, 0] + b * xy[:, 1] + c, raster.height - (d * xy[:, 0] + e * xy[:, 1] + f)]
            ),
        )
        frame = frame[frame.intersects(shapely.box(0, 0, raster.width, raster.height))]
        if frame.empty:
            return result
        _, _, _, east, south, north = tuple(raster.transform)[:6]
        wanted = np.array(sorted(set(classes)))
        for position, shape in zip(frame["position"], frame.geometry, strict=True):
            values, coverage, x, y = _cells(raster, shape)
            if np.sum(coverage) < shape.area * (1 - _UNSEEN):
                continue
            latitude = north + east * x + south * (raster.height - y)
            weights = coverage * np.cos(np.radians(latitude)) if raster.crs.is_geographic else coverage
            share = float(weights[np.isin(values, wanted)].sum() / weights.sum())
            result[position] = share * float(ellipsoidal_area(shapes[[position]])[0])
    return result


def _cells(raster: Any, shape: shapely.Geometry) -> tuple[Array, Array, Array, Array]:
    """Value, covered part and place of every cell with data that a polygon touches; only what it reaches is read."""
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource
    from rasterio.windows import Window

    west, south, east, north = shape.bounds
    left, right = max(math.floor(west), 0), min(math.ceil(east), raster.width)
    bottom, top = max(math.floor(south), 0), min(math.ceil(north), raster.height)
    window = Window(left, raster.height - top, right - left, top - bottom)
    cells = raster.read(1, window=window, masked=True)
    cells = np.ma.masked_array(cells.data, np.ma.getmaskarray(cells) | np.isnan(cells.data))
    source = NumPyRasterSource(cells, left, bottom, right, top)
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shape)}
    found = exact_extract(source, feature, ["values", "coverage", "center_x", "center_y"])[0]["properties"]
    return found["values"], found["coverage"], found["center_x"], found["center_y"]
