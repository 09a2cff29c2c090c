"""B04: the measured area is not the approved one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.evidence import own_planar_area
from geoparks.measure.explain import explain_area
from geoparks.measure.whereabouts import parks_of
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Subject, Words
from geoparks.text import Text

RULE = Rule(
    id="B04",
    title=Text("面积与批准面积不符", "Area differs from the approved one"),
    about=Text(
        "区块和园区的椭球面积与批准面积（公顷）之差，占批准面积的比例；同时给出平面面积，并说明差异是否正好是平面面积或单位造成。",
        "The difference of the ellipsoidal area of a block or park from its approved hectares, as a share of these; the planar"
        " area stands beside it, and it is said when the difference is just what a planar area or a wrong unit gives.",
    ),
    subjects=("blocks", "parks"),
    needs=("blocks",),
    uses=("parks",),
    geometric=True,
    faults={
        "area_disagrees": Words(
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
    measured = ellipsoidal_area(blocks.geometry)
    planar = own_planar_area(blocks)
    approved = blocks.column("approved_area_ha").astype(float).to_numpy()
    for rows in _rows_by_id(blocks):
        known = approved[rows][~np.isnan(approved[rows])]
        yield _compare(
            blocks.subject(rows[0]), measured[rows], planar[rows], known[0] if len(known) else np.nan,
            blocks.geometry[rows], blocks.why_missing("approved_area_ha") if not len(known) else None,
        )  # fmt: skip
    parks = layers.get("parks")
    if parks is None:
        return
    for park in parks_of(layers):
        if park.row is None:
            continue
        rows = list(park.blocks)
        hectares = parks.column("approved_area_ha").astype(float).iloc[park.row]
        missing = parks.why_missing("approved_area_ha") if np.isnan(hectares) else None
        if not rows:
            missing = missing or Text("区块图层里没有该园区的区块", "the layer blocks has none of this park")
        yield _compare(park.subject, measured[rows], planar[rows], hectares, blocks.geometry[rows], missing)


def _rows_by_id(blocks: Features) -> list[list[int]]:
    """Positions of the rows of every block; several rows of one id are its pieces."""
    ids = pd.Series(blocks.ids)
    return [list(map(int, group)) for _, group in ids.groupby(ids, sort=False).groups.items()]


def _compare(
    subject: Subject, measured: Any, planar: Any, approved_ha: float, shapes: Any, missing: Text | None
) -> Measurement:
    if missing is not None or np.isnan(measured).any():
        reason = missing or Text("没有图形", "no geometry")
        return Measurement(subject, "area_disagrees", reason=reason)
    square_metres = float(np.sum(measured))
    flat = float(np.sum(planar))
    hectares = units.to_ha(square_metres)
    whole = shapely.union_all(shapes)
    difference = hectares - approved_ha
    return Measurement(
        subject,
        "area_disagrees",
        value=hectares,
        reference=approved_ha,
        evidence=whole,
        area_m2=square_metres,
        area_planar_m2=None if np.isnan(flat) else flat,
        words={
            "measured_ha": units.quantity_text(hectares, "ha"),
            "approved_ha": units.quantity_text(approved_ha, "ha"),
            "difference": units.quantity_text(difference, "ha"),
            "share": f"{difference / approved_ha:+.2%}" if approved_ha else "—",
            "explanation": explain_area(square_metres, None if np.isnan(flat) else flat, approved_ha, shapes),
        },
    )
