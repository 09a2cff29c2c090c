"""Workbooks: XLSX by openpyxl, XLS by xlrd, as grids of cells; hidden sheets are only named."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geoparks.errors import UnreadableFile
from geoparks.read import archive, cells
from geoparks.read.grid import Grid, plain_date
from geoparks.read.header import Merge
from geoparks.read.number_formats import as_shown, shown_after
from geoparks.text import Text

Grids = Iterator[tuple[str, Grid | None, str | None]]
"""Name, cells and encoding of every sheet; no cells where the sheet is hidden."""

MAX_BYTES = 2 * 1024**3
MAX_MERGED = 1_000_000  # openpyxl makes an object of each
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=.([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


def damaged(path: Path, error: Exception | str) -> UnreadableFile:
    """The error for a file that its library gives up on."""
    words = " ".join(str(error).split())[:120]
    return UnreadableFile(
        Text("工作簿打不开：已损坏、未下载完或有密码", "the workbook cannot be opened: damaged, cut off or locked"),
        where=path.name,
        found=Text(words, words),
        mend=Text("请用 Excel 打开后另存为新的 .xlsx。", "Open it in Excel and save it as a new .xlsx."),
    )


def too_much(path: Path, found: Text) -> UnreadableFile:
    """The error for a sheet that would fill the memory with nothing."""
    return UnreadableFile(
        Text(
            "工作表几乎全是空格，或合并单元格有误，不予读取",
            "the sheet is nearly all blank, or its merged cells are wrong",
        ),
        where=path.name,
        found=found,
        mend=Text(
            "请删去表格以外的行列和格式，另存后重试。",
            "Delete rows, columns and formats beyond the table and save it again.",
        ),
    )


def xlsx(path: Path) -> Grids:
    """Every sheet of an XLSX; formulas give the result that was saved with them."""
    import openpyxl

    try:
        with zipfile.ZipFile(path) as parts:
            archive.refuse_bomb(parts.infolist(), path, MAX_BYTES)
            has_formulas = False
            for one in _sheets(parts):
                xml = parts.read(one)
                _refuse_merged(xml, path)
                has_formulas |= b"<f>" in xml or b"<f " in xml
        book = openpyxl.load_workbook(path, data_only=True)
        formulas = openpyxl.load_workbook(path) if has_formulas else None
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl, zipfile and the XML parser each have their own kinds
        raise damaged(path, error) from error
    suffixes = _suffixes(book)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            yield sheet.title, None, None
            continue
        filled = [place for place, cell in sheet._cells.items() if cell.value is not None]
        rows: dict[int, dict[int, Any]] = {}
        for row, column in filled:
            cell = sheet._cells[row, column]
            value = plain_date(cell.value) if isinstance(cell.value, dt.datetime) else cell.value
            suffix = suffixes.get(cell._style.numFmtId) if suffixes else None
            rows.setdefault(row - 1, {})[column - 1] = as_shown(value, suffix) if suffix else value
        merges: list[Merge] = [
            (one.min_row - 1, one.max_row - 1, one.min_col - 1, one.max_col - 1) for one in sheet.merged_cells.ranges
        ]
        yield sheet.title, cells.grid(rows, sorted(merges), _uncalculated(sheet, formulas)), None


def _suffixes(book: Any) -> dict[int, str]:
    """By number of a format: what it shows behind a number; formats that show nothing are left out."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    formats = {**BUILTIN_FORMATS, **dict(enumerate(book._number_formats, BUILTIN_FORMATS_MAX_SIZE))}
    return {number: suffix for number, words in formats.items() if (suffix := shown_after(words))}


def _sheets(parts: zipfile.ZipFile) -> list[str]:
    return [name for name in parts.namelist() if name.startswith("xl/") and name.endswith(".xml")]


def _refuse_merged(xml: bytes, path: Path) -> None:
    """Refuse merged ranges of more cells than a sheet can sensibly have: openpyxl makes an object for each of them."""
    merged = 0
    for left, top, right, bottom in _MERGED.findall(xml):
        wide = _column(right) - _column(left) + 1
        merged += max(wide, 0) * max(int(bottom) - int(top) + 1, 0)
        if merged > MAX_MERGED:
            raise too_much(path, Text("合并单元格过多", "too many merged cells"))


def _column(letters: bytes) -> int:
    """The number of a column that is called by letters: AB is 28."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _uncalculated(sheet: Any, formulas: Any) -> list[tuple[int, int]]:
    """Places of formulas whose result the program that wrote the file never saved: they would read as empty cells."""
    if formulas is None:
        return []
    return [
        (row - 1, column - 1)
        for (row, column), cell in sorted(formulas[sheet.title]._cells.items())
        if cell.data_type == "f" and sheet.cell(row, column).value is None
    ]


def xls(path: Path) -> Grids:
    """Every sheet of an XLS."""
    import xlrd

    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise UnreadableFile(
            Text("工作簿有打开密码", "the workbook is locked with a password"),
            where=path.name,
            mend=Text("请用 Excel 打开，去掉密码后另存。", "Open it in Excel and save it without the password."),
        )
    try:
        book = xlrd.open_workbook(path, formatting_info=True, logfile=io.StringIO(), ragged_rows=True)
    except Exception as error:  # xlrd raises many kinds for damaged files
        raise damaged(path, error) from error
    suffixes = {
        number: suffix
        for number, style in enumerate(book.xf_list)
        if (suffix := shown_after(getattr(book.format_map.get(style.format_key), "format_str", "")))
    }
    for sheet in book.sheets():
        if sheet.visibility:
            yield sheet.name, None, None
            continue
        rows = []
        for row in range(sheet.nrows):
            values: list[object] = []
            for cell in sheet.row(row):
                if cell.ctype == xlrd.XL_CELL_DATE:
                    values.append(plain_date(xlrd.xldate_as_datetime(cell.value, book.datemode)))
                elif cell.ctype == xlrd.XL_CELL_NUMBER:
                    number = int(cell.value) if cell.value.is_integer() else cell.value
                    values.append(as_shown(number, suffixes.get(cell.xf_index, "")))
                elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                    values.append(bool(cell.value))
                elif cell.ctype == xlrd.XL_CELL_TEXT:
                    values.append(cell.value)
                else:
                    values.append(None)
            while values and values[-1] is None:
                values.pop()
            rows.append(values)
        merges = [(top, bottom - 1, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
        yield sheet.name, cells.grid(rows, sorted(merges)), None
