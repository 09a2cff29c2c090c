"""Shapefiles: read by GDAL, but first held against their own headers, where most copies go wrong."""

from __future__ import annotations

import csv
import struct
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from geoparks.errors import UnreadableFile
from geoparks.read import aside, dbf, gdal, runs
from geoparks.read.raw import Begun, RawLayer
from geoparks.read.shapes import M_DROPPED
from geoparks.text import Text

SUFFIXES = (".shp",)
TITLE = Text("Shapefile", "Shapefile")

NAMES_BESIDE = "_字段名对照.csv"
"""End of the name of the table of full field names that geoparks writes beside a shapefile."""
_HEADER_BYTES, _INDEX_BYTES = 100, 8
_MEASURED = {21, 23, 25, 28}


def part(path: Path, suffix: str) -> Path:
    """The file of the same shapefile with another suffix, whatever its case; absent where there is none."""
    wanted = path.stem.lower() + suffix
    return next((one for one in path.parent.iterdir() if one.name.lower() == wanted), path.with_suffix(suffix))


def parts(path: Path) -> list[Path]:
    """All files that belong to a shapefile."""
    known = (".shp", ".shx", ".dbf", ".prj", ".cpg")
    return [one for suffix in known if (one := part(path, suffix)).exists()]


def read(path: Path) -> list[RawLayer]:
    """One layer, with what its headers contradict recorded as faults."""
    head, table = _heads(path)
    return [_whole(path, head, table, dbf.find_encoding(table, part(path, ".cpg")))]


def _whole(path: Path, head: _Head, table: dbf.Table, encoding: tuple[str, Text | None]) -> RawLayer:
    with _with_index(path) as source:
        raw = _layer(source, path)
        shapes = _count(part(source, ".shx"))
    _complete(raw, head, table, encoding)
    dbf.tell_deleted(raw, table)
    _against_headers(raw, head, shapes, table.records)
    return raw


def begin(path: Path) -> list[RawLayer]:
    """The layer, only begun where it has very many shapes and nothing in its headers asks for a look at all of them."""
    head, table = _heads(path)
    index = part(path, ".shx")
    sound = head.size >= head.promised and index.exists() and _count(index) == table.records
    encoding = dbf.find_encoding(table, part(path, ".cpg"))
    if table.records <= runs.ROWS or not sound or len(dbf.deleted(table)):
        return [_whole(path, head, table, encoding)]

    def run_after_run(rows: int) -> Generator[RawLayer]:
        told: Counter[str] = Counter()
        with _with_index(path) as source:
            for first in range(0, table.records, rows):
                raw = _layer(source, path, first, rows)
                _complete(raw, head, table, encoding, told)
                yield raw

    with closing(run_after_run(runs.FIRST)) as first:
        raw = next(first)
    raw.begun = Begun(lambda: run_after_run(runs.ROWS), lambda: _whole(path, head, table, encoding))
    return [raw]


def _layer(source: Path, shown: Path, skip: int = 0, most: int | None = None) -> RawLayer:
    """The shapes with their attributes byte for byte."""
    return gdal.read_layer(
        source, shown, encoding="ISO-8859-1", decoded=False, rows_from_ids=True, skip=skip, most=most
    )  # fmt: skip


@dataclass(frozen=True)
class _Head:
    """What the header of a .shp says, and how long the file is."""

    size: int
    promised: int
    shape_type: int


def _heads(path: Path) -> tuple[_Head, dbf.Table]:
    """What .shp and .dbf promise; raises UnreadableFile where either is missing or cut off."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES or head[:4] != b"\x00\x00\x27\x0a":
        raise UnreadableFile(
            Text("不是有效的 Shapefile（空文件或拷贝未完成）", "not a shapefile (empty, or the copy was not finished)"),
            where=path.name,
            found=Text(f"{size} 字节", f"{size} bytes"),
            mend=Text(
                "请重新复制同名的 .shp .shx .dbf .prj。", "Copy the .shp, .shx, .dbf and .prj of that name again."
            ),
        )
    table_path = part(path, ".dbf")
    if not table_path.exists():
        raise UnreadableFile(
            Text("缺少同名的 .dbf（属性表）", "the .dbf (attribute table) of that name is missing"),
            where=path.name,
            mend=Text(
                "请把同名的 .shp .shx .dbf .prj 一起复制。", "Copy the .shp, .shx, .dbf and .prj of that name together."
            ),
        )
    table = dbf.header(table_path)
    if table.rows_in_file < table.records:
        raise dbf.truncated(table)
    return _Head(size, struct.unpack(">i", head[24:28])[0] * 2, struct.unpack("<i", head[32:36])[0]), table


def _count(index: Path) -> int:
    """How many shapes a .shx tells of."""
    return (index.stat().st_size - _HEADER_BYTES) // _INDEX_BYTES


def _complete(
    raw: RawLayer, head: _Head, table: dbf.Table, encoding: tuple[str, Text | None], told: Counter[str] | None = None
) -> None:
    """Put attributes and names of what was read into order."""
    raw.format = "ESRI Shapefile"
    dbf.attributes(raw, table, encoding, told)
    if not part(raw.path, ".shx").exists():
        raw.repaired(
            "index_rebuilt", Text("缺少 .shx，已在临时副本中重建", "the .shx is missing; rebuilt in a temporary copy")
        )
    if head.shape_type in _MEASURED and not any(one.code == "m_dropped" for one in raw.repairs):
        raw.repaired("m_dropped", M_DROPPED)
    _full_names(raw)


def _full_names(raw: RawLayer) -> None:
    """The names of fields that geoparks had to shorten when it wrote the shapefile, from the table it left beside it."""
    beside = raw.path.with_name(raw.path.stem + NAMES_BESIDE)
    if not beside.exists():
        return
    with beside.open(encoding="utf-8-sig", newline="") as stream:
        full = {row[1]: row[0] for row in csv.reader(stream) if len(row) == 2}
    known = {short: name for short, name in full.items() if short in raw.table and name not in raw.table}
    if known:
        raw.table = raw.table.rename(columns=known)
        raw.repaired(
            "names_restored",
            Text(
                f"{len(known)} 个字段名按 {beside.name} 还原",
                f"{len(known)} field names were restored from {beside.name}",
            ),
        )


def _against_headers(raw: RawLayer, head: _Head, shapes: int, records: int) -> None:
    """Record what the headers promise and the files do not hold."""
    if head.size < head.promised:
        raw.faulty(
            "file_truncated",
            Text(
                f".shp 被截断：文件头写明 {head.promised} 字节，只有 {head.size} 字节",
                f"the .shp is cut off: its header says {head.promised} bytes, there are {head.size}",
            ),
        )
    if shapes > records:
        for row in range(records + 1, shapes + 1):
            raw.faulty(
                "record_missing",
                Text(
                    f"第 {row} 个图形没有属性记录（.dbf 只有 {records} 条，.shx 有 {shapes} 个）",
                    f"shape {row} has no record (the .dbf has {records}, the .shx {shapes})",
                ),
                row=row,
            )
    elif records > shapes:
        for row in range(shapes + 1, records + 1):
            raw.faulty(
                "shape_missing",
                Text(f"第 {row} 条属性记录没有图形", f"record {row} has no shape"),
                row=row,
            )


@contextmanager
def _with_index(path: Path) -> Iterator[Path]:
    """The shapefile with its .shx and .dbf by the same name; a missing .shx is rebuilt in a copy, never beside the input."""
    others = [one for one in parts(path) if one != path]
    together = (
        all(one.stem == path.stem for one in others) and len({one.suffix.isupper() for one in (path, *others)}) == 1
    )
    if part(path, ".shx").exists() and together:
        with aside.readable(path, others) as source:
            yield source
        return
    import pyogrio

    with aside.copied(path, *others) as copy:
        if not copy.with_suffix(".shx").exists():
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
            try:
                pyogrio.raw.read(copy, read_geometry=False, max_features=1, encoding="ISO-8859-1")
            finally:
                pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})
        yield copy
