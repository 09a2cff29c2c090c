"""B09: blocks of different parks overlap."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.overlap import Belongs, pairs_of_blocks
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

RULE = Rule(
    id="B09",
    title=Text("不同园区的区块重叠", "Blocks of different parks overlap"),
    about=Text(
        "分属不同园区的两个区块共有的面积；一个在另一个之内、完全相同的也算。共用边界不算。",
        "The area shared by two blocks of different parks; one inside the other and identical ones included. A shared edge"
        " is no fault.",
    ),
    subjects=("blocks",),
    needs=("blocks",),
    geometric=True,
    whole_to_pass=("blocks",),
    faults={
        "parks_overlap": Words(
            title=Text("不同园区的区块重叠", "Blocks of different parks overlap"),
            message=Text(
                "{name}与{other}（分属两个园区）重叠 {area}{relation}。",
                "{name} and {other} of another park overlap by {area}{relation}.",
            ),
            fix=Text(
                "明确界线归属，改正其中一个区块的边界。",
                "Settle where the line runs and mend one of the two boundaries.",
            ),
        )
    },
)


def parks_overlap(layers: Dataset) -> Iterator[Measurement]:
    """Square metres shared by every two blocks of different parks."""
    blocks = layers["blocks"]
    yield from pairs_of_blocks(blocks, "parks_overlap", Belongs.DIFFERENT)
