"""B03: a park lies in an area where development is restricted."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.records import Measurement, Rule, Words
from geoparks.rules.in_prohibited_area import in_category
from geoparks.text import Text

_CATEGORY = "限制"

RULE = Rule(
    id="B03",
    title=Text("位于限制开发区域", "In a restricted-development area"),
    about=Text(
        "园区（自有的面连同各区块）与主体功能区中限制开发区域重叠的面积。",
        "The area that a park, its own polygon and its blocks together, shares with restricted-development areas.",
    ),
    subjects=("parks",),
    needs=("main_function",),
    uses=("parks", "blocks"),
    geometric=True,
    faults={
        "in_restricted_area": Words(
            title=Text("位于限制开发区域", "In a restricted-development area"),
            message=Text(
                "{name}有 {area}位于限制开发区域。", "{area} of {name} lies in a restricted-development area."
            ),
            fix=Text(
                "原则上不得建设园区：调整范围，或说明依据。",
                "In principle no park may be there: redraw it, or state the grounds.",
            ),
        )
    },
)


def in_restricted_area(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of every park inside areas of the category 限制."""
    yield from in_category(layers, _CATEGORY, "in_restricted_area")
