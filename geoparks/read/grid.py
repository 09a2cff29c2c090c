"""From a grid of cells, as people lay out tables, to columns and rows: header found, totals and notes left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from geoparks.read.header import Header, Merge, find_header, units_in_line
from geoparks.read.left_out import LEFT_OUT, is_other_header, why_no_data
from geoparks.read.raw import StatedUnits, distinct
from geoparks.read.year_words import years_in
from geoparks.text import Text

_TITLE_ROWS = 20
_SHOWN = 30  # characters of a row that was left out


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
    header_rows: tuple[int, ...] = ()
    titles: tuple[str, ...] = ()
    """What stands over the header, cell by cell."""
    units: dict[str, StatedUnits] = field(default_factory=dict)
    """Units that stand over a column and not in its name."""
    said: list[tuple[str, Text, int | None, str | None]] = field(default_factory=list)
    """What was left out or filled: code, note, row, and the words of the row."""
    uncalculated: list[tuple[int, str]] = field(default_factory=list)
    """Row number and column name of formulas without a saved result."""
    question: Text | None = None
    """Why it cannot be read as one table."""


def tabulate(grid: Grid) -> Table | None:
    """The table in a grid; None where there is no header with at least one row of data below."""
    rows = [[_clean(cell) for cell in row] for row in grid.rows]
    width = max((len(row) for row in rows), default=0)
    rows = [row + [None] * (width - len(row)) for row in rows]
    filled = _fill_merges(rows, grid.merges)
    header = find_header(rows, grid.merges)
    if header is None:
        return None
    used = [column for column, name in enumerate(header.names) if name]
    if not used:
        return None
    numbers = np.array(range(len(rows)) if grid.numbers is None else grid.numbers, dtype=int) + 1
    table = Table(pd.DataFrame(), np.array([], dtype=int))
    first = header.top + header.depth
    table.header_rows = tuple(int(one) for one in numbers[header.top : first])
    kept = _sort_rows(rows, header, grid.merges, numbers, table)
    columns = distinct([header.names[column] for column in used])
    table.frame = pd.DataFrame(
        {name: [rows[index][column] for index in kept] for name, column in zip(columns, used, strict=True)},
        dtype=object,
    )
    table.row_numbers = numbers[np.array(kept, dtype=int)]
    name_of, is_kept = dict(zip(used, columns, strict=True)), set(kept)
    _read_titles(rows[: header.top][-_TITLE_ROWS:], header, name_of, table)
    if not filled.isdisjoint(is_kept):
        table.said.append(
            ("merged_cells", Text("合并单元格已按每行填充", "merged cells were filled row by row"), None, None)
        )
    table.uncalculated = [
        (int(numbers[row]), name_of[column])
        for row, column in grid.uncalculated
        if row in is_kept and column in name_of
    ]
    return table


def _sort_rows(
    rows: list[list[Any]], header: Header, merges: Sequence[Merge], numbers: np.ndarray[Any, Any], table: Table
) -> list[int]:
    """Which rows are data; every other one that is not blank is told. What follows the last data is a note."""
    first = header.top + header.depth
    head = rows[header.top : first]
    merged = {one[0] for one in merges if one[3] > one[2]}
    starts = {cell for row in head for cell in row if isinstance(cell, str)}
    kept: list[int] = []
    left: list[tuple[int, str]] = []
    for index in range(first, len(rows)):
        row = rows[index]
        why = why_no_data(row, is_first=index == first, header=head, is_merged=index in merged)
        if why is not None:
            left += [(index, why)] if why else []
            continue
        kept.append(index)
        may_begin = table.question is None and not starts.isdisjoint(one for one in row[:3] if isinstance(one, str))
        if may_begin and is_other_header(row, head):  # its rows are kept: who only copies the table loses nothing
            table.question = _second_table(int(numbers[index]), row)
    last = kept[-1] if kept else first
    for index, why in left:
        code, note = LEFT_OUT["note" if why == "heading" and index > last else why]
        table.said.append((code, note, int(numbers[index]), _words(rows[index])))
        if why == "heading" and index < last and table.question is None:
            table.question = _heading_that_matters(int(numbers[index]), rows[index])
    return kept


def _heading_that_matters(row: int, cells: list[Any]) -> Text | None:
    """The question about a heading between rows that says a year or a unit for those below it, and only for those."""
    words = _words(cells)
    if not any(isinstance(one, str) and (years_in(one)[0] or units_in_line(one)) for one in cells):
        return None
    return Text(
        f"第 {row} 行是夹在数据中间的标题“{words}”，写着年份或单位，其下各行与上面的不同。请加一列“年度”、在列名写明单位，或分成几张表",
        f"row {row} is a heading between the data, “{words}”, with a year or a unit: the rows below it differ from those"
        " above. Add a column of years, put units into the header, or make several tables",
    )


def _second_table(row: int, cells: list[Any]) -> Text:
    words = _words(cells)
    return Text(
        f"第 {row} 行又是一行列名（{words}）：一张工作表里有上下两张表，不能当作一张表读。请把每张表放在单独的工作表或文件里",
        f"row {row} is a header again ({words}): two tables stand one above the other and cannot be read as one."
        " Put each into a sheet or a file of its own",
    )


def _read_titles(above: list[list[Any]], header: Header, name_of: dict[int, str], table: Table) -> None:
    """Titles, and the units that stand over columns: in a line over the table, or in the merged cell above some."""
    cells = [cell for row in above for cell in row if cell is not None]
    table.titles = tuple(dict.fromkeys(str(one) for one in cells))
    lines = [(one, found) for one in table.titles if (found := units_in_line(one))]
    words = " ".join(one for one, _ in lines)
    whole = tuple(dict.fromkeys(unit for _, found in lines for unit in found))
    for column, name in name_of.items():
        group = header.group_units.get(column)
        if group is not None:
            table.units[name] = StatedUnits(group, Text("上一行表头的单位", "the header above it"))
        elif whole:
            table.units[name] = StatedUnits(whole, Text(f"表上的“{words}”", f"the line “{words}”"))


def _words(row: list[Any]) -> str:
    words = " ".join(dict.fromkeys(str(cell) for cell in row if cell is not None))
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"


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


def plain_date(value: dt.datetime) -> dt.date | dt.datetime:
    """A date without a time of day as a date."""
    return value.date() if value.time() == dt.time() else value
