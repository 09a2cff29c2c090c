"""U05: a change of the boundary names no case that was permitted on its day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from geoparks.dataset import Dataset
from geoparks.measure.plane import from_plane
from geoparks.measure.udb import Change, adjustment_of
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "case_not_permitted"

RULE = Rule(
    id="U05",
    title=Text("调整情形不在允许之列", "No permitted case for the change"),
    about=Text(
        "每个调整地块所填的情形，是否属于调整之日有效的文件允许的情形；没有填调整日期的，按检查日。允许情形的清单写在政策包里"
        "（条款的 exempt.case）；清单没有核对过的，由人工对照原文件判定。",
        "Whether the case that a change names is one that the document in force on its day permits; on the day of the check where"
        " it states no day. The list of cases stands in the pack (exempt.case of the clause); where it was not verified, a person"
        " compares with the document.",
    ),
    subjects=("udb_changes",),
    needs=("udb_changes", "udb"),
    faults={
        _FAULT: Words(
            title=Text("调整情形不在允许之列", "No permitted case for the change"),
            message=Text(
                "{name}（{direction}，{day}）所填情形：{case}，不在当日有效的允许情形之内。",
                "{name} ({direction}, {day}) names the case: {case}, which was not permitted on that day.",
            ),
            fix=Text(
                "按有效文件列明的情形重新论证，或撤回该地块。", "Argue it under a permitted case, or withdraw the plot."
            ),
        )
    },
)
_DIRECTION = {"in": Text("调入", "in"), "out": Text("调出", "out"), None: Text("方向未填", "direction not stated")}
_NONE = Text("未填", "none")


def case_not_permitted(layers: Dataset) -> Iterator[Measurement]:
    """1 for every change, with the case it names as a fact: the clause excepts the cases that it permits."""
    features = layers["udb_changes"]
    for change in adjustment_of(layers).changes:
        if change.case is None and not features.has("case"):
            yield Measurement(change.subject, _FAULT, reason=features.why_missing("case"), row=change.row)
            continue
        day = min(change.on, layers.on) if change.on is not None else layers.on
        case = " ".join(change.case.split()) if change.case is not None else ""
        words = {
            "direction": _DIRECTION[change.direction],
            "day": day.isoformat(),
            "case": f"“{case}”" if case else _NONE,
        }
        place = None if change.shape.is_empty else from_plane(np.array([change.shape], dtype=object))[0]
        yield Measurement(
            change.subject, _FAULT, value=1.0, unit="count", acted_on=day, facts={"case": case}, row=change.row,
            field_name="case", field_value=case or None, evidence=place, words=words, reason=_to_compare(change, words),
        )  # fmt: skip


def _to_compare(change: Change, words: Mapping[str, object]) -> Text:
    """What a person must look at, where the pack has no verified list."""
    evidence = Text(f"；佐证文号 {change.evidence_no}", f"; evidence {change.evidence_no}") if change.evidence_no else Text(
        "；没有填佐证文号", "; no evidence number")  # fmt: skip
    return (
        Text(
            "所填情形：{case}。{day} 有效的允许情形清单没有经过核对，须由人工对照原文件判定",
            "it names the case: {case}. The list of cases permitted on {day} was not verified: a person must compare with the document",
        ).fill(**words)
        + evidence
    )
