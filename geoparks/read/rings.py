"""Polygons from loose rings, where a format does not say which ring is a hole of which."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

Ring = list[tuple[float, float]]


def polygon_of_rings(rings: list[Ring]) -> BaseGeometry | None:
    """One (multi)polygon of rings by containment: outermost rings are shells, rings inside them holes, and so on.

    Rings need no closing point. Rings that cross each other stay parts of their own, so that the fault shows.
    None where no ring has three points.

    >>> square = [(0, 0), (0, 9), (9, 9), (9, 0)]
    >>> hole = [(2, 2), (2, 4), (4, 4), (4, 2)]
    >>> polygon_of_rings([hole, square]).area
    77.0
    """
    solids = [shapely.Polygon(ring) for ring in rings if len(ring) >= 3]
    if not solids:
        return None
    solids.sort(key=lambda one: one.area, reverse=True)
    depths: list[int] = []
    owners: list[int | None] = []
    for index, solid in enumerate(solids):
        around = [other for other in range(index) if _inside(solid, solids[other])]
        depths.append(len(around))
        owners.append(around[-1] if around else None)
    holes: dict[int, list[Ring]] = {}
    for index, depth in enumerate(depths):
        owner = owners[index]
        if depth % 2 and owner is not None:
            holes.setdefault(owner, []).append(list(solids[index].exterior.coords))
    shells = [
        shapely.Polygon(solid.exterior.coords, holes.get(index, []))
        for index, solid in enumerate(solids)
        if depths[index] % 2 == 0
    ]
    return shells[0] if len(shells) == 1 else shapely.MultiPolygon(shells)


def _inside(inner: shapely.Polygon, outer: shapely.Polygon) -> bool:
    """Whether a ring lies inside another; by areas, since rings may touch or be faulty themselves."""
    if not outer.envelope.covers(inner.envelope):
        return False
    sound_inner, sound_outer = shapely.make_valid(inner), shapely.make_valid(outer)
    return bool(sound_outer.covers(sound_inner)) and sound_inner.area < sound_outer.area
