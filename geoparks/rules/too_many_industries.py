"""B13: a park, in Ordos an industry park (产业园), names more leading industries than it should, or none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Subject, Words
from geoparks.text import Text

_FAULT = "too_many_industries"

RULE = Rule(
    id="B13",
    title=Text("主导产业数量", "Number of leading industries"),
    about=Text(
        "每个园区（鄂尔多斯为园区下的每个产业园）列出的主导产业个数。",
        "How many leading industries a park names; in Ordos, each industry park (产业园) of a park.",
    ),
    subjects=("parks", "sub_parks"),
    needs=("parks",),
    uses=("sub_parks", "blocks"),
    faults={
        _FAULT: Words(
            title=Text("主导产业数量不合要求", "Not one or two leading industries"),
            message=Text(
                "{name}列有 {count} 个主导产业（{industries}），要求{expected}。",
                "{name} names {count} leading industries ({industries}); {expected} are asked for.",
            ),
            fix=Text(
                "聚焦一至两个主导产业，并在规划和名录中明确。", "Settle on one or two, in the plan and in the register."
            ),
        )
    },
)


def too_many_industries(layers: Dataset) -> Iterator[Measurement]:
    """The number of different leading industries of every park and every industry park."""
    parks, blocks = layers["parks"], layers.get("blocks")
    for park in parks_of(layers):
        if park.row is not None:
            of_blocks = [] if blocks is None else list(blocks.column("leading_industries").iloc[list(park.blocks)])
            yield _count(park.subject, parks, park.row, of_blocks, park.lonlat)
    sub_parks = layers.get("sub_parks")
    if sub_parks is None:
        reason = layers.why_not("sub_parks")
        yield Measurement(Subject("sub_parks", ""), _FAULT, reason=reason, missing="sub_parks")
        return
    shapes = sub_parks.geometry
    for position in range(len(sub_parks)):
        yield _count(sub_parks.subject(position), sub_parks, position, [], shapes[position])


def _count(
    subject: Subject, features: Features, row: int, instead: list[Any], evidence: shapely.Geometry | None
) -> Measurement:
    """What the record names; where it is blank, what stands `instead`: the industries that a park's blocks set."""
    if (disputed := features.disputed(row, "leading_industries")) is not None:
        return Measurement(subject, _FAULT, reason=disputed)
    stated = features.column("leading_industries").iloc[row]
    listed = [words for words in ([stated] if isinstance(stated, str) else instead) if isinstance(words, str)]
    if not listed:
        blank = Text("未填主导产业", "no leading industry given")
        reason = blank if features.has("leading_industries") else features.why_missing("leading_industries")
        return Measurement(subject, _FAULT, reason=reason)
    industries = list(dict.fromkeys(one for words in listed for one in words.split("、")))
    return Measurement(
        subject,
        _FAULT,
        value=float(len(industries)),
        row=int(features.rows[row]),
        field_name="leading_industries",
        field_value="、".join(industries),
        evidence=evidence,
        words={"count": len(industries), "industries": "、".join(industries)},
    )
