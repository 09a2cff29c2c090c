"""B18: a park lacks regional assessments of kinds that it must have."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.assessed import Cover, Standing, covers, kind_title, kinds, strays
from geoparks.measure.assessed_figures import covered_shares
from geoparks.records import Indicator, Measurement, Rule, Subject, Words
from geoparks.text import Text, joined

_FAULT = "assessment_missing"

RULE = Rule(
    id="B18",
    title=Text("区域评估缺项", "Regional assessments missing"),
    about=Text(
        "到检查日为止，园区的每一类区域评估是否有已批准的成果在册。已批准而后来过期的，另见“区域评估过期”。批准日期未填的，不作“有”也不作“无”。",
        "Whether an assessment of each kind, approved by the day of the check, is on record for the park. One that has run out since"
        " is a fault of its own. Where the day of approval is blank, it is neither there nor missing.",
    ),
    subjects=("parks",),
    needs=("assessments",),
    uses=("parks", "blocks"),
    whole_to_pass=(),
    whole_to_fail=("assessments",),
    faults={
        _FAULT: Words(
            title=Text("区域评估缺项", "Regional assessments missing"),
            message=Text(
                "{name}没有在册的区域评估：{wrong}。{others}", "{name} has none on record of: {wrong}. {others}"
            ),
            fix=Text(
                "组织编制并报批；已经完成的，把成果的范围和批准日期加入区域评估图层。",
                "Have them made and approved; of what exists, put extent and day of approval into the layer.",
            ),
        )
    },
)


def assessment_missing(layers: Dataset) -> Iterator[Measurement]:
    """For every park: 1 for a kind of which no assessment was approved by the day, 0 for one that has."""
    names = kinds(layers)
    titles = {kind: kind_title(layers, kind) for kind in names}
    of_park: dict[Subject, list[Cover]] = {}
    for cover in covers(layers):
        of_park.setdefault(cover.park.subject, []).append(cover)
    lost = _strays(strays(layers))
    for subject, some in of_park.items():
        items = {one.kind: None if one.missing is None else float(one.missing) for one in some}
        unknown = [one.reason for one in some if one.missing is None and one.reason is not None]
        yield Measurement(
            subject, _FAULT, items=items, item_titles=titles, evidence=some[0].park.lonlat,
            reason=joined(list(dict.fromkeys(unknown))) if unknown else None,
            words={"others": _not_yet([name for one in some for name in one.ids(Standing.NOT_YET)]) + lost},
        )  # fmt: skip


def _not_yet(ids: list[str]) -> Text:
    """The assessments that were approved only after the day: who looks for them shall know why they do not count."""
    names = ", ".join(dict.fromkeys(ids))
    return (
        Text(f"检查日之后才批准的不计：{names}。", f"Approved after the day, not counted: {names}.")
        if names
        else Text("", "")
    )


def _strays(ids: list[str]) -> Text:
    """The assessments that name a park nobody knows: a misspelt id is soon put right."""
    names = ", ".join(ids)
    if not names:
        return Text("", "")
    return Text(
        f"另有评估所注明的园区不在名录和区块中：{names}。", f"Of a park that neither register nor blocks know: {names}."
    )


def indicators(layers: Dataset) -> Iterator[Indicator]:
    """The share of every park and block that each kind covers, and the parcels that lie in it."""
    yield from covered_shares(layers)
