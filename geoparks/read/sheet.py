"""Tables as offices keep them: XLSX, XLS, CSV, and HTML pages that were saved as .xls."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.errors import UnreadableFile
from geoparks.read import archive, cells
from geoparks.read.encoding import TITLES, read_text, recognised_as, tell_undecoded
from geoparks.read.grid import Grid, tabulate
from geoparks.read.header import Merge
from geoparks.read.raw import RawLayer
from geoparks.read.shapes import flat
from geoparks.read.workbook import Grids, damaged, too_much, xls, xlsx
from geoparks.text import Text

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".html", ".htm")
TITLE = Text("Excel、CSV 与网页表格", "Excel, CSV and HTML tables")

_OLE = b"\xd0\xcf\x11\xe0"
_GEOMETRY_COLUMNS = ("wkt", "geometry", "geom", "the_geom", "shape_wkt")
MAX_COLUMNS = 16_384  # of a sheet of Excel, and more than any table of an HTML page has
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
    for inner, grid, encoding in _within_reason(reader(path), path):
        if grid is None:
            hidden.append(inner)
            continue
        table = tabulate(grid)
        if table is None:
            continue
        raw = RawLayer(
            path, title, table.frame, inner=inner, encoding=encoding, rows=table.row_numbers, stated_units=table.units,
            header_rows=table.header_rows, titles=table.titles, question=table.question,
        )  # fmt: skip
        for code, note, row, old in table.said:
            raw.repaired(code, note, row=row, old=old)
        tell_undecoded(raw, grid.text)
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


def _within_reason(grids: Grids, path: Path) -> Grids:
    """The grids of a file; one that is next to nothing spread over a vast sheet is told in one line."""
    try:
        yield from grids
    except cells.TooSparse as error:
        raise too_much(path, error.text) from error


def _reader(head: bytes) -> tuple[Callable[[Path], Grids], str]:
    if head.startswith(b"PK"):
        return xlsx, "XLSX"
    if head.startswith(_OLE):
        return xls, "XLS"
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\0", b"")[:1_000].lower()
    if start.startswith(b"<") or b"<table" in start:
        return _html, "HTML"
    return _csv, "CSV"


def _csv(path: Path) -> Grids:
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
        raise damaged(path, error) from error
    yield "", replace(cells.grid(rows), text=text), encoding


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


def _html(path: Path) -> Grids:
    from lxml import etree, html

    text, encoding = read_text(path)
    try:
        page = html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, ValueError) as error:
        raise damaged(path, error) from error
    for number, table in enumerate(page.iter("table"), start=1):
        yield str(number), replace(_html_grid(table, path), text=text), encoding


def _html_grid(table: Any, path: Path) -> Grid:
    """The cells of a table; spans end where its rows do, and hold no cells but the first."""
    lines = [one for one in table.iter("tr") if next(one.iterancestors("table")) is table]
    rows: dict[int, dict[int, Any]] = {}
    merges: list[Merge] = []
    hanging: list[Merge] = []  # spans from rows above
    for index, line in enumerate(lines):
        hanging = [one for one in hanging if one[1] >= index]
        taken = sorted((one[2], one[3]) for one in hanging)
        column = 0
        for cell in line.iterchildren("td", "th"):
            while taken and taken[0][0] <= column:
                column = max(column, taken.pop(0)[1] + 1)
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            last = min(index + down, len(lines)) - 1
            rows.setdefault(index, {})[column] = cell.text_content()
            if last > index or across > 1:
                merges.append((index, last, column, column + across - 1))
            if last > index:
                hanging.append(merges[-1])
            column += across
            if column > MAX_COLUMNS:
                raise too_much(
                    path, Text(f"第 {index + 1} 行超过 {column} 列", f"row {index + 1} has over {column} columns")
                )
    return cells.grid(rows, merges)


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
