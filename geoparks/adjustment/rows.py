"""The tables that an application for an adjustment of the boundary needs, and the boundary after it, as plain rows.

Numbers are square metres; geometry is in EPSG:4490; a figure that is not certain is None, and a reason stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.boundary_definition import MULTIPLE, SCALE, counted_m2, in_words
from geoparks.measure.brought_in import cultivated_m2, shared_m2
from geoparks.measure.overlay import shared
from geoparks.measure.plane import from_plane, plane_of
from geoparks.measure.udb import CORE, ZONES, Adjustment, Change, County, adjustment_of
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Subject
from geoparks.text import Text

Row = dict[str, Any]
_DIRECTIONS = {"in": "调入", "out": "调出"}
_NEW = Text("调入地块按集中建设区计", "land that is brought in counts as the core zone")


def adjustment(layers: Dataset, pack: Pack) -> Row:
    """All tables of the changes of a dataset; empty where there is no boundary or no change."""
    if "udb" not in layers or "udb_changes" not in layers:
        return {}
    found = adjustment_of(layers)
    changed = [one for one in found.counties.values() if one.changes]
    return {
        "definition": {"scale": in_words(pack, SCALE), "multiple": in_words(pack, MULTIPLE), "new": _NEW},
        "counties": [county_row(one, pack) for one in changed],
        "parks": list(_parks(layers, found)),
        "plots": list(_plots(layers, found)),
        "cases": _cases(found),
        "land_use": list(_land_use(layers)),
        "polygons": [row for one in changed for row in _polygons(layers, one)],
    }


def county_row(county: County, pack: Pack) -> Row:
    """One county before and after, by zone, with the scale and the multiple as the pack defines them."""
    certain = county.reason is None
    scale = [counted_m2(one, pack, SCALE) for one in (county.before, county.after)]
    counted = [counted_m2(one, pack, MULTIPLE) for one in (county.before, county.after)]
    multiple = [one[1] / county.base_m2 if one[0] == one[1] and county.base_m2 > 0 else None for one in counted]
    before, after = county.before.m2(), county.after.m2()
    return {
        "county": county.name,
        "boundary_before_m2": before if certain else None,
        "boundary_after_m2": after if certain else None,
        "in_m2": county.brought_m2,
        "out_m2": county.let_go_m2,
        "net_m2": county.brought_m2 - county.let_go_m2,
        "zones": [
            {"zone": zone, "before_m2": county.before.m2((zone,)), "after_m2": county.after.m2((zone,))}
            for zone in dict.fromkeys((*ZONES, *county.before.zones, *county.after.zones))
        ],
        "construction_before_m2": scale[0][0] if certain and scale[0][0] == scale[0][1] else None,
        "construction_after_m2": scale[1][0] if certain and scale[1][0] == scale[1][1] else None,
        "construction_limit_m2": county.limit_m2,
        "base_m2": county.base_m2,
        "multiple_before": multiple[0] if certain else None,
        "multiple_after": multiple[1] if certain else None,
        "multiple_approved": county.multiple,
        "reason": county.reason,
    }


def _parks(layers: Dataset, found: Adjustment) -> Iterator[Row]:
    """What comes in and goes for every park that has changes."""
    for park in parks_of(layers):
        if some := found.of_park(park.subject.id):
            moved = {way: sum(one.moved.area for one in some if one.direction == way) for way in _DIRECTIONS}
            yield {
                "park_id": park.subject.id, "name": park.subject.name, "plots": len(some),
                "in_m2": float(moved["in"]), "out_m2": float(moved["out"]), "net_m2": float(moved["in"] - moved["out"]),
            }  # fmt: skip


def _plots(layers: Dataset, found: Adjustment) -> Iterator[Row]:
    """Every plot: what is recorded of it, what it changes, and what it lies on."""
    on = {name: shared_m2(layers, name) for name in ("farmland", "redline", "undevelopable")}
    cultivated = cultivated_m2(layers)
    for one in found.changes:
        known = not one.shape.is_empty
        row: Row = {
            "change_id": one.subject.id, "direction": one.direction, "case": one.case, "county": one.county, "park_id": one.park,
            "changed_on": one.on.isoformat() if one.on is not None else None, "evidence_no": one.evidence_no,
            "area_m2": float(one.shape.area) if known else None, "moved_m2": float(one.moved.area) if known else None,
            "done": one.done,
        }  # fmt: skip
        for name, areas in on.items():
            row[f"{name}_m2"] = _of(layers, name, areas, one.subject)
        row["cultivated_m2"] = cultivated.get(one.subject)
        row["remark"] = _remark(one)
        row["geometry"] = from_plane(np.array([one.shape], dtype=object))[0] if known else None
        yield row


def _of(layers: Dataset, name: str, areas: dict[Subject, float], subject: Subject) -> float | None:
    """Square metres on a layer; None where there is no such layer, or the plot has no geometry."""
    return areas.get(subject) if name in layers else None


def _remark(one: Change) -> Text | None:
    """Where what is drawn is not what changes."""
    if one.done:
        return Text("边界图层已按此调整", "the boundary has it already")
    if one.direction == "in" and one.moved.area < one.shape.area:
        return Text("有一部分本来就在边界内", "part of it lies inside the boundary already")
    if one.direction == "out" and one.moved.area < one.shape.area:
        return Text("有一部分本来就在边界外", "part of it lies outside the boundary already")
    return None


def _cases(found: Adjustment) -> list[Row]:
    """Plots and areas by the case that they name and by direction."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for one in found.changes:
        groups.setdefault((one.case or "", one.direction or ""), []).append(one)
    return [
        {"case": case or None, "direction": way or None, "plots": len(some), "moved_m2": float(sum(one.moved.area for one in some))}
        for (case, way), some in sorted(groups.items())
    ]  # fmt: skip


def _land_use(layers: Dataset) -> Iterator[Row]:
    """What the plots lie on by the land survey, by direction and class."""
    changes, land = layers.get("udb_changes"), layers.get("land_use")
    if changes is None or land is None or not land.has("use_code"):
        return
    codes = land.column("use_code").to_numpy(dtype=object)
    schemes = land.column("use_scheme").to_numpy(dtype=object)
    names = layers.catalogue.codes["land_use"].schemes
    kinds = sorted(
        {(str(scheme), str(code)) for scheme, code in zip(schemes, codes, strict=True) if isinstance(code, str)}
    )
    directions = changes.column("direction").to_numpy(dtype=object)
    for scheme, code in kinds:
        among = (codes == code) & (np.array([str(one) for one in schemes]) == scheme)
        pieces = [one for one in shared(changes, land, among) if one.parts]
        for way in _DIRECTIONS:
            m2 = sum(part.value for one in pieces if directions[one.position] == way for part in one.parts)
            if m2 > 0:
                name = names[scheme].get(code) if scheme in names else None
                yield {"direction": way, "use_scheme": scheme, "use_code": code, "use_name": name, "m2": float(m2)}


def _polygons(layers: Dataset, county: County) -> Iterator[Row]:
    """The boundary of a county after the adjustment, by its own polygons, with the field names of the national databases."""
    udb = layers["udb"]
    code = _code_of(layers, county.name)
    let_go = [one.moved for one in county.changes if one.direction == "out" and not one.done]
    gone = shapely.union_all(let_go) if let_go else shapely.MultiPolygon()
    left = list(county.rows)
    shapes = plane_of(udb)[left]
    if not gone.is_empty:
        shapes = np.where(shapely.intersects(shapes, gone), shapely.difference(shapes, gone), shapes)
    zones = udb.column("zone")
    for row, shape in zip(left, shapes, strict=True):
        if shape is not None and not shape.is_empty:
            yield _polygon(str(udb.ids[row]), code, county.name, zones.iloc[row], shape)
    new = shapely.difference(county.after.whole, shapely.union_all(shapes)) if len(left) else county.after.whole
    for number, shape in enumerate(_largest_first(new), start=1):
        yield _polygon(f"XZ{number:03d}", code, county.name, CORE, shape)


def _polygon(bsm: str, code: str | None, county: str, zone: Any, shape: shapely.Geometry) -> Row:
    return {
        "BSM": bsm, "XZQDM": code, "XZQMC": county, "GHFQMC": zone if isinstance(zone, str) else None, "MJ": float(shape.area),
        "geometry": from_plane(np.array([shape], dtype=object))[0],
    }  # fmt: skip


def _code_of(layers: Dataset, name: str) -> str | None:
    """The administrative code of a county, where the layer of counties has it."""
    counties = layers.get("counties")
    if counties is None:
        return None
    pairs = ((counties.subject(position).label, str(counties.ids[position])) for position in range(len(counties)))
    return next((code for label, code in pairs if label == name), None)


def _largest_first(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """The polygons of a shape, scraps of rounding left out."""
    parts = [one for one in shapely.get_parts(shape) if one.geom_type == "Polygon" and one.area > 1]
    return sorted(parts, key=lambda one: (-one.area, one.bounds))
