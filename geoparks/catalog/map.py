"""Maps: which layers in which order, how they look, what a click tells, which findings are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geoparks.catalog import folders
from geoparks.catalog.declared import Declared
from geoparks.errors import DeclarationError
from geoparks.text import Text


@dataclass(frozen=True)
class Style:
    """How something is drawn: colours as CSS writes them, width in pixels, opacity of the fill."""

    fill: str
    stroke: str
    width: float = 1.0
    opacity: float = 0.5
    dash: str = ""


@dataclass(frozen=True)
class MapLayer:
    """One layer of a map."""

    name: str
    style: Style
    visible: bool = True
    popup: tuple[str, ...] = ()
    class_field: str | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    """Fill by value of `class_field`."""


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
    )
    if found is not None:
        found.done()
    top.done()
    return spec


def _layer(table: Declared) -> MapLayer:
    classes = table.table("classes")
    layer = MapLayer(
        name=table.take("name", str),
        style=_style(table),
        visible=table.take("visible", bool, True),
        popup=table.strings("popup"),
        class_field=classes.take("field", str, None),
        classes={str(key): str(colour) for key, colour in classes.take("values", dict, {}).items()},
    )
    classes.done()
    table.done()
    return layer


def _style(table: Declared) -> Style:
    return Style(
        fill=table.take("fill", str),
        stroke=table.take("stroke", str),
        width=float(table.take("width", (int, float), 1.0)),
        opacity=float(table.take("opacity", (int, float), 0.5)),
        dash=table.take("dash", str, ""),
    )
