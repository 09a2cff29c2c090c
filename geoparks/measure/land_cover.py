"""How many square metres of each polygon are built up, by a raster of land cover: its built share, times its area."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.zonal import shares

Array = np.ndarray
_BUILT = "built"


def built_area(path: Path, shapes: Array, classes: Iterable[int]) -> Array:
    """Square metres of the built-up classes inside each polygon of EPSG:4490: its built share, times its area on the ellipsoid.

    NaN where the raster does not show all of a polygon: nobody knows what stands on the rest; where there is no polygon;
    and everywhere, where the raster cannot be used, as when it does not say in which coordinates it is.
    """
    result: Array = shares(path, shapes, {_BUILT: list(classes)}).of(_BUILT) * ellipsoidal_area(shapes)
    return result
