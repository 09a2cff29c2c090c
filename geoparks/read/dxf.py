"""DXF drawings: closed polylines become polygons, texts inside them their names.

DXF has no attributes, no holes and usually no CRS. What geoparks itself wrote carries its attributes and rings in
extended data (APPID ``GEOPARKS``) and comes back whole.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geoparks.errors import UnreadableFile
from geoparks.read import encoding as encodings
from geoparks.read.archive import EMPTY
from geoparks.read.dxf_shapes import ARC_TOLERANCE_M, shape_of
from geoparks.read.gdal import unreadable
from geoparks.read.raw import RawLayer
from geoparks.read.rings import polygon_of_rings
from geoparks.text import Text

SUFFIXES = (".dxf",)
TITLE = Text("DXF", "DXF")
APP_ID = "GEOPARKS"
_MAX_BLOCK_DEPTH = 8
_MAX_ENTITIES = 2_000_000
_SHOWN = 20
_BINARY = b"AutoCAD Binary DXF"
_VERSION = re.compile(rb"\$ACADVER\s+1\s+(AC\d+)")
_CODE_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+(\S+)")


def read(path: Path) -> list[RawLayer]:
    """One layer with a row for every drawn thing, and the columns 图层 (DXF layer), 实体, 句柄, 文字."""
    data = path.read_bytes()
    if not data.strip():
        raise UnreadableFile(EMPTY, where=path.name, mend=Text("请重新复制。", "Copy it again."))
    if not data.startswith(_BINARY) and b"SECTION" not in data:
        raise unreadable(path, ValueError("no SECTION"))
    raw = RawLayer(path, "DXF", pd.DataFrame())
    drawing = _drawing(data, raw)
    rows: list[dict[str, Any]] = []
    geometries: list[BaseGeometry | None] = []
    texts: list[tuple[shapely.Point, str]] = []
    unread: Counter[str] = Counter()
    stroked = 0
    for number, entity in enumerate(_entities(drawing.modelspace())):
        if number >= _MAX_ENTITIES:
            raise UnreadableFile(
                Text(
                    f"图形超过 {_MAX_ENTITIES} 个实体（块参照展开后）",
                    f"more than {_MAX_ENTITIES} shapes in the drawing",
                ),
                where=path.name,
                mend=Text("请只导出边界所在的图层。", "Export only the layer with the boundaries."),
            )
        kind = entity.dxftype()
        if kind in ("TEXT", "MTEXT", "ATTRIB"):
            words = entity.plain_text() if kind == "MTEXT" else entity.dxf.text
            texts.append((shapely.Point(entity.dxf.insert.x, entity.dxf.insert.y), " ".join(words.split())))
            continue
        geometry, curved = shape_of(entity)
        if geometry is None:
            unread[kind] += 1
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
    if unread:
        words = ", ".join(f"{kind} × {count}" for kind, count in sorted(unread.items()))
        raw.repaired(
            "entity_passed_over", Text(f"未读取的实体：{words}", f"kinds of entity that are not read: {words}")
        )
    _georeference(drawing, raw)
    return [raw]


def _drawing(data: bytes, raw: RawLayer) -> Any:
    """The drawing, recovered as far as it goes; whatever had to be recovered is told, for it may have moved a boundary."""
    import ezdxf
    from ezdxf import recover

    whole, raw.encoding = _readable(data, raw)
    ends = data.startswith(_BINARY) or data.rstrip(b" \r\n\t\0\x1a").endswith(b"EOF")
    if not ends:
        raw.faulty(
            "file_truncated",
            Text("文件没有结束标记，后面的图形可能已丢失", "the file has no end mark; what came after may be lost"),
        )
        whole = _ended(whole)
    heard = BufferingHandler(capacity=10_000)
    logger = logging.getLogger("ezdxf")
    logger.addHandler(heard)
    try:
        drawing, auditor = recover.read(io.BytesIO(whole))
    except (OSError, ezdxf.DXFError, ValueError) as error:
        raise unreadable(raw.path, error) from error
    finally:
        logger.removeHandler(heard)
    said = [record.getMessage() for record in heard.buffer if record.levelno >= logging.WARNING]
    for words in [one for one in said if one.startswith("recovered invalid")][:_SHOWN]:
        raw.faulty(
            "geometry_unreadable", Text(f"图中有损坏的数字：{words}", f"a damaged number in the drawing: {words}")
        )
    others = [one for one in said if not one.startswith("recovered invalid")] + [one.message for one in auditor.errors]
    if others:
        raw.repaired(
            "drawing_recovered",
            Text(
                f"图形文件有 {len(others)} 处不合规，已跳过：{others[0]}",
                f"{len(others)} irregularities passed over: {others[0]}",
            ),
        )
    return drawing


def _ended(data: bytes) -> bytes:
    """A cut-off drawing with the end that it lacks, so that what came before can be read; lines come in pairs."""
    lines = data.splitlines()
    lines = lines[: (len(lines) - 1) // 2 * 2]
    return b"\n".join([*lines, b"  0", b"ENDSEC", b"  0", b"EOF", b""])


def _readable(data: bytes, raw: RawLayer) -> tuple[bytes, str]:
    """The file with its text in the encoding that its version and code page promise; many say ANSI_1252 and hold GBK.

    Since 2007 (AC1021) DXF is UTF-8; before, the header names a code page.
    """
    wide = [] if data.startswith(_BINARY) else [line for line in data.splitlines() if not line.isascii()]
    version, page = (match[1] if (match := one.search(data)) else b"" for one in (_VERSION, _CODE_PAGE))
    named = encodings.named(page.decode("latin-1").removeprefix("ANSI_")) or "cp1252"
    claimed = "utf-8" if version >= b"AC1021" else named
    found = encodings.detect(wide)
    if encodings.believable(wide, claimed, found):
        return data, claimed if wide else "utf-8"
    raw.repaired("encoding", encodings.recognised_as(found), old=claimed, new=encodings.TITLES.get(found, found))
    words = data.decode(found, "surrogateescape")
    if version >= b"AC1021":
        return words.encode("utf-8", "surrogateescape"), found
    words = words.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _CODE_PAGE.sub(b"$DWGCODEPAGE\n  3\nANSI_936", words.encode("gbk", "dxfreplace"), 1), found


def _entities(space: Any, depth: int = 0) -> Iterator[Any]:
    """Everything drawn, with block references taken apart, their attributes as texts."""
    for entity in space:
        if entity.dxftype() != "INSERT" or depth >= _MAX_BLOCK_DEPTH:
            yield entity
            continue
        for one in entity.multi_insert() if entity.mcount > 1 else (entity,):
            yield from one.attribs
            yield from _entities(one.virtual_entities(), depth + 1)


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
        whole.append(_together([array[one] for one in (first, *rest)]))
    kept = table.loc[keep].drop(columns=["#feature"]).reset_index(drop=True)
    return kept, np.array(whole, dtype=object)


def _together(shapes: list[BaseGeometry]) -> BaseGeometry | None:
    """The shapes of one feature as one geometry: rings by containment, lines and points as collections of their kind."""
    if len(shapes) == 1:
        return shapes[0]
    kinds = {one.geom_type for one in shapes}
    if kinds == {"Polygon"}:
        return polygon_of_rings([list(one.exterior.coords)[:-1] for one in shapes])
    if kinds == {"LineString"}:
        return shapely.MultiLineString(shapes)
    return shapely.MultiPoint(shapes) if kinds == {"Point"} else shapely.GeometryCollection(shapes)


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
