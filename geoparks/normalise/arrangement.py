"""What a table is understood as: its columns, units and years; or what about its arrangement must be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from geoparks import units
from geoparks.catalog.codes import plain
from geoparks.catalog.layer import Field, Layer
from geoparks.normalise import columns, titles, values, year_columns
from geoparks.normalise.columns import Match
from geoparks.read.raw import RawLayer, StatedUnits
from geoparks.text import Text

_UNIT_COLUMNS = frozenset({"单位", "计量单位", "数据单位", "金额单位", "面积单位", "unit"})
_MOST_NAMES = 500  # a column of indicator names has no more different values
_AGAIN = re.compile(r"(.+)\.\d+")  # as readers call a second column of one name


def understand(raw: RawLayer, layer: Layer, stated: Mapping[str, str] | None = None) -> Match:
    """What the columns of a raw layer are, with all that stands beside its headers; `refused` says why it is unusable."""
    headers = [str(header) for header in raw.table.columns]
    yearly = year_columns.possible(layer)
    titled = titles.field_in_titles(raw, layer) if yearly else None

    def matched(over: Mapping[str, StatedUnits]) -> Match:
        return columns.match(
            headers,
            layer,
            truncated=raw.truncated_names,
            fixed=raw.header_units,
            stated=stated,
            over=over,
            titled=titled,
        )

    result = matched(raw.stated_units)
    if result.asked and (more := _units_of_rows(raw, result.asked)):
        result = matched({**raw.stated_units, **more})
    result.refused = (
        raw.question or _two_beside(raw, headers, layer, result) or _in_rows(raw, layer, result) or result.refused
    )
    _ask_for_one(raw, headers, result)
    if yearly and result.refused is None and year_columns.YEAR not in result.fields and not result.doubtful:
        _year_of_title(raw, result)
    return result


def _ask_for_one(raw: RawLayer, headers: list[str], result: Match) -> None:
    """Ask which counts where a sheet has two columns of one name, and they say different things."""
    for column in list(result.columns) if raw.header_rows else []:
        again = [one for one in headers if (found := _AGAIN.fullmatch(one)) and found[1] == column.header]
        if any(not raw.table[one].equals(raw.table[column.header]) for one in again):
            result.columns.remove(column)
            result.questions[column.field.name] = result.unused[column.header] = Text(
                f"有 {len(again) + 1} 列都叫“{column.header}”，内容不同，不知以哪一列为准。请改名或删去多余的列",
                f"{len(again) + 1} columns are called “{column.header}” and differ; which one counts? Rename or delete the others",
            )


def _year_of_title(raw: RawLayer, result: Match) -> None:
    found = titles.year_in_titles(raw)
    if found is None:
        return
    if found.question is not None:
        result.questions[year_columns.YEAR] = found.question
    result.year, result.year_from = found.year, found.words


def _units_of_rows(raw: RawLayer, asked: Mapping[str, Field]) -> dict[str, StatedUnits]:
    """Units that the rows state: every value with its own, or a column of units beside them."""
    result = {}
    beside = [name for name in raw.table.columns if plain(str(name)) in _UNIT_COLUMNS]
    found: dict[str, tuple[str, ...]] = {str(name): _all_units(raw.table[name]) for name in beside}
    for header, field in asked.items():
        assert field.unit is not None
        if values.name_their_unit(raw.table[header], field.unit):
            result[header] = StatedUnits((field.unit,), Text("各单元格里的单位", "the unit in each of its cells"))
            continue
        for name, some in found.items():
            if some and header not in raw.stated_units:
                result[header] = StatedUnits(some, Text(f"“{name}”列", f"the column “{name}”"))
    return result


def _all_units(column: pd.Series) -> tuple[str, ...]:
    """The units that a column names, where each of its values is one; else none."""
    words = [one for one in column.dropna().unique() if not values.is_nothing(one)]
    found = [units.find(str(one)) for one in words]
    return tuple(dict.fromkeys(one.id for one in found if one is not None)) if None not in found else ()


def _two_beside(raw: RawLayer, headers: list[str], layer: Layer, result: Match) -> Text | None:
    """Two tables side by side: the header of a key occurs again."""
    keys = {column.header for column in result.columns if column.field.name in layer.key}
    again = [header for header in headers if (found := _AGAIN.fullmatch(header)) and found[1] in keys]
    if not again or not raw.header_rows:  # only on a sheet; joined files repeat their keys without harm
        return None
    name = again[0].rpartition(".")[0]
    return Text(
        f"列“{name}”出现了两次，像是左右并排的两张表。请把右边的表接到左边的下面",
        f"column “{name}” occurs twice, as in two tables side by side. Put the right one under the left one",
    )


def _in_rows(raw: RawLayer, layer: Layer, result: Match) -> Text | None:
    """Indicators that stand in rows: a column whose values are names of fields."""
    if raw.geometry is not None:
        return None
    for header in result.extra:
        column = raw.table[header]
        if not values.may_hold_words(column):
            continue
        different = column.dropna().unique()
        if not 2 <= len(different) <= _MOST_NAMES:
            continue
        words = [one for one in different if isinstance(one, str)]
        fields = [
            columns.field_named(re.sub(r"^(?:[一二三四五六七八九十\d]+[、.．]|其中[:：])", "", one), layer)
            for one in words
        ]
        named = {one.name for one in fields if one is not None and one.name not in layer.key}
        if len(named) >= 2 and 2 * sum(one is not None for one in fields) >= len(words):
            shown = "、".join(words[:3])
            return Text(
                f"“{header}”列里是指标（{shown}…）：指标写在了行里。请把表转置，让每个指标成为一列、每个{_owner(layer).zh}（每年）成为一行，"
                f"并加上“{_owner(layer).zh}”列",
                f"column “{header}” holds indicators ({shown}…): they stand in rows. Transpose the table, so that every"
                f" indicator is a column and every {_owner(layer).en} (and year) a row, with a column for {_owner(layer).en}",
            )
    return None


def _owner(layer: Layer) -> Text:
    return next(layer.fields[name].title for name in layer.key if name != year_columns.YEAR)
