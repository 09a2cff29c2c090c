"""The attribute tables of shapefiles, looked at byte by byte, because readers are silent about what is wrong there."""

from __future__ import annotations

import codecs
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geoparks.errors import UnreadableFile
from geoparks.read import encoding as encodings
from geoparks.read import gdal, runs
from geoparks.read.raw import RawLayer, distinct
from geoparks.text import Text

SUFFIXES = (".dbf",)
TITLE = Text("DBF 表", "DBF table")

# Code page bytes that dBASE programs write and that mean a Chinese encoding.
_CODE_PAGE_BYTE = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5hkscs", 0x78: "big5hkscs"}
_SAMPLE_ROWS = 2_000
_SHOWN = 20
_HEAD = 32
_BLANK = np.isin(np.arange(256), list(b" \0"))
_NUMERIC = _BLANK | np.isin(np.arange(256), list(b"0123456789+-.eE*"))


@dataclass(frozen=True)
class Table:
    """What the header of a .dbf promises."""

    path: Path
    records: int
    header_size: int
    record_size: int
    code_page: str | None
    fields: tuple[tuple[bytes, str, int], ...]
    """Name as bytes, type letter, width."""

    @property
    def rows_in_file(self) -> int:
        """How many whole records the file really holds."""
        if not self.record_size:
            return 0
        return min(self.records, max(0, (self.path.stat().st_size - self.header_size) // self.record_size))


def header(path: Path) -> Table:
    """Read the header; a file too short to have one is unreadable."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        if len(head) < _HEAD:
            raise UnreadableFile(
                Text("属性表（.dbf）是空的或被截断", "the attribute table (.dbf) is empty or cut off"),
                where=path.name,
                found=Text(f"{len(head)} 字节", f"{len(head)} bytes"),
                mend=Text("请重新复制同名的 .shp .shx .dbf。", "Copy the .shp, .shx and .dbf of that name again."),
            )
        records, header_size, record_size = struct.unpack("<IHH", head[4:12])
        body = stream.read(max(0, header_size - _HEAD))
    fields = []
    for start in range(0, len(body) - _HEAD + 1, _HEAD):
        one = body[start : start + _HEAD]
        if one[:1] in (b"\r", b"\x00"):
            break
        fields.append((one[:11].split(b"\0")[0].rstrip(), chr(one[11]), one[16]))
    return Table(path, records, header_size, record_size, _CODE_PAGE_BYTE.get(head[29]), tuple(fields))


def sample(table: Table) -> list[bytes]:
    """Field names and text beyond ASCII from all over the table, as bytes: what an encoding is recognised by."""
    pieces = [name for name, _, _ in table.fields]
    wide = _rows_where(table, lambda records: np.asarray((records >= 0x80).any(axis=1)))
    records, start = _records(table)[wide[:: max(1, -(-len(wide) // _SAMPLE_ROWS))]], 1
    for _, letter, width in table.fields:
        if letter == "C":
            values = np.ascontiguousarray(records[:, start : start + width]).view(f"S{width}")[:, 0] if width else ()
            pieces += [piece for value in np.unique(values) if (piece := bytes(value).rstrip(b" \0"))]
        start += width
    return pieces


def _records(table: Table) -> np.ndarray:
    """The records as rows of bytes, mapped from the file."""
    shape = (table.rows_in_file, table.record_size)
    if not all(shape):
        return np.empty(shape, np.uint8)
    return np.memmap(table.path, np.uint8, "r", table.header_size, shape)


def _blocks(table: Table, first: int = 0, last: int | None = None) -> Iterator[tuple[int, np.ndarray]]:
    """The records of a table, or those between two, so many at a time and read for the purpose: position of the first, and bytes."""
    end = table.rows_in_file if last is None else last
    for begin in range(first, end, runs.ROWS):
        count, size = min(runs.ROWS, end - begin), table.record_size
        offset = table.header_size + begin * size
        yield begin, np.fromfile(table.path, np.uint8, count * size, offset=offset).reshape(count, size)


def _rows_where(table: Table, holds: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Positions of the records of which something holds."""
    found = [begin + np.flatnonzero(holds(records)) for begin, records in _blocks(table)]
    return np.concatenate([np.empty(0, dtype=int), *found])


def find_encoding(table: Table, cpg: Path | None) -> tuple[str, Text | None]:
    """The encoding of a table: what the .cpg says, the table's own byte, or its text; and what is to be told of it."""
    pieces = sample(table)
    said = encodings.named(cpg.read_text("latin-1")[:40]) if cpg is not None and cpg.exists() else None
    found = encodings.detect(pieces)
    for encoding in (said, table.code_page):
        if encoding and encodings.believable(pieces, encoding, found):
            return encoding, None
    if said or table.code_page:
        claimed, title = said or table.code_page or "", encodings.TITLES.get(found, found)
        return found, Text(
            f"声明的编码（{encodings.TITLES.get(claimed, claimed)}）与文字不符，按文字识别为 {title}",
            f"the declared encoding ({encodings.TITLES.get(claimed, claimed)}) does not fit the text, which is {title}",
        )
    return found, None if found == "utf-8" else encodings.recognised_as(found)


def read(path: Path) -> list[RawLayer]:
    """A .dbf that stands alone, as a table."""
    table = header(path)
    if table.rows_in_file < table.records:
        raise truncated(table)
    raw = gdal.read_layer(path, path, encoding="ISO-8859-1", decoded=False, rows_from_ids=True)
    raw.format, raw.inner, raw.geometry = "DBF", "", None
    attributes(raw, table, find_encoding(table, path.with_suffix(".cpg")))
    tell_deleted(raw, table)
    return [raw]


def attributes(raw: RawLayer, table: Table, found: tuple[str, Text | None], told: Counter[str] | None = None) -> None:
    """Put names and text of a layer, which were read byte for byte, into the encoding that was found; say what is wrong with them.

    `told` counts what was told of each column, where the rows come in several runs.
    """
    encoding, how = found
    raw.encoding, raw.truncated_names = encoding, True
    if how is not None:
        raw.repaired("encoding", how, new=encodings.TITLES.get(encoding, encoding))
    names = [name.encode("latin-1", "ignore") for name in raw.table]
    told = Counter() if told is None else told
    decoded = distinct([name.decode(encoding, "ignore") for name in names])
    letters = {name: letter for name, letter, _ in table.fields}
    columns = {}
    for old, name, new in zip(raw.table, names, decoded, strict=True):
        column = raw.table[old].to_numpy()
        is_text = column.dtype == object and letters.get(name, "C") == "C"
        columns[new] = _decoded(raw, column, encoding, new, told) if is_text else column
    raw.table = pd.DataFrame(columns, index=raw.table.index)
    _without_damaged_numbers(raw, table, dict(zip(names, decoded, strict=True)))


def tell_deleted(raw: RawLayer, table: Table) -> None:
    """Say which records were not read, because they are marked as deleted."""
    gone = deleted(table)
    if len(gone):
        rows = "、".join(map(str, gone[:_SHOWN])) + ("…" if len(gone) > _SHOWN else "")
        raw.repaired(
            "record_deleted",
            Text(
                f"{len(gone)} 条记录在表中已标记删除，未读取（第 {rows} 条）",
                f"{len(gone)} records are marked as deleted and were not read ({rows})",
            ),
        )


def deleted(table: Table) -> np.ndarray:
    """Numbers of the records that are marked as deleted, counted from 1."""
    return _rows_where(table, lambda records: records[:, 0] == ord("*")) + 1


def _decoded(raw: RawLayer, values: np.ndarray, encoding: str, name: str, told: Counter[str]) -> np.ndarray:
    """Text that was read byte for byte (as ISO-8859-1) in its real encoding; a cut last character is dropped."""
    decode = codecs.getincrementaldecoder(encoding)  # without a final call it leaves out what is not whole
    result = np.full(len(values), None, dtype=object)
    for position, value in enumerate(values):
        if not isinstance(value, str) or value.isascii():
            result[position] = value
        else:
            result[position] = decode("replace").decode(value.encode("latin-1", "ignore"))
    unsure = [at for at, value in enumerate(result) if isinstance(value, str) and "\ufffd" in value]
    for position in unsure[: _SHOWN - told[name]]:
        told[name] += 1
        raw.faulty(
            "unreadable_text",
            Text("有解不开的字符", "some characters cannot be decoded"),
            row=int(raw.row_numbers[position]),
            field_name=name,
            value=result[position],
        )
    return result


def _without_damaged_numbers(raw: RawLayer, table: Table, names: dict[bytes, str]) -> None:
    """Take out numbers with other things among their digits: GDAL would read 99.0 of 99.0A0 and go on."""
    if not len(raw.row_numbers):
        return
    position_of = {int(row): position for position, row in enumerate(raw.row_numbers)}
    numbers = [
        (letter in "NF" and names.get(name) in raw.table, names.get(name, ""), width)
        for name, letter, width in table.fields
    ]
    for begin, records in _blocks(table, int(raw.row_numbers[0]) - 1, int(raw.row_numbers[-1])):
        start = 1
        for is_number, name, width in numbers:
            cells = records[:, start : start + width]
            start += width
            for record in _damaged(cells) if is_number else ():
                row = begin + int(record) + 1
                position = position_of.get(row)
                words = bytes(cells[record]).strip(b" \0")
                if position is None or not words.strip(b"*"):
                    continue
                column = raw.table[name]
                raw.table[name] = column.astype(float).where(column.index != position)
                raw.faulty(
                    "unreadable_number",
                    Text("不是数字", "not a number"),
                    row=row,
                    field_name=name,
                    value=words.decode("latin-1").encode("ascii", "backslashreplace").decode(),
                )


def _damaged(cells: np.ndarray) -> np.ndarray:
    """Positions of the cells that hold other things than digits, or several numbers."""
    filled = ~_BLANK[cells]
    pieces = filled[:, :1].sum(axis=1) + (filled[:, 1:] & ~filled[:, :-1]).sum(axis=1)
    return np.flatnonzero((~_NUMERIC[cells]).any(axis=1) | (pieces > 1))


def truncated(table: Table) -> UnreadableFile:
    """The error for a table that ends before its last record."""
    return UnreadableFile(
        Text(
            f"属性表在第 {table.rows_in_file + 1} 条记录处被截断",
            f"the table is cut off at record {table.rows_in_file + 1}",
        ),
        where=table.path.name,
        found=Text(f"{table.rows_in_file} 条", f"{table.rows_in_file} records"),
        expected=Text(f"表头写明 {table.records} 条", f"{table.records}, as its header says"),
        mend=Text("请重新复制该文件。", "Copy the file again."),
    )
