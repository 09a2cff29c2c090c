"""The same layer in another format, and in another coordinate system where it is asked for or the format demands it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS

from geoparks import read, write
from geoparks.errors import NotJudged, UnreadableFile, WorkspaceError
from geoparks.measure.topology import DEGREE_M
from geoparks.normalise import datum
from geoparks.normalise.crs import place
from geoparks.normalise.geometry import swap
from geoparks.normalise.placement import Placement
from geoparks.normalise.zones import Zone
from geoparks.read.address import is_address, parse
from geoparks.read.raw import RawLayer
from geoparks.text import Text, same
from geoparks.write import Outgoing

_CONTAINERS = {".gpkg", ".gdb"}
_IN_DEGREES = {".geojson", ".json", ".kml"}
_BEND_M = 0.001  # coordinates are given to the millimetre
_KINDS = {"polygon": (3, 6), "line": (1, 2, 5), "point": (0, 4)}


def convert(
    source: str | Path,
    target: str | Path,
    *,
    layer: str | None = None,
    kind: str | None = None,
    from_epsg: int | None = None,
    to_epsg: int | None = None,
    force: bool = False,
) -> tuple[list[str | Path], list[Text]]:
    """Write a file in another format; returns the files written and what changed on the way.

    Raises UnreadableFile or WorkspaceError: nothing is written then, and an existing target is kept.
    """
    if is_address(str(target)):
        return _into_table(source, str(target), layer, kind, from_epsg, to_epsg, force=force)
    target = Path(target)
    taken = next((one for one in write.places(target) if one.exists()), None)
    if taken is not None and not force:
        raise WorkspaceError(
            Text("目标文件已存在，未覆盖", "the target exists and was kept"),
            where=str(taken),
            mend=Text("请换一个名字，或加 --force。", "Choose another name, or add --force."),
        )
    raws = _chosen(read.open_source(source), target, layer)
    outgoing = [_outgoing(raw, target, kind, from_epsg, to_epsg) for raw in raws]
    files: list[str | Path] = []
    if len(outgoing) == 1:
        files += write.write(outgoing[0], target)
    else:
        files += write.whole(target, lambda path: _all_into(outgoing, path))
    notes = [note for one in outgoing for note in one.notes]
    for raw in raws:
        notes += [one.note for one in raw.repairs] + [one.note for one in raw.faults]
    return files, list(dict.fromkeys(notes))


def _into_table(
    source: str | Path, target: str, layer: str | None, kind: str | None, from_epsg: int | None, to_epsg: int | None, *,
    force: bool,
) -> tuple[list[str | Path], list[Text]]:  # fmt: skip
    from geoparks.write import postgis

    name = Path(parse(target).table.rpartition(".")[2])
    (raw,) = _chosen(read.open_source(source), name, layer)
    outgoing = _outgoing(raw, name, kind, from_epsg, to_epsg)
    written = postgis.write(outgoing, target, force=force)
    notes = outgoing.notes + [one.note for one in raw.repairs] + [one.note for one in raw.faults]
    return [written], list(dict.fromkeys(notes))


def _chosen(raws: list[RawLayer], target: Path, layer: str | None) -> list[RawLayer]:
    if layer is not None:
        named = [raw for raw in raws if layer in (raw.inner, *raw.called)]
        if not named:
            raise UnreadableFile(
                Text(f"没有名为 {layer} 的图层", f"no layer {layer}"),
                where=raws[0].origin or raws[0].path.name,
                found=same("、".join(raw.inner for raw in raws)),
            )
        return named[:1]
    with_geometry = [raw for raw in raws if raw.geometry is not None] or raws
    if len(with_geometry) > 1 and target.suffix.lower() not in _CONTAINERS:
        raise UnreadableFile(
            Text(f"文件里有 {len(with_geometry)} 个图层", f"the file holds {len(with_geometry)} layers"),
            where=raws[0].origin or raws[0].path.name,
            found=same("、".join(raw.inner for raw in with_geometry)),
            mend=Text("请用 --layer 指定一个，或写成 .gpkg。", "Choose one with --layer, or write .gpkg."),
        )
    return with_geometry


def _all_into(outgoing: list[Outgoing], path: Path) -> None:
    from geoparks.write import gdal

    for index, one in enumerate(outgoing):
        gdal.write(one, path, append=index > 0)


def _outgoing(raw: RawLayer, target: Path, kind: str | None, from_epsg: int | None, to_epsg: int | None) -> Outgoing:
    name = raw.called[-1] if raw.siblings > 1 else target.stem
    if raw.geometry is None:
        return Outgoing(name, raw.table, None, None)
    if target.suffix.lower() == ".txt" and to_epsg is not None:
        to_epsg = _of_a_txt(raw, to_epsg)
    placement = _placed(raw, from_epsg, needed=to_epsg is not None or target.suffix.lower() in {*_IN_DEGREES, ".txt"})
    geometry = swap(raw.geometry) if placement is not None and placement.swapped else raw.geometry
    crs = placement.crs if placement is not None else None
    notes: list[Text] = []
    wanted = to_epsg or (4490 if target.suffix.lower() in _IN_DEGREES and not _is_lonlat(crs) else None)
    if wanted is not None and placement is not None and not (crs is not None and crs.to_epsg() == wanted):
        crs = datum.by_code(wanted)
        geometry, bend = _reprojected(geometry, placement, crs)
        notes.append(
            Text(f"坐标已由 {placement.name} 转为 EPSG:{wanted}", f"transformed from {placement.name} to EPSG:{wanted}")
        )
        if bend > _BEND_M:
            notes.append(
                Text(
                    f"没有增加界址点：边在新坐标系中按直线连接，与原来的边最多相差 {bend:.3f} 米",
                    f"no vertices were added: edges are straight in the new system, up to {bend:.3f} m off the old ones",
                )
            )
    table = raw.table
    if kind is not None:
        keep = np.isin(shapely.get_type_id(geometry), _KINDS[kind])
        table, geometry = table[keep].reset_index(drop=True), geometry[keep]
    return Outgoing(name, table, geometry, crs, notes)


def _is_lonlat(crs: CRS | None) -> bool:
    """Whether coordinates are what GeoJSON and KML hold: degrees on CGCS2000, or on WGS 84, which is taken for it."""
    return crs is not None and crs.is_geographic and (datum.is_cgcs2000(crs) or crs.name.startswith("WGS 84"))


def _of_a_txt(raw: RawLayer, epsg: int) -> int | None:
    """The system of a coordinate TXT, which has a 3° zone by definition: degrees mean that its writer chooses one."""
    if datum.by_code(epsg).is_geographic:
        raw.repaired(
            "zone_chosen",
            Text(
                f"坐标 TXT 只存 3 度带平面坐标，没有写成 EPSG:{epsg}",
                f"a coordinate TXT holds a 3° zone only; it was not written in EPSG:{epsg}",
            ),
        )
        return None
    zones = [one for number in range(100) for prefixed in (True, False) if (one := Zone(3, number, prefixed)).exists]
    codes = [one.epsg for one in zones if one.prefixed]
    if epsg in [one.epsg for one in zones]:
        return epsg
    raise WorkspaceError(
        Text(
            "坐标 TXT 只存 CGCS2000 3 度带、带带号的坐标", "a coordinate TXT holds CGCS2000, a 3° zone with its number"
        ),
        where="--epsg",
        found=same(str(epsg)),
        expected=same(f"{codes[0]} … {codes[-1]}"),
    )


def _placed(raw: RawLayer, from_epsg: int | None, *, needed: bool) -> Placement | None:
    """Where the layer lies; without a way to CGCS2000 where the target format does not ask for one."""
    try:
        return place(raw, {"epsg": from_epsg} if from_epsg else {}, ())
    except NotJudged as error:
        if needed:
            raise UnreadableFile(
                error.what, where=raw.where, found=error.found, expected=error.expected,
                mend=Text("可用 --from-epsg 指定原坐标系。", "Give the CRS with --from-epsg."),
            ) from error  # fmt: skip
    crs = datum.by_code(from_epsg) if from_epsg else raw.crs
    if crs is not None and not _leads_on(crs):
        # Its name is as true as it was: without it, somebody would take the numbers for CGCS2000.
        raw.repaired(
            "crs_kept",
            Text(
                f"坐标系 {crs.name} 不能转换，坐标和坐标系照原样写出",
                f"{crs.name} cannot be transformed; coordinates and CRS are written as they are",
            ),
        )
        return Placement(crs.name, same(""), crs, datum.Path(None, None))
    raw.repaired(
        "crs_unknown",
        Text("坐标系未知，写出的文件不带坐标系", "the CRS is unknown; the file written has none")
        if crs is None
        else Text(
            f"坐标与声明的坐标系 {crs.name} 不符，写出的文件不带坐标系",
            f"the coordinates contradict the declared {crs.name}; the file written has no CRS",
        ),
    )
    return None


def _leads_on(crs: CRS) -> bool:
    """Whether there is a way from a system to CGCS2000."""
    try:
        datum.path(crs)
    except NotJudged:
        return False
    return True


def _reprojected(geometry: np.ndarray, placement: Placement, target: CRS) -> tuple[np.ndarray, float]:
    """Every vertex in another system, and how far in metres the edges between them then lie off where they were drawn.

    No vertex is added: each one of a boundary is a boundary point, surveyed and numbered.
    """
    way = datum.path(target)

    def moved(coordinates: np.ndarray) -> np.ndarray:
        return way.to_own(placement.path.to_lonlat(coordinates))

    coordinates, owner = shapely.get_coordinates(_outlines(geometry), return_index=True)
    is_edge = owner[1:] == owner[:-1]
    drawn = placement.path.to_lonlat((coordinates[:-1] + coordinates[1:])[is_edge] / 2)
    ends = moved(coordinates)
    now = way.to_lonlat((ends[:-1] + ends[1:])[is_edge] / 2)
    apart = (now - drawn) * DEGREE_M * np.column_stack([np.cos(np.radians(drawn[:, 1])), np.ones(len(drawn))])
    apart = apart[np.isfinite(apart).all(axis=1)]
    return shapely.transform(geometry, moved), float(np.hypot(*apart.T).max(initial=0.0))


def _outlines(geometry: np.ndarray) -> np.ndarray:
    """Every ring and line of a layer by itself."""
    parts = shapely.get_parts(shapely.get_parts(geometry))  # a collection may hold multi-part geometry
    areas = np.isin(shapely.get_type_id(parts), _KINDS["polygon"])
    lines = parts[np.isin(shapely.get_type_id(parts), _KINDS["line"])]
    return np.concatenate([shapely.get_rings(parts[areas]), lines])
