"""Formats that only their own program opens: named, with the steps that make them into something readable."""

from __future__ import annotations

from pathlib import Path

from geoparks.errors import UnreadableFile
from geoparks.read.raw import RawLayer
from geoparks.text import Text

_CAD = Text(
    "请在 CAD 中“另存为”DXF（AutoCAD 2010 或更高版本），边界用闭合多段线。",
    "In the CAD program, save it as DXF (AutoCAD 2010 or later) with boundaries as closed polylines.",
)
_PERSONAL = Text(
    "请在 ArcGIS 中右键要素类 → 导出 → 转为 Shapefile，或导出到文件地理数据库（.gdb）。",
    "In ArcGIS, right-click the feature class, Export, to Shapefile or to a file geodatabase (.gdb).",
)
_PROJECT = Text(
    "这是地图工程，不含数据；请在 ArcGIS 中把图层导出为 Shapefile 或 .gdb。",
    "This is a map project without data; export its layers to Shapefile or .gdb.",
)
_ARCHIVE = Text("请先解压，或改用 ZIP 压缩。", "Unpack it first, or use ZIP.")
_STEPS = {
    ".dwg": (Text("DWG 是 AutoCAD 的封闭格式", "DWG is AutoCAD's closed format"), _CAD),
    ".mdb": (Text("这是个人地理数据库（Personal GDB）", "this is a Personal Geodatabase"), _PERSONAL),
    ".accdb": (Text("这是 Access 数据库", "this is an Access database"), _PERSONAL),
    ".mpk": (Text("这是 ArcGIS 地图包", "this is an ArcGIS map package"), _PROJECT),
    ".mxd": (Text("这是 ArcGIS 地图文档", "this is an ArcGIS map document"), _PROJECT),
    ".aprx": (Text("这是 ArcGIS Pro 工程", "this is an ArcGIS Pro project"), _PROJECT),
    ".lyr": (Text("这是图层样式文件", "this is a layer file"), _PROJECT),
    ".lyrx": (Text("这是图层样式文件", "this is a layer file"), _PROJECT),
    ".rar": (Text("不能打开 RAR 压缩包", "RAR archives cannot be opened"), _ARCHIVE),
    ".7z": (Text("不能打开 7z 压缩包", "7z archives cannot be opened"), _ARCHIVE),
}
SUFFIXES = tuple(_STEPS)
TITLE = Text("DWG、个人地理数据库等（说明如何转换）", "DWG, Personal GDB… (how to convert them)")


def read(path: Path) -> list[RawLayer]:
    """Always an error: what the file is, and how to make it readable."""
    what, mend = _STEPS[path.suffix.lower()]
    raise UnreadableFile(what, where=path.name, mend=mend)
