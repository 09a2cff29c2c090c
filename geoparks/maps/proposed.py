"""The proposals for a boundary adjustment as layers of a map: one of each kind, with the plots of all parks, to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.catalog.layer import Layer
from geoparks.catalog.map import MapLayer, MapSpec
from geoparks.document import Document
from geoparks.maps.drawn import Drawn
from geoparks.normalise.table import held
from geoparks.text import Lang, Text

_AREA = Text("面积（亩）", "Area (mu)")
_DASH = "5 3"


@dataclass(frozen=True)
class Proposed:
    """One kind of proposal, as the page shows it."""

    name: str
    title: str
    look: MapLayer
    drawn: Drawn
    area_mu: dict[str, str]
    """By plot, as words."""
    lang: Lang

    def told(self, ids: np.ndarray[Any, Any]) -> list[tuple[str, pd.Series]]:
        """What a click on plots tells besides the fields."""
        return [(_AREA.to(self.lang), pd.Series([self.area_mu[str(one)] for one in ids], dtype=object))]


def proposed(spec: MapSpec, layer: Layer, content: Document) -> Iterator[Proposed]:
    """The plots of every kind of proposal, looking as the map's layer of changes does, but dashed; the first is visible."""
    lang: Lang = content["lang"]
    kinds = _kinds(content, lang)
    look = next(one for one in spec.layers if one.name == spec.proposals)
    for number, (title, plots) in enumerate(sorted(kinds.items())):
        shapes = np.array([shapely.geometry.shape(one["geometry"]) for one in plots], dtype=object)
        frame = pd.DataFrame([{name: one.get(name) for name in layer.fields} for one in plots], dtype=object)
        area = {str(one["change_id"]): units.number(units.to_mu(one["area_m2"])) for one in plots}
        ids = frame["change_id"].to_numpy(dtype=object)
        yield Proposed(
            f"proposal {title.split()[0]}", f"{Text('方案', 'Proposal').to(lang)} {title}",
            replace(look, style=replace(look.style, dash=_DASH), visible=not number), Drawn(layer, ids, held(frame, shapes)), area, lang,
        )  # fmt: skip


def _kinds(content: Document, lang: Lang) -> dict[str, list[dict[str, Any]]]:
    """Plots by kind; where kinds come to the same for a park, its plots are shown with each that another park has."""
    some = [one for one in content["proposals"] if one["changes"]]
    letters = {one["title"][lang]: one["variant"] for one in some}
    kinds: dict[str, list[dict[str, Any]]] = {}
    for one in some:
        for title in (one["title"][lang], *(each[lang] for each in one["same_as"])):
            if title in letters:
                kinds.setdefault(f"{letters[title]} {title}", []).extend(one["changes"])
    return kinds
