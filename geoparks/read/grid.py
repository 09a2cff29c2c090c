"""From a grid of cells, as people lay out tables, to columns and rows: find the header, leave out totals and notes."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from geoparks.text import Text

Merge = tuple[int, int, int, int]  # first row, last row, first column, last column; all included, from 0

_HEADER_WITHIN = 20
_TOTALS = {"合计", "总计", "小计", "共计", "total", "sum"}
_NOTE = re.compile(
    r"^(注|备注|说明|填表|填报|审核|资料来源|数据来源|单位负责人|制表|note|source)[:：\s\d]*", re.IGNORECASE
)


@dataclass
class Grid:
    """Cells of one sheet; None where a cell is empty."""

    rows: list[list[Any]]
    merges: Sequence[Merge] = ()


@dataclass
class Table:
    """What a grid says once header, totals and notes are known."""

    frame: pd.DataFrame
    row_numbers: np.ndarray[Any, Any]
    said: list[tuple[str, Text, int | None]] = field(default_factory=list)
    """What was left out or filled: code, note, row."""


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
    table = Table(pd.DataFrame(), np.array([], dtype=int))
    kept, numbers = [], []
    for index in range(top + depth, len(rows)):
        row = rows[index]
        values = [cell for cell in row if cell is not None]
        if not values:
            continue
        first = re.sub(r"\s", "", str(values[0])).rstrip(":：").lower()
        if first in _TOTALS:
            table.said.append(("total_left_out", Text("合计行未计入", "a row of totals was left out"), index + 1))
        elif len({str(value) for value in values}) == 1 and isinstance(values[0], str) and _NOTE.match(values[0]):
            table.said.append(
                ("note_left_out", Text("表下注释未计入", "a note under the table was left out"), index + 1)
            )
        else:
            kept.append(row)
            numbers.append(index + 1)
    used = [column for column, name in enumerate(names) if name]
    if not used:
        return None
    table.frame = pd.DataFrame(
        {name: [row[column] for row in kept] for name, column in zip(_unique(names, used), used, strict=True)},
        dtype=object,
    )
    table.row_numbers = np.array(numbers, dtype=int)
    if any(row >= top + depth for row in filled):
        table.said.append(("merged_cells", Text("合并单元格已按每行填充", "merged cells were filled row by row"), None))
    return table


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
    """Column names, and how many rows the header takes: two where a name is spread over several columns."""
    upper = [str(cell) if cell is not None else "" for cell in rows[top]]
    spread = [one for one in merges if one[0] <= top <= one[1] and one[3] > one[2]]
    below = rows[top + 1] if top + 1 < len(rows) else []
    words = [cell for cell in below if cell is not None]
    if not spread or not words or not all(isinstance(cell, str) and not _numeric(cell) for cell in words):
        return [_one_line(name) for name in upper], 1
    lower = [str(cell) if cell is not None else "" for cell in below]
    counts = Counter(lower)
    names = [
        low if low and (counts[low] == 1 or up == low) else f"{up}{low}" for up, low in zip(upper, lower, strict=True)
    ]
    return [_one_line(name) for name in names], 2


def _one_line(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip()


def _unique(names: list[str], used: list[int]) -> list[str]:
    """Names without repetition: a second 面积 becomes 面积.2, so that neither is lost."""
    seen: Counter[str] = Counter()
    result = []
    for column in used:
        seen[names[column]] += 1
        count = seen[names[column]]
        result.append(names[column] if count == 1 else f"{names[column]}.{count}")
    return result


def plain_date(value: dt.datetime) -> dt.date | dt.datetime:
    """A date without a time of day as a date."""
    return value.date() if value.time() == dt.time() else value
