"""Tables as offices keep them: XLSX, XLS, CSV, and HTML pages that were saved as .xls."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geoparks.errors import UnreadableFile
from geoparks.read.encoding import TITLES, read_text, recognised_as
from geoparks.read.grid import Grid, Merge, plain_date, tabulate
from geoparks.read.raw import RawLayer
from geoparks.text import Text

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".html", ".htm")
TITLE = Text("Excel、CSV 与网页表格", "Excel, CSV and HTML tables")

_OLE = b"\xd0\xcf\x11\xe0"
_GEOMETRY_COLUMNS = ("wkt", "geometry", "geom", "the_geom", "shape_wkt")
MAX_CELLS = 50_000_000


def read(path: Path) -> list[RawLayer]:
    """Every sheet that holds a table. What a file is, is decided by its content: many .xls are HTML or text."""
    with path.open("rb") as stream:
        head = stream.read(2_048)
    if not head.strip():
        raise UnreadableFile(
            Text("文件是空的", "the file is empty"), where=path.name, mend=Text("请重新复制。", "Copy it again.")
        )
    reader, title = _reader(path, head)
    layers = []
    for name, grid, encoding in reader(path):
        table = tabulate(grid)
        if table is None:
            continue
        raw = RawLayer(path, title, table.frame, inner=name, encoding=encoding, rows=table.row_numbers)
        for code, note, row in table.said:
            raw.repaired(code, note, row=row)
        if encoding in ("gb18030", "big5hkscs"):
            raw.repaired("encoding", recognised_as(encoding), new=TITLES[encoding])
        _geometry_from_text(raw)
        layers.append(raw)
    if not layers:
        raise UnreadableFile(
            Text("没有找到带表头的表格", "no table with a header was found"),
            where=path.name,
            mend=Text(
                "请保证第一张工作表有一行列名，其下有数据。",
                "Give the first sheet one row of column names and data below.",
            ),
        )
    for raw in layers:
        raw.siblings = len(layers)
    return layers


_Grids = Iterator[tuple[str, Grid, str | None]]


def _reader(path: Path, head: bytes) -> tuple[Callable[[Path], _Grids], str]:
    if head.startswith(b"PK"):
        return _xlsx, "XLSX"
    if head.startswith(_OLE):
        return _xls, "XLS"
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\0", b"")[:1_000].lower()
    if start.startswith(b"<") or b"<table" in start:
        return _html, "HTML"
    return _csv, "CSV"


def _damaged(path: Path, error: Exception) -> UnreadableFile:
    return UnreadableFile(
        Text("工作簿打不开：已损坏、未下载完或有密码", "the workbook cannot be opened: damaged, cut off or locked"),
        where=path.name,
        found=Text(str(error)[:120], str(error)[:120]),
        mend=Text("请用 Excel 打开后另存为新的 .xlsx。", "Open it in Excel and save it as a new .xlsx."),
    )


def _xlsx(path: Path) -> _Grids:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError, AttributeError) as error:
        raise _damaged(path, error) from error
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        if sheet.max_row * sheet.max_column > MAX_CELLS:
            raise _damaged(path, ValueError(f"{sheet.title}: {sheet.max_row} × {sheet.max_column}"))
        rows = [
            [plain_date(cell) if isinstance(cell, dt.datetime) else cell for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        merges: list[Merge] = [
            (one.min_row - 1, one.max_row - 1, one.min_col - 1, one.max_col - 1) for one in sheet.merged_cells.ranges
        ]
        yield sheet.title, Grid(rows, sorted(merges)), None


def _xls(path: Path) -> _Grids:
    import xlrd

    try:
        book = xlrd.open_workbook(path, formatting_info=True, logfile=io.StringIO())
    except Exception as error:  # xlrd raises many kinds for damaged files
        raise _damaged(path, error) from error
    for sheet in book.sheets():
        if sheet.visibility:
            continue
        rows = []
        for row in range(sheet.nrows):
            cells: list[object] = []
            for cell in sheet.row(row):
                if cell.ctype == xlrd.XL_CELL_DATE:
                    cells.append(plain_date(xlrd.xldate_as_datetime(cell.value, book.datemode)))
                elif cell.ctype == xlrd.XL_CELL_NUMBER:
                    cells.append(int(cell.value) if cell.value.is_integer() else cell.value)
                elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                    cells.append(bool(cell.value))
                elif cell.ctype == xlrd.XL_CELL_TEXT:
                    cells.append(cell.value)
                else:
                    cells.append(None)
            rows.append(cells)
        merges = [(top, bottom - 1, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
        yield sheet.name, Grid(rows, sorted(merges)), None


def _csv(path: Path) -> _Grids:
    text, encoding = read_text(path)
    csv.field_size_limit(2**31 - 1)
    first = "\n".join(text.splitlines()[:50])
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(first, delimiters=",\t;|")
    except csv.Error:
        dialect = csv.excel
    delimiter = "\t" if path.suffix.lower() == ".tsv" else dialect.delimiter
    rows: list[list[object]] = [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    yield "", Grid(rows), encoding


def _html(path: Path) -> _Grids:
    from lxml import etree, html

    text, encoding = read_text(path)
    try:
        page = html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, ValueError) as error:
        raise _damaged(path, error) from error
    for number, table in enumerate(page.iter("table"), start=1):
        rows: dict[int, dict[int, object]] = {}
        merges: list[Merge] = []
        for index, line in enumerate(one for one in table.iter("tr") if next(one.iterancestors("table")) is table):
            column = 0
            row = rows.setdefault(index, {})
            for cell in line.iterchildren("td", "th"):
                while column in row:
                    column += 1
                down, across = _span(cell, "rowspan"), _span(cell, "colspan")
                for lower in range(down):
                    for right in range(across):
                        rows.setdefault(index + lower, {})[column + right] = (
                            cell.text_content() if (lower, right) == (0, 0) else None
                        )
                if down > 1 or across > 1:
                    merges.append((index, index + down - 1, column, column + across - 1))
                column += across
        width = max((max(row, default=-1) for row in rows.values()), default=-1) + 1
        grid = [[rows[index].get(column) for column in range(width)] for index in sorted(rows)]
        yield str(number), Grid(grid, merges), encoding


def _span(cell: object, name: str) -> int:
    words = cell.get(name, "1")  # type: ignore[attr-defined]
    return min(max(int(words), 1), 1_000) if words.isdigit() else 1


def _geometry_from_text(raw: RawLayer) -> None:
    """A column of well-known text as the layer's geometry."""
    column = next((name for name in raw.table if str(name).lower() in _GEOMETRY_COLUMNS), None)
    if column is None:
        return
    more = [name for name in raw.table if str(name).startswith(f"{column}.")]  # long geometry goes on in WKT.2, WKT.3…
    words = np.array(
        [
            "".join(piece for piece in pieces if isinstance(piece, str)) or None
            for pieces in raw.table[[column, *more]].itertuples(index=False, name=None)
        ],
        dtype=object,
    )
    geometry = shapely.from_wkt(words, on_invalid="ignore")
    if not any(one is not None for one in geometry):
        return
    for position in np.flatnonzero(shapely.is_missing(geometry) & pd.notna(pd.Series(words)).to_numpy()):
        raw.faulty(
            "geometry_unreadable",
            Text("该行的 WKT 无法解析", "the WKT of this row cannot be parsed"),
            row=int(raw.row_numbers[position]),
        )
    raw.geometry = shapely.force_2d(geometry)
    raw.table = raw.table.drop(columns=[column, *more])
