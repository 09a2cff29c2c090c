"""Coordinates that a limit states, held against the extreme point of that side of the block."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from geoparks.measure.four_to_coordinates import Coordinates, Number
from geoparks.measure.four_to_sides import Outline
from geoparks.measure.four_to_words import Side
from geoparks.normalise.datum import Path as Way
from geoparks.normalise.datum import path as way
from geoparks.normalise.zones import PREFIX, Zone, local_zone
from geoparks.text import Text

Array = np.ndarray[Any, Any]

_NOT_OF_THIS_SIDE = Text(
    "写的坐标说不出这一侧到哪里（东西须有经度或横坐标，南北须有纬度或纵坐标），请人工核对",
    "the coordinates say nothing of this side (east and west need a longitude or easting, south and north a latitude or"
    " northing): a person must check",
)
_NO_SUCH_ZONE = Text("坐标的带号不存在，请人工核对", "there is no such zone: a person must check")


def off_by(outline: Outline, side: Side, stated: Coordinates) -> tuple[float, shapely.Geometry] | Text:
    """Metres by which stated coordinates miss the extreme point of a side, beyond their rounding; and that point.

    Where both coordinates are given, the point must lie on the boundary, too. The point is in EPSG:4490. A text where the
    coordinates do not speak of that side.
    """
    lonlat = shapely.get_coordinates(outline.local.out_of(shapely.points(outline.starts)))
    in_degrees = stated.easting is None and stated.northing is None
    plane = None if in_degrees else _plane(stated, outline)
    if not in_degrees and plane is None:
        return _NO_SUCH_ZONE
    first, second = (stated.longitude, stated.latitude) if in_degrees else (stated.easting, stated.northing)
    values = lonlat if plane is None else plane.to_own(lonlat)
    if plane is not None and first is not None:
        first = _like(first, float(values[0, 0]))
    axis = 0 if side in ("east", "west") else 1
    given = (first, second)[axis]
    if given is None:
        return _NOT_OF_THIS_SIDE
    along = values[:, axis]
    if in_degrees and axis == 0:  # the short way round, for a block at ±180°
        along = (along - outline.local.longitude + 180) % 360 - 180 + outline.local.longitude
        given = Number((given.value - outline.local.longitude + 180) % 360 - 180 + outline.local.longitude, given.half)
    scale = outline.local.metres[axis] if in_degrees else 1.0
    far = int(np.argmax(along) if side in ("east", "north") else np.argmin(along))
    off = max(abs(float(along[far]) - given.value) - given.half, 0.0) * float(scale)
    if first is not None and second is not None:
        off = max(off, _from_boundary(outline, first, second, plane))
    return off, shapely.Point(lonlat[far])


def _from_boundary(outline: Outline, first: Number, second: Number, plane: Way | None) -> float:
    """How far a stated point lies from the boundary, beyond its rounding, in metres."""
    point = np.array([[first.value, second.value]])
    scale = outline.local.metres if plane is None else np.ones(len(point[0]))
    local = outline.local.into(shapely.Point((plane.to_lonlat(point) if plane is not None else point)[0]))
    rounding = float(np.hypot(first.half * scale[0], second.half * scale[1]))
    return max(float(shapely.distance(shapely.boundary(outline.filled), local)) - rounding, 0.0)


def _plane(stated: Coordinates, outline: Outline) -> Way | None:
    """The plane that an easting says it is of, by the zone number before it; else the 3° zone that the block lies in."""
    zone = local_zone(outline.local.longitude)
    if stated.easting is not None and stated.easting.value > PREFIX:
        number = int(stated.easting.value // PREFIX)
        zone = next((one for width in (3, 6) if (one := Zone(width, number, True)).exists), Zone(0, 0, False))
    return _way(zone.epsg) if zone.exists else None


def _like(stated: Number, own: float) -> Number:
    """An easting with or without the zone number, as the plane has it."""
    return Number(stated.value % PREFIX + (own // PREFIX) * PREFIX, stated.half)


@cache
def _way(epsg: int) -> Way:
    return way(CRS.from_epsg(epsg))
