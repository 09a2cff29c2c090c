"""Years that stand in columns: which columns may be used so, and one row for every key and year made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geoparks.catalog.layer import Field, Layer
from geoparks.text import Text

if TYPE_CHECKING:
    from geoparks.normalise.columns import Match

YEAR = "year"


def possible(layer: Layer) -> bool:
    """Whether the layer has a row for every year, so that a table may have a column for every year instead."""
    return YEAR in layer.key and layer.geometry == "none"


def twice(result: Match, field: Field, year: int, first: str, second: str) -> None:
    """Two columns for one field and year: nobody knows which of them counts."""
    result.doubtful.add(field.name)
    result.unused[second] = result.questions[field.name] = Text(
        f"“{first}”和“{second}”都是 {year} 年的{field.title.zh}，不知以哪一列为准。请删去一列",
        f"“{first}” and “{second}” both are {field.name} of {year}; which one counts? Delete one of them",
    )


def settle(result: Match, layer: Layer, nameless: list[str]) -> None:
    """Take out of a match what does not go together with years in columns, each with its question.

    `nameless` are columns that name a year and no indicator, and for which no title names one.
    """
    dated = [column for column in result.columns if column.year is not None]
    plain = {column.field.name: column for column in result.columns if column.year is None}
    if YEAR in plain:
        for column in dated:
            why = Text(
                f"表里已有年度列“{plain[YEAR].header}”，列“{column.header}”又写了年份，不知属于哪一年。请改为每行一年，或删去其一",
                f"the table has a column of years, “{plain[YEAR].header}”, and “{column.header}” names a year too: which"
                " one counts? Give each year a row, or delete one of them",
            )
            result.unused[column.header] = why
            if column.field.name not in plain:
                result.questions[column.field.name] = why
        result.columns = list(plain.values())
        return
    if nameless:
        result.refused = _nameless(nameless, layer)
        return
    if not dated and not result.doubtful:
        return
    names = {column.field.name for column in dated} | result.doubtful
    for column in list(result.columns):
        name = column.field.name
        if column.year is not None and name in result.doubtful:
            result.unused.setdefault(column.header, result.questions[name])
            result.columns.remove(column)
        elif column.year is None and name not in layer.key:
            result.columns.remove(column)
            if name in names:
                result.passed_over[column.header] = name
            else:
                result.unused[column.header] = result.questions[name] = _undated(column.header)


def _nameless(headers: list[str], layer: Layer) -> Text:
    shown = "、".join(headers[:5]) + ("…" if len(headers) > 5 else "")
    one = next((one for one in layer.fields.values() if one.name not in layer.key and one.unit), None)
    example = f"{headers[0]}{one.header}" if one is not None else headers[0]
    return Text(
        f"列“{shown}”只有年份，没有写是哪个指标，表的标题也没有写明唯一的一个指标。请把指标写进列名（如“{example}”），或写在标题里",
        f"columns {shown} name a year and no indicator, and no title names just one. Put the indicator into the header"
        f" (such as “{example}”) or into the title",
    )


def _undated(header: str) -> Text:
    return Text(
        f"其他列按年份分列，列“{header}”却没有写是哪一年。请在列名里写上年份",
        f"other columns name their year, “{header}” does not. Put the year into the header",
    )


def lengthen(
    plain: pd.DataFrame, dated: Mapping[tuple[str, int], pd.Series], filled: Mapping[tuple[str, int], Any]
) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """One row for every row and year that has a value, in the order of rows, then years; and the row each came from.

    `plain` holds what goes for every year, `dated` one column for a field and year, `filled` which of its cells hold
    anything: what cannot be read keeps its row, so that its fault has one.

    >>> frame, rows = lengthen(pd.DataFrame({"id": ["A", "B"]}), {("x", 2021): pd.Series([1.0, 2.0]),
    ...     ("x", 2022): pd.Series([3.0, np.nan])}, {("x", 2021): [True, True], ("x", 2022): [True, False]})
    >>> frame["id"].tolist(), frame["year"].tolist(), frame["x"].tolist(), rows.tolist()
    (['A', 'A', 'B'], [2021.0, 2022.0, 2021.0], [1.0, 3.0, 2.0], [0, 0, 1])
    """
    years = sorted({year for _, year in dated})
    count = len(plain)
    has_any = np.zeros((count, len(years)), dtype=bool)
    for (_, year), cells in filled.items():
        has_any[:, years.index(year)] |= np.asarray(cells, dtype=bool)
    kept = np.flatnonzero(has_any.reshape(-1))
    rows = kept // max(len(years), 1)
    frame = plain.iloc[rows].reset_index(drop=True)
    frame[YEAR] = np.array(years, dtype=float)[kept % max(len(years), 1)]
    for name in dict.fromkeys(name for name, _ in dated):
        columns = [dated.get((name, year)) for year in years]
        kind = next(one.dtype for one in columns if one is not None)  # one field, so one type
        empty = np.full(count, np.nan if kind.kind == "f" else None, dtype=kind)
        frame[name] = np.stack([empty if one is None else one.to_numpy() for one in columns], axis=1).reshape(-1)[kept]
    return frame, rows
