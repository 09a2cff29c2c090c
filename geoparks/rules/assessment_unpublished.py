"""B18: the result of an assessment in force has not been made public."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geoparks.dataset import Dataset
from geoparks.measure.assessed import Standing, kind_title, standing
from geoparks.measure.days import days_of
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text, same

_FAULT = "assessment_unpublished"

RULE = Rule(
    id="B18",
    title=Text("区域评估成果没有公开", "Assessment not published"),
    about=Text(
        "已批准、未过期的评估成果到检查日是否已公开。有公开日期一栏而该项空白的，按没有公开记录计；整栏没有的，未检查。“及时”没有规定天数，不作判定。",
        "Whether the result of an assessment that is approved and has not run out was public on the day. A blank in a column that is"
        " there is no record of publication; without the column it is not checked. How soon is not laid down, and not judged.",
    ),
    subjects=("assessments",),
    needs=("assessments",),
    uses=("parks",),
    faults={
        _FAULT: Words(
            title=Text("区域评估成果没有公开", "Assessment not published"),
            message=Text(
                "{kind}成果 {name}（批准于 {approved}）没有公开记录{later}。",
                "{kind}, {name}, approved on {approved}: no record of publication{later}.",
            ),
            fix=Text("公开成果；已经公开的，补填公开日期。", "Publish it; where that was done, enter the day."),
        )
    },
)


def assessment_unpublished(layers: Dataset) -> Iterator[Measurement]:
    """1 for every assessment that is approved, has not run out and was not public on the day; 0 for the others."""
    features = layers["assessments"]
    states, published = standing(features, layers.on), days_of(features.column("published_on"))
    approved, kind = days_of(features.column("approved_on")), features.column("kind")
    for name in dict.fromkeys(map(str, features.ids)):
        row = features.positions(name)[0]
        subject = features.subject(row)
        if not features.has("published_on"):
            yield Measurement(subject, _FAULT, reason=features.why_missing("published_on"))
            continue
        public = bool(published[row] <= np.datetime64(layers.on, "D"))
        done = public or states[row] in (Standing.EXPIRED, Standing.NOT_YET)
        unknown = features.disputed(row, "published_on", "approved_on")
        if unknown is None and np.isnat(approved[row]) and not done:
            unknown = Text("没有填批准日期", "its day of approval is not stated")
        later = "" if np.isnat(published[row]) else str(published[row])
        yield Measurement(
            subject,
            _FAULT,
            value=None if unknown is not None and not done else float(not done),
            reason=unknown,
            evidence=features.geometry[row],
            row=int(features.rows[row]),
            field_name="published_on",
            words={
                "kind": kind_title(layers, kind.iloc[row]) if isinstance(kind.iloc[row], str) else same("—"),
                "approved": str(approved[row]),
                "later": Text(
                    f"（所填公开日期 {later} 在检查日之后）", f" (the day entered, {later}, is after the check)"
                )
                if later
                else Text("", ""),
            },
        )
