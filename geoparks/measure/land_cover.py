"""How much of each polygon is built up, from a raster of land cover: every cell counts by the part of it that lies inside."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geoparks.measure.area import ellipsoidal_area

Array = np.ndarray
_UNSEEN = 1e-4  # share of a polygon that may lie beyond the cells by the rounding of their edges


def built_area(path: Path, shapes: Array, classes: Iterable[int]) -> Array:
    """Square metres of the built-up classes inside each polygon of EPSG:4490: its built share, times its area on the ellipsoid.

    NaN where the raster does not cover a polygon wholly with data: nobody knows what stands on the rest. In degrees,
    cells are weighed by the cosine of their latitude, as the ground that they stand for shrinks to the north.
    """
    import rasterio
    from exactextract import exact_extract

    result = np.full(len(shapes), np.nan)
    drawn = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if not len(drawn):
        return result
    frame = gpd.GeoDataFrame({"position": drawn}, geometry=shapes[drawn], crs="EPSG:4490")
    with rasterio.open(path) as raster:
        if raster.crs is not None and raster.crs.to_epsg() != frame.crs.to_epsg():
            frame = frame.to_crs(raster.crs)
        wide, _, _, _, high, *_ = raster.transform
        degrees = raster.crs is None or raster.crs.is_geographic
        frame = frame[frame.intersects(shapely.box(*raster.bounds))]
        if frame.empty:
            return result
        cells = exact_extract(
            raster, frame, ["values", "coverage", "center_y"], include_cols=["position"], output="pandas"
        )
    expected = dict(zip(frame["position"], shapely.area(frame.geometry.to_numpy()) / abs(wide * high), strict=True))
    wanted = np.array(sorted(set(classes)))
    for position, values, coverage, north in cells[["position", "values", "coverage", "center_y"]].itertuples(
        index=False
    ):
        if np.sum(coverage) < expected[position] * (1 - _UNSEEN):
            continue
        weights = coverage * np.cos(np.radians(north)) if degrees else coverage
        share = float(weights[np.isin(values, wanted)].sum() / weights.sum())
        result[position] = share * float(ellipsoidal_area(shapes[[position]])[0])
    return result
