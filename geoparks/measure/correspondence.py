"""Which features of an old version became which of a new one: by the land they share, and only then by id, name and shape.

Ids are not trusted by themselves: they are renumbered, swapped and typed wrong. Land is: what lies for the greater part
where something lay before is that thing, or a part of it, or several of them together. Ids help where land does not:
where one was moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from geoparks.measure.congruence import SPREAD, Shift, around, carried, common_shift, middles, moves, shifted
from geoparks.measure.corners import by_corners_of
from geoparks.measure.length import metres_from
from geoparks.measure.plane import plane_of, to_plane
from geoparks.normalise.features import Features

Array = np.ndarray[Any, Any]
Pairs = tuple[Array, Array]
_GRID_M = 1e-3  # coordinates are given to the millimetre
_LIKE = 0.002  # relative: how near area and outline of two shapes must be to be looked at as the same one
_WHOLE = 0.999  # of the larger of two: how much they share where they are one and the same
_NOTHING: Pairs = (np.empty(0, dtype=int), np.empty(0, dtype=int))


class Match(NamedTuple):
    """Features of the old version and what they became; one side is empty where something was added or removed."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    identical: bool = False
    """Whether the two have the same vertices, so that no overlay is needed."""
    between_m2: float = 0.0
    """Of identical ones: what lies between the two outlines, thinner than what counts."""


class Correspondence(NamedTuple):
    """All matches of two versions, and the move that the whole set has made."""

    matches: list[Match]
    shift: Shift | None


def corresponding(
    old: Features, new: Features, *, share: float, tolerance_m: float, least_shift_m: float, width_m: float
) -> Correspondence:
    """Match the features of two versions that have geometry.

    `share` is how much of the smaller of two features must lie in the other for the land to be the same; what is thinner
    than `width_m` is no difference.
    """
    ends = _Ends(old, new)
    same = _identical(ends)
    ends.take(*same)
    between = [np.zeros(len(same[0]))]
    for candidates in (ends.unique_ids(), ends.alike()):
        near, noise = _in_place(ends, candidates, width_m)
        ends.take(*near)
        same = _both(same, near)
        between.append(noise)
    known, alike = ends.unique_ids(), ends.alike()
    shift = None
    for some in (known, alike):
        at = _both(same, some)
        shift = shift or common_shift(old.geometry[at[0]], new.geometry[at[1]], tolerance_m, least_shift_m)
    moved = _carried(ends, known, None, tolerance_m)
    ends.take(*moved)
    if shift is not None:
        together = _carried(ends, ends.alike(), shift, tolerance_m)
        ends.take(*together)
        moved = _both(moved, together)
    land = _same_land(ends, share, shift)
    joined = [same, moved, land]
    ends.take(*land)
    for find in (ends.unique_ids, ends.unique_names, ends.alike):
        found = find()
        if find == ends.alike:
            found = _same_shape(ends, found, tolerance_m)
        ends.take(*found)
        joined.append(found)
    return Correspondence(_together(ends, joined, same, np.concatenate(between)), shift)


class _Ends:
    """The features of both versions, and which of them have no counterpart yet."""

    def __init__(self, old: Features, new: Features) -> None:
        self.both = (old, new)
        self.present = tuple(_present(one) for one in self.both)
        self.left = tuple(one.copy() for one in self.present)

    def take(self, some_old: Array, some_new: Array) -> None:
        """Features that need no further counterpart."""
        self.left[0][some_old] = False
        self.left[1][some_new] = False

    def unique_ids(self) -> Pairs:
        """Pairs of features left over that bear the same id, which nothing else in either version bears."""
        return self._alike_in([_named(one.ids) for one in self.both])

    def unique_names(self) -> Pairs:
        """The same by name."""
        return self._alike_in([one.column("name").to_numpy(dtype=object) for one in self.both])

    def _alike_in(self, words: Sequence[Array]) -> Pairs:
        frames = []
        for column, left in zip(words, self.left, strict=True):
            one = pd.DataFrame({"key": column, "at": np.arange(len(column)), "left": left})
            one = one[one["key"].notna() & ~one["key"].duplicated(keep=False)]
            frames.append(one[one["left"]])
        pairs = frames[0].merge(frames[1], on="key", suffixes=("_old", "_new")).sort_values("at_old")
        return pairs["at_old"].to_numpy(), pairs["at_new"].to_numpy()

    def alike(self) -> Pairs:
        """Pairs of features left over with as many vertices and about the area and outline, each the other's only one."""
        frames = []
        for features, left in zip(self.both, self.left, strict=True):
            at = np.flatnonzero(left)
            plane = plane_of(features)[at]
            frames.append(
                pd.DataFrame(
                    {
                        "at": at,
                        "parts": shapely.get_num_geometries(plane),
                        "vertices": shapely.get_num_coordinates(features.sound[at]),
                        "area": np.log(shapely.area(plane)),
                        "around": np.log(shapely.length(plane)),
                    }
                )
            )
        for one in frames:
            one["bin"] = np.floor(one["area"] / _LIKE).astype(int)
        frames[1] = pd.concat([frames[1].assign(bin=frames[1]["bin"] + step) for step in (-1, 0, 1)])
        pairs = frames[0].merge(frames[1], on=["parts", "vertices", "bin"], suffixes=("_old", "_new"))
        near = (pairs["area_old"] - pairs["area_new"]).abs() < _LIKE
        near &= (pairs["around_old"] - pairs["around_new"]).abs() < _LIKE
        pairs = pairs[near]
        only = ~pairs["at_old"].duplicated(keep=False) & ~pairs["at_new"].duplicated(keep=False)
        pairs = pairs[only].sort_values("at_old")
        return pairs["at_old"].to_numpy(), pairs["at_new"].to_numpy()


def _present(features: Features) -> Array:
    """Which features have an area at all."""
    plane = plane_of(features)
    return np.asarray(~shapely.is_missing(plane) & (shapely.area(plane) > 0))


def _named(ids: Array) -> Array:
    """The ids, None where a row has none of its own."""
    return np.array([None if str(one).startswith("#") else one for one in ids], dtype=object)


def _identical(ends: _Ends) -> Pairs:
    """Features with the same vertices in both versions, to the millimetre; doubles are paired in their order."""
    frames = []
    for features, present in zip(ends.both, ends.present, strict=True):
        at = np.flatnonzero(present)
        rounded = shapely.transform(plane_of(features)[at], lambda xy: np.round(xy / _GRID_M) + 0.0)
        frame = pd.DataFrame({"at": at, "shape": shapely.to_wkb(shapely.normalize(rounded)), "id": features.ids[at]})
        frames.append(frame)
    found = []
    for keys in (["shape", "id"], ["shape"]):
        for one in frames:
            one["turn"] = one.groupby(keys).cumcount()
        pairs = frames[0].merge(frames[1], on=[*keys, "turn"], suffixes=("_old", "_new"))
        found.append(pairs[["at_old", "at_new"]].to_numpy())
        frames = [one[~one["at"].isin(pairs[end])] for one, end in zip(frames, ("at_old", "at_new"), strict=True)]
    pairs = np.concatenate(found).astype(int)
    return pairs[:, 0], pairs[:, 1]


def _both(one: Pairs, other: Pairs) -> Pairs:
    return np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])


def _in_place(ends: _Ends, pairs: Pairs, width_m: float) -> tuple[Pairs, Array]:
    """Pairs of which no vertex lies further from its counterpart than half of what counts: a copy in another system."""
    made = carried(*(by_corners_of(one, at) for one, at in zip(ends.both, pairs, strict=True)))
    near = made.from_vertex <= width_m / 2
    return (pairs[0][near], pairs[1][near]), made.between_m2[near]


def _carried(ends: _Ends, pairs: Pairs, shift: Shift | None, tolerance_m: float) -> Pairs:
    """Pairs of one shape, vertex for vertex, in two places, by the shift of the set where there is one.

    They are taken out before land is looked at: what then lies on the old place is another thing.
    """
    old, new = (one.geometry[at] for one, at in zip(ends.both, pairs, strict=True))
    made = carried(around(old), around(new))
    apart = metres_from(middles(old), middles(new)) - ((0, 0) if shift is None else (shift.east, shift.north))
    metres = np.hypot(apart[:, 0], apart[:, 1])
    far = metres >= tolerance_m if shift is None else metres <= max(tolerance_m, SPREAD * shift.metres)
    real = (made.from_vertex <= tolerance_m) & far
    return pairs[0][real], pairs[1][real]


def _same_shape(ends: _Ends, pairs: Pairs, tolerance_m: float) -> Pairs:
    """Of pairs that look alike, those that are."""
    made = moves(ends.both[0].geometry[pairs[0]], ends.both[1].geometry[pairs[1]], tolerance_m)
    return pairs[0][made.same_shape], pairs[1][made.same_shape]


def _same_land(ends: _Ends, share: float, shift: Shift | None) -> Pairs:
    """Pairs of features left over of which the smaller lies in the other by so much, the shift of the set taken off."""
    at_old, at_new = (np.flatnonzero(left) for left in ends.left)
    old, new = ends.both
    before = plane_of(old)[at_old] if shift is None else to_plane(shifted(old.geometry[at_old], shift))
    if shift is not None:
        before = shapely.make_valid(before, method="structure", keep_collapsed=False)
    after = plane_of(new)[at_new]
    if not len(before) or not len(after):
        return _NOTHING
    i, j = shapely.STRtree(after).query(before)
    least = share * np.minimum(shapely.area(before)[i], shapely.area(after)[j])
    boxes = _shared_box(before[i], after[j]) >= least  # most neighbours touch in a strip: that is seen by their boxes
    i, j, least = i[boxes], j[boxes], least[boxes]
    first = shapely.area(before)[i] >= shapely.area(after)[j]
    shapely.prepare(before)
    shapely.prepare(after)
    large, small = np.where(first, before[i], after[j]), np.where(first, after[j], before[i])
    meet = shapely.relate_pattern(large, small, "T********")
    i, j, least = i[meet], j[meet], least[meet]
    common = shapely.area(shapely.intersection(before[i], after[j]))
    enough = common >= least
    i, j, common = i[enough], j[enough], common[enough]
    # Who is the whole of another is not a part of a third, even where features lie on top of each other.
    whole = common >= _WHOLE * np.maximum(shapely.area(before)[i], shapely.area(after)[j])
    alone = whole | ~(np.isin(i, i[whole]) | np.isin(j, j[whole]))
    i, j = i[alone], j[alone]
    order = np.lexsort((j, i))
    return at_old[i[order]], at_new[j[order]]


def _shared_box(one: Array, other: Array) -> Array:
    """Square metres that the extents of two shapes share."""
    a, b = shapely.bounds(one), shapely.bounds(other)
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    return np.asarray(np.prod(np.maximum(sides, 0), axis=1))


def _together(ends: _Ends, joined: Iterable[Pairs], same: Pairs, between: Array) -> list[Match]:
    """The matches: everything that hangs together by pairs, and the rows of one id, which are one feature in pieces."""
    count = len(ends.both[0])
    links: list[tuple[int, int]] = []
    for some_old, some_new in joined:
        links += zip(some_old.tolist(), (some_new + count).tolist(), strict=True)
    for features, present, offset in zip(ends.both, ends.present, (0, count), strict=True):
        links += _pieces(features, present, offset)
    root = _roots(count + len(ends.both[1]), links)
    groups: dict[int, tuple[list[int], list[int]]] = {}
    for side, present in enumerate(ends.present):
        for position in np.flatnonzero(present).tolist():
            groups.setdefault(root[position + side * count], ([], []))[side].append(position)
    noise = dict(zip(zip(*(one.tolist() for one in same), strict=True), between.tolist(), strict=True))
    made = []
    for left, right in groups.values():
        one_to_one = (left[0], right[0]) if len(left) == len(right) == 1 else None
        made.append(Match(tuple(left), tuple(right), one_to_one in noise, noise.get(one_to_one, 0.0)))  # type: ignore[arg-type]
    return made


def _pieces(features: Features, present: Array, offset: int) -> list[tuple[int, int]]:
    """Links between the rows of one id."""
    ids = features.ids.astype(str)
    counts = Counter(ids[present].tolist())
    first: dict[str, int] = {}
    links = []
    for position in np.flatnonzero(present).tolist():
        if counts[ids[position]] > 1:
            links.append((first.setdefault(ids[position], position) + offset, position + offset))
    return links


def _roots(count: int, links: list[tuple[int, int]]) -> list[int]:
    """For every member the least one that it hangs together with."""
    root = list(range(count))

    def find(one: int) -> int:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for left, right in links:
        a, b = sorted((find(left), find(right)))
        root[b] = a
    return [find(one) for one in range(count)]
