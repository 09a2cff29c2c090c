"""Large polygons cut up by halves, so that few vertices have to be looked at for whatever is near."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geoparks.kernel.threads import in_pieces
from geoparks.normalise.geometry import only_polygons

Array = np.ndarray[Any, Any]
_MOST_VERTICES = 128
_RUN = 128  # halves that one thread cuts at a time


def pieces_of(shapes: Array) -> tuple[Array, Array]:
    """Polygons in pieces of at most 128 vertices, and the position of the polygon that each is of."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    done: list[tuple[Array, Array]] = []
    while len(parts):
        large = shapely.get_num_coordinates(parts) > _MOST_VERTICES
        done.append((parts[~large], owner[~large]))
        parts, of = _halves(parts[large])
        owner = owner[large][of]
    return np.concatenate([parts, *(one for one, _ in done)]), np.concatenate([owner, *(one for _, one in done)])


def _halves(shapes: Array) -> tuple[Array, Array]:
    """The polygons of both halves of shapes, each cut across its longer side, and the position of the shape each is of."""
    bounds = shapely.bounds(shapes)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    axis = np.where(bounds[:, 2] - bounds[:, 0] > bounds[:, 3] - bounds[:, 1], 0, 1)
    low, high, each = bounds.copy(), bounds.copy(), np.arange(len(shapes))
    low[each, axis + 2] = high[each, axis] = middle[each, axis]
    boxes = np.stack([low, high], axis=1).reshape(-1, 4)

    def cut(first: int, last: int) -> Array:
        some = [shapely.clip_by_rect(shapes[at // 2], *boxes[at].tolist()) for at in range(first, last)]
        found = np.array(some, dtype=object)
        bad = ~shapely.is_valid(found)
        found[bad] = shapely.make_valid(found[bad])
        return found

    halves = np.concatenate([np.empty(0, dtype=object), *in_pieces(len(boxes), cut, _RUN)])
    parts, of = shapely.get_parts(only_polygons(halves), return_index=True)
    return parts, of // 2
