"""Rows as a database sends them, as CSV: parsed batch after batch, hashed, and kept in memory or, where they are very many, on disk."""

from __future__ import annotations

import hashlib
import shutil
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import pandas as pd

from geoparks.read.relation import Column

if TYPE_CHECKING:
    import pyarrow as pa

GEOMETRY = "__geometry__"
NUMBERS = {
    "smallint": "int64",
    "integer": "int64",
    "bigint": "int64",
    "real": "float64",
    "double precision": "float64",
}
"""Types of a database whose values are numbers here; others come as text."""
BATCH_BYTES = 64 * 2**20
"""How much text is parsed at a time: that of a whole table is never held."""
_EXACT_DIGITS = 15
_EXACT_INTEGER = 2**53


class Rows:
    """The rows of a relation, in batches; what a column is read as depends on all its values, so it is known in the end.

    With `on_disk`, more than one batch stands in a temporary file, which goes with the rows.
    """

    def __init__(self, columns: Sequence[Column], has_geometry: bool, *, on_disk: bool) -> None:
        self.columns, self._has_geometry, self._may_spill = tuple(columns), has_geometry, on_disk
        self._held: list[pa.Table] = []
        self._folder: Path | None = None
        self._seen = {one.name: _Seen() for one in columns}
        self._count = 0
        self.sha256 = ""
        """The hash of the rows' text with its header line."""

    @property
    def on_disk(self) -> bool:
        """Whether the rows stand on disk."""
        return self._folder is not None

    def take(self, stream: Iterable[Any]) -> None:
        """Take the lines of a CSV with their header. Raises UnicodeError where the text is not UTF-8."""
        total = hashlib.sha256()
        lines: list[bytes] = []
        size = 0
        blocks = iter(stream)
        total.update(bytes(next(blocks, b"")))
        for block in blocks:
            line = bytes(block)
            total.update(line)
            lines.append(line)
            size += len(line)
            if size > BATCH_BYTES:
                self._keep(self._parsed(lines))
                lines, size = [], 0
        if lines or not self._count:
            self._keep(self._parsed(lines))
        self.sha256 = total.hexdigest()

    def batches(self) -> Iterator[pa.Table]:
        """The rows, batch after batch."""
        yield from (self._stored(number) for number in range(self._count)) if self.on_disk else self._held

    def all(self) -> pa.Table:
        """All rows together."""
        import pyarrow as pa

        return pa.concat_tables(list(self.batches()))

    def frame(self, batch: pa.Table) -> pd.DataFrame:
        """Rows without their geometry, as readers of files give them."""
        columns = {one.name: _values(batch[one.name], one, self._seen[one.name]) for one in self.columns}
        return pd.DataFrame(columns, index=pd.RangeIndex(len(batch)))

    def _keep(self, batch: pa.Table) -> None:
        import pyarrow as pa

        for one in self.columns:
            self._seen[one.name].look(batch[one.name], one)
        self._held.append(batch)
        self._count += 1
        if not self._may_spill or self._count < 2:
            return
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="geoparks-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        before = self._count - len(self._held)
        try:
            for number, some in enumerate(self._held, before):
                with pa.OSFile(str(self._place(number)), "wb") as sink, pa.ipc.new_file(sink, some.schema) as writer:
                    writer.write_table(some)
        except OSError:  # no room: they stay in memory
            self._held[:0] = [self._stored(number) for number in range(before)]
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder, self._may_spill = None, False
        else:
            self._held.clear()

    def _stored(self, number: int) -> pa.Table:
        import pyarrow as pa

        with pa.OSFile(str(self._place(number)), "rb") as source:
            return pa.ipc.open_file(source).read_all()

    def _place(self, number: int) -> Path:
        assert self._folder is not None
        return self._folder / f"{number}.arrow"

    def _parsed(self, lines: Sequence[bytes]) -> pa.Table:
        import pyarrow as pa
        from pyarrow import csv

        names = [one.name for one in self.columns] + ([GEOMETRY] if self._has_geometry else [])
        types = {one.name: pa.type_for_alias(NUMBERS.get(one.type, "string")) for one in self.columns}
        types[GEOMETRY] = pa.large_string()
        text = b"".join(lines)
        if not text:
            return pa.table({name: pa.array([], types[name]) for name in names})
        try:
            return csv.read_csv(
                pa.BufferReader(text),
                csv.ReadOptions(column_names=names, block_size=len(text) + 1),
                csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
                csv.ConvertOptions(
                    column_types={name: types[name] for name in names}, null_values=[""], strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                ),
            )  # fmt: skip
        except pa.ArrowInvalid as error:
            if "UTF8" not in str(error):
                raise
            raise UnicodeError(str(error)) from error


class _Seen:
    """What the values of a column are, all batches together."""

    def __init__(self) -> None:
        self.digits = 0
        self.blanks = self.fractions = False
        self.most: int | None = None

    def look(self, values: pa.ChunkedArray, column: Column) -> None:
        import pyarrow.compute as pc

        self.blanks = self.blanks or bool(values.null_count)
        if column.type.startswith("numeric"):
            digits = pc.max(pc.utf8_length(pc.replace_substring_regex(values, r"^-?0*|[.]", ""))).as_py()
            self.digits = max(self.digits, digits or 0)
            self.fractions = self.fractions or not pc.all(pc.match_substring_regex(values, r"^-?\d+$")).as_py()
        elif NUMBERS.get(column.type) == "int64" and len(values) > values.null_count:
            self.most = max(self.most or 0, pc.max(pc.abs(values)).as_py())


def _values(values: pa.ChunkedArray, column: Column, seen: _Seen) -> Any:
    """A column as readers of files give it: numbers where they are exact, else text; a whole number with blanks as a float."""
    if column.type == "boolean":
        return pd.Series(values.to_numpy(), dtype=object).map({"true": True, "false": False})
    if column.type.startswith("numeric"):
        if seen.digits > _EXACT_DIGITS:
            return values.to_numpy()
        numbers = pd.to_numeric(values.to_pandas(), errors="coerce")
        return numbers.astype(float) if seen.blanks or seen.fractions else numbers
    if seen.blanks and seen.most is not None:
        return values.to_pandas().astype(float) if seen.most < _EXACT_INTEGER else values.cast("string").to_numpy()
    found = values.to_numpy()
    return pd.Series(found, dtype=object) if found.dtype == object else found  # be there words among them or none
