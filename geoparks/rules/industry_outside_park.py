"""B16: a new industrial project outside every park."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.codes import is_industrial
from geoparks.measure.siting import Site, not_concerned, not_known, outside_rule, sites, siting
from geoparks.records import Measurement
from geoparks.text import Text

_FAULT = "industry_outside_park"

RULE = outside_rule(
    _FAULT,
    title=Text("新建工业项目在园区之外", "New industrial project outside the parks"),
    about=Text(
        "新建工业项目（国民经济行业 B、C、D 门类）的地块或点位是否在某个区块之内。",
        "Whether the parcel or point of a new industrial project (sections B, C, D of GB/T 4754) is inside a block.",
    ),
    message=Text(
        "新建工业项目{name}位于园区之外{area_outside}。{exception}",
        "The new industrial project {name} lies outside the parks{area_outside}. {exception}",
    ),
    fix=Text(
        "引导进入园区；有特殊要求的，说明依据。",
        "Lead it into a park; where it has special requirements, state them.",
    ),
)


def industry_outside_park(layers: Dataset) -> Iterator[Measurement]:
    """What of every new industrial project lies outside every park."""
    divisions = layers.catalogue.codes["industrial_divisions"]
    exception = Text(
        "是否属“特殊要求”，项目表没有可记载的栏，须由人工认定。",
        "Whether it has special requirements no column of the projects records: a person must tell.",
    )
    for site in sites(layers):
        change, industrial = site.value("change_kind"), is_industrial(site.value("industry_code"), divisions)
        if change not in (None, "new") or industrial is False or _wholly_inside(site):
            yield not_concerned(site, _FAULT)
        elif change is None or industrial is None:
            yield not_known(site, _FAULT, Text("建设性质或可用的行业代码", "kind of change or a usable industry code"))
        else:
            yield siting(site, _FAULT, exception)


def _wholly_inside(site: Site) -> bool:
    return bool(site.inside) and (not site.is_area or not site.without(site.inside))
