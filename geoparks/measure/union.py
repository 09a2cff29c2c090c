"""Shapes put together as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely


def union_of(shapes: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """Shapes in one plane as one: the one itself where there is one only, empty for none."""
    if len(shapes) == 1:
        return shapes[0]
    return shapely.union_all(np.array(shapes, dtype=object)) if shapes else shapely.MultiPolygon()
