"""B17: two functional zones of different kinds overlap, so that they are not told apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.zone_pairs import zone_pairs
from geoparks.measure.zoned import UNNAMED, zone_title
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "zones_overlap"

RULE = Rule(
    id="B17",
    title=Text("功能分区重叠", "Functional zones overlap"),
    about=Text(
        "同一园区两个类型不同的功能分区共有的面积。同类的重叠不算；有一个没有注明类型的，不作结论。",
        "The area shared by two zones of different kinds in one park. An overlap of one kind is none; where one does not say its"
        " kind, there is no verdict.",
    ),
    subjects=("functional_zones",),
    needs=("functional_zones",),
    uses=("parks",),
    geometric=True,
    whole_to_pass=("functional_zones",),
    faults={
        _FAULT: Words(
            title=Text("功能分区重叠", "Functional zones overlap"),
            message=Text(
                "{park}的{kind}分区 {name} 与{other_kind}分区 {other} 重叠 {area}。",
                "{kind} zone {name} and {other_kind} zone {other} of {park} overlap by {area}.",
            ),
            fix=Text("明确重叠部分属于哪一类，改画其中一个。", "Settle which of the two it is and redraw the other."),
        )
    },
)


def zones_overlap(layers: Dataset) -> Iterator[Measurement]:
    """Square metres that every two zones of different kinds share, and nothing for a zone that shares none."""
    features = layers["functional_zones"]
    clean = ~shapely.is_missing(features.geometry) & ~shapely.is_empty(features.geometry)
    kinds = features.column("zone").astype(object).fillna(UNNAMED)
    parks = features.column("park_id")
    for pair in zone_pairs(features):
        unknown = UNNAMED in (kinds.iloc[pair.first], kinds.iloc[pair.second])
        clean[[pair.first, pair.second]] = False
        park = next((one for one in parks.iloc[[pair.first, pair.second]] if isinstance(one, str)), "")
        known = layers.get("parks")
        rows = known.positions(park) if known is not None else []
        yield Measurement(
            features.subject(pair.first),
            _FAULT,
            parts=() if unknown else pair.parts,
            unsure=pair.parts if unknown else (),
            how="sum",
            other=features.subject(pair.second),
            reason=Text("重叠的分区没有注明类型", "a zone that overlaps does not say its kind") if unknown else None,
            words={
                "park": known.subject(rows[0]).label if known is not None and rows else park or "—",
                "kind": zone_title(layers, kinds.iloc[pair.first]),
                "other_kind": zone_title(layers, kinds.iloc[pair.second]),
            },
        )
    for position in np.flatnonzero(clean).tolist():
        yield Measurement(features.subject(position), _FAULT, how="sum")
