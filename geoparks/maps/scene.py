"""What a map shows, gathered for the page: layers with packed geometry, columns and themes, findings, base maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks import words
from geoparks.catalog.layer import Catalogue
from geoparks.catalog.map import MapLayer, MapSpec, Style
from geoparks.document import Document
from geoparks.maps import columns
from geoparks.maps.bases import bases, vector_bases, vector_layers
from geoparks.maps.blocks import Blocks
from geoparks.maps.chips import chips
from geoparks.maps.drawn import Drawn, present
from geoparks.maps.edition import Edition
from geoparks.maps.idle_card import card
from geoparks.maps.pack import encoded, extent, meshes
from geoparks.maps.plates import Plates
from geoparks.maps.proposed import proposed
from geoparks.maps.strings import STRINGS
from geoparks.maps.theme import Themes, field_unit, spelled
from geoparks.rules import registry
from geoparks.text import Lang, Text
from geoparks.workspace import Workspace

Array = np.ndarray[Any, Any]
_SOURCES_NAMED = 4


def scene(
    spec: MapSpec, workspace: Workspace, content: Document, edition: Edition, plates: Plates | None = None
) -> tuple[dict[str, Any], Blocks]:
    """The page of a map as data, and the blocks that it refers to; `plates` are what it has in common with other maps."""
    blocks, lang, plates = Blocks(), content["lang"], plates or Plates(workspace.dataset, content)
    made, bounds = [], []
    for one in spec.layers:
        found = plates.drawn(one.name)
        if found is None:
            continue
        found = edition.of(found)
        if len(found.ids) or one.name in edition.left_out:
            made.append(_layer(one, found, workspace, plates, edition, blocks))
            if len(found.ids):
                bounds.append((one.name, _extent(found, plates)))
    made += _proposals(spec, workspace, plates, edition, blocks)
    findings = _findings(spec, content, workspace, edition, blocks) if spec.findings is not None else None
    if findings is not None:
        made.append(findings.pop("layer"))
    around = _bounds(bounds)
    for title, shapes in reversed(vector_layers(vector_bases(workspace.config), around)):
        made.insert(0, _base_layer(title, shapes, blocks))
    return {
        "lang": lang,
        "strings": {key: text.to(lang) for key, text in STRINGS.items()},
        "title": spec.title.to(lang),
        "workspace": content["workspace"],
        "on": content["on"],
        "made": words.MADE.to(lang) if content["made"] else "",
        "notice": edition.notice.to(lang),
        "source": _sources(content, lang),
        "bounds": around,
        "layers": made,
        "findings": findings,
        "swipe": list(spec.swipe),
        "sheets": [sheet.as_dict() for sheet in edition.sheets],
        "bases": bases(workspace.config, edition, around, lang, blocks),
    }, blocks


def _proposals(
    spec: MapSpec, workspace: Workspace, plates: Plates, edition: Edition, blocks: Blocks
) -> list[dict[str, Any]]:
    """A layer of every kind of proposal; none in a public edition: they are nobody's decision yet."""
    if not spec.proposals or edition.public_m is not None:
        return []
    found = [
        (one, edition.of(one.drawn)) for one in proposed(spec, workspace.catalogue[spec.proposals], plates.content)
    ]
    return [
        _layer(one.look, drawn, workspace, plates, edition, blocks, one.told(drawn.ids))
        | {"name": one.name, "title": one.title}
        for one, drawn in found
        if len(drawn.ids)
    ]


def _layer(
    one: MapLayer, found: Drawn, workspace: Workspace, plates: Plates, edition: Edition, blocks: Blocks,
    more: Iterable[tuple[str, pd.Series]] = (),
) -> dict[str, Any]:  # fmt: skip
    lang: Lang = plates.content["lang"]
    layer, catalogue = found.layer, workspace.catalogue

    def told_of(names: Iterable[str]) -> list[str]:
        return [
            name for name in names if name in layer.fields and found.has(name) and not edition.hides(layer.fields[name])
        ]

    shown, searched = told_of(one.popup), told_of(one.search or ("name",))
    extra = [name for name in told_of(dict.fromkeys([*searched, one.label or "name"])) if name not in shown]
    told = (
        [*(card(one.idle, plates.idle_rows(found), plates.idle, lang) if one.idle else ()), *more]
        if edition.public_m is None
        else []
    )
    place = {name: index for index, name in enumerate(shown, start=1)}
    place |= {name: index for index, name in enumerate(extra, start=1 + len(shown) + len(told))}
    themes = Themes(found, catalogue, plates, blocks.carry)
    kept = [theme for theme in one.themes if not theme.field or not edition.hides(layer.fields[theme.field])]
    return {
        "name": one.name,
        "title": layer.title.to(lang),
        "count": len(found.ids),
        "total": edition.left_out.get(one.name, len(found.ids)),
        "note": edition.note(one.name, lang),
        "visible": one.visible,
        "style": _style(one.style) | ({"spot": "dot"} if one.spot else {}),
        "meshes": _placed(plates.of(found, "meshes", lambda: _meshes(found.sliced)), blocks),
        "columns": _columns(found, shown, extra, told, catalogue, plates, blocks) if len(found.ids) else None,
        "fields": [
            *({"title": layer.fields[name].title.to(lang), "unit": field_unit(layer.fields[name], lang)} for name in shown),
            *({"title": title, "unit": ""} for title, _ in told),
        ],
        "chips": chips(found, plates.idle_rows(found), plates.idle, plates.dataset, catalogue, lang) if one.idle and told else {},
        "named": place.get("name"),
        "label": place.get(one.label) if one.label else None,
        "search": [0, *(place[name] for name in searched)],
        "themes": [themes.of(theme) for theme in kept],
        "theme": 0 if kept else None,
    }  # fmt: skip


def _base_layer(title: str, shapes: Array, blocks: Blocks) -> dict[str, Any]:
    """Lines to find one's way by: grey, below everything, without a word at a click."""
    return {
        "name": f"base {title}", "title": title, "count": len(shapes), "total": len(shapes), "note": "", "visible": True,
        "style": {"fill": "#eceff1", "stroke": "#b4bcc4", "width": 0.7, "opacity": 0.6, "dash": ""}, "quiet": True,
        "meshes": _placed(_meshes(shapes), blocks), "columns": None, "fields": [], "named": None, "label": None, "search": [],
        "themes": [], "theme": None,
    }  # fmt: skip


def _columns(
    found: Drawn, shown: list[str], extra: list[str], told: list[tuple[str, pd.Series]], catalogue: Catalogue, plates: Plates,
    blocks: Blocks,
) -> list[int]:  # fmt: skip
    """The ids, then what a click tells, then what is only searched, a block each."""
    lang: Lang = plates.content["lang"]

    def ids() -> str:
        return encoded(columns.packed(pd.Series(found.ids, dtype=object), lang))

    def field_of(name: str) -> str:
        codes = catalogue.codes.get(found.layer.fields[name].codes or "")
        values = found.column(name)
        if codes is not None:
            values = values.map({one: spelled(str(one), codes, lang) for one in values.dropna().unique()})
        return encoded(columns.packed(values, lang))

    def fields(names: list[str]) -> list[int]:
        return [blocks.add(plates.of(found, f"field {name}", partial(field_of, name))) for name in names]

    return [
        blocks.add(plates.of(found, "ids", ids)),
        *fields(shown),
        *blocks.columns((one for _, one in told), lang),
        *fields(extra),
    ]


def _meshes(geometry: Array) -> list[tuple[dict[str, Any], str]]:
    """The meshes of geometries as the page reads them, each with the text of its block."""
    heads = [mesh.as_dict() for mesh in meshes(geometry)]
    return [({key: one[key] for key in ("kind", "bits", "origin", "owners")}, one["data"]) for one in heads]


def _placed(some: list[tuple[dict[str, Any], str]], blocks: Blocks) -> list[dict[str, Any]]:
    return [{**head, "block": blocks.add(text)} for head, text in some]


def _extent(found: Drawn, plates: Plates) -> Array:
    bounds: Array = plates.of(found, "extent", lambda: extent(found.sliced))
    return bounds


def _findings(
    spec: MapSpec, content: Document, workspace: Workspace, edition: Edition, blocks: Blocks
) -> dict[str, Any] | None:
    """The findings of the document that the map is about, and their evidence as the topmost layer; none in a public edition."""
    if edition.public_m is not None:
        return None
    lang: Lang = content["lang"]
    titles = words.titles(workspace.catalogue.layers, lang)
    told = [
        one
        for one in content["findings"]
        if (not spec.rules or one["rule"] in spec.rules) and edition.about(one["park"])
    ]
    if spec.rules and not told:  # a map about some rules, none of which found anything
        return None
    order = {name: index for index, name in enumerate(words.SEVERITY)}
    told.sort(key=lambda one: order[one["severity"]])
    shapes = np.array(
        [shapely.geometry.shape(one["evidence"]) if one["evidence"] else None for one in told] or [None], dtype=object
    )
    places = np.flatnonzero(present(shapes)).tolist()
    place_of = {row: place for place, row in enumerate(places)}
    rows = [_row(one, titles, lang) | {"place": place_of.get(row)} for row, one in enumerate(told)]
    assert spec.findings is not None
    found = shapes[places] if places else np.array([], dtype=object)
    ids = pd.Series([f"{told[row]['rule']} {told[row]['subject']['id']}" for row in places], dtype=object)
    return {
        "rows": rows,
        "places": places,
        "severities": {key: text.to(lang) for key, text in words.SEVERITY.items()},
        "rules": _rule_titles({one["rule"] for one in rows}, lang),
        "layer": {
            "name": "findings", "title": STRINGS["findings"].to(lang), "count": len(places), "total": len(places), "note": "",
            "visible": True, "style": _style(spec.findings) | {"spot": "ring"}, "meshes": _placed(_meshes(found), blocks) if places else [],
            "columns": blocks.columns([ids], lang), "fields": [], "named": None, "label": None, "search": [],
            "themes": [], "theme": None,
        },
    }  # fmt: skip


def _row(one: Mapping[str, Any], titles: dict[str, str], lang: Lang) -> dict[str, Any]:
    accepted = one["accepted"]
    return {
        "rule": one["rule"],
        "severity": one["severity"],
        "subject": words.subject(one["subject"], titles),
        "message": one["message"][lang],
        "fix": one["fix"][lang],
        "article": words.article(one["citation"]),
        "quote": one["citation"]["quote"],
        "responsible": one["responsible"][lang],
        "measured": words.measured(dict(one), lang),
        "expected": words.expected(dict(one), lang),
        "accepted": f"{accepted['by']} {accepted['on']} {accepted['reason']}" if accepted else "",
    }


def _rule_titles(found: set[str], lang: Lang) -> dict[str, str]:
    """The titles of the rules that have findings; where several faults share a rule, the first."""
    titles: dict[str, str] = {}
    for one in registry():
        titles.setdefault(one.rule.id, one.rule.title.to(lang))
    return {rule: titles.get(rule, "") for rule in sorted(found)}


def _sources(content: Document, lang: Lang) -> str:
    """The files that the map was made from, the first few by name."""
    paths = list(dict.fromkeys(one["path"].rsplit("/", 1)[-1] for one in content["inputs"] if one["crs"]))
    more = len(paths) - _SOURCES_NAMED
    rest = Text(f"等 {len(paths)} 个文件", f" and {more} more").to(lang) if more > 0 else ""
    return "、".join(paths[:_SOURCES_NAMED]) + rest


def _bounds(found: list[tuple[str, Array]]) -> list[list[float]] | None:
    """Where the map opens: around the parks and blocks, else around everything."""
    boxes = [box for name, box in found if name in ("blocks", "parks")] or [box for _, box in found]
    if not boxes:
        return None
    west, south = np.min(boxes, axis=0)[:2]
    east, north = np.max(boxes, axis=0)[2:]
    return [[float(south), float(west)], [float(north), float(east)]]


def _style(style: Style) -> dict[str, Any]:
    return {
        "fill": style.fill,
        "stroke": style.stroke,
        "width": style.width,
        "opacity": style.opacity,
        "dash": style.dash,
    }
