"""Pairs of blocks that share area, told apart by whether they belong to one park."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.measure.overlay import Pair, overlapping_pairs
from geoparks.measure.plane import plane_of
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Part
from geoparks.text import Text

_SAME_AREA = 1e-6  # relative: two geometries this close are the same one, stored twice

_NAMELESS = Text(
    "与另一区块重叠（见 B10），其中有区块未注明所属园区，无法认定是否分属两个园区",
    "it overlaps another block (see B10); one of the two names no park, so whether the parks differ cannot be told",
)


class Belongs(Enum):
    """Whether two blocks belong to one park. Where a block names none, this cannot be told apart: it counts as one."""

    SAME = "same"
    DIFFERENT = "different"


def pairs_of_blocks(blocks: Features, fault: str, belongs: Belongs) -> Iterator[Measurement]:
    """A measurement for every pair that overlaps, and one of nothing for every block that does not."""
    parks = blocks.column("park_id").to_numpy(dtype=object)
    nameless = pd.isna(parks)
    clean = ~shapely.is_missing(blocks.geometry) & ~shapely.is_empty(blocks.geometry)
    unsure: dict[int, tuple[Part, ...]] = {}
    for pair in _all_pairs(blocks):
        ends = [pair.first, pair.second]
        unknown = bool(nameless[ends].any())
        different = not unknown and parks[pair.first] != parks[pair.second]
        if different == (belongs is Belongs.DIFFERENT):
            clean[ends] = False
            yield _measurement(blocks, pair, fault, unknown)
        elif unknown:
            for one in ends:
                unsure[one] = unsure.get(one, ()) + pair.parts
    untold = belongs is Belongs.DIFFERENT and not blocks.has("park_id")
    for position in np.flatnonzero(clean).tolist():
        if untold:
            yield Measurement(blocks.subject(position), fault, reason=blocks.why_missing("park_id"))
        else:
            parts = unsure.get(position, ())
            reason = _NAMELESS if parts else None
            yield Measurement(blocks.subject(position), fault, how="sum", unsure=parts, reason=reason)


def _all_pairs(blocks: Features) -> list[Pair]:
    """The pairs of a layer, computed once for both rules."""
    if "pairs" not in blocks.derived:
        blocks.derived["pairs"] = list(overlapping_pairs(blocks))
    result: list[Pair] = blocks.derived["pairs"]
    return result


def _measurement(blocks: Features, pair: Pair, fault: str, unknown: bool) -> Measurement:
    first, second = pair.first, pair.second
    if str(blocks.ids[second]) < str(blocks.ids[first]):
        first, second = second, first
    return Measurement(
        blocks.subject(first),
        fault,
        parts=pair.parts,
        how="sum",
        other=blocks.subject(second),
        row=int(blocks.rows[first]) if blocks.ids[first] == blocks.ids[second] else None,
        words={
            "relation": _relation(blocks, first, second, pair),
            "unknown": Text("（区块未注明所属园区）", "(a block names no park)") if unknown else Text("", ""),
        },
    )


def _relation(blocks: Features, first: int, second: int, pair: Pair) -> Text:
    """Whether the two are the same shape, or one lies inside the other."""
    plane: Any = plane_of(blocks)
    shared = sum(part.value for part in pair.parts)
    one, two = float(shapely.area(plane[first])), float(shapely.area(plane[second]))
    inside_first, inside_second = shared >= two * (1 - _SAME_AREA), shared >= one * (1 - _SAME_AREA)
    if inside_first and inside_second:
        return Text("，图形完全相同", ", the same shape twice")
    if inside_first:
        return Text("，后者完全在前者之内", ", the second wholly inside the first")
    if inside_second:
        return Text("，前者完全在后者之内", ", the first wholly inside the second")
    return Text("", "")
