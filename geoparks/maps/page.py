"""Draw a declared map as one page: features as data, text never as markup, nothing loaded from anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import shapely
from markupsafe import Markup

from geoparks import units, words
from geoparks.catalog import map as maps
from geoparks.catalog.map import MapLayer, MapSpec, Style
from geoparks.document import Document
from geoparks.maps.offline import hash_of, leaflet, refuse_links
from geoparks.normalise.features import Features
from geoparks.text import Lang, Text
from geoparks.workspace import Workspace

DECIMALS = 7  # a centimetre on the ground
_STATIC = Path(__file__).parent / "static"

_STRINGS = {
    "layers": Text("图层", "Layers"), "findings": Text("问题", "Findings"), "none": Text("没有问题", "No findings"),
    "reset": Text("全图", "Whole map"), "rule": Text("规则", "Rule"), "article": Text("依据", "Article"),
    "fix": Text("处理建议", "What to do"), "measured": Text("实测", "Measured"), "expected": Text("要求", "Expected"),
    "accepted": Text("已接受", "Accepted"), "noscript": Text("此地图需要较新的浏览器（Chrome、Edge 80 以上）。", "This map needs a recent browser."),
}  # fmt: skip


class Map:
    """A map that is one self-contained page."""

    def __init__(self, name: str, html: str) -> None:
        self.name, self.html = name, html

    def save(self, path: str | Path) -> Path:
        """Write the page; it appears whole or not at all."""
        target = Path(path)
        staged = target.with_name(f".{target.name}.part")
        staged.write_text(self.html, "utf-8", newline="\n")
        staged.replace(target)
        return target

    def _repr_html_(self) -> str:
        """The map in a notebook, apart from the notebook's own page."""
        from html import escape

        return f'<iframe srcdoc="{escape(self.html)}" width="100%" height="600" style="border:0"></iframe>'


def draw(name: str, workspace: Workspace, content: Document) -> Map:
    """Draw the map `name` of a workspace with the findings of a result document."""
    spec = maps.load(name, workspace.own)
    lang: Lang = content["lang"]
    script, style = leaflet()
    own = (_STATIC / "map.js").read_text("utf-8")
    data = json.dumps(_data(spec, workspace, content, lang), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_STATIC), autoescape=True)
    page = environment.get_template("map.html").render(
        lang=lang,
        title=spec.title.to(lang),
        workspace=content["workspace"],
        on=content["on"],
        made=words.MADE.to(lang) if content["made"] else "",
        internal=words.INTERNAL.to(lang),
        noscript=_STRINGS["noscript"].to(lang),
        policy=f"default-src 'none'; script-src {hash_of(script)} {hash_of(own)}; style-src 'unsafe-inline'; img-src data:",
        # The three below are the package's own files; the data have every < written as an escape.
        leaflet_css=Markup(style),  # noqa: S704
        css=Markup((_STATIC / "map.css").read_text("utf-8")),  # noqa: S704
        leaflet_js=Markup(script),  # noqa: S704
        js=Markup(own),  # noqa: S704
        data=Markup(data.replace("<", "\\u003c")),  # noqa: S704
    )
    return Map(name, refuse_links(page))


def _data(spec: MapSpec, workspace: Workspace, content: Document, lang: Lang) -> dict[str, Any]:
    layers = []
    for one in spec.layers:
        features = workspace.dataset.get(one.name)
        if features is not None and features.has_geometry:
            layers.append(_layer(one, features, lang))
    findings = _findings(spec, content, workspace, lang) if spec.findings is not None else []
    return {
        "strings": {key: text.to(lang) for key, text in _STRINGS.items()},
        "layers": layers,
        "findings": findings,
        "findingStyle": _style(spec.findings) if spec.findings is not None else None,
        "severities": {key: text.to(lang) for key, text in words.SEVERITY.items()},
    }


def _layer(one: MapLayer, features: Features, lang: Lang) -> dict[str, Any]:
    fields = [name for name in one.popup if name in features.frame]
    titles = [
        features.layer.fields[name].header if lang == "zh" else features.layer.fields[name].title.en for name in fields
    ]
    columns = [[_word(value) for value in features.frame[name]] for name in fields]
    classes = (
        [_word(value) for value in features.column(one.class_field)]
        if one.class_field and one.class_field in features.layer.fields
        else None
    )
    geometry = features.geometry
    return {
        "name": one.name,
        "title": features.layer.title.to(lang),
        "style": _style(one.style),
        "visible": one.visible,
        "fields": titles,
        "classes": dict(one.classes),
        "features": [
            {
                "id": str(features.ids[position]),
                "values": [column[position] for column in columns],
                "class": classes[position] if classes else None,
                "geometry": _geometry(geometry[position]),
            }
            for position in range(len(features))
            if geometry[position] is not None and not geometry[position].is_empty
        ],
    }


def _findings(spec: MapSpec, content: Document, workspace: Workspace, lang: Lang) -> list[dict[str, Any]]:
    titles = {name: layer.title.to(lang) for name, layer in workspace.catalogue.layers.items()}
    return [
        {
            "rule": one["rule"],
            "severity": one["severity"],
            "subject": words.subject(one["subject"], titles),
            "message": one["message"][lang],
            "fix": one["fix"][lang],
            "article": words.article(one["citation"]),
            "measured": words.measured(one, lang),
            "expected": words.expected(one, lang),
            "accepted": bool(one["accepted"]),
            "whole": one["evidence_is_whole"],
            "geometry": _geometry(shapely.geometry.shape(one["evidence"])) if one["evidence"] else None,
        }
        for one in content["findings"]
        if not spec.rules or one["rule"] in spec.rules
    ]


def _geometry(geometry: Any) -> dict[str, Any]:
    rounded = shapely.transform(geometry, lambda coordinates: np.round(coordinates, DECIMALS))
    return dict(shapely.geometry.mapping(rounded))


def _style(style: Style) -> dict[str, Any]:
    return {
        "fill": style.fill,
        "stroke": style.stroke,
        "width": style.width,
        "opacity": style.opacity,
        "dash": style.dash,
    }


def _word(value: Any) -> str:
    if value is None or value != value:
        return ""
    return units.number(value, 4) if isinstance(value, float) else str(value)
