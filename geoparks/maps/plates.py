"""What the maps of a run have in common, made once: a printer's plates, of which every page is an impression.

The parcels of a park are on six maps. Their shapes and their columns are packed and compressed once, for the first page
that shows them, and put into the others as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from geoparks.dataset import Dataset
from geoparks.document import Document
from geoparks.maps.drawn import Drawn, drawn
from geoparks.maps.idle_lookup import IdleLookup

Array = np.ndarray[Any, Any]
Made = TypeVar("Made")


class Plates:
    """What was made of a dataset and a result document for their maps. It lives as long as whoever draws them."""

    def __init__(self, dataset: Dataset, content: Document) -> None:
        self.dataset, self.content = dataset, content
        self._drawn: dict[str, Drawn | None] = {}
        self._made: dict[tuple[Any, ...], Any] = {}

    def drawn(self, name: str) -> Drawn | None:
        """What can be drawn of a layer."""
        if name not in self._drawn:
            self._drawn[name] = drawn(name, self.dataset)
        return self._drawn[name]

    def of(self, found: Drawn, what: str, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once for features that have a name; `what` tells apart what is made of them."""
        if not found.name:
            return make()
        key = (what, *found.name)
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made

    def let_go(self, park: str) -> None:
        """Let go of what was made of the features of one park: no page asks for it any more."""
        self._made = {key: made for key, made in self._made.items() if key[2:4] != ("park", park)}
        for found in self._drawn.values():
            if found is not None:
                found.let_go(park)

    @cached_property
    def idle(self) -> IdleLookup:
        """The idle rows of the document."""
        parcels = self.dataset.get("parcels")
        return IdleLookup(self.content, 0 if parcels is None else len(parcels.firsts))

    def idle_rows(self, found: Drawn) -> Array:
        """The idle row of every feature, −1 for one that has none."""
        return self.of(found, "idle rows", lambda: self.idle.positions(found.ids))

    @cached_property
    def figures(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """The figures of the document by id and layer."""
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for one in self.content["indicators"]:
            found.setdefault((one["id"], one["subject"]["layer"]), []).append(one)
        return found
