"""Names of blocks and parks against the approved ones, and whether a change of name was approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import shapely

from geoparks.dataset import Dataset
from geoparks.measure.approved import approved_versions, parks_of_rows
from geoparks.measure.change_approvals import LAYER, Approved, Row, approval, held, rows
from geoparks.measure.versions import Change
from geoparks.records import Subject
from geoparks.text import Text


class Name(NamedTuple):
    """What is known of one name."""

    subject: Subject
    name: str = ""
    old_name: str = ""
    unapproved: bool = False
    words: Text | None = None
    reason: Text | None = None
    missing: str = ""
    evidence: Any = None


def names(layers: Dataset) -> Iterator[Name]:
    """Every block, with a name to compare where one approved block corresponds to it; every park whose change of name is on record."""
    found = approved_versions(layers)
    told: set[str] = set()
    for change in found.changes:
        ids = [
            {str(side.ids[row]) for row in some} for side, some in ((found.old, change.old), (found.new, change.new))
        ]
        if len(ids[0]) == len(ids[1]) == 1 and not ids[1] & told:
            told |= ids[1]
            yield _of_block(layers, change)
    for subject in dict.fromkeys(found.new.subject(row) for change in found.changes for row in change.new):
        if subject.id not in told:
            yield Name(subject)
    changes = layers.get(LAYER)
    if changes is not None:
        yield from _of_parks(layers, [one for one in rows(changes) if one.kind == "rename" and one.block is None])


def _of_block(layers: Dataset, change: Change) -> Name:
    """The name of a block; where neither version names it, there is nothing to compare."""
    blocks, approved = layers["blocks"], layers["blocks_approved"]
    subject, before = blocks.subject(change.new[0]), approved.subject(change.old[0])
    if not subject.name and not before.name:
        return Name(subject)
    if not before.name:
        return Name(subject, reason=Text("名称未核对：", "its name was not compared: ") + approved.why_missing("name"))
    if not subject.name:
        return Name(subject, reason=Text("名称未核对：", "its name was not compared: ") + blocks.why_missing("name"))
    if subject.name.strip() == before.name.strip():
        return Name(subject, subject.name, before.name)
    park = parks_of_rows(blocks)[change.new[0]] or parks_of_rows(approved)[change.old[0]]
    made = approval(layers, ("rename",), {subject.id, before.id}, park)
    if made.is_approved and not _covers(layers, before.name, {subject.id, before.id}, park):
        made = Approved(
            False, Text("更名的批准所写原名称不是这个名称", "the change of name on record is of another name")
        )
    evidence = shapely.union_all(blocks.geometry[list(change.new)])
    return _judged(subject, subject.name, before.name, made, evidence)


def _covers(layers: Dataset, old_name: str, blocks: set[str], park: str | None) -> bool:
    """Whether a record is about this name: of the block, or of the park whose name is part of it, or it states none."""
    for one in rows(layers[LAYER]):
        concerns = one.block in blocks if one.block is not None else one.park == park
        if concerns and one.kind == "rename" and (one.old_name is None or one.old_name.strip() in old_name):
            return True
    return False


def _of_parks(layers: Dataset, renames: list[Row]) -> Iterator[Name]:
    """Parks of which an old name is on record that is not the present one."""
    parks = layers.get("parks")
    for park in dict.fromkeys(one.park for one in renames):
        of_park = [one for one in renames if one.park == park and one.old_name is not None]
        positions = parks.positions(park) if parks is not None and park is not None else []
        if not of_park or parks is None or not positions:
            continue
        subject = parks.subject(positions[0])
        old_name = str(of_park[-1].old_name).strip()
        if not subject.name:
            yield Name(subject, reason=parks.why_missing("name"))
        elif subject.name.strip() == old_name:
            yield Name(subject, subject.name, old_name)
        else:
            yield _judged(subject, subject.name, old_name, held(layers, of_park, park), None)


def _judged(subject: Subject, name: str, old_name: str, made: Approved, evidence: Any) -> Name:
    told = Text(f"批准时的名称为“{old_name}”，", f"it was approved as “{old_name}”; ") + made.words
    if made.is_approved is None:
        return Name(subject, name, old_name, reason=told, missing=LAYER)
    words = told if made.is_approved else made.words
    return Name(subject, name, old_name, not made.is_approved, words, evidence=evidence)
