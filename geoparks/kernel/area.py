"""Area of every feature on the ellipsoid by the official formula: the signed trapezoids along its edges, summed.

The sum of a ring runs in the order of its vertices, as ``np.bincount`` adds in `geoparks.measure.area`, and longitudes
are taken from the ring's first vertex, so that no digits are lost; the result is the same to the bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks.kernel import curve
from geoparks.kernel.kept import kept
from geoparks.kernel.rings import Rings
from geoparks.kernel.threads import in_pieces

Array = np.ndarray[Any, Any]
_trapezoid, _RADIANS = curve.trapezoid, curve.RADIANS


@kept
def _areas(lonlat: Array, ring: Array, feature: Array, hole: Array, first: int, last: int, area: Array) -> None:
    for f in range(first, last):
        total = 0.0
        for r in range(feature[f], feature[f + 1]):
            signed = 0.0
            from_longitude = lonlat[ring[r], 0] * _RADIANS
            longitude, latitude = 0.0, lonlat[ring[r], 1] * _RADIANS
            for v in range(ring[r] + 1, ring[r + 1]):
                next_longitude = lonlat[v, 0] * _RADIANS - from_longitude
                next_latitude = lonlat[v, 1] * _RADIANS
                signed += _trapezoid((next_longitude + longitude) / 2, latitude, next_latitude)
                longitude, latitude = next_longitude, next_latitude
            total += -abs(signed) if hole[r] else abs(signed)
        area[f] = total


def areas(rings: Rings) -> Array:
    """Area in m² of every feature of EPSG:4490, whichever way its rings run; 0 where it has none."""
    area = np.empty(len(rings))
    in_pieces(len(rings), lambda a, b: _areas(rings.xy, rings.ring, rings.feature, rings.hole, a, b, area))
    return area
