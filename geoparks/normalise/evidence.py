"""What the coordinates of a layer show by themselves, whatever its file declares. One stray vertex has no say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoparks.normalise import zones
from geoparks.read.raw import RawLayer

Array = np.ndarray[Any, Any]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sight:
    """Where the features of a layer are, in the file's own numbers."""

    bounds: Bounds
    centre: tuple[float, float]
    """Median of the middles of the features: a few stray ones do not move it."""
    seen: zones.Evidence
    mixed: tuple[zones.Evidence, ...] = ()
    """Where features speak for different zones or units: each of them."""
    sexagesimal: bool | None = None
    """Whether degrees look like degrees, minutes and seconds, where that was looked at already."""


def sight(geometry: Array | None) -> Sight | None:
    """What the features of a layer show; None where there is no geometry.

    Where the extent as a whole can be nothing, but most features by themselves agree, the others are strays.
    """
    return None if geometry is None or not len(geometry) else sight_of_boxes(shapely.bounds(geometry))


def sight_of_boxes(boxes: Array) -> Sight | None:
    """What features show by their bounds, of which those without geometry have none."""
    there = np.isfinite(boxes[:, 0]) & np.isfinite(boxes[:, 1]) & np.isfinite(boxes[:, 2]) & np.isfinite(boxes[:, 3])
    if not there.all():  # a copy of very many would be larger than all that is made of them
        boxes = boxes[there]
    if not len(boxes):
        return None
    seen = zones.look(_around(boxes))
    if seen.kind != "unknown" or len(boxes) == 1:
        return _sight(boxes, seen)
    single = [zones.look((float(x0), float(y0), float(x1), float(y1))) for x0, y0, x1, y1 in boxes]
    counts = Counter(one for one in single if one.kind != "unknown")
    if len(counts) == 1:
        ((most, number),) = counts.items()
        if number * 2 > len(boxes):
            return _sight(boxes[[one == most for one in single]], most)
    found = _sight(boxes, seen)
    return Sight(
        found.bounds, found.centre, seen, tuple(one for one, _ in counts.most_common()) if len(counts) > 1 else ()
    )


def sight_of(raw: RawLayer) -> Sight | None:
    """What the features of a raw layer show; looked at once."""
    if raw.sight is None:
        raw.sight = (sight(raw.geometry),)
    found: Sight | None = raw.sight[0]
    return found


def _sight(boxes: Array, seen: zones.Evidence) -> Sight:
    x, y = (float(np.median((boxes[:, axis] + boxes[:, axis + 2]) / 2)) for axis in (0, 1))
    return Sight(_around(boxes), (x, y), seen)


def _around(boxes: Array) -> Bounds:
    x0, y0 = boxes[:, :2].min(axis=0)
    x1, y1 = boxes[:, 2:].max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def extent(geometry: Array | None) -> Bounds | None:
    """Bounds of all geometry of a layer, strays included; None where there is none."""
    if geometry is None or not len(geometry):
        return None
    bounds = shapely.total_bounds(geometry)
    return (
        (float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3])) if np.isfinite(bounds).all() else None
    )
