"""U02: after a boundary adjustment, the expansion multiple is above the approved one."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.boundary_limits import held_to_limit
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "multiple_exceeded"

RULE = Rule(
    id="U02",
    title=Text("城镇开发边界扩展倍数突破", "Expansion multiple exceeded"),
    about=Text(
        "边界调整后计入扩展倍数的边界面积，减去基期城镇建设用地与批准扩展倍数之积（平方米）；同时列出调整前、调整后和批准的扩展倍数。"
        "扩展倍数的口径（哪些分区计入）是有名称的设定，随数值列出。",
        "What of the boundary counts for the expansion multiple after the adjustment, less the base-year land times the approved"
        " multiple, in m²; beside it the multiple before, after and approved. Which zones count is a named setting, told with the"
        " figure.",
    ),
    subjects=("udb_limits", "parks"),
    needs=("udb", "udb_changes", "udb_limits"),
    uses=("counties", "parks"),
    figures=("U02",),
    geometric=True,
    whole_to_pass=("udb", "udb_changes"),
    whole_to_fail=("udb_changes",),
    faults={
        _FAULT: Words(
            title=Text("城镇开发边界扩展倍数突破", "Expansion multiple exceeded"),
            message=Text(
                "{county}调整后扩展倍数 {after}（调整前 {before}），批准 {approved}，边界超出 {excess}。口径：{definition}。",
                "after the adjustment the expansion multiple of {county} is {after} ({before} before); {approved} is approved, the"
                " boundary is {excess} too large. Definition: {definition}.",
            ),
            fix=Text(
                "减少调入或增加调出，使扩展倍数不超过批准值。",
                "Bring in less or let go more, until the approved multiple is kept.",
            ),
        )
    },
)


def multiple_exceeded(layers: Dataset) -> Iterator[Measurement]:
    """Square metres above the approved multiple, of every county, and of every park's counties that it has changes in."""
    return held_to_limit(layers, _FAULT, "U02")
