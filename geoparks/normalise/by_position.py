"""Values of very many rows: those on disk are read when they are asked for, by position, and let go again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]
ROWS = 65_536
"""How many rows of very many are looked at together."""


def pieces(count: int) -> Iterator[Array]:
    """Positions of rows, as many at a time as are looked at together; one empty piece where there is no row."""
    for first in range(0, max(count, 1), ROWS):
        yield np.arange(first, min(first + ROWS, count))


def rows_of_each(columns: Iterable[pd.Series]) -> dict[str, Array]:
    """Positions of the rows of every word of a column that comes a piece at a time; those without a word are nobody's."""
    found: dict[str, list[Array]] = {}
    begin = 0
    for column in columns:
        for word, rows in column.groupby(column, observed=True).indices.items():
            found.setdefault(str(word), []).append((begin + rows).astype(np.int32))
        begin += len(column)
    return {word: np.concatenate(rows) for word, rows in found.items()}


class ByPosition:
    """Stands where an array would: ``values[rows]``, ``values[3]``; ``values[:]`` is all of them."""

    def __init__(self, count: int, read: Callable[[Array | None], Array]) -> None:
        self._count, self._read = count, read

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, rows: Any) -> Any:
        if isinstance(rows, (int, np.integer)):
            return self._read(np.array([range(len(self))[int(rows)]]))[0]
        if isinstance(rows, slice):
            return self._read(None if rows == slice(None) else np.arange(*rows.indices(len(self))))
        rows = np.asarray(rows)
        if rows.dtype == bool:
            rows = np.flatnonzero(rows)
        return self._read(rows.astype(np.intp))

    def __iter__(self) -> Iterator[Any]:
        for some in pieces(len(self)):
            yield from self[some]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self[:], dtype=dtype)

    def astype(self, dtype: Any) -> Array:
        """All of them in memory, of another type."""
        return np.asarray(self).astype(dtype)

    def tolist(self) -> list[Any]:
        """All of them in memory, as a list."""
        found: list[Any] = np.asarray(self).tolist()
        return found


def taken(values: Any, rows: Array) -> Any:
    """The values of some rows, by position; of those on disk as ones that are not read yet."""
    if isinstance(values, ByPosition):
        return ByPosition(len(rows), lambda some: values[rows if some is None else rows[some]])
    return values[rows]
