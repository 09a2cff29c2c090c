"""Formats that GDAL writes: GeoPackage, FileGDB, GeoJSON, KML, FlatGeobuf."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geoparks.errors import WorkspaceError
from geoparks.read import aside
from geoparks.text import Text
from geoparks.write import Outgoing, plain_table

SUFFIXES = (".gpkg", ".gdb", ".geojson", ".json", ".kml", ".fgb")
TITLE = Text("GeoPackage、FileGDB、GeoJSON、KML", "GeoPackage, FileGDB, GeoJSON, KML")

_DRIVERS = {
    ".gpkg": "GPKG", ".gdb": "OpenFileGDB", ".geojson": "GeoJSON", ".json": "GeoJSON", ".kml": "LIBKML", ".fgb": "FlatGeobuf",
}  # fmt: skip
# GeoPackage 1.2 is read without a warning by the GDAL of older desktop programs.
_OPTIONS: dict[str, dict[str, Any]] = {
    ".gpkg": {"dataset_options": {"VERSION": "1.2"}},
    ".fgb": {"SPATIAL_INDEX": "NO"},
    ".geojson": {"RFC7946": "NO", "COORDINATE_PRECISION": "9"},
    ".json": {"RFC7946": "NO", "COORDINATE_PRECISION": "9"},
}
_IN_DEGREES = {".geojson", ".json", ".kml"}
_TAKEN = {".gpkg": {"fid"}, ".gdb": {"objectid", "shape_length", "shape_area"}}
"""Names of fields, in small letters, that a format fills in itself."""
_EXACT_IN_A_DOUBLE = 2**53
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NO_CLOCK = {"OGR_CURRENT_DATE": "1970-01-01T00:00:00.000Z"}


def write(layer: Outgoing, path: Path, *, append: bool = False) -> None:
    """Write one layer; GeoJSON and KML hold longitude and latitude only and refuse anything else."""
    import pyogrio

    suffix = path.suffix.lower()
    geometry, crs = layer.geometry, layer.crs
    if suffix in _IN_DEGREES and geometry is not None:
        if crs is None or not crs.is_geographic:
            raise WorkspaceError(
                Text("此格式只能存经纬度", "this format holds longitude and latitude only"),
                where=path.name,
                mend=Text("请加 --epsg 4490。", "Add --epsg 4490."),
            )
        crs = CRS.from_epsg(4326)
        if suffix == ".kml":
            layer.notes.append(
                Text("KML 按规定写为 WGS 84，坐标不变", "KML is WGS 84 by definition; coordinates are unchanged")
            )
    table = plain_table(layer.table)
    table = _holdable(table, suffix, layer.notes)
    if suffix == ".kml":
        table = _named(table)
    pyogrio.set_gdal_config_options(_NO_CLOCK)
    frame: Any = table
    if geometry is not None:
        frame = gpd.GeoDataFrame(table, geometry=_one_kind(geometry), crs=crs)
    try:
        with aside.writable(path) as target:
            pyogrio.write_dataframe(
                frame, target, driver=_DRIVERS[suffix], layer=layer.name, append=append, **_OPTIONS.get(suffix, {})
            )
    except (
        pyogrio.errors.FeatureError,
        pyogrio.errors.GeometryError,
        pyogrio.errors.FieldError,
        pyogrio.errors.DataLayerError,
    ) as error:
        raise _refused(path, error, geometry) from error


def _holdable(table: pd.DataFrame, suffix: str, notes: list[Text]) -> pd.DataFrame:
    """Attributes under names, and of kinds, that the format has not taken for itself; what was changed is noted."""
    table = table.copy()
    renamed = {name: _free(name, table) for name in table.columns if str(name).lower() in _TAKEN.get(suffix, ())}
    if renamed:
        words = "、".join(f"{old} → {new}" for old, new in renamed.items())
        notes.append(
            Text(f"与格式保留字段同名的列已改名：{words}", f"columns with names that the format keeps: {words}")
        )
        table = table.rename(columns=renamed)
    if suffix == ".gdb":
        for name in table.columns:
            if pd.api.types.is_integer_dtype(table[name]) and (table[name].abs() > _EXACT_IN_A_DOUBLE).any():
                table[name] = table[name].astype(str)
                notes.append(
                    Text(f"“{name}”的整数过长，按文字写入", f"the whole numbers of {name} are too long and became text")
                )
    if suffix == ".kml":
        cleaned = table.map(lambda value: _CONTROL.sub("", value) if isinstance(value, str) else value)
        if changed := int((cleaned.ne(table) & table.notna()).to_numpy().sum()):
            notes.append(
                Text(
                    f"{changed} 个值含控制字符，已去掉控制字符",
                    f"control characters were taken out of {changed} values",
                )
            )
        table = cleaned
    return table


def _free(name: str, table: pd.DataFrame) -> str:
    taken = {str(one).lower() for one in table.columns}
    return next(new for number in count(1) if (new := f"{name}_{number}").lower() not in taken)


def _refused(path: Path, error: Exception, geometry: np.ndarray | None) -> WorkspaceError:
    """The error for features that a format cannot hold: KML, for one, takes no outline that crosses itself."""
    bad = (
        []
        if geometry is None
        else (np.flatnonzero(~shapely.is_valid(geometry) & ~shapely.is_missing(geometry)) + 1).tolist()
    )
    rows = "、".join(map(str, bad[:10]))
    return WorkspaceError(
        Text("此格式存不下某些要素", "the format cannot hold some of the features"),
        where=path.name,
        found=Text(f"第 {rows} 个要素图形无效", f"features {rows} are not valid")
        if bad
        else Text(str(error)[:120], str(error)[:120]),
        mend=Text("请先改正图形，或写成 .gpkg。", "Mend the geometry first, or write .gpkg."),
    )


def _one_kind(geometry: np.ndarray) -> np.ndarray:
    """Polygons as multipolygons where both occur, so that a typed layer takes them."""
    kinds = set(shapely.get_type_id(geometry[~shapely.is_missing(geometry)]).tolist())
    for single, multi in ((3, 6), (1, 5), (0, 4)):
        if kinds == {single, multi}:
            return np.array([_as_multi(one) for one in geometry], dtype=object)
    return geometry


def _as_multi(geometry: Any) -> Any:
    makers = {"Polygon": shapely.MultiPolygon, "LineString": shapely.MultiLineString, "Point": shapely.MultiPoint}
    return geometry if geometry is None or geometry.geom_type not in makers else makers[geometry.geom_type]([geometry])


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """KML shows the field Name: it takes the column that reads like a name."""
    if "Name" in table:
        return table
    names = ("name", "名称", "区块名称", "地块名称", "园区名称", "DKMC", "block_id", "parcel_id", "id")
    source = next((name for name in names if name in table), None)
    return (
        table.rename(columns={source: "Name"})
        if source in ("name",)
        else table.assign(Name=table[source])
        if source
        else table
    )
