"""Overlays: what two layers share, what lies outside, which features of one layer overlap, which gaps a cover leaves.

Everything is decided by areas in the equal-area plane. No predicate is trusted with a verdict: ``overlaps()`` is false
for a feature inside another and for two identical ones, and a gap is the frame minus the union, not a hole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely

from geoparks.measure.evidence import parts_of, parts_of_each, parts_once
from geoparks.measure.plane import plane_of, tree_of
from geoparks.normalise.features import Features
from geoparks.normalise.geometry import only_polygons
from geoparks.records import Part, Subject

Array = np.ndarray[Any, Any]
_HAIR_M = 1e-3
_ALONG_M = 1e-2
"""A gap is open where its outline follows the frame for more than a centimetre, within a millimetre of it."""


class Piece(NamedTuple):
    """What an overlay found for one feature."""

    position: int
    parts: tuple[Part, ...]
    others: tuple[int, ...]
    """Positions in the other layer of the features that take part."""


class Whole(NamedTuple):
    """What an overlay found for one subject, which may be stored in several rows."""

    subject: Subject
    positions: tuple[int, ...]
    parts: tuple[Part, ...]


class Pair(NamedTuple):
    """Two features of one layer that overlap."""

    first: int
    second: int
    parts: tuple[Part, ...]


class Gap(NamedTuple):
    """What a cover leaves of one frame."""

    position: int
    enclosed: tuple[Part, ...]
    open: tuple[Part, ...]


class Shapes(NamedTuple):
    """The polygons of a layer one by one, in the equal-area plane: a dissolved layer is one feature of 84,000 parts."""

    shapes: Array
    owner: Array
    """Position in the layer of the feature that each belongs to."""
    tree: shapely.STRtree


def shapes_of(features: Features) -> Shapes:
    """A layer's geometries taken apart, with their index; made once.

    An overlay with a multipolygon looks at all of its parts, wherever they are; with the parts apart, the index finds
    those that are near.
    """
    if "shapes" not in features.derived:
        shapes, owner = shapely.get_parts(plane_of(features), return_index=True)
        whole = len(shapes) == len(features) and bool((owner == np.arange(len(features))).all())
        tree = tree_of(features) if whole else shapely.STRtree(shapes)
        features.derived["shapes"] = Shapes(shapes, owner, tree)
    result: Shapes = features.derived["shapes"]
    return result


def by_subject(features: Features, pieces: Iterable[Piece]) -> Iterator[Whole]:
    """The pieces of an overlay put together where one feature is stored in several rows: it gets one verdict."""
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(str(features.ids[piece.position]), []).append(piece)
    for some in found.values():
        positions = tuple(piece.position for piece in some)
        parts = tuple(part for piece in some for part in piece.parts)
        once = parts_once(parts, features, positions[0]) if len(some) > 1 else parts
        yield Whole(features.subject(positions[0]), positions, once)


def shared(features: Features, other: Features, among: Array | None = None) -> Iterator[Piece]:
    """For every feature with geometry, what it shares with another layer (with the features `among` it)."""
    subject, target = plane_of(features), shapes_of(other)
    i, j = _meeting(subject, target, among)
    shapes = only_polygons(shapely.intersection(subject[i], target.shapes[j]))
    some = np.flatnonzero(shapely.area(shapes) > 0)
    pieces = grouped(i[some], some)
    # Plots that overlap each other count once.
    together = np.array([_united(shapes[touched]) for touched in pieces.values()], dtype=object)
    parts = dict(zip(pieces, parts_of_each(together, features, np.array(list(pieces), dtype=int)), strict=True))
    for position in _with_geometry(subject):
        others = _owners(target, j[pieces[position]]) if position in pieces else ()
        yield Piece(position, parts.get(position, ()), others)


def outside(features: Features, other: Features, among: Array | None = None) -> Iterator[Piece]:
    """For every feature with geometry, what of it lies outside all features of another layer."""
    subject, target = plane_of(features), shapes_of(other)
    i, j = _meeting(subject, target, among)
    around, positions = grouped(i, j), _with_geometry(subject)
    rest = subject[positions]
    for index, position in enumerate(positions):
        if (near := around.get(position)) is not None:
            rest[index] = shapely.difference(rest[index], _united(target.shapes[near]))
    for position, parts in zip(
        positions, parts_of_each(only_polygons(rest), features, np.array(positions, dtype=int)), strict=True
    ):
        near = around.get(position)
        yield Piece(position, parts, () if near is None else _owners(target, near))


def overlapping_pairs(features: Features) -> Iterator[Pair]:
    """Every two features of a layer that share area, containing and identical ones included, in order."""
    plane = plane_of(features)
    first, second = meeting(plane, plane, tree_of(features), below_diagonal=False)
    shapes = only_polygons(shapely.intersection(plane[first], plane[second]))
    some = np.flatnonzero(shapely.area(shapes) > 0)
    for index, parts in zip(some.tolist(), parts_of_each(shapes[some], features, first[some]), strict=True):
        yield Pair(int(first[index]), int(second[index]), parts)


def gaps(frame: Features, cover: Features, may_cover: Callable[[Array, Array], Array] | None = None) -> Iterator[Gap]:
    """What a layer leaves uncovered of every frame feature: enclosed gaps, and open ones at the frame's edge.

    `may_cover` says of pairs of positions (frame, cover) whether the one may cover the other.
    """
    frames, covers = plane_of(frame), shapes_of(cover)
    i, j = _meeting(frames, covers)
    if may_cover is not None and len(i):
        allowed = may_cover(i, covers.owner[j])
        i, j = i[allowed], j[allowed]
    around = grouped(i, j)
    for position in _with_geometry(frames):
        near, rest = around.get(position), frames[position]
        if near is not None:
            rest = shapely.difference(rest, _united(covers.shapes[near]))
        yield _told_apart(rest, frames[position], frame, position)


def holes(features: Features) -> Gap | None:
    """The gaps that features enclose among themselves, where there is no frame; None where nothing has geometry."""
    plane = plane_of(features)
    positions = _with_geometry(plane)
    if not positions:
        return None
    union = shapely.union_all(plane[positions])
    shells = [shapely.Polygon(one.exterior) for one in shapely.get_parts(union) if one.geom_type == "Polygon"]
    filled = shapely.union_all(np.array(shells, dtype=object))
    return _told_apart(shapely.difference(filled, union), filled, features, positions[0])


def _told_apart(rest: shapely.Geometry, whole: shapely.Geometry, features: Features, position: int) -> Gap:
    """Gaps that run along the edge of the whole are open; those that only touch it in points are enclosed.

    Where a cover ends on an edge, the new vertex lies beside the edge by a rounding error, so that edge and gap are no
    longer exactly collinear: what counts is the length of the gap's outline that lies within a hair of the edge.
    """
    gaps = shapely.get_parts(only_polygons(np.array([rest])))
    gaps = gaps[~shapely.is_empty(gaps)]
    if not len(gaps):
        return Gap(position, (), ())
    hair = shapely.buffer(shapely.boundary(whole), _HAIR_M, cap_style="flat", join_style="mitre")
    along = shapely.length(shapely.intersection(shapely.boundary(gaps), hair))
    is_open = along > _ALONG_M
    return Gap(position, _evidence(gaps[~is_open], features, position), _evidence(gaps[is_open], features, position))


def _evidence(polygons: Array, features: Features, position: int) -> tuple[Part, ...]:
    return parts_of(shapely.MultiPolygon(polygons.tolist()), features, position) if len(polygons) else ()


def _united(polygons: Array) -> shapely.Geometry:
    """Polygons as one; plots that lie apart, as most do, are only put beside each other, which is 30 times as quick."""
    return shapely.disjoint_subset_union_all(polygons)


def _meeting(subjects: Array, target: Shapes, among: Array | None = None) -> tuple[Array, Array]:
    """The same with the polygons of a layer, of the features `among` it."""
    of_those = None if among is None else np.asarray(among, dtype=bool)[target.owner]
    return meeting(subjects, target.shapes, target.tree, of_those)


def _owners(target: Shapes, some: Array) -> tuple[int, ...]:
    return tuple(np.unique(target.owner[some]).tolist())


def meeting(
    left: Array, right: Array, tree: shapely.STRtree, among: Array | None = None, *, below_diagonal: bool = True
) -> tuple[Array, Array]:
    """Positions of all pairs whose interiors meet, in order.

    Neighbours that share an edge are most of the candidates, and telling them by relation is several times quicker than
    by an intersection that turns out to be a line.
    """
    i, j = tree.query(left)
    keep = np.ones(len(i), dtype=bool) if below_diagonal else i < j
    if among is not None:
        keep &= np.asarray(among, dtype=bool)[j]
    i, j = i[keep], j[keep]
    shapely.prepare(left)
    meet = shapely.relate_pattern(left[i], right[j], "T********")
    i, j = i[meet], j[meet]
    order = np.lexsort((j, i))
    return i[order], j[order]


def grouped(i: Array, j: Array) -> dict[int, Array]:
    """For every left position, the right ones; `i` is in order."""
    if not len(i):
        return {}
    owners, starts = np.unique(i, return_index=True)
    return dict(zip(owners.tolist(), np.split(j, starts[1:]), strict=True))


def _with_geometry(plane: Array) -> list[int]:
    return np.flatnonzero(~shapely.is_missing(plane) & ~shapely.is_empty(plane)).tolist()
