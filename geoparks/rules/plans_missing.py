"""B19: a park lacks a plan or a report that it must have on record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_DOCUMENTS = ("has_master_plan", "has_industry_plan", "has_plan_eia", "has_water_report")

RULE = Rule(
    id="B19",
    title=Text("规划文件缺失", "Plans missing"),
    about=Text(
        "园区总体规划、产业发展规划、规划环评、水资源论证是否在案。未填的不作“有”也不作“无”。",
        "Whether master plan, industry plan, plan EIA and water-resources report are on record. A blank is neither yes nor no.",
    ),
    subjects=("parks",),
    needs=("parks",),
    faults={
        "plans_missing": Words(
            title=Text("规划文件缺失", "Plans missing"),
            message=Text("{name}缺少：{missing}。", "{name} lacks: {missing}."),
            fix=Text(
                "组织编制并报批；已有的，在园区名录中注明。",
                "Have it drawn up and approved; where it exists, state so in the register.",
            ),
        )
    },
)


def plans_missing(layers: Dataset) -> Iterator[Measurement]:
    """For every park of the register, which of the four documents it does not have."""
    parks = layers["parks"]
    for park in parks_of(layers):
        if park.row is None:
            continue
        items: dict[str, float | None] = {}
        for name in _DOCUMENTS:
            value: Any = parks.column(name).iloc[park.row]
            items[name] = None if value is None or value != value else float(not value)
        disputed = parks.disputed(park.row, *_DOCUMENTS)
        missing = [parks.layer.fields[name].title for name, lacks in items.items() if lacks]
        blank = [parks.layer.fields[name].title for name, lacks in items.items() if lacks is None]
        unknown = Text("未填：" + "、".join(one.zh for one in blank), "blank: " + ", ".join(one.en for one in blank))
        yield Measurement(
            park.subject,
            "plans_missing",
            items=items,
            evidence=park.lonlat,
            row=int(parks.rows[park.row]),
            field_name="、".join(name for name, lacks in items.items() if lacks) or None,
            reason=disputed or (unknown if blank else None),
            words={"missing": Text("、".join(one.zh for one in missing), ", ".join(one.en for one in missing))},
        )
