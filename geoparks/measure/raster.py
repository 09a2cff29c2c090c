"""How a raster lies on the ground: polygons in its columns and rows, and the square metres that each of its cells stands for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geoparks.errors import NotJudged
from geoparks.measure.area import ellipsoidal_area, trapezoids
from geoparks.normalise import datum
from geoparks.text import Text

if TYPE_CHECKING:
    from geoparks.kernel.rings import Rings

Array = np.ndarray[Any, Any]
_CACHE_MB = 64  # of decoded blocks; GDAL would take a twentieth of the memory, whatever else needs it
_DENSE_DEG = 6e-4  # about 70 m, as the land survey densifies an edge before it leaves its plane
_PIECE = 32_768  # vertices that are placed together
_STEP = 128  # cells between two places at which the size of a cell is computed; between them it is interpolated


@dataclass(frozen=True)
class Lie:
    """Where the cells of a raster are: column and row to its own coordinates, and these to EPSG:4490."""

    width: int
    height: int
    affine: tuple[float, float, float, float, float, float]
    """a, b, c, d, e, f: x = a·column + b·row + c, y = d·column + e·row + f."""
    path: datum.Path
    degrees: bool
    """Whether its own coordinates are longitude and latitude and rows run along parallels."""

    def to_cells(self, lonlat: Array) -> Array:
        """Polygons of EPSG:4490 in columns and rows; None where they are missing, empty or nowhere in the raster's system.

        A raster may be turned, mirrored or stand on its head: in columns and rows it is upright. Into a plane, edges go
        with a vertex at least every 70 m, so that they bend there as they do on the ground.
        """
        shapes = np.array(lonlat, dtype=object)
        shapes[shapely.is_empty(shapes)] = None
        bent = shapes if self.path.transformer is None else shapely.segmentize(shapes, _DENSE_DEG)
        cells: Array = shapely.transform(bent, self.cells)
        cells[~np.isfinite(shapely.bounds(cells)).all(axis=1)] = None
        return cells

    def rings_to_cells(self, lonlat: Rings) -> Rings:
        """The same of rings; a feature that is nowhere in the raster's system has its vertices in one place, and no area."""
        from geoparks.kernel.densify import densified
        from geoparks.kernel.rings import Rings

        bent = lonlat if self.path.transformer is None else densified(lonlat, _DENSE_DEG)
        cells = np.empty_like(bent.xy)
        for first in range(0, len(cells), _PIECE):  # so many stay in the processor's cache
            cells[first : first + _PIECE] = self.cells(bent.xy[first : first + _PIECE])
        lost = np.flatnonzero(~np.isfinite(cells).all(axis=1))
        if len(lost):
            ring = np.searchsorted(bent.ring, lost, side="right") - 1
            for one in np.unique(np.searchsorted(bent.feature, ring, side="right") - 1).tolist():
                cells[bent.ring[bent.feature[one]] : bent.ring[bent.feature[one + 1]]] = 0.0
        return Rings(cells, bent.ring, bent.feature, bent.hole)

    def cells(self, lonlat: Array) -> Array:
        """Longitude and latitude in EPSG:4490, (n, 2), as columns and rows; NaN where the raster's system has no such place."""
        a, b, c, d, e, f = self.affine
        own, whole = self.path.to_own(lonlat), a * e - b * d
        x, y = own[:, 0] - c, own[:, 1] - f
        return np.column_stack([x * (e / whole) - y * (b / whole), y * (a / whole) - x * (d / whole)])

    def from_cells(self, shapes: Array) -> Array:
        """Geometries in columns and rows as EPSG:4490."""
        return shapely.transform(shapes, self.lonlat)

    def lonlat(self, cells: Array) -> Array:
        """Columns and rows, (n, 2), as longitude and latitude in EPSG:4490."""
        a, b, c, d, e, f = self.affine
        own = cells @ np.array([[a, d], [b, e]]) + np.array([c, f])
        return self.path.to_lonlat(own)

    def sizes(self, row: int, column: int, height: int, width: int) -> Sizes:
        """The size of the cells of a window."""
        if self.degrees:
            a, _, _, _, e, f = self.affine
            edges = np.radians(f + e * np.arange(row, row + height + 1))
            rows = np.abs(trapezoids(np.radians(a), edges[:-1], edges[1:]))
            return Sizes(np.ones(width), rows, None)
        # The places are multiples of the step in the raster, not in the window: a cell's size is not the window's matter.
        offset = row % _STEP, column % _STEP
        at_row, at_column = _nodes(height + offset[0]), _nodes(width + offset[1])
        down, across = np.meshgrid(row - offset[0] + at_row, column - offset[1] + at_column, indexing="ij")
        centre = np.stack([across.ravel(), down.ravel()], axis=1)
        corners = np.concatenate([centre + offset for offset in ((0, 0), (1, 0), (1, 1), (0, 1))])
        squares = shapely.polygons(self.lonlat(corners).reshape(4, -1, 2).transpose(1, 0, 2))
        return Sizes(at_column, at_row, ellipsoidal_area(squares).reshape(down.shape), offset)


@dataclass(frozen=True)
class Sizes:
    """Square metres on the CGCS2000 ellipsoid of every cell of a window.

    Of a raster in degrees exactly, by row; of any other at places 128 cells apart and interpolated between them, which
    for cells of 10 m is off by 1e-8.
    """

    columns: Array
    rows: Array
    nodes: Array | None
    offset: tuple[int, int] = (0, 0)
    """Row and column of the window's first cell, counted from the first node."""

    def at(self, rows: Array, columns: Array) -> Array:
        """The size of single cells, by row and column of the window."""
        if self.nodes is None:
            return self.rows[rows]
        r, s = _between(self.rows, rows + self.offset[0])
        c, t = _between(self.columns, columns + self.offset[1])
        upper = self.nodes[r, c] * (1 - t) + self.nodes[r, c + 1] * t
        lower = self.nodes[r + 1, c] * (1 - t) + self.nodes[r + 1, c + 1] * t
        return upper * (1 - s) + lower * s

    def whole(self, height: int, width: int) -> Array:
        """The size of every cell, (height, width)."""
        if self.nodes is None:
            return np.broadcast_to(self.rows[:, None], (height, width))
        return (
            _weights(self.rows, height, self.offset[0]) @ self.nodes @ _weights(self.columns, width, self.offset[1]).T
        )


def _nodes(length: int) -> Array:
    """The cells at which a size is computed: two at least, the last one at or beyond the end."""
    return np.arange(0, length + _STEP, _STEP)


def _between(nodes: Array, cells: Array) -> tuple[Array, Array]:
    """The node before each cell, and how far it is to the next one."""
    before = np.minimum(cells // _STEP, len(nodes) - 2)
    return before, cells / _STEP - before


def _weights(nodes: Array, length: int, offset: int) -> Array:
    before, share = _between(nodes, np.arange(offset, offset + length))
    result = np.zeros((length, len(nodes)))
    result[np.arange(length), before] = 1 - share
    result[np.arange(length), before + 1] = share
    return result


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, Lie]]:
    """A raster, open, and how it lies.

    Raises NotJudged where it does not open, states no coordinates, or stands on a datum with no known way to CGCS2000.
    """
    import rasterio

    with rasterio.Env(GDAL_CACHEMAX=_CACHE_MB):
        try:
            raster = rasterio.open(path)
        except rasterio.errors.RasterioIOError as error:
            words = " ".join(str(error).split())[:120]
            raise NotJudged(
                Text("栅格文件打不开", "the raster does not open"), where=path.name, found=Text(words, words)
            ) from error
        with raster:
            yield raster, _lie(raster, path)


def _lie(raster: Any, path: Path) -> Lie:
    affine = tuple(float(one) for one in tuple(raster.transform)[:6])
    a, b, c, d, e, f = affine
    if raster.crs is None or raster.transform.is_identity or not a * e - b * d:
        raise NotJudged(
            Text("栅格没有坐标系或者没有地理定位", "the raster does not state its coordinates"),
            where=path.name,
            mend=Text(
                "请在 GIS 中定义坐标系（已有控制点的先纠正）。", "Define its projection in a GIS; rectify it first."
            ),
        )
    try:
        crs = datum.horizontal(CRS.from_user_input(raster.crs.to_wkt()))
        way = datum.path(crs)
    except CRSError as error:
        raise NotJudged(Text("栅格的坐标系读不懂", "the raster's system cannot be read"), where=path.name) from error
    degrees = bool(crs.is_geographic) and way.transformer is None and not b and not d
    return Lie(raster.width, raster.height, (a, b, c, d, e, f), way, degrees)
