"""The official coordinate TXT: CGCS2000, a 3° zone with its number before the easting, metres to the millimetre."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geoparks import units
from geoparks.catalog.codes import plain
from geoparks.errors import WorkspaceError
from geoparks.measure.area import ellipsoidal_area
from geoparks.normalise.datum import path as way
from geoparks.normalise.zones import Zone, local_zone
from geoparks.text import Text
from geoparks.write import Outgoing

SUFFIXES = (".txt",)
TITLE = Text("坐标 TXT（地块坐标）", "coordinate TXT")

_COLUMNS = {
    "id": ("地块编号", "DKBH", "block_id", "parcel_id", "区块编号", "宗地编号", "编号", "id"),
    "name": ("地块名称", "DKMC", "name", "区块名称", "宗地名称", "名称"),
    "sheet": ("图幅号", "TFH"),
    "use": ("地块用途", "DKYT", "use_name", "用途"),
    "code": ("地类编码", "DLBM", "use_code"),
}
_MEASURED = ("地块面积", "图形属性")  # what the writer states itself
_SHOWN = 8


def write(layer: Outgoing, path: Path) -> None:
    """One file of parcels; geometry must have a known way to CGCS2000."""
    if layer.geometry is None or layer.crs is None:
        raise WorkspaceError(
            Text("坐标 TXT 需要图形和已知的坐标系", "a coordinate TXT needs geometry and a known CRS"),
            where=path.name,
            mend=Text("请加 --from-epsg 写明原坐标系。", "Say the CRS with --from-epsg."),
        )
    lonlat = shapely.transform(layer.geometry, way(layer.crs).to_lonlat)
    zone = _zone(layer.crs, lonlat)
    target = CRS.from_epsg(zone.epsg)
    plane = layer.geometry
    if not layer.crs.equals(target):
        plane = shapely.transform(lonlat, way(target).to_own)
        layer.notes.append(
            Text(
                f"坐标 TXT 按规定写为 3 度带第 {zone.number} 带、带带号的坐标（EPSG:{zone.epsg}）",
                f"a coordinate TXT has a 3° zone by definition: written in zone {zone.number} with its number (EPSG:{zone.epsg})",
            )
        )
    columns = {key: _column(layer.table, names) for key, names in _COLUMNS.items()}
    _tell_left_out(layer)
    areas = ellipsoidal_area(lonlat)
    lines = _head(zone)
    for position in range(len(plane)):
        geometry = plane[position]
        if geometry is None or geometry.is_empty:
            layer.notes.append(
                Text(
                    f"第 {position + 1} 个要素没有图形，未写入",
                    f"feature {position + 1} has no geometry and is left out",
                )
            )
            continue
        values = {key: _word(column, position) for key, column in columns.items()}
        lines += _block(geometry, values, units.to_ha(float(areas[position])))
    path.write_text("\r\n".join(lines) + "\r\n", encoding="gb18030", newline="")


def _tell_left_out(layer: Outgoing) -> None:
    """Say which columns the format has no place for; the area it has is that of the geometry."""
    known = {plain(name) for names in (*_COLUMNS.values(), _MEASURED) for name in names}
    left_out = [str(name) for name in layer.table.columns if plain(str(name)) not in known]
    if left_out:
        names = "、".join(left_out[:_SHOWN]) + ("…" if len(left_out) > _SHOWN else "")
        layer.notes.append(
            Text(
                f"坐标 TXT 存不下的列未写入：{names}",
                f"columns that a coordinate TXT has no place for are left out: {names}",
            )
        )


def _zone(crs: CRS, lonlat: np.ndarray) -> Zone:
    """The 3° zone of the file itself where it has one, else the zone of the middle of all features."""
    for number in range(25, 46):
        for prefixed in (True, False):
            if crs.to_epsg() == Zone(3, number, prefixed).epsg:
                return Zone(3, number, True)
    west, _, east, _ = shapely.total_bounds(lonlat)
    return Zone(3, local_zone((west + east) / 2).number, True)


def _head(zone: Zone) -> list[str]:
    return [
        "[属性描述]", "格式版本号=1.01", "数据产生单位=", "数据产生日期=", "坐标系=2000国家大地坐标系", "几度分带=3",
        "投影类型=高斯克吕格", "计量单位=米", f"带号={zone.number}", "精度=0.001", "转换参数=,,,,,,", "[地块坐标]",
    ]  # fmt: skip


def _block(geometry: Any, values: dict[str, str], hectares: float) -> list[str]:
    kind = "面" if geometry.geom_type in ("Polygon", "MultiPolygon") else "线" if "Line" in geometry.geom_type else "点"
    points = []
    for number, ring in enumerate(_rings(geometry), start=1):
        closed = kind == "面"
        for index, (east, north) in enumerate(ring):
            points.append(f"J{index + 1},{number},{north:.3f},{east:.3f}")
        if closed:
            east, north = ring[0]
            points.append(f"J1,{number},{north:.3f},{east:.3f}")
    area = f"{hectares:.4f}" if kind == "面" else ""
    head = [
        str(len(points)),
        area,
        values["id"],
        values["name"],
        kind,
        values["sheet"],
        values["use"],
        values["code"],
        "@",
    ]
    return [",".join(head), *points]


def _rings(geometry: Any) -> list[list[tuple[float, float]]]:
    """Rings without their closing point: shells clockwise from the north-west corner, holes the other way."""
    result = []
    for part in shapely.get_parts(geometry):
        if part.geom_type != "Polygon":
            result.append([(x, y) for x, y in part.coords])
            continue
        for ring, clockwise in ((part.exterior, True), *((hole, False) for hole in part.interiors)):
            points = [(x, y) for x, y in ring.coords][:-1]
            if ring.is_ccw == clockwise:
                points.reverse()
            west, north = min(x for x, _ in points), max(y for _, y in points)
            start = min(range(len(points)), key=lambda i: (points[i][0] - west) ** 2 + (points[i][1] - north) ** 2)
            result.append(points[start:] + points[:start])
    return result


def _column(table: pd.DataFrame, names: tuple[str, ...]) -> pd.Series | None:
    wanted = {plain(name) for name in names}
    found = next((name for name in table.columns if plain(str(name)) in wanted), None)
    return table[found] if found is not None else None


def _word(column: pd.Series | None, position: int) -> str:
    value = None if column is None else column.iloc[position]
    if value is None or value != value:
        return ""
    words = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return words.replace(",", "，").replace("\n", " ")
