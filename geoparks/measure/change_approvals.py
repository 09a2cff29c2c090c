"""Approvals to change the name, the area or the place of a park: which of them covers a difference on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from geoparks.dataset import Dataset
from geoparks.normalise.features import Features
from geoparks.text import Text, joined

KINDS = {
    "rename": Text("更名", "a change of name"),
    "area": Text("调整面积", "a change of area"),
    "relocation": Text("调整区位", "a change of place"),
}
LAYER = "boundary_changes"


class Approved(NamedTuple):
    """Whether a difference has an approval: True, False, or None where that cannot be told; and the words for it."""

    is_approved: bool | None
    words: Text


class Row(NamedTuple):
    """One record of an approval, as the office keeps it; None where a cell is blank."""

    id: str
    park: str | None
    block: str | None
    kind: str | None
    old_name: str | None
    number: str | None
    on: dt.date | None


def rows(changes: Features) -> Iterator[Row]:
    """All records, in the order of the table."""
    names = ("park_id", "block_id", "kind", "old_name", "approval_no", "approved_on")
    columns = [[_given(one) for one in changes.column(name)] for name in names]
    for position, cells in enumerate(zip(*columns, strict=True)):
        yield Row(str(changes.ids[position]), *cells)


def approval(
    layers: Dataset,
    kinds: tuple[str, ...],
    blocks: set[str],
    park: str | None,
    fits: Callable[[Row], bool] = lambda one: True,
) -> Approved:
    """Whether a difference of one of these kinds, of blocks (old and new ids) of a park, was approved by the day.

    An approval counts that names the block and no other park, or the park and no block; that has a number and a date not after the day;
    that is not older than the approval of the park itself, whose boundary it would already be in; and that fits.
    """
    changes = layers.get(LAYER)
    if changes is None:
        return Approved(None, layers.why_not(LAYER))
    about = [one for one in rows(changes) if _concerns(one, blocks, park)]
    # A kind that is none of the three may be this one, and a record that names no park may be of this park.
    return held(
        layers, [one for one in about if (one.kind in kinds or one.kind not in KINDS) and fits(one)], park, about
    )


def held(layers: Dataset, candidates: list[Row], park: str | None, about: list[Row] | None = None) -> Approved:
    """Which of some records is an approval on the day; `about` are all that concern the same block or park."""
    changes, established = layers[LAYER], _established(layers, park)
    refused: list[Text] = []
    unknown: list[Text] = []
    for one in candidates:
        why, known = _why_not(one, layers.on, established, changes)
        if why is None and one.kind in KINDS and not _is_nowhere(one):
            title = KINDS[one.kind]
            return Approved(
                True,
                Text(
                    f"有{title.zh}的批准（{one.number}，{one.on}）", f"{title.en} was approved ({one.number}, {one.on})"
                ),
            )
        if why is None:
            why, known = _unclear(one), False
        told = Text(f"变更批准 {one.id} {why.zh}", f"the record {one.id}: {why.en}")
        (refused if known else unknown).append(told)
    if unknown:
        return Approved(None, joined(unknown))
    others = [KINDS[one.kind].zh for one in about or () if one.kind in KINDS and one not in candidates]
    if refused:
        return Approved(False, joined(refused))
    if others:
        names = "、".join(dict.fromkeys(others))
        kinds = " and ".join(dict.fromkeys(KINDS[one.kind].en for one in about or () if one.kind in KINDS))
        return Approved(False, Text(f"只有{names}的批准", f"only {kinds} is on record"))
    return Approved(False, Text("没有批准变更的记录", "no approval is on record"))


def _why_not(row: Row, on: dt.date, established: dt.date | None, changes: Features) -> tuple[Text | None, bool]:
    """Why a record is no approval on a day, and whether that is certain; None where it is one."""
    if row.number is None:
        if not changes.has("approval_no"):
            return changes.why_missing("approval_no"), False
        return Text("没有批准文号", "it has no approval number"), True
    if row.on is None:
        return Text("没有可读的批准日期", "it has no date that can be read"), False
    if row.on > on:
        return Text(f"批准日期 {row.on} 晚于检查日", f"it was approved on {row.on}, after the day of the check"), True
    if established is not None and row.on < established:
        return (
            Text(f"（{row.on}）早于园区的批准日期 {established}", f"it ({row.on}) is older than the approval of the park, {established}"),
            True,
        )  # fmt: skip
    return None, True


def _concerns(row: Row, blocks: set[str], park: str | None) -> bool:
    if row.block is not None:  # ids of blocks are often counted anew in every park
        return row.block in blocks and (row.park is None or park is None or row.park == park)
    return _is_nowhere(row) or row.park == park


def _is_nowhere(row: Row) -> bool:
    """Whether a record names neither a park nor a block."""
    return row.block is None and row.park is None


def _unclear(row: Row) -> Text:
    """Why a record with number and date is not known to be an approval of this."""
    if row.kind is None:
        return Text("没有注明变更类型", "its kind is not stated")
    if row.kind not in KINDS:
        return Text(f"的变更类型“{row.kind}”不明", f"its kind, “{row.kind}”, is not known")
    return Text("没有注明园区和区块", "it names neither park nor block")


def _established(layers: Dataset, park: str | None) -> dt.date | None:
    """The day on which a park was approved, where the register says it."""
    parks = layers.get("parks")
    positions = parks.positions(park) if parks is not None and park is not None else []
    value = _given(parks.column("approved_on").iloc[positions[0]]) if parks is not None and positions else None
    return value if isinstance(value, dt.date) else None


def _given(value: Any) -> Any:
    return None if value is None or value != value or value == "" else value
