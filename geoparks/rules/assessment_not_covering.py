"""B18: the assessments of a kind leave part of a park out."""

from __future__ import annotations

import math
from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.assessed import Cover, covers, kind_title, left_of
from geoparks.measure.assessed_words import NO_LAND, blocks_left, first_of, told_ids
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text, joined

_FAULT = "assessment_not_covering"

RULE = Rule(
    id="B18",
    title=Text("区域评估没有覆盖全部区块", "Assessments leave land out"),
    about=Text(
        "有区域评估的每一类，园区各区块在有效的和已过期的评估范围之外的面积（过期的另列）。两项评估合起来覆盖的，算覆盖。是否有效无法认定的评估，"
        "只在其范围影响结论时才不作结论。",
        "Of each kind that has an assessment, the area of the park's blocks outside all that are in force or have run out (what has"
        " run out is a fault of its own). Two that cover a block together cover it. One of which nobody knows whether it is in force"
        " leaves the verdict open only where its extent decides.",
    ),
    subjects=("parks",),
    needs=("assessments",),
    uses=("parks", "blocks"),
    geometric=True,
    whole_to_pass=(),
    whole_to_fail=("assessments",),
    faults={
        _FAULT: Words(
            title=Text("区域评估没有覆盖全部区块", "Assessments leave land out"),
            message=Text(
                "{name}的{kind}（{which}）没有覆盖 {area}：{blocks}。",
                "{kind} of {name} ({which}) leaves out {area}: {blocks}.",
            ),
            fix=Text(
                "补做未覆盖部分的评估；图形画错的，改正评估范围。",
                "Assess the rest; where the extent is drawn wrongly, redraw it.",
            ),
        )
    },
)


def assessment_not_covering(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of every park's blocks that no assessment of a kind covers, now or before; for each kind that has one."""
    for cover in covers(layers):
        if cover.missing is not False:  # what is not there leaves nothing out: it is missing
            yield Measurement(cover.park.subject, _FAULT, how="sum")
            continue
        if not cover.park.is_area:
            yield Measurement(cover.park.subject, _FAULT, reason=NO_LAND, facts={"kind": cover.kind})
            continue
        yield _measured(cover, layers)


def _measured(cover: Cover, layers: Dataset) -> Measurement:
    left, unmeasured = left_of(cover, layers), cover.park.unmeasured
    reasons = [one for one in (unmeasured, cover.reason) if one is not None]
    return Measurement(
        cover.park.subject,
        _FAULT,
        parts=left.bare,
        unsure=left.maybe_bare,
        value_at_most=math.inf if unmeasured is not None else None,
        how="sum",
        other=first_of(cover),
        reason=joined(reasons) if reasons else None,
        facts={"kind": cover.kind},
        field_name="kind",
        field_value=cover.kind,
        words={
            "kind": kind_title(layers, cover.kind),
            "which": told_ids(cover),
            "blocks": blocks_left(left.bare, cover.park, layers),
        },
    )
