"""B15: a block is not what was approved, and no approval of a change of area is on record."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.approved import differences, was_moved
from geoparks.measure.unapproved import land, measured, resized
from geoparks.records import Indicator, Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "boundary_changed_unapproved"

RULE = Rule(
    id="B15",
    title=Text("边界与批准的不一致，没有批准", "Boundary changed without approval"),
    about=Text(
        "区块比批准边界多出和缺少的面积，没有调整面积的批准覆盖的部分。以园区为准：区块之间重新划分、分割、合并而园区范围不变的，不是变动；划给另一园区的，两个园区都变动；整块移位的另计，移位而面积也变了的，面积之差算在这里。批准记录须有文号，日期不晚于检查日。",
        "What a block has more and less than was approved, as far as no approval of a change of area covers it. The park counts: land that passed between its blocks, or a block cut in two, is no change; land that passed to another park is one of both; a block that was moved is told apart, and only by how much its area changed counts here. An approval has a number and a date not after the day.",
    ),
    subjects=("blocks",),
    needs=("blocks", "blocks_approved"),
    uses=("boundary_changes", "parks"),
    geometric=True,
    whole_to_pass=("blocks_approved",),
    whole_to_fail=("blocks_approved", "boundary_changes"),
    faults={
        _FAULT: Words(
            title=Text("边界与批准的不一致，没有批准", "Boundary changed without approval"),
            message=Text(
                "{name}与批准边界不一致：{what}，共 {pieces} 处；{approval}。",
                "{name} is not as approved: {what}, in {pieces} places; {approval}.",
            ),
            fix=Text(
                "恢复到批准边界；确需变动的，按规定办理变更，并把批准文号、日期补入“变更批准”。",
                "Restore the approved boundary; where a change is needed, have it approved and enter number and date into boundary_changes.",
            ),
        )
    },
)


def boundary_changed_unapproved(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of every block that differ from the approved boundary of its park without an approval."""
    for one in differences(layers):
        if was_moved(one):
            yield resized(layers, _FAULT, one)
            continue
        # A block that came or went may have been approved as a change of place, too.
        whole = one.change is not None and not (one.change.old and one.change.new)
        yield measured(layers, _FAULT, one, ("area", "relocation") if whole else ("area",))


def indicators(layers: Dataset) -> Iterator[Indicator]:
    """Square metres that every block has more and less than was approved, whether that was approved since or not."""
    for one in differences(layers):
        for name, title, parts in (
            ("B15.added_m2", Text("比批准边界增加的面积", "more than approved"), one.added),
            ("B15.removed_m2", Text("比批准边界减少的面积", "less than approved"), one.removed),
        ):
            yield Indicator(
                id=name, title=title, subject=one.subject, year=layers.year, unit="m2", reason=one.reason,
                value=sum(part.value for part in land(layers, parts)) if one.reason is None else None,
                formula=Text("区块与园区批准边界之差，椭球面积，碎片不计", "block against the approved boundary of its park, ellipsoidal, without slivers"),
                source=Text("blocks、blocks_approved", "blocks, blocks_approved"),
            )  # fmt: skip
