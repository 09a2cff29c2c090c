"""The repaired geometry that is put on offer: valid, without repeated vertices, spikes and slivers; what changed is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoparks.catalog.clause import Setting
from geoparks.measure.topology import DEGREE_M, sharp_corners, short_edges, thin_parts
from geoparks.normalise.geometry import mended
from geoparks.normalise.placement import Placement
from geoparks.text import Text

Array = np.ndarray[Any, Any]

CODES = {
    "made_valid": Text("改为有效图形", "made valid"),
    "duplicates_removed": Text("删除重复顶点", "repeated vertices removed"),
    "spikes_removed": Text("删除尖刺", "spikes removed"),
    "slivers_removed": Text("删除碎片", "slivers removed"),
    "not_mendable": Text("无法自动修复，须重新绘制", "cannot be repaired by rule: it must be drawn again"),
}
_ROUNDS = 10  # a spike's removal may bare another


@dataclass(frozen=True)
class Mended:
    """One geometry after repair, in the plane of its file, and what was done to it."""

    geometry: shapely.Geometry
    codes: tuple[str, ...]


def mended_ones(
    geometry: Array, placements: list[Placement | None], invalid: Array, settings: Mapping[str, Setting]
) -> Iterator[tuple[int, Mended]]:
    """Every geometry of a layer that has something to repair, by position; the sound ones are passed over together."""
    searches = (
        short_edges(geometry, placements, settings["duplicate_distance_m"].given),
        sharp_corners(geometry, placements, settings["spike_angle_deg"].given),
        thin_parts(geometry, placements, settings["sliver_part_width_m"].given),
    )
    faulty = set(np.flatnonzero(invalid).tolist()) | {position for one in searches for position, _ in one}
    for position in sorted(faulty):
        if (one := mend(geometry[position], placements[position], settings)) is not None:
            yield position, one


def mend(geometry: shapely.Geometry, placement: Placement | None, settings: Mapping[str, Setting]) -> Mended | None:
    """Repair one faulty polygon in its own plane; None where there is none.

    Where nothing would be left, or no step helps, the polygon stays as it is and is told to be past mending.
    """
    if geometry is None or geometry.is_empty:
        return None
    try:
        whole, codes = _mended(geometry, placement, settings)
    except shapely.errors.ShapelyError:  # GEOS stops at rings that have collapsed to a point or an edge
        whole, codes = geometry, []
    return Mended(whole, tuple(codes)) if codes and not whole.is_empty else Mended(geometry, ("not_mendable",))


def _mended(
    geometry: shapely.Geometry, placement: Placement | None, settings: Mapping[str, Setting]
) -> tuple[shapely.Geometry, list[str]]:
    codes: list[str] = []
    unit = placement.metre if placement is not None and placement.has_plane else DEGREE_M
    whole = _without_repeated(geometry, settings["duplicate_distance_m"].given / unit)
    if shapely.get_num_coordinates(whole) < shapely.get_num_coordinates(geometry):
        codes.append("duplicates_removed")
    else:
        whole = geometry
    if not shapely.is_valid(whole):
        whole = mended(np.array([whole]), areas=True)[0]
        codes.append("made_valid")
    if whole.is_empty:
        return whole, codes
    for _ in range(_ROUNDS):
        corners = sharp_corners(np.array([whole]), [placement], settings["spike_angle_deg"].given)
        blunt = _left(_without(whole, {place.point for _, place in corners}), whole)
        if blunt is None:
            break
        whole = blunt
        codes.append("spikes_removed")
    thin = thin_parts(np.array([whole]), [placement], settings["sliver_part_width_m"].given)
    if (clean := _left(_without_rings(whole, {place.point for _, place in thin}), whole)) is not None:
        whole = clean
        codes.append("slivers_removed")
    return whole, list(dict.fromkeys(codes))


def _without_repeated(geometry: shapely.Geometry, distance: float) -> shapely.Geometry:
    """A polygon without repeated vertices; as it is where a ring would be left with fewer than three."""
    try:
        return shapely.remove_repeated_points(geometry, distance)
    except shapely.errors.GEOSException:
        return geometry


def _left(after: shapely.Geometry, before: shapely.Geometry) -> shapely.Geometry | None:
    """What a step leaves, made valid; None where it changed nothing, or nothing would be left."""
    if after.is_empty or shapely.get_num_coordinates(after) == shapely.get_num_coordinates(before):
        return None
    sound = mended(np.array([after]), areas=True)[0]
    return None if sound.is_empty else sound


def _without(geometry: shapely.Geometry, points: set[tuple[float, float]]) -> shapely.Geometry:
    """A polygon without some vertices."""
    parts = []
    for part in shapely.get_parts(geometry):
        shell = _ring(part.exterior, points)
        if shell is not None:
            parts.append(
                shapely.Polygon(shell, [hole for one in part.interiors if (hole := _ring(one, points)) is not None])
            )
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _ring(ring: Any, points: set[tuple[float, float]]) -> list[tuple[float, float]] | None:
    kept = [xy for xy in list(ring.coords)[:-1] if xy not in points]
    return kept if len(kept) > 2 else None


def _without_rings(geometry: shapely.Geometry, starts: set[tuple[float, float]]) -> shapely.Geometry:
    """A polygon without the parts and holes that begin at some points."""
    parts = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if hole.coords[0] not in starts])
        for part in shapely.get_parts(geometry)
        if part.exterior.coords[0] not in starts
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
