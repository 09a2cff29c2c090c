"""Blocks as they stand against blocks as they were approved: what each has more and less, and whether it was moved.

What counts is the park: land that passed from one of its blocks to another is in its approved boundary as before, and a
block that was cut in two is the same land. Land that passed to another park is not: the one lost it, the other gained it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.evidence import parts_of
from geoparks.measure.plane import plane_of
from geoparks.measure.versions import Change, Relation, Versions, versions
from geoparks.normalise.features import Features
from geoparks.normalise.geometry import only_polygons
from geoparks.records import Part, Subject
from geoparks.text import Text

Array = np.ndarray[Any, Any]
Rows = tuple[int, ...]


class Difference(NamedTuple):
    """How one block differs from the approved boundary of its park."""

    subject: Subject
    """The block; one that is gone stands in `blocks_approved`."""
    park: str | None
    ids: set[str]
    """Ids of the block and of what it was approved as: an approval may name either."""
    change: Change | None
    added: tuple[Part, ...] = ()
    removed: tuple[Part, ...] = ()
    reason: Text | None = None
    """Why it cannot be told."""
    other_park: str | None = None
    """The park that has, or had, the land in the other version, where it is another one."""


def approved_versions(layers: Dataset) -> Versions:
    """The approved blocks and the present ones, compared once for all rules."""
    if "approved_versions" not in layers.derived:
        layers.derived["approved_versions"] = versions(layers["blocks_approved"], layers["blocks"], layers.settings)
    found: Versions = layers.derived["approved_versions"]
    return found


def differences(layers: Dataset) -> list[Difference]:
    """Every block with geometry, then every approved block that nothing corresponds to; computed once."""
    if "approved_differences" not in layers.derived:
        layers.derived["approved_differences"] = list(_Against(layers).all())
    found: list[Difference] = layers.derived["approved_differences"]
    return found


def parks_of_rows(features: Features) -> Array:
    """The park of every row, the one that any row of its id names; None where none does."""
    parks = pd.Series(features.column("park_id").to_numpy(dtype=object))
    named: Array = parks.groupby(features.ids.astype(str)).transform("first").to_numpy(dtype=object)
    return np.array(
        [None if missing else one for one, missing in zip(named, pd.isna(named), strict=True)], dtype=object
    )


class _Against:
    """Both versions with the parks that their rows belong to: where a row names none, that of what it corresponds to."""

    def __init__(self, layers: Dataset) -> None:
        self.found = approved_versions(layers)
        self.old, self.new = self.found.old, self.found.new
        self.plane = (plane_of(self.old), plane_of(self.new))
        own = (parks_of_rows(self.old), parks_of_rows(self.new))
        self.change_of: tuple[dict[int, int], dict[int, int]] = ({}, {})
        for number, change in enumerate(self.found.changes):
            for side, rows in enumerate((change.old, change.new)):
                self.change_of[side].update(dict.fromkeys(rows, number))
        self.parks = tuple(self._inherited(own, side) for side in (0, 1))
        self.whole: dict[tuple[int, Any, Rows], shapely.Geometry] = {}

    def _inherited(self, own: tuple[Array, Array], side: int) -> Array:
        parks = own[side].copy()
        for row, number in self.change_of[side].items():
            change = self.found.changes[number]
            if parks[row] is None:
                parks[row] = next((own[1 - side][one] for one in (change.old, change.new)[1 - side]), None)
        return parks

    def all(self) -> Iterator[Difference]:
        lost = self._lost()
        for rows in _by_id(self.new, self.change_of[1]):
            yield self._of_block(rows, lost)
        for rows in _by_id(self.old, self.change_of[0]):
            if not self._own(1, self.parks[0][rows[0]], self._change(0, rows).new):
                yield self._of_gone(rows)

    def _of_block(self, rows: Rows, lost: dict[str, list[tuple[Part, ...]]]) -> Difference:
        change, park, subject = self._change(1, rows), self.parks[1][rows[0]], self.new.subject(rows[0])
        ids = {subject.id, *map(str, self.old.ids[list(change.old)])}
        other = self._other(0, park, change.old)
        if other is None and _is_drawing(change):
            return Difference(subject, park, ids, change)
        if not self._has(0, park, change.old):
            reason = self._why_unknown(park, "blocks_approved", other)
            return Difference(subject, park, ids, change, reason=reason, other_park=other)
        before = self._union(0, park, change.old)
        added = self._parts(shapely.difference(shapely.union_all(self.plane[1][list(rows)]), before), self.new, rows[0])
        removed = tuple(part for parts in lost.get(subject.id, ()) for part in parts)
        undrawn = self._undrawn(park)
        return Difference(subject, park, ids, change, added, removed, undrawn if removed else None, other)

    def _of_gone(self, rows: Rows) -> Difference:
        change, park, subject = self._change(0, rows), self.parks[0][rows[0]], self.old.subject(rows[0])
        other = self._other(1, park, change.new)
        if not self._has(1, park, ()):
            why = self._why_unknown(park, "blocks", other)
            return Difference(subject, park, {subject.id}, change, reason=why, other_park=other)
        removed = self._removed(rows, park, ())
        why_not = self._undrawn(park) if removed else None
        return Difference(subject, park, {subject.id}, change, (), removed, why_not, other)

    def _lost(self) -> dict[str, list[tuple[Part, ...]]]:
        """The approved land that its park no longer has, by the id of the block that most of the approved one became."""
        found: dict[str, list[tuple[Part, ...]]] = {}
        for rows in _by_id(self.old, self.change_of[0]):
            change, park = self._change(0, rows), self.parks[0][rows[0]]
            heirs = self._own(1, park, change.new)
            if not heirs or (_is_drawing(change) and heirs == change.new):
                continue
            removed = self._removed(rows, park, change.new)
            if removed:
                shared = shapely.area(
                    shapely.intersection(self.plane[1][list(heirs)], shapely.union_all(self.plane[0][list(rows)]))
                )
                names = [str(self.new.ids[row]) for row in heirs]
                heir = min(zip(np.round(-shared).tolist(), names, strict=True))[1]
                found.setdefault(heir, []).append(removed)
        return found

    def _removed(self, rows: Rows, park: str | None, partners: Rows) -> tuple[Part, ...]:
        after = self._union(1, park, partners)
        return self._parts(shapely.difference(shapely.union_all(self.plane[0][list(rows)]), after), self.old, rows[0])

    def _change(self, side: int, rows: Rows) -> Change:
        return self.found.changes[self.change_of[side][rows[0]]]

    def _members(self, side: int, park: str | None, partners: Rows) -> Rows:
        of_park = () if park is None else tuple(np.flatnonzero(self.parks[side] == park).tolist())
        return tuple(sorted({*of_park, *self._own(side, park, partners)} & self.change_of[side].keys()))

    def _own(self, side: int, park: str | None, partners: Rows) -> Rows:
        """Of rows that correspond, those that are not said to be another park's."""
        return tuple(row for row in partners if park is None or self.parks[side][row] in (None, park))

    def _other(self, side: int, park: str | None, partners: Rows) -> str | None:
        """The other park that rows that correspond are said to be of; the first of them."""
        own = self._own(side, park, partners)
        return next((str(self.parks[side][row]) for row in partners if row not in own), None)

    def _has(self, side: int, park: str | None, partners: Rows) -> bool:
        return bool(self._members(side, park, partners))

    def _union(self, side: int, park: str | None, partners: Rows) -> shapely.Geometry:
        members = self._members(side, park, partners)
        if (side, park, members) not in self.whole:
            self.whole[side, park, members] = shapely.union_all(self.plane[side][list(members)])
        return self.whole[side, park, members]

    def _parts(self, shape: shapely.Geometry, features: Features, row: int) -> tuple[Part, ...]:
        return parts_of(only_polygons(np.array([shape], dtype=object))[0], features, row)

    def _undrawn(self, park: str | None) -> Text | None:
        """A block of the park without geometry may be where the land is that seems gone."""
        rows = [row for row in np.flatnonzero(self.parks[1] == park).tolist() if row not in self.change_of[1]]
        if park is None or not rows:
            return None
        names = "、".join(dict.fromkeys(self.new.subject(row).label for row in rows))
        return Text(f"园区的区块{names}没有图形", f"the park's block {names} has no geometry")

    def _why_unknown(self, park: str | None, layer: str, other: str | None = None) -> Text:
        title = (self.old if layer == "blocks_approved" else self.new).layer.title
        if park is None:
            return Text(
                f"没有注明所属园区，“{title.zh}”里也没有与之对应的区块", f"it names no park, and nothing in {layer} corresponds to it"
            )  # fmt: skip
        if other is not None:
            return Text(
                f"“{title.zh}”里没有园区 {park} 的区块，对应的区块所注明的园区是 {other}：请核对园区编号",
                f"the layer {layer} has no block of the park {park}; what corresponds is of the park {other}: compare the ids of the parks",
            )  # fmt: skip
        return Text(f"“{title.zh}”里没有该园区的区块", f"the layer {layer} has no block of this park")


def _by_id(features: Features, known: dict[int, int]) -> Iterator[Rows]:
    """The rows of every id that have geometry, in the order of the layer."""
    for name in dict.fromkeys(map(str, features.ids)):
        if rows := tuple(row for row in features.positions(name) if row in known):
            yield rows


def _is_drawing(change: Change) -> bool:
    """Whether all that differs is how straight edges were drawn."""
    return change.rejoined and not change.added_m2 and not change.removed_m2


def was_moved(difference: Difference) -> bool:
    """Whether the block was moved, not redrawn."""
    return difference.change is not None and difference.change.relation is Relation.MOVED
