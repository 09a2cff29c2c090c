"""Very many polygons held against a few shapes: who shares nothing with one, and who lies in it but for a scrap.

Compiled kernels tell it of all of them at once. Of whom they cannot be trusted to, an overlay must tell it one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoparks.kernel.ready import ready
from geoparks.measure.polygons import Polygons

if TYPE_CHECKING:
    from geoparks.kernel.rings import Rings

Array = np.ndarray[Any, Any]
_STRETCH = 10.0  # more than the equal-area plane makes of a length, or takes from it, anywhere in China
_CLEARLY = 2.0


@dataclass(frozen=True)
class Crowd:
    """Polygons in the equal-area plane, and which of them are told by areas: sound, in one piece, without holes, no slivers."""

    polygons: Polygons
    plain: Array

    @property
    def area(self) -> Array:
        """Square metres of each."""
        return self.polygons.extents[1]

    def shared(self, shape: shapely.Geometry) -> Array:
        """Square metres that each shares with a valid shape of the same plane; NaN where kernels do not read the shape."""
        from geoparks.kernel.rings import oriented
        from geoparks.measure.pairs import shared_pairs
        from geoparks.read.flat import rings_of_shapes

        result = np.zeros(len(self.polygons))
        if shape.is_empty:
            return result
        rings = rings_of_shapes(np.array([shape], dtype=object))
        if rings is None:
            return np.full(len(self.polygons), np.nan)
        first, _, m2 = shared_pairs(self.polygons, Polygons(oriented(rings), None))
        result[first] = m2
        return result


def crowd(lonlat: Array, of: int, sliver_m2: float, sliver_m: float) -> Crowd | None:
    """Polygons of EPSG:4490 as a crowd; None where kernels are not to be used for a layer of so many, or something is no polygon.

    What is smaller or thinner than a sliver, or nearly so, is not `plain`.
    """
    if not ready(of):
        return None
    from geoparks.kernel.doubtful import doubtful
    from geoparks.kernel.lonlat import in_plane
    from geoparks.kernel.rings import oriented
    from geoparks.read.flat import rings_of_shapes

    rings = rings_of_shapes(lonlat)
    if rings is None:
        return None
    plane = oriented(in_plane(rings, over=True))
    polygons = Polygons(plane, None)
    single = np.diff(plane.feature) == 1
    area, around = polygons.extents[1][single], _lengths(plane)[plane.feature[:-1][single]]
    plain = single & ~doubtful(plane)
    plain[single] &= (area > _CLEARLY * sliver_m2) & (2 * area > _STRETCH * sliver_m * around)
    return Crowd(polygons, plain)


def _lengths(rings: Rings) -> Array:
    """Length of every ring in the plane."""
    steps = np.hypot(*np.diff(rings.xy, axis=0, append=rings.xy[-1:]).T)
    steps[rings.ring[1:] - 1] = 0.0  # from the end of a ring to the beginning of the next
    result: Array = np.add.reduceat(steps, rings.ring[:-1])
    return result
