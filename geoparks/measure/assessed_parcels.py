"""Which parcels lie in land that an assessment in force covers, kind by kind: there a project in principle needs none of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.catalog.clause import Setting
from geoparks.dataset import Dataset
from geoparks.measure.assessed import Cover, Standing, covers, kinds
from geoparks.measure.land import parcels_of
from geoparks.measure.plane import plane_of
from geoparks.measure.slivers import without_slivers
from geoparks.records import Subject

Array = np.ndarray[Any, Any]


class Held(IntEnum):
    """How a parcel lies to the assessments of one kind, the worst first: of several rows of a parcel the least counts."""

    NOWHERE = 0
    """In no park, or without geometry: not told."""
    BARE = 1
    PARTLY = 2
    OPEN = 3
    """Covered only if one is in force of which nobody knows it."""
    COVERED = 4


@dataclass(frozen=True)
class Parcels:
    """Every parcel once, with its park, and how it lies to every kind."""

    table: pd.DataFrame
    """parcel_id, park_id, m2 (NaN where unknown)."""
    kinds: tuple[str, ...]
    held: Array
    """``Held`` as small numbers, a row for every parcel and a column for every kind."""

    def of_park(self, park: Subject) -> Array:
        """Which rows are of a park."""
        result: Array = (self.table["park_id"] == park.id).to_numpy(dtype=bool)
        return result


def parcels_covered(layers: Dataset) -> Parcels:
    """All parcels, made once; those in no park are held by nothing."""
    slivers = [layers.settings[one].given for one in ("sliver_area_m2", "sliver_width_m")]
    key = f"parcels assessed {layers.on} {slivers}"
    if key not in layers.derived:
        layers.derived[key] = _parcels(layers)
    found: Parcels = layers.derived[key]
    return found


def _parcels(layers: Dataset) -> Parcels:
    table, plane = parcels_of(layers)[["parcel_id", "park_id", "m2"]], plane_of(layers["parcels"])
    names = kinds(layers)
    held = np.full((len(table), len(names)), Held.NOWHERE, dtype=np.uint8)
    drawn = ~shapely.is_missing(plane) & ~shapely.is_empty(plane)
    rows_of = table["park_id"].groupby(table["park_id"]).indices
    known: dict[tuple[str, bytes, bytes], Array] = {}
    for cover in covers(layers):
        rows = rows_of.get(cover.park.subject.id)
        if rows is None:
            continue
        rows = rows[drawn[rows]]
        # All kinds of a park are often drawn alike: then one look at the parcels does for all of them.
        alike = (cover.park.subject.id, _key(cover, Standing.IN_FORCE), _key(cover, Standing.OPEN))
        if alike not in known:
            known[alike] = _held(cover, plane[rows], layers.settings)
        held[rows, names.index(cover.kind)] = known[alike]
    again = table["parcel_id"].duplicated()
    if again.any():
        table, held = _once(table, held)
    return Parcels(table.reset_index(drop=True), names, held)


def _key(cover: Cover, one: Standing) -> bytes:
    shape: bytes = shapely.to_wkb(shapely.normalize(cover.shape(one)))
    return shape


def _held(cover: Cover, shapes: Array, settings: Mapping[str, Setting]) -> Array:
    """How shapes lie to the assessments of a kind; what is left out of them but does not count leaves them covered."""
    now, unknown = cover.shape(Standing.IN_FORCE), cover.shape(Standing.OPEN)
    result = np.full(len(shapes), Held.BARE, dtype=np.uint8)
    if now.is_empty and unknown.is_empty:
        return result
    shapely.prepare(now)
    inside = np.asarray(shapely.covers(now, shapes))
    result[inside] = Held.COVERED
    # Most parcels are told by that; what reaches out, by a hair of a rounding or by acres, is told by its area.
    near = np.flatnonzero(~inside & (shapely.intersects(now, shapes) | shapely.intersects(unknown, shapes)))
    rest = without_slivers(shapely.difference(shapes[near], now), settings)
    whole = shapely.area(shapes[near])
    result[near[shapely.area(rest) < whole]] = Held.PARTLY
    done = shapely.is_empty(rest)
    result[near[done]] = Held.COVERED
    near, rest = near[~done], rest[~done]
    if not unknown.is_empty:
        still = without_slivers(shapely.difference(rest, unknown), settings)
        result[near[shapely.is_empty(still)]] = Held.OPEN
    touched = near[result[near] == Held.PARTLY]
    shared = shapely.area(without_slivers(shapely.intersection(shapes[touched], now), settings))
    result[touched[shared == 0]] = Held.BARE
    return result


def _once(table: pd.DataFrame, held: Array) -> tuple[pd.DataFrame, Array]:
    """A row for every parcel: of its pieces the one that is covered least counts; their areas are summed."""
    codes, ids = pd.factorize(table["parcel_id"])
    first = np.full(len(ids), len(table))
    np.minimum.at(first, codes, np.arange(len(table)))
    least = np.full((len(ids), held.shape[1]), np.iinfo(np.uint8).max, dtype=np.uint8)
    np.minimum.at(least, codes, held)
    summed = table.groupby(codes)["m2"].sum(min_count=1).to_numpy()
    unknown = table["m2"].isna().groupby(codes).any().to_numpy()
    return table.iloc[first].assign(m2=np.where(unknown, np.nan, summed)), least
