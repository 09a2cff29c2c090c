"""One column of very many rows, in memory or in a temporary file."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any

import numpy as np

from geoparks.normalise.numbered import numbered
from geoparks.normalise.rows_on_disk import new_file, remove

Array = np.ndarray[Any, Any]


class Column:
    """The values of a column, in memory or in a temporary file, which goes from the disk with it; words as their numbers."""

    def __init__(self, on_disk: bool) -> None:
        self._parts: list[Array] = []
        self._path: Path | None = new_file(".column") if on_disk else None
        self._count, self._dtype = 0, np.dtype(float)
        self.words: dict[str, int] | None = None
        """By word its number; None where the column has no words."""
        if self._path is not None:
            weakref.finalize(self, remove, self._path)

    def __len__(self) -> int:
        return self._count

    def append(self, values: Array) -> None:
        """Put values behind those that are there."""
        if values.dtype == object:
            self.words = {} if self.words is None else self.words
            values, _ = numbered(values, self.words)
        if self._count and values.dtype != self._dtype:
            raise TypeError(f"{values.dtype} behind {self._dtype}")
        self._dtype = values.dtype
        if self._path is not None:
            try:
                with self._path.open("ab") as file:
                    file.write(values.tobytes())
            except OSError:  # no room: it stays in memory
                self._parts = [self.read()]
                remove(self._path)
                self._path = None
        if self._path is None:
            self._parts.append(values)
        self._count += len(values)

    def read(self, rows: Array | None = None) -> Array:
        """All values, or some by position."""
        if self._path is None:
            if len(self._parts) != 1:
                self._parts = [np.concatenate(self._parts)] if self._parts else [np.empty(0, self._dtype)]
            return self._parts[0] if rows is None else self._parts[0][rows]
        if rows is None or not self._count:
            return np.fromfile(self._path, self._dtype, self._count)
        return np.array(self.looked_at()[rows])

    def looked_at(self) -> Array:
        """All values, to look at a few of them: of those on disk no more is read. To be let go of before the column is."""
        if self._path is None or not self._count:
            return self.read()
        return np.memmap(self._path, self._dtype, "r", shape=(self._count,))
