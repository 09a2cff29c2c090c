"""U01: after a boundary adjustment, urban construction land exceeds the approved scale."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.boundary_limits import held_to_limit
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "boundary_over_scale"

RULE = Rule(
    id="U01",
    title=Text("城镇建设用地规模超出批准规模", "Urban construction land above the approved scale"),
    about=Text(
        "边界调整后旗县边界内计入城镇建设用地规模的面积，减去批准规模（平方米）；同时列出调整前后的边界面积、调入、调出和净增面积，"
        "以及调入是否不大于调出。哪些分区计入规模是有名称的设定，随数值列出。边界本身的规模由扩展倍数控制，见 U02。",
        "What of a county's boundary counts as urban construction land after the adjustment, less the approved scale, in m²;"
        " beside it the boundary before and after, the land in and out, the net, and whether more comes in than goes. Which zones"
        " count is a named setting, told with the figure. The boundary itself is held by the expansion multiple (U02).",
    ),
    subjects=("udb_limits", "parks"),
    needs=("udb", "udb_changes", "udb_limits"),
    uses=("counties", "parks"),
    figures=("U01",),
    geometric=True,
    whole_to_pass=("udb", "udb_changes"),
    whole_to_fail=("udb_changes",),
    faults={
        _FAULT: Words(
            title=Text("城镇建设用地规模超出批准规模", "Urban construction land above the approved scale"),
            message=Text(
                "{county}调整后城镇建设用地规模 {after}（调整前 {before}），批准规模 {approved}，超出 {excess}；边界调入 {brought}，"
                "调出 {let_go}，净增 {net}{balance}。",
                "after the adjustment {county} has {after} of urban construction land ({before} before); {approved} are approved,"
                " {excess} too much; {brought} come into the boundary, {let_go} go, net {net}{balance}.",
            ),
            fix=Text(
                "减少调入或增加调出，使调整后不超过批准的城镇建设用地规模。",
                "Bring in less or let go more, until the approved scale is kept.",
            ),
        )
    },
)


def boundary_over_scale(layers: Dataset) -> Iterator[Measurement]:
    """Square metres above the approved scale, of every county, and of every park's counties that it has changes in."""
    return held_to_limit(layers, _FAULT, "U01")
