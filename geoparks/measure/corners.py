"""Whether two layers differ only in how their straight edges were drawn: in one plane or in another, corner for corner alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geoparks.measure.plane import from_plane, plane_of, to_plane
from geoparks.normalise.features import Features
from geoparks.normalise.geometry import densify, mended
from geoparks.normalise.placement import Placement
from geoparks.text import Text

Array = np.ndarray[Any, Any]
_LEFT = 0.1  # of the difference: what may remain of it by corners alone, for their coordinates are rounded

NOTHING = Text("", "")
_EDGES = Text(
    "两个图层的直边画在不同的坐标系里，超出部分正好由此造成：只按角点比较，两者相符。",
    "The straight edges of the two layers were drawn in different coordinate systems, and that is just the difference: by"
    " their corners alone the two agree.",
)


def explain_edges(features: Features, rows: list[int], other: Features, outside_m2: float) -> Text:
    """Whether what lies outside another layer is only the sagitta of long edges; nothing where it is not.

    An edge of 5 km that is straight in a Gauss plane and one between the same corners that is straight in degrees lie up
    to a quarter of a metre apart. Both are right as drawn, so the difference stands; but nobody meant it.
    """
    systems = {source.placement.name for source in (*features.sources, *other.sources) if source.placement is not None}
    if not outside_m2 > 0 or len(systems) == 1:
        return NOTHING
    own = by_corners(features)[rows]
    theirs, tree = by_corners(other), _tree(other)
    near = np.unique(tree.query(own, predicate="intersects")[1])
    drawn_in = {_system(features, row) for row in rows} | {_system(other, int(one)) for one in near}
    if len(drawn_in) == 1:
        return NOTHING
    rest = shapely.difference(shapely.union_all(own), shapely.union_all(theirs[near]))
    return _EDGES if rest.area <= _LEFT * outside_m2 else NOTHING


def _system(features: Features, row: int) -> str:
    placement = features.placement(row)
    return placement.name if placement is not None else ""


def by_corners(features: Features) -> Array:
    """A layer's geometries in the equal-area plane without the vertices that keep an edge where it was drawn; once."""
    if "by_corners" not in features.derived:
        features.derived["by_corners"] = _by_corners(features, np.arange(len(features)))
    result: Array = features.derived["by_corners"]
    return result


def by_corners_of(features: Features, rows: Array) -> Array:
    """The same of some rows; the rest of the layer is left alone where it has not been needed yet."""
    if "by_corners" in features.derived or len(rows) == len(features):
        return np.asarray(by_corners(features)[rows])
    return _by_corners(features, rows)


def _by_corners(features: Features, rows: Array) -> Array:
    lonlat, sound, source_of = features.geometry[rows], features.sound[rows], features.source_of[rows]
    for position, source in enumerate(features.sources):
        if source.placement is not None:
            of_it = (source_of == position) & ~shapely.is_missing(sound)
            lonlat[of_it] = shapely.transform(sound[of_it], source.placement.path.to_lonlat)
    plane = to_plane(lonlat)
    bad = ~shapely.is_valid(plane) & ~shapely.is_missing(plane)
    if bad.any():
        plane[bad] = mended(plane[bad], areas=True)
    return plane


def rejoined(old: Features, new: Features, pairs: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> tuple[Array, Array]:
    """Rows of two layers in the equal-area plane, with straight edges joined in one plane for both, the old one's if it has any.

    The corners stay where they are; rows of a pair are united.
    """
    planes = [_plane_for(old, new, one, other) for one, other in pairs]
    sides = [[one for one, _ in pairs], [other for _, other in pairs]]
    return _joined(old, sides[0], planes), _joined(new, sides[1], planes)


def _plane_for(old: Features, new: Features, one: tuple[int, ...], other: tuple[int, ...]) -> Placement | None:
    found = [features.placement(rows[0]) for features, rows in ((old, one), (new, other))]
    return next((placement for placement in found if placement is not None and placement.has_plane), None)


def _joined(features: Features, rows: list[tuple[int, ...]], planes: list[Placement | None]) -> Array:
    """Rows with their edges straight in given planes; as drawn where there is none."""
    made = np.array([shapely.union_all(plane_of(features)[list(some)]) for some in rows], dtype=object)
    names = np.array(["" if one is None else one.name for one in planes], dtype=object)
    for name in sorted(set(names.tolist()) - {""}):
        at = np.flatnonzero(names == name)
        placement = planes[int(at[0])]
        assert placement is not None
        some = np.array([row for one in at.tolist() for row in rows[one]], dtype=int)
        own = shapely.transform(from_plane(by_corners_of(features, some)), placement.path.to_own)
        lonlat = shapely.transform(densify(own, placement), placement.path.to_lonlat)
        shapes = mended(to_plane(lonlat), areas=True)
        owner = np.repeat(at, [len(rows[one]) for one in at.tolist()])
        made[at] = [shapely.union_all(shapes[owner == one]) for one in at.tolist()]
    return made


def _tree(features: Features) -> shapely.STRtree:
    if "by_corners_tree" not in features.derived:
        features.derived["by_corners_tree"] = shapely.STRtree(by_corners(features))
    return features.derived["by_corners_tree"]
