"""B04: the measured area is not the approved one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.evidence import area_once, own_planar_area
from geoparks.measure.explain import explain_area
from geoparks.measure.losses import gone
from geoparks.measure.whereabouts import parks_of
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Subject, Words
from geoparks.text import Text, joined

Array = np.ndarray[Any, Any]
_FAULT = "area_disagrees"

RULE = Rule(
    id="B04",
    title=Text("面积与批准面积不符", "Area differs from the approved one"),
    about=Text(
        "区块和园区的椭球面积与批准面积（公顷）之差，占批准面积的比例；同一区块重复存储的只算一次。同时给出平面面积，并说明差异是否"
        "正好是平面面积或单位造成。",
        "The difference of the ellipsoidal area of a block or park from its approved hectares, as a share of these; a row"
        " that is stored twice counts once. The planar area stands beside it, and it is said when the difference is just what a"
        " planar area or a wrong unit gives.",
    ),
    subjects=("blocks", "parks"),
    needs=("blocks",),
    uses=("parks",),
    geometric=True,
    faults={
        _FAULT: Words(
            title=Text("面积与批准面积不符", "Area differs from the approved one"),
            message=Text(
                "{name}椭球面积 {measured_ha}，批准面积 {approved_ha}，相差 {difference}（{share}），超出容差。{explanation}",
                "{name} measures {measured_ha}, approved are {approved_ha}: a difference of {difference} ({share}), beyond the"
                " tolerance. {explanation}",
            ),
            fix=Text(
                "核对批准文件的面积和单位，以及边界是否为批准的边界。",
                "Check the approved area and its unit, and whether the boundary is the approved one.",
            ),
        )
    },
)


def area_disagrees(layers: Dataset) -> Iterator[Measurement]:
    """Hectares of every block and of every park's blocks together, against the approved hectares."""
    blocks = layers["blocks"]
    of_blocks = _Areas.of(blocks)
    for rows in _rows_by_id(blocks):
        yield _compare(blocks.subject(rows[0]), of_blocks, rows, *of_blocks.approved(rows))
    parks = layers.get("parks")
    if parks is None:
        return
    of_parks = _Areas.of(parks)
    uncertain = _uncertain(blocks)
    for park in parks_of(layers):
        if park.row is None:
            continue
        hectares, missing = of_parks.approved([park.row])
        missing = parks.disputed(park.row, "approved_area_ha") or missing
        if park.blocks:
            yield _compare(park.subject, of_blocks, list(park.blocks), hectares, missing or uncertain)
        elif park.known_by == "polygon":
            yield _compare(park.subject, of_parks, parks.positions(park.subject.id), hectares, missing)
        else:
            missing = missing or Text("区块图层里没有该园区的区块", "the layer blocks has none of this park")
            yield Measurement(park.subject, _FAULT, reason=missing)


@dataclass(frozen=True)
class _Areas:
    """Every feature of a layer measured once, and what was approved of it."""

    features: Features
    shapes: Array
    square_metres: Array
    planar: Array
    stated_ha: Array
    not_stated: Text

    @classmethod
    def of(cls, features: Features) -> _Areas:
        shapes = features.geometry
        stated = features.column("approved_area_ha").astype(float).to_numpy()
        why = features.why_missing("approved_area_ha")
        return cls(features, shapes, ellipsoidal_area(shapes), own_planar_area(features), stated, why)

    def together(self, rows: list[int]) -> tuple[float, float]:
        """Square metres of some features, on the ellipsoid and in the plane; a row that is stored twice counts once."""
        by_id: dict[str, list[int]] = {}
        for row in rows:
            by_id.setdefault(str(self.features.ids[row]), []).append(row)
        areas = []
        for some in by_id.values():
            whole, flat = float(np.sum(self.square_metres[some])), float(np.sum(self.planar[some]))
            areas.append(area_once(self.features, some, whole) or (whole, flat))
        return sum(area for area, _ in areas), sum(flat for _, flat in areas)

    def approved(self, rows: list[int]) -> tuple[float, Text | None]:
        """The approved hectares of some rows of one id, or why there are none to compare with."""
        known = np.unique(self.stated_ha[rows][~np.isnan(self.stated_ha[rows])])
        if not len(known):
            return np.nan, self.not_stated
        if len(known) > 1:
            words = joined([units.quantity_text(float(one), "ha") for one in known], "、", ", ")
            return np.nan, Text(
                "同一编号的几行批准面积不同：", "rows of one id state different approved areas: "
            ) + words
        return float(known[0]), None


def _rows_by_id(blocks: Features) -> list[list[int]]:
    """Positions of the rows of every block; several rows of one id are its pieces."""
    return [blocks.positions(name) for name in dict.fromkeys(map(str, blocks.ids))]


def _uncertain(blocks: Features) -> Text | None:
    """Why the blocks of a park may not be all of its blocks."""
    nameless = int(blocks.column("park_id").isna().sum())
    if nameless and blocks.has("park_id"):
        return Text(f"有 {nameless} 个区块未注明园区", f"{nameless} blocks name no park")
    return gone(blocks)


def _compare(subject: Subject, areas: _Areas, rows: list[int], approved_ha: float, missing: Text | None) -> Measurement:
    measured = areas.square_metres[rows]
    if missing is not None or np.isnan(measured).any():
        return Measurement(subject, _FAULT, reason=missing or Text("没有图形", "no geometry"))
    square_metres, flat = areas.together(rows)
    hectares = units.to_ha(square_metres)
    shapes = areas.shapes[rows]
    difference = hectares - approved_ha
    planar = None if np.isnan(flat) else flat
    explanation = explain_area(square_metres, planar, approved_ha, shapes)
    return Measurement(
        subject,
        _FAULT,
        value=hectares,
        reference=approved_ha,
        remark=explanation if explanation.zh else None,
        evidence=shapes[0] if len(rows) == 1 else shapely.union_all(shapes),
        area_m2=square_metres,
        area_planar_m2=planar,
        words={
            "measured_ha": units.quantity_text(hectares, "ha"),
            "approved_ha": units.quantity_text(approved_ha, "ha"),
            "difference": units.quantity_text(difference, "ha"),
            "share": f"{difference / approved_ha:+.2%}" if approved_ha else "—",
            "explanation": explanation,
        },
    )
