"""The idle rows of a document by parcel: where each one stands, and what is true of a parcel that is not among them.

Of very many parcels the document lists only those that somebody must deal with, and counts all in ``idle_counts``. Then a
parcel without a row is not idle, if the document has counted as many as there are on the map; in a document that counts
none, or others, it has not been judged.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from geoparks.document import Document
from geoparks.normalise.by_position import pieces

Array = np.ndarray[Any, Any]
NOT_IDLE = "not_idle"
_UNLISTED = {"status": NOT_IDLE}


class IdleLookup:
    """The idle rows of a document, found by the ids of parcels; `parcels` is how many there are to be asked for."""

    def __init__(self, content: Document, parcels: int) -> None:
        self.rows: list[dict[str, Any]] = content["idle"]
        self.partial = 0 < sum(content.get("idle_counts", {}).values()) == parcels
        """Whether parcels without a row are not idle."""

    def __bool__(self) -> bool:
        """Whether the parcels have been judged."""
        return self.partial or bool(self.rows)

    @cached_property
    def _index(self) -> pd.Index:
        return pd.Index([str(one["parcel_id"]) for one in self.rows], dtype=object)

    @cached_property
    def _last(self) -> tuple[pd.Index, Array]:
        """Every id once, with its last row."""
        last = np.flatnonzero(~self._index.duplicated(keep="last"))
        return self._index[last], last

    def positions(self, ids: Array) -> Array:
        """The row of every parcel, whose ids are text; −1 for one that has none."""
        if not self.rows:
            return np.full(len(ids), -1)
        known, last = self._last
        found = np.concatenate([known.get_indexer(pd.Index(ids[some], dtype=object)) for some in pieces(len(ids))])
        return np.where(found < 0, -1, last[found])

    def knows_all(self, positions: Array) -> bool:
        """Whether something is known of every parcel whose rows are given."""
        return self.partial or (bool(self.rows) and bool((positions >= 0).all()))

    def each(self, positions: Array, told: Any) -> Array:
        """What ``told`` makes of the row of every parcel, called once a row; None where a parcel has no row to tell of.

        Where unlisted parcels are not idle, it is asked once of a row that says just that.
        """
        result = np.full(len(positions), None, dtype=object)
        if self.partial:
            result[:] = told(_UNLISTED)
        listed = positions >= 0
        rows, back = np.unique(positions[listed], return_inverse=True)
        words = np.empty(len(rows), dtype=object)
        words[:] = [told(self.rows[one]) for one in rows.tolist()]
        result[listed] = words[back]
        return result
