"""What is known of every row of a layer, by column: where the rows of the layer stand on disk, so do these, and a figure reads those it needs."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoparks.normalise.features import Features
from geoparks.normalise.numbered import numbered
from geoparks.normalise.rows_on_disk import new_file, remove
from geoparks.normalise.table import Held

Array = np.ndarray[Any, Any]


class ByColumn:
    """Columns of one length: numbers, days, flags, and words, of which there are few different ones."""

    def __init__(self, rows: int, columns: Mapping[str, Any], *, on_disk: bool = False) -> None:
        self.rows, self._on_disk = rows, on_disk
        self._columns: dict[str, Array | _OnDisk] = {}
        self._words: dict[str, pd.Index] = {}
        """The words of a column that holds their numbers."""
        for name, values in columns.items():
            self.put(name, values)

    @classmethod
    def of(cls, features: Features) -> ByColumn:
        """For the rows of a layer, no columns yet."""
        return cls(len(features), {}, on_disk=not isinstance(features.table, Held))

    def __len__(self) -> int:
        return self.rows

    def put(self, name: str, values: Any) -> None:
        """Set a column. Objects are words, None where there is none."""
        values = np.asarray(values)
        if values.dtype == object:
            values, words = numbered(values)
            self._words[name] = pd.Index(words, dtype=object)
        self._columns[name] = values
        if self._on_disk:
            with suppress(OSError):  # no room: it stays in memory
                self._columns[name] = _OnDisk(values)

    def array(self, name: str) -> Array:
        """The values of a column of numbers, days or flags."""
        column = self._columns[name]
        return column.read() if isinstance(column, _OnDisk) else column

    def __getitem__(self, name: str) -> pd.Series:
        values = self.array(name)
        if name not in self._words:
            return pd.Series(values, name=name)
        return pd.Series(pd.Categorical.from_codes(values, self._words[name]), name=name)

    def frame(self, *names: str) -> pd.DataFrame:
        """Some columns as a table of its own."""
        return pd.DataFrame({name: self[name] for name in names}, index=pd.RangeIndex(self.rows), copy=False)


class _OnDisk:
    """One column in a temporary file; gone from the disk with it."""

    def __init__(self, values: Array) -> None:
        self.path: Path = new_file(".npy")
        weakref.finalize(self, remove, self.path)
        np.save(self.path, values, allow_pickle=False)

    def read(self) -> Array:
        found: Array = np.load(self.path, allow_pickle=False)
        return found


def rows_of_each(column: pd.Series) -> dict[str, Array]:
    """Positions of the rows of every word of a column; those without a word are nobody's."""
    found = column.groupby(column, observed=True).indices
    return {str(word): np.asarray(rows, dtype=int) for word, rows in found.items()}
