"""Small pictures of the land cover on the cards of idle parcels, a year beside a year."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from geoparks.catalog.layer import Catalogue
from geoparks.dataset import Dataset
from geoparks.errors import NotJudged
from geoparks.maps.drawn import Drawn
from geoparks.maps.idle_card import raster_title
from geoparks.maps.idle_lookup import IdleLookup
from geoparks.measure.chip import chip, chip_title
from geoparks.text import Lang, Text

Array = np.ndarray[Any, Any]
MOST = 200
"""Parcels of a page that have pictures: some 3 kB each. The card of any other says by words what was measured."""
_SIZE_PX = 128
_BUILT = "#c0392b"  # of built-up classes, where the workspace names no legend with colours
_PICTURED = ("determined", "suspected")
_COVER = "land_cover_"


def chips(
    found: Drawn, positions: Array, idle: IdleLookup, dataset: Dataset, catalogue: Catalogue, lang: Lang
) -> dict[str, list[dict[str, str]]]:
    """By position of the feature: pictures, PNG in base64, with what stands under them, oldest first.

    Of parcels that are determined or suspected to be idle and lie on land cover, the determined first, at most `MOST`.
    positions: the idle row of every feature, −1 for none.
    """
    colours = _colours(dataset, catalogue)
    if not dataset.rasters or not colours:
        return {}
    listed = np.flatnonzero(positions >= 0)
    place = dict(zip(positions[listed].tolist(), listed.tolist(), strict=True))
    some = [(index, idle.rows[row]) for row, index in sorted(place.items())]
    pictured = [
        (index, one["evidence"])
        for status in _PICTURED
        for index, one in some
        if one["status"] == status and any(map(_is_cover, one["evidence"]))
    ]
    shapes = found.only(np.array([index for index, _ in pictured[:MOST]], dtype=int)).geometry
    return {
        str(index): _pictures(shape, evidence, dataset, colours, lang)
        for (index, evidence), shape in zip(pictured[:MOST], shapes, strict=True)
    }


def _pictures(
    shape: Any, evidence: Mapping[str, float], dataset: Dataset, colours: Mapping[int, str], lang: Lang
) -> list[dict[str, str]]:
    pictures = []
    for name, share in evidence.items():
        year = int(name.rpartition("_")[2])
        if not _is_cover(name) or year not in dataset.rasters:
            continue
        try:
            picture = chip(dataset.rasters[year], shape, _SIZE_PX, colours)
        except NotJudged:  # the raster was there when it was measured, and is not now: the words remain
            continue
        share_words = Text(f"{share:.1%}", f"{share:.1%}")
        title = chip_title(raster_title(name), share_words).to(lang)
        pictures.append({"title": title, "data": base64.b64encode(picture).decode("ascii")})
    return pictures


def _is_cover(name: str) -> bool:
    return name.startswith(_COVER)


def _colours(dataset: Dataset, catalogue: Catalogue) -> dict[int, str]:
    """Class → colour: of the legend, else the built-up classes alone."""
    named = catalogue.codes["land_cover"].colours.get(dataset.legend, {})
    return {int(one): colour for one, colour in named.items()} or dict.fromkeys(dataset.built_classes, _BUILT)
