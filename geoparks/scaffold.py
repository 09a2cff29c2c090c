"""``geoparks new``: an empty workspace with a commented configuration and Excel templates in Chinese."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from geoparks.catalog.layer import Catalogue, Field, Layer
from geoparks.config import FILE
from geoparks.errors import WorkspaceError
from geoparks.text import Text
from geoparks.write.sheet import workbook

_CONFIG = """\
# 工作区设置。每一项都可以不写；写错的键会提示最接近的正确写法。
name = "{name}"
policy = "neimenggu"     # 政策包：neimenggu（自治区）、ordos（鄂尔多斯）
lang = "zh"
# on = 2024-06-30        # 检查基准日；不写则为运行当天
# year = 2023            # 统计年度；不写则取基准日之前最近的一年

[data]
# 文件名认不出图层时在此指明，例如：
# blocks = "data/边界.shp"

[reference]
# counties = "旗县界.shp"   # 可信的旗县界线，用来识别 GCJ-02（火星坐标）

# [crs.blocks]
# epsg = 4525              # CGCS2000 3 度带第 37 带，横坐标带带号

[units]
# "批准面积" = "公顷"       # 列名没有写单位时在此写明

[settings]
# area_tolerance = 0.005   # 面积容差（工具设定，不是法规）
"""
_EXAMPLES = {"text": "示例", "number": 1.0, "integer": 2023, "boolean": "是", "code": "", "list": "示例一、示例二"}
_EXAMPLE_MARK = "（示例行，请删除）"


def new(folder: Path, catalogue: Catalogue) -> list[Path]:
    """Make the folder with ``geoparks.toml``, ``data/`` and ``templates/``; what is there already is never touched."""
    if (folder / FILE).exists():
        raise WorkspaceError(
            Text("这里已经是一个工作区，未作改动", "this is a workspace already; nothing was changed"),
            where=str(folder / FILE),
            mend=Text("请换一个文件夹。", "Choose another folder."),
        )
    (folder / "data").mkdir(parents=True, exist_ok=True)
    templates = folder / "templates"
    templates.mkdir(exist_ok=True)
    made = [folder / FILE]
    made[0].write_text(_CONFIG.format(name=folder.resolve().name), "utf-8")
    for layer in catalogue.layers.values():
        if not layer.fields:
            continue
        path = templates / f"{layer.title.zh}.xlsx"
        if not path.exists():
            workbook(
                path,
                [(layer.title.zh, [field.header for field in layer.fields.values()], [_example(layer, catalogue)])],
            )
            made.append(path)
    return made


def _example(layer: Layer, catalogue: Catalogue) -> list[object]:
    row = [_value(field, catalogue) for field in layer.fields.values()]
    if row:
        row[0] = f"{row[0]}{_EXAMPLE_MARK}" if isinstance(row[0], str) else row[0]
    return row


def _value(field: Field, catalogue: Catalogue) -> object:
    if field.type == "date":
        return dt.date(2023, 6, 30)
    if field.type == "code" and field.codes is not None and field.codes in catalogue.codes:
        return next(iter(catalogue.codes[field.codes].values), "")
    if field.unit == "deg":
        return 110.0 if field.name == "lon" else 39.6
    return _EXAMPLES[field.type]
