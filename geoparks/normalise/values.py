"""Values as people type them, as values of a type: numbers, dates, codes, yes and no. What cannot be read is told."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.codes import Codes
from geoparks.catalog.layer import Field

Problem = tuple[str, Any]
"""Code of what is wrong, and the value it is wrong with."""

_NOTHING = {
    "", "-", "--", "---", "—", "——", "–", "―", "─", "/", "//", "\\", "…", "……", "...", "......", "*", "无", "空", "暂无", "缺",
    "缺失", "不详", "未填", "未统计", "无数据", "暂缺", "null", "none", "nan", "n/a", "#n/a", "nat",
}  # fmt: skip
_TRUE = {"是", "有", "已", "1", "true", "t", "y", "yes", "√", "✓", "完成", "已完成"}
_FALSE = {"否", "没有", "未", "0", "false", "f", "n", "no", "×", "✗", "未完成", "无"}
_SEPARATORS = re.compile(r"[、,，;；/|\n]+")
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_EXCEL_DAYS = (18_264, 73_051)  # 1950-01-01 … 2100-01-01
_EXACT_DIGITS = 15
_NUMBER = re.compile(r"([-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(.*)")
"""A number, with commas only where they part thousands, and what follows it: 1,2 may be two numbers or one."""
_EXACT_INTEGER = 10**_EXACT_DIGITS
_ROUNDING = 1e-6


def convert(
    column: pd.Series, field: Field, factor: float = 1.0, codes: Codes | None = None
) -> tuple[pd.Series, dict[Any, Problem]]:
    """A column in the type of its field, times `factor`; and the distinct values that could not be read.

    Every distinct value is read once, whatever the number of rows. Nothing and unreadable both give None or NaN;
    only the unreadable are problems.
    """
    if field.type in ("number", "integer") and pd.api.types.is_numeric_dtype(column) and column.dtype != bool:
        return _numbers(column, field, factor)
    positions, distinct = pd.factorize(_hashable(column), use_na_sentinel=True)
    read = _READERS[field.type]
    problems: dict[Any, Problem] = {}
    values: list[Any] = []
    for one in np.asarray(distinct, dtype=object).tolist():
        if field.type == "text" and _is_plain_text(one):
            values.append(one)
            continue
        try:
            values.append(read(one, field, codes, factor))
        except _Unreadable as error:
            problems[one] = (error.code, one)
            values.append(error.instead)
    empty = math.nan if field.type in ("number", "integer") else None
    table = np.array([*values, empty], dtype=float if field.type in ("number", "integer") else object)
    return pd.Series(table[positions], index=column.index, dtype=table.dtype), problems


def _numbers(column: pd.Series, field: Field, factor: float) -> tuple[pd.Series, dict[Any, Problem]]:
    """Numbers that the file holds as numbers; only infinities, and parts of what is counted, are unreadable."""
    result = column.astype(float) * factor
    bad = np.isinf(result)
    if field.type == "integer":
        bad |= (result - result.round()).abs() > _ROUNDING
    problems: dict[Any, Problem] = {value: ("unreadable_number", value) for value in column[bad].unique()}
    return result.mask(bad), problems


class _Unreadable(Exception):
    def __init__(self, code: str, instead: Any = None) -> None:
        self.code, self.instead = code, instead


_HASHED = frozenset({"string", "integer", "floating", "mixed-integer-float", "boolean", "date", "datetime", "empty"})
"""Kinds of columns, as pandas tells them, in which every value can be looked up."""


def _hashable(column: pd.Series) -> pd.Series:
    if column.dtype != object or pd.api.types.infer_dtype(column, skipna=True) in _HASHED:
        return column
    return column.map(lambda one: str(one) if isinstance(one, list | dict | set) else one)


def half_width(words: str) -> str:
    """Full-width digits and marks as plain ones, blanks trimmed.

    >>> half_width("　１２３．５　")
    '123.5'
    """
    return unicodedata.normalize("NFKC", words).strip()


_LONGEST_NOTHING = max(map(len, _NOTHING))


def _is_plain_text(value: Any) -> bool:
    """Whether a value is text that is taken as it stands, as nearly all ids are: told without looking at it sign by sign."""
    return type(value) is str and value.isascii() and len(value) > _LONGEST_NOTHING and value == value.strip()


def is_nothing(value: Any) -> bool:
    """Whether a cell says that there is nothing: empty, a dash, 无."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NaT:
        return True
    return isinstance(value, str) and half_width(value).lower() in _NOTHING


def _text(value: Any, field: Field, codes: Codes | None, factor: float = 1.0) -> str | None:
    """Text; numbers without a useless .0, and a complaint where Excel has lost the digits of a long code."""
    if isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, int | np.integer):
        words = str(int(value))
        if len(words) > _EXACT_DIGITS and not int(words[_EXACT_DIGITS:]):
            raise _Unreadable("digits_lost", words)  # a spreadsheet keeps fifteen digits and puts noughts behind
        return words
    if isinstance(value, float | np.floating):
        if math.isnan(value):
            return None
        if float(value).is_integer():
            if abs(float(value)) >= _EXACT_INTEGER:
                raise _Unreadable("digits_lost", str(int(value)))
            return str(int(value))
        return repr(float(value))
    words = str(value).strip()
    return words or None


def _number(value: Any, field: Field, codes: Codes | None, factor: float) -> float:
    """A number in the unit of the field: times the factor of its column, unless it names a unit itself."""
    if isinstance(value, bool | np.bool_):
        raise _Unreadable("unreadable_number", math.nan)
    if isinstance(value, int | float | np.integer | np.floating):
        if math.isinf(value):
            raise _Unreadable("unreadable_number", math.nan)
        return float(value) * factor
    if is_nothing(value):
        return math.nan
    number, rest = _number_and_rest(value)
    if number is None:
        raise _Unreadable("unreadable_number", math.nan)
    if not rest:
        return number * factor
    unit = units.find(rest, units.UNITS[field.unit].kind) if field.unit else None
    if unit is None or field.unit is None:
        raise _Unreadable("unreadable_number", math.nan)
    return number * units.factor(unit.id, field.unit)


def _number_and_rest(value: Any) -> tuple[float | None, str]:
    """The number that text begins with, and what follows: its unit, if anything."""
    words = half_width(str(value)).replace(" ", "").replace("'", "").replace("\u2212", "-")
    found = _NUMBER.fullmatch(words)
    if not found or math.isinf(float(found[1].replace(",", ""))):
        return None, ""
    return float(found[1].replace(",", "")), found[2]


def may_hold_words(column: pd.Series) -> bool:
    """Whether a column is of a kind in which words can stand."""
    return column.dtype == object or isinstance(column.dtype, pd.StringDtype)


def name_their_unit(column: pd.Series, unit: str) -> bool:
    """Whether every value of a column that is there says its unit, one of the kind of `unit`: then its header need not."""
    if not may_hold_words(column):
        return False
    rest = [
        _number_and_rest(one)[1] if isinstance(one, str) else ""
        for one in pd.unique(_hashable(column))
        if not is_nothing(one)
    ]
    return bool(rest) and all(units.find(one, units.UNITS[unit].kind) is not None for one in rest)


def filled(column: pd.Series) -> np.ndarray[Any, Any]:
    """Which cells of a column hold anything, be it readable or not."""
    positions, distinct = pd.factorize(_hashable(column), use_na_sentinel=True)
    holds = np.array([*(not is_nothing(one) for one in distinct), False])
    return holds[positions]


def _integer(value: Any, field: Field, codes: Codes | None, factor: float) -> float:
    if isinstance(value, str):
        value = re.sub(r"年度?$", "", half_width(value))
    number = _number(value, field, codes, factor)
    if not math.isnan(number) and abs(number - round(number)) > _ROUNDING:
        raise _Unreadable("unreadable_number", math.nan)
    return number if math.isnan(number) else float(round(number))


def _date(value: Any, field: Field, codes: Codes | None, factor: float = 1.0) -> dt.date | None:
    """A date; month and year alone give their first day, for they order and compare like dates."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else pd.Timestamp(value).date()
    if is_nothing(value):
        return None
    if isinstance(value, int | float | np.integer | np.floating):
        return _date_of_number(float(value))
    words = re.sub(r"[ T]\d{1,2}:\d{2}.*$", "", half_width(str(value)))
    plain_number = re.fullmatch(r"\d{5}", words)
    if plain_number:
        return _date_of_number(float(words))
    for pattern in _DATES:
        found = pattern.fullmatch(words)
        if found:
            parts = [int(one) for one in found.groups()]
            try:
                return dt.date(*[*parts, 1, 1][:3])
            except ValueError:
                break
    raise _Unreadable("unreadable_date")


_DATES = (
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?"),
    re.compile(r"(\d{4})年(\d{1,2})月份?"),
    re.compile(r"(\d{4})年?"),
    re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"),
    re.compile(r"(\d{4})[-/.](\d{1,2})"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
    re.compile(r"(\d{4})(\d{2})"),
)


def _date_of_number(value: float) -> dt.date:
    """A number in a date column: a year, 20210305, 2006.1 (which lost its zero), or Excel's count of days."""
    if _EXCEL_DAYS[0] <= value <= _EXCEL_DAYS[1]:
        return _EXCEL_EPOCH + dt.timedelta(days=int(value))
    if value == int(value):
        words = str(int(value))
        for length, pattern in ((8, _DATES[5]), (6, _DATES[6]), (4, _DATES[2])):
            found = pattern.fullmatch(words)
            if len(words) == length and found:
                parts = [int(one) for one in found.groups()]
                try:
                    return dt.date(*[*parts, 1, 1][:3])
                except ValueError:
                    break
    raise _Unreadable("unreadable_date")


def _boolean(value: Any, field: Field, codes: Codes | None, factor: float = 1.0) -> bool | None:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float) and math.isnan(value):
        return None
    words = half_width(str(value)).lower().removesuffix(".0")
    if words in _TRUE:
        return True
    if words in _FALSE:
        return False
    if words in _NOTHING:
        return None
    raise _Unreadable("unreadable_boolean")


def _code(value: Any, field: Field, codes: Codes | None, factor: float = 1.0) -> str | None:
    """The canonical value of a code list; an unknown one is kept as written, and told."""
    words = _text(value, field, codes)
    if words is None or is_nothing(words):
        return None
    known = codes.value_of(words) if codes is not None else words
    if known is None:
        assert codes is not None
        if codes.complete:
            raise _Unreadable("unknown_value", words)
        return words
    return known


def _list(value: Any, field: Field, codes: Codes | None, factor: float = 1.0) -> str | None:
    """A list of words, separated by 、 whatever separated them before."""
    words = _text(value, field, codes)
    if words is None or is_nothing(words):
        return None
    parts = [part for one in _SEPARATORS.split(words) if (part := one.strip())]
    return "、".join(parts) or None


_READERS: dict[str, Callable[[Any, Field, Codes | None, float], Any]] = {
    "text": lambda value, field, codes, factor: None if is_nothing(value) else _text(value, field, codes),
    "number": _number,
    "integer": _integer,
    "date": _date,
    "boolean": _boolean,
    "code": _code,
    "list": _list,
}
