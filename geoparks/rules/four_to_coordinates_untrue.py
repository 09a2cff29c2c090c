"""B05: the coordinates that a four-to limit states are not those of the extreme point of that side."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.four_to import outline_at, sides_of
from geoparks.measure.four_to_points import off_by
from geoparks.measure.four_to_words import LIMIT
from geoparks.records import Measurement, Part, Rule, Words
from geoparks.text import Text

_FAULT = "four_to_coordinates_untrue"

RULE = Rule(
    id="B05",
    title=Text("四至坐标不符", "Coordinates of a limit untrue"),
    about=Text(
        "只写坐标的四至，与区块在该侧的最远点比较：东、西比经度或横坐标，南、北比纬度或纵坐标；写了一对坐标的，该点还须在边界上。所写坐标末位的半个单位不计。",
        "A limit that states coordinates only is held against the extreme point of that side: longitude or easting for east and west,"
        " latitude or northing for south and north; a pair must lie on the boundary, too. Half of the last digit is left out.",
    ),
    subjects=("blocks",),
    needs=("blocks",),
    geometric=True,
    faults={
        _FAULT: Words(
            title=Text("四至坐标不符", "Coordinates of a limit untrue"),
            message=Text(
                "{name}{limit}“{stated}”，与该侧最远点相差 {off}。",
                "{name}: the {limit} “{stated}” lies {off} off the extreme point of that side.",
            ),
            fix=Text(
                "核对坐标和坐标系，按区块图形改正；geoparks describe 列出拐点坐标。",
                "Check the coordinates and their system; geoparks describe lists the corners of the block.",
            ),
        )
    },
)


def four_to_coordinates_untrue(layers: Dataset) -> Iterator[Measurement]:
    """Metres by which stated coordinates miss the extreme point of their side; 0 where a block states none."""
    blocks = layers["blocks"]
    for subject, positions, sides in sides_of(layers):
        row, count = int(blocks.rows[positions[0]]), 0
        for side, said in sides.items():
            if said.stated.coordinates is None or (outline := outline_at(blocks, positions)) is None:
                continue
            count += 1
            found, words = off_by(outline, side, said.stated.coordinates), said.stated.words
            if isinstance(found, Text):
                reason = LIMIT[side] + Text("：", ": ") + found
                yield Measurement(
                    subject, _FAULT, outcome="manual", reason=reason, row=row, field_name=side, field_value=words
                )
                continue
            off, point = found
            told = units.quantity_text(off, "m")
            yield Measurement(
                subject,
                _FAULT,
                value=off,
                parts=(Part(point, off),),
                remark=LIMIT[side]
                + Text(f"“{words}”与最远点相差 {told.zh}", f" “{words}”: {told.en} off the extreme point"),
                row=row,
                field_name=side,
                field_value=words,
                words={"limit": LIMIT[side], "stated": words, "off": told},
            )
        if not count:
            yield Measurement(subject, _FAULT, value=0.0, row=row)
