"""Where a layer lies: declared before embedded before evidence, and never guessed in silence.

What decides is said in a Repair; where coordinates contradict what is declared, or nothing decides, the layer is not
judged (NotJudged) and the reason names the way out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyproj import CRS

from geoparks.errors import NotJudged
from geoparks.normalise import datum, stated, zones
from geoparks.normalise.evidence import Bounds, Sight, sight_of
from geoparks.normalise.inferred import from_evidence, from_head, tell_sexagesimal
from geoparks.normalise.placement import Placement, conflict, metre_of, name_of, on_earth
from geoparks.read.raw import RawLayer
from geoparks.text import Text, same

_FAR_FROM_MERIDIAN_M = 500_000.0
_GAUSS = {"Transverse Mercator", "Gauss Kruger", "Gauss-Kruger"}

_FAR_OFF = Text("坐标远离该带", "the coordinates lie far outside the zone")


def place(raw: RawLayer, declared: Mapping[str, Any], region: Sequence[Bounds]) -> Placement:
    """Find where a raw layer with geometry lies; `region` are extents in degrees that are already known.

    Raises NotJudged where its coordinate system is unknown, contradicts itself, or leads nowhere; GeoparksError where
    the code that was declared is no coordinate system.
    """
    given = datum.by_code(declared["epsg"]) if "epsg" in declared else None
    here = sight_of(raw)
    if here is None:
        crs = raw.crs or datum.CGCS2000
        return Placement(name_of(crs), Text("没有图形", "there is no geometry"), crs, datum.Path(None, None))
    if here.mixed:
        raise _mixed(raw, here)
    try:
        placed = _placed(raw, declared, given, here, region)
    except NotJudged as error:
        error.where = error.where or raw.where
        raise
    if placed.swapped:
        raw.repaired(
            "axis_swapped",
            Text("坐标顺序为纵坐标（北）在前，已对调", "northing comes first in this file; the axes were swapped"),
            old="Y,X", new="X,Y",
        )  # fmt: skip
    if here.seen.kind == "degrees":
        tell_sexagesimal(raw, here)
    if placed.path.said is not None:
        raw.repaired("datum_transformed", placed.path.said, old=placed.name, new="EPSG:4490")
    return placed


def _placed(
    raw: RawLayer, declared: Mapping[str, Any], given: CRS | None, here: Sight, region: Sequence[Bounds]
) -> Placement:
    if "transform" in declared:
        return _transformed(raw, declared["transform"], given or raw.crs, here)
    if given is not None:
        return _certain(given, Text("geoparks.toml 声明", "declared in geoparks.toml"), raw, here)
    embedded = datum.horizontal(raw.crs) if raw.crs is not None else None
    if embedded is not None and not (embedded.is_geographic and here.seen.kind in ("prefixed", "plain")):
        return _certain(embedded, raw.crs_from or Text("文件内嵌", "embedded in the file"), raw, here)
    if raw.zone is not None:
        return from_head(raw, raw.zone, here, region)
    return from_evidence(raw, here, region)


def _certain(crs: CRS, how: Text, raw: RawLayer, here: Sight) -> Placement:
    """A declared or embedded system, held against the coordinates."""
    datum.refuse(crs)
    if crs.is_projected:
        fitted, swapped = _fit(crs, raw, here)
        return Placement(name_of(fitted), how, fitted, datum.path(fitted), swapped)
    if not crs.is_geographic:
        raise conflict(
            raw, crs, Text("既不是平面坐标，也不是经纬度", "it is neither a plane nor longitude and latitude")
        )
    if here.seen.kind in ("prefixed", "plain"):
        raise conflict(raw, crs, Text("坐标是平面米制", "the coordinates are metres in a plane"))
    if here.seen.kind != "degrees" and not on_earth(here.centre):
        raise conflict(raw, crs, Text("坐标超出经纬度范围", "the coordinates are no longitude and latitude"))
    return Placement(name_of(crs), how, crs, datum.path(crs), here.seen.kind == "degrees" and here.seen.swapped)


def _fit(crs: CRS, raw: RawLayer, here: Sight) -> tuple[CRS, bool]:
    """A projected system that agrees with the coordinates: itself, its twin with or without the zone number."""
    seen = here.seen
    if seen.kind == "degrees":
        raw.repaired(
            "degrees_in_projected",
            Text("声明为投影坐标，实为经纬度，按经纬度读取", "declared as projected, the coordinates are degrees and read so"),
            old=name_of(crs), new="degrees",
        )  # fmt: skip
        return crs.geodetic_crs or datum.CGCS2000, seen.swapped
    gauss = _gauss(crs)
    if gauss is None:
        return crs, False
    meridian, easting = gauss
    for swapped in (False, True):
        if _is_near(crs, easting, here.centre[1 if swapped else 0]) and (not swapped or seen.swapped):
            return crs, swapped
    if not datum.is_cgcs2000(crs) or seen.kind == "unknown":
        raise conflict(raw, crs, _FAR_OFF)
    twin = zones.of_meridian(meridian, seen.zone.number if seen.zone else None)
    if twin is None:
        raise conflict(
            raw, crs,
            Text(f"横坐标带号为 {seen.zone.number}", f"the easting begins with zone {seen.zone.number}")
            if seen.zone else _FAR_OFF,
        )  # fmt: skip
    raw.repaired(
        "zone_prefix",
        Text(
            f"声明的坐标系{'不' if twin.prefixed else ''}带带号，坐标{'' if twin.prefixed else '不'}带带号；中央经线相同（{meridian:g}°），按坐标读取",
            f"declared {'without' if twin.prefixed else 'with'} the zone number before the easting, the coordinates are"
            f" {'with' if twin.prefixed else 'without'} it; the central meridian is the same ({meridian:g}°)",
        ),
        old=name_of(crs), new=f"EPSG:{twin.epsg}",
    )  # fmt: skip
    return CRS.from_epsg(twin.epsg), seen.swapped


def _transformed(raw: RawLayer, given: Mapping[str, Any], source: CRS | None, here: Sight) -> Placement:
    """A transformation that the user states; the coordinates must be those that it is for."""
    said, swapped = stated.said(given), here.seen.swapped
    centre = here.centre[::-1] if swapped else here.centre
    if given["kind"] == "helmert7":
        if source is None:
            raise NotJudged(
                Text("helmert7 需要原坐标系", "helmert7 needs the source system"),
                where=raw.where,
                mend=Text("请在 [crs.图层] 写明 epsg（原坐标系）。", "State epsg (of the source) in [crs.LAYER]."),
            )
        path, plane = stated.helmert7(source, given), source
    else:
        path, plane = stated.affine4(given), datum.by_code(given["to_epsg"])
        centre = stated.affine4_of(given, centre)
    gauss = _gauss(plane)
    if (gauss is not None and not _is_near(plane, gauss[1], centre[0])) or (
        plane.is_geographic and not on_earth(centre)
    ):
        raise conflict(raw, plane, _FAR_OFF)
    raw.repaired("datum_transformed", said, old=name_of(source) if source else "", new="EPSG:4490")
    name = name_of(source) if source is not None else given["kind"]
    return Placement(name, said, source if source is not None and source.is_projected else plane, path, swapped)


def _gauss(crs: CRS) -> tuple[float, float] | None:
    """Central meridian and false easting of a transverse Mercator system; None for any other."""
    operation = crs.coordinate_operation
    if operation is None or operation.method_name not in _GAUSS:
        return None
    values = {one.name: one.value for one in operation.params}
    return float(values.get("Longitude of natural origin", 0.0)), float(values.get("False easting", 0.0))


def _is_near(crs: CRS, false_easting: float, easting: float) -> bool:
    return abs(easting - false_easting) * metre_of(crs) <= _FAR_FROM_MERIDIAN_M


def _mixed(raw: RawLayer, here: Sight) -> NotJudged:
    kinds = {"degrees": Text("经纬度", "degrees"), "plain": Text("无带号", "no zone number")}
    words = list(
        dict.fromkeys(
            same(str(one.zone.number)) if one.zone else kinds.get(one.kind, same(one.kind)) for one in here.mixed
        )
    )
    return NotJudged(
        Text("一个文件里混有不同带号或单位的坐标", "coordinates of different zones or units in one file"),
        where=raw.where,
        found=Text("、".join(one.zh for one in words), ", ".join(one.en for one in words)),
        mend=Text("请按带号拆成几个文件。", "Make one file for each zone."),
    )
