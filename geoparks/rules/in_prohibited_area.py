"""B03: a park lies in an area where development is prohibited."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of, shape_shared, shared_with, unclaimed
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Part, Rule, Words
from geoparks.text import Text, joined

Array = np.ndarray[Any, Any]
_CATEGORY = "禁止"

RULE = Rule(
    id="B03",
    title=Text("位于禁止开发区域", "In a prohibited-development area"),
    about=Text(
        "园区（自有的面连同各区块）与主体功能区中禁止开发区域重叠的面积。",
        "The area that a park, its own polygon and its blocks together, shares with prohibited-development areas.",
    ),
    subjects=("parks",),
    needs=("main_function",),
    uses=("parks", "blocks"),
    geometric=True,
    faults={
        "in_prohibited_area": Words(
            title=Text("位于禁止开发区域", "In a prohibited-development area"),
            message=Text(
                "{name}有 {area}位于禁止开发区域。", "{area} of {name} lies in a prohibited-development area."
            ),
            fix=Text("调整园区范围，退出禁止开发区域。", "Redraw the park to leave the prohibited area."),
        )
    },
)


def in_prohibited_area(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of every park inside areas of the category 禁止."""
    yield from in_category(layers, _CATEGORY, "in_prohibited_area")


def in_category(layers: Dataset, category: str, fault: str) -> Iterator[Measurement]:
    """Square metres of every park inside main-function areas of one category."""
    areas = layers["main_function"]
    if not areas.has("category"):
        for park in parks_of(layers):
            yield Measurement(park.subject, fault, reason=areas.why_missing("category"))
        return
    stated = areas.column("category")
    among = (stated == category).to_numpy()
    unknown = ~stated.isin(layers.catalogue.codes["main_function"].values).to_numpy()
    nobodys, unmeasured = _of_nobody(layers, areas, among | unknown)
    for park in parks_of(layers):
        if not park.is_area:
            reason = Text("园区没有面，无法量算重叠", "the park has no polygon to overlay")
            yield Measurement(park.subject, fault, reason=reason)
            continue
        of_unknown = shared_with(park, areas, unknown, layers)
        yield Measurement(
            park.subject,
            fault,
            parts=shared_with(park, areas, among, layers),
            unsure=of_unknown + tuple(part for parts in nobodys.values() for part in parts),
            value_at_most=math.inf if park.unmeasured or unmeasured else None,
            how="sum",
            reason=_why_unsure([park.unmeasured, unmeasured], bool(of_unknown), list(nobodys)),
        )


def _of_nobody(layers: Dataset, areas: Features, among: Array) -> tuple[dict[str, tuple[Part, ...]], Text | None]:
    """What the blocks that name no park have in such areas, by block; and why there may be more."""
    blocks, land = layers.get("blocks"), unclaimed(layers)
    found: dict[str, tuple[Part, ...]] = {}
    for position, shape in land.shapes.items():
        assert blocks is not None
        if parts := shape_shared(shape, areas, among, blocks, position):
            label = blocks.subject(position).label
            found[label] = found.get(label, ()) + parts
    return found, land.reason


def _why_unsure(unmeasured: list[Text | None], unknown: bool, nobodys: list[str]) -> Text | None:
    """Why there may be more of a park in such an area than was measured."""
    reasons = [one for one in unmeasured if one is not None]
    if unknown:
        reasons.append(
            Text(
                "所在主体功能区未注明类别，或类别不在代码表中",
                "the main-function area there names no category, or one that is in no list",
            )
        )
    if nobodys:
        reasons.append(
            Text(
                f"区块{'、'.join(nobodys)}未注明园区，而与此类区域重叠",
                f"{', '.join(nobodys)} name no park and reach into such an area",
            )
        )
    return joined(reasons) if reasons else None
