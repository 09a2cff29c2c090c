"""Code lists: the values that a field may have, and every spelling that offices give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from geoparks.catalog import folders
from geoparks.catalog.declared import Declared
from geoparks.text import Text


def plain(name: str) -> str:
    """A name as names are compared: full-width as half-width, lower case, without blanks.

    >>> plain("　ＤＫＭＪ "), plain("批准 面积")
    ('dkmj', '批准面积')
    """
    return _plain(str(name))


@lru_cache(maxsize=16_384)
def _plain(name: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).lower()


@dataclass(frozen=True)
class Codes:
    """A code list: the values that may occur, and the spellings that mean the same."""

    name: str
    title: Text
    source: str
    complete: bool
    values: tuple[str, ...]
    titles: Mapping[str, str]
    spellings: Mapping[str, str]
    schemes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    complete_schemes: frozenset[str] = frozenset()
    industrial: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of land use: the beginnings of the codes of industry, mining and storage, by scheme."""
    living: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of land use: the beginnings of the codes of homes, commerce and public services, by scheme."""
    built: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Of land cover: the classes that are built up, by legend."""
    bare: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Of land cover: the classes of bare ground, by legend."""
    colours: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of land cover: the colour of every class, as ``#rrggbb``, by legend."""

    def value_of(self, words: str) -> str | None:
        """The canonical value that `words` spell, or None."""
        return self.spellings.get(plain(words))

    def knows(self, words: str, scheme: str | None = None) -> bool | None:
        """Whether a code is in the list; None where the list is not complete enough to say."""
        if scheme is None:
            found = self.value_of(words) is not None
            return True if found else (False if self.complete else None)
        codes = self.schemes.get(scheme)
        if codes is None:
            return None
        return True if words in codes else (False if scheme in self.complete_schemes else None)


def code_lists(workspace: Path | None = None) -> dict[str, Codes]:
    """Every code list by name."""
    return {name: _codes(name, path) for name, path in folders.files("layers", workspace, under="codes").items()}


def _codes(name: str, path: Path) -> Codes:
    top = Declared.read(path)
    values: list[str] = []
    titles: dict[str, str] = {}
    spellings: dict[str, str] = {}
    for table in top.tables("code"):
        value = table.take("value", str)
        values.append(value)
        titles[value] = table.take("en", str, value)
        for spelling in (value, titles[value], *table.strings("aliases")):
            if spellings.setdefault(plain(spelling), value) != value:
                raise table.wrong("aliases", spelling, Text("只属于一个值的写法", "a spelling of one value only"))
        table.done()
    schemes: dict[str, Mapping[str, str]] = {}
    complete_schemes = set()
    industrial: dict[str, tuple[str, ...]] = {}
    living: dict[str, tuple[str, ...]] = {}
    built: dict[str, tuple[int, ...]] = {}
    bare: dict[str, tuple[int, ...]] = {}
    colours: dict[str, Mapping[str, str]] = {}
    for table in top.tables("scheme"):
        scheme = table.take("name", str)
        schemes[scheme] = {str(code): str(title) for code, title in table.take("codes", dict).items()}
        if table.take("complete", bool):
            complete_schemes.add(scheme)
        industrial[scheme], living[scheme] = table.strings("industrial"), table.strings("living")
        built[scheme], bare[scheme] = (
            _classes(table, "built", schemes[scheme]),
            _classes(table, "bare", schemes[scheme]),
        )
        colours[scheme] = _colours(table, schemes[scheme])
        table.text("title")
        table.take("verified", str, "")
        table.done()
    codes = Codes(
        name=name,
        title=top.text("title"),
        source=top.take("source", str, ""),
        complete=top.take("complete", bool, False),
        values=tuple(values),
        titles=titles,
        spellings=spellings,
        schemes=schemes,
        complete_schemes=frozenset(complete_schemes),
        industrial=industrial,
        living=living,
        built=built,
        bare=bare,
        colours=colours,
    )
    top.done()
    return codes


def _classes(table: Declared, key: str, codes: Mapping[str, str]) -> tuple[int, ...]:
    """Classes of a raster's legend, which are whole numbers."""
    for value in (named := table.strings(key)):
        if value not in codes or not re.fullmatch(r"-?\d+", value):
            raise table.wrong(key, value, Text("图例中的类别值", "a class of the legend"))
    return tuple(int(one) for one in named)


def _colours(table: Declared, codes: Mapping[str, str]) -> dict[str, str]:
    found = {str(code): str(colour) for code, colour in table.take("colours", dict, {}).items()}
    for code, colour in found.items():
        if code not in codes or not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            raise table.wrong(f"colours.{code}", colour, Text("类别值 = “#rrggbb”", 'class = "#rrggbb"'))
    return found
