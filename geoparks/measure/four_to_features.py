"""Where the features are that four-to limits name: landmarks, other blocks, counties and their borders; looked up by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.four_to_names import keys
from geoparks.measure.four_to_sides import Lines, Outline, lines_of
from geoparks.measure.four_to_words import Mention
from geoparks.normalise.features import Features

Array = np.ndarray[Any, Any]

ALONG = frozenset({"road", "railway", "river", "canal", "boundary", "line"})
"""Kinds of landmark that run along a boundary; others stand somewhere beside it."""
_LINE_WORDS = re.compile(r"(?:路|街|道|线|河|沟|渠|堤|高速|界)$")
_REACH_M = 5000.0
"""Same-named features farther than this from a block are others, where there is one nearer."""
_OWN_BORDER = re.compile(
    r"(?:行政区?划?|本)*(?:旗县?|县|市|区|盟|省|行政区?划?)(?:域)?(?:行政区?划?)?(?:界线?|边界线?)"
)
_BORDER = re.compile(r"(?:(?:行政)?(?:区划|区域?)?(?:界线?|边界线?|交界处?|地界))$")
_LAYERS = ("landmarks", "blocks", "counties")


@dataclass(frozen=True)
class Found:
    """A named feature beside a block."""

    name: str
    layer: str
    positions: tuple[int, ...]
    place: bool
    """Whether it stands somewhere beside the block rather than runs along it."""
    lines: Lines


@dataclass(frozen=True)
class Gazetteer:
    """All that can be named, by the keys of the names."""

    dataset: Dataset
    known: dict[str, dict[str, tuple[int, ...]]]
    """By layer and key, the positions of the features."""

    def knows(self, name: str) -> bool:
        """Whether something is called so."""
        found = keys(name)
        return any(one in names for names in self.known.values() for one in found)

    def find(self, mention: Mention, outline: Outline, own: tuple[int, ...]) -> Found | None:
        """The feature that is meant, beside a block of some rows: by its first name that anything has."""
        for name in mention.names:
            if _OWN_BORDER.fullmatch(name) and (border := self._own_border(name, outline)) is not None:
                return border
            bare = _BORDER.sub("", name)
            for layer in _LAYERS:
                called = name if layer != "counties" else bare
                positions = sorted({one for key in keys(called) for one in self.known.get(layer, {}).get(key, ())})
                if layer == "blocks":
                    positions = self._neighbours(positions, own)
                if positions and (found := self._found(name, layer, positions, outline)) is not None:
                    return found
        return None

    def _neighbours(self, positions: list[int], own: tuple[int, ...]) -> list[int]:
        """Blocks of a name without the block itself; those of its own park, where there are any."""
        blocks = self.dataset["blocks"]
        others = [one for one in positions if one not in own]
        parks = blocks.column("park_id").to_numpy(dtype=object)
        siblings = [one for one in others if isinstance(parks[one], str) and parks[one] == parks[own[0]]]
        return siblings or others

    def _found(self, name: str, layer: str, positions: list[int], outline: Outline) -> Found | None:
        """The features of a name that are near, as lines in the plane of the block."""
        features = self.dataset[layer]
        shapes = features.geometry[positions]
        there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        at = np.array(positions)[there]
        if not len(at):
            return None
        plane = outline.local.into(shapes[there])
        far = shapely.distance(plane, outline.filled)
        near = far <= max(_REACH_M, float(far.min()))
        at, plane = at[near], plane[near]
        place = layer == "blocks" or (layer == "landmarks" and _is_place(features, at, name))
        return Found(name, layer, tuple(at.tolist()), place, lines_of(plane, outline.filled))

    def _own_border(self, name: str, outline: Outline) -> Found | None:
        """The border of the county, or of the league, that a block lies in."""
        counties = self.dataset.get("counties")
        if counties is None or not counties.has_geometry:
            return None
        middle = outline.local.out_of(shapely.point_on_surface(outline.filled))
        inside = np.flatnonzero(shapely.intersects(_sound(counties), middle)).tolist()
        if not inside:
            return None
        if name.startswith(("市", "盟")) and counties.has("league"):
            leagues = counties.column("league").to_numpy(dtype=object)
            inside = np.flatnonzero(leagues == leagues[inside[0]]).tolist()
        whole = np.array([shapely.union_all(_sound(counties)[inside])], dtype=object)
        lines = lines_of(outline.local.into(whole), outline.filled)
        return Found(name, "counties", tuple(inside), place=False, lines=lines)

    def near(self, outline: Outline, own: tuple[int, ...], metres: float) -> Iterator[tuple[str, str]]:
        """Names (and their layers) of all features within some metres of a block: what its limits can be written by."""
        west, south, east, north = outline.filled.bounds
        window = outline.local.out_of(shapely.box(west - metres, south - metres, east + metres, north + metres))
        for layer in _LAYERS:
            features = self.dataset.get(layer)
            if features is None or not features.has_geometry or not features.holds("name"):
                continue
            names = features.column("name").to_numpy(dtype=object)
            hit = np.flatnonzero(shapely.intersects(features.geometry, window))
            there = [
                one for one in hit.tolist() if isinstance(names[one], str) and (layer != "blocks" or one not in own)
            ]
            plane = outline.local.into(features.geometry[there])
            close = shapely.distance(plane, outline.filled) <= metres
            yield from dict.fromkeys((str(names[one]), layer) for one, kept in zip(there, close, strict=True) if kept)


def gazetteer_of(dataset: Dataset) -> Gazetteer:
    """What can be named in a dataset; made once."""
    if "four_to_gazetteer" not in dataset.derived:
        known: dict[str, dict[str, tuple[int, ...]]] = {}
        for layer in _LAYERS:
            features = dataset.get(layer)
            if features is None or not features.has_geometry:
                continue
            known[layer] = {}
            for position, words in _names(dataset, features):
                for key in keys(words):
                    known[layer][key] = (*known[layer].get(key, ()), position)
        dataset.derived["four_to_gazetteer"] = Gazetteer(dataset, known)
    found: Gazetteer = dataset.derived["four_to_gazetteer"]
    return found


def _names(dataset: Dataset, features: Features) -> Iterator[tuple[int, str]]:
    """Every feature with its name; blocks by their id and by the name of their park, too."""
    for position, name in enumerate(features.column("name")):
        if isinstance(name, str) and name.strip():
            yield position, name
    if features.layer.name != "blocks":
        return
    for position, name in enumerate(features.ids.tolist()):
        yield position, str(name)
    parks = dataset.get("parks")
    if parks is not None and parks.holds("park_id") and parks.holds("name"):
        called = dict(zip(parks.ids.tolist(), parks.column("name"), strict=True))
        for position, park in enumerate(features.column("park_id")):
            if isinstance(name := called.get(park), str):
                yield position, name


def _is_place(features: Features, positions: Array, name: str) -> bool:
    """Whether landmarks stand beside a boundary rather than run along it: by their kind, else by geometry and name."""
    kinds = {one for one in features.column("kind").iloc[positions] if isinstance(one, str)}
    if kinds:
        return kinds.isdisjoint(ALONG)
    dimensions = shapely.get_dimensions(features.geometry[positions])
    return not ((dimensions == 1).any() or _LINE_WORDS.search(name)) or bool(pd.isna(dimensions).all())


def _sound(features: Features) -> Array:
    """The geometries of a layer, valid, in EPSG:4490; made once."""
    if "sound_lonlat" not in features.derived:
        shapes = features.geometry.copy()
        bad = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
        shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
        features.derived["sound_lonlat"] = shapes
    result: Array = features.derived["sound_lonlat"]
    return result
