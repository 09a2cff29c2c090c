"""Layers: what a layer is called, which fields it has, and every name that offices and databases give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from geoparks import units
from geoparks.catalog import folders
from geoparks.catalog.declared import Declared
from geoparks.errors import DeclarationError
from geoparks.text import Text

Geometry = Literal["polygon", "line", "point", "any", "none", "raster", "optional-polygon", "optional-point"]
GEOMETRIES: tuple[Geometry, ...] = (
    "polygon", "line", "point", "any", "none", "raster", "optional-polygon", "optional-point",
)  # fmt: skip
FieldType = Literal["text", "number", "integer", "date", "boolean", "code", "list"]
FIELD_TYPES: tuple[FieldType, ...] = ("text", "number", "integer", "date", "boolean", "code", "list")


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


@dataclass(frozen=True)
class Field:
    """One field of a layer."""

    name: str
    title: Text
    type: FieldType
    unit: str | None = None
    aliases: tuple[str, ...] = ()
    fixed_units: Mapping[str, str] = field(default_factory=dict)
    codes: str | None = None
    scheme_field: str | None = None
    private: bool = False
    """Whether a public edition leaves it out."""

    @cached_property
    def names(self) -> frozenset[str]:
        """Every header that means this field, as names are compared, without the unit."""
        return frozenset(plain(one) for one in (self.name, self.title.zh, self.title.en, *self.aliases))

    @cached_property
    def names_with_unit(self) -> Mapping[str, str]:
        """Headers that fix their unit by themselves: the field's own name, and official field names."""
        known = {plain(name): unit for name, unit in self.fixed_units.items()}
        if self.unit:
            known[plain(self.name)] = self.unit
        return known

    @property
    def header(self) -> str:
        """The Chinese header as a template writes it, with its unit."""
        if self.unit in (None, "ratio", "deg", "count", "person", "day"):
            return self.title.zh
        return f"{self.title.zh}（{units.UNITS[self.unit].title.zh}）"


@dataclass(frozen=True)
class Layer:
    """One layer of the catalogue."""

    name: str
    title: Text
    about: Text
    geometry: Geometry
    key: tuple[str, ...]
    fields: Mapping[str, Field]
    aliases: tuple[str, ...] = ()
    authority: Text = Text("", "")
    by_fields: bool = True
    statistics: bool = False
    """Whether its years are years of statistics: a task or a quota of next year is none."""
    many: bool = False
    """Whether there may be very many features: then they stand on disk, and are looked at in pieces."""
    file: Path = Path()

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name of a file, folder, sheet or database layer that means this layer, as names are compared."""
        return frozenset(plain(one) for one in (self.name, self.title.zh, self.title.en, *self.aliases))

    @property
    def polygonal(self) -> bool:
        """Whether its geometry, where it has one, must be an area."""
        return self.geometry in ("polygon", "optional-polygon")

    @property
    def needs_geometry(self) -> bool:
        """Whether a file without geometry cannot be this layer by itself."""
        return self.geometry in ("polygon", "line", "point", "any")

    @property
    def id_field(self) -> str | None:
        """The one field that names a feature, where the key is a single field."""
        return self.key[0] if len(self.key) == 1 else None


@dataclass(frozen=True)
class Catalogue:
    """All layers and code lists that a workspace knows: the shipped ones and its own."""

    layers: Mapping[str, Layer]
    codes: Mapping[str, Codes]

    def __getitem__(self, name: str) -> Layer:
        return self.layers[name]

    def named(self, words: str) -> Layer | None:
        """The layer that a name, a Chinese name or a database name means, or None."""
        wanted = plain(words)
        return next((layer for layer in self.layers.values() if wanted in layer.names), None)


def load(workspace: Path | None = None) -> Catalogue:
    """Read every layer and code list; a mistake in one names the file and the key."""
    codes = code_lists(workspace)
    layers = {name: _layer(name, path, codes) for name, path in folders.files("layers", workspace).items()}
    return Catalogue(layers, codes)


def code_lists(workspace: Path | None = None) -> dict[str, Codes]:
    """Every code list by name."""
    return {name: _codes(name, path) for name, path in folders.files("layers", workspace, under="codes").items()}


def _layer(name: str, path: Path, codes: Mapping[str, Codes]) -> Layer:
    top = Declared.read(path)
    fields: dict[str, Field] = {}
    taken: dict[str, str] = {}
    for field_name, table in top.named("fields"):
        one = _field(field_name, table, codes)
        for spelling in one.names | set(one.names_with_unit):
            if spelling in taken:
                raise DeclarationError(
                    Text(
                        f"“{spelling}”同时是 {taken[spelling]} 和 {field_name} 的名称",
                        f"“{spelling}” names both {taken[spelling]} and {field_name}",
                    ),
                    where=f"{path.name}: fields.{field_name}",
                )
            taken[spelling] = field_name
        fields[field_name] = one
    key = top.strings("key")
    for part in key:
        if part not in fields:
            raise top.wrong("key", part, Text("本图层的字段名", "names of fields of this layer"))
    layer = Layer(
        name=name,
        title=top.text("title"),
        about=top.text("about", Text("", "")),
        geometry=top.choice("geometry", GEOMETRIES),
        key=key,
        fields=fields,
        aliases=top.strings("aliases"),
        authority=top.text("authority", Text("", "")),
        by_fields=top.take("by_fields", bool, True),
        statistics=top.take("statistics", bool, False),
        many=top.take("many", bool, False),
        file=path,
    )
    top.done()
    return layer


def _field(name: str, table: Declared, codes: Mapping[str, Codes]) -> Field:
    one = Field(
        name=name,
        title=table.text("title"),
        type=table.choice("type", FIELD_TYPES),
        unit=table.choice("unit", units.UNITS, None),
        aliases=table.strings("aliases"),
        fixed_units={key: str(unit) for key, unit in table.take("fixed_units", dict, {}).items()},
        codes=table.choice("codes", codes, None),
        scheme_field=table.take("scheme_field", str, None),
        private=table.take("private", bool, False),
    )
    for unit in one.fixed_units.values():
        if unit not in units.UNITS:
            raise table.wrong("fixed_units", unit, Text("已知的单位", "a known unit"))
    table.done()
    return one


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
