"""B11: the geometry of a block, or a part of the file, did not arrive."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.losses import position_of
from geoparks.normalise.features import Features
from geoparks.records import Fault, Measurement, Part, Rule, Subject, Words
from geoparks.text import Text

_AGAIN = Text("从原软件重新导出完整的文件。", "Export the complete file again from where it was made.")
_CLOSE = Text("改正闭合点的坐标。", "Correct the closing point.")
TITLES = {
    "empty_geometry": Text("没有图形", "no geometry"),
    "file_truncated": Text("文件被截断", "the file is cut off"),
    "record_missing": Text("图形缺少属性记录", "a shape has no record"),
    "shape_missing": Text("属性记录缺少图形", "a record has no shape"),
    "geometry_unreadable": Text("图形无法解析", "geometry that cannot be parsed"),
    "invalid_coordinate": Text("坐标不是有效数字", "a coordinate is not a number"),
    "not_a_polygon": Text("不是面", "not a polygon"),
    "not_transformable": Text("坐标超出坐标系范围", "coordinates outside the CRS"),
    "ring_not_closed": Text("闭合点与起点坐标不一致", "the closing point is not the first point"),
}

RULE = Rule(
    id="B11",
    title=Text("图形未能读入", "Geometry that did not arrive"),
    about=Text(
        "区块是否都有图形，文件是否完整：空图形、截断的文件、缺少的记录、不闭合的环、不是数字的坐标。",
        "Whether every block has a geometry and the file is whole: empty geometry, files cut off, missing records, open"
        " rings, coordinates that are no numbers.",
    ),
    subjects=("blocks",),
    needs=("blocks",),
    faults={
        code: Words(
            title=title,
            message=Text("{name}：" + title.zh + "{detail}。", "{name}: " + title.en + "{detail}."),
            fix=_CLOSE if code == "ring_not_closed" else _AGAIN,
        )
        for code, title in TITLES.items()
    },
)


def unread_geometry(layers: Dataset) -> Iterator[Measurement]:
    """1 for every fault that a reader saw and for every block without geometry, 0 for every other block."""
    blocks = layers["blocks"]
    told: set[int] = set()
    for fault in blocks.faults:
        if fault.code in TITLES:
            position = position_of(blocks, fault)
            told |= set() if position is None else {position}
            yield _told(blocks, position, fault)
    empty = shapely.is_missing(blocks.own) | shapely.is_empty(blocks.own)
    empty[list(told)] = False  # why it has none is said already
    for position, is_empty in enumerate(empty.tolist()):
        yield Measurement(
            blocks.subject(position),
            "empty_geometry",
            value=float(is_empty),
            row=int(blocks.rows[position]),
            words={"detail": ""},
        )


def _told(blocks: Features, position: int | None, fault: Fault) -> Measurement:
    shown = Text(f"（{fault.path}：", f" ({fault.path}: ") + fault.note + Text("）", ")")
    return Measurement(
        Subject("blocks", "", blocks.layer.title.zh) if position is None else blocks.subject(position),
        fault.code,
        value=1.0,
        parts=() if position is None else _place(blocks, position, fault),
        row=fault.row,
        evidence=None if position is None else blocks.geometry[position],
        words={"detail": shown},
    )


def _place(blocks: Features, position: int, fault: Fault) -> tuple[Part, ...]:
    placement = blocks.placement(position)
    if fault.place is None or placement is None:
        return ()
    point = shapely.transform(
        np.array([shapely.Point(shapely.get_coordinates(fault.place)[0])]), placement.path.to_lonlat
    )
    return (Part(point[0], 1.0),)
