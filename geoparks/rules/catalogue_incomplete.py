"""B12: the catalogue entry of a park lacks something that must be published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

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
    for park in parks_of(layers):
        if park.row is None:
            continue
        items: dict[str, float | None] = {name: _missing(parks, name, park.row) for name in _FIELDS}
        if items["leading_industries"] and blocks is not None:
            items["leading_industries"] = float(not _any_filled(blocks, ("leading_industries",), park.blocks))
        can_tell = blocks is not None and blocks.has("park_id")
        items["blocks"] = float(not park.blocks) if can_tell else None
        items["four_to"] = _four_to_missing(blocks, park.blocks) if can_tell and blocks is not None else None
        missing = [_title(parks, name) for name, value in items.items() if value]
        yield Measurement(
            park.subject,
            "catalogue_incomplete",
            items=items,
            evidence=park.lonlat,
            row=int(parks.rows[park.row]),
            field_name="、".join(name for name, value in items.items() if value) or None,
            reason=None if can_tell else layers.why_not("blocks") if blocks is None else blocks.why_missing("park_id"),
            words={
                "count": len(missing),
                "missing": Text("、".join(one.zh for one in missing), ", ".join(one.en for one in missing)),
            },
        )


def _missing(features: Features, name: str, row: int) -> float:
    value: Any = features.column(name).iloc[row]
    return float(value is None or bool(pd.isna(value)))


def _any_filled(blocks: Features, names: tuple[str, ...], rows: tuple[int, ...]) -> bool:
    return any(not _missing(blocks, name, row) for row in rows for name in names)


def _four_to_missing(blocks: Features, rows: tuple[int, ...]) -> float | None:
    """1 where a block of the park lacks one of its four sides; None where the park has no block."""
    if not rows:
        return None
    return float(any(_missing(blocks, side, row) for row in rows for side in _SIDES))


def _title(parks: Features, name: str) -> Text:
    return _TITLES.get(name) or parks.layer.fields[name].title
