"""B21: a layer that must cover its frame leaves a gap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geoparks.dataset import Dataset
from geoparks.measure.overlay import Gap, gaps, holes
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Subject, Words
from geoparks.text import Text

DEFAULT_COVERS = (("functional_zones", "blocks"),)

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
    faults={
        "gap_enclosed": Words(
            title=Text("封闭的缺口", "Enclosed gap"),
            message=Text(
                "{layer}没有铺满{name}：中间有 {count} 处缺口，共 {area}。",
                "{layer} does not cover {name}: {count} gaps inside, {area} together.",
            ),
            fix=_FIX,
        ),
        "gap_open": Words(
            title=Text("边缘的缺口", "Open gap"),
            message=Text(
                "{layer}没有铺满{name}：边缘有 {count} 处缺口，共 {area}。",
                "{layer} does not cover {name}: {count} gaps at the edge, {area} together.",
            ),
            fix=_FIX,
        ),
    },
)


def gap_left(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of every frame that its cover leaves uncovered."""
    for name, frame_name in layers.covers if layers.covers is not None else DEFAULT_COVERS:
        cover, frame = layers.get(name), layers.get(frame_name or name)
        if cover is None or frame is None:
            missing = name if cover is None else frame_name
            yield Measurement(Subject(frame_name or name, ""), "gap_enclosed", reason=layers.why_not(missing))
            continue
        if not frame_name:
            yield from _measured(
                holes(cover, np.arange(len(cover))), cover, Subject(name, "", cover.layer.title.zh), cover
            )
            continue
        for gap in gaps(frame, cover, _of_one_park(frame, cover)):
            yield from _measured(gap, frame, frame.subject(gap.position), cover)


def _of_one_park(frame: Features, cover: Features) -> Any:
    """Which cover may cover which frame: where both name their park, only those of one park."""
    if not (frame.has("park_id") and cover.has("park_id")):
        return None
    one, other = frame.column("park_id").to_numpy(), cover.column("park_id").to_numpy()
    return one[:, None] == other[None, :]


def _measured(gap: Gap, frame: Features, subject: Subject, cover: Features) -> Iterator[Measurement]:
    for fault, parts in (("gap_enclosed", gap.enclosed), ("gap_open", gap.open)):
        yield Measurement(
            subject,
            fault,
            parts=parts,
            how="sum",
            other=Subject(cover.layer.name, "", cover.layer.title.zh),
            words={"layer": cover.layer.title, "count": len(parts)},
        )
