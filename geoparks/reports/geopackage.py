"""The evidence as a GeoPackage, for ArcGIS and QGIS: polygons and points with what they prove."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry import shape

from geoparks import words
from geoparks.document import Document
from geoparks.text import Lang, Text
from geoparks.write import Outgoing, gdal

_FIELDS: tuple[tuple[str, Text], ...] = (
    ("rule", Text("规则", "rule")), ("code", Text("问题代码", "code")), ("severity", Text("严重程度", "severity")),
    ("layer", Text("图层", "layer")), ("id", Text("编号", "id")), ("name", Text("名称", "name")), ("park", Text("园区编号", "park_id")),
    ("other", Text("相关对象", "other")), ("message", Text("问题", "message")), ("measured", Text("实测", "measured")),
    ("expected", Text("要求", "expected")), ("area_mu", Text("面积_亩", "area_mu")), ("area_m2", Text("椭球面积_平方米", "area_m2")),
    ("area_planar_m2", Text("平面面积_平方米", "area_planar_m2")), ("article", Text("依据", "article")),
    ("accepted", Text("已接受", "accepted")),
)  # fmt: skip
_LAYERS = (
    ("evidence_polygons", ("Polygon", "MultiPolygon")),
    ("evidence_points", ("Point", "MultiPoint")),
    ("evidence_lines", ("LineString", "MultiLineString", "GeometryCollection")),
)


def write(content: Document, path: Path) -> None:
    """Write ``evidence.gpkg`` in EPSG:4490; a layer for each kind of geometry that occurs, and one for findings without."""
    lang: Lang = content["lang"]
    findings = content["findings"]
    shapes = [shape(one["evidence"]) if one["evidence"] else None for one in findings]
    table = pd.DataFrame([_row(one, lang) for one in findings], columns=[title.to(lang) for _, title in _FIELDS])
    written = 0
    for name, kinds in _LAYERS:
        keep = np.array([one is not None and one.geom_type in kinds for one in shapes], dtype=bool)
        if keep.any():
            geometry = np.array([one for one, kept in zip(shapes, keep, strict=True) if kept], dtype=object)
            part = table[keep].reset_index(drop=True)
            gdal.write(Outgoing(name, part, _multi(geometry), CRS.from_epsg(4490)), path, append=written > 0)
            written += 1
    without = np.array([one is None for one in shapes], dtype=bool)
    if without.any() or not written:
        gdal.write(
            Outgoing("findings_without_place", table[without].reset_index(drop=True), None, None),
            path,
            append=written > 0,
        )


def _row(one: dict[str, Any], lang: Lang) -> list[Any]:
    return [
        one["rule"], one["code"], words.SEVERITY[one["severity"]].to(lang), one["subject"]["layer"], one["subject"]["id"],
        one["subject"]["name"], one["park"], one["other"]["id"] if one["other"] else None, one["message"][lang],
        words.measured(one, lang), words.expected(one, lang), one["area_mu"], one["area_m2"], one["area_planar_m2"],
        words.article(one["citation"]), one["accepted"] is not None,
    ]  # fmt: skip


def _multi(geometry: np.ndarray) -> np.ndarray:
    """Single polygons and points as multi ones, so that a layer is of one kind."""
    makers = {"Polygon": shapely.MultiPolygon, "Point": shapely.MultiPoint, "LineString": shapely.MultiLineString}
    return np.array(
        [makers[one.geom_type]([one]) if one.geom_type in makers else one for one in geometry], dtype=object
    )
