"""Functional zones of the parks: how much of each park and block lies in which zone, in several, and in none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.plane import plane_of, tree_of
from geoparks.measure.slivers import without_slivers
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.normalise.features import Features
from geoparks.normalise.geometry import only_polygons
from geoparks.text import Text

Array = np.ndarray[Any, Any]
CODES = "functional_zone"
UNNAMED = ""
"""The zone of a polygon that does not say which it is."""
_NOTHING = shapely.MultiPolygon()


@dataclass(frozen=True)
class Zoned:
    """A park with its zones, in the equal-area plane; `zones`, `several` and `none` share out its land."""

    park: Park
    land: shapely.Geometry
    zones: Mapping[str, shapely.Geometry]
    """What of the park lies in each kind of zone and in no other; the named kinds first, then others as written."""
    several: shapely.Geometry
    """What lies in zones of more than one kind."""
    none: shapely.Geometry
    counts: Mapping[str, int]
    """How many zones of each kind the park has."""
    present: frozenset[str]
    """The kinds that have land in the park, more than a sliver."""
    undrawn: Mapping[str, tuple[str, ...]]
    """Ids of the zones of each kind that name the park and have no geometry: where they lie nobody knows."""
    beyond_m2: Mapping[str, float]
    """What of the zones of each kind lies outside the park."""

    def shares(self, shape: shapely.Geometry) -> dict[str, float]:
        """Square metres of a shape inside the park in each kind of zone alone."""
        return {name: float(shapely.intersection(land, shape).area) for name, land in self.zones.items()}


def zone_title(layers: Dataset, zone: str) -> Text:
    """A zone in both languages; one that does not say which it is."""
    if zone == UNNAMED:
        return Text("未注明类型", "kind not stated")
    return Text(zone, layers.catalogue.codes[CODES].titles.get(zone, zone))


def named_zones(layers: Dataset) -> tuple[str, ...]:
    """The kinds of zone that the code list names."""
    return layers.catalogue.codes[CODES].values


def zoned(layers: Dataset) -> dict[str, Zoned]:
    """Every park that has an extent and zones of its own, by id; made once."""
    key = f"zoned {[layers.settings[one].given for one in ('sliver_area_m2', 'sliver_width_m')]}"
    if key not in layers.derived:
        layers.derived[key] = _zoned(layers)
    found: dict[str, Zoned] = layers.derived[key]
    return found


def why_unzoned(park: Park, layers: Dataset) -> Text:
    """Why nothing can be said of the zones of a park that ``zoned`` leaves out."""
    if not park.is_area:
        return Text("园区没有图形", "the park has no polygon")
    return Text("功能分区图层没有该园区的要素", "the layer functional_zones has nothing of this park")


def _zoned(layers: Dataset) -> dict[str, Zoned]:
    features = layers["functional_zones"]
    plane, kinds = plane_of(features), features.column("zone").astype(object).fillna(UNNAMED).to_numpy(dtype=object)
    drawn = ~shapely.is_missing(plane) & ~shapely.is_empty(plane)
    named = features.column("park_id").to_numpy(dtype=object)
    found = {}
    for park in parks_of(layers):
        rows = _rows(park, features) if park.is_area else np.empty(0, dtype=int)
        rows = rows[drawn[rows]]
        if len(rows):
            lost: dict[str, list[str]] = {}
            for row in np.flatnonzero(~drawn & (named == park.subject.id)).tolist():
                lost.setdefault(kinds[row], []).append(str(features.ids[row]))
            found[park.subject.id] = _of(park, features, rows, plane[rows], kinds[rows], layers, lost)
    return found


def _of(
    park: Park,
    features: Features,
    rows: Array,
    shapes: Array,
    kinds: Array,
    layers: Dataset,
    lost: Mapping[str, list[str]],
) -> Zoned:
    named = named_zones(layers)
    others = sorted(set(kinds.tolist()) - set(named) - {UNNAMED})
    order = [*named, *others, *([UNNAMED] if UNNAMED in kinds else [])]
    whole = {one: shapely.union_all(shapes[kinds == one]) for one in order}
    inside = {one: _polygons(shapely.intersection(shape, park.shape)) for one, shape in whole.items()}
    seen, several = _NOTHING, _NOTHING
    for shape in inside.values():
        several = shapely.union(several, _polygons(shapely.intersection(seen, shape)))
        seen = shapely.union(seen, shape)
    ids = features.ids[rows].astype(str)
    return Zoned(
        park, park.shape, {one: _polygons(shapely.difference(shape, several)) for one, shape in inside.items()},
        several, _polygons(shapely.difference(park.shape, seen)),
        {one: len(set(ids[kinds == one].tolist())) for one in order},
        frozenset(one for one, kept in zip(inside, without_slivers(np.array(list(inside.values())), layers.settings), strict=True) if not kept.is_empty),
        {one: tuple(dict.fromkeys(some)) for one, some in lost.items()},
        {one: float(shapely.difference(shape, park.shape).area) for one, shape in whole.items()},
    )  # fmt: skip


def _rows(park: Park, features: Features) -> Array:
    """The zones of a park: those that name it, and those that name none and share land with it."""
    named = features.column("park_id").to_numpy(dtype=object)
    own, blank = np.flatnonzero(named == park.subject.id), pd.isna(named)
    if not blank.any():
        return own
    near = np.sort(tree_of(features).query(park.shape, predicate="intersects"))
    near = near[blank[near]]
    shared = shapely.area(shapely.intersection(plane_of(features)[near], park.shape))
    return np.sort(np.concatenate([own, near[shared > 0]]))


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape, without the lines and points that an overlay leaves."""
    return only_polygons(np.array([shape], dtype=object))[0]
