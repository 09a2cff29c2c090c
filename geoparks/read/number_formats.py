"""What a number format adds to a number in a cell: who sees 3.2% or 35亿元 there has a cell that holds 0.032 or 35."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from geoparks import units

_LITERAL = re.compile(r'"([^"]*)"')
_PLAIN_MARKS = re.compile(r"[0#?,.\s_\-+()*;@\\]|\[[^\]]*\]|General|G/通用格式", re.IGNORECASE)
_SCALED = re.compile(r"[0#?],+(?![0#?])|!\.|\\\.")  # shown in thousands or ten thousands: no word says what was meant
PERCENT = "%"


@cache
def shown_after(number_format: str) -> str:
    """The per-cent sign or the unit that a format shows behind a number; empty where it shows none.

    >>> shown_after("0.00%"), shown_after('0.00"亿元"'), shown_after("#,##0.00"), shown_after('0!.0,"万元"')
    ('%', '亿元', '', '')
    """
    first = number_format.split(";")[0]
    bare = _LITERAL.sub("", first)
    if PERCENT in bare:
        return PERCENT
    if _SCALED.search(bare):
        return ""
    words = "".join(_LITERAL.findall(first)) + _PLAIN_MARKS.sub("", bare)
    found = units.find(words) if words.strip() else None
    return words.strip() if found is not None and not words.isascii() else ""


def as_shown(value: Any, suffix: str) -> Any:
    """A number as its cell shows it, where the format adds a per-cent sign or a unit; anything else as it is."""
    if not suffix or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{value * 100 if suffix == PERCENT else value:.15g}{suffix}"
