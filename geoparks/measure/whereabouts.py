"""Where a park is: its own polygon, else its blocks together, else a point; and in which county most of it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.evidence import parts_of
from geoparks.measure.plane import from_plane, plane_of, to_plane
from geoparks.normalise.features import Features
from geoparks.records import Part, Subject

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Park:
    """One park and its shape in the equal-area plane."""

    subject: Subject
    row: int | None
    """Position in the layer `parks`; None where only blocks name the park."""
    shape: shapely.Geometry | None
    known_by: Literal["polygon", "blocks", "point", "nothing"]
    blocks: tuple[int, ...]
    """Positions of its blocks."""

    @property
    def is_area(self) -> bool:
        """Whether the park has an extent, not only a point."""
        return self.known_by in ("polygon", "blocks")

    @property
    def lonlat(self) -> shapely.Geometry | None:
        """Its shape in EPSG:4490."""
        return None if self.shape is None else from_plane(np.array([self.shape]))[0]


@dataclass(frozen=True)
class Share:
    """How much of a park lies in one county."""

    position: int
    part: float


def parks_of(layers: Dataset) -> list[Park]:
    """Every park that the register or a block names, in the order of the register, then of the ids."""
    blocks, parks = layers.get("blocks"), layers.get("parks")
    by_park = _blocks_by_park(blocks)
    result = []
    for position in range(len(parks) if parks else 0):
        assert parks is not None
        subject = parks.subject(position)
        result.append(_park(subject, position, parks, blocks, by_park.get(subject.id, ())))
    known = {park.subject.id for park in result}
    for name in sorted(set(by_park) - known):
        result.append(_park(Subject("parks", name), None, parks, blocks, by_park[name]))
    return result


def counties_of(park: Park, counties: Features) -> list[Share]:
    """The counties that a park lies in, the largest share first; a point lies in one, or in none."""
    if park.shape is None:
        return []
    plane = plane_of(counties)
    near = shapely.STRtree(plane).query(park.shape, predicate="intersects")
    if not park.is_area:
        return [Share(int(position), 1.0) for position in sorted(near.tolist())[:1]]
    areas = shapely.area(shapely.intersection(plane[near], park.shape))
    whole = float(shapely.area(park.shape))
    shares = [Share(int(position), float(area) / whole) for position, area in zip(near, areas, strict=True) if area > 0]
    return sorted(shares, key=lambda share: (-share.part, share.position))


def shared_with(park: Park, other: Features, among: Array, layers: Dataset) -> tuple[Part, ...]:
    """What a park's shape shares with some features of another layer."""
    plane = plane_of(other)
    chosen = np.flatnonzero(among & ~shapely.is_missing(plane))
    if park.shape is None or not len(chosen):
        return ()
    near = chosen[shapely.intersects(plane[chosen], park.shape)]
    if not len(near):
        return ()
    shape = shapely.intersection(park.shape, shapely.union_all(plane[near]))
    source = layers["blocks"] if park.known_by == "blocks" else layers["parks"]
    position = park.blocks[0] if park.known_by == "blocks" else park.row
    return parts_of(shape, source, position if position is not None else 0)


def _blocks_by_park(blocks: Features | None) -> dict[str, tuple[int, ...]]:
    if blocks is None or "park_id" not in blocks.frame:
        return {}
    column = blocks.frame["park_id"]
    return {
        str(name): tuple(int(one) for one in group) for name, group in column.groupby(column, sort=True).groups.items()
    }


def _park(
    subject: Subject, row: int | None, parks: Features | None, blocks: Features | None, of_it: tuple[int, ...]
) -> Park:
    if parks is not None and row is not None and parks.has_geometry:
        shape = plane_of(parks)[row]
        if shape is not None and not shape.is_empty and shape.geom_type in ("Polygon", "MultiPolygon"):
            return Park(subject, row, shape, "polygon", of_it)
    if blocks is not None and of_it:
        shapes = plane_of(blocks)[list(of_it)]
        shapes = shapes[~shapely.is_missing(shapes)]
        if len(shapes):
            return Park(subject, row, shapely.union_all(shapes), "blocks", of_it)
    point = _point(parks, row)
    return Park(subject, row, point, "point" if point is not None else "nothing", of_it)


def _point(parks: Features | None, row: int | None) -> shapely.Geometry | None:
    if parks is None or row is None:
        return None
    own = parks.geometry[row]
    if own is not None and own.geom_type == "Point" and not own.is_empty:
        return to_plane(np.array([own]))[0]
    longitude, latitude = parks.column("lon").iloc[row], parks.column("lat").iloc[row]
    if pd.isna(longitude) or pd.isna(latitude):
        return None
    return to_plane(np.array([shapely.Point(float(longitude), float(latitude))]))[0]
