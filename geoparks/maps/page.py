"""Draw a declared map as one page: features as data, text never as markup, nothing loaded from anywhere."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from geoparks.catalog import map as maps
from geoparks.document import Document
from geoparks.maps.blocks import Blocks
from geoparks.maps.edition import Edition
from geoparks.maps.offline import hash_of, leaflet, refuse_links
from geoparks.maps.plates import Plates
from geoparks.maps.scene import scene
from geoparks.workspace import Workspace

_STATIC = Path(__file__).parent / "static"
_SCRIPTS = (
    "core", "geodesy", "mesh", "packed", "layers", "panel", "popup", "search", "findings", "measure", "base", "swipe",
    "labels", "sheet", "link", "table", "controls", "main",
)  # fmt: skip
"""The page's own scripts, each after those that it uses."""
_TILE_HOSTS = "https://*.tianditu.gov.cn"


def draw(
    name: str, workspace: Workspace, content: Document, edition: Edition | None = None, extra: str = "",
    plates: Plates | None = None,
) -> str:  # fmt: skip
    """The page of the map `name` of a workspace with the findings of a result document; `extra` is a script of one's own.

    `plates` are what the page has in common with others that are drawn of the same document.
    """
    spec = maps.load(name, workspace.own)
    data, blocks = scene(spec, workspace, content, edition or Edition(), plates)
    return page(data, blocks, extra)


def page(data: dict[str, Any], blocks: Blocks, extra: str = "") -> str:
    """A page of data. Only the package's own files go through the template as they are; everything else is escaped or packed."""
    (script, style), own, css, licence, template = _assets()
    words = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    hosts = f" {_TILE_HOSTS}" if any(base["kind"] == "tianditu" for base in data["bases"]) else ""
    hashes = " ".join(hash_of(one) for one in (script, own, extra) if one)
    made = template.render(
        page=data,
        t=data["strings"],
        policy=f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:{hosts}",
        leaflet_css=Markup(style),  # noqa: S704
        css=Markup(css),  # noqa: S704
        leaflet_js=Markup(script),  # noqa: S704
        js=Markup(own),  # noqa: S704
        licence=Markup(licence),  # noqa: S704
        extra=Markup(extra),  # noqa: S704 - the script of whoever calls, not of the data
        data=Markup(words.replace("<", "\\u003c")),  # noqa: S704
        blocks=[Markup(text) for text in blocks.texts],  # noqa: S704 - base64
    )
    return refuse_links(made)


@cache
def _assets() -> tuple[tuple[str, str], str, str, str, jinja2.Template]:
    """What the package puts into every page, read once: Leaflet, the scripts, the style, the licence, the template."""
    own = "".join((_STATIC / "js" / f"{one}.js").read_text("utf-8") for one in _SCRIPTS)
    css, licence = ((_STATIC / name).read_text("utf-8") for name in ("map.css", "leaflet-licence.txt"))
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_STATIC), autoescape=True)
    return leaflet(), own, css, licence, environment.get_template("map.html")
