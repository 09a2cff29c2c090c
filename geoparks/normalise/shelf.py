"""Rows of a layer on disk. Very many are looked at in pieces, and hardly anybody wants more than a column or a few shapes.

Each file of a layer is a run of rows, written once as Arrow. What is read is let go again: it stays only with whoever
asked for it.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache, cached_property
from operator import is_
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoparks.normalise.table import Held, Table

if TYPE_CHECKING:
    import pyarrow as pa

Array = np.ndarray[Any, Any]
_BATCH = 4_096
"""Rows that are read together, be it for one of them."""
_SHAPES = ("lonlat", "own", "sound")
_MARK = "shape:"
"""Begins the name of a column of shapes; no field of a layer has a colon in its name."""


def shelved(table: Table) -> Table:
    """The same rows on disk; the table as it is, where they cannot stand there: mixed kinds in a column, no room."""
    if not isinstance(table, Held):
        return table
    import pyarrow as pa

    try:
        return Shelf([_Run.of(table)])
    except (pa.ArrowInvalid, pa.ArrowTypeError, OSError):
        return table


class Shelf:
    """A table whose rows stand on disk, run after run; see `Table`."""

    def __init__(self, runs: Sequence[_Run]) -> None:
        self.runs = list(runs)
        self._starts = np.cumsum([0, *(len(run) for run in self.runs)])
        self._changed: dict[str, pd.Series] = {}
        """Fields that were given other values since."""

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
        return _Shapes(self, "lonlat")

    @property
    def own(self) -> Any:
        """The shapes as in their file."""
        return _Shapes(self, "own")

    @property
    def sound(self) -> Any:
        """The shapes in the plane of their file, valid."""
        return _Shapes(self, "sound")

    @property
    def frame(self) -> pd.DataFrame:
        """All rows and all fields, in memory: a copy."""
        return self.some(np.arange(len(self))).frame

    def column(self, name: str, rows: Array | None = None) -> pd.Series:
        """A field of all rows, or of some by position."""
        if name in self._changed:
            values = self._changed[name]
            return values if rows is None else values.take(rows).reset_index(drop=True)
        return _series(self._read([name], rows)[name])

    def is_filled(self, name: str) -> bool:
        """Whether a field has a value in any row."""
        if name in self._changed:
            return bool(self._changed[name].notna().any())
        return any(name in run.filled for run in self.runs)

    def put(self, name: str, values: pd.Series) -> None:
        """Let a field have other values, which stay in memory."""
        self._changed[name] = values

    def some(self, rows: Array) -> Held:
        """Some rows, by position, in memory."""
        rows = np.asarray(rows)
        names = [*self.runs[0].fields, *(_MARK + kind for kind in _SHAPES)]
        found = self._read(names, rows)
        shapes = {kind: found.pop(_MARK + kind) for kind in _SHAPES}
        columns = {name: _series(values) for name, values in found.items()}
        columns |= {name: self.column(name, rows) for name in self._changed}
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), copy=False)
        if self.shaped:
            frame = gpd.GeoDataFrame(frame, geometry=shapes["lonlat"], crs="EPSG:4490")
        return Held(frame, shapes["own"], shapes["sound"])

    def shapes(self, kind: str, rows: Array | None) -> Array:
        """The shapes of one kind, of all rows or of some by position."""
        return self._read([_MARK + kind], rows)[_MARK + kind]

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


class _Shapes:
    """Shapes that are read when they are asked for, by position: ``shapes[rows]``, ``shapes[3]``; ``shapes[:]`` is all of them."""

    def __init__(self, shelf: Shelf, kind: str) -> None:
        self.shelf, self.kind = shelf, kind

    def __len__(self) -> int:
        return len(self.shelf)

    def __getitem__(self, rows: Any) -> Any:
        if isinstance(rows, (int, np.integer)):
            return self.shelf.shapes(self.kind, np.array([range(len(self))[int(rows)]]))[0]
        if isinstance(rows, slice):
            first, last, step = rows.indices(len(self))
            return self.shelf.shapes(self.kind, None if rows == slice(None) else np.arange(first, last, step))
        rows = np.asarray(rows)
        if rows.dtype == bool:
            rows = np.flatnonzero(rows)
        return self.shelf.shapes(self.kind, rows.astype(np.intp))

    def __iter__(self) -> Iterator[Any]:
        return iter(self[:])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        found: Array = self[:]
        return found


class _Run:
    """Rows that were written together; gone from the disk with the last who holds them."""

    def __init__(
        self, path: Path, fields: list[str], stored: dict[str, str], filled: frozenset[str], drawn: Array, shaped: bool
    ) -> None:
        self.path, self.fields, self.stored = path, fields, stored
        self.filled, self.drawn, self.shaped = filled, drawn, shaped
        weakref.finalize(self, _remove, path)

    @classmethod
    def of(cls, table: Held) -> _Run:
        """Write the rows of a table. Raises ArrowInvalid or ArrowTypeError where a column holds what cannot come back."""
        import pyarrow as pa

        columns = {name: _values(table.frame[name]) for name in table.fields}
        filled = frozenset(name for name in table.fields if table.is_filled(name))
        stored: dict[str, str] = {}
        for kind in _SHAPES:
            shapes = getattr(table, kind)
            same = next(
                (one for one in stored.values() if np.frompyfunc(is_, 2, 1)(shapes, getattr(table, one)).all()), None
            )
            stored[kind] = same or kind
            if same is None:
                columns[_MARK + kind] = pa.array(shapely.to_wkb(shapes), type=pa.large_binary())
        handle, name = tempfile.mkstemp(suffix=".arrow", dir=_folder())
        os.close(handle)
        path, content = Path(name), pa.table(columns)
        try:
            with pa.OSFile(name, "wb") as sink, pa.ipc.new_file(sink, content.schema) as writer:
                writer.write_table(content, max_chunksize=_BATCH)
        except OSError:
            _remove(path)
            raise
        return cls(path, table.fields, stored, filled, table.drawn, table.shaped)

    def __len__(self) -> int:
        return len(self.drawn)

    def __reduce__(self) -> Any:
        """Who is sent a run to another process gets the rows, not the name of a file that is not there."""
        return _sent, (self.path.read_bytes(), self.fields, self.stored, self.filled, self.drawn, self.shaped)

    def read(self, names: list[str], rows: Array | None = None) -> dict[str, Array]:
        """Some columns, of all rows or of some by position: fields as they were, shapes as geometries."""
        import pyarrow as pa

        on_disk = {name: self._stored(name) for name in names}
        with pa.OSFile(str(self.path), "rb") as source:
            schema = pa.ipc.open_file(source).schema
            fields = [schema.get_field_index(name) for name in dict.fromkeys(on_disk.values())]
            reader = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=fields))
            if rows is None:
                found = reader.read_all()
            else:
                batches, inverse = np.unique(rows // _BATCH, return_inverse=True)
                some = [reader.get_batch(one) for one in batches.tolist()]
                begins = np.cumsum([0, *(one.num_rows for one in some)])[inverse]
                found = pa.Table.from_batches(some, reader.schema).take(
                    pa.array(begins + rows % _BATCH, type=pa.int64())
                )
        read = {name: _decoded(found.column(name), name.startswith(_MARK)) for name in dict.fromkeys(on_disk.values())}
        return {name: read[stored] for name, stored in on_disk.items()}

    def _stored(self, name: str) -> str:
        """Under which name a column stands in the file: shapes that are the same in two planes stand there once."""
        return _MARK + self.stored[name.removeprefix(_MARK)] if name.startswith(_MARK) else name


def _sent(content: bytes, *rest: Any) -> _Run:
    handle, name = tempfile.mkstemp(suffix=".arrow", dir=_folder())
    with os.fdopen(handle, "wb") as target:
        target.write(content)
    return _Run(Path(name), *rest)


def _values(column: pd.Series) -> pa.Array:
    """A column as Arrow, so that it comes back as it was, a blank as None. Raises ArrowTypeError where it would not."""
    import pyarrow as pa

    if column.dtype == np.float64:
        return pa.array(column.to_numpy(), from_pandas=False)
    made = pa.array(column.to_numpy(dtype=object), from_pandas=True)
    kind = made.type
    of_objects = (
        pa.types.is_string(kind) or pa.types.is_date32(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind)
    )
    if of_objects:
        return made
    raise pa.ArrowTypeError(f"{column.name}: {kind}")


def _series(values: Array) -> pd.Series:
    """Values as a column of their own kind: pandas would make words of objects an array of another one."""
    return pd.Series(values, dtype=values.dtype, copy=False)


def _decoded(column: pa.ChunkedArray, is_shape: bool) -> Array:
    import pyarrow as pa

    if is_shape:
        shapes: Array = shapely.from_wkb(column.to_numpy())
        return shapes
    if pa.types.is_floating(column.type):
        numbers: Array = column.to_numpy()
        return numbers
    if pa.types.is_date32(column.type):
        return np.asarray(column.to_pandas(date_as_object=True), dtype=object)
    if pa.types.is_string(column.type):
        return _words(column)
    return np.asarray(column.to_numpy(), dtype=object)


def _words(column: pa.ChunkedArray) -> Array:
    """Words, None where there are none; where they repeat, each different one is one object."""
    found = column.combine_chunks().dictionary_encode()
    if len(found.dictionary) * 2 > len(found):
        return np.asarray(column.to_numpy(), dtype=object)
    words = np.array([*found.dictionary.to_pylist(), None], dtype=object)
    return words[found.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)]


@cache
def _folder() -> str:
    """Where the files of this process stand; it goes when the process ends."""
    folder = tempfile.TemporaryDirectory(prefix="geoparks-", ignore_cleanup_errors=True)
    _KEPT.append(folder)
    return folder.name


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
"""A temporary folder goes when nothing holds it."""


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
