"""B03: a park lies in an area where development is prohibited."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of, shared_with
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_CATEGORY = "禁止"

RULE = Rule(
    id="B03",
    title=Text("位于禁止开发区域", "In a prohibited-development area"),
    about=Text(
        "园区与主体功能区中禁止开发区域重叠的面积。", "The area that a park shares with prohibited-development areas."
    ),
    subjects=("parks",),
    needs=("main_function",),
    uses=("parks", "blocks"),
    geometric=True,
    faults={
        "in_prohibited_area": Words(
            title=Text("位于禁止开发区域", "In a prohibited-development area"),
            message=Text(
                "{name}有 {area}位于禁止开发区域。", "{area} of {name} lies in a prohibited-development area."
            ),
            fix=Text("调整园区范围，退出禁止开发区域。", "Redraw the park to leave the prohibited area."),
        )
    },
)


def in_prohibited_area(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of every park inside areas of the category 禁止."""
    yield from in_category(layers, _CATEGORY, "in_prohibited_area")


def in_category(layers: Dataset, category: str, fault: str) -> Iterator[Measurement]:
    """Square metres of every park inside main-function areas of one category."""
    areas = layers["main_function"]
    if not areas.has("category"):
        for park in parks_of(layers):
            yield Measurement(park.subject, fault, reason=areas.why_missing("category"))
        return
    stated = areas.column("category")
    among = (stated == category).to_numpy()
    unknown = ~stated.isin(layers.catalogue.codes["main_function"].values).to_numpy()
    for park in parks_of(layers):
        if not park.is_area:
            reason = Text("园区没有面，无法量算重叠", "the park has no polygon to overlay")
            yield Measurement(park.subject, fault, reason=reason)
            continue
        yield Measurement(
            park.subject,
            fault,
            parts=shared_with(park, areas, among, layers),
            unsure=shared_with(park, areas, unknown, layers),
            how="sum",
            reason=Text(
                "所在主体功能区未注明类别，或类别不在代码表中",
                "the main-function area there names no category, or one that is in no list",
            ),
        )
