"""Pairs of functional zones of different kinds that share land in one park."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geoparks.measure.evidence import parts_once
from geoparks.measure.overlay import Pair, overlapping_pairs
from geoparks.measure.zoned import UNNAMED
from geoparks.normalise.features import Features


def zone_pairs(features: Features) -> Iterator[Pair]:
    """Every two ids that overlap, may be of one park and are not of one kind; the lower id first, rows of one id together.

    Where one of them does not say its kind, they may be of different ones.
    """
    kinds = features.column("zone").astype(object).fillna(UNNAMED).to_numpy(dtype=object)
    parks = features.column("park_id").astype(object).fillna("").to_numpy(dtype=object)
    found: dict[tuple[str, str], list[Pair]] = {}
    for pair in overlapping_pairs(features):
        one, other = pair.first, pair.second
        same_kind = kinds[one] == kinds[other] and kinds[one] != UNNAMED
        apart = parks[one] != parks[other] and parks[one] and parks[other]
        # Two rows of one id are one zone, unless they say that they are of two kinds.
        one_zone = features.ids[one] == features.ids[other] and UNNAMED in (kinds[one], kinds[other])
        if same_kind or apart or one_zone:
            continue
        if (str(features.ids[other]), kinds[other]) < (str(features.ids[one]), kinds[one]):
            one, other = other, one
        found.setdefault((str(features.ids[one]), str(features.ids[other])), []).append(Pair(one, other, pair.parts))
    for some in found.values():
        first, second = int(np.min([pair.first for pair in some])), int(np.min([pair.second for pair in some]))
        parts = tuple(part for pair in some for part in pair.parts)
        yield Pair(first, second, parts_once(parts, features, first) if len(some) > 1 else parts)
