"""Codes of GB/T 4754 as offices write them: with the letter of the section before them, or without it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

_DIVISION_DIGITS, _CLASS_DIGITS = 2, 4


def digits(code: str) -> str:
    """A code without the letter of its section.

    >>> digits("C2614"), digits("2614")
    ('2614', '2614')
    """
    return code.strip().lstrip("ABCDEFGHIJKLMNOPQRSTabcdefghijklmnopqrst")


def beginnings(code: str) -> Iterator[str]:
    """A code and all its beginnings, the longest first: who lists 26 means 2614, too.

    >>> list(beginnings("C26"))
    ['26', '2']
    """
    plain = digits(code)
    return (plain[:length] for length in range(len(plain), 0, -1))


def division(code: object, known: Collection[str]) -> str | None:
    """The division of a code, of two digits; None where there is none, or a zero at its beginning may be lost.

    >>> division("C2614", {"06", "26"}), division("610", {"06", "26"}), division("06", {"06"}), division(None, ())
    ('26', None, '06', None)
    """
    if not isinstance(code, str):
        return None
    plain = digits(code)
    if len(plain) < _DIVISION_DIGITS or (_DIVISION_DIGITS < len(plain) < _CLASS_DIGITS and f"0{plain[0]}" in known):
        return None
    return plain[:_DIVISION_DIGITS]
