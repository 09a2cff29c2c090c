"""Which parcels lie in land that an assessment in force covers, kind by kind: there a project in principle needs none of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.catalog.clause import Setting
from geoparks.dataset import Dataset
from geoparks.measure.assessed import Cover, Standing, covers, kinds
from geoparks.measure.by_column import ByColumn
from geoparks.measure.crowd import Crowd, crowd
from geoparks.measure.land import parcels_of
from geoparks.measure.plane import plane_of_rows
from geoparks.measure.slivers import without_slivers
from geoparks.normalise.by_position import pieces
from geoparks.normalise.features import Features
from geoparks.records import Subject

Array = np.ndarray[Any, Any]
_COLUMNS = ("parcel", "park_id", "m2")
_SURELY = 0.99  # of a sliver: what is left out is less, however it is reckoned


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

    table: ByColumn
    """parcel (the position of its first row), park_id, m2 (NaN where unknown)."""
    kinds: tuple[str, ...]
    held: Array
    """``Held`` as small numbers, a row for every parcel and a column for every kind."""

    @cached_property
    def _by_park(self) -> dict[str, Array]:
        return self.table.rows_of_each("park_id")

    def of_park(self, park: Subject) -> Array:
        """Which rows are of a park, by position."""
        return self._by_park.get(park.id, np.empty(0, dtype=int))


def parcels_covered(layers: Dataset) -> Parcels:
    """All parcels, made once; those in no park are held by nothing."""
    slivers = [layers.settings[one].given for one in ("sliver_area_m2", "sliver_width_m")]
    key = f"parcels assessed {layers.on} {slivers}"
    if key not in layers.derived:
        layers.derived[key] = _parcels(layers)
    found: Parcels = layers.derived[key]
    return found


def _parcels(layers: Dataset) -> Parcels:
    parcels, table = layers["parcels"], ByColumn.of(layers["parcels"])
    for frame in parcels_of(layers).frames(*_COLUMNS):
        table.append({name: frame[name] for name in frame})
    names = kinds(layers)
    held = np.full((len(table), len(names)), Held.NOWHERE, dtype=np.uint8)
    rows_of = table.rows_of_each("park_id")
    by_park: dict[str, list[Cover]] = {}
    for cover in covers(layers):
        by_park.setdefault(cover.park.subject.id, []).append(cover)
    for park, some in by_park.items():
        whole = rows_of.get(park, np.empty(0, dtype=int))
        for rows in pieces(len(whole)):  # the shapes of all in the plane would fill the memory
            _look(parcels, whole[rows], some, names, held, layers.settings)
    if len(parcels.repeated):
        frame, held = _once(table.frame(*_COLUMNS), held)
        table = ByColumn({name: frame[name].to_numpy() for name in frame})
    return Parcels(table, names, held)


def _look(
    parcels: Features, rows: Array, of_park: list[Cover], names: tuple[str, ...], held: Array,
    settings: Mapping[str, Setting],
) -> None:  # fmt: skip
    """How some parcels of a park lie to the assessments of every kind; those without geometry are nowhere."""
    lonlat = parcels.geometry[rows]
    drawn = ~shapely.is_missing(lonlat) & ~shapely.is_empty(lonlat)
    rows = rows[drawn]
    slivers = [settings[one].given for one in ("sliver_area_m2", "sliver_width_m")]
    many = crowd(lonlat[drawn], len(parcels), *slivers)
    known: dict[tuple[bytes, bytes], Array] = {}
    for cover in of_park:
        # All kinds of a park are often drawn alike: then one look at the parcels does for all of them.
        alike = (_key(cover, Standing.IN_FORCE), _key(cover, Standing.OPEN))
        if alike not in known:
            known[alike] = _held(cover, parcels, rows, many, settings)
        held[rows, names.index(cover.kind)] = known[alike]


def _key(cover: Cover, one: Standing) -> bytes:
    shape: bytes = shapely.to_wkb(shapely.normalize(cover.shape(one)))
    return shape


def _held(
    cover: Cover, parcels: Features, rows: Array, many: Crowd | None, settings: Mapping[str, Setting]
) -> Array:  # fmt: skip
    """How parcels lie to the assessments of a kind; what is left out of them but does not count leaves them covered."""
    now, unknown = cover.shape(Standing.IN_FORCE), cover.shape(Standing.OPEN)
    result = np.full(len(rows), Held.BARE, dtype=np.uint8)
    left = np.arange(len(rows))
    if many is not None:
        inside, maybe = many.shared(now), many.shared(unknown)
        scrap = _SURELY * settings["sliver_area_m2"].given
        told = many.plain & (maybe == 0) & (inside == 0)
        for whole, held in ((many.plain & (inside == 0) & (many.area - maybe < scrap), Held.OPEN),
                            (many.plain & (many.area - inside < scrap), Held.COVERED)):  # fmt: skip
            result[whole], told = held, told | whole
        left = np.flatnonzero(~told)
    shapes = plane_of_rows(parcels, rows[left])
    drawn = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    result[left[~drawn]] = Held.NOWHERE
    result[left[drawn]] = _by_overlay(now, unknown, shapes[drawn], settings)
    return result


def _by_overlay(
    now: shapely.Geometry, unknown: shapely.Geometry, shapes: Array, settings: Mapping[str, Setting]
) -> Array:  # fmt: skip
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
    codes, ids = pd.factorize(table["parcel"])
    first = np.full(len(ids), len(table))
    np.minimum.at(first, codes, np.arange(len(table)))
    least = np.full((len(ids), held.shape[1]), np.iinfo(np.uint8).max, dtype=np.uint8)
    np.minimum.at(least, codes, held)
    summed = table.groupby(codes)["m2"].sum(min_count=1).to_numpy()
    unknown = table["m2"].isna().groupby(codes).any().to_numpy()
    return table.iloc[first].assign(m2=np.where(unknown, np.nan, summed)), least
