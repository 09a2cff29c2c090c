"""E15: a class-one park lacks connections (九通一平)."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.series import held
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "connections_missing"

RULE = Rule(
    id="E15",
    title=Text("一类园区未达到九通一平", "Connections missing in a class-one park"),
    about=Text(
        "一类园区缺少“九通一平”中的几项；是哪十项由单位填写。",
        "How many of the connections a class-one park lacks; which ten these are the office states.",
    ),
    subjects=("parks",),
    needs=("parks",),
    uses=("facilities", "park_stats"),
    figures=("E15",),
    whole_to_pass=(),
    faults={
        _FAULT: Words(
            title=Text("九通一平缺项", "Connections missing"),
            message=Text("{name}“九通一平”缺 {measured}。", "{name} lacks {measured} of the connections."),
            fix=Text("按计划补齐。", "Have them built by plan."),
        )
    },
)


def connections_missing(layers: Dataset) -> Iterator[Measurement]:
    """What every class-one park lacks."""
    return held(layers, _FAULT, ("E15.connections_missing",), RULE.subjects)
