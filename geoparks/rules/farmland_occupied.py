"""B07: a block occupies permanent basic farmland."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.overlay import by_subject, shared
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

RULE = Rule(
    id="B07",
    title=Text("占用永久基本农田", "Permanent basic farmland occupied"),
    about=Text("区块与永久基本农田重叠的面积。", "The area that a block shares with permanent basic farmland."),
    subjects=("blocks",),
    needs=("blocks", "farmland"),
    geometric=True,
    faults={
        "farmland_occupied": Words(
            title=Text("占用永久基本农田", "Permanent basic farmland occupied"),
            message=Text(
                "{name}占用永久基本农田 {area}，共 {pieces} 片，占区块的 {share}。",
                "{name} occupies {area} of permanent basic farmland in {pieces} pieces, {share} of the block.",
            ),
            fix=Text(
                "调整区块边界避让；确属国家重点项目的，按法定程序报国务院批准。",
                "Redraw the block to keep clear of it; a national key project needs the State Council's approval.",
            ),
        )
    },
)


def farmland_occupied(layers: Dataset) -> Iterator[Measurement]:
    """Square metres that every block shares with farmland, overlapping plots counted once."""
    blocks = layers["blocks"]
    for block in by_subject(blocks, shared(blocks, layers["farmland"])):
        yield Measurement(block.subject, "farmland_occupied", parts=block.parts, how="sum")
