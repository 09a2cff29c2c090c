"""Layers: what a layer is called, which fields it has, and every name that offices and databases give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from geoparks import units
from geoparks.catalog import folders
from geoparks.catalog.codes import Codes, code_lists, plain
from geoparks.catalog.declared import Declared
from geoparks.errors import DeclarationError
from geoparks.text import Text

Geometry = Literal["polygon", "line", "point", "any", "none", "raster", "optional-polygon", "optional-point"]
GEOMETRIES: tuple[Geometry, ...] = (
    "polygon", "line", "point", "any", "none", "raster", "optional-polygon", "optional-point",
)  # fmt: skip
FieldType = Literal["text", "number", "integer", "date", "boolean", "code", "list"]
FIELD_TYPES: tuple[FieldType, ...] = ("text", "number", "integer", "date", "boolean", "code", "list")


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
