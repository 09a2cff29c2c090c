"""B15: a block lies elsewhere than approved, and no approval of a change of place is on record."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.approved import differences, was_moved
from geoparks.measure.unapproved import measured
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "place_changed_unapproved"

RULE = Rule(
    id="B15",
    title=Text("位置与批准的不一致，没有批准", "Place changed without approval"),
    about=Text(
        "整块移动了位置（形状不变，或同一编号的区块换了地方）的区块与批准边界的差异面积，没有调整区位的批准覆盖的部分。",
        "Of a block that was moved (the same shape, or the same id on other land), the area that differs from the approved boundary, as far as no approval of a change of place covers it.",
    ),
    subjects=("blocks",),
    needs=("blocks", "blocks_approved"),
    uses=("boundary_changes", "parks"),
    geometric=True,
    whole_to_pass=("blocks_approved",),
    whole_to_fail=("blocks_approved", "boundary_changes"),
    faults={
        _FAULT: Words(
            title=Text("位置与批准的不一致，没有批准", "Place changed without approval"),
            message=Text(
                "{name}不在批准的位置：{what}；{approval}。",
                "{name} is not where it was approved: {what}; {approval}.",
            ),
            fix=Text(
                "先核对两份数据的坐标系是否一致；确已移位的，恢复原位或按规定办理区位调整。",
                "First see that both data use one coordinate system; if it was moved, restore it or have the change of place approved.",
            ),
        )
    },
)


def place_changed_unapproved(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of every block that was moved by which it differs from the approved boundary without an approval."""
    for one in differences(layers):
        yield (
            measured(layers, _FAULT, one, ("relocation",))
            if was_moved(one)
            else Measurement(one.subject, _FAULT, how="sum")
        )
