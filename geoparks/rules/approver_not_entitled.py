"""B12: a park was approved by neither the State Council nor the region."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.codes import held_against
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

RULE = Rule(
    id="B12",
    title=Text("批准机关不符", "Not approved by who may"),
    about=Text(
        "园区是否经国务院或者自治区人民政府批准设立。",
        "Whether a park was approved by the State Council or the region's government.",
    ),
    subjects=("parks",),
    needs=("parks",),
    faults={
        "approver_not_entitled": Words(
            title=Text("批准机关不符", "Not approved by who may"),
            message=Text(
                "{name}的批准机关为“{value}”，应为{allowed}。",
                "{name} was approved by “{value}”; it must be {allowed}.",
            ),
            fix=Text("核对批准文件。", "Check the approval."),
        )
    },
)


def approver_not_entitled(layers: Dataset) -> Iterator[Measurement]:
    """1 for every park whose authority is not in the list, 0 where it is."""
    yield from held_against(layers, "approved_by", "approver_not_entitled")
