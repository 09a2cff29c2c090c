"""B06: a block reaches outside the urban development boundary."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geoparks.dataset import Dataset
from geoparks.measure.boundary_definition import ZONE_TITLES
from geoparks.measure.corners import explain_edges
from geoparks.measure.overlay import by_subject, outside, shared
from geoparks.records import Indicator, Measurement, Rule, Words
from geoparks.text import Text

RULE = Rule(
    id="B06",
    title=Text("超出城镇开发边界", "Outside the urban development boundary"),
    about=Text(
        "区块在城镇开发边界以外的面积；另列区块在集中建设区、弹性发展区、特别用途区内的面积（位于某一分区不是问题）。超出部分只是两个"
        "图层的直边画在不同坐标系中造成的，予以说明。",
        "The area of a block outside the urban development boundary; the area in each of its zones is listed beside it"
        " (lying in a zone is no fault). Where what is outside comes only of straight edges drawn in different coordinate"
        " systems, it is said.",
    ),
    subjects=("blocks",),
    needs=("blocks", "udb"),
    geometric=True,
    whole_to_pass=(),
    whole_to_fail=("udb",),
    faults={
        "outside_udb": Words(
            title=Text("超出城镇开发边界", "Outside the urban development boundary"),
            message=Text(
                "{name}有 {area}位于城镇开发边界之外，占区块的 {share}。{explanation}",
                "{area} of {name} lies outside the urban development boundary, {share} of the block. {explanation}",
            ),
            fix=Text(
                "调整区块边界，或按程序申请城镇开发边界局部优化。",
                "Redraw the block, or apply for a local adjustment of the boundary.",
            ),
        )
    },
)

_INDICATORS = {
    "集中建设区": "B06.in_concentrated_m2",
    "弹性发展区": "B06.in_flexible_m2",
    "特别用途区": "B06.in_special_m2",
}


def outside_udb(layers: Dataset) -> Iterator[Measurement]:
    """Square metres of every block outside all polygons of the boundary."""
    blocks, udb = layers["blocks"], layers["udb"]
    for block in by_subject(blocks, outside(blocks, udb)):
        area = sum(part.value for part in block.parts)
        explanation = explain_edges(blocks, list(block.positions), udb, area)
        yield Measurement(
            block.subject, "outside_udb", parts=block.parts, how="sum", words={"explanation": explanation}
        )


def indicators(layers: Dataset) -> Iterator[Indicator]:
    """Square metres of every block in each zone of the boundary."""
    blocks, udb = layers["blocks"], layers["udb"]
    for zone, name in _INDICATORS.items():
        among = (udb.column("zone") == zone).to_numpy()
        if not np.any(among):
            continue
        for block in by_subject(blocks, shared(blocks, udb, among)):
            yield Indicator(
                id=name,
                title=Text(f"位于{zone}的面积", f"area for {ZONE_TITLES[zone]}"),
                subject=block.subject,
                year=layers.year,
                value=sum(part.value for part in block.parts),
                unit="m2",
                formula=Text(f"区块 ∩ {zone}，椭球面积", f"block ∩ {zone}, ellipsoidal area"),
                source=Text("blocks、udb", "blocks, udb"),
            )
