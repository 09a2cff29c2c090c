"""E05: a goal that the city set for a day has not been reached."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.series import held
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "target_missed"

RULE = Rule(
    id="E05",
    title=Text("全市提质目标未达到", "A goal of the city not reached"),
    about=Text(
        "产值、亩均产值、集群、绿色和智慧园区等指标与到期的目标对照；园区的目标与全市的目标各算各的，互不推算。未到期的目标只列差距，不作判定。",
        "Output, output per mu, clusters, green and smart parks held against the goals that are due; the goals of the parks and"
        " that of the city do not follow from each other. Of goals that are not due yet only the gap is shown.",
    ),
    subjects=("parks", "leagues"),
    needs=("parks",),
    uses=("park_stats", "enterprises", "enterprise_stats", "industry_groups", "facilities"),
    figures=("E01", "E05"),
    whole_to_pass=(),
    faults={
        _FAULT: Words(
            title=Text("目标未达到", "Goal not reached"),
            message=Text(
                "{name}：{goal}，{year} 年实为 {measured}，要求{expected}。",
                "{name}: {goal}; in {year} it was {measured}, {expected} is asked for.",
            ),
            fix=Text("按目标任务分解，查明差距原因。", "Find out where the gap comes from, task by task."),
        )
    },
)


def target_missed(layers: Dataset) -> Iterator[Measurement]:
    """Every figure that a goal may be about, with all its years."""
    return held(layers, _FAULT, ("E01.output", "E05."), RULE.subjects)
