"""U03: a park whose boundary adjustment is applied for no longer has the range that was approved."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.approved import parks_of_rows
from geoparks.measure.evidence import parts_of
from geoparks.measure.plane import plane_of
from geoparks.measure.udb import adjustment_of
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.normalise.geometry import only_polygons
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "park_range_changed"
_NO_CHANGES = Text("没有为该园区申请边界调整", "no change of the boundary is made for this park")

RULE = Rule(
    id="U03",
    title=Text("核准范围变动", "The approved range changed"),
    about=Text(
        "申请边界调整的园区，其区块与批准边界的对称差面积（多出的和缺少的都算），应为零。没有申请调整的园区不涉及。",
        "Of a park that a boundary adjustment is applied for, the symmetric difference of its blocks and its approved blocks (what"
        " is more and what is missing both count), which must be nothing. A park without changes is not concerned.",
    ),
    subjects=("parks",),
    needs=("blocks", "blocks_approved", "udb_changes", "udb"),
    uses=("parks",),
    geometric=True,
    whole_to_pass=("blocks", "blocks_approved"),
    whole_to_fail=("blocks", "blocks_approved"),
    faults={
        _FAULT: Words(
            title=Text("核准范围变动", "The approved range changed"),
            message=Text(
                "{name}现行区块与批准边界相差 {area}，共 {pieces} 处（多出 {added}，缺少 {missing}）。",
                "the blocks of {name} differ from the approved ones by {area} in {pieces} places ({added} more, {missing} missing).",
            ),
            fix=Text(
                "恢复到核准范围后再申请局部优化；确需变动的，先按程序办理变更。",
                "Restore the approved range before applying; a change of it needs its own approval first.",
            ),
        )
    },
)


def park_range_changed(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of the symmetric difference, of every park; nothing of one that has no changes."""
    for park in parks_of(layers):
        if not adjustment_of(layers).of_park(park.subject.id):
            yield Measurement(park.subject, _FAULT, how="sum", remark=_NO_CHANGES)
        else:
            yield _held(layers, park)


def _held(layers: Dataset, park: Park) -> Measurement:
    blocks, approved = layers["blocks"], layers["blocks_approved"]
    # A block stored in several rows is of the park that any of them names.
    own, rows = (np.flatnonzero(parks_of_rows(some) == park.subject.id).tolist() for some in (blocks, approved))
    if not own or not rows:
        missing = blocks if not own else approved
        title = missing.layer.title
        reason = Text(f"“{title.zh}”里没有该园区的区块", f"the layer {missing.layer.name} has no block of this park")
        return Measurement(park.subject, _FAULT, reason=reason)
    if (why := park.unmeasured) is not None:
        return Measurement(park.subject, _FAULT, reason=why)
    now, then = (
        shapely.union_all(plane_of(features)[some]) for features, some in ((blocks, own), (approved, rows))
    )  # fmt: skip
    more, less = (
        parts_of(only_polygons(np.array([shapely.difference(one, other)], dtype=object))[0], blocks, own[0])
        for one, other in ((now, then), (then, now))
    )
    return Measurement(
        park.subject, _FAULT, parts=(*more, *less), how="sum",
        words={"added": units.area_text(sum(one.value for one in more)), "missing": units.area_text(sum(one.value for one in less))},
    )  # fmt: skip
