"""B12: a park is of none of the eight kinds."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.codes import held_against
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

RULE = Rule(
    id="B12",
    title=Text("类别不在八类之内", "Not one of the eight kinds"),
    about=Text("园区类别是否为办法所列八类之一。", "Whether a park's kind is one of the eight that the measures name."),
    subjects=("parks",),
    needs=("parks",),
    faults={
        "unknown_kind": Words(
            title=Text("类别不在八类之内", "Not one of the eight kinds"),
            message=Text(
                "{name}的类别“{value}”不在规定的八类之内：{allowed}。",
                "{name} is of kind “{value}”, none of the eight: {allowed}.",
            ),
            fix=Text(
                "按批准文件改正类别；不属于工业园区的，不应列入本名录。",
                "Correct the kind; what is no industrial park does not belong here.",
            ),
        )
    },
)


def unknown_kind(layers: Dataset) -> Iterator[Measurement]:
    """1 for every park whose kind is not in the list of eight, 0 where it is."""
    yield from held_against(layers, "kind", "unknown_kind")
