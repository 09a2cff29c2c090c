"""B15: a block or park bears another name than approved, and no approval of a change of name is on record."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.approved_names import names
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "name_changed_unapproved"

RULE = Rule(
    id="B15",
    title=Text("名称与批准的不一致，没有批准", "Name changed without approval"),
    about=Text(
        "区块现名与批准边界中对应区块的名称是否一致；“变更批准”里写有原名称的园区，现名与原名称不同的，是否经过批准。",
        "Whether a block bears the name of the approved block that it corresponds to; and of a park whose old name is in boundary_changes, whether its present one was approved.",
    ),
    subjects=("blocks",),
    needs=("blocks", "blocks_approved"),
    uses=("boundary_changes", "parks"),
    whole_to_pass=("blocks_approved",),
    whole_to_fail=("blocks_approved", "boundary_changes"),
    faults={
        _FAULT: Words(
            title=Text("名称与批准的不一致，没有批准", "Name changed without approval"),
            message=Text(
                "{name}批准时的名称为“{old_name}”；{approval}。",
                "{name} was approved as “{old_name}”; {approval}.",
            ),
            fix=Text(
                "使用批准的名称；确需更名的，按规定办理，并把批准文号、日期补入“变更批准”。",
                "Use the approved name; where another is needed, have it approved and enter number and date into boundary_changes.",
            ),
        )
    },
)


def name_changed_unapproved(layers: Dataset) -> Iterator[Measurement]:
    """1 for every block and park whose name changed without an approval, 0 for the others."""
    for one in names(layers):
        if one.reason is not None:
            yield Measurement(one.subject, _FAULT, reason=one.reason, missing=one.missing)
        else:
            yield Measurement(
                one.subject, _FAULT, value=float(one.unapproved), remark=one.words, evidence=one.evidence, field_name="name",
                field_value=one.name, words={"old_name": one.old_name, "approval": one.words},
            )  # fmt: skip
