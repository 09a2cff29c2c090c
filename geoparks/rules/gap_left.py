"""B21: a layer that must cover its frame leaves a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.evidence import parts_once
from geoparks.measure.overlay import Gap, gaps, holes
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Subject, Words
from geoparks.text import Text

Array = np.ndarray[Any, Any]
DEFAULT_COVERS = (("functional_zones", "blocks"),)

_NO_GEOMETRY = Text("没有图形", "no geometry")
_FIX = Text("补画缺口，或调整相邻图形使其相接。", "Draw what is missing, or make the neighbours meet.")

RULE = Rule(
    id="B21",
    title=Text("覆盖有缺口", "Gap in a cover"),
    about=Text(
        "应当铺满某个范围的图层（默认：功能分区铺满区块；其他由 [settings] covers 指定）留下的缺口＝范围减去图层之和，封闭的与敞开的分列。",
        "What a layer that must cover a frame leaves: the frame minus its union, enclosed and open gaps apart. By default"
        " functional zones must cover the blocks; others as [settings] covers says.",
    ),
    subjects=("blocks",),
    needs=(),
    uses=("functional_zones", "blocks"),
    geometric=True,
    whole_to_pass=(),
    faults={
        "gap_enclosed": Words(
            title=Text("封闭的缺口", "Enclosed gap"),
            message=Text(
                "{layer}没有铺满{name}：中间有 {pieces} 处缺口，共 {area}。",
                "{layer} does not cover {name}: {pieces} gaps inside, {area} together.",
            ),
            fix=_FIX,
        ),
        "gap_open": Words(
            title=Text("边缘的缺口", "Open gap"),
            message=Text(
                "{layer}没有铺满{name}：边缘有 {pieces} 处缺口，共 {area}。",
                "{layer} does not cover {name}: {pieces} gaps at the edge, {area} together.",
            ),
            fix=_FIX,
        ),
    },
)


def gap_left(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of every frame that its cover leaves uncovered."""
    by_default = layers.covers is None
    for name, frame_name in DEFAULT_COVERS if layers.covers is None else layers.covers:
        cover, frame = layers.get(name), layers.get(frame_name or name)
        if cover is None or frame is None:
            missing = name if cover is None else frame_name
            subject = Subject(frame_name or name, "")
            yield Measurement(subject, "gap_enclosed", reason=layers.why_not(missing), missing=missing)
        elif cover.lost is not None:
            for subject in _subjects(frame, bool(frame_name)):
                yield Measurement(subject, "gap_enclosed", reason=cover.lost, missing=name)
        elif frame_name:
            undrawn = _undrawn(frame, cover) if by_default else np.zeros(len(frame), dtype=bool)
            found: dict[str, list[Gap]] = {}
            for gap in gaps(frame, cover, _of_one_park(frame, cover)):
                found.setdefault(str(frame.ids[gap.position]), []).append(gap)
            for some in found.values():
                subject = frame.subject(some[0].position)
                if undrawn[some[0].position]:
                    yield _not_drawn(subject, cover)
                else:
                    yield from _measured(some, subject, cover, frame)
            for subject in dict.fromkeys(map(frame.subject, range(len(frame)))):
                if subject.id not in found:
                    yield Measurement(subject, "gap_enclosed", reason=_NO_GEOMETRY)
        elif (gap_inside := holes(cover)) is not None:
            yield from _measured([gap_inside], _whole(cover), cover, cover)
        else:
            yield Measurement(_whole(cover), "gap_enclosed", reason=_NO_GEOMETRY)


def _subjects(frame: Features, each: bool) -> list[Subject]:
    """Who is judged: every frame, or, where a layer is held against itself, the layer."""
    return [frame.subject(position) for position in range(len(frame))] if each else [_whole(frame)]


def _whole(features: Features) -> Subject:
    return Subject(features.layer.name, "", features.layer.title.zh)


def _of_one_park(frame: Features, cover: Features) -> Callable[[Array, Array], Array] | None:
    """Which cover may cover which frame: not one of another park, where both name theirs."""
    if not (frame.has("park_id") and cover.has("park_id")):
        return None
    one, other = (features.column("park_id").to_numpy(dtype=object) for features in (frame, cover))
    return lambda i, j: (one[i] == other[j]) | pd.isna(one[i]) | pd.isna(other[j])


def _undrawn(frame: Features, cover: Features) -> Array:
    """Frames of parks for which the cover has not been drawn at all: that is no gap, it is no data."""
    if not (frame.has("park_id") and cover.has("park_id")) or cover.column("park_id").isna().any():
        return np.zeros(len(frame), dtype=bool)
    parks = frame.column("park_id")
    undrawn: Array = (parks.notna() & ~parks.isin(cover.column("park_id"))).to_numpy()
    return undrawn


def _not_drawn(subject: Subject, cover: Features) -> Measurement:
    title = cover.layer.title
    reason = Text(f"{title.zh}图层没有该园区的要素", f"the layer {cover.layer.name} has nothing of this park")
    return Measurement(subject, "gap_enclosed", reason=reason)


def _measured(gaps: list[Gap], subject: Subject, cover: Features, frame: Features) -> Iterator[Measurement]:
    """The gaps of a frame, all its rows together."""
    enclosed = tuple(part for gap in gaps for part in gap.enclosed)
    opened = tuple(part for gap in gaps for part in gap.open)
    for fault, parts in (("gap_enclosed", enclosed), ("gap_open", opened)):
        yield Measurement(
            subject,
            fault,
            parts=parts_once(parts, frame, gaps[0].position) if len(gaps) > 1 else parts,
            how="sum",
            other=_whole(cover),
            words={"layer": cover.layer.title},
        )
