"""Names of blocks and parks against the approved ones, and whether a change of name was approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

import shapely

from geoparks.dataset import Dataset
from geoparks.measure.approved import approved_versions, parks_of_rows
from geoparks.measure.change_approvals import LAYER, Approved, Row, approval, held, rows
from geoparks.measure.version_names import plain_name, same_name
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
    if same_name(subject.name, before.name):
        return Name(subject, subject.name, before.name)
    park = parks_of_rows(blocks)[change.new[0]] or parks_of_rows(approved)[change.old[0]]
    made = approval(layers, ("rename",), {subject.id, before.id}, park, lambda one: _is_of(one, before.name))
    if made.is_approved is False and approval(layers, ("rename",), {subject.id, before.id}, park).is_approved:
        made = Approved(
            False, Text("更名的批准所写原名称不是这个名称", "the change of name on record is of another name")
        )
    evidence = shapely.union_all(blocks.geometry[list(change.new)])
    return _judged(subject, subject.name, before.name, made, evidence)


def _is_of(one: Row, old_name: str) -> bool:
    """Whether a record is about this name: of the block, or of the park whose name is part of it, or it states none."""
    if one.old_name is None or one.kind != "rename":
        return True
    return same_name(one.old_name, old_name) or (one.block is None and plain_name(one.old_name) in plain_name(old_name))


def _of_parks(layers: Dataset, renames: list[Row]) -> Iterator[Name]:
    """Parks of which an old name is on record that is not the present one."""
    parks = layers.get("parks")
    for park in dict.fromkeys(one.park for one in renames):
        of_park = [one for one in renames if one.park == park and one.old_name is not None]
        positions = parks.positions(park) if parks is not None and park is not None else []
        if not of_park or parks is None or not positions:
            continue
        subject = parks.subject(positions[0])
        if not subject.name:
            yield Name(subject, reason=parks.why_missing("name"))
            continue
        yield _of_park(layers, subject, of_park)


def _of_park(layers: Dataset, subject: Subject, of_park: list[Row]) -> Name:
    """A park by all names that it has had: each that it bears no more must have been given up by an approval."""
    of_name: dict[str, list[Row]] = {}
    for one in sorted(
        of_park, key=lambda one: (one.on is None, one.on or dt.date.max, plain_name(str(one.old_name)), one.id)
    ):
        of_name.setdefault(plain_name(str(one.old_name)), []).append(one)
    of_name.pop(plain_name(subject.name), None)
    if not of_name:
        return Name(subject, subject.name, subject.name)
    made = [(str(some[-1].old_name).strip(), held(layers, some, subject.id)) for some in of_name.values()]
    refused = [one for one in made if one[1].is_approved is False]
    unknown = [one for one in made if one[1].is_approved is None]
    return _judged(subject, subject.name, *(refused or unknown or made)[-1], None)


def _judged(subject: Subject, name: str, old_name: str, made: Approved, evidence: Any) -> Name:
    told = Text(f"批准时的名称为“{old_name}”，", f"it was approved as “{old_name}”; ") + made.words
    if made.is_approved is None:
        return Name(subject, name, old_name, reason=told, missing=LAYER)
    words = told if made.is_approved else made.words
    return Name(subject, name, old_name, not made.is_approved, words, evidence=evidence)
