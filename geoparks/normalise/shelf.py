"""Rows of a layer on disk. Very many are looked at in pieces, and hardly anybody wants more than a column or a few shapes.

Each file of a layer is a run of rows, written once as Arrow. What is read is let go again: it stays only with whoever
asked for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geoparks.normalise.by_position import ByPosition
from geoparks.normalise.rows_on_disk import MARK, PLANES, Run
from geoparks.normalise.table import Held, Table

Array = np.ndarray[Any, Any]


def shelved(table: Table) -> Table:
    """The same rows on disk; the table as it is, where they cannot stand there: mixed kinds in a column, no room."""
    if not isinstance(table, Held):
        return table
    import pyarrow as pa

    try:
        return Shelf([Run.of(table)])
    except (pa.ArrowException, OSError):
        return table


class Shelf:
    """A table whose rows stand on disk, run after run; see `Table`."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = list(runs)
        self._starts = np.cumsum([0, *(len(run) for run in self.runs)])
        self._changed: dict[str, Table] = {}
        """Fields that were given other values since, each a table of its own."""

    def __len__(self) -> int:
        return int(self._starts[-1])

    @property
    def fields(self) -> list[str]:
        """The fields that the rows have, in order."""
        return list(dict.fromkeys([*self.runs[0].fields, *self._changed]))

    @cached_property
    def shaped(self) -> bool:
        """Whether any row has a shape, be it an empty one."""
        return any(run.shaped for run in self.runs)

    @cached_property
    def drawn(self) -> Array:
        """Of every row, whether it has a shape that is not empty."""
        return np.concatenate([run.drawn for run in self.runs])

    @property
    def lonlat(self) -> Any:
        """The shapes in EPSG:4490, read when some of them are asked for."""
        return self._shapes("lonlat")

    @property
    def own(self) -> Any:
        """The shapes as in their file."""
        return self._shapes("own")

    @property
    def sound(self) -> Any:
        """The shapes in the plane of their file, valid."""
        return self._shapes("sound")

    @property
    def frame(self) -> pd.DataFrame:
        """All rows and all fields, in memory: a copy."""
        return self.some(np.arange(len(self))).frame

    def column(self, name: str, rows: Array | None = None) -> pd.Series:
        """A field of all rows, or of some by position."""
        if name in self._changed:
            return self._changed[name].column(name, rows)
        return _series(self._read([name], rows)[name])

    def is_filled(self, name: str) -> bool:
        """Whether a field has a value in any row."""
        if name in self._changed:
            return self._changed[name].is_filled(name)
        return any(name in run.filled for run in self.runs)

    def put(self, name: str, values: pd.Series) -> None:
        """Let a field have other values."""
        nothing = np.full(len(self), None, dtype=object)
        self._changed[name] = shelved(Held(values.to_frame(name), nothing, nothing))

    def some(self, rows: Array) -> Held:
        """Some rows, by position, in memory."""
        rows = np.asarray(rows)
        names = [*self.runs[0].fields, *(MARK + kind for kind in PLANES)]
        found = self._read(names, rows)
        shapes = {kind: found.pop(MARK + kind) for kind in PLANES}
        columns = {name: _series(values) for name, values in found.items()}
        columns |= {name: self.column(name, rows) for name in self._changed}
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), copy=False)
        if self.shaped:
            frame = gpd.GeoDataFrame(frame, geometry=shapes["lonlat"], crs="EPSG:4490")
        return Held(frame, shapes["own"], shapes["sound"])

    def _shapes(self, kind: str) -> ByPosition:
        name = MARK + kind
        return ByPosition(len(self), lambda rows: self._read([name], rows)[name])

    def _read(self, names: list[str], rows: Array | None) -> dict[str, Array]:
        """Columns of values as they were when they were put on the shelf, in the order of the rows that are asked for."""
        if rows is None:
            found = [run.read(names) for run in self.runs]
        else:
            of_run = np.searchsorted(self._starts, rows, side="right") - 1
            order = np.argsort(of_run, kind="stable")
            which, begins = np.unique(of_run[order], return_index=True)
            parts = zip(which.tolist(), np.split(rows[order], begins[1:]), strict=True) if len(rows) else ()
            found = [self.runs[run].read(names, some - self._starts[run]) for run, some in parts]
            found = found or [self.runs[0].read(names, rows)]
        whole = {name: np.concatenate([one[name] for one in found]) for name in names}
        if rows is None or (np.diff(of_run) >= 0).all():
            return whole
        back = np.empty(len(rows), dtype=np.intp)
        back[order] = np.arange(len(rows))
        return {name: values[back] for name, values in whole.items()}


def _series(values: Array) -> pd.Series:
    """Values as a column of their own kind: pandas would make words of objects an array of another one."""
    return pd.Series(values, dtype=values.dtype, copy=False)
