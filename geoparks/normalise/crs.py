"""Where a layer lies: declared before embedded before evidence, and never guessed in silence.

What decides is said in a Repair; where coordinates contradict what is declared, or nothing decides, the layer is not
judged (NotJudged) and the reason names the way out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from geoparks.errors import NotJudged
from geoparks.normalise import datum, zones
from geoparks.read.raw import RawLayer, ZoneHint
from geoparks.text import Text, same

_FAR_FROM_MERIDIAN_M = 500_000.0
_REGION_MARGIN_DEG = 0.3
_GAUSS = {"Transverse Mercator", "Gauss Kruger", "Gauss-Kruger"}

Bounds = tuple[float, float, float, float]

_DECLARE = Text(
    "请向数据提供者核实坐标系，并在 geoparks.toml 写明，例如 [crs.图层名] epsg = 4525。",
    "Ask whoever made it, and say so in geoparks.toml, for instance [crs.LAYER] epsg = 4525.",
)


@dataclass(frozen=True)
class Placement:
    """The coordinate system of a layer, how it is known, and the way to EPSG:4490."""

    name: str
    how: Text
    crs: CRS | None
    path: datum.Path
    swapped: bool = False
    """Whether the file has its axes the other way round than x to the east, y to the north."""

    @property
    def has_plane(self) -> bool:
        """Whether the file's own coordinates are a plane, in which a planar area means something."""
        return self.crs is not None and self.crs.is_projected

    @property
    def metre(self) -> float:
        """Metres in one unit of the file's plane."""
        return float(self.crs.axis_info[0].unit_conversion_factor) if self.crs is not None and self.has_plane else 1.0


def place(raw: RawLayer, declared: Mapping[str, Any], region: Sequence[Bounds]) -> Placement:
    """Find where a raw layer with geometry lies; `region` are extents in degrees that are already known.

    Raises NotJudged where its coordinate system is unknown, contradicts itself, or leads nowhere.
    """
    bounds = extent(raw.geometry)
    if bounds is None:
        crs = raw.crs or datum.CGCS2000
        return Placement(_name(crs), Text("没有图形", "there is no geometry"), crs, datum.Path(None, None))
    seen = zones.look(bounds)
    if "transform" in declared:
        return _transformed(raw, declared, seen)
    if "epsg" in declared:
        crs = CRS.from_epsg(declared["epsg"])
        placed = _certain(crs, Text("geoparks.toml 声明", "declared in geoparks.toml"), raw, seen, bounds)
    elif raw.crs is not None and not (raw.crs.is_geographic and seen.kind in ("prefixed", "plain")):
        placed = _certain(raw.crs, raw.crs_from or Text("文件内嵌", "embedded in the file"), raw, seen, bounds)
    elif raw.zone is not None:
        placed = _from_head(raw, raw.zone, seen, bounds, region)
    else:
        placed = _from_evidence(raw, seen, bounds, region)
    if placed.swapped:
        raw.repaired(
            "axis_swapped",
            Text("坐标顺序为纵坐标（北）在前，已对调", "northing comes first in this file; the axes were swapped"),
            old="Y,X", new="X,Y",
        )  # fmt: skip
    if placed.path.said is not None:
        raw.repaired("datum_transformed", placed.path.said, old=placed.name, new="EPSG:4490")
    return placed


def extent(geometry: np.ndarray[Any, Any] | None) -> Bounds | None:
    """Bounds of all geometry of a layer; None where there is none."""
    if geometry is None or not len(geometry):
        return None
    bounds = shapely.total_bounds(geometry)
    return None if np.isnan(bounds).any() else tuple(float(one) for one in bounds)  # type: ignore[return-value]


def _certain(crs: CRS, how: Text, raw: RawLayer, seen: zones.Evidence, bounds: Bounds) -> Placement:
    """A declared or embedded system, held against the coordinates."""
    if crs.is_geographic:
        if seen.kind in ("prefixed", "plain"):
            raise _conflict(raw, crs, Text("坐标是平面米制", "the coordinates are metres in a plane"))
        return Placement(_name(crs), how, crs, datum.path(crs), seen.kind == "degrees" and seen.swapped)
    fitted, swapped = _fit(crs, raw, seen, bounds)
    return Placement(_name(fitted), how, fitted, datum.path(fitted), swapped)


def _fit(crs: CRS, raw: RawLayer, seen: zones.Evidence, bounds: Bounds) -> tuple[CRS, bool]:
    """A projected system that agrees with the coordinates: itself, its twin with or without the zone number."""
    if seen.kind == "degrees":
        raw.repaired(
            "degrees_in_projected",
            Text("声明为投影坐标，实为经纬度，按经纬度读取", "declared as projected, the coordinates are degrees and read so"),
            old=_name(crs), new="degrees",
        )  # fmt: skip
        return crs.geodetic_crs or datum.CGCS2000, seen.swapped
    gauss = _gauss(crs)
    if gauss is None:
        return crs, False
    meridian, easting = gauss
    for swapped in (False, True):
        middle = (bounds[1] + bounds[3]) / 2 if swapped else (bounds[0] + bounds[2]) / 2
        if abs(middle - easting) <= _FAR_FROM_MERIDIAN_M and (not swapped or seen.swapped):
            return crs, swapped
    if not datum.is_cgcs2000(crs) or seen.kind == "unknown":
        raise _conflict(raw, crs, Text("坐标远离该带", "the coordinates lie far outside the zone"))
    twin = zones.of_meridian(meridian, seen.zone.number if seen.zone else None)
    if twin is None:
        raise _conflict(
            raw, crs,
            Text(f"横坐标带号为 {seen.zone.number}", f"the easting begins with zone {seen.zone.number}")
            if seen.zone else Text("坐标远离该带", "the coordinates lie far outside the zone"),
        )  # fmt: skip
    raw.repaired(
        "zone_prefix",
        Text(
            f"声明的坐标系{'不' if twin.prefixed else ''}带带号，坐标{'' if twin.prefixed else '不'}带带号；中央经线相同（{meridian:g}°），按坐标读取",
            f"declared {'without' if twin.prefixed else 'with'} the zone number before the easting, the coordinates are"
            f" {'with' if twin.prefixed else 'without'} it; the central meridian is the same ({meridian:g}°)",
        ),
        old=_name(crs), new=f"EPSG:{twin.epsg}",
    )  # fmt: skip
    return CRS.from_epsg(twin.epsg), seen.swapped


def _from_head(
    raw: RawLayer, head: ZoneHint, seen: zones.Evidence, bounds: Bounds, region: Sequence[Bounds]
) -> Placement:
    """A coordinate TXT's own words: datum, width and number of the zone, held against the eastings."""
    refused = datum.named_datum(head.datum)
    if refused is not None:
        datum.path(CRS.from_epsg(4610 if "1980" in refused.zh else 4214))  # raises, with the reason and the way out
    how = Text("文件头写明", "said in the file's head")
    if head.degrees or seen.kind == "degrees":
        return Placement(_name(datum.CGCS2000), how, datum.CGCS2000, datum.Path(None, None), seen.swapped)
    if seen.zone is not None:
        other = (head.zone is not None and head.zone != seen.zone.number) or (
            head.width is not None and head.width != seen.zone.width
        )
        if other:
            raise NotJudged(
                Text("文件头带号与坐标带号不一致", "the zone in the head is not that of the coordinates"),
                where=raw.where,
                found=Text(
                    f"文件头 {head.width or '?'} 度带 {head.zone or '?'} 带，坐标横坐标带号 {seen.zone.number}",
                    f"head: {head.width or '?'}° zone {head.zone or '?'}; eastings begin with {seen.zone.number}",
                ),
                mend=_DECLARE,
            )
        return _in_zone(seen.zone, how, seen.swapped)
    if head.zone is not None:
        zone = zones.Zone(head.width or (3 if head.zone >= 25 else 6), head.zone, prefixed=False)
        if not zone.exists:
            raise NotJudged(
                Text(f"没有 {zone.width} 度带第 {zone.number} 带", f"there is no {zone.width}° zone {zone.number}"),
                where=raw.where,
                mend=_DECLARE,
            )
        return _in_zone(zone, how, seen.swapped)
    return _from_evidence(raw, seen, bounds, region)


def _from_evidence(raw: RawLayer, seen: zones.Evidence, bounds: Bounds, region: Sequence[Bounds]) -> Placement:
    """Nothing is declared, or nothing that can be: the coordinates speak, and it is said that they did."""
    how = Text("按坐标数值推断", "inferred from the coordinates")
    if seen.kind == "degrees":
        placed = Placement(_name(datum.CGCS2000), how, datum.CGCS2000, datum.Path(None, None), seen.swapped)
    elif seen.zone is not None:
        placed = _in_zone(seen.zone, how, seen.swapped)
    elif seen.kind == "plain":
        placed = _by_extent(raw, seen, bounds, region)
    else:
        raise NotJudged(
            Text("坐标系未知", "the coordinate system is unknown"),
            where=raw.where,
            found=same(f"x {bounds[0]:.10g} … {bounds[2]:.10g}, y {bounds[1]:.10g} … {bounds[3]:.10g}"),
            mend=_DECLARE,
        )
    raw.repaired(
        "crs_inferred",
        Text(
            f"文件没有{'可用的' if raw.crs is not None else ''}坐标系信息，按坐标数值认定为 {placed.name}，基准按 CGCS2000，请核实",
            f"the file declares no {'usable ' if raw.crs is not None else ''}CRS; taken as {placed.name} by its"
            " coordinates, on the CGCS2000 datum: please confirm",
        ),
        old=raw.crs.name if raw.crs is not None else "", new=placed.name,
    )  # fmt: skip
    return placed


def _by_extent(raw: RawLayer, seen: zones.Evidence, bounds: Bounds, region: Sequence[Bounds]) -> Placement:
    """Eastings without a zone number: the zone that puts them where the workspace is known to lie."""
    x0, y0, x1, y1 = bounds if not seen.swapped else (bounds[1], bounds[0], bounds[3], bounds[2])
    middle = np.array([[(x0 + x1) / 2, (y0 + y1) / 2]])
    fitting = []
    for zone in zones.plain_zones():
        longitude, latitude = _in_zone(zone, same(""), swapped=False).path.to_lonlat(middle)[0]
        if any(_contains(one, longitude, latitude) for one in region):
            fitting.append(zone)
    if len(fitting) != 1:
        found = "、".join(str(zone.meridian) for zone in fitting)
        raise NotJudged(
            Text("横坐标没有带号，无法确定中央经线", "the eastings carry no zone number, so the meridian is unknown"),
            where=raw.where,
            found=Text(f"可能的中央经线：{found}", f"possible meridians: {found}") if fitting else None,
            mend=_DECLARE,
        )
    return _in_zone(fitting[0], Text("按坐标数值与所在范围推断", "inferred from coordinates and extent"), seen.swapped)


def _transformed(raw: RawLayer, declared: Mapping[str, Any], seen: zones.Evidence) -> Placement:
    """A transformation that the user states, with its source and date."""
    given = declared["transform"]
    source = CRS.from_epsg(declared["epsg"]) if "epsg" in declared else raw.crs
    said = Text(
        f"按 geoparks.toml 给定的 {given['kind']} 转换（来源：{given['source']}，{given['date']}）",
        f"transformed by {given['kind']} as geoparks.toml states (source: {given['source']}, {given['date']})",
    )
    if given["kind"] == "helmert7":
        if source is None:
            raise NotJudged(
                Text("helmert7 需要原坐标系", "helmert7 needs the source system"),
                where=raw.where,
                mend=Text("请在 [crs.图层] 写明 epsg（原坐标系）。", "State epsg (of the source) in [crs.LAYER]."),
            )
        words = f"+proj=pipeline {_unproject(source)} {_helmert(source, given)} {_TO_DEGREES}"
    else:
        words = f"+proj=pipeline {_affine(given)} {_unproject(CRS.from_epsg(given['to_epsg']))} {_RADIANS_TO_DEGREES}"
    raw.repaired("datum_transformed", said, old=_name(source) if source else "", new="EPSG:4490")
    path = replace(datum.pipeline(words, said), said=None)
    name = _name(source) if source is not None else given["kind"]
    return Placement(name, said, source, path, seen.swapped)


_RADIANS_TO_DEGREES = "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
_TO_DEGREES = f"+step +inv +proj=cart +ellps=GRS80 {_RADIANS_TO_DEGREES}"


def _unproject(crs: CRS) -> str:
    """The step from a system's own coordinates to longitude and latitude in radians."""
    if crs.is_geographic:
        return "+step +proj=unitconvert +xy_in=deg +xy_out=rad"
    words = " ".join(one for one in crs.to_proj4().split() if one not in ("+no_defs", "+type=crs"))
    return f"+step +inv {words}"


def _helmert(source: CRS, given: Mapping[str, Any]) -> str:
    ellipsoid = source.ellipsoid
    assert ellipsoid is not None
    shifts = " ".join(f"+{key}={given.get(name, 0.0)}" for key, name in _HELMERT_KEYS.items())
    convention = given.get("convention", "position_vector")
    shape = f"+a={ellipsoid.semi_major_metre} +rf={ellipsoid.inverse_flattening}"
    return f"+step +proj=cart {shape} +step +proj=helmert {shifts} +convention={convention}"


_HELMERT_KEYS = {"x": "dx", "y": "dy", "z": "dz", "rx": "rx", "ry": "ry", "rz": "rz", "s": "scale_ppm"}


def _affine(given: Mapping[str, Any]) -> str:
    """The four parameters (四参数): north' = dx + m(N cos α − E sin α), east' = dy + m(N sin α + E cos α)."""
    angle = np.radians(given.get("rotation_seconds", 0.0) / 3600)
    scale = 1 + given.get("scale_ppm", 0.0) * 1e-6
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return (
        f"+step +proj=affine +xoff={given['dy']} +yoff={given['dx']}"
        f" +s11={cos:.15g} +s12={sin:.15g} +s21={-sin:.15g} +s22={cos:.15g}"
    )


def _in_zone(zone: zones.Zone, how: Text, swapped: bool) -> Placement:
    crs = CRS.from_epsg(zone.epsg)
    return Placement(_name(crs), how, crs, datum.path(crs), swapped)


def _gauss(crs: CRS) -> tuple[float, float] | None:
    """Central meridian and false easting of a transverse Mercator system; None for any other."""
    operation = crs.coordinate_operation
    if operation is None or operation.method_name not in _GAUSS:
        return None
    values = {one.name: one.value for one in operation.params}
    return float(values.get("Longitude of natural origin", 0.0)), float(values.get("False easting", 0.0))


def _conflict(raw: RawLayer, crs: CRS, found: Text) -> NotJudged:
    return NotJudged(
        Text(
            f"声明的坐标系（{_name(crs)}）与坐标不符",
            f"the declared system ({_name(crs)}) does not fit the coordinates",
        ),
        where=raw.where,
        found=found,
        mend=_DECLARE,
    )


def _name(crs: CRS) -> str:
    """EPSG code where there is one, else the system's own name."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.name


def _contains(bounds: Bounds, longitude: float, latitude: float) -> bool:
    margin = _REGION_MARGIN_DEG
    return (
        bounds[0] - margin <= longitude <= bounds[2] + margin and bounds[1] - margin <= latitude <= bounds[3] + margin
    )
