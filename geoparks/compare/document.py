"""What ``geoparks compare`` found, as one document: every output is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from geoparks import units
from geoparks.catalog.clause import Setting
from geoparks.compare.opening import Version
from geoparks.measure.congruence import Shift, middles
from geoparks.measure.length import metres_from
from geoparks.measure.plane import from_plane, plane_of
from geoparks.measure.unapproved import direction
from geoparks.measure.version_corners import Corners, corners
from geoparks.measure.version_land import Pieces
from geoparks.measure.versions import Change, Relation, Versions, versions
from geoparks.normalise import gcj02
from geoparks.normalise.features import Features
from geoparks.text import Text

Document = dict[str, Any]
FORMAT = 1
_USED = (
    "version_share",
    "version_tolerance_m",
    "version_shift_m",
    "sliver_area_m2",
    "sliver_width_m",
    "sliver_total_m2",
)
_LIKE_GCJ02 = 0.1  # how far a shift may be from that of GCJ-02, relative to it
_DECIMALS = 9
_SAMPLE = 40  # pairs that are tried for GCJ-02
_DIFFERENT = (Relation.MOVED, Relation.REDRAWN)

RELATIONS = {
    Relation.UNCHANGED: Text("未变", "unchanged"), Relation.RENAMED: Text("更名或改编号", "renamed"), Relation.MOVED: Text("移位", "moved"),
    Relation.EXPANDED: Text("扩大", "expanded"), Relation.REDUCED: Text("缩小", "reduced"), Relation.REDRAWN: Text("调整范围（有增有减）", "redrawn"),
    Relation.SPLIT: Text("分割", "split"), Relation.MERGED: Text("合并", "merged"), Relation.REGROUPED: Text("重新划分", "regrouped"),
    Relation.ADDED: Text("新增", "added"), Relation.REMOVED: Text("撤销", "removed"),
}  # fmt: skip


def compared(old: Version, new: Version, settings: Mapping[str, Setting]) -> Document:
    """Compare two versions; areas in m² on the ellipsoid and in mu, lengths in metres, coordinates in EPSG:4490."""
    found = versions(old.features, new.features, settings)
    moved = corners(found, settings["version_tolerance_m"].given)
    pieces = [_by_change(one, len(found.changes)) for one in (found.added, found.removed)]
    undrawn = (_undrawn(found.old), _undrawn(found.new))
    changes = [
        _change(found, number, change, pieces[0][number], pieces[1][number], undrawn) for number, change in enumerate(found.changes)
    ]  # fmt: skip
    return {
        "format": FORMAT,
        "made": old.made or new.made,
        "old": _version(old), "new": _version(new),
        "settings": {name: {"value": settings[name].given, "unit": settings[name].unit, "reason": settings[name].reason.as_dict()} for name in _USED},
        "summary": _summary(found, moved),
        "shift": None if found.shift is None else _shift(found.shift, found),
        "gcj02": _gcj02(found),
        "changes": changes,
        "corners": _corners(moved),
    }  # fmt: skip


def _version(one: Version) -> Document:
    features = one.features
    placement = features.sources[0].placement if features.sources else None
    present = ~shapely.is_missing(features.geometry) & ~shapely.is_empty(features.geometry)
    return {
        "path": one.path, "sha256": one.sha256, "rows": len(features), "without_geometry": int((~present).sum()),
        "crs": None if placement is None else placement.name, "crs_how": None if placement is None else placement.how.as_dict(),
        "id_from": one.id_from, "name_from": one.name_from, "invalid": int(features.invalid.sum()),
        "area_m2": float(shapely.area(plane_of(features))[present].sum()),
        "repairs": [{"code": each.code, "row": each.row, "note": each.note.as_dict()} for each in features.repairs],
        "faults": [{"code": each.code, "row": each.row, "note": each.note.as_dict()} for each in features.faults],
    }  # fmt: skip


def _summary(found: Versions, moved: Corners) -> Document:
    counts = Counter(one.relation for one in found.changes)
    came, gone = np.isnan(moved.old[:, 0]), np.isnan(moved.new[:, 0])
    added, removed = (sum(getattr(one, name) for one in found.changes) for name in ("added_m2", "removed_m2"))
    return {
        "changes": {one.value: counts[one] for one in Relation},
        "renamed": sum(one.renamed for one in found.changes), "recoded": sum(one.recoded for one in found.changes),
        "rejoined": sum(one.rejoined for one in found.changes),
        "added_m2": added, "added_mu": units.to_mu(added), "removed_m2": removed, "removed_mu": units.to_mu(removed),
        "ignored_m2": sum(one.ignored_m2 for one in found.changes),
        "corners_moved": int((~came & ~gone).sum()), "corners_added": int(came.sum()), "corners_removed": int(gone.sum()),
        "furthest_m": float(np.nanmax(moved.metres)) if (~came & ~gone).any() else None,
    }  # fmt: skip


def _change(
    found: Versions, number: int, one: Change, added: Any, removed: Any, undrawn: tuple[frozenset[str], frozenset[str]]
) -> Document:
    return {
        "number": number, "relation": one.relation.value, "old": _features(found.old, one.old), "new": _features(found.new, one.new),
        "renamed": one.renamed, "recoded": one.recoded, "rejoined": one.rejoined,
        "undrawn": _is_undrawn(found, one, undrawn), "old_m2": one.old_m2, "new_m2": one.new_m2, "added_m2": one.added_m2, "added_mu": units.to_mu(one.added_m2),
        "removed_m2": one.removed_m2, "removed_mu": units.to_mu(one.removed_m2), "ignored_m2": one.ignored_m2,
        "move": None if one.move is None else _move(one.move), "added": added, "removed": removed,
    }  # fmt: skip


def _undrawn(features: Features) -> frozenset[str]:
    """The ids of rows that have one of their own and no land."""
    bare = ~(shapely.area(features.geometry) > 0)
    return frozenset(one for one in features.ids[bare].astype(str).tolist() if not one.startswith("#"))


def _is_undrawn(found: Versions, one: Change, undrawn: tuple[frozenset[str], frozenset[str]]) -> bool:
    """Whether what only one version has stands in the other one too, by its id, in a row without geometry."""
    if one.old and one.new:
        return False
    side, rows, other = (found.old, one.old, undrawn[1]) if one.old else (found.new, one.new, undrawn[0])
    return any(str(side.ids[row]) in other for row in rows)


def _features(features: Features, rows: tuple[int, ...]) -> list[Document]:
    subjects = [features.subject(row) for row in rows]
    return [
        {"id": one.id, "name": one.name, "row": int(features.rows[row])}
        for one, row in zip(subjects, rows, strict=True)
    ]


def _move(move: Shift) -> Document:
    return {"east_m": move.east, "north_m": move.north, "metres": move.metres, "direction": direction(move.east, move.north).as_dict()}  # fmt: skip


def _shift(shift: Shift, found: Versions) -> Document:
    """The move of the whole set, and what it may come from: asked, never claimed."""
    rows = [one.new[0] for one in found.changes if one.new][:1]
    middle = middles(found.new.geometry[rows])
    east, north = gcj02.shift(middle[:, 0], middle[:, 1])
    known = metres_from(middle, middle + np.column_stack([east, north]))[0]
    off = min(np.hypot(*(np.array([shift.east, shift.north]) - sign * known)) for sign in (1, -1))
    if off <= _LIKE_GCJ02 * np.hypot(*known):
        question = Text(
            "大小和方向与 GCJ-02（火星坐标）的偏移相近：其中一份是否为 GCJ-02？", "Its length and direction are about those of GCJ-02: is one of the two in GCJ-02?"
        )  # fmt: skip
    else:
        question = Text(
            "两份数据的坐标系和转换参数是否一致（例如 1954 北京、1980 西安坐标未经转换）？", "Do both use the same datum and parameters (is one in Beijing 54 or Xian 80, not transformed)?"
        )  # fmt: skip
    return {**_move(shift), "question": question.as_dict()}


def _gcj02(found: Versions) -> Document | None:
    """Which version lies off the other by what GCJ-02 adds, where redrawn features agree best without it; None where neither does.

    Two surveys of one boundary differ by themselves, so that no common shift is seen.
    """
    pairs = [
        (one.old[0], one.new[0])
        for one in found.changes
        if one.relation in _DIFFERENT and len(one.old) == len(one.new) == 1
    ]
    some = [pairs[at] for at in np.unique(np.linspace(0, len(pairs) - 1, _SAMPLE).astype(int))] if pairs else []
    sides = {"old": found.old.geometry[[old for old, _ in some]], "new": found.new.geometry[[new for _, new in some]]}
    for side, other in (("new", "old"), ("old", "new")):
        metres = gcj02.median_shift(sides[side], sides[other])
        if metres is not None:
            return {"version": side, "metres": metres, "pairs": len(some)}
    return None


def _by_change(pieces: Pieces, count: int) -> list[Any]:
    """The land of every change as one GeoJSON geometry; None where it has none."""
    kept = pieces.kept()
    result: list[Any] = [None] * count
    order = np.argsort(kept.owner, kind="stable")
    shapes, owner = from_plane(kept.shapes[order]), kept.owner[order]
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    for start, some in zip(starts.tolist(), np.split(shapes, starts[1:]), strict=False):
        if len(some):
            result[int(owner[start])] = _geojson(some[0] if len(some) == 1 else shapely.MultiPolygon(some.tolist()))
    return result


def _geojson(shape: Any) -> Any:
    rounded = shapely.transform(shape, lambda degrees: np.round(degrees, _DECIMALS) + 0.0)
    return shapely.geometry.mapping(rounded)


def _corners(moved: Corners) -> list[Document]:
    def place(degrees: list[float]) -> list[float] | None:
        return None if degrees[0] != degrees[0] else [round(one, _DECIMALS) for one in degrees]

    made = []
    for change, old, new, metres in zip(
        moved.change.tolist(), moved.old.tolist(), moved.new.tolist(), moved.metres.tolist(), strict=True
    ):
        before, after = place(old), place(new)
        kind = "added" if before is None else "removed" if after is None else "moved"
        made.append(
            {"change": change, "kind": kind, "old": before, "new": after, "metres": None if kind != "moved" else metres}
        )
    return made
