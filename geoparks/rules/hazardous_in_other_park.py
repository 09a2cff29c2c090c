"""B16: hazardous-chemical production in a park that has no chemicals among its leading industries."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.siting import Site, not_concerned, not_known, not_told, sites
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.normalise.features import Features
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
    uses=("blocks", "parcels"),
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
    words = layers.catalogue.codes["chemical_industry"].values
    known = {park.subject.id: park for park in parks_of(layers)}
    blocks, parks = layers.get("blocks"), layers["parks"]
    lost = blocks.lost if blocks is not None else None
    for site in sites(layers):
        hazardous, park_id = site.value("hazardous_chemical"), _park_id(site)
        if hazardous is False:
            yield not_concerned(site, _FAULT)
        elif park_id is None and site.inside:
            yield not_known(
                site, _FAULT, Text("所在区块属于哪个园区", "which park the block that it lies in belongs to")
            )
        elif park_id is None and site.shape is not None:
            # Outside all land that is drawn; what was never drawn it could lie in.
            yield not_concerned(site, _FAULT) if lost is None else not_told(site, _FAULT, lost)
        elif hazardous is None:
            yield not_known(site, _FAULT, Text("是否危化品", "whether hazardous"))
        elif park_id is None or park_id not in known:
            yield not_known(
                site, _FAULT, Text("所在园区，或者名录中没有该园区", "its park, or one that the register has")
            )
        elif (why := _disputed(parks, known[park_id])) is not None:
            yield not_told(site, _FAULT, why)
        elif industries := _industries(layers, known[park_id]):
            yield Measurement(
                site.subject,
                _FAULT,
                value=float(not any(word in industries for word in words)),
                other=known[park_id].subject,
                evidence=site.place,
                row=site.row_number,
                words={"park": known[park_id].subject.label, "industries": industries},
            )
        else:
            yield not_known(site, _FAULT, Text("所在园区的主导产业", "the leading industries of its park"))


def _park_id(site: Site) -> str | None:
    """The park of a project: where it lies, else as its record says."""
    lies_in = [park for ground in site.inside if (park := site.grounds.parks[ground]) is not None]
    stated = site.value("park_id")
    return stated if stated in lies_in or not lies_in else lies_in[0]


def _disputed(parks: Features, park: Park) -> Text | None:
    """Why the leading industries of a park are not known: its rows in the register contradict each other."""
    return None if park.row is None else parks.disputed(park.row, "leading_industries")


def _industries(layers: Dataset, park: Park) -> str:
    """The leading industries of a park, those of its blocks included."""
    parks, blocks = layers["parks"], layers.get("blocks")
    listed = [parks.column("leading_industries").iloc[park.row]] if park.row is not None else []
    if blocks is not None:
        listed += list(blocks.column("leading_industries").iloc[list(park.blocks)])
    return "、".join(dict.fromkeys(one for words in listed if isinstance(words, str) for one in words.split("、")))
