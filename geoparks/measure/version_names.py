"""Whether two names are one: brackets and digits of full width and spaces are how a name was typed, not what it is."""

from __future__ import annotations

import unicodedata


def plain_name(name: str) -> str:
    """A name as it is compared.

    >>> plain_name("东 区（一期）")
    '东区(一期)'
    """
    return "".join(unicodedata.normalize("NFKC", name).split())


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same.

    >>> same_name("东区（１期）", "东区(1期)"), same_name("东区", "西区")
    (True, False)
    """
    return plain_name(one) == plain_name(other)
