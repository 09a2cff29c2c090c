"""Overlays: what two layers share, what lies outside, which features of one layer overlap, which gaps a cover leaves.

Everything is decided by areas in the equal-area plane. No single predicate is trusted: ``overlaps()`` is false for a
feature inside another and for two identical ones, and a gap is the frame minus the union, not a hole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely

from geoparks.measure.evidence import parts_of
from geoparks.measure.plane import plane_of
from geoparks.normalise.features import Features
from geoparks.normalise.geometry import only_polygons
from geoparks.records import Part

Array = np.ndarray[Any, Any]


class Piece(NamedTuple):
    """What an overlay found for one feature."""

    position: int
    parts: tuple[Part, ...]
    others: tuple[int, ...]
    """Positions in the other layer of the features that take part."""


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


def shared(features: Features, other: Features, among: Array | None = None) -> Iterator[Piece]:
    """For every feature with geometry, what it shares with another layer (with the features `among` it)."""
    subject, target = plane_of(features), _chosen(other, among)
    pieces = _intersections(subject, target)
    for position in _with_geometry(subject):
        touched = pieces.get(position)
        if touched is None:
            yield Piece(position, (), ())
            continue
        shape = shapely.union_all(np.array([shape for _, shape in touched], dtype=object))
        yield Piece(position, parts_of(shape, features, position), tuple(sorted(index for index, _ in touched)))


def outside(features: Features, other: Features, among: Array | None = None) -> Iterator[Piece]:
    """For every feature with geometry, what of it lies outside all features of another layer."""
    subject, target = plane_of(features), _chosen(other, among)
    left, right = shapely.STRtree(target).query(subject, predicate="intersects")
    near: dict[int, list[int]] = {}
    for position, index in zip(left.tolist(), right.tolist(), strict=True):
        near.setdefault(position, []).append(index)
    for position in _with_geometry(subject):
        around = sorted(near.get(position, []))
        rest = subject[position]
        if around:
            rest = shapely.difference(rest, shapely.union_all(target[around]))
        yield Piece(position, parts_of(only_polygons(np.array([rest]))[0], features, position), tuple(around))


def overlapping_pairs(features: Features) -> Iterator[Pair]:
    """Every two features of a layer that share area, containing and identical ones included, in order."""
    plane = plane_of(features)
    first, second = shapely.STRtree(plane).query(plane, predicate="intersects")
    ordered = first < second
    first, second = first[ordered], second[ordered]
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    shapes = only_polygons(shapely.intersection(plane[first], plane[second]))
    for index in np.flatnonzero(shapely.area(shapes) > 0):
        i, j = int(first[index]), int(second[index])
        yield Pair(i, j, parts_of(shapes[index], features, i))


def gaps(frame: Features, cover: Features, same: Array | None = None) -> Iterator[Gap]:
    """What a layer leaves uncovered of every frame feature: enclosed gaps, and open ones at the frame's edge.

    With `same`, a boolean table frame × cover says which features may cover which frame.
    """
    frames, covers = plane_of(frame), plane_of(cover)
    left, right = shapely.STRtree(covers).query(frames, predicate="intersects")
    for position in _with_geometry(frames):
        around = right[left == position]
        if same is not None:
            around = around[same[position, around]]
        rest = frames[position]
        if len(around):
            rest = shapely.difference(rest, shapely.union_all(covers[np.sort(around)]))
        yield _told_apart(rest, frames[position], frame, position)


def holes(features: Features, positions: Array) -> Gap:
    """The gaps that features enclose among themselves, where there is no frame to compare with."""
    union = shapely.union_all(plane_of(features)[positions])
    filled = shapely.union_all(
        np.array(
            [shapely.Polygon(one.exterior) for one in shapely.get_parts(union) if one.geom_type == "Polygon"],
            dtype=object,
        )
    )
    return _told_apart(shapely.difference(filled, union), filled, features, int(positions[0]))


def _told_apart(rest: shapely.Geometry, whole: shapely.Geometry, features: Features, position: int) -> Gap:
    polygons = [one for one in shapely.get_parts(only_polygons(np.array([rest]))) if not one.is_empty]
    edge = shapely.boundary(whole)
    inner = [one for one in polygons if shapely.length(shapely.intersection(shapely.boundary(one), edge)) == 0]
    outer = [one for one in polygons if not any(one is other for other in inner)]
    return Gap(
        position,
        parts_of(shapely.MultiPolygon(inner), features, position) if inner else (),
        parts_of(shapely.MultiPolygon(outer), features, position) if outer else (),
    )


def _intersections(left: Array, right: Array) -> dict[int, list[tuple[int, shapely.Geometry]]]:
    i, j = shapely.STRtree(right).query(left, predicate="intersects")
    shapes = only_polygons(shapely.intersection(left[i], right[j]))
    found: dict[int, list[tuple[int, shapely.Geometry]]] = {}
    for index in np.flatnonzero(shapely.area(shapes) > 0):
        found.setdefault(int(i[index]), []).append((int(j[index]), shapes[index]))
    return found


def _chosen(features: Features, among: Array | None) -> Array:
    plane = plane_of(features)
    if among is None:
        return plane
    chosen = plane.copy()
    chosen[~np.asarray(among, dtype=bool)] = None
    return chosen


def _with_geometry(plane: Array) -> list[int]:
    return np.flatnonzero(~shapely.is_missing(plane) & ~shapely.is_empty(plane)).tolist()
