"""B08: a block lies on the ecological red line."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.overlay import by_subject, shared
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

RULE = Rule(
    id="B08",
    title=Text("占用生态保护红线", "On the ecological red line"),
    about=Text(
        "区块与生态保护红线重叠的面积。", "The area that a block shares with the ecological protection red line."
    ),
    subjects=("blocks",),
    needs=("blocks", "redline"),
    geometric=True,
    faults={
        "redline_occupied": Words(
            title=Text("占用生态保护红线", "On the ecological red line"),
            message=Text(
                "{name}占用生态保护红线 {area}，共 {pieces} 片，占区块的 {share}。",
                "{name} lies on {area} of the ecological red line in {pieces} pieces, {share} of the block.",
            ),
            fix=Text("调整区块边界，退出生态保护红线。", "Redraw the block to leave the red line."),
        )
    },
)


def redline_occupied(layers: Dataset) -> Iterator[Measurement]:
    """Square metres that every block shares with the red line, overlapping areas counted once."""
    blocks = layers["blocks"]
    for block in by_subject(blocks, shared(blocks, layers["redline"])):
        yield Measurement(block.subject, "redline_occupied", parts=block.parts, how="sum")
