"""The same layer in another format, and in another coordinate system where it is asked for or the format demands it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS

from geoparks import read, write
from geoparks.errors import NotJudged, UnreadableFile, WorkspaceError
from geoparks.normalise.crs import place
from geoparks.normalise.datum import path as way
from geoparks.normalise.geometry import densify, swap
from geoparks.normalise.placement import Placement
from geoparks.read.raw import RawLayer
from geoparks.text import Text, same
from geoparks.write import Outgoing

_CONTAINERS = {".gpkg", ".gdb"}
_IN_DEGREES = {".geojson", ".json", ".kml"}
_KINDS = {"polygon": (3, 6), "line": (1, 2, 5), "point": (0, 4)}


def convert(
    source: Path,
    target: Path,
    *,
    layer: str | None = None,
    kind: str | None = None,
    from_epsg: int | None = None,
    to_epsg: int | None = None,
    force: bool = False,
) -> tuple[list[Path], list[Text]]:
    """Write a file in another format; returns the files written and what changed on the way.

    Raises UnreadableFile or WorkspaceError: nothing is written then, and an existing target is kept.
    """
    if target.exists() and not force:
        raise WorkspaceError(
            Text("目标文件已存在，未覆盖", "the target exists and was kept"),
            where=str(target),
            mend=Text("请换一个名字，或加 --force。", "Choose another name, or add --force."),
        )
    raws = _chosen(read.open_file(source), source, target, layer)
    outgoing = [_outgoing(raw, target, kind, from_epsg, to_epsg) for raw in raws]
    if len(outgoing) == 1:
        files = write.write(outgoing[0], target)
    else:
        files = write.whole(target, lambda path: _all_into(outgoing, path))
    notes = [note for one in outgoing for note in one.notes]
    for raw in raws:
        notes += [one.note for one in raw.repairs] + [one.note for one in raw.faults]
    return files, list(dict.fromkeys(notes))


def _chosen(raws: list[RawLayer], source: Path, target: Path, layer: str | None) -> list[RawLayer]:
    if layer is not None:
        named = [raw for raw in raws if layer in (raw.inner, *raw.called)]
        if not named:
            raise UnreadableFile(
                Text(f"没有名为 {layer} 的图层", f"no layer {layer}"),
                where=source.name,
                found=same("、".join(raw.inner for raw in raws)),
            )
        return named[:1]
    with_geometry = [raw for raw in raws if raw.geometry is not None] or raws
    if len(with_geometry) > 1 and target.suffix.lower() not in _CONTAINERS:
        raise UnreadableFile(
            Text(f"文件里有 {len(with_geometry)} 个图层", f"the file holds {len(with_geometry)} layers"),
            where=source.name,
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
    placement = _placed(raw, from_epsg, needed=to_epsg is not None or target.suffix.lower() in {*_IN_DEGREES, ".txt"})
    geometry = swap(raw.geometry) if placement is not None and placement.swapped else raw.geometry
    crs = placement.crs if placement is not None else None
    notes: list[Text] = []
    wanted = to_epsg or (
        4490 if target.suffix.lower() in _IN_DEGREES and not (crs is not None and crs.is_geographic) else None
    )
    if wanted is not None and placement is not None and not (crs is not None and crs.to_epsg() == wanted):
        geometry, crs = _reprojected(geometry, placement, wanted), CRS.from_epsg(wanted)
        notes.append(
            Text(f"坐标已由 {placement.name} 转为 EPSG:{wanted}", f"transformed from {placement.name} to EPSG:{wanted}")
        )
    table = raw.table
    if kind is not None:
        keep = np.isin(shapely.get_type_id(geometry), _KINDS[kind])
        table, geometry = table[keep].reset_index(drop=True), geometry[keep]
    return Outgoing(name, table, geometry, crs, notes)


def _placed(raw: RawLayer, from_epsg: int | None, *, needed: bool) -> Placement | None:
    """Where the layer lies; None where nobody knows and the target format does not ask."""
    try:
        return place(raw, {"epsg": from_epsg} if from_epsg else {}, ())
    except NotJudged as error:
        if needed:
            raise UnreadableFile(
                error.what, where=raw.where, found=error.found, expected=error.expected,
                mend=Text("可用 --from-epsg 指定原坐标系。", "Give the CRS with --from-epsg."),
            ) from error  # fmt: skip
        raw.repaired(
            "crs_unknown", Text("坐标系未知，写出的文件不带坐标系", "the CRS is unknown; the file written has none")
        )
        return Placement("", same(""), raw.crs, way(CRS.from_epsg(4490)))


def _reprojected(geometry: np.ndarray, placement: Placement, epsg: int) -> np.ndarray:
    """Geometry in another system, edges kept where they were drawn."""
    target = CRS.from_epsg(epsg)
    dense = geometry.copy()
    sound = shapely.is_valid(geometry)  # a crossing outline must not get vertices just where it crosses
    if placement.has_plane != target.is_projected:
        dense[sound] = densify(geometry[sound], placement)
    lonlat = shapely.transform(dense, placement.path.to_lonlat)
    return shapely.transform(lonlat, way(target).to_own)
