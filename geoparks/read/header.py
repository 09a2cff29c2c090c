"""Where the header of a table stands and what its columns are called: merged, spread over rows, with years beneath."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from geoparks import units
from geoparks.read.year_words import is_year

Merge = tuple[int, int, int, int]  # first row, last row, first column, last column; all included, from 0
Row = list[Any]

_HEADER_WITHIN = 20
_SHARE_FILLED = 0.6  # of the widest row
_LABEL = re.compile(r"[^:：]{1,12}[:：]\s*\S")
_UNIT_MARK = re.compile(r"单位\s*[:：]")
_UNIT_LINE = re.compile(r"\s*[(（]?\s*[一-龥]{0,4}单位\s*[:：]")
_UNIT_LABELS = {"单位", "计量单位"}
_IN_BRACKETS = re.compile(r"[(（\[【]\s*([^()（）\[\]【】]+?)\s*[)）\]】]\s*$")


@dataclass
class Header:
    """The header of a table: its first row, how many rows it takes, and one name for every column, empty where none."""

    top: int
    depth: int
    names: list[str]
    group_units: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Units that the merged cell above a column names for all columns under it."""


def find_header(rows: list[Row], merges: Sequence[Merge]) -> Header | None:
    """The header of a grid, or None where no row looks like one."""
    top = _top(rows)
    return None if top is None else _named(rows, top, merges)


def units_in_line(cell: Any) -> tuple[str, ...]:
    """The units that a line over a table names for all of it: 单位：万元、亩. An organisation is no unit.

    >>> units_in_line("单位：万元、公顷"), units_in_line("园区年报（计量单位：亿元）"), units_in_line("单位：某某管委会")
    (('wanyuan', 'ha'), ('yiyuan',), ())
    """
    if not isinstance(cell, str):
        return ()
    pieces = _UNIT_MARK.split(cell)[1:]
    found = [_units_in(piece) for piece in pieces]
    return tuple(dict.fromkeys(one for some in found for one in some))


def _units_in(words: str) -> list[str]:
    whole = units.find(words.strip("()（） "))
    parts = [words] if whole else re.split(r"[、,，;；和及\s()（）]+", words)
    found = [units.find(part.strip("()（） ")) for part in parts if part]
    return [one.id for one in found if one is not None]


def is_number(words: str) -> bool:
    """Whether text is a number, as a table that was saved as text holds it."""
    return bool(re.fullmatch(r"[-+]?[\d,.]+%?", words))


def _is_name(cell: Any) -> bool:
    return (isinstance(cell, str) and not is_number(cell)) or is_year(cell)


def _is_bare_year(cell: Any) -> bool:
    return is_year(cell) and (not isinstance(cell, str) or is_number(cell))


def _top(rows: list[Row]) -> int | None:
    """The first row of nothing but different words that is about as wide as the table."""
    head = rows[: _HEADER_WITHIN + 10]
    widest = max((sum(cell is not None for cell in row) for row in head), default=0)
    if widest == 0:
        return None
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        values = [cell for cell in row if cell is not None]
        if len(values) < max(min(2, widest), _SHARE_FILLED * widest) or not all(map(_is_name, values)):
            continue
        if len({str(one) for one in values}) < 2 and widest > 1:
            continue
        if not _is_line_of_labels(values) and _years_are_headers(values):
            return index
    return None


def _is_line_of_labels(values: list[Any]) -> bool:
    """Whether a row is what stands over a table: 填报单位：…, 单位：万元, 2023年."""
    if any(isinstance(one, str) and _UNIT_LINE.match(one) and units_in_line(one) for one in values):
        return True
    labels = [bool(isinstance(one, str) and _LABEL.match(one)) for one in values]
    return any(labels) and all(label or is_year(one) for label, one in zip(labels, values, strict=True))


def _years_are_headers(values: list[Any]) -> bool:
    """Whether bare years in a row of words are headers: one alone may be a value, two that go up or down are not."""
    bare = [int(one) for one in values if _is_bare_year(one)]
    if not bare:
        return True
    ordered = sorted(set(bare))
    return len(bare) >= 2 and bare in (ordered, ordered[::-1]) and len(bare) < len(values)


def _named(rows: list[Row], top: int, merges: Sequence[Merge]) -> Header:
    """Column names, and how many rows the header takes: more than one where a name is spread over several columns."""
    header = Header(top, 1, [_word(cell) for cell in rows[top]])
    has_units = False
    while top + header.depth < len(rows):
        row = rows[top + header.depth]
        if not has_units and _is_row_of_units(row, header.names):
            header.names = [_with_unit(up, low) for up, low in zip(header.names, row, strict=True)]
            has_units = True
        elif not has_units and _goes_on(rows, top + header.depth, header.names, merges):
            _join(header, row)
        else:
            break
        header.depth += 1
    header.names = [re.sub(r"\s+", " ", name).strip() for name in header.names]
    return header


def _goes_on(rows: list[Row], index: int, names: list[str], merges: Sequence[Merge]) -> bool:
    """Whether a row goes on with the header above it: words or years under names that span several columns."""
    row = rows[index]
    filled = [column for column, cell in enumerate(row) if cell is not None]
    if not filled or not all(_is_name(row[column]) for column in filled):
        return False
    if any(
        first < index <= last and any(left <= column <= right for column in filled)
        for first, last, left, right in merges
    ):
        return True  # a merged cell of the header reaches into the row
    spread = {
        column
        for first, last, left, right in merges
        if first <= index - 1 <= last and right > left
        for column in range(left, right + 1)
    }
    if spread:
        is_own = [_word(row[column]) != names[column] for column in filled if column not in spread]
        return not any(is_own) or (not any(map(_has_digit, row)) and _holds_figures(rows, index + 1))
    # Without merged cells (text, or a sheet whose cells only look merged): nothing under a name that stands alone.
    first_named = next((column for column, name in enumerate(names) if name), 0)
    hanging = [column for column in filled if not names[column]]
    return bool(hanging) and row[first_named] is None and all(
        not names[column] or (column + 1 < len(names) and not names[column + 1] and row[column + 1] is not None)
        for column in filled
    )  # fmt: skip


def _has_digit(cell: Any) -> bool:
    return cell is not None and any(mark.isdigit() for mark in str(cell))


def _holds_figures(rows: list[Row], index: int) -> bool:
    """Whether a row has a number: then what stands over it may be a header although it is not merged as headers are."""
    row = rows[index] if index < len(rows) else []
    return any(not isinstance(cell, str) or is_number(cell) for cell in row if cell is not None)


def _join(header: Header, row: Row) -> None:
    """Put the words of a further row of the header to the names above it."""
    ups, last = [], ""
    for up, cell in zip(header.names, row, strict=True):
        last = up or (last if cell is not None else "")
        ups.append(last)
    below = [_word(cell) for cell in row]
    counts = Counter(low for (_, low), _ in groupby(zip(ups, below, strict=True)))  # a merged cell counts once
    joined = []
    for column, (up, low) in enumerate(zip(ups, below, strict=True)):
        keep = is_year(low) or is_year(up)  # the year, and what it is a year of, are never left out
        if not low or up == low or not up:
            joined.append(low or up)
        elif counts[low] == 1 and not keep:
            joined.append(low)
            if unit := _unit_at_end(up):
                header.group_units[column] = (unit,)
        else:
            joined.append(f"{up}{low}")
    header.names = joined


def _is_row_of_units(row: Row, names: list[str]) -> bool:
    """Whether a row under the header only says the unit of each column."""
    found = 0
    for cell, name in zip(row, names, strict=True):
        words = _word(cell).strip()
        if not words or words == name or words in _UNIT_LABELS:
            continue
        if units.find(words.strip("()（）")) is None:
            return False
        found += 1
    return found > 0


def _with_unit(name: str, cell: Any) -> str:
    words = _word(cell).strip().strip("()（）")
    return name if not name or not words or words == name or words in _UNIT_LABELS else f"{name}（{words}）"


def _unit_at_end(name: str) -> str | None:
    found = _IN_BRACKETS.search(name)
    unit = units.find(found[1]) if found else None
    return unit.id if unit is not None else None


def _word(cell: Any) -> str:
    return "" if cell is None else str(cell)
