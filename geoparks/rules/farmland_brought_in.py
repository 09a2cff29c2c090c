"""U04: land that is brought into the boundary overlaps permanent basic farmland."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.brought_in import kept_clear, overlapping
from geoparks.records import Measurement
from geoparks.text import Text

_FAULT = "farmland_brought_in"

RULE = kept_clear(
    _FAULT,
    "farmland",
    Text("调入地块占用永久基本农田", "Farmland brought into the boundary"),
    Text(
        "调入地块 {name}与永久基本农田重叠 {area}{places}，占地块的 {share}{others}。",
        "plot {name} to be brought in overlaps {area} of permanent basic farmland{places}, {share} of the plot{others}.",
    ),
    Text("避让永久基本农田，另选调入地块。", "Keep clear of it and choose other land."),
)


def farmland_brought_in(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of permanent basic farmland in every plot that is brought in."""
    return overlapping(layers, _FAULT, "farmland")
