"""Rows of a layer in a temporary file: written once as Arrow, read by column and by position, gone with the last who holds them."""

from __future__ import annotations

import os
import tempfile
import weakref
from contextlib import suppress
from functools import cache
from operator import is_
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geoparks.normalise.table import Held

if TYPE_CHECKING:
    import pyarrow as pa

Array = np.ndarray[Any, Any]
BATCH = 4_096
"""Rows that are read together, be it for one of them."""
PLANES = ("lonlat", "own", "sound")
MARK = "shape:"
"""Begins the name of a column of shapes; no field of a layer has a colon in its name."""


class Run:
    """Rows that were written together; gone from the disk with the last who holds them."""

    def __init__(
        self, path: Path, fields: list[str], stored: dict[str, str], filled: frozenset[str], drawn: Array, shaped: bool
    ) -> None:
        self.path, self.fields, self.stored = path, fields, stored
        self.filled, self.drawn, self.shaped = filled, drawn, shaped
        weakref.finalize(self, remove, path)

    @classmethod
    def of(cls, table: Held) -> Run:
        """Write the rows of a table. Raises ArrowInvalid or ArrowTypeError where a column holds what cannot come back."""
        import pyarrow as pa

        columns = {name: _values(table.frame[name]) for name in table.fields}
        filled = frozenset(name for name in table.fields if table.is_filled(name))
        stored: dict[str, str] = {}
        for kind in PLANES:
            shapes = getattr(table, kind)
            same = next(
                (one for one in stored.values() if np.frompyfunc(is_, 2, 1)(shapes, getattr(table, one)).all()), None
            )
            stored[kind] = same or kind
            if same is None:
                columns[MARK + kind] = pa.array(shapely.to_wkb(shapes), type=pa.large_binary())
        path, content = new_file(".arrow"), pa.table(columns)
        try:
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, content.schema) as writer:
                writer.write_table(content, max_chunksize=BATCH)
        except OSError:
            remove(path)
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
                batches, inverse = np.unique(rows // BATCH, return_inverse=True)
                some = [reader.get_batch(one) for one in batches.tolist()]
                begins = np.cumsum([0, *(one.num_rows for one in some)])[inverse]
                found, places = pa.Table.from_batches(some, reader.schema), begins + rows % BATCH
                if len(rows) and (np.diff(places) == 1).all():
                    found = found.slice(int(places[0]), len(rows))
                else:
                    found = found.take(pa.array(places, type=pa.int64()))
        read = {name: _decoded(found.column(name), name.startswith(MARK)) for name in dict.fromkeys(on_disk.values())}
        return {name: read[stored] for name, stored in on_disk.items()}

    def _stored(self, name: str) -> str:
        """Under which name a column stands in the file: shapes that are the same in two planes stand there once."""
        return MARK + self.stored[name.removeprefix(MARK)] if name.startswith(MARK) else name


def _sent(content: bytes, *rest: Any) -> Run:
    path = new_file(".arrow")
    path.write_bytes(content)
    return Run(path, *rest)


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


def new_file(suffix: str) -> Path:
    """An empty file of this process, which whoever has it removes."""
    handle, name = tempfile.mkstemp(suffix=suffix, dir=_folder())
    os.close(handle)
    return Path(name)


def remove(path: Path) -> None:
    """Remove a file, if it is there still."""
    with suppress(OSError):
        path.unlink()
