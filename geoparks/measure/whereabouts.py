"""Where a park is: its own polygon, else its blocks together, else a point; and in which county most of it lies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.evidence import parts_of
from geoparks.measure.plane import from_plane, plane_of, to_plane, tree_of
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

    @cached_property
    def lonlat(self) -> shapely.Geometry | None:
        """Its shape in EPSG:4490."""
        return None if self.shape is None else from_plane(np.array([self.shape]))[0]


@dataclass(frozen=True)
class Share:
    """How much of a park lies in one county."""

    position: int
    part: float


def parks_of(layers: Dataset) -> list[Park]:
    """Every park that the register or a block names, once, in the order of the register, then of the ids.

    Nearly every rule asks for it, so it is computed once for the two layers it is made of.
    """
    blocks, parks = layers.get("blocks"), layers.get("parks")
    holder = blocks if parks is None else parks
    if holder is None:
        return []
    kept: tuple[Features | None, Features | None, list[Park]] | None = holder.derived.get("parks_of")
    if kept is None or kept[0] is not blocks or kept[1] is not parks:
        kept = holder.derived["parks_of"] = (blocks, parks, _parks(blocks, parks))
    return kept[2]


def counties_of(park: Park, counties: Features) -> list[Share]:
    """The counties that a park lies in, the largest share first; a point lies in one, or in none."""
    if park.shape is None:
        return []
    plane = plane_of(counties)
    near = np.sort(tree_of(counties).query(park.shape, predicate="intersects"))
    if not park.is_area:
        return [Share(int(position), 1.0) for position in near[:1]]
    areas = shapely.area(shapely.intersection(plane[near], park.shape))
    whole = float(shapely.area(park.shape))
    shares = [Share(int(position), float(area) / whole) for position, area in zip(near, areas, strict=True) if area > 0]
    return sorted(shares, key=lambda share: (-share.part, share.position))


def shared_with(park: Park, other: Features, among: Array, layers: Dataset) -> tuple[Part, ...]:
    """What a park's shape shares with some features of another layer."""
    if park.shape is None:
        return ()
    near = np.sort(tree_of(other).query(park.shape, predicate="intersects"))
    near = near[np.asarray(among, dtype=bool)[near]]
    if not len(near):
        return ()
    shape = shapely.intersection(park.shape, shapely.union_all(plane_of(other)[near]))
    source = layers["blocks"] if park.known_by == "blocks" else layers["parks"]
    position = park.blocks[0] if park.known_by == "blocks" else park.row
    return parts_of(shape, source, position if position is not None else 0)


def _parks(blocks: Features | None, parks: Features | None) -> list[Park]:
    by_park = _blocks_by_park(blocks)
    result: dict[str, Park] = {}
    for name in dict.fromkeys(map(str, parks.ids)) if parks is not None else ():
        assert parks is not None
        rows = parks.positions(name)
        result[name] = _park(parks.subject(rows[0]), rows, parks, blocks, by_park.get(name, ()))
    for name in sorted(set(by_park) - set(result)):
        result[name] = _park(Subject("parks", name), [], parks, blocks, by_park[name])
    return list(result.values())


def _blocks_by_park(blocks: Features | None) -> dict[str, tuple[int, ...]]:
    if blocks is None or "park_id" not in blocks.frame:
        return {}
    column = blocks.frame["park_id"].reset_index(drop=True)
    return {
        str(name): tuple(int(one) for one in group) for name, group in column.groupby(column, sort=True).groups.items()
    }


def _park(
    subject: Subject, rows: list[int], parks: Features | None, blocks: Features | None, of_it: tuple[int, ...]
) -> Park:
    row = rows[0] if rows else None
    if parks is not None and rows and parks.has_geometry:
        shapes = plane_of(parks)[rows]
        shapes = shapes[np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)]
        if len(shapes):
            return Park(subject, row, shapely.union_all(shapes), "polygon", of_it)
    if blocks is not None and of_it:
        shapes = plane_of(blocks)[list(of_it)]
        shapes = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
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
