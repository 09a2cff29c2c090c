"""From a grid of cells, as people lay out tables, to columns and rows: find the header, leave out totals and notes."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from geoparks.read.raw import distinct
from geoparks.text import Text

Merge = tuple[int, int, int, int]  # first row, last row, first column, last column; all included, from 0

_HEADER_WITHIN = 20
_TOTALS = {"合计", "总计", "小计", "共计", "total", "sum"}
_TOTAL_ENDS = ("合计", "总计", "小计", "共计")
_SIGNED = re.compile(
    r"^(注|备注|说明|填表|填报|审核|复核|制表|统计|单位|部门|负责|联系|日期|时间|报出|资料来源|数据来源)[^:：]{0,8}[:：]"
)
_NOTE = re.compile(
    r"^(注|备注|说明|填表|填报|审核|资料来源|数据来源|单位负责人|制表|note|source)[:：\s\d]*", re.IGNORECASE
)


@dataclass
class Grid:
    """Cells of one sheet; None where a cell is empty."""

    rows: list[list[Any]]
    merges: Sequence[Merge] = ()
    uncalculated: Sequence[tuple[int, int]] = ()
    """Row and column of formulas without a saved result."""
    numbers: Sequence[int] | None = None
    """Where each row stands in the sheet, from 0, if blank ones were left out."""
    text: str = ""
    """The text that it was cut out of, where it is a file of text."""


@dataclass
class Table:
    """What a grid says once header, totals and notes are known."""

    frame: pd.DataFrame
    row_numbers: np.ndarray[Any, Any]
    said: list[tuple[str, Text, int | None]] = field(default_factory=list)
    """What was left out or filled: code, note, row."""
    uncalculated: list[tuple[int, str]] = field(default_factory=list)
    """Row number and column name of formulas without a saved result."""


def tabulate(grid: Grid) -> Table | None:
    """The table in a grid; None where there is no header with at least one row of data below."""
    rows = [[_clean(cell) for cell in row] for row in grid.rows]
    width = max((len(row) for row in rows), default=0)
    rows = [row + [None] * (width - len(row)) for row in rows]
    filled = _fill_merges(rows, grid.merges)
    top = _header_row(rows)
    if top is None:
        return None
    names, depth = _names(rows, top, grid.merges)
    used = [column for column, name in enumerate(names) if name]
    if not used:
        return None
    table = Table(pd.DataFrame(), np.array([], dtype=int))
    numbers = np.array(range(len(rows)) if grid.numbers is None else grid.numbers, dtype=int) + 1
    first = top + depth
    kept: list[int] = []
    for index in range(first, len(rows)):
        why = _no_data(rows[index], index == first)
        if why is None:
            kept.append(index)
        elif why:
            table.said.append((*_LEFT_OUT[why], int(numbers[index])))
    columns = distinct([names[column] for column in used])
    table.frame = pd.DataFrame(
        {name: [rows[index][column] for index in kept] for name, column in zip(columns, used, strict=True)},
        dtype=object,
    )
    table.row_numbers = numbers[np.array(kept, dtype=int)]
    if any(row >= first for row in filled):
        table.said.append(("merged_cells", Text("合并单元格已按每行填充", "merged cells were filled row by row"), None))
    name_of, is_kept = dict(zip(used, columns, strict=True)), set(kept)
    table.uncalculated = [
        (int(numbers[row]), name_of[column])
        for row, column in grid.uncalculated
        if row in is_kept and column in name_of
    ]
    return table


_LEFT_OUT = {
    "total": ("total_left_out", Text("合计行未计入", "a row of totals was left out")),
    "note": ("note_left_out", Text("表下注释未计入", "a note under the table was left out")),
    "numbers": ("numbers_left_out", Text("表头下的栏号行未计入", "a row of column numbers was left out")),
}


def _no_data(row: list[Any], is_first: bool) -> str | None:
    """Why a row below the header is no data: empty (""), a total, a note, numbers of columns; None for data."""
    values = [cell for cell in row if cell is not None]
    if not values:
        return ""
    words = re.sub(r"\s", "", str(values[0])).rstrip(":：").lower()
    if words in _TOTALS or (len(values) > 1 and words.endswith(_TOTAL_ENDS) and not isinstance(values[1], str)):
        return "total"
    different = {str(value) for value in values}
    if len(different) == 1 and isinstance(values[0], str) and _NOTE.match(values[0]):
        return "note"
    signed = [isinstance(one, str) and bool(_SIGNED.match(one)) for one in values]
    if signed[0] and sum(signed) >= len(values) / 2 and len(values) <= max(3, len(row) / 2):
        return "note"
    if is_first and len(values) > 2 and _counts_up(values):
        return "numbers"
    return None


def _counts_up(values: list[Any]) -> bool:
    """Whether cells number the columns: 甲, 乙, 1, 2, 3, as statistical forms do under their header."""
    numbers = [str(value).strip("()（）") for value in values]
    while numbers and numbers[0] in "甲乙丙丁":
        numbers.pop(0)
    return len(numbers) > 1 and numbers == [str(one) for one in range(1, len(numbers) + 1)]


def _clean(cell: Any) -> Any:
    if isinstance(cell, str):
        cell = cell.replace("\u3000", " ").strip()
        return cell or None
    if isinstance(cell, float) and np.isnan(cell):
        return None
    return cell


def _fill_merges(rows: list[list[Any]], merges: Sequence[Merge]) -> set[int]:
    """Write the value of a merged range into every cell of it; returns the rows that were changed."""
    changed: set[int] = set()
    for first_row, last_row, first_column, last_column in merges:
        value = rows[first_row][first_column] if first_row < len(rows) else None
        for row in range(first_row, min(last_row, len(rows) - 1) + 1):
            for column in range(first_column, min(last_column, len(rows[row]) - 1) + 1):
                if (row, column) != (first_row, first_column) and value is not None:
                    rows[row][column] = value
                    changed.add(row)
    return changed


def _header_row(rows: list[list[Any]]) -> int | None:
    """The first row of nothing but different words that is about as wide as the table."""
    head = rows[: _HEADER_WITHIN + 10]
    widest = max((sum(cell is not None for cell in row) for row in head), default=0)
    if widest == 0:
        return None
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        values = [cell for cell in row if cell is not None]
        words = [cell for cell in values if isinstance(cell, str) and not _numeric(cell)]
        enough = len(values) >= max(min(2, widest), 0.6 * widest)
        if enough and len(words) == len(values) and (len(set(words)) >= 2 or widest == 1):
            return index
    return None


def _numeric(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d,.]+%?", cell))


def _names(rows: list[list[Any]], top: int, merges: Sequence[Merge]) -> tuple[list[str], int]:
    """Column names, and how many rows the header takes: more than one where a name is spread over several columns."""
    names, depth = [_word(cell) for cell in rows[top]], 1
    while top + depth < len(rows):
        spread = [one for one in merges if one[0] <= top + depth - 1 <= one[1] and one[3] > one[2]]
        below = [_word(cell) for cell in rows[top + depth]]
        is_words = all(isinstance(cell, str) and not _numeric(cell) for cell in rows[top + depth] if cell is not None)
        if not spread or not any(below) or not is_words:
            break
        counts = Counter(low for (_, low), _ in groupby(zip(names, below, strict=True)))  # a merged cell counts once
        names = [
            low if low and (counts[low] == 1 or up == low) else up if low == "" else f"{up}{low}"
            for up, low in zip(names, below, strict=True)
        ]
        depth += 1
    return [_one_line(name) for name in names], depth


def _word(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _one_line(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip()


def plain_date(value: dt.datetime) -> dt.date | dt.datetime:
    """A date without a time of day as a date."""
    return value.date() if value.time() == dt.time() else value
