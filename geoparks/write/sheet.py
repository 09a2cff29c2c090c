"""Excel workbooks and CSV: attributes, with geometry as well-known text where there is any."""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pandas as pd
import shapely

from geoparks.text import Text
from geoparks.write import Outgoing

SUFFIXES = (".xlsx", ".csv")
TITLE = Text("Excel、CSV", "Excel, CSV")

_CELL_LIMIT = 32_000
_LONGEST = 32_767  # characters of a cell
_LARGEST_WHOLE = 10**15  # Excel keeps fifteen digits
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def write(layer: Outgoing, path: Path) -> None:
    """One layer as one sheet; geometry goes into as many WKT columns as its text needs."""
    headers = [str(name) for name in layer.table.columns]
    _tell_unholdable(layer, path.suffix.lower() == ".xlsx")
    rows = [list(row) for row in layer.table.itertuples(index=False, name=None)]
    if layer.geometry is not None:
        texts = [_pieces(one) for one in layer.geometry]
        width = max((len(one) for one in texts), default=0)
        headers += ["WKT"] * width
        rows = [row + one + [None] * (width - len(one)) for row, one in zip(rows, texts, strict=True)]
        layer.notes.append(Text("图形以 WKT 文字存放", "geometry is stored as well-known text"))
    if path.suffix.lower() == ".csv":
        _write_csv(path, headers, rows)
    else:
        workbook(path, [(layer.name[:31], headers, rows)])


def _tell_unholdable(layer: Outgoing, is_workbook: bool) -> None:
    """Say which values a cell cannot hold as they are."""
    values = [value for name in layer.table.columns for value in layer.table[name]]
    texts = [value for value in values if isinstance(value, str)]
    if cut := sum(len(value) > _LONGEST for value in texts):
        layer.notes.append(
            Text(
                f"{cut} 个值超过 {_LONGEST} 个字符，已截断",
                f"{cut} values were longer than {_LONGEST} characters and were cut",
            )
        )
    if controls := sum(bool(_CONTROL.search(value)) for value in texts):
        layer.notes.append(
            Text(
                f"{controls} 个值含控制字符，已去掉控制字符", f"control characters were taken out of {controls} values"
            )
        )
    whole = [value for value in values if isinstance(value, int | np.integer) and not isinstance(value, bool)]
    if is_workbook and (long := sum(abs(int(value)) > _LARGEST_WHOLE for value in whole)):
        layer.notes.append(
            Text(
                f"{long} 个整数超过十五位，按文字写入，以免 Excel 丢失末几位",
                f"{long} whole numbers of more than fifteen digits were written as text, since Excel would lose the last ones",
            )
        )


def workbook(path: Path, sheets: Iterable[tuple[str, list[str], list[list[Any]]]]) -> None:
    """A plain workbook: text stays text whatever it begins with, and no clock is in the file."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, headers, rows in sheets:
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", "_", title) or "Sheet1")
        sheet.append([safe(one) for one in headers])
        for row in rows:
            sheet.append([safe(one) for one in row])
        for row_of_cells in sheet.iter_rows():
            for cell in row_of_cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
        sheet.freeze_panes = "A2"
    save_without_clock(book, path)


def safe(value: Any) -> Any:
    """A value as a cell may hold it: no NaN, no control characters, no numpy."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, np.generic):
        return safe(value.item())
    if isinstance(value, str):
        return _CONTROL.sub("", value)[:_LONGEST]
    if isinstance(value, int) and abs(value) > _LARGEST_WHOLE:
        return str(value)
    return value if isinstance(value, bool | int | float | dt.date) else str(value)


def save_without_clock(book: Any, path: Path) -> None:
    """Save a workbook whose bytes depend on its content alone."""
    stamp = dt.datetime(*_FIRST_DAY)
    book.properties.created = book.properties.modified = stamp
    book.properties.creator = "geoparks"
    raw = path.with_name(path.name + ".raw")
    book.save(raw)
    with ZipFile(raw) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", data)
            info = ZipInfo(entry.filename, _FIRST_DAY)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, data)
    raw.unlink()


def _write_csv(path: Path, headers: list[str], rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headers)
        writer.writerows([["" if (one := safe(value)) is None else one for value in row] for row in rows])


def _pieces(geometry: Any) -> list[str]:
    """Well-known text in pieces that a cell can hold."""
    if geometry is None:
        return []
    words = shapely.to_wkt(geometry, rounding_precision=9)
    return [words[start : start + _CELL_LIMIT] for start in range(0, len(words), _CELL_LIMIT)]
