"""The columns of a file in the types of their fields; what cannot be read, or is in no code list, becomes a fault of its row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.layer import Catalogue, Layer
from geoparks.normalise import columns, values
from geoparks.normalise.features import Features
from geoparks.normalise.numbered import numbered_pairs
from geoparks.read.raw import RawLayer
from geoparks.records import Fault
from geoparks.text import Text

_MANY = 20  # problems of one column that are told row by row; beyond, the count says it

_PROBLEMS = {
    "unreadable_number": Text("不是数字", "not a number"),
    "unreadable_date": Text("不是日期", "not a date"),
    "unreadable_boolean": Text("应为“是”或“否”", "neither yes nor no"),
    "unknown_value": Text("不在代码表中", "not in the code list"),
    "digits_lost": Text(
        "长编号被表格软件存成数字，末位已丢失；请改为文本后重新填写",
        "a long code was stored as a number and has lost its last digits; store it as text and type it again",
    ),
}


class Unread:
    """The values that could not be read, by column: what is wrong with each, its first rows, and in how many it stands."""

    def __init__(self) -> None:
        self._found: dict[str, dict[tuple[str, Any], tuple[list[int], int]]] = {}

    def add(self, header: str, code: str, value: Any, rows: np.ndarray) -> None:
        """A value that stands in some more rows of a column."""
        of_column = self._found.setdefault(header, {})
        told, count = of_column.get((code, value), ([], 0))
        of_column[code, value] = [*told, *rows[: _MANY - len(told)].tolist()], count + len(rows)

    def tell(self, raw: RawLayer, some: Iterable[columns.Column]) -> None:
        """Make faults of what was found in some columns."""
        for column in some:
            for (code, value), (rows, count) in self._found.get(column.header, {}).items():
                for row in rows:
                    raw.faulty(code, _PROBLEMS[code], row=row, field_name=column.field.name, value=str(value))
                if more := count - len(rows):
                    note = _PROBLEMS[code] + Text(f"（另有 {more} 行相同）", f" ({more} more rows)")
                    raw.faulty(code, note, field_name=column.field.name, value=str(value))


def values_of(
    raw: RawLayer, layer: Layer, column: columns.Column, catalogue: Catalogue, unread: Unread
) -> pd.Series:  # fmt: skip
    """A column in its type; what could not be read is put to what was not before."""
    source = raw.table[column.header]
    codes = catalogue.codes.get(column.field.codes or "") if column.field.type == "code" else None
    result, problems = values.convert(source, column.field, column.factor, codes)
    if column.unit_from is not None and column.unit is not None:
        unit = _unit(column.unit)
        raw.repaired(
            "unit_from_beside",
            Text(
                f"“{column.header}”自己没有写单位，按{column.unit_from.zh}读作{unit.zh}",
                f"“{column.header}” names no unit; by {column.unit_from.en} it was read in {unit.en}",
            ),
            field_name=column.field.name,
        )
    if column.factor != 1.0:
        raw.repaired(
            "unit_converted",
            Text(
                f"“{column.header}”按{_unit(column.unit).zh}读取，已换算为{_unit(column.field.unit).zh}",
                f"“{column.header}” was read in {_unit(column.unit).en} and converted to {_unit(column.field.unit).en}",
            ),
            field_name=column.field.name, old=column.unit, new=column.field.unit,
        )  # fmt: skip
    for value, (code, _) in problems.items():
        unread.add(column.header, code, value, raw.row_numbers[(source == value).to_numpy()])
    return result


def _unit(name: str | None) -> Text:
    """A unit as it is called; its id where it has no title."""
    title = units.UNITS[name or ""].title
    return Text(title.zh or str(name), title.en or str(name))


def unknown_land_use(features: Features, catalogue: Catalogue) -> None:
    """Codes that their own classification does not have; the same digits mean other things in another one."""
    for one in features.layer.fields.values():
        if not (one.scheme_field and one.codes in catalogue.codes and features.holds(one.name)):
            continue
        codes = catalogue.codes[one.codes or ""]
        wrong: dict[tuple[str, str], list[int]] = {}
        for rows in features.pieces():
            columns = (features.column(name, rows).to_numpy(dtype=object) for name in (one.name, one.scheme_field))
            numbers, pairs = numbered_pairs(*columns)
            for number, (code, scheme) in enumerate(pairs):
                if None not in (code, scheme) and codes.knows(_unpadded(str(code)), str(scheme)) is False:
                    told = wrong.setdefault((str(code), str(scheme)), [])
                    told += rows[numbers == number][: _MANY - len(told)].tolist()
        for (code, scheme), positions in sorted(wrong.items()):
            for position in positions:
                features.faults.append(
                    Fault(
                        features.layer.name, "unknown_value", _PROBLEMS["unknown_value"], row=int(features.rows[position]),
                        field_name=one.name, value=f"{code} ({scheme})", feature=str(features.ids[position]),
                    )
                )  # fmt: skip


def _unpadded(code: str) -> str:
    """Plan databases pad codes to six digits: 010000 is 01."""
    while (len(code) == 6 and code.endswith("00")) or (len(code) == 4 and code.endswith("00")):
        code = code[:-2]
    return code
