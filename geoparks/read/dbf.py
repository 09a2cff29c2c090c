"""The attribute tables of shapefiles, looked at byte by byte, because readers are silent about what is wrong there."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geoparks.errors import UnreadableFile
from geoparks.read import encoding as encodings
from geoparks.read.raw import RawLayer
from geoparks.text import Text

SUFFIXES = (".dbf",)
TITLE = Text("DBF 表", "DBF table")

# Code page bytes that dBASE programs write and that mean a Chinese encoding.
_CODE_PAGE_BYTE = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5hkscs", 0x78: "big5hkscs"}
_SAMPLE_ROWS = 2_000
_HEAD = 32


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
    """Field names and the text of the first records, as bytes: what an encoding is recognised by."""
    pieces = [name for name, _, _ in table.fields]
    with table.path.open("rb") as stream:
        stream.seek(table.header_size)
        data = stream.read(table.record_size * min(_SAMPLE_ROWS, table.records))
    start = 1
    for _, letter, width in table.fields:
        if letter == "C":
            for row in range(0, len(data) - table.record_size + 1, table.record_size):
                piece = data[row + start : row + start + width].rstrip(b" \0")
                if piece:
                    pieces.append(_whole(piece, width))
        start += width
    return pieces


def _whole(piece: bytes, width: int) -> bytes:
    """The piece without a character that the field's width may have cut in two."""
    if len(piece) < width or piece[-1] < 0x80:
        return piece
    return piece.rsplit(b" ", 1)[0] if b" " in piece else piece[:-3]


def find_encoding(table: Table, cpg: Path | None) -> tuple[str, Text | None]:
    """The encoding of a table: what the .cpg says, the table's own byte, or its text; and what is to be told of it."""
    pieces = sample(table)
    said = encodings.named(cpg.read_text("latin-1")) if cpg is not None and cpg.exists() else None
    for encoding in (said, table.code_page):
        if encoding and _mostly(pieces, encoding):
            return encoding, None
    found = encodings.detect(pieces)
    if said:
        title = encodings.TITLES.get(found, found)
        return found, Text(
            f".cpg 声明的编码解不开，按文字识别为 {title}",
            f"the encoding of the .cpg does not fit; by the text it is {title}",
        )
    return found, None if found == "utf-8" else encodings.recognised_as(found)


def _mostly(pieces: list[bytes], encoding: str) -> bool:
    """Whether text decodes, but for the odd value that a field's width has cut in two."""
    wide = [piece for piece in pieces if any(byte >= 0x80 for byte in piece)]
    bad = sum(not encodings.decodes(piece, encoding) for piece in wide)
    return bad == 0 or (len(wide) >= 20 and bad / len(wide) < 0.05)


def decode_column(values: np.ndarray, encoding: str) -> np.ndarray:
    """Text that was read byte for byte (as ISO-8859-1) in its real encoding; a cut last character is dropped."""
    return np.array(
        [
            value.encode("latin-1", "ignore").decode(encoding, "replace").rstrip("\ufffd")
            if isinstance(value, str)
            else value
            for value in values
        ],
        dtype=object,
    )


def read(path: Path) -> list[RawLayer]:
    """A .dbf that stands alone, as a table."""
    import pyogrio

    table = header(path)
    if table.rows_in_file < table.records:
        raise truncated(table)
    encoding, _ = find_encoding(table, path.with_suffix(".cpg"))
    meta, _, _, columns = pyogrio.raw.read(path, encoding="ISO-8859-1", read_geometry=False, datetime_as_string=True)
    frame = attributes(table, list(meta["fields"]), columns, encoding)
    return [RawLayer(path, "DBF", frame, encoding=encoding, truncated_names=True)]


def attributes(table: Table, names: list[str], columns: list[np.ndarray], encoding: str) -> pd.DataFrame:
    """The columns of a table with names and text decoded; a name cut inside a character keeps what is whole."""
    decoded = [name.encode("latin-1", "ignore").decode(encoding, "ignore") for name in names]
    letters = {name.decode("latin-1"): letter for name, letter, _ in table.fields}
    return pd.DataFrame(
        {
            new: decode_column(column, encoding) if letters.get(old, "C") == "C" and column.dtype == object else column
            for old, new, column in zip(names, decoded, columns, strict=True)
        }
    )


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
