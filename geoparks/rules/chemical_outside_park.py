"""B16: a new, altered or expanded chemical project outside every park."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.siting import not_concerned, not_known, outside_rule, sites, siting
from geoparks.records import Measurement
from geoparks.text import Text

_FAULT = "chemical_outside_park"

RULE = outside_rule(
    _FAULT,
    title=Text("化工项目在园区之外", "Chemical project outside the parks"),
    about=Text(
        "新建、改扩建化工项目的地块或点位是否在某个区块之内；安全、环保、节能、节水和智能化改造除外。",
        "Whether the parcel or point of a new, altered or expanded chemical project is inside a block; retrofits for safety,"
        " environment, energy, water and smart operation excepted.",
    ),
    message=Text(
        "化工项目{name}位于园区之外{area_outside}。{exception}",
        "The chemical project {name} lies outside the parks{area_outside}. {exception}",
    ),
    fix=Text(
        "不得在园区外新建、改扩建；属除外情形的，在项目表“改造目的”中注明。",
        "It may not be built there; where an exception applies, state the purpose in the table of projects.",
    ),
)


def chemical_outside_park(layers: Dataset) -> Iterator[Measurement]:
    """What of every chemical project lies outside every park.

    The clause excepts five kinds of retrofit from its ban, so that other retrofits are within it: of a retrofit the
    purpose must be known, and a new plant is no retrofit, whatever its purpose (which the clause itself says).
    """
    for site in sites(layers):
        chemical, change, purpose = site.value("chemical"), site.value("change_kind"), site.value("purpose")
        if chemical is False:
            yield not_concerned(site, _FAULT)
        elif chemical is None or change is None:
            yield not_known(site, _FAULT, Text("是否化工或建设性质", "whether chemical, or kind of change"))
        elif change == "retrofit" and purpose is None and not site.inside:
            yield not_known(site, _FAULT, Text("改造目的", "purpose of the retrofit"))
        else:
            looked = Text(
                f"已核对例外：改造目的为“{purpose or '未填'}”。",
                f"Exception looked at: purpose “{purpose or 'not given'}”.",
            )
            yield siting(site, _FAULT, looked)
