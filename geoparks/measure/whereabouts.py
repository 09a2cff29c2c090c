"""Where a park is: its own polygon and its blocks together, else a point; and in which county most of it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.evidence import parts_of
from geoparks.measure.losses import gone
from geoparks.measure.overlay import shapes_of
from geoparks.measure.plane import from_plane, plane_of, to_plane, tree_of
from geoparks.normalise.features import Features
from geoparks.records import Part, Subject
from geoparks.text import Text

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Park:
    """One park and its shape in the equal-area plane."""

    subject: Subject
    row: int | None
    """Position in the layer `parks`; None where only blocks name the park."""
    shape: shapely.Geometry | None
    known_by: Literal["polygon", "both", "blocks", "point", "nothing"]
    """Its own polygon, that and its blocks, its blocks alone, …"""
    blocks: tuple[int, ...]
    """Positions of its blocks."""
    undrawn: tuple[str, ...] = ()
    """Names of its blocks that have no geometry: land of the park that nobody has measured."""

    @property
    def is_area(self) -> bool:
        """Whether the park has an extent, not only a point."""
        return self.known_by in ("polygon", "both", "blocks")

    @property
    def unmeasured(self) -> Text | None:
        """Why its shape is not all of its land; None where it is."""
        if not self.undrawn:
            return None
        return Text(f"区块{'、'.join(self.undrawn)}没有图形", f"no geometry of its blocks {', '.join(self.undrawn)}")

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
    if not park.is_area:
        near = np.sort(tree_of(counties).query(park.shape, predicate="intersects"))
        return [Share(int(position), 1.0) for position in near[:1]]
    whole = float(shapely.area(park.shape))
    shares = [Share(position, area / whole) for position, area in areas_in(park.shape, counties).items()]
    return sorted(shares, key=lambda share: (-share.part, share.position))


def areas_in(shape: shapely.Geometry, counties: Features) -> dict[int, float]:
    """Square metres of a shape in the equal-area plane in every county that it reaches, by position."""
    near = np.sort(tree_of(counties).query(shape, predicate="intersects"))
    areas = shapely.area(shapely.intersection(plane_of(counties)[near], shape))
    return {int(position): float(area) for position, area in zip(near, areas, strict=True) if area > 0}


def shared_with(park: Park, other: Features, among: Array, layers: Dataset) -> tuple[Part, ...]:
    """What a park's shape shares with some features of another layer."""
    source = layers["blocks"] if park.known_by == "blocks" else layers["parks"]
    position = park.blocks[0] if park.known_by == "blocks" else park.row
    return shape_shared(park.shape, other, among, source, position if position is not None else 0)


@dataclass(frozen=True)
class Unclaimed:
    """Blocks that name no park: land that may be any park's."""

    shapes: Mapping[int, shapely.Geometry]
    """By position of the block: what of it lies in no known park, in the equal-area plane."""
    reason: Text | None
    """Why there may be more: such a block has no geometry, or blocks never arrived; None where this is all."""


def unclaimed(layers: Dataset) -> Unclaimed:
    """The land of blocks that name no park, as far as no known park contains it."""
    blocks = layers.get("blocks")
    if blocks is None:
        return Unclaimed({}, None)
    lands = np.array([park.shape for park in parks_of(layers) if park.is_area], dtype=object)
    tree, drawn = shapely.STRtree(lands), plane_of(blocks)
    shapes, undrawn = {}, []
    for position in np.flatnonzero(blocks.column("park_id").isna()).tolist():
        if not _is_area(drawn[[position]])[0]:
            undrawn.append(blocks.subject(position).label)
            continue
        near = tree.query(drawn[position], predicate="intersects")
        rest = shapely.difference(drawn[position], shapely.union_all(lands[near]))
        if rest.area > 0:
            shapes[position] = rest
    reason = gone(blocks)
    if undrawn:
        reason = Text(
            f"区块{'、'.join(undrawn)}没有图形，也未注明园区", f"{', '.join(undrawn)}: no geometry, and no park named"
        )
    return Unclaimed(shapes, reason)


def shape_shared(
    shape: shapely.Geometry | None, other: Features, among: Array, source: Features, position: int
) -> tuple[Part, ...]:
    """What a shape shares with some features of another layer, as evidence about the feature at a position."""
    if shape is None:
        return ()
    targets = shapes_of(other)
    near = np.sort(targets.tree.query(shape, predicate="intersects"))
    near = near[np.asarray(among, dtype=bool)[targets.owner[near]]]
    if not len(near):
        return ()
    return parts_of(shapely.intersection(shape, shapely.union_all(targets.shapes[near])), source, position)


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
    if blocks is None or not blocks.holds("park_id"):
        return {}
    column = blocks.column("park_id").reset_index(drop=True)
    return {
        str(name): tuple(int(one) for one in group) for name, group in column.groupby(column, sort=True).groups.items()
    }


def _park(
    subject: Subject, rows: list[int], parks: Features | None, blocks: Features | None, of_it: tuple[int, ...]
) -> Park:
    row = rows[0] if rows else None
    own = plane_of(parks)[rows] if parks is not None and rows and parks.has_geometry else np.empty(0, dtype=object)
    own = own[_is_area(own)]
    of_blocks = plane_of(blocks)[list(of_it)] if blocks is not None and of_it else np.empty(0, dtype=object)
    drawn = _is_area(of_blocks)
    undrawn: tuple[str, ...] = ()
    if blocks is not None and not drawn.all():
        undrawn = tuple(dict.fromkeys(blocks.subject(of_it[one]).label for one in np.flatnonzero(~drawn).tolist()))
    of_blocks = of_blocks[drawn]
    if len(own) or len(of_blocks):
        # The blocks count beside the polygon: a block that lies outside its park's polygon is the park's land too.
        together = shapely.union_all(np.concatenate([own, of_blocks]))
        if len(own):
            return Park(subject, row, together, "both" if len(of_blocks) else "polygon", of_it, undrawn)
        return Park(subject, row, together, "blocks", of_it, undrawn)
    point = _point(parks, row)
    return Park(subject, row, point, "point" if point is not None else "nothing", of_it, undrawn)


def _is_area(shapes: Array) -> Array:
    return np.asarray(np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes))


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
