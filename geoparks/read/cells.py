"""A grid of no more cells than a sheet has something to say for: five cells may lie a million rows apart.

Sheets are mostly dense, and then they stay as they are. Where nearly all of a sheet is blank, its blank rows and columns
are left out before any list is made; what is blank even then is refused, for no list of it would fit into memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geoparks.read.grid import Grid
from geoparks.read.header import Merge
from geoparks.text import Text

_FREE = 1_000_000  # cells that may be blank in any sheet
_BLANKS = 20  # blank cells to one that the file stores

Row = Mapping[int, Any] | Sequence[Any]
"""The cells of a row by column, or from the first column on."""


class TooSparse(Exception):
    """A sheet that is nearly nothing but blank, or whose merged cells lie upon each other."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def grid(
    rows: Mapping[int, Row] | Sequence[Row],
    merges: Sequence[Merge] = (),
    uncalculated: Sequence[tuple[int, int]] = (),
) -> Grid:
    """The grid of rows, counted from 0. Merged ranges end where the last row and column with a cell do.

    Raises TooSparse.
    """
    numbered = rows if isinstance(rows, Mapping) else dict(enumerate(rows))
    stored = sum(map(len, numbered.values()))
    height = max(numbered, default=-1) + 1
    width = max((_width(row) for row in numbered.values()), default=0)
    most = max(_FREE, _BLANKS * stored)
    if height * width <= most:
        dense = [_listed(numbered.get(index, ()), width) for index in range(height)]
        return Grid(dense, _clipped(merges, height, width), uncalculated)
    kept = [index for index in sorted(numbered) if not all(map(_is_blank, _cells(numbered[index])))]
    used = sorted({column for index in kept for column, cell in _items(numbered[index]) if not _is_blank(cell)})
    if len(kept) * len(used) > most:
        raise TooSparse(
            Text(
                f"{height} 行 {width} 列，只存了 {stored} 个单元格",
                f"{height} rows and {width} columns with no more than {stored} cells stored",
            )
        )
    place = {column: at for at, column in enumerate(used)}
    compact = []
    for index in kept:
        row: list[Any] = [None] * len(used)
        for column, cell in _items(numbered[index]):
            if column in place:
                row[place[column]] = cell
        compact.append(row)
    row_of = {index: at for at, index in enumerate(kept)}
    return Grid(
        compact,
        _clipped(_moved(merges, np.array(kept), np.array(used)), len(kept), len(used)),
        [(row_of[row], place[column]) for row, column in uncalculated if row in row_of and column in place],
        kept,
    )


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _cells(row: Row) -> Any:
    return row.values() if isinstance(row, Mapping) else row


def _items(row: Row) -> Any:
    return row.items() if isinstance(row, Mapping) else enumerate(row)


def _width(row: Row) -> int:
    return max(row, default=-1) + 1 if isinstance(row, Mapping) else len(row)


def _listed(row: Row, width: int) -> list[Any]:
    if isinstance(row, Mapping):
        return [row.get(column) for column in range(width)]
    return [*row, *[None] * (width - len(row))]


def _moved(merges: Sequence[Merge], rows: np.ndarray[Any, Any], columns: np.ndarray[Any, Any]) -> list[Merge]:
    """Merged ranges among the rows and columns that are left; those whose own cell is gone have nothing to fill in."""
    moved = []
    for top, bottom, left, right in merges:
        first, last = np.searchsorted(rows, [top, bottom + 1])
        start, end = np.searchsorted(columns, [left, right + 1])
        if first < last and start < end and rows[first] == top and columns[start] == left:
            moved.append((int(first), int(last) - 1, int(start), int(end) - 1))
    return moved


def _clipped(merges: Sequence[Merge], height: int, width: int) -> list[Merge]:
    """Merged ranges as far as there are cells. Two never share a cell, so together they have no more than the sheet."""
    clipped = [
        (top, min(bottom, height - 1), left, min(right, width - 1))
        for top, bottom, left, right in merges
        if top < height and left < width
    ]
    covered = sum((bottom - top + 1) * (right - left + 1) for top, bottom, left, right in clipped)
    if covered > height * width:
        raise TooSparse(Text("合并单元格互相重叠", "merged cells overlap each other"))
    return clipped
