"""B11: the geometry of a block is not sound."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.topology import Place, invalid_places, sharp_corners, short_edges, thin_parts
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Part, Rule, Words
from geoparks.text import Text

_REDRAW = Text(
    "在图上改正该处，或采用 geoparks repair 给出的修复图形。",
    "Mend the place, or take the geometry that geoparks repair offers.",
)
_INVALID = {
    "self_intersection": Text("边界自相交", "the boundary crosses itself"),
    "ring_self_intersection": Text("环与自身相接", "a ring touches itself"),
    "hole_outside_shell": Text("洞在外环之外", "a hole lies outside its shell"),
    "nested_holes": Text("洞中套洞", "a hole inside a hole"),
    "nested_shells": Text("部分相互套叠", "a part lies inside another"),
    "disconnected_interior": Text("内部被洞隔断", "holes cut the interior in two"),
    "duplicate_rings": Text("环重复", "a ring occurs twice"),
    "too_few_points": Text("环的点数不足", "a ring has too few points"),
    "invalid_geometry": Text("图形无效", "the geometry is not valid"),
}
_SMALL = {
    "duplicate_vertex": Text("相邻顶点重复", "consecutive vertices repeat"),
    "spike": Text("有尖刺", "it has a spike"),
    "sliver_part": Text("有狭长的碎片或缝隙", "it has a sliver part or hole"),
}

RULE = Rule(
    id="B11",
    title=Text("图形不合格", "Unsound geometry"),
    about=Text(
        "区块图形是否有效，有无重复顶点、尖刺、碎片；每处问题给出位置。按文件原样检查，修复结果另行提供。",
        "Whether a block's geometry is valid, without repeated vertices, spikes and slivers; every fault with its place."
        " Checked as drawn; the repaired geometry is offered apart.",
    ),
    subjects=("blocks",),
    needs=("blocks",),
    faults={
        code: Words(
            title=Text(title.zh, title.en[:1].upper() + title.en[1:]),
            message=Text("{name}：" + title.zh + "{places}。", "{name}: " + title.en + "{places}."),
            fix=_REDRAW,
        )
        for code, title in (_INVALID | _SMALL).items()
    },
)


def unsound_geometry(layers: Dataset) -> Iterator[Measurement]:
    """Every kind of fault of every block, with its places; 0 for every block."""
    blocks = layers["blocks"]
    placements = [blocks.placement(position) for position in range(len(blocks))]
    found: dict[tuple[int, str], list[Place]] = {}
    for position in np.flatnonzero(blocks.invalid).tolist():
        for place in invalid_places(blocks.own[position]):
            found.setdefault((position, place.code), []).append(place)
    sound_only = blocks.own.copy()
    sound_only[blocks.invalid] = None  # the width of a ring that crosses itself means nothing
    for search, shapes in ((short_edges, blocks.own), (sharp_corners, blocks.own), (thin_parts, sound_only)):
        for position, place in search(shapes, placements):
            found.setdefault((position, place.code), []).append(place)
    for (position, code), places in sorted(found.items()):
        parts = _points(blocks, position, places)
        yield Measurement(
            blocks.subject(position),
            code,
            value=None if code in _SMALL else float(len(places)),
            parts=parts,
            how="each" if code in _SMALL else "value",
            row=int(blocks.rows[position]),
        )
    for position in np.flatnonzero(~shapely.is_missing(blocks.own) & ~shapely.is_empty(blocks.own)).tolist():
        yield Measurement(blocks.subject(position), "invalid_geometry", value=0.0)


def _points(blocks: Features, position: int, places: list[Place]) -> tuple[Part, ...]:
    placement = blocks.placement(position)
    points = shapely.points([place.point for place in places])
    if placement is not None:
        points = shapely.transform(points, placement.path.to_lonlat)
    return tuple(Part(point, place.value) for point, place in zip(points, places, strict=True))
