"""The outline of what a raster shows as built up inside a park or a block: the boundary that a built-up area is measured by."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import affinity

from geoparks.measure.raster import opened

_TILE = 1024  # cells that are outlined together
_DENSE_CELLS = 4  # a vertex at least every so many cells, so that an edge bends as its row does on the ground


def built_boundary(path: Path, shape: shapely.Geometry, classes: Collection[int]) -> shapely.Geometry:
    """The cells of some classes inside a polygon, cut at its outline: a polygon or multipolygon in EPSG:4490.

    shape: a polygon in EPSG:4490. What is beyond the raster or without data is not in the outline, so that where
    `shares` does not see all of a polygon, this is less than what is built. Empty where nothing is built or the polygon is
    empty. Raises NotJudged where the raster cannot be used.
    """
    import rasterio.features
    from rasterio.windows import Window

    wanted = np.array(sorted(set(classes)))
    with opened(path) as (raster, lie):
        own = lie.to_cells(np.array([shape], dtype=object))[0]
        if own is None:
            return shapely.Polygon()
        west, south, east, north = own.bounds
        found: list[Any] = []
        for top in range(max(int(south), 0), min(int(np.ceil(north)), lie.height), _TILE):
            for left in range(max(int(west), 0), min(int(np.ceil(east)), lie.width), _TILE):
                window = Window(left, top, min(_TILE, lie.width - left), min(_TILE, lie.height - top))
                cells = raster.read(1, window=window, masked=True)
                built = np.isin(cells.filled(0), wanted) & ~np.ma.getmaskarray(cells)
                outlines = rasterio.features.shapes(built.astype(np.uint8), mask=built)
                found += [affinity.translate(shapely.geometry.shape(one), left, top) for one, _ in outlines]
        if not found:
            return shapely.Polygon()
        sound = shapely.make_valid(own, method="structure", keep_collapsed=False)
        inside = shapely.union_all(_areas(shapely.intersection(shapely.union_all(found), sound)))
        if not lie.degrees:
            inside = shapely.segmentize(inside, _DENSE_CELLS)
        return lie.from_cells(np.array([inside], dtype=object))[0]


def _areas(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """The polygons of a shape: where an outline runs along a cell, an intersection has lines too."""
    return [
        one for one in shapely.get_parts([shape]).tolist() if shapely.get_type_id(one) == shapely.GeometryType.POLYGON
    ]
