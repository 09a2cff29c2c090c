"""What can be drawn of a layer: its features that have a geometry; of the parks, the land that each has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.catalog.layer import Layer
from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of
from geoparks.normalise.by_position import pieces, rows_of_each, taken
from geoparks.normalise.table import Table, held

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Drawn:
    """The features of a layer that have a geometry. Their table is not copied: a column is taken out of it when it is wanted."""

    layer: Layer
    ids: Array
    table: Table
    rows: Array | None = None
    """Rows of the table that the features have; None where it has just these, in their order."""
    name: tuple[str, ...] = ()
    """What a run calls just these features, so that what was made of them serves all maps; empty where nothing does."""
    shapes: Array | None = None
    """The shapes of just these features, where they are not drawn as in the table."""

    @property
    def geometry(self) -> Array:
        """The shapes in EPSG:4490; those of very many are read anew each time, so that they do not stay."""
        if self.shapes is not None:
            return self.shapes
        return self.table.lonlat[:] if self.rows is None else self.table.lonlat[self.rows]

    @property
    def sliced(self) -> Any:
        """The same shapes for whoever takes them slice after slice: those of very many are never there at once."""
        if self.shapes is not None:
            return self.shapes
        return self.table.lonlat if self.rows is None else taken(self.table.lonlat, self.rows)

    def has(self, field: str) -> bool:
        """Whether the table has a field."""
        return field in self.table.fields

    def column(self, field: str) -> pd.Series:
        """The values of a field, a value for every feature."""
        return self.table.column(field, self.rows)

    def only(self, some: Array, name: tuple[str, ...] = ()) -> Drawn:
        """Some of the features, by position."""
        rows = some if self.rows is None else self.rows[some]
        shapes = None if self.shapes is None else self.shapes[some]
        return Drawn(self.layer, taken(self.ids, some), self.table, rows, name, shapes)

    @cached_property
    def by_park(self) -> dict[str, Array]:
        """Positions of the features of every park, "" for those that name none; the column ``park_id`` must be there."""
        rows = (some if self.rows is None else self.rows[some] for some in pieces(len(self.ids)))
        named = (self.table.column("park_id", some) for some in rows)
        return rows_of_each(one.astype(object).fillna("").astype(str) for one in named)

    @cached_property
    def _parts(self) -> dict[str, Drawn]:
        return {}

    def of_park(self, park: str) -> Drawn:
        """The features of one park; made once."""
        if park not in self._parts:
            some = self.by_park.get(park, np.empty(0, dtype=np.intp))
            self._parts[park] = self.only(some, (*self.name, "park", park) if self.name else ())
        return self._parts[park]

    def let_go(self, park: str) -> None:
        """Let go of the features of one park."""
        self._parts.pop(park, None)


def drawn(name: str, dataset: Dataset) -> Drawn | None:
    """What can be drawn of a layer; None where it is missing, refused or has no geometry. A park is its blocks together."""
    if name == "parks":
        return _parks(dataset)
    features = dataset.get(name)
    if features is None or not features.has_geometry:
        return None
    all_of_it = Drawn(features.layer, features.ids, features.table, name=(name,))
    there = features.table.drawn
    return all_of_it if there.all() else all_of_it.only(np.flatnonzero(there), (name,))


def _parks(dataset: Dataset) -> Drawn | None:
    layer, register = dataset.catalogue["parks"], dataset.get("parks")
    shown = [(park, park.lonlat) for park in parks_of(dataset) if park.shape is not None]
    if not shown:
        return None
    if register is None:
        table = pd.DataFrame({"park_id": [park.subject.id for park, _ in shown]}, dtype=object)
    else:
        rows = [-1 if park.row is None else park.row for park, _ in shown]
        table = (
            pd.DataFrame(register.frame.drop(columns="geometry", errors="ignore")).reindex(rows).reset_index(drop=True)
        )
        table["park_id"] = [park.subject.id for park, _ in shown]
    ids = np.array([park.subject.id for park, _ in shown], dtype=object)
    return Drawn(layer, ids, held(table, np.array([shape for _, shape in shown], dtype=object)), name=("parks",))


def present(geometry: Array) -> Array:
    """Which geometries are there and not empty."""
    return ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)
