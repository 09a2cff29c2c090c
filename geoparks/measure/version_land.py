"""The land that one version has and another has not: polygons with area and width, scraps and slivers told apart from land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

from geoparks.catalog.clause import Setting
from geoparks.measure.length import mean_width
from geoparks.measure.plane import from_plane
from geoparks.normalise.geometry import only_polygons

Array = np.ndarray[Any, Any]


class Noise(NamedTuple):
    """What is drawing noise and not land, by the toolkit's numbers."""

    area_m2: float
    width_m: float
    total_m2: float
    """Scraps that are small but no thinner than surveyed count as land where they sum to more than this."""

    @classmethod
    def of(cls, settings: Mapping[str, Setting]) -> Noise:
        """The numbers of a run."""
        return cls(*(settings[name].given for name in ("sliver_area_m2", "sliver_width_m", "sliver_total_m2")))


class Pieces(NamedTuple):
    """Polygons of a difference, each with the number of the match that it belongs to."""

    shapes: Array
    """In the equal-area plane."""
    owner: Array
    area_m2: Array
    width_m: Array
    counts: Array
    """Whether a piece is land; else it is noise, and only its area is told."""

    def kept(self) -> Pieces:
        """Only what is land."""
        return Pieces(*(one[self.counts] for one in self))

    def total(self, count: int) -> Array:
        """Square metres of land by match."""
        return np.bincount(self.owner[self.counts], self.area_m2[self.counts], count)

    def ignored(self, count: int) -> Array:
        """Square metres of noise by match."""
        return np.bincount(self.owner[~self.counts], self.area_m2[~self.counts], count)


def united(plane: Array, members: Sequence[tuple[int, ...]]) -> Array:
    """The shape of every match: its one feature, or several as one; empty where it has none."""
    first = np.array([some[0] if some else -1 for some in members], dtype=int)
    result = (
        np.where(first >= 0, plane[first], shapely.Polygon())
        if len(plane)
        else np.full(len(first), shapely.Polygon(), dtype=object)
    )
    for number, some in enumerate(members):
        if len(some) > 1:
            result[number] = shapely.union_all(plane[list(some)])
    return np.asarray(result)


def left_over(one: Array, other: Array, noise: Noise) -> Pieces:
    """What of each shape does not lie in its counterpart."""
    return told_apart(only_polygons(shapely.difference(one, other)), noise)


def told_apart(shapes: Array, noise: Noise) -> Pieces:
    """The polygons of shapes in the equal-area plane, and which of them are land.

    A piece below either number is noise; but a hundred scraps of one match are land together.
    """
    polygons, owner = shapely.get_parts(shapes, return_index=True)
    kept = (shapely.get_type_id(polygons) == 3) & ~shapely.is_empty(polygons)
    polygons, owner = polygons[kept], owner[kept]
    areas = shapely.area(polygons)
    widths = mean_width(areas, from_plane(polygons))
    wide = widths >= noise.width_m
    counts = wide & (areas >= noise.area_m2)
    scraps = wide & ~counts
    many = np.bincount(owner[scraps], areas[scraps], len(shapes)) > noise.total_m2
    return Pieces(polygons, owner, areas, widths, counts | (scraps & many[owner]))
