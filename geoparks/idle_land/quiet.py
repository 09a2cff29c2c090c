"""The parcels that are not idle, as a table: most of them are not, and there is little to tell of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from geoparks.dataset import Dataset
from geoparks.idle_land.facts import Facts
from geoparks.idle_land.identify import Identified
from geoparks.idle_land.reasons import reasons_of_quiet

if TYPE_CHECKING:
    import pyarrow as pa

Array = np.ndarray
EVIDENCE = "evidence:"
"""Begins the name of a column of built-up shares, one for every raster."""
_REPEATED = frozenset({"name", "park", "cause", "cause_item", "reason_zh", "reason_en"})
"""Columns of few different words: each is kept once."""
_COMING = ("not_yet", "stopped_short")
_NAT = np.datetime64("NaT", "D")


def quiet(layers: Dataset, facts: Facts, found: Identified, index: Array, evidence: Mapping[str, Array]) -> pa.Table:
    """A row for each parcel at some indexes: who, since when, until when, cause, area in m², reason, built-up shares, `index`.

    Days are null where there are none, texts empty, numbers null; texts that repeat are kept once (Arrow dictionaries).
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    parcels = layers["parcels"]
    positions = facts.positions[index]
    parks = layers.parks_along("parcels")[positions]
    since = np.where(found.type[index] == "", _NAT, found.since[index])
    on = np.datetime64(layers.on, "D")
    counted = ~np.isnat(since) & (since <= on)
    coming = np.isin(found.why[index], _COMING)
    days = pa.array(np.where(counted, (on - np.where(counted, since, on)).astype(np.int64), 0), mask=~counted)
    columns = {
        "index": pa.array(index),
        "parcel_id": pa.array(parcels.ids[positions], type=pa.string()),
        "name": pa.array(parcels.names[positions], type=pa.string()),
        "park": pa.array(parks, type=pa.string()),
        "since": pa.array(since),
        "days": days,
        "becomes_on": pa.array(np.where(coming, found.full_on[index], _NAT).astype("datetime64[D]")),
        "cause": _words(facts, "cause", index),
        "cause_item": _words(facts, "cause_item", index),
        "area_m2": pa.array(facts.area_m2[index], from_pandas=True),
        "reason_zh": reasons_of_quiet(facts, found, index, "zh"),
        "reason_en": reasons_of_quiet(facts, found, index, "en"),
    }
    columns |= {f"{EVIDENCE}{name}": pa.array(share[index], from_pandas=True) for name, share in evidence.items()}
    return pa.table({name: pc.dictionary_encode(one) if name in _REPEATED else one for name, one in columns.items()})


def _words(facts: Facts, name: str, index: Array) -> pa.Array:
    import pyarrow as pa

    return pa.array([one if isinstance(one, str) else "" for one in facts.words[name][index]], type=pa.string())
