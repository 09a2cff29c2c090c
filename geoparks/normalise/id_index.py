"""Ids of features: what they are, which rows have one, and which rows an id has. Of very many rows that stands on disk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from geoparks.catalog.layer import Layer
from geoparks.normalise.by_position import pieces
from geoparks.normalise.column import Column
from geoparks.normalise.table import Table

Array = np.ndarray[Any, Any]
_TOGETHER = 1 << 21
"""How many hashes are put in order together, about."""


class IdIndex:
    """The rows of ids, by their hashes in order: a dictionary of the ids would weigh ten times as much."""

    def __init__(self, ids: Array, *, on_disk: bool) -> None:
        self._ids = ids
        self._hashes, self._rows = Column(on_disk), Column(on_disk)
        """The hashes, ordered, and the row of each."""
        alike = [np.empty(0, dtype=np.int32)]
        unordered = Column(on_disk)
        for some in pieces(len(ids)):
            unordered.append(_hashes(ids[some]))
        count = -(-len(ids) // _TOGETHER)
        for part in range(count):
            hashes, rows = _those(unordered, part, count)
            self._hashes.append(hashes)
            self._rows.append(rows)
            as_next, again = hashes[1:] == hashes[:-1], np.zeros(len(hashes), dtype=bool)
            again[:-1] |= as_next
            again[1:] |= as_next
            alike.append(rows[again])
        some = np.sort(np.concatenate(alike)).astype(np.intp)
        self.repeated: Array = some[pd.Series(ids[some], dtype=object).duplicated(keep=False).to_numpy()]
        """Rows whose id another one has, too, in order; nearly always there are none."""

    def among_repeated(self, rows: Array) -> tuple[Array, Array]:
        """Which of some rows are among `repeated`, and the place of each of those there."""
        if not len(self.repeated):
            return np.zeros(len(rows), dtype=bool), np.empty(0, dtype=np.intp)
        at = np.minimum(np.searchsorted(self.repeated, rows), len(self.repeated) - 1)
        here = self.repeated[at] == rows
        return here, at[here]

    def numbers_of(self, rows: Array) -> Array:
        """Of some rows the first that has the same id: a number that rows of one id have in common."""
        numbers, (here, at) = rows.copy(), self.among_repeated(rows)
        numbers[here] = self._first_of_repeated[at]
        return numbers

    @cached_property
    def _first_of_repeated(self) -> Array:
        _, first, of = np.unique(self._ids[self.repeated].astype(str), return_index=True, return_inverse=True)
        return self.repeated[first][of]

    def rows_of(self, name: str) -> list[int]:
        """Rows of an id: several where a feature is stored in pieces, none where it is unknown."""
        hashes, own = self._hashes.looked_at(), _hashes(np.array([name], dtype=object))
        first, last = np.searchsorted(hashes, own, "left")[0], np.searchsorted(hashes, own, "right")[0]
        found = self._rows.looked_at()[first:last].tolist()
        return [row for row in found if self._ids[row] == name]

    def first_of(self, names: Sequence[str]) -> Array:
        """Of every id its first row, −1 where none has it."""
        wanted = np.array(names, dtype=object)
        hashes, own = self._hashes.looked_at(), _hashes(wanted)
        at = np.searchsorted(hashes, own, "left")
        found = np.full(len(wanted), -1)
        hit = np.flatnonzero(at < len(hashes))
        hit = hit[hashes[at[hit]] == own[hit]]
        found[hit] = self._rows.looked_at()[at[hit]]
        for other in hit[self._ids[found[hit]] != wanted[hit]].tolist():  # two ids of one hash
            found[other] = next(iter(self.rows_of(names[other])), -1)
        return found


def _those(unordered: Column, part: int, count: int) -> tuple[Array, Array]:
    """The hashes of one of some equal parts of all that there can be, in order, and the row of each."""
    width = np.uint64(((1 << 64) - 1) // count)
    found, rows = [], []
    for some in pieces(len(unordered)):
        hashes = unordered.read(some)
        here = np.minimum(hashes // width, count - 1) == part
        found.append(hashes[here])
        rows.append(some[here].astype(np.int32))
    hashes, of_rows = np.concatenate(found), np.concatenate(rows)
    order = np.argsort(hashes, kind="stable")
    return hashes[order], of_rows[order]


def _hashes(ids: Array) -> Array:
    return np.asarray(pd.util.hash_array(ids, categorize=False))


def ids_of(table: Table, layer: Layer, numbers: Array, rows: Array | None) -> Array:
    """The ids of all rows, or of some by position; one that has none is called by its number in its file."""
    numbers = numbers if rows is None else numbers[rows]
    present = [table.column(name, rows) for name in layer.key if name in table.fields]
    if len(present) == 1 and pd.api.types.infer_dtype(present[0], skipna=False) == "string":
        return present[0].to_numpy(dtype=object)
    if len(present) > 1:
        parts = [[_key_word(value) for value in column] for column in present]
        return _words(["/".join(one) for one in zip(*parts, strict=True)])
    if not present:
        return _words([f"#{row}" for row in numbers])
    pairs = zip(present[0], numbers, strict=True)
    return _words([str(value) if value is not None and value == value else f"#{row}" for value, row in pairs])


def _words(words: list[str]) -> Array:
    return np.array(words, dtype=object)


def _key_word(value: Any) -> str:
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
