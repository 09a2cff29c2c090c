"""Longitude and latitude into the equal-area plane, vertex by vertex.

There x = a·(L − L₀) and y = a·q(B)/2, so that planar area is area on the ellipsoid and parts of an overlay sum to their
whole. The formulas are those of `curve`, and give the same bits as `geoparks.measure.plane`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks.kernel import curve
from geoparks.kernel.kept import kept
from geoparks.kernel.rings import Rings
from geoparks.kernel.threads import in_pieces

Array = np.ndarray[Any, Any]
_PIECE = 131_072
_plane_x, _plane_y = curve.plane_x, curve.plane_y


@kept
def _forward(lonlat: Array, first: int, last: int, plane: Array) -> None:
    for v in range(first, last):
        plane[v, 0] = _plane_x(lonlat[v, 0])
        plane[v, 1] = _plane_y(lonlat[v, 1])


def in_plane(rings: Rings, *, over: bool = False) -> Rings:
    """Rings of EPSG:4490 in the equal-area plane, in metres; with `over`, written over the old coordinates."""
    plane = rings.xy if over else np.empty_like(rings.xy)
    in_pieces(len(plane), lambda a, b: _forward(rings.xy, a, b, plane), _PIECE)
    return Rings(plane, rings.ring, rings.feature, rings.hole)
