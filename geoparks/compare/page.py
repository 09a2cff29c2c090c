"""The map of a comparison: old and new under the curtain, what came and went, the corners that moved, every change to click."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import shape

from geoparks import units, words
from geoparks.compare.document import RELATIONS, Document
from geoparks.compare.opening import Version
from geoparks.compare.telling import KINDS, amount, called, shift_sentence
from geoparks.maps.blocks import Blocks
from geoparks.maps.pack import meshes
from geoparks.maps.page import page
from geoparks.maps.strings import STRINGS
from geoparks.measure.versions import Relation
from geoparks.text import Lang, Text

Array = np.ndarray[Any, Any]
_STYLES = {
    "old": {"fill": "#c9bfe0", "stroke": "#5b3f8c", "width": 1.6, "opacity": 0.45, "dash": ""},
    "new": {"fill": "#9cbbe0", "stroke": "#2f5d9b", "width": 1.6, "opacity": 0.45, "dash": ""},
    "removed": {"fill": "#f2a55f", "stroke": "#b3561b", "width": 1.2, "opacity": 0.6, "dash": ""},
    "added": {"fill": "#4aa564", "stroke": "#1d6b37", "width": 1.2, "opacity": 0.6, "dash": ""},
    "corners": {"fill": "#c8102e", "stroke": "#c8102e", "width": 2, "opacity": 0.9, "dash": ""},
    "findings": {"fill": "none", "stroke": "#c8102e", "width": 1.5, "opacity": 0.3, "dash": ""},
}
_TITLES = {
    "old": Text("旧版", "Old version"), "new": Text("新版", "New version"), "removed": Text("减少的土地", "Land removed"),
    "added": Text("增加的土地", "Land added"), "corners": Text("拐点移动", "Moved corners"),
}  # fmt: skip
_ID, _NAME, _AREA = Text("编号", "Id"), Text("名称", "Name"), Text("面积", "Area")
_CHANGE, _METRES = Text("变化", "Change"), Text("移动", "Moved")
_WORDS = {
    "findings": Text("变化", "Changes"), "none": Text("没有变化", "No changes"), "all_rules": Text("全部变化", "All changes"),
    "all_severities": Text("全部", "All"), "severity": Text("情形", "State"), "previous": Text("上一处", "Previous change"), "next": Text("下一处", "Next change"),
    "menu": Text("图层与变化", "Layers and changes"),
}  # fmt: skip
_SEVERITY = Text("有变化", "changed")
_MOST_DRAWN = 150_000  # features of one version that a page holds
_TOO_MANY = Text("要素太多，未画出，见 compare.gpkg", "too many to be drawn: see compare.gpkg")


def page_of(content: Document, old: Version, new: Version, lang: Lang) -> str:
    """The page as text, self-contained."""
    blocks = Blocks()
    versions = [_version(key, one, lang, blocks) for key, one in (("old", old), ("new", new))]
    land = [_land(content, sign, lang, blocks) for sign in ("removed", "added")]
    layers = [*versions, *land, _corners(content, lang, blocks)]
    findings = _findings(content, lang, blocks)
    layers.append(findings.pop("layer"))
    shapes = [one.features.geometry for one in (old, new)]
    west, south, east, north = shapely.total_bounds(np.concatenate(shapes)).tolist()
    shift = shift_sentence(content)
    return page(
        {
            "lang": lang, "strings": {key: text.to(lang) for key, text in {**STRINGS, **_WORDS}.items()},
            "title": Text("边界版本比对", "Two versions of a boundary").to(lang), "workspace": f"{old.path} → {new.path}", "on": "", "made": words.MADE.to(lang) if content["made"] else "",
            "notice": shift.to(lang) if shift is not None else "", "source": f"{old.path}、{new.path}", "bounds": [[south, west], [north, east]],
            "layers": [one for one in layers if one["count"] or one["name"] in ("old", "new", "findings")], "findings": findings, "swipe": ["old", "new"],
            "sheets": [], "bases": [],
        },
        blocks,
    )  # fmt: skip


def _layer(name: str, title: str, geometry: Array, told: list[tuple[Text, pd.Series, str]], lang: Lang, blocks: Blocks, *, visible: bool = True, label: int | None = None) -> dict[str, Any]:  # fmt: skip
    """A layer as the page reads it; the first column is what a feature is called by."""
    return {
        "name": name, "title": title, "count": len(geometry), "total": len(geometry), "note": "", "visible": visible, "style": _STYLES[name],
        "meshes": [_mesh(one.as_dict(), blocks) for one in meshes(geometry)] if len(geometry) else [],
        "columns": blocks.columns((one for _, one, _ in told), lang) if len(geometry) else None,
        "fields": [{"title": title.to(lang), "unit": unit} for title, _, unit in told[1:]], "chips": {}, "named": label, "label": label,
        "search": [0, *([label] if label else [])], "themes": [], "theme": None,
    }  # fmt: skip


def _mesh(head: dict[str, Any], blocks: Blocks) -> dict[str, Any]:
    return {**{key: head[key] for key in ("kind", "bits", "origin", "owners")}, "block": blocks.add(head["data"])}


def _version(key: str, one: Version, lang: Lang, blocks: Blocks) -> dict[str, Any]:
    features = one.features
    at = np.flatnonzero(~shapely.is_missing(features.geometry) & ~shapely.is_empty(features.geometry))
    many = len(at) > _MOST_DRAWN
    at = at[:0] if many else at
    names = features.column("name").iloc[at].astype(object).reset_index(drop=True)
    told = [(_ID, pd.Series(features.ids[at], dtype=object), ""), (_NAME, names, "")]
    made = _layer(
        key,
        f"{_TITLES[key].to(lang)}：{one.path}",
        features.geometry[at],
        told,
        lang,
        blocks,
        label=1 if names.notna().any() else None,
    )
    return {**made, "note": _TOO_MANY.to(lang)} if many else made


def _land(content: Document, sign: str, lang: Lang, blocks: Blocks) -> dict[str, Any]:
    some = [one for one in content["changes"] if one[sign]]
    geometry = np.array([shape(one[sign]) for one in some], dtype=object)
    told = [
        (_ID, pd.Series([called(one) for one in some], dtype=object), ""),
        (_CHANGE, pd.Series([RELATIONS[Relation(one["relation"])].to(lang) for one in some], dtype=object), ""),
        (_AREA, pd.Series([one[f"{sign}_mu"] for one in some], dtype=float), units.UNITS["mu"].title.to(lang)),
    ]
    return _layer(sign, _TITLES[sign].to(lang), geometry, told, lang, blocks)


def _corners(content: Document, lang: Lang, blocks: Blocks) -> dict[str, Any]:
    """Lines from the old place of a corner to the new one; points where a corner came or went."""
    some = content["corners"]
    shapes = [
        shapely.LineString([one["old"], one["new"]])
        if one["kind"] == "moved"
        else shapely.Point(one["new"] or one["old"])
        for one in some
    ]
    names = {one["number"]: called(one) for one in content["changes"]}
    told = [
        (_ID, pd.Series([names[one["change"]] for one in some], dtype=object), ""),
        (_CHANGE, pd.Series([KINDS[one["kind"]].to(lang) for one in some], dtype=object), ""),
        (_METRES, pd.Series([one["metres"] for one in some], dtype=float), units.UNITS["m"].title.to(lang)),
    ]
    return _layer("corners", _TITLES["corners"].to(lang), np.array(shapes, dtype=object), told, lang, blocks)


def _findings(content: Document, lang: Lang, blocks: Blocks) -> dict[str, Any]:
    """Every change, a click away from its place."""
    some = [one for one in content["changes"] if one["relation"] != "unchanged"]
    lands = [[shape(one[sign]) for sign in ("added", "removed") if one[sign]] for one in some]
    places = [index for index, one in enumerate(lands) if one]
    place_of = {index: place for place, index in enumerate(places)}
    rows = [
        {
            "rule": RELATIONS[Relation(one["relation"])].to(lang), "subject": called(one), "severity": "duty", "message": amount(one).to(lang),
            "fix": "", "article": "", "quote": "", "responsible": "", "measured": "", "expected": "", "accepted": "", "place": place_of.get(index),
        }
        for index, one in enumerate(some)
    ]  # fmt: skip
    geometry = np.array([shapely.union_all(lands[index]) for index in places], dtype=object)
    ids = pd.Series([called(some[index]) for index in places], dtype=object)
    layer = _layer("findings", _WORDS["findings"].to(lang), geometry, [(_ID, ids, "")], lang, blocks)
    layer["style"] = {**layer["style"], "spot": "ring"}
    layer["columns"] = layer["columns"] if layer["columns"] is not None else blocks.columns([ids], lang)
    return {
        "rows": rows, "places": places, "severities": {"duty": _SEVERITY.to(lang)}, "rules": {row["rule"]: "" for row in rows}, "layer": layer,
    }  # fmt: skip
