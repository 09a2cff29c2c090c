"""B01: a park has more blocks than it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import shapely

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

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
        "too_many_blocks": Words(
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
    if not blocks.has("park_id"):
        parks = parks_of(layers)
        for park in parks:
            yield Measurement(park.subject, "too_many_blocks", reason=blocks.why_missing("park_id"))
        return
    nameless = int(blocks.column("park_id").isna().sum())
    for park in parks_of(layers):
        ids = Counter(str(blocks.ids[position]) for position in park.blocks)
        if not ids:
            reason = Text("区块图层里没有该园区的区块", "the layer blocks has none of this park")
            yield Measurement(park.subject, "too_many_blocks", reason=reason)
            continue
        names = {str(blocks.ids[position]): blocks.subject(position).label for position in park.blocks}
        split = [
            names[one]
            for one in ids
            if _pieces(blocks.geometry, [p for p in park.blocks if str(blocks.ids[p]) == one]) > 1
        ]
        pieces = Text("", "")
        if split:
            pieces = Text(f"其中 {'、'.join(split)} 由不相连的几片组成。", f"In several pieces: {', '.join(split)}.")
        yield Measurement(
            park.subject,
            "too_many_blocks",
            value=float(len(ids)),
            value_at_most=float(len(ids) + nameless) if nameless else None,
            reason=Text(f"有 {nameless} 个区块未注明园区", f"{nameless} blocks name no park") if nameless else None,
            evidence=shapely.union_all([g for p in park.blocks if (g := blocks.geometry[p]) is not None]),
            words={"count": len(ids), "blocks": "、".join(names.values()), "pieces": pieces},
        )


def _pieces(geometry: object, positions: list[int]) -> int:
    shapes = [geometry[p] for p in positions if geometry[p] is not None]  # type: ignore[index]
    union = shapely.union_all(shapes)
    return int(shapely.get_num_geometries(union)) if not union.is_empty else 0
