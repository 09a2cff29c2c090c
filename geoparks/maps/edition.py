"""Editions of a map: the office's own, a public one with coarse coordinates and without private fields, one sheet of many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoparks import words
from geoparks.catalog.layer import Field
from geoparks.text import Lang, Text

if TYPE_CHECKING:
    from geoparks.maps.drawn import Drawn

_DEGREES_PER_METRE = 1 / 111_320.0
_NONE = np.empty(0, dtype=np.intp)
_NARROWEST = float(np.cos(np.radians(54.0)))
"""How much shorter a degree is to the east than to the north at the northern end of the country: coarse enough everywhere."""


@dataclass(frozen=True)
class Sheet:
    """A sheet that an overview leads to."""

    title: str
    file: str
    count: int

    def as_dict(self) -> dict[str, Any]:
        """As the page reads it."""
        return {"title": self.title, "file": self.file, "count": self.count}


@dataclass(frozen=True)
class Edition:
    """For whom, and of what, a map is made."""

    public_m: float | None = None
    """Metres to which a public edition coarsens coordinates; None for the office's own."""
    approval_no: str = ""
    """审图号, where the map has been approved for publication."""
    park: str | None = None
    """The one park that a sheet shows; None for all."""
    split: frozenset[str] = frozenset()
    """Layers that are spread over sheets; what they have without a park is on the sheet of no park."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Layers that an overview leaves to its sheets, with how many features they have."""
    sheets: tuple[Sheet, ...] = ()

    @property
    def notice(self) -> Text:
        """The line that says whose eyes the map is for."""
        approved = (
            Text(f"审图号：{self.approval_no}", f"Map approval no. {self.approval_no}")
            if self.approval_no
            else words.INTERNAL
        )
        if self.public_m is None:
            return approved
        coarse = Text(
            f"公开版：坐标已概化到约 {self.public_m:g} 米，不含内部字段。", f"Public edition: coordinates to about {self.public_m:g} m, private fields left out. "
        )  # fmt: skip
        return coarse + approved

    def hides(self, field: Field) -> bool:
        """Whether a field is not shown."""
        return self.public_m is not None and field.private

    def about(self, park: str | None) -> bool:
        """Whether something of a park belongs on the map."""
        return self.park is None or park == self.park

    def note(self, layer: str, lang: Lang) -> str:
        """What is to be said of a layer that is left to the sheets."""
        if layer not in self.left_out:
            return ""
        return Text("要素太多，分园区各成一幅，见下方列表", "too many for one page: one sheet a park, listed below").to(
            lang
        )

    def of(self, found: Drawn) -> Drawn:
        """The features that the edition shows, as it shows them."""
        if found.layer.name in self.left_out:
            return found.only(_NONE)
        if self.park is not None and found.has("park_id"):
            found = found.of_park(self.park)
        elif self.park and found.layer.name in self.split:
            found = found.only(_NONE)
        if self.public_m is not None:
            coarse = coarsened(found.geometry, self.public_m)
            name = (*found.name, "public", f"{self.public_m:g}") if found.name else ()
            found = replace(found, shapes=coarse).only(np.flatnonzero(~shapely.is_empty(coarse)), name)
        return found


def coarsened(geometry: np.ndarray[Any, Any], metres: float) -> np.ndarray[Any, Any]:
    """Geometries in EPSG:4490 with every coordinate on a grid of at least so many metres; what is smaller than that is gone."""
    narrow = shapely.transform(geometry, lambda places: places * (_NARROWEST, 1.0))
    coarse = shapely.set_precision(narrow, metres * _DEGREES_PER_METRE)
    shapes: np.ndarray[Any, Any] = shapely.transform(coarse, lambda places: places / (_NARROWEST, 1.0))
    return shapes
