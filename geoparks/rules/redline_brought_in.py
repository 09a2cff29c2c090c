"""U04: land that is brought into the boundary overlaps the ecological red line."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.brought_in import kept_clear, overlapping
from geoparks.records import Measurement
from geoparks.text import Text

_FAULT = "redline_brought_in"

RULE = kept_clear(
    _FAULT,
    "redline",
    Text("调入地块占用生态保护红线", "Red line brought into the boundary"),
    Text(
        "调入地块 {name}与生态保护红线重叠 {area}{places}，占地块的 {share}{others}。",
        "plot {name} to be brought in overlaps {area} of the ecological red line{places}, {share} of the plot{others}.",
    ),
    Text("避让生态保护红线，另选调入地块。", "Keep clear of it and choose other land."),
)


def redline_brought_in(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of the red line in every plot that is brought in."""
    return overlapping(layers, _FAULT, "redline")
