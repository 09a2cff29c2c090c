"""What of a difference from the approved boundary has no approval, as a measurement; shared by the rules of B15."""

from __future__ import annotations

import math

import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.approved import Difference
from geoparks.measure.change_approvals import LAYER, approval
from geoparks.measure.plane import plane_of
from geoparks.measure.version_land import Noise
from geoparks.measure.versions import Change, Relation
from geoparks.records import Measurement, Part
from geoparks.text import Text

_WHAT = {
    Relation.ADDED: Text("批准边界里没有这个区块", "no such block was approved"),
    Relation.REMOVED: Text("现行边界里没有这个已批准的区块", "this approved block is gone"),
    Relation.SPLIT: Text("由批准的一个区块分成几个，范围也变了", "an approved block was split, and its land changed"),
    Relation.MERGED: Text("由批准的几个区块合成，范围也变了", "approved blocks were merged, and their land changed"),
    Relation.REGROUPED: Text(
        "批准的几个区块重新划分，范围也变了", "approved blocks were regrouped, and their land changed"
    ),
}
_DIVIDED = {
    Relation.SPLIT: Text("由批准的区块分出，园区范围没有变", "split from an approved block; the park's land is the same"),
    Relation.MERGED: Text("由批准的几个区块合成，园区范围没有变", "merged from approved blocks; the park's land is the same"),
    Relation.REGROUPED: Text("批准的几个区块重新划分，园区范围没有变", "approved blocks were regrouped; the park's land is the same"),
}  # fmt: skip
_OF_OTHER = (
    Text("，现行区块把这片土地划在园区 {park}", ", and the blocks now have its land in the park {park}"),
    Text("，这片土地批准在园区 {park}", ", and the land was approved as the park {park}'s"),
)
_OTHER_PARK = Text("所属园区变了", "it is another park's")
_REDRAWN = Text("范围变了", "its land changed")


def measured(layers: Dataset, fault: str, one: Difference, kinds: tuple[str, ...]) -> Measurement:
    """Square metres that a block has more and less than approved, as far as no approval of these kinds covers them."""
    parts = (*one.added, *one.removed)
    if one.reason is not None:
        return Measurement(one.subject, fault, how="value", reason=one.reason)
    found_land = land(layers, parts)
    relation = one.change.relation if one.change is not None else None
    if not found_land:
        remark = _DIVIDED.get(relation) if relation is not None and one.other_park is None else None
        return Measurement(one.subject, fault, parts=parts, how="sum", remark=remark)
    found = approval(layers, kinds, one.ids, one.park)
    told = said(layers, one)
    if found.is_approved:
        return Measurement(one.subject, fault, how="sum", remark=told + Text("，", ", ") + found.words)
    if found.is_approved is None:
        reason = told + Text("；无法判断是否经过批准：", "; whether it was approved cannot be told: ") + found.words
        return Measurement(one.subject, fault, reason=reason, missing=LAYER)
    return Measurement(one.subject, fault, parts=parts, how="sum", words={"what": told, "approval": found.words})


def resized(layers: Dataset, fault: str, one: Difference) -> Measurement:
    """Square metres by which the area of a block that was moved is another one, as far as no approval of a change of area covers it.

    A change of place approved is not a change of area approved. Where the same shape lies elsewhere there is none: what
    two planes make of it is less than the tolerance of two versions all around.
    """
    change = one.change
    if change is None or one.reason is not None:
        return (
            Measurement(one.subject, fault, reason=one.reason)
            if one.reason is not None
            else Measurement(one.subject, fault, how="sum")
        )
    apart = abs(change.new_m2 - change.old_m2)
    shapes = [part.geometry for part in (*one.added, *one.removed)]
    if apart <= _around(layers, change) * layers.settings["version_tolerance_m"].given:
        return Measurement(one.subject, fault, how="sum")
    before, after = units.area_text(change.old_m2), units.area_text(change.new_m2)
    told = Text(
        "移动了位置，面积也由 {before}变为 {after}", "it was moved, and its area is {after}, not {before}"
    ).fill(before=before, after=after)
    found = approval(layers, ("area",), one.ids, one.park)
    if found.is_approved:
        return Measurement(one.subject, fault, how="sum", remark=told + Text("，", ", ") + found.words)
    if found.is_approved is None:
        reason = told + Text("；无法判断是否经过批准：", "; whether it was approved cannot be told: ") + found.words
        return Measurement(one.subject, fault, reason=reason, missing=LAYER)
    return Measurement(
        one.subject, fault, value=apart, unit="m2", area_m2=apart, evidence=shapely.GeometryCollection(shapes),
        words={"what": told, "approval": found.words, "pieces": 1},
    )  # fmt: skip


def _around(layers: Dataset, change: Change) -> float:
    """Metres of outline of what a change has become."""
    return float(shapely.length(shapely.union_all(plane_of(layers["blocks"])[list(change.new)])))


def said(layers: Dataset, one: Difference) -> Text:
    """The difference in words: 与批准边界相比范围变了，增加 900 亩，减少 0 亩."""
    added, removed = (
        units.area_text(sum(part.value for part in land(layers, some))) for some in (one.added, one.removed)
    )
    change = one.change
    if change is not None and change.relation is Relation.MOVED and change.move is not None:
        way = units.number(change.move.metres, 1)
        side = direction(change.move.east, change.move.north)
        first = Text(
            f"比批准边界向{side.zh}移动 {way} 米", f"it lies {way} m to the {side.en} of where it was approved"
        )
    else:
        first = _WHAT.get(change.relation, _REDRAWN) if change is not None else _REDRAWN
    if one.other_park is not None:
        if change is not None and change.relation in (Relation.UNCHANGED, Relation.RENAMED):
            first = _OTHER_PARK
        first += _OF_OTHER[one.subject.layer == "blocks"].fill(park=one.other_park)
    return first + Text(f"，增加 {added.zh}，减少 {removed.zh}", f", {added.en} more and {removed.en} less")


def land(layers: Dataset, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts that are more than drawing noise, by the toolkit's numbers."""
    noise = Noise.of(layers.settings)
    wide = [one for one in parts if one.width_m is None or one.width_m >= noise.width_m]
    large = [one for one in wide if one.value >= noise.area_m2]
    many = sum(one.value for one in wide) - sum(one.value for one in large) > noise.total_m2
    return tuple(wide if many else large)


_SIDES = (
    Text("东", "east"), Text("东北", "north-east"), Text("北", "north"), Text("西北", "north-west"),
    Text("西", "west"), Text("西南", "south-west"), Text("南", "south"), Text("东南", "south-east"),
)  # fmt: skip


def direction(east: float, north: float) -> Text:
    """The one of eight directions that a move has.

    >>> direction(300, 10).zh, direction(-5, -5).en
    ('东', 'south-west')
    """
    return _SIDES[round(math.atan2(north, east) / (math.pi / 4)) % 8]
