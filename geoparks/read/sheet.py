"""Tables as offices keep them: XLSX, XLS, CSV, and HTML pages that were saved as .xls."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.errors import UnreadableFile
from geoparks.read import archive
from geoparks.read.encoding import TITLES, read_text, recognised_as
from geoparks.read.gdal import flat
from geoparks.read.grid import Grid, Merge, plain_date, tabulate
from geoparks.read.raw import RawLayer
from geoparks.text import Text

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".html", ".htm")
TITLE = Text("Excel、CSV 与网页表格", "Excel, CSV and HTML tables")

_OLE = b"\xd0\xcf\x11\xe0"
_GEOMETRY_COLUMNS = ("wkt", "geometry", "geom", "the_geom", "shape_wkt")
MAX_CELLS = 50_000_000
MAX_BYTES = 2 * 1024**3
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_FIRST_LINES = 50
_FIRST_CHARACTERS = 500_000


def read(path: Path) -> list[RawLayer]:
    """Every sheet that holds a table. What a file is, is decided by its content: many .xls are HTML or text."""
    with path.open("rb") as stream:
        head = stream.read(2_048)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(archive.EMPTY, where=path.name, mend=Text("请重新复制。", "Copy it again."))
    reader, title = _reader(head)
    layers, hidden = [], []
    for inner, grid, encoding in reader(path):
        if grid is None:
            hidden.append(inner)
            continue
        table = tabulate(grid)
        if table is None:
            continue
        raw = RawLayer(path, title, table.frame, inner=inner, encoding=encoding, rows=table.row_numbers)
        for code, note, row in table.said:
            raw.repaired(code, note, row=row)
        for row, name in table.uncalculated:
            raw.faulty(
                "unreadable_number",
                Text("公式没有保存计算结果", "a formula whose result was not saved"),
                row=row,
                field_name=name,
                value="=",
            )
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
    if hidden:
        names = "、".join(hidden)
        layers[0].repaired(
            "sheet_hidden", Text(f"隐藏的工作表未读取：{names}", f"hidden sheets were not read: {names}")
        )
    return layers


_Grids = Iterator[tuple[str, Grid | None, str | None]]
"""Name, cells and encoding of every sheet; no cells where the sheet is hidden."""


def _reader(head: bytes) -> tuple[Callable[[Path], _Grids], str]:
    if head.startswith(b"PK"):
        return _xlsx, "XLSX"
    if head.startswith(_OLE):
        return _xls, "XLS"
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\0", b"")[:1_000].lower()
    if start.startswith(b"<") or b"<table" in start:
        return _html, "HTML"
    return _csv, "CSV"


def _damaged(path: Path, error: Exception | str) -> UnreadableFile:
    words = " ".join(str(error).split())[:120]
    return UnreadableFile(
        Text("工作簿打不开：已损坏、未下载完或有密码", "the workbook cannot be opened: damaged, cut off or locked"),
        where=path.name,
        found=Text(words, words),
        mend=Text("请用 Excel 打开后另存为新的 .xlsx。", "Open it in Excel and save it as a new .xlsx."),
    )


def _xlsx(path: Path) -> _Grids:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as parts:
            archive.refuse_bomb(parts.infolist(), path, MAX_BYTES)
            has_formulas = any(b"<f>" in (xml := parts.read(one)) or b"<f " in xml for one in _sheets(parts))
        book = openpyxl.load_workbook(path, data_only=True)
        formulas = openpyxl.load_workbook(path) if has_formulas else None
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl, zipfile and the XML parser each have their own kinds
        raise _damaged(path, error) from error
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            yield sheet.title, None, None
            continue
        filled = [place for place, cell in sheet._cells.items() if cell.value is not None]
        height, width = (max((place[axis] for place in filled), default=0) for axis in (0, 1))
        if height * width > MAX_CELLS:
            raise _damaged(path, f"{sheet.title}: {height} × {width}")
        rows = [
            [plain_date(cell) if isinstance(cell, dt.datetime) else cell for cell in row]
            for row in sheet.iter_rows(max_row=height, max_col=width, values_only=True)
        ]
        merges: list[Merge] = [
            (one.min_row - 1, one.max_row - 1, one.min_col - 1, one.max_col - 1) for one in sheet.merged_cells.ranges
        ]
        yield sheet.title, Grid(rows, sorted(merges), _uncalculated(sheet, formulas)), None


def _sheets(parts: zipfile.ZipFile) -> list[str]:
    return [name for name in parts.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]


def _uncalculated(sheet: Any, formulas: Any) -> list[tuple[int, int]]:
    """Places of formulas whose result the program that wrote the file never saved: they would read as empty cells."""
    if formulas is None:
        return []
    return [
        (row - 1, column - 1)
        for (row, column), cell in sorted(formulas[sheet.title]._cells.items())
        if cell.data_type == "f" and sheet.cell(row, column).value is None
    ]


def _xls(path: Path) -> _Grids:
    import xlrd

    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise UnreadableFile(
            Text("工作簿有打开密码", "the workbook is locked with a password"),
            where=path.name,
            mend=Text("请用 Excel 打开，去掉密码后另存。", "Open it in Excel and save it without the password."),
        )
    try:
        book = xlrd.open_workbook(path, formatting_info=True, logfile=io.StringIO())
    except Exception as error:  # xlrd raises many kinds for damaged files
        raise _damaged(path, error) from error
    for sheet in book.sheets():
        if sheet.visibility:
            yield sheet.name, None, None
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
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text)
    if _CONTROL.search(text[:_FIRST_CHARACTERS]) or (
        path.suffix.lower() not in (".csv", ".tsv") and delimiter not in text
    ):
        raise UnreadableFile(
            Text("不是它后缀所说的格式，也不是文本表格", "not what its suffix says, and no table of text either"),
            where=path.name,
            mend=Text("请用 Excel 另存为 .xlsx。", "Save it as .xlsx with Excel."),
        )
    try:
        rows: list[list[object]] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise _damaged(path, error) from error
    yield "", Grid(rows), encoding


def _delimiter(text: str) -> str:
    """The mark that cuts the first lines into the most columns, as many in one as in the next."""
    lines = io.StringIO(text[:_FIRST_CHARACTERS], newline=None)
    first = "\n".join(islice((line.rstrip("\n") for line in lines if line.strip()), _FIRST_LINES))

    def columns(mark: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(io.StringIO(first), delimiter=mark) if row)
        except csv.Error:
            return (0, 0)
        width, lines = max(widths.items(), key=lambda item: (item[0] > 1) * item[1], default=(0, 0))
        return (width > 1) * lines, width

    return max((",", "\t", ";", "|"), key=columns)


def _html(path: Path) -> _Grids:
    from lxml import etree, html

    text, encoding = read_text(path)
    try:
        page = html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, ValueError) as error:
        raise _damaged(path, error) from error
    cells = 0
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
                cells += down * across
                if cells > MAX_CELLS:
                    raise _damaged(path, f"> {MAX_CELLS}")
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
    raw.geometry = flat(raw, geometry)
    raw.table = raw.table.drop(columns=[column, *more])
