"""The repaired geometry that is put on offer: valid, without repeated vertices, spikes and slivers; what changed is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoparks.catalog.policy import Setting
from geoparks.measure.topology import sharp_corners, thin_parts
from geoparks.normalise.crs import Placement
from geoparks.normalise.geometry import mended
from geoparks.text import Text

Array = np.ndarray[Any, Any]

CODES = {
    "made_valid": Text("改为有效图形", "made valid"),
    "duplicates_removed": Text("删除重复顶点", "repeated vertices removed"),
    "spikes_removed": Text("删除尖刺", "spikes removed"),
    "slivers_removed": Text("删除碎片", "slivers removed"),
}
_ROUNDS = 10  # a spike's removal may bare another


@dataclass(frozen=True)
class Mended:
    """One geometry after repair, and what was done to it."""

    geometry: shapely.Geometry
    codes: tuple[str, ...]
    area_before: float
    area_after: float


def mend(geometry: shapely.Geometry, placement: Placement | None, settings: dict[str, Setting]) -> Mended | None:
    """Repair one polygon in its own plane; None where there is nothing to repair."""
    if geometry is None or geometry.is_empty:
        return None
    codes: list[str] = []
    metre = placement.metre if placement is not None and placement.has_plane else 1 / 111_320.0
    whole = shapely.remove_repeated_points(geometry, settings["duplicate_distance_m"].value / metre)
    if shapely.get_num_coordinates(whole) < shapely.get_num_coordinates(geometry):
        codes.append("duplicates_removed")
    else:
        whole = geometry
    if not shapely.is_valid(whole):
        whole = mended(np.array([whole]), areas=True)[0]
        codes.append("made_valid")
    for _ in range(_ROUNDS):
        tips = {
            place.point for _, place in sharp_corners(np.array([whole]), [placement], settings["spike_angle_deg"].value)
        }
        if not tips:
            break
        whole = mended(np.array([_without(whole, tips)]), areas=True)[0]
        codes.append("spikes_removed")
    thin = {
        place.point for _, place in thin_parts(np.array([whole]), [placement], settings["sliver_part_width_m"].value)
    }
    if thin:
        whole = _without_rings(whole, thin)
        codes.append("slivers_removed")
    if not codes:
        return None
    return Mended(whole, tuple(dict.fromkeys(codes)), _area(geometry), float(whole.area))


def _area(geometry: shapely.Geometry) -> float:
    """Area as drawn; a geometry that is not valid has the area of its outline, crossings cancelling."""
    return float(geometry.area)


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
