"""B10: blocks of one park overlap or repeat."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.overlap import Belongs, pairs_of_blocks
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

RULE = Rule(
    id="B10",
    title=Text("同一园区的区块重叠或重复", "Blocks of one park overlap or repeat"),
    about=Text(
        "同一园区（或未注明园区）的两个区块共有的面积；一个在另一个之内、完全相同的也算。共用边界不算。",
        "The area shared by two blocks of one park, or of blocks that name no park; one inside the other and identical"
        " ones included. A shared edge is no fault.",
    ),
    subjects=("blocks",),
    needs=("blocks",),
    geometric=True,
    whole_to_pass=("blocks",),
    faults={
        "blocks_overlap": Words(
            title=Text("同一园区的区块重叠或重复", "Blocks of one park overlap or repeat"),
            message=Text(
                "{name}与{other}重叠 {area}{relation}。{unknown}",
                "{name} and {other} overlap by {area}{relation}. {unknown}",
            ),
            fix=Text(
                "删除重复的区块，或改正其中一个的边界。",
                "Delete the repeated block, or mend one of the two boundaries.",
            ),
        )
    },
)


def blocks_overlap(layers: Dataset) -> Iterator[Measurement]:
    """Square metres shared by every two blocks of one park."""
    blocks = layers["blocks"]
    yield from pairs_of_blocks(blocks, "blocks_overlap", Belongs.SAME)
