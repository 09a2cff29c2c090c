"""B18: an assessment has run out, and none in force covers its land."""

from __future__ import annotations

import math
from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.assessed import Cover, Standing, covers, kind_title, left_of
from geoparks.measure.assessed_words import NO_LAND, blocks_left, first_of, ran_out_on
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text, joined

_FAULT = "assessment_expired"

RULE = Rule(
    id="B18",
    title=Text("区域评估过期", "Assessments run out"),
    about=Text(
        "园区各区块中，只有已过期的评估覆盖、没有有效的评估覆盖的面积，按类型。“有效期至”当日仍有效，次日起过期。同一范围已有新的评估的，不算。",
        "The area of a park's blocks that only an assessment covers that has run out, by kind. It is in force on the last day of its"
        " term and run out on the next. Land that a newer one covers is none.",
    ),
    subjects=("parks",),
    needs=("assessments",),
    uses=("parks", "blocks"),
    geometric=True,
    whole_to_pass=(),
    whole_to_fail=("assessments",),
    faults={
        _FAULT: Words(
            title=Text("区域评估过期", "Assessments run out"),
            message=Text(
                "{name}的{kind}已过期：{which}；{area}没有有效的评估：{blocks}。",
                "{kind} of {name} has run out: {which}; {area} without one in force: {blocks}.",
            ),
            fix=Text(
                "重新评估或办理延期；已办理的，更新有效期。",
                "Assess again or have the term extended; where that was done, enter the new term.",
            ),
        )
    },
)


def assessment_expired(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of every park's blocks that only an assessment covers that has run out; for each kind that has one."""
    for cover in covers(layers):
        facts = {"kind": cover.kind} if cover.missing is False else {}
        if not cover.rows.get(Standing.EXPIRED):
            yield Measurement(cover.park.subject, _FAULT, how="sum", facts=facts)
            continue
        if not cover.park.is_area:
            yield Measurement(cover.park.subject, _FAULT, reason=NO_LAND, facts=facts)
            continue
        left = left_of(cover, layers)
        unmeasured = cover.park.unmeasured or (_undrawn(cover) if left.bare or left.maybe_bare else None)
        reasons = [one for one in (unmeasured, cover.reason) if one is not None]
        yield Measurement(
            cover.park.subject,
            _FAULT,
            parts=left.expired,
            unsure=left.maybe_expired,
            value_at_most=math.inf if unmeasured is not None else None,
            how="sum",
            other=first_of(cover, Standing.EXPIRED),
            reason=joined(reasons) if reasons else None,
            facts=facts,
            field_name="valid_until_on",
            field_value=cover.kind,
            words={
                "kind": kind_title(layers, cover.kind),
                "which": ran_out_on(cover),
                "blocks": blocks_left(left.expired, cover.park, layers),
            },
        )


def _undrawn(cover: Cover) -> Text | None:
    """Assessments that ran out and have no geometry: which land they leave nobody knows."""
    shapes = cover.features.geometry
    lost = [
        name
        for name in cover.ids(Standing.EXPIRED)
        if any(shapes[row] is None or shapes[row].is_empty for row in cover.features.positions(name))
    ]
    return (
        Text(f"已过期的评估{'、'.join(lost)}没有图形", f"{', '.join(lost)} ran out and has no geometry")
        if lost
        else None
    )
