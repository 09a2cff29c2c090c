"""Attributes as a page carries them: a block a column, a column of few different words as numbers into its list of words."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from geoparks.text import Lang, Text

_FEW = 0.5  # a list of words pays where at most this share of the values differ
_DIGITS = 4
_EXACT = 2**53
_BOOLEAN = {True: Text("是", "yes"), False: Text("否", "no")}


def packed(values: pd.Series, lang: Lang) -> bytes:
    """A column as JSON; values that are missing are null. Text is text: nothing in it is read as markup or code."""
    return json.dumps(column(values, lang), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def column(values: pd.Series, lang: Lang) -> dict[str, Any]:
    """One column: numbers with at most four decimals, everything else as words. Each different value is looked at once.

    >>> column(pd.Series([1.0, None, 2.123456]), "zh")
    {'values': [1.0, None, 2.1235]}
    >>> column(pd.Series(["甲", "乙", "甲", "甲", None], dtype=object), "zh")
    {'words': ['甲', '乙', None], 'codes': [0, 1, 0, 0, 2]}
    """
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return {"values": _numbers(values.astype(float).to_numpy())}
    codes, known = pd.factorize(values.astype(object))
    words = [*_words(known, lang), None]
    codes = np.where(codes < 0, len(known), codes)
    if len(known) <= _FEW * len(values):
        return {"words": words, "codes": codes.tolist()}
    if len(known) == len(values):  # they are all different: in their order
        return {"values": words[:-1]}
    return {"values": np.array(words, dtype=object)[codes].tolist()}


def _numbers(values: np.ndarray[Any, Any]) -> list[Any]:
    rounded = np.round(values, _DIGITS)
    known = np.isfinite(rounded)
    if known.all():
        whole = bool((rounded == np.floor(rounded)).all() and (np.abs(rounded) < _EXACT).all())
        return rounded.astype(np.int64).tolist() if whole else rounded.tolist()
    result = rounded.astype(object)
    result[~known] = None
    return result.tolist()


def _words(known: Any, lang: Lang) -> list[str]:
    """Values in words; a column of nothing but text is left as it is."""
    if pd.api.types.infer_dtype(known, skipna=False) == "string":
        return [*known]
    return [_word(one, lang) for one in known]


def _word(value: Any, lang: Lang) -> str:
    if isinstance(value, bool | np.bool_):
        return _BOOLEAN[bool(value)].to(lang)
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(map(str, value))
    return str(value)
