"""B11: the geometry of a block is not sound."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.overlay import outside
from geoparks.measure.plane import plane_of
from geoparks.measure.topology import Place, invalid_places, sharp_corners, short_edges, thin_parts
from geoparks.normalise.features import Features
from geoparks.records import Fault, Measurement, Part, Rule, Subject, Words
from geoparks.text import Text

_REDRAW = Text(
    "在图上改正该处，或采用 geoparks repair 给出的修复图形。",
    "Mend the place, or take the geometry that geoparks repair offers.",
)
_AGAIN = Text("从原软件重新导出完整的文件。", "Export the complete file again from where it was made.")


def _words(zh: str, en: str, fix: Text = _REDRAW) -> Words:
    return Words(
        title=Text(zh, en[:1].upper() + en[1:]),
        message=Text("{name}：" + zh + "{count_zh}{detail}。", "{name}: " + en + "{count_en}{detail}."),
        fix=fix,
    )


_INVALID = {
    "self_intersection": _words("边界自相交", "the boundary crosses itself"),
    "ring_self_intersection": _words("环与自身相接", "a ring touches itself"),
    "hole_outside_shell": _words("洞在外环之外", "a hole lies outside its shell"),
    "nested_holes": _words("洞中套洞", "a hole inside a hole"),
    "nested_shells": _words("部分相互套叠", "a part lies inside another"),
    "disconnected_interior": _words("内部被洞隔断", "holes cut the interior in two"),
    "duplicate_rings": _words("环重复", "a ring occurs twice"),
    "too_few_points": _words("环的点数不足", "a ring has too few points"),
    "invalid_geometry": _words("图形无效", "the geometry is not valid"),
}
_UNREAD = {
    "empty_geometry": _words("没有图形", "it has no geometry", _AGAIN),
    "ring_not_closed": _words("闭合点与起点坐标不一致", "the closing point is not the first point"),
    "geometry_unreadable": _words("图形无法解析", "the geometry cannot be parsed", _AGAIN),
    "invalid_coordinate": _words("坐标不是有效数字", "a coordinate is not a number", _AGAIN),
    "not_a_polygon": _words("不是面", "it is no polygon"),
    "not_transformable": _words("坐标超出坐标系范围", "its coordinates lie outside the CRS", _AGAIN),
    "file_truncated": _words("文件被截断", "the file is cut off", _AGAIN),
    "record_missing": _words("图形缺少属性记录", "a shape has no record", _AGAIN),
    "shape_missing": _words("属性记录缺少图形", "a record has no shape", _AGAIN),
}
_SMALL = {
    "duplicate_vertex": _words("相邻顶点重复", "consecutive vertices repeat"),
    "spike": _words("有尖刺", "it has a spike"),
    "sliver_part": _words("有狭长的碎片或缝隙", "it has a sliver part or hole"),
}

RULE = Rule(
    id="B11",
    title=Text("图形不合格", "Unsound geometry"),
    about=Text(
        "区块图形是否有效、闭合、非空，有无重复顶点、尖刺、碎片，是否在辖区内；每处问题给出位置。按文件原样检查，修复结果另行提供。",
        "Whether a block's geometry is valid, closed, not empty, without repeated vertices, spikes and slivers, and inside the"
        " region; every fault with its place. Checked as drawn; the repaired geometry is offered apart.",
    ),
    subjects=("blocks",),
    needs=("blocks",),
    uses=("counties",),
    faults={
        **_INVALID,
        **_UNREAD,
        **_SMALL,
        "outside_region": _words(
            "完全不在辖区内，坐标系或带号可能有误",
            "it lies wholly outside the region; its CRS or zone may be wrong",
            Text("核对坐标系和带号。", "Check the CRS and the zone."),
        ),
    },
)


def unsound_geometry(layers: Dataset) -> Iterator[Measurement]:
    """Every kind of fault of every block, with its places."""
    blocks = layers["blocks"]
    placements = [blocks.placement(position) for position in range(len(blocks))]
    found: dict[tuple[int, str], list[Place]] = {}
    for position in np.flatnonzero(blocks.invalid).tolist():
        for place in invalid_places(blocks.own[position]):
            found.setdefault((position, place.code), []).append(place)
    sound_only = blocks.own.copy()
    sound_only[blocks.invalid] = None
    for search, shapes in ((short_edges, blocks.own), (sharp_corners, blocks.own), (thin_parts, sound_only)):
        for position, place in search(shapes, placements):
            found.setdefault((position, place.code), []).append(place)
    told = yield from _from_reading(blocks)
    empty = np.flatnonzero(shapely.is_missing(blocks.own) | shapely.is_empty(blocks.own)).tolist()
    for position in (one for one in empty if one not in told):
        yield _measured(blocks, position, "empty_geometry", 1.0, ())
    for (position, code), places in sorted(found.items()):
        parts = _points(blocks, position, places)
        if code in _SMALL:
            yield _measured(blocks, position, code, None, parts, each=True)
        else:
            yield _measured(blocks, position, code, float(len(places)), parts)
    yield from _outside_region(layers, blocks)
    for position in range(len(blocks)):
        yield _measured(blocks, position, "invalid_geometry", 0.0, ())


def _from_reading(blocks: Features) -> Generator[Measurement, None, set[int]]:
    """What the reader saw: faults of a row, and of the file as a whole. Returns the positions it spoke of."""
    position_of = {
        (blocks.sources[int(source)].path.name, int(row)): position
        for position, (source, row) in enumerate(zip(blocks.source_of, blocks.rows, strict=True))
        if source >= 0
    }
    told: set[int] = set()
    for fault in blocks.faults:
        if fault.code not in _UNREAD:
            continue
        position = position_of.get((fault.path, fault.row if fault.row is not None else -1))
        detail = Text(f"（{fault.path}：", f" ({fault.path}: ") + fault.note + Text("）", ")")
        if position is None:
            subject = Subject("blocks", "", blocks.layer.title.zh)
            yield Measurement(subject, fault.code, 1.0, row=fault.row, words={**_count(1), "detail": detail})
        else:
            told.add(position)
            yield _measured(blocks, position, fault.code, 1.0, _fault_place(blocks, position, fault), detail=detail)
    return told


def _outside_region(layers: Dataset, blocks: Features) -> Iterator[Measurement]:
    counties = layers.get("counties")
    if counties is None or not counties.has_geometry:
        return
    whole = shapely.area(plane_of(blocks))
    for piece in outside(blocks, counties):
        share = sum(part.value for part in piece.parts) / whole[piece.position] if whole[piece.position] else 0.0
        yield _measured(blocks, piece.position, "outside_region", min(share, 1.0), piece.parts)


def _measured(
    blocks: Features,
    position: int,
    code: str,
    value: float | None,
    parts: tuple[Part, ...],
    *,
    each: bool = False,
    detail: Text = Text("", ""),
) -> Measurement:
    return Measurement(
        blocks.subject(position),
        code,
        value=value,
        parts=parts,
        how="each" if each else "value",
        row=int(blocks.rows[position]),
        evidence=None if parts else blocks.geometry[position],
        words={**_count(len(parts)), "detail": detail},
    )


def _count(number: int) -> dict[str, Any]:
    many = number > 1
    return {"count_zh": f"，共 {number} 处" if many else "", "count_en": f" in {number} places" if many else ""}


def _points(blocks: Features, position: int, places: list[Place]) -> tuple[Part, ...]:
    placement = blocks.placement(position)
    points = shapely.points([place.point for place in places])
    if placement is not None:
        points = shapely.transform(points, placement.path.to_lonlat)
    return tuple(Part(point, place.value) for point, place in zip(points, places, strict=True))


def _fault_place(blocks: Features, position: int, fault: Fault) -> tuple[Part, ...]:
    if fault.place is None:
        return ()
    point = shapely.get_coordinates(fault.place)[0]
    return _points(blocks, position, [Place(fault.code, (float(point[0]), float(point[1])), 1.0)])
