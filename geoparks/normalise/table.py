"""Where the rows of a layer stand: fields by name, and each shape three times. Nearly every layer is held in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

Array = np.ndarray[Any, Any]
GEOMETRY = "geometry"
_LOOK = 1_000
"""Cells of a column that are looked at first, for one that has a value: nearly blank columns of a million rows are few."""


class Table(Protocol):
    """The rows of a layer. Shapes are asked for by position, ``table.lonlat[rows]``: they need not all be in memory."""

    @property
    def fields(self) -> list[str]:
        """The fields that the rows have, in order; geometry is none."""

    @property
    def shaped(self) -> bool:
        """Whether any row has a shape, be it an empty one."""

    @property
    def drawn(self) -> Array:
        """Of every row, whether it has a shape that is not empty."""

    @property
    def lonlat(self) -> Array:
        """The shapes in EPSG:4490: valid, densified; None where there is none."""

    @property
    def own(self) -> Array:
        """The shapes as in their file, faults included; x to the east, y to the north."""

    @property
    def sound(self) -> Array:
        """The shapes in the plane of their file, valid."""

    @property
    def frame(self) -> pd.DataFrame:
        """All rows with all fields and, where there is geometry, the shapes in EPSG:4490; the index runs from 0."""

    def __len__(self) -> int: ...

    def column(self, name: str, rows: Array | None = None) -> pd.Series:
        """A field of all rows, or of some by position; the index runs from 0."""

    def is_filled(self, name: str) -> bool:
        """Whether a field has a value in any row."""

    def put(self, name: str, values: pd.Series) -> None:
        """Let a field have other values."""

    def some(self, rows: Array) -> Held:
        """Some rows, by position, in memory."""


@dataclass
class Held:
    """Rows in memory. ``frame`` has a geometry column in EPSG:4490 where there is geometry; its index runs from 0."""

    frame: pd.DataFrame
    own: Array
    sound: Array

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def fields(self) -> list[str]:
        """The fields that the rows have, in order."""
        return [str(name) for name in self.frame.columns if name != GEOMETRY]

    @property
    def shaped(self) -> bool:
        """Whether any row has a shape, be it an empty one."""
        return isinstance(self.frame, gpd.GeoDataFrame) and bool((~self.frame.geometry.isna()).any())

    @property
    def drawn(self) -> Array:
        """Of every row, whether it has a shape that is not empty."""
        result: Array = ~shapely.is_missing(self.lonlat) & ~shapely.is_empty(self.lonlat)
        return result

    @property
    def lonlat(self) -> Array:
        """The shapes in EPSG:4490, None where there is none."""
        if isinstance(self.frame, gpd.GeoDataFrame):
            return self.frame.geometry.to_numpy()
        return np.full(len(self.frame), None, dtype=object)

    def column(self, name: str, rows: Array | None = None) -> pd.Series:
        """A field of all rows, or of some by position."""
        return self.frame[name] if rows is None else self.frame[name].take(rows).reset_index(drop=True)

    def is_filled(self, name: str) -> bool:
        """Whether a field has a value in any row."""
        column = self.frame[name]
        return bool(column.iloc[:_LOOK].notna().any() or column.iloc[_LOOK:].notna().any())

    def put(self, name: str, values: pd.Series) -> None:
        """Let a field have other values."""
        self.frame[name] = values

    def some(self, rows: Array) -> Held:
        """Some rows, by position."""
        return Held(self.frame.iloc[rows].reset_index(drop=True), self.own[rows], self.sound[rows])


def held(frame: pd.DataFrame, shapes: Array) -> Held:
    """Rows of which the shapes were made here, in EPSG:4490."""
    return Held(gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4490"), shapes, shapes)
