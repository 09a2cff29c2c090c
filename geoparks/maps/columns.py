"""Attributes as a page carries them: column by column, a column of few different words as numbers into its list of words."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from geoparks.text import Lang, Text

_FEW = 0.5  # a list of words pays where at most this share of the values differ
_DIGITS = 4
_BOOLEAN = {True: Text("是", "yes"), False: Text("否", "no")}


def packed(columns: list[pd.Series], lang: Lang) -> bytes:
    """Columns as JSON; values that are missing are null. Text is text: nothing in it is read as markup or code."""
    return json.dumps(
        [column(one, lang) for one in columns], ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def column(values: pd.Series, lang: Lang) -> dict[str, Any]:
    """One column: numbers with at most four decimals, everything else as words.

    >>> column(pd.Series([1.0, None, 2.123456]), "zh")
    {'values': [1, None, 2.1235]}
    >>> column(pd.Series(["甲", "乙", "甲", "甲", None], dtype=object), "zh")
    {'words': ['甲', '乙', None], 'codes': [0, 1, 0, 0, 2]}
    """
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return {"values": [_number(one) for one in values.astype(float).to_numpy()]}
    words = [_word(one, lang) for one in values.to_numpy(dtype=object)]
    codes, known = pd.factorize(np.array([one or "" for one in words], dtype=object))
    if len(known) > _FEW * len(words):
        return {"values": words}
    return {"words": [one or None for one in known.tolist()], "codes": codes.tolist()}


def _number(value: float) -> float | int | None:
    if not np.isfinite(value):
        return None
    rounded = round(float(value), _DIGITS)
    return int(rounded) if rounded.is_integer() else rounded


def _word(value: Any, lang: Lang) -> str | None:
    if value is None or (isinstance(value, float) and value != value) or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return _BOOLEAN[bool(value)].to(lang)
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(map(str, value))
    return str(value)
