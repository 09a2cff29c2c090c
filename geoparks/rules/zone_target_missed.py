"""E12: a goal for national development zones or for high-tech zones has not been reached."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.series import held
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "zone_target_missed"

RULE = Rule(
    id="E12",
    title=Text("国家级经开区、高新区目标未达到", "A goal of national or high-tech zones not reached"),
    about=Text(
        "国家级经开区到 2027 年、高新区到 2025 年的目标；到期前只列差距。占全区的比例，名录和盟市年报须含全部盟市才计算。",
        "The goals of national development zones to 2027 and of high-tech zones to 2025; before they are due only the gap is"
        " shown. Shares of the region are computed only where the register and the league figures reach all of it.",
    ),
    subjects=("parks", "region"),
    needs=("parks",),
    uses=("park_stats", "league_stats", "evaluations"),
    figures=("E01", "E12"),
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


def zone_target_missed(layers: Dataset) -> Iterator[Measurement]:
    """Every figure that a goal may be about, with all its years."""
    return held(layers, _FAULT, ("E01.rd_share", "E12."), RULE.subjects)
