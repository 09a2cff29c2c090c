"""B12: the catalogue entry of a park lacks something that must be published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.losses import gone
from geoparks.measure.whereabouts import parks_of
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text, joined

_FIELDS = (
    "name", "kind", "level", "leading_industries", "approved_area_ha", "approved_by", "approval_no", "approved_on",
)  # fmt: skip
_SIDES = ("east", "south", "west", "north")

RULE = Rule(
    id="B12",
    title=Text("名录信息不完整", "Incomplete catalogue entry"),
    about=Text(
        "审核公告目录应公布的各项是否齐全：名称、类别、级别、批准机关、文号、日期、区块、主导产业、四至范围、面积。",
        "Whether everything that the catalogue must publish is there: name, kind, level, authority, number and date of"
        " approval, blocks, leading industries, four-to limits, area.",
    ),
    subjects=("parks",),
    needs=("parks",),
    uses=("blocks",),
    faults={
        "catalogue_incomplete": Words(
            title=Text("名录信息不完整", "Incomplete catalogue entry"),
            message=Text("{name}缺少 {count} 项：{missing}。", "{name} lacks {count} entries: {missing}."),
            fix=Text(
                "在园区名录和区块表中补齐所缺各项。", "Fill in what is missing in the register and the table of blocks."
            ),
        )
    },
)

_TITLES = {
    "blocks": Text("区块", "blocks"),
    "four_to": Text("四至范围", "four-to limits"),
}


def catalogue_incomplete(layers: Dataset) -> Iterator[Measurement]:
    """For every park of the register, which of the published items are missing; what cannot be known is left open."""
    parks, blocks = layers["parks"], layers.get("blocks")
    why_not = _why_no_blocks(layers, blocks)
    open_questions = [parks.questions[name] for name in _FIELDS if name in parks.questions]
    for park in parks_of(layers):
        if park.row is None:
            continue
        items = {name: _missing(parks, name, park.row) for name in _FIELDS}
        if items["leading_industries"] and blocks is not None:
            items["leading_industries"] = float(not _any_filled(blocks, "leading_industries", park.blocks))
        items["blocks"] = items["four_to"] = None
        if why_not is None and blocks is not None:
            items["blocks"] = float(not park.blocks)
            items["four_to"] = _four_to_missing(blocks, park.blocks)
        missing = [_title(parks, name) for name, value in items.items() if value]
        yield Measurement(
            park.subject,
            "catalogue_incomplete",
            items=items,
            evidence=park.lonlat,
            row=int(parks.rows[park.row]),
            field_name="、".join(name for name, value in items.items() if value) or None,
            reason=joined(
                [one for one in (*open_questions, parks.disputed(park.row, *_FIELDS), why_not) if one is not None]
            ),
            words={
                "count": len(missing),
                "missing": Text("、".join(one.zh for one in missing), ", ".join(one.en for one in missing)),
            },
        )


def _why_no_blocks(layers: Dataset, blocks: Features | None) -> Text | None:
    """Why it cannot be told which blocks a park has: nothing is missing from an entry that nobody could look for."""
    if blocks is None:
        return layers.why_not("blocks")
    return gone(blocks) if blocks.has("park_id") else blocks.why_missing("park_id")


def _missing(features: Features, name: str, row: int) -> float | None:
    """1 where a field is blank; None where its column is there and cannot be read until someone answers a question.

    An area of nothing is no area; what two rows say differently is there, and nobody knows it.
    """
    if name in features.questions or features.disputed(row, name) is not None:
        return None
    value: Any = features.column(name).iloc[row]
    is_area = features.layer.fields[name].type == "number"
    return float(bool(pd.isna(value)) or (is_area and not value > 0))


def _any_filled(blocks: Features, name: str, rows: tuple[int, ...]) -> bool:
    return any(not _missing(blocks, name, row) for row in rows)


def _four_to_missing(blocks: Features, rows: tuple[int, ...]) -> float | None:
    """1 where a block of the park lacks one of its four sides; None where the park has no block."""
    if not rows:
        return None
    return float(any(_missing(blocks, side, row) for row in rows for side in _SIDES))


def _title(parks: Features, name: str) -> Text:
    return _TITLES.get(name) or parks.layer.fields[name].title
