"""DXF: every ring a closed polyline, attributes and ring numbers in extended data, the name as text inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from geoparks.errors import WorkspaceError
from geoparks.read.dxf import APP_ID
from geoparks.text import Text
from geoparks.write import Outgoing, plain_table

SUFFIXES = (".dxf",)
TITLE = Text("DXF", "DXF")

_XDATA_BYTES = 250
_LABELS = (
    "name",
    "名称",
    "区块名称",
    "地块名称",
    "园区名称",
    "DKMC",
    "文字",
    "block_id",
    "parcel_id",
    "地块编号",
    "DKBH",
    "id",
)


def write(layer: Outgoing, path: Path) -> None:
    """One layer; coordinates as they are, so a projected CRS with the zone number is what others will recognise."""
    import ezdxf
    from ezdxf.enums import TextEntityAlignment

    if layer.geometry is None:
        raise WorkspaceError(Text("没有图形，不能写成 DXF", "no geometry: cannot be a DXF"), where=path.name)
    drawing = ezdxf.new("R2010")
    drawing.header["$INSUNITS"] = 6  # metres
    drawing.appids.add(APP_ID)
    drawing.layers.add(layer.name)
    drawing.layers.add(layer.name + "_注记")
    space = drawing.modelspace()
    table = plain_table(layer.table)
    label = next((name for name in _LABELS if name in table), None)
    cut = without = broken = 0
    for number, (geometry, (_, row)) in enumerate(zip(layer.geometry, table.iterrows(), strict=True), start=1):
        if geometry is None or geometry.is_empty:
            without += 1
            continue
        values, lost = _xdata(row, number)
        broken += sum(isinstance(value, str) and len(value.splitlines()) > 1 for value in row)
        cut += lost
        for shape in _shapes(geometry, space, layer.name):
            shape.set_xdata(APP_ID, values)
        if label and isinstance(row[label], str) and geometry.geom_type in ("Polygon", "MultiPolygon"):
            inside = geometry.representative_point()
            height = max(1.0, geometry.area**0.5 / 20)
            text = space.add_text(row[label], height=height, dxfattribs={"layer": layer.name + "_注记"})
            text.set_placement((inside.x, inside.y), align=TextEntityAlignment.LEFT)
    if without:
        layer.notes.append(
            Text(f"{without} 个要素没有图形，未写入 DXF", f"{without} features have no geometry and are left out")
        )
    if broken:
        layer.notes.append(
            Text(f"{broken} 个属性值中的换行改为空格", f"line breaks in {broken} attribute values became blanks")
        )
    if cut:
        layer.notes.append(Text(f"{cut} 个过长的属性值未写入 DXF", f"{cut} attribute values were too long for DXF"))
    if layer.crs is not None:
        layer.notes.append(
            Text(f"DXF 不记录坐标系：坐标为 {layer.crs.name}", f"DXF names no CRS: coordinates are {layer.crs.name}")
        )
    drawing.saveas(path)


def _shapes(geometry: Any, space: Any, name: str) -> list[Any]:
    made = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                made.append(space.add_lwpolyline(list(ring.coords)[:-1], close=True, dxfattribs={"layer": name}))
        elif part.geom_type in ("LineString", "LinearRing"):
            made.append(space.add_lwpolyline(list(part.coords), dxfattribs={"layer": name}))
        else:
            made.append(space.add_point((part.x, part.y), dxfattribs={"layer": name}))
    return made


def _xdata(row: pd.Series, number: int) -> tuple[list[tuple[int, str]], int]:
    values, lost = [(1000, f"#feature={number}")], 0
    for name, value in row.items():
        words = " ".join(f"{name}={value}".splitlines())  # a line break would end the value, and the file with it
        if value is None or value != value or str(name) in ("图层", "实体", "句柄"):
            continue
        if len(words.encode("utf-8")) > _XDATA_BYTES:
            lost += 1
        else:
            values.append((1000, words))
    return values, lost
