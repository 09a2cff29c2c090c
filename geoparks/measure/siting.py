"""Where projects are: on their parcel, else at their own place; and which blocks and parks they are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.evidence import parts_of
from geoparks.measure.plane import from_plane, plane_of
from geoparks.normalise.geometry import only_polygons
from geoparks.records import Measurement, Part, Subject
from geoparks.text import Text


@dataclass(frozen=True)
class Site:
    """One project, its record, and what of it lies outside every block."""

    subject: Subject
    row: pd.Series
    row_number: int
    place: shapely.Geometry | None
    """In EPSG:4490; None where neither a parcel nor coordinates are known."""
    is_area: bool
    outside: tuple[Part, ...]
    """For a parcel: its polygons outside every block."""
    blocks: tuple[int, ...]
    """Positions of the blocks that it touches."""

    @property
    def is_outside(self) -> bool:
        """For a point: whether it lies in no block."""
        return not self.blocks

    def value(self, name: str) -> Any:
        """A field of the project; None where it is missing."""
        value = self.row.get(name)
        return None if value is None or value != value else value


def sites(layers: Dataset) -> list[Site]:
    """Every project with its place."""
    projects, blocks, parcels = layers["projects"], layers["blocks"], layers.get("parcels")
    block_plane = plane_of(blocks)
    tree = shapely.STRtree(block_plane)
    own = plane_of(projects) if projects.has_geometry else np.full(len(projects), None, dtype=object)
    parcel_rows: dict[str, list[int]] = {}
    if parcels is not None and parcels.has_geometry:
        for position, name in enumerate(parcels.ids):
            parcel_rows.setdefault(str(name), []).append(position)
    result = []
    for position in range(len(projects)):
        row = projects.frame.iloc[position]
        shape, source, at = own[position], projects, position
        rows = parcel_rows.get(str(row.get("parcel_id")), [])
        if rows and parcels is not None:
            shape, source, at = shapely.union_all(plane_of(parcels)[rows]), parcels, rows[0]
        is_area = shape is not None and shape.geom_type in ("Polygon", "MultiPolygon")
        near = tuple(sorted(tree.query(shape, predicate="intersects").tolist())) if shape is not None else ()
        parts: tuple[Part, ...] = ()
        if is_area:
            rest = shapely.difference(shape, shapely.union_all(block_plane[list(near)])) if near else shape
            parts = parts_of(only_polygons(np.array([rest]))[0], source, at)
        place = None if shape is None else from_plane(np.array([shape]))[0]
        result.append(
            Site(projects.subject(position), row, int(projects.rows[position]), place, bool(is_area), parts, near)
        )
    return result


def siting(site: Site, fault: str, exception: Text) -> Measurement:
    """How much of a project that must be in a park lies outside: square metres of its parcel, or the point itself."""
    if site.place is None:
        reason = Text(
            "没有地块也没有经纬度，无法核实位置", "neither a parcel nor coordinates: its place cannot be verified"
        )
        return Measurement(site.subject, fault, reason=reason, row=site.row_number)
    return Measurement(
        site.subject,
        fault,
        value=None if site.is_area else float(site.is_outside),
        parts=site.outside if site.is_area else (),
        how="sum" if site.is_area else "value",
        unit=None if site.is_area else "count",
        evidence=site.place,
        row=site.row_number,
        facts={name: site.value(name) for name in ("purpose", "ancillary", "change_kind")},
        words={"exception": exception},
    )


def not_concerned(site: Site, fault: str) -> Measurement:
    """A project that the rule does not speak of."""
    return Measurement(site.subject, fault, value=0.0, unit="count", row=site.row_number)


def not_known(site: Site, fault: str, field: Text) -> Measurement:
    """A project of which it is not known whether the rule speaks of it."""
    return Measurement(
        site.subject, fault, row=site.row_number, reason=Text("未注明", "not stated: ") + field,
    )  # fmt: skip
