"""A layer of polygons made ready to be measured: sound, with a vertex every 70 m, in the equal-area plane.

Where there are many and kernels can be used, as flat arrays; else as geometry objects. Both have the same coordinates,
to the bit, and whoever measures need not know which it is.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS

from geoparks.errors import UnreadableFile
from geoparks.kernel.ready import ready
from geoparks.kernel.threads import in_pieces
from geoparks.measure.plane import in_plane, to_plane
from geoparks.measure.strips import Edges, edges_of
from geoparks.normalise.datum import path as way
from geoparks.normalise.geometry import step_of
from geoparks.normalise.placement import Placement
from geoparks.text import Text, same

if TYPE_CHECKING:
    from geoparks.kernel.rings import Rings

Array = np.ndarray[Any, Any]
_SHOWN = 5
_NEARLY = 0.999


@dataclass(frozen=True)
class Polygons:
    """Polygons in the equal-area plane, by position."""

    flat: Rings | None
    """Oriented; None where they are objects."""
    objects: Array | None
    """In the plane; None where they are arrays, or not yet needed there."""
    lonlat: Array | None = None
    """Objects in EPSG:4490, where that is what there is."""
    derived: dict[str, Any] = field(default_factory=dict)
    """What was computed from them once: an index, pieces."""

    def __len__(self) -> int:
        return next(len(one) for one in (self.flat, self.objects, self.lonlat, ()) if one is not None)

    @cached_property
    def shapes(self) -> Array:
        """The polygons as objects, in the equal-area plane."""
        if self.flat is not None:
            return self.flat.shapes()
        return self.some(slice(None))

    def some(self, which: Any) -> Array:
        """A few of them as objects."""
        if self.flat is not None:
            return self.flat.some(which).shapes()
        if self.objects is not None:
            return self.objects[which]
        assert self.lonlat is not None
        return to_plane(self.lonlat[which])

    @cached_property
    def edges(self) -> Edges:
        """Their edges, for whoever has no kernels."""
        return edges_of(self.shapes) if self.lonlat is None else edges_of(self.lonlat, in_plane)

    @cached_property
    def extents(self) -> tuple[Array, Array]:
        """Extents and areas."""
        if self.flat is None:
            return shapely.bounds(self.shapes), np.nan_to_num(shapely.area(self.shapes))
        from geoparks.kernel.rings import extents

        return extents(self.flat)


@dataclass(frozen=True)
class Opened:
    """Polygons as they were found."""

    where: str
    column: Any
    """Their well-known bytes, as an Arrow column; None where they are objects."""
    shapes: Array
    crs: CRS | None

    def __len__(self) -> int:
        return len(self.shapes) if self.column is None else len(self.column)


def opened(source: Any) -> Opened:
    """A GeoParquet or GeoPackage (by path), a GeoDataFrame or a GeoSeries, looked into and no more."""
    if isinstance(source, str | os.PathLike):
        from geoparks.read.flat import column_of

        path = Path(source)
        column, crs = column_of(path)
        return Opened(path.name, column, np.empty(0, dtype=object), crs)
    series = source.geometry
    return Opened("geometry", None, np.array(series.to_numpy(), dtype=object), series.crs)


def polygons_of(source: Any, *, many: bool | None = None) -> Polygons:
    """Polygons of a GeoParquet or GeoPackage (by path), a GeoDataFrame, a GeoSeries, or what is `opened` already.

    `many` says whether to use kernels; None: where they pay. A missing or empty geometry takes part in nothing.

    Raises UnreadableFile where a file does not open, declares no coordinate system, or holds something that is not a
    valid polygon (with the rows), NotJudged where its system has no known way to CGCS2000.
    """
    found = source if isinstance(source, Opened) else opened(source)
    placement = _placement(found)
    if ready(len(found)) if many is None else many:
        rings = _sound_rings(found, placement)
        if rings is not None:
            from geoparks.kernel.lonlat import in_plane
            from geoparks.kernel.rings import oriented

            return Polygons(oriented(in_plane(rings)), None)
    return Polygons(None, None, _sound_shapes(found, placement))


def in_lonlat(source: Any) -> Rings | Array:
    """The same polygons in EPSG:4490: rings where kernels pay, else objects. Takes and raises what `polygons_of` does."""
    found = source if isinstance(source, Opened) else opened(source)
    placement = _placement(found)
    rings = _sound_rings(found, placement) if ready(len(found)) else None
    return _sound_shapes(found, placement) if rings is None else rings


def _placement(found: Opened) -> Placement:
    if found.crs is None:
        raise UnreadableFile(
            Text("没有坐标系", "no coordinate system"),
            where=found.where,
            mend=Text(
                "请在数据里写明坐标系（GeoDataFrame 用 .set_crs）。", "Declare it (.set_crs for a GeoDataFrame)."
            ),
        )
    return Placement(found.crs.name, same(""), found.crs, way(found.crs))


def _sound_shapes(found: Opened, placement: Placement) -> Array:
    """As objects with a vertex at least every 70 m in EPSG:4490; a piece at a time, for GEOS works on several threads."""
    from geoparks.read.flat import shapes_of_column

    def piece(first: int, last: int) -> tuple[Array, Array]:
        column = found.column
        shapes = (
            found.shapes[first:last].copy() if column is None else shapes_of_column(column.slice(first, last - first))
        )
        wrong = _unfit(shapes)
        shapes[wrong] = None
        lonlat = _dense(shapes, step_of(placement))
        if placement.path.transformer is not None:
            lonlat = shapely.transform(lonlat, placement.path.to_lonlat)
        return lonlat, np.flatnonzero(wrong) + first

    pieces = in_pieces(len(found), piece)
    wrong = np.concatenate([np.empty(0, dtype=np.int64), *(one for _, one in pieces)])
    if len(wrong):
        shapes = found.shapes[wrong] if found.column is None else shapes_of_column(found.column.take(wrong))
        _refuse(found.where, shapes, wrong)
    return np.concatenate([np.empty(0, dtype=object), *(one for one, _ in pieces)])


def _dense(shapes: Array, step: float) -> Array:
    """What `shapely.segmentize` makes, which is asked only about those with an edge that may be longer than the step."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    along = np.diff(coordinates, axis=0)
    long = np.einsum("ij,ij->i", along, along) > (step * _NEARLY) ** 2
    long &= owner[1:] == owner[:-1]  # from one ring of a polygon to the next counts too, which does no harm
    some = np.unique(owner[:-1][long])
    if len(some):
        shapes = shapes.copy()
        shapes[some] = shapely.segmentize(shapes[some], step)
    return shapes


def _sound_rings(found: Opened, placement: Placement) -> Rings | None:
    """The same by kernels; None where something is not a plain polygon."""
    from geoparks.kernel.doubtful import doubtful
    from geoparks.kernel.rings import oriented

    drawn, lonlat = _drawn_and_lonlat(found, placement)
    if drawn is None or lonlat is None:
        return None
    doubt = np.flatnonzero(doubtful(oriented(drawn)))  # as drawn: what was straight there is bent in the plane
    if len(doubt):
        _refuse(found.where, drawn.some(doubt).shapes(), doubt)
    return lonlat


def _drawn_and_lonlat(found: Opened, placement: Placement) -> tuple[Rings | None, Rings | None]:
    """Rings as drawn, and with a vertex every 70 m in EPSG:4490; None where something is not a plain polygon."""
    from geoparks.kernel.densify import densified
    from geoparks.kernel.rings import Rings
    from geoparks.read.flat import rings_of_column, rings_of_shapes

    drawn = rings_of_column(found.column) if found.column is not None else rings_of_shapes(found.shapes)
    if drawn is None:
        return None, None
    dense = densified(drawn, step_of(placement))
    if placement.path.transformer is None:
        return drawn, dense
    lonlat = placement.path.to_lonlat(dense.xy)
    if not np.isfinite(lonlat).all():
        return drawn, None
    return drawn, Rings(lonlat, dense.ring, dense.feature, dense.hole)


def areas_of_file(path: str | os.PathLike[str]) -> Array:
    """Area in m² on the CGCS2000 ellipsoid of every geometry of a file, in its order, as `geoparks.area` measures a table."""
    import geopandas as gpd

    from geoparks.measure.area import area

    found = opened(path)
    column, crs = found.column, found.crs
    if crs is not None and ready(len(found)):
        from geoparks.kernel.area import areas
        from geoparks.kernel.doubtful import doubtful
        from geoparks.kernel.rings import oriented

        drawn, lonlat = _drawn_and_lonlat(found, Placement(crs.name, same(""), crs, way(crs)))
        if drawn is not None and lonlat is not None:
            result = areas(lonlat)
            result[np.diff(drawn.feature) == 0] = np.nan
            doubt = np.flatnonzero(doubtful(oriented(drawn)))
            missing = np.flatnonzero(np.isnan(result))
            again = np.union1d(doubt, missing)
            if len(again):
                result[again] = area(gpd.GeoSeries(gpd.GeoSeries.from_wkb(column.take(again).to_pylist(), crs=crs)))
            return result
    from geoparks.read.flat import shapes_of_column

    whole: Array = area(gpd.GeoSeries(shapes_of_column(column), crs=crs)).to_numpy()
    return whole


def _refuse(where: str, shapes: Array, rows: Array) -> None:
    """Stop where something is not a valid polygon: areas by winding numbers would be wrong, and nobody would see it."""
    bad = np.flatnonzero(_unfit(shapes))
    if not len(bad):
        return
    named = "、".join(f"{rows[one] + 1}" for one in bad[:_SHOWN].tolist())
    why = str(shapely.is_valid_reason(shapes[bad[0]])).split("[")[0]
    raise UnreadableFile(
        Text(f"{len(bad)} 个图形不合格或不是面", f"{len(bad)} geometries are invalid or no polygons"),
        where=where,
        found=Text(f"第 {named} 行（{why}）", f"rows {named} ({why})"),
        expected=Text("有效的面", "valid polygons"),
        mend=Text("请先修复（geoparks repair，或 shapely 的 make_valid）。", "Mend them first (geoparks repair, or make_valid of shapely)."),
    )  # fmt: skip


def _unfit(shapes: Array) -> Array:
    """Which geometries are there, and no valid polygons."""
    wrong = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes) | np.isin(shapely.get_type_id(shapes), (3, 6)))
    wrong |= ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    return wrong
