"""E10: a sub-park uses less new energy than it was to by a day."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.series import held
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "new_energy_low"

RULE = Rule(
    id="E10",
    title=Text("新能源消纳比例未达标", "Share of new energy below its goal"),
    about=Text(
        "产业园新能源用电量占用电量的比例，与到期的目标对照。",
        "New-energy electricity over all electricity of a sub-park, held against the goals that are due.",
    ),
    subjects=("sub_parks",),
    needs=("sub_parks", "park_stats"),
    figures=("E10",),
    faults={
        _FAULT: Words(
            title=Text("新能源消纳比例未达标", "Share of new energy below its goal"),
            message=Text(
                "{name} {year} 年新能源消纳比例 {measured}，要求{expected}。",
                "{name} used {measured} of new energy in {year}; {expected} is asked for.",
            ),
            fix=Text("增加新能源消纳。", "Use more new energy."),
        )
    },
)


def new_energy_low(layers: Dataset) -> Iterator[Measurement]:
    """The share of every sub-park, with all its years."""
    return held(layers, _FAULT, ("E10.new_energy_share",), RULE.subjects)
