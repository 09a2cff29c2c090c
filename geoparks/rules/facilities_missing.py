"""E15: a park lacks facilities that every park is to have."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.facilities import has
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "facilities_missing"

RULE = Rule(
    id="E15",
    title=Text("基础设施不配套", "Facilities missing"),
    about=Text(
        "名录的基础设施清单和基础设施图层中都没有的配套设施；名录没有清单的，没有画出的设施不当作没有。",
        "Facilities that neither the register's list nor the facilities layer has; where the register has no list, what is not"
        " mapped is not taken for missing.",
    ),
    subjects=("parks",),
    needs=("parks",),
    uses=("facilities",),
    whole_to_pass=(),
    whole_to_fail=("facilities",),
    faults={
        _FAULT: Words(
            title=Text("基础设施不配套", "Facilities missing"),
            message=Text("{name}缺少：{missing}。", "{name} lacks: {missing}."),
            fix=Text("列入园区总体规划和建设计划。", "Put them into the park's master plan and building plan."),
        )
    },
)


def facilities_missing(layers: Dataset) -> Iterator[Measurement]:
    """1 for every kind of facility that a park lacks, 0 for every one that it has, nothing where it is not known."""
    kinds = layers.catalogue.codes["facility_kind"].values
    for park in parks_of(layers):
        told = {kind: has(layers, park, (kind,)) for kind in kinds}
        missing = [kind for kind, one in told.items() if one is False]
        unknown = [kind for kind, one in told.items() if one is None]
        yield Measurement(
            park.subject,
            _FAULT,
            items={kind: None if one is None else float(not one) for kind, one in told.items()},
            evidence=park.lonlat,
            reason=Text(f"名录没有填：{'、'.join(unknown)}", f"not stated: {', '.join(unknown)}") if unknown else None,
            words={"missing": "、".join(missing)},
        )
