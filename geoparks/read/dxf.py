"""DXF drawings: closed polylines become polygons, texts inside them their names.

DXF has no attributes, no holes and usually no CRS. What geoparks itself wrote carries its attributes and rings in
extended data (APPID ``GEOPARKS``) and comes back whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geoparks.read.gdal import unreadable
from geoparks.read.raw import RawLayer
from geoparks.read.rings import polygon_of_rings
from geoparks.text import Text

SUFFIXES = (".dxf",)
TITLE = Text("DXF", "DXF")
APP_ID = "GEOPARKS"
ARC_TOLERANCE_M = 0.005
_CLOSING_GAP = 0.001
_MAX_BLOCK_DEPTH = 8


def read(path: Path) -> list[RawLayer]:
    """One layer with a row for every drawn thing, and the columns 图层 (DXF layer), 实体, 句柄, 文字."""
    import ezdxf
    from ezdxf import recover

    try:
        drawing, _ = recover.readfile(path)
    except (OSError, ezdxf.DXFError, ValueError) as error:
        raise unreadable(path, error) from error
    raw = RawLayer(path, "DXF", pd.DataFrame(), encoding=drawing.encoding)
    rows: list[dict[str, Any]] = []
    geometries: list[BaseGeometry | None] = []
    texts: list[tuple[shapely.Point, str]] = []
    stroked = 0
    for entity in _entities(drawing.modelspace()):
        kind = entity.dxftype()
        if kind in ("TEXT", "MTEXT"):
            words = entity.plain_text() if kind == "MTEXT" else entity.dxf.text
            texts.append((shapely.Point(entity.dxf.insert.x, entity.dxf.insert.y), words.strip()))
            continue
        geometry, curved = _geometry(entity)
        if geometry is None:
            continue
        stroked += curved
        geometries.append(geometry)
        rows.append({"图层": entity.dxf.layer, "实体": kind, "句柄": entity.dxf.handle or "", **_own_values(entity)})
    raw.table, raw.geometry = _with_own_rings(pd.DataFrame(rows), geometries)
    _name_by_texts(raw, texts)
    if stroked:
        raw.repaired(
            "arc_stroked",
            Text(
                f"{stroked} 个圆弧段已按折线处理，弦高不超过 {ARC_TOLERANCE_M} 图形单位",
                f"{stroked} curved shapes became lines, within {ARC_TOLERANCE_M} drawing units",
            ),
        )
    _georeference(drawing, raw)
    return [raw]


def _entities(space: Any, depth: int = 0) -> Iterator[Any]:
    """Everything drawn, with block references taken apart."""
    for entity in space:
        if entity.dxftype() == "INSERT" and depth < _MAX_BLOCK_DEPTH:
            yield from _entities(entity.virtual_entities(), depth + 1)
        else:
            yield entity


def _geometry(entity: Any) -> tuple[BaseGeometry | None, bool]:
    """The shape of an entity, and whether arcs were stroked into lines."""
    from ezdxf import path as paths

    kind = entity.dxftype()
    if kind == "POINT":
        return shapely.Point(entity.dxf.location.x, entity.dxf.location.y), False
    if kind == "HATCH":
        rings = [[(point.x, point.y) for point in one.flattening(ARC_TOLERANCE_M)] for one in paths.from_hatch(entity)]
        return polygon_of_rings([ring[:-1] if ring[0] == ring[-1] else ring for ring in rings if len(ring) > 2]), False
    if kind not in ("LWPOLYLINE", "POLYLINE", "LINE", "CIRCLE", "ELLIPSE", "ARC", "SPLINE"):
        return None, False
    try:
        shape = paths.make_path(entity)
    except TypeError:
        return None, False
    vertices = [(point.x, point.y) for point in shape.flattening(ARC_TOLERANCE_M)]
    if len(vertices) < 2:
        return None, False
    closed = shape.is_closed or _gap(vertices) <= _CLOSING_GAP
    if closed and len(vertices) >= 4:
        return shapely.Polygon(vertices), bool(shape.has_curves)
    return shapely.LineString(vertices), bool(shape.has_curves)


def _gap(vertices: list[tuple[float, float]]) -> float:
    (x0, y0), (x1, y1) = vertices[0], vertices[-1]
    return float(np.hypot(x1 - x0, y1 - y0))


def _own_values(entity: Any) -> dict[str, str]:
    """Attributes that geoparks wrote beside an entity: ``name=value`` strings, feature and ring numbers."""
    if not entity.has_xdata(APP_ID):
        return {}
    values = [str(tag.value) for tag in entity.get_xdata(APP_ID) if tag.code == 1000]
    return dict(value.partition("=")[::2] for value in values if "=" in value)


def _with_own_rings(
    table: pd.DataFrame, geometries: list[BaseGeometry | None]
) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """Rings that belong to one feature of geoparks' own writing, put together again."""
    array = np.array(geometries, dtype=object)
    if "#feature" not in table:
        return table, array
    feature = table["#feature"].where(table["#feature"].notna(), table["句柄"].map(lambda handle: f"/{handle}"))
    keep, whole = [], []
    for _, positions in table.groupby(feature, sort=False).groups.items():
        first, *rest = list(positions)
        keep.append(first)
        if rest:
            whole.append(polygon_of_rings([list(array[one].exterior.coords)[:-1] for one in (first, *rest)]))
        else:
            whole.append(array[first])
    kept = table.loc[keep].drop(columns=["#feature"]).reset_index(drop=True)
    return kept, np.array(whole, dtype=object)


def _name_by_texts(raw: RawLayer, texts: list[tuple[shapely.Point, str]]) -> None:
    """Put a text that stands inside exactly one polygon into the column 文字 of that polygon."""
    raw.table["文字"] = None
    if not texts or raw.geometry is None or not len(raw.geometry):
        return
    tree = shapely.STRtree(raw.geometry)
    which, owner = tree.query(np.array([place for place, _ in texts], dtype=object), predicate="within")
    for index, (_, words) in enumerate(texts):
        owners = owner[which == index]
        if len(owners) == 1:
            before = raw.table.at[int(owners[0]), "文字"]
            raw.table.at[int(owners[0]), "文字"] = f"{before} {words}" if before else words


def _georeference(drawing: Any, raw: RawLayer) -> None:
    """A drawing with GEODATA says its CRS, and may be drawn in a local system that a matrix leads out of."""
    from ezdxf.math import Vec3

    geodata = drawing.modelspace().get_geodata()
    if geodata is None or raw.geometry is None:
        return
    try:
        matrix, epsg = geodata.get_crs_transformation(no_checks=True)
    except Exception as error:  # ezdxf raises several kinds for incomplete definitions
        raw.repaired(
            "geodata_unusable",
            Text(f"图内地理定位信息不完整：{error}", f"the drawing's geodata are incomplete: {error}"),
        )
        return

    def out(coordinates: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.array([(one.x, one.y) for one in matrix.transform_vertices(Vec3.list(coordinates))])

    raw.geometry = shapely.transform(raw.geometry, out)
    raw.crs, raw.crs_from = CRS.from_epsg(epsg), Text("图内地理定位信息", "the drawing's geodata")
