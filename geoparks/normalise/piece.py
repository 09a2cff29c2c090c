"""Some rows of a layer as a layer of their own, which still knows what is true of the whole: what was lost, what is blank."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from geoparks.normalise.features import Features

Array = np.ndarray[Any, Any]


@dataclass
class Piece(Features):
    """Some rows of a layer. What is said of columns is said of those of the whole."""

    filled: frozenset[str] = field(default_factory=frozenset)
    """Columns that have a value somewhere in the whole layer."""

    def has(self, *names: str) -> bool:
        """Whether all fields are there, each with at least one value in the whole layer."""
        return all(name in self.filled for name in names)


def piece_of(features: Features, rows: Array) -> Piece:
    """Some rows of a layer, by position; faults, disputes and questions are those of the whole."""
    own = {one.name: getattr(features, one.name) for one in fields(Features)}
    filled = features.derived.get("filled")
    if filled is None:
        some = (name for name in features.table.fields if features.table.is_filled(name))
        filled = features.derived["filled"] = frozenset(some)
    own |= {name: own[name][rows] for name in ("rows", "source_of", "invalid")}
    own |= {"table": features.table.some(rows), "repairs": [], "derived": {}}
    made = Piece(**own, filled=filled)
    made.__dict__ |= {"lost": features.lost, "_ids": features.ids[rows]}  # what is answered of pieces shares the ids
    return made
