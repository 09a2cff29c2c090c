"""B11: a block lies wholly outside the region: a sign of a wrong zone or a wrong coordinate system."""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from geoparks.dataset import Dataset
from geoparks.measure.overlay import by_subject, shared
from geoparks.measure.plane import plane_of
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "outside_region"
_NO_COUNTIES = Text(
    "没有旗县图层，未核对是否在辖区内", "there is no layer counties: whether it lies in the region was not looked at"
)

RULE = Rule(
    id="B11",
    title=Text("不在辖区内", "Outside the region"),
    about=Text(
        "区块是否在旗县图层范围内；有一部分在内即可，因为旗县界线精度有限，完全在外才是坐标有误的迹象。",
        "Whether a block lies in the counties of the layer; a part of it is enough, for county lines are coarse, and only what"
        " is wholly outside is a sign of wrong coordinates.",
    ),
    subjects=("blocks",),
    needs=("blocks",),
    uses=("counties",),
    geometric=True,
    whole_to_fail=("counties",),
    faults={
        _FAULT: Words(
            title=Text("完全不在辖区内", "Wholly outside the region"),
            message=Text(
                "{name}完全不在辖区内，坐标系或带号可能有误。",
                "{name} lies wholly outside the region; its CRS or zone may be wrong.",
            ),
            fix=Text("核对坐标系和带号。", "Check the CRS and the zone."),
        )
    },
)


def outside_region(layers: Dataset) -> Iterator[Measurement]:
    """The share of every block that lies outside every county."""
    blocks, counties = layers["blocks"], layers.get("counties")
    if "counties" in layers.refused:
        for position in range(len(blocks)):
            yield Measurement(blocks.subject(position), _FAULT, reason=layers.why_not("counties"), missing="counties")
        return
    if counties is None or not counties.has_geometry:
        for position in range(len(blocks)):
            yield Measurement(blocks.subject(position), _FAULT, value=0.0, remark=_NO_COUNTIES)
        return
    plane, shapes = plane_of(blocks), blocks.geometry
    for block in by_subject(blocks, shared(blocks, counties)):
        inside, rows = sum(part.value for part in block.parts), list(block.positions)
        share = max(1 - inside / float(shapely.union_all(plane[rows]).area), 0.0)
        yield Measurement(block.subject, _FAULT, value=share, evidence=shapely.union_all(shapes[rows]))
