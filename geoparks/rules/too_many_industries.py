"""B13: a park, in Ordos an industry park (产业园), names more leading industries than it should, or none."""

from __future__ import annotations

from collections.abc import Iterator

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
    uses=("sub_parks",),
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
    parks = layers["parks"]
    for park in parks_of(layers):
        if park.row is not None:
            yield _count(park.subject, parks, park.row)
    sub_parks = layers.get("sub_parks")
    if sub_parks is None:
        yield Measurement(Subject("sub_parks", ""), _FAULT, reason=layers.why_not("sub_parks"))
        return
    for position in range(len(sub_parks)):
        yield _count(sub_parks.subject(position), sub_parks, position)


def _count(subject: Subject, features: Features, row: int) -> Measurement:
    words = features.column("leading_industries").iloc[row]
    if not isinstance(words, str):
        missing = (
            features.why_missing("leading_industries")
            if not features.has("leading_industries")
            else Text("未填主导产业", "no leading industry given")
        )
        return Measurement(subject, _FAULT, reason=missing)
    industries = list(dict.fromkeys(words.split("、")))
    return Measurement(
        subject,
        _FAULT,
        value=float(len(industries)),
        row=int(features.rows[row]),
        field_name="leading_industries",
        field_value=words,
        evidence=features.geometry[row],
        words={"count": len(industries), "industries": "、".join(industries)},
    )
