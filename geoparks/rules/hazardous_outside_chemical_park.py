"""B16: new hazardous-chemical production outside a chemical park."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.siting import Site, measured, not_concerned, not_known, outside_rule, sites
from geoparks.records import Measurement
from geoparks.text import Text

_FAULT = "hazardous_outside_chemical_park"

RULE = outside_rule(
    _FAULT,
    title=Text("新建危化品项目不在化工园区", "New hazardous-chemical project outside a chemical park"),
    about=Text(
        "新建危险化学品生产项目的地块或点位是否在化工园区的区块之内；与其他行业生产装置配套建设的除外。",
        "Whether a new hazardous-chemical production project is inside a block of a chemical park; units ancillary to the"
        " plant of another industry excepted.",
    ),
    message=Text(
        "新建危险化学品生产项目{name}不在化工园区{area_outside}。{exception}",
        "The new hazardous-chemical project {name} is not in a chemical park{area_outside}. {exception}",
    ),
    fix=Text(
        "必须进入化工园区；属配套建设的，在项目表注明。",
        "It must go into a chemical park; where it is ancillary, state so in the table of projects.",
    ),
    register=True,
)


def hazardous_outside_chemical_park(layers: Dataset) -> Iterator[Measurement]:
    """What of every new hazardous-chemical project lies outside the land of chemical parks."""
    parks = layers["parks"]
    chemical_of = dict(zip(parks.ids, parks.column("chemical_park"), strict=True))
    for site in sites(layers):
        hazardous, change = site.value("hazardous_chemical"), site.value("change_kind")
        if hazardous is False or (change is not None and change != "new"):
            yield not_concerned(site, _FAULT)
        elif hazardous is None or change is None:
            yield not_known(site, _FAULT, Text("是否危化品或建设性质", "whether hazardous, or kind of change"))
        else:
            states = {ground: chemical_of.get(site.grounds.parks[ground]) for ground in site.inside}
            right = tuple(ground for ground, state in states.items() if state is True)
            unsure = tuple(ground for ground, state in states.items() if state is None)
            yield measured(site, _FAULT, _looked_at(site), right, unsure)


def _looked_at(site: Site) -> Text:
    ancillary = {True: ("是", "yes"), False: ("否", "no"), None: ("未填", "not given")}[site.value("ancillary")]
    return Text(f"已核对例外：配套建设“{ancillary[0]}”。", f"Exception looked at: ancillary “{ancillary[1]}”.")
