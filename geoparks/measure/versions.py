"""Two versions of a set of polygons: what became of every feature, and which land came and went.

Everything is decided by areas in the equal-area plane. A move is told from a change of area by shape: middle on middle,
a moved outline falls on the old one, and a redrawn one does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely

from geoparks.catalog.clause import Setting
from geoparks.measure.congruence import Shift, middles, moves
from geoparks.measure.corners import rejoined
from geoparks.measure.correspondence import Match, corresponding
from geoparks.measure.length import metres_from
from geoparks.measure.plane import from_plane, plane_of
from geoparks.measure.version_land import Noise, Pieces, left_over, united
from geoparks.measure.version_names import same_name
from geoparks.normalise.features import Features

Array = np.ndarray[Any, Any]


class Relation(StrEnum):
    """What became of a feature."""

    UNCHANGED = "unchanged"
    RENAMED = "renamed"
    """The same land under another name or id."""
    MOVED = "moved"
    """Relocation: the same shape elsewhere, or the same id on other land."""
    EXPANDED = "expanded"
    REDUCED = "reduced"
    REDRAWN = "redrawn"
    """Land came and land went."""
    SPLIT = "split"
    MERGED = "merged"
    REGROUPED = "regrouped"
    """Several features became several others."""
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """What became of some features: positions in the old and the new version, areas in m² on the ellipsoid."""

    relation: Relation
    old: tuple[int, ...]
    new: tuple[int, ...]
    renamed: bool
    recoded: bool
    """Whether one feature became one other and the name, or the id, is another; what nobody states is not compared."""
    old_m2: float
    new_m2: float
    added_m2: float
    removed_m2: float
    ignored_m2: float
    """Noise that was left out of both."""
    move: Shift | None = None
    rejoined: bool = False
    """Whether the edges of both were joined in one plane: they were drawn in two, and that alone made a difference."""


@dataclass(frozen=True)
class Versions:
    """Two versions of a layer and all that differs."""

    old: Features
    new: Features
    changes: tuple[Change, ...]
    added: Pieces
    """Land that the new version has; `owner` is the position in `changes`."""
    removed: Pieces
    shift: Shift | None
    """A move that the whole set has made: likely no change of the land at all."""


def versions(old: Features, new: Features, settings: Mapping[str, Setting]) -> Versions:
    """Compare two versions of a set of polygons.

    Features without geometry take no part. The order of the changes is that of the old features, then of the new ones.
    """
    noise, tolerance = Noise.of(settings), settings["version_tolerance_m"].given
    share = settings["version_share"].given
    found = corresponding(
        old, new, share=share, tolerance_m=tolerance, least_shift_m=settings["version_shift_m"].given, width_m=noise.width_m
    )  # fmt: skip
    matches = sorted(found.matches, key=lambda one: (not one.old, one.old or one.new))
    before, after = (
        united(plane_of(old), [one.old for one in matches]),
        united(plane_of(new), [one.new for one in matches]),
    )
    judged = np.array([not one.identical for one in matches], dtype=bool)
    added, removed = _differences(before, after, judged, noise)
    (added, removed), eased = _in_one_plane(old, new, matches, (added, removed), noise)
    changes = _changes(old, new, matches, (before, after), (added, removed), eased, share, tolerance)
    return Versions(old, new, tuple(changes), added, removed, found.shift)


def _differences(before: Array, after: Array, judged: Array, noise: Noise) -> tuple[Pieces, Pieces]:
    """What every match gained and lost; identical ones are not looked at."""
    at = np.flatnonzero(judged)
    made = []
    for one, other in ((after, before), (before, after)):
        pieces = left_over(one[at], other[at], noise)
        made.append(pieces._replace(owner=at[pieces.owner]))
    return made[0], made[1]


def _in_one_plane(
    old: Features, new: Features, matches: list[Match], made: tuple[Pieces, Pieces], noise: Noise
) -> tuple[tuple[Pieces, Pieces], Array]:
    """The differences with the edges of both versions joined in one plane, where that leaves less, and of which matches.

    An edge of 5 km that is straight in a Gauss plane and one between the same corners that is straight in degrees lie up
    to a quarter of a metre apart, and nobody moved the boundary: the same points are joined by whoever draws them.
    """
    eased = np.zeros(len(matches), dtype=bool)
    systems = {one.placement.name for side in (old, new) for one in side.sources if one.placement is not None}
    differ = np.unique(np.concatenate([one.owner[one.counts] for one in made]))
    at = np.array([one for one in differ.tolist() if matches[one].old and matches[one].new], dtype=int)
    if len(systems) == 1 or not len(at):
        return made, eased
    before, after = rejoined(old, new, [(matches[one].old, matches[one].new) for one in at.tolist()])
    again = (left_over(after, before, noise), left_over(before, after, noise))
    less = sum(one.total(len(at)) for one in again) < sum(one.total(len(matches))[at] for one in made)
    eased[at[less]] = True
    result = []
    for one, other in zip(made, again, strict=True):
        kept, taken = ~eased[one.owner], less[other.owner]
        other = other._replace(owner=at[other.owner])
        result.append(Pieces(*(np.concatenate([a[kept], b[taken]]) for a, b in zip(one, other, strict=True))))
    return (result[0], result[1]), eased


def _changes(
    old: Features,
    new: Features,
    matches: list[Match],
    shapes: tuple[Array, Array],
    pieces: tuple[Pieces, Pieces],
    eased: Array,
    share: float,
    tolerance_m: float,
) -> list[Change]:
    """Name what became of every match."""
    count = len(matches)
    areas = [shapely.area(one) for one in shapes]
    gained, lost = (one.total(count) for one in pieces)
    ignored = pieces[0].ignored(count) + pieces[1].ignored(count) + [one.between_m2 for one in matches]
    moved = _moves(shapes, gained, lost, share, tolerance_m)
    ids = [one.ids.astype(str) for one in (old, new)]
    names = [one.column("name").to_numpy(dtype=object) for one in (old, new)]
    made = []
    for number, match in enumerate(matches):
        sides = (match.old, match.new)
        called = [tuple(dict.fromkeys(ids[side][list(some)].tolist())) for side, some in enumerate(sides)]
        one_to_one = len(called[0]) == len(called[1]) == 1
        renamed = one_to_one and _differs(*(names[side][some[0]] for side, some in enumerate(sides)))
        recoded = one_to_one and _recoded(called[0][0], called[1][0])
        move = moved.get(number) if one_to_one else None
        made.append(
            Change(
                _relation(len(called[0]), len(called[1]), gained[number], lost[number], move, renamed or recoded),
                match.old, match.new, renamed, recoded, float(areas[0][number]), float(areas[1][number]),
                float(gained[number]), float(lost[number]), float(ignored[number]), move, bool(eased[number]),
            )
        )  # fmt: skip
    return made


def _moves(
    shapes: tuple[Array, Array], gained: Array, lost: Array, share: float, tolerance_m: float
) -> dict[int, Shift]:
    """Matches that lie elsewhere: the same shape, or less than the share of the smaller one in common."""
    there = (shapely.area(shapes[0]) > 0) & (shapely.area(shapes[1]) > 0) & (gained > 0) & (lost > 0)
    changed_m2 = gained + lost
    at = np.flatnonzero(there)
    if not len(at):
        return {}
    before, after = shapes[0][at], shapes[1][at]
    vectors = metres_from(*(middles(from_plane(one)) for one in (before, after)))
    metres = np.hypot(vectors[:, 0], vectors[:, 1])
    smaller = np.minimum(shapely.area(before), shapely.area(after))
    moved = np.minimum(shapely.area(before) - lost[at], shapely.area(after) - gained[at]) < share * smaller
    # A shape that is moved leaves and takes at most its outline times the way: what changed more was redrawn.
    maybe = np.flatnonzero(changed_m2[at] <= (metres + tolerance_m) * shapely.length(before))
    moved[maybe] |= moves(from_plane(before[maybe]), from_plane(after[maybe]), tolerance_m).same_shape
    return {
        int(at[one]): Shift(float(vectors[one, 0]), float(vectors[one, 1])) for one in np.flatnonzero(moved).tolist()
    }


def _relation(old: int, new: int, gained: float, lost: float, move: Shift | None, renamed: bool) -> Relation:
    if not old or not new:
        return Relation.ADDED if new else Relation.REMOVED
    if old > 1 or new > 1:
        return Relation.SPLIT if old == 1 else Relation.MERGED if new == 1 else Relation.REGROUPED
    if move is not None:
        return Relation.MOVED
    if gained > 0 and lost > 0:
        return Relation.REDRAWN
    if gained > 0 or lost > 0:
        return Relation.EXPANDED if gained > 0 else Relation.REDUCED
    return Relation.RENAMED if renamed else Relation.UNCHANGED


def _differs(one: Any, other: Any) -> bool:
    """Whether two names are stated and not the same."""
    return isinstance(one, str) and isinstance(other, str) and not same_name(one, other)


def _recoded(one: str, other: str) -> bool:
    return one != other and not one.startswith("#") and not other.startswith("#")
