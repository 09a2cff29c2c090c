"""B01: a park has more blocks than it may."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.plane import from_plane, plane_of
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "too_many_blocks"

RULE = Rule(
    id="B01",
    title=Text("区块过多", "Too many blocks"),
    about=Text(
        "每个园区有几个不同的区块。一个区块分成几片的，只算一个，另行列出。",
        "How many distinct blocks a park has. A block in several pieces counts once, and is named.",
    ),
    subjects=("parks",),
    needs=("blocks",),
    uses=("parks",),
    faults={
        _FAULT: Words(
            title=Text("区块数量超过规定", "More blocks than allowed"),
            message=Text(
                "{name}有 {count} 个区块（{blocks}），规定{expected}。{pieces}",
                "{name} has {count} blocks ({blocks}); allowed is {expected}. {pieces}",
            ),
            fix=Text(
                "按规定整合区块，报批后更新边界。",
                "Merge blocks as the article says, have it approved, update the boundary.",
            ),
        )
    },
)


def too_many_blocks(layers: Dataset) -> Iterator[Measurement]:
    """The number of distinct block ids of every park; a park without blocks in the data is not checked."""
    blocks = layers["blocks"]
    names_parks = blocks.has("park_id")
    nameless = len(set(blocks.ids[blocks.column("park_id").isna().to_numpy()]))
    for park in parks_of(layers):
        if not names_parks:
            yield Measurement(park.subject, _FAULT, reason=blocks.why_missing("park_id"))
        elif not park.blocks:
            reason = Text("区块图层里没有该园区的区块", "the layer blocks has none of this park")
            yield Measurement(park.subject, _FAULT, reason=reason)
        else:
            yield _count(park, blocks, nameless)


def _count(park: Park, blocks: Features, nameless: int) -> Measurement:
    rows: dict[str, list[int]] = {}
    for position in park.blocks:
        rows.setdefault(str(blocks.ids[position]), []).append(position)
    names = {one: blocks.subject(positions[0]).label for one, positions in rows.items()}
    split = [names[one] for one in _split(blocks, rows)]
    pieces = (
        Text(f"其中 {'、'.join(split)} 由不相连的几片组成。", f"In several pieces: {', '.join(split)}.")
        if split
        else None
    )
    unsure = Text(f"有 {nameless} 个区块未注明园区", f"{nameless} blocks name no park")
    return Measurement(
        park.subject,
        _FAULT,
        value=float(len(rows)),
        value_at_most=float(len(rows) + nameless),
        reason=unsure if nameless else None,
        remark=pieces,
        evidence=_together(blocks, park),
        words={"count": len(rows), "blocks": "、".join(names.values()), "pieces": pieces or Text("", "")},
    )


def _split(blocks: Features, rows: dict[str, list[int]]) -> list[str]:
    """Ids of the blocks that are drawn in several pieces which do not touch along a line."""
    plane = plane_of(blocks)
    found = []
    for name, positions in rows.items():
        shape = plane[positions[0]] if len(positions) == 1 else shapely.union_all(plane[positions])
        if shapely.get_num_geometries(shape) > 1:
            found.append(name)
    return found


def _together(blocks: Features, park: Park) -> shapely.Geometry:
    shapes = plane_of(blocks)[list(park.blocks)]
    return park.lonlat if park.known_by == "blocks" else from_plane(np.array([shapely.union_all(shapes)]))[0]
