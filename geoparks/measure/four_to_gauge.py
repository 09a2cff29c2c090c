"""How far a named feature is from the stretch of a block's boundary that faces a side, and whether it lies there at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoparks.measure.four_to_sides import Lines, Outline, Stretch
from geoparks.measure.four_to_words import SIDES, Side

Array = np.ndarray[Any, Any]
_SHARED_M = 1.0
"""A feature faces a stretch where the two lie beside each other for more than this: not where they share a corner."""
_EPS = 1e-9


@dataclass(frozen=True)
class Gauge:
    """A feature held against one side of a block: distances in metres from the pieces of the stretch."""

    stretch: Stretch
    metres: Array
    """From every piece of the stretch to the part of the feature that lies on that side; to all of it where none does."""
    nearest_m: float
    """From the nearest place of the boundary that faces this side."""
    on_side: bool
    elsewhere: tuple[Side, ...]
    """The other sides that the feature lies on, the nearest first; none where it only meets a corner of this one."""
    feature: Lines

    def within(self, share: float) -> float:
        """The distance in metres within which a share of the stretch lies; its median for a share of one half."""
        order = np.argsort(self.metres, kind="stable")
        so_far = np.cumsum(self.stretch.lengths[order])
        wanted = share * so_far[-1] * (1 - _EPS)
        return float(self.metres[order][min(int(np.searchsorted(so_far, wanted)), len(order) - 1)])

    @property
    def median(self) -> float:
        """The distance in metres within which half of the stretch lies."""
        return self.within(0.5)

    def share_within(self, metres: float) -> float:
        """The share of the stretch that lies within a distance."""
        return float(self.stretch.lengths[self.metres <= metres].sum() / self.stretch.length_m)

    def way(self, metres: float) -> shapely.Geometry:
        """The line from the piece of the stretch that is so far from the feature to the nearest place of it."""
        piece = int(np.argmin(np.abs(self.metres - metres)))
        point = shapely.Point(self.stretch.points[piece])
        lines = shapely.linestrings(np.stack([self.feature.starts, self.feature.ends], axis=1))
        return shapely.shortest_line(point, lines[int(np.argmin(shapely.distance(lines, point)))])


def gauge(outline: Outline, side: Side, feature: Lines, away_m: float = 0.0) -> Gauge | None:
    """Hold a feature in the local plane against a side; None where there is nothing to hold.

    Only the part of the feature counts that lies on this side of the block, and nothing does unless some of it stands opposite
    to the stretch: what only meets a corner is no limit. `away_m` is how far the boundary is said to be from the feature.
    """
    stretch, whole = outline.stretch(side), outline.stretch(side, hidden=True)
    if not len(feature.starts) or not len(stretch.points):
        return None
    middles = (feature.starts + feature.ends) / 2
    lies = outline.lies(middles)
    there = lies[:, SIDES.index(side)]
    if there.any() and not _opposite(whole, Lines(feature.starts[there], feature.ends[there])):
        there = np.zeros_like(there)
    part = Lines(feature.starts[there], feature.ends[there]) if there.any() else feature
    metres = np.abs(_distances(stretch.points, part) - away_m)
    nearest = float(np.abs(_distances(whole.points, part) - away_m).min())
    return Gauge(stretch, metres, nearest, bool(there.any()), _elsewhere(outline, side, middles, lies), part)


def together(gauges: list[Gauge]) -> Gauge:
    """Features that a side joins (经一路、经三路): every piece of the stretch has the nearest of them."""
    metres = np.min([one.metres for one in gauges], axis=0)
    feature = Lines(*(np.concatenate([getattr(one.feature, end) for one in gauges]) for end in ("starts", "ends")))
    first = gauges[0]
    return Gauge(
        first.stretch, metres, min(one.nearest_m for one in gauges), all(one.on_side for one in gauges), first.elsewhere, feature
    )  # fmt: skip


def _distances(points: Array, feature: Lines) -> Array:
    lines = shapely.linestrings(np.stack([feature.starts, feature.ends], axis=1))
    position, distance = shapely.STRtree(lines).query_nearest(
        shapely.points(points), all_matches=False, return_distance=True
    )
    result = np.empty(len(points))
    result[position[0]] = distance
    return result


def _opposite(stretch: Stretch, feature: Lines) -> bool:
    """Whether a feature stands opposite to some of the stretch, seen along its mean outward direction."""
    across = np.array([-stretch.normal[1], stretch.normal[0]])
    ours = np.concatenate([stretch.starts, stretch.ends]) @ across
    theirs = np.concatenate([feature.starts, feature.ends]) @ across
    shared = min(ours.max(), theirs.max()) - max(ours.min(), theirs.min())
    is_point = bool((feature.starts == feature.ends).all())
    return bool(shared >= (0 if is_point else _SHARED_M))


def _elsewhere(outline: Outline, side: Side, middles: Array, lies: Array) -> tuple[Side, ...]:
    """The other sides that a feature lies on, by how near it comes there."""
    boundary = shapely.boundary(outline.filled)
    shapely.prepare(boundary)
    distance = shapely.distance(shapely.points(middles), boundary)
    nearest = np.where(lies, distance[:, None], np.inf).min(axis=0)
    order = [SIDES[one] for one in np.argsort(nearest, kind="stable") if np.isfinite(nearest[one])]
    return tuple(one for one in order if one != side)
