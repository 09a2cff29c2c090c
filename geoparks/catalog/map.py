"""Maps: which layers in which order, how they look, by what they are coloured, what a click tells, which findings are shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from geoparks.catalog import folders
from geoparks.catalog.declared import Declared
from geoparks.errors import DeclarationError
from geoparks.text import Text, same

Scheme = Literal["quantiles", "natural", "equal", "manual"]
SCHEMES: tuple[Scheme, ...] = ("quantiles", "natural", "equal", "manual")
_MOST_CLASSES = 9


@dataclass(frozen=True)
class Style:
    """How something is drawn: colours as CSS writes them, width in pixels, opacity of the fill."""

    fill: str
    stroke: str
    width: float = 1.0
    opacity: float = 0.5
    dash: str = ""


@dataclass(frozen=True)
class Theme:
    """What a layer is coloured by: classes of a field, of the idle ledger, or a number in shades."""

    field: str = ""
    indicator: str = ""
    idle: str = ""
    title: Text | None = None
    classes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Fill by value, for what has few values; empty for numbers."""
    scheme: Scheme = "quantiles"
    count: int = 5
    bounds: tuple[float, ...] = ()
    """Upper bounds of the classes, for the scheme ``manual``."""
    palette: str = "blue"


@dataclass(frozen=True)
class MapLayer:
    """One layer of a map."""

    name: str
    style: Style
    visible: bool = True
    popup: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    label: str = ""
    spot: bool = False
    """Whether what is too small to see is marked by a dot."""
    themes: tuple[Theme, ...] = ()
    idle: tuple[str, ...] = ()
    """What a click tells of the parcel's idle row."""


@dataclass(frozen=True)
class MapSpec:
    """One map as declared."""

    name: str
    title: Text
    about: Text
    layers: tuple[MapLayer, ...]
    findings: Style | None
    rules: tuple[str, ...]
    """Which findings are shown, by row id; all where empty."""
    swipe: tuple[str, ...] = ()
    """The two layers that the curtain starts with."""
    proposals: str = ""
    """The layer whose look the proposals for an adjustment take, where the map shows them."""


def names(workspace: Path | None = None) -> list[str]:
    """Names of all maps."""
    return sorted(folders.files("maps", workspace))


def load(name: str, workspace: Path | None = None) -> MapSpec:
    """Read one map."""
    files = folders.files("maps", workspace)
    if name not in files:
        raise DeclarationError(
            Text(f"没有名为 {name} 的地图", f"no map named {name}"),
            where="maps",
            mend=Text(f"可用的有：{'、'.join(files)}", f"Known: {', '.join(files)}"),
        )
    top = Declared.read(files[name])
    found = top.table("findings") if "findings" in top.values else None
    spec = MapSpec(
        name=name,
        title=top.text("title"),
        about=top.text("about", Text("", "")),
        layers=tuple(_layer(table) for table in top.tables("layer")),
        findings=_style(found) if found is not None else None,
        rules=found.strings("rules") if found is not None else (),
        swipe=top.strings("swipe"),
        proposals=top.take("proposals", str, ""),
    )
    if found is not None:
        found.done()
    for key, named in (("swipe", spec.swipe), ("proposals", (spec.proposals,) if spec.proposals else ())):
        for one in named:
            if one not in {layer.name for layer in spec.layers}:
                raise top.wrong(key, one, same("、".join(layer.name for layer in spec.layers)))
    top.done()
    return spec


def _layer(table: Declared) -> MapLayer:
    layer = MapLayer(
        name=table.take("name", str),
        style=_style(table),
        visible=table.take("visible", bool, True),
        popup=table.strings("popup"),
        search=table.strings("search"),
        label=table.take("label", str, ""),
        spot=table.take("spot", bool, False),
        themes=tuple(_theme(one) for one in table.tables("theme")),
        idle=table.strings("idle"),
    )
    table.done()
    return layer


def _theme(table: Declared) -> Theme:
    sources = {key: table.take(key, str, "") for key in ("field", "indicator", "idle")}
    if sum(map(bool, sources.values())) != 1:
        raise table.wrong("field", sources, Text("field、indicator、idle 之一", "one of field, indicator, idle"))
    classes = table.table("classes")
    fills = {key: classes.take(key, str) for key in classes.values}
    count = table.take("count", int, 5)
    if not 1 < count <= _MOST_CLASSES:
        raise table.wrong("count", count, same(f"2–{_MOST_CLASSES}"))
    bounds = table.take("bounds", list, [])
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in bounds):
        raise table.wrong("bounds", bounds, Text("数字列表", "a list of numbers"))
    theme = Theme(
        **sources,
        title=table.text("title") if "title" in table.values else None,
        classes=fills,
        scheme=table.choice("scheme", SCHEMES, "manual" if bounds else "quantiles"),
        count=count,
        bounds=tuple(float(one) for one in bounds),
        palette=table.take("palette", str, "blue"),
    )
    table.done()
    return theme


def _style(table: Declared) -> Style:
    return Style(
        fill=table.take("fill", str),
        stroke=table.take("stroke", str),
        width=float(table.take("width", (int, float), 1.0)),
        opacity=float(table.take("opacity", (int, float), 0.5)),
        dash=table.take("dash", str, ""),
    )
