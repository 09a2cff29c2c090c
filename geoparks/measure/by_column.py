"""What is known of every row of a layer, by column: where the rows of the layer stand on disk, so do these, and a figure reads those it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geoparks.normalise.by_position import pieces, rows_of_each
from geoparks.normalise.column import Column
from geoparks.normalise.features import Features
from geoparks.normalise.table import Held

Array = np.ndarray[Any, Any]


class ByColumn:
    """Columns of one length: numbers, days, flags, and words, of which there are few different ones."""

    def __init__(self, columns: Mapping[str, Any] | None = None, *, on_disk: bool = False) -> None:
        self.rows, self._on_disk = 0, on_disk
        self._columns: dict[str, Column] = {}
        if columns:
            self.append(columns)

    @classmethod
    def of(cls, features: Features) -> ByColumn:
        """For the rows of a layer, no columns yet."""
        return cls(on_disk=not isinstance(features.table, Held))

    def __len__(self) -> int:
        return self.rows

    def append(self, columns: Mapping[str, Any]) -> None:
        """Put rows below those that are there, with the same columns. Objects are words, None where there is none."""
        self._columns = self._columns or {name: Column(self._on_disk) for name in columns}
        lengths = {len(values) for values in columns.values()}
        if columns.keys() != self._columns.keys() or len(lengths) > 1:
            raise ValueError(f"{sorted(columns)} of {sorted(lengths)} rows below {sorted(self._columns)}")
        for name, values in columns.items():
            self._columns[name].append(np.asarray(values))
        self.rows += lengths.pop() if lengths else 0

    def array(self, name: str, rows: Array | None = None) -> Array:
        """The values of a column of numbers, days or flags; of all rows, or of some by position."""
        return self._columns[name].read(rows)

    def __getitem__(self, name: str) -> pd.Series:
        return self._series(name, None)

    def frame(self, *names: str, rows: Array | None = None) -> pd.DataFrame:
        """Some columns as a table of its own; its index are the positions of the rows."""
        index = pd.RangeIndex(self.rows) if rows is None else pd.Index(rows)
        columns = {name: self._series(name, rows).set_axis(index) for name in names}
        return pd.DataFrame(columns, index=index, copy=False)

    def frames(self, *names: str) -> Iterator[pd.DataFrame]:
        """The same a piece at a time, for whoever adds up what very many rows have."""
        return (self.frame(*names, rows=rows) for rows in pieces(self.rows))

    def where(self, wanted: Callable[[pd.DataFrame], Any], *names: str) -> pd.DataFrame:
        """The rows of which ``wanted`` says so, looked for a piece at a time; the index are their positions."""
        return pd.concat([frame[np.asarray(wanted(frame), dtype=bool)] for frame in self.frames(*names)])

    def rows_of_each(self, name: str) -> dict[str, Array]:
        """Positions of the rows of every word of a column; those without a word are nobody's."""
        return rows_of_each(frame[name] for frame in self.frames(name))

    def _series(self, name: str, rows: Array | None) -> pd.Series:
        column, values = self._columns[name], self.array(name, rows)
        if column.words is None:
            return pd.Series(values, name=name)
        return pd.Series(pd.Categorical.from_codes(values, pd.Index(list(column.words), dtype=object)), name=name)
