"""Pairs of blocks that share area, told apart by whether they belong to one park."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from geoparks.measure.evidence import parts_once
from geoparks.measure.overlay import Pair, overlapping_pairs
from geoparks.measure.plane import plane_of
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Part
from geoparks.text import Text

Array = np.ndarray[Any, Any]
_SAME_AREA = 1e-6  # relative: two geometries this close are the same one, stored twice

_NAMELESS = Text(
    "与另一区块重叠（见 B10），其中有区块未注明所属园区，无法认定是否分属两个园区",
    "it overlaps another block (see B10); one of the two names no park, so whether the parks differ cannot be told",
)


class Belongs(Enum):
    """Whether two blocks belong to one park. Where a block names none, this cannot be told apart: it counts as one."""

    SAME = "same"
    DIFFERENT = "different"


class Overlap(NamedTuple):
    """Two ids whose features share area: one fault, in however many rows each is stored."""

    first: tuple[int, ...]
    """Positions of the rows of the lower id that take part."""
    second: tuple[int, ...]
    parts: tuple[Part, ...]


def pairs_of_blocks(blocks: Features, fault: str, belongs: Belongs) -> Iterator[Measurement]:
    """A measurement for every two ids that overlap, and one of nothing for every block that does not."""
    parks = _park_of_each(blocks)
    nameless = pd.isna(parks)
    clean = ~shapely.is_missing(blocks.geometry) & ~shapely.is_empty(blocks.geometry)
    unsure: dict[int, tuple[Part, ...]] = {}
    for pair in _all_pairs(blocks):
        ends = sorted({*pair.first, *pair.second})
        unknown = bool(nameless[ends].any())
        different = not unknown and parks[pair.first[0]] != parks[pair.second[0]]
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


def _park_of_each(blocks: Features) -> Array:
    """The park of every block: where it is stored in several rows, the one that any of them names."""
    parks = pd.Series(blocks.column("park_id").to_numpy(dtype=object))
    named: Array = parks.groupby(blocks.ids.astype(str)).transform("first").to_numpy(dtype=object)
    return named


def _all_pairs(blocks: Features) -> list[Overlap]:
    """The overlaps of a layer, computed once for both rules; the lower id first."""
    if "pairs" not in blocks.derived:
        found: dict[tuple[str, str], list[Pair]] = {}
        for pair in overlapping_pairs(blocks):
            first, second = sorted((str(blocks.ids[one]), one) for one in (pair.first, pair.second))
            found.setdefault((first[0], second[0]), []).append(Pair(first[1], second[1], pair.parts))
        blocks.derived["pairs"] = [_together(blocks, some) for some in found.values()]
    result: list[Overlap] = blocks.derived["pairs"]
    return result


def _together(blocks: Features, some: list[Pair]) -> Overlap:
    """The overlaps of the rows of two ids as one; what two of them share counts once."""
    first, second = tuple(sorted({pair.first for pair in some})), tuple(sorted({pair.second for pair in some}))
    parts = tuple(part for pair in some for part in pair.parts)
    return Overlap(first, second, parts_once(parts, blocks, first[0]) if len(some) > 1 else parts)


def _measurement(blocks: Features, pair: Overlap, fault: str, unknown: bool) -> Measurement:
    first, second = pair.first[0], pair.second[0]
    return Measurement(
        blocks.subject(first),
        fault,
        parts=pair.parts,
        how="sum",
        other=blocks.subject(second),
        row=int(blocks.rows[first]) if blocks.ids[first] == blocks.ids[second] else None,
        words={
            "relation": _relation(blocks, pair),
            "unknown": Text("（区块未注明所属园区）", "(a block names no park)") if unknown else Text("", ""),
        },
    )


def _relation(blocks: Features, pair: Overlap) -> Text:
    """Whether the two are the same shape, or one lies inside the other."""
    plane: Any = plane_of(blocks)
    names = [str(blocks.ids[some[0]]) for some in (pair.first, pair.second)]
    rows = [pair.first, pair.second] if names[0] == names[1] else [blocks.positions(name) for name in names]
    shared = sum(part.value for part in pair.parts)
    one, two = (
        float((plane[some[0]] if len(some) == 1 else shapely.union_all(plane[list(some)])).area) for some in rows
    )
    inside_first, inside_second = shared >= two * (1 - _SAME_AREA), shared >= one * (1 - _SAME_AREA)
    if inside_first and inside_second:
        return Text("，图形完全相同", ", the same shape twice")
    if inside_first:
        return Text("，后者完全在前者之内", ", the second wholly inside the first")
    if inside_second:
        return Text("，前者完全在后者之内", ", the first wholly inside the second")
    return Text("", "")
