"""B05: a block lacks one of its four limits."""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from geoparks.dataset import Dataset
from geoparks.measure.four_to import sides_of
from geoparks.measure.four_to_words import LIMIT
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text, joined

_FAULT = "four_to_missing"

RULE = Rule(
    id="B05",
    title=Text("四至未填", "Four-to limit missing"),
    about=Text(
        "区块的东至、南至、西至、北至是否都填了；只填“无”“/”的也算没有填。",
        "Whether the east, south, west and north limit of a block are all stated; a dash states nothing.",
    ),
    subjects=("blocks",),
    needs=("blocks",),
    faults={
        _FAULT: Words(
            title=Text("四至未填", "Four-to limit missing"),
            message=Text("{name}没有填{missing}。", "{name} does not state its {missing}."),
            fix=Text(
                "按批准文件补填；没有的，可用 geoparks describe 由图形写出四至，核对后填入。",
                "Fill it in from the approval; where there is none, geoparks describe writes the limits from the geometry.",
            ),
        )
    },
)


def four_to_missing(layers: Dataset) -> Iterator[Measurement]:
    """For every block, which of its four limits say nothing; None where their column is not there."""
    blocks = layers["blocks"]
    for subject, positions, sides in sides_of(layers):
        items: dict[str, float | None] = {
            side: None if said.why is not None else float(said.stated.blank) for side, said in sides.items()
        }
        missing = [side for side in sides if items[side]]
        why = list(dict.fromkeys(said.why for said in sides.values() if said.why is not None))
        yield Measurement(
            subject,
            _FAULT,
            items=items,
            evidence=shapely.union_all(shapely.make_valid(blocks.geometry[list(positions)])),
            row=int(blocks.rows[positions[0]]),
            field_name="、".join(missing) or None,
            reason=joined(why) if why else None,
            words={"missing": joined([LIMIT[side] for side in missing], "、", " and ") if missing else Text("", "")},
        )
