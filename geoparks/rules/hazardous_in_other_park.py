"""B16: hazardous-chemical production in a park that has no chemicals among its leading industries."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.siting import sites
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "hazardous_in_other_park"

RULE = Rule(
    id="B16",
    title=Text("非化工园区引进危化品项目", "Hazardous-chemical project in a park without chemicals"),
    about=Text(
        "危险化学品生产项目所在园区的主导产业是否包含化工行业。",
        "Whether the park of a hazardous-chemical production project has chemicals among its leading industries.",
    ),
    subjects=("projects",),
    needs=("projects", "parks"),
    uses=("blocks",),
    faults={
        _FAULT: Words(
            title=Text("非化工园区引进危化品项目", "Hazardous-chemical project in a park without chemicals"),
            message=Text(
                "危险化学品生产项目{name}位于{park}，其主导产业（{industries}）不包含化工行业。",
                "The hazardous-chemical project {name} is in {park}, whose leading industries ({industries}) have no chemicals.",
            ),
            fix=Text(
                "一律不得引进；已引进的依法处置。", "It may not be admitted; one already there must be dealt with."
            ),
        )
    },
)


def hazardous_in_other_park(layers: Dataset) -> Iterator[Measurement]:
    """1 for every hazardous-chemical project in a park without chemicals, 0 for every other project."""
    parks = layers["parks"]
    words = layers.catalogue.codes["chemical_industry"].values
    position_of = {str(name): position for position, name in enumerate(parks.ids)}
    blocks = layers.get("blocks")
    located = sites(layers) if blocks is not None else []
    projects = layers["projects"]
    for index in range(len(projects)):
        subject = projects.subject(index)
        hazardous = projects.column("hazardous_chemical").iloc[index]
        site = located[index] if located else None
        park_id = projects.column("park_id").iloc[index]
        if site is not None and site.blocks and blocks is not None:
            park_id = blocks.column("park_id").iloc[site.blocks[0]]
        if hazardous is None or hazardous != hazardous:
            reason = Text("未注明是否危化品", "not stated whether hazardous")
            yield Measurement(subject, _FAULT, reason=reason)
            continue
        if not hazardous or not isinstance(park_id, str) or park_id not in position_of:
            yield Measurement(subject, _FAULT, value=0.0)
            continue
        row = position_of[park_id]
        industries = _industries(layers, park_id, row)
        if not industries:
            yield Measurement(
                subject, _FAULT, reason=Text("所在园区未注明主导产业", "its park names no leading industry")
            )
            continue
        yield Measurement(
            subject,
            _FAULT,
            value=float(not any(word in industries for word in words)),
            other=parks.subject(row),
            evidence=site.place if site is not None else None,
            row=int(projects.rows[index]),
            words={"park": parks.subject(row).label, "industries": industries},
        )


def _industries(layers: Dataset, park_id: str, row: int) -> str:
    """The leading industries of a park, those of its blocks included."""
    found = [layers["parks"].column("leading_industries").iloc[row]]
    blocks = layers.get("blocks")
    if blocks is not None and blocks.has("park_id"):
        found += list(blocks.column("leading_industries")[(blocks.column("park_id") == park_id).to_numpy()])
    return "、".join(dict.fromkeys(one for words in found if isinstance(words, str) for one in words.split("、")))
