"""Why a stated area differs from the measured one: computed in a plane, or given in another unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from geoparks import units
from geoparks.normalise.datum import path
from geoparks.normalise.zones import local_zone
from geoparks.text import Text

Array = np.ndarray[Any, Any]

# Areas are stated in hectares with four decimals at best, so agreement is asked for to half of the last one.
_STATED_TO_HA = 0.0001
_OTHER_UNITS = ("mu", "m2", "km2")
_CLOSE = 0.01


def explain_area(measured_m2: float, planar_m2: float | None, stated_ha: float, shapes: Array) -> Text:
    """What the difference between stated and measured area comes from, where it can be told; else nothing.

    `planar_m2` is the area in the file's own plane. Where that is in degrees, the plane of the local 3° zone is tried.
    """
    if not (stated_ha > 0 and measured_m2 > 0):  # a ring that has collapsed has no area to explain anything with
        return Text("", "")
    flat = planar_m2 if planar_m2 is not None else gauss_area(shapes)
    stated_m2 = stated_ha * units.M2_PER_HA
    slack = max(_STATED_TO_HA * units.M2_PER_HA, 1e-6 * stated_m2)
    if abs(flat - stated_m2) <= slack < abs(measured_m2 - stated_m2):
        return Text(
            f"差异正好是平面面积造成的：平面面积 {units.number(units.to_ha(flat), 4)} 公顷。",
            f"The difference is just that of a planar area: {units.number(units.to_ha(flat), 4)} ha in the plane.",
        )
    for unit in _OTHER_UNITS:
        if abs(stated_ha * units.UNITS[unit].factor / measured_m2 - 1) <= _CLOSE:
            title = units.UNITS[unit].title
            return Text(
                f"若批准面积的单位是{title.zh}，则相符。", f"If the approved figure is in {title.en}, the two agree."
            )
    return Text("", "")


def gauss_area(shapes: Array) -> float:
    """Area in m² of geometries in EPSG:4490 in the Gauss–Krüger plane of the 3° zone they lie in."""
    present = shapes[~shapely.is_missing(shapes)]
    if not len(present):
        return float("nan")
    west, _, east, _ = shapely.total_bounds(present)
    way = path(CRS.from_epsg(local_zone((west + east) / 2).epsg))
    return float(shapely.area(shapely.transform(present, way.to_own)).sum())
