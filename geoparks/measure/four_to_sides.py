"""The sides of a block: which stretch of its boundary faces which way, how far a feature is from it, whether it lies there.

Everything is measured in a plane of the block's own: metres east and north of its middle, by the radii of curvature of
the ellipsoid there. A stretch faces east where its outward normal is within 45° of east, so an L or a slanted block comes out
right; holes do not count, of a block in several parts each counts. What the block itself stands before (the inside of a
notch, a part behind another) is no limit to the outside and is left out of the stretch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import shapely

from geoparks.measure.area import INVERSE_FLATTENING, SEMI_MAJOR_M
from geoparks.measure.four_to_words import SIDES, Side

Array = np.ndarray[Any, Any]

OUTWARD = np.array([(1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 1.0)])
"""East, south, west, north, as the sides stand in their order."""
_E2 = (2 - 1 / INVERSE_FLATTENING) / INVERSE_FLATTENING
_WIDE = np.cos(np.radians(45.5))
"""An edge at just 45° faces both ways, whatever rounding makes of its vertices."""
_PIECE_M, _PIECES = 10.0, 400
_STEP_M = 20.0
_TOUCHING_M = 1.0
_SHADOW_M = 0.5
_EPS = 1e-9


@dataclass(frozen=True)
class Local:
    """A plane in metres about a place: x to the east, y to the north."""

    longitude: float
    latitude: float

    @property
    def metres(self) -> Array:
        """Metres in a degree of longitude and of latitude."""
        sine = np.sin(np.radians(self.latitude))
        root = 1 - _E2 * sine**2
        east = SEMI_MAJOR_M / np.sqrt(root) * np.cos(np.radians(self.latitude))
        return np.radians(np.array([east, SEMI_MAJOR_M * (1 - _E2) / root**1.5]))

    def into(self, geometry: Any) -> Any:
        """Geometries from EPSG:4490; longitudes are taken the short way round, so that 179.9° and −179.9° are neighbours."""

        def forward(degrees: Array) -> Array:
            east = (degrees[:, 0] - self.longitude + 180) % 360 - 180
            return np.column_stack([east, degrees[:, 1] - self.latitude]) * self.metres

        return shapely.transform(geometry, forward)

    def out_of(self, geometry: Any) -> Any:
        """Geometries back to EPSG:4490."""

        def backward(metres: Array) -> Array:
            degrees = metres / self.metres + np.array([self.longitude, self.latitude])
            return np.column_stack([(degrees[:, 0] + 180) % 360 - 180, degrees[:, 1]])

        return shapely.transform(geometry, backward)


def local_of(geometry: Array) -> Local:
    """The plane about the middle of geometries in EPSG:4490, which may reach over ±180°."""
    points = shapely.get_coordinates(geometry)
    first = points[0, 0]
    longitudes = (points[:, 0] - first + 180) % 360 - 180
    middle = first + (longitudes.min() + longitudes.max()) / 2
    return Local(float((middle + 180) % 360 - 180), float((points[:, 1].min() + points[:, 1].max()) / 2))


class Stretch(NamedTuple):
    """What faces one side, cut into short pieces."""

    points: Array
    """The middle of every piece, (n, 2), in metres of the local plane."""
    lengths: Array
    """Metres."""
    starts: Array
    ends: Array
    normal: Array
    """The mean outward direction, a unit vector."""

    @property
    def length_m(self) -> float:
        """The whole length in metres."""
        return float(self.lengths.sum())

    @property
    def lines(self) -> shapely.Geometry:
        """The stretch as lines, pieces of one edge put together."""
        lines = shapely.linestrings(np.stack([self.starts, self.ends], axis=1))
        return shapely.line_merge(shapely.union_all(shapely.set_precision(lines, 1e-6)))


@dataclass(frozen=True)
class Outline:
    """The outer boundary of a block in its local plane."""

    local: Local
    filled: shapely.Geometry
    """The block without its holes."""
    starts: Array
    ends: Array
    """The ends of every edge, the block on the left."""

    @cached_property
    def normals(self) -> Array:
        """The outward direction of every edge, unit vectors."""
        along = self.ends - self.starts
        return np.column_stack([along[:, 1], -along[:, 0]]) / np.hypot(*along.T)[:, None]

    @cached_property
    def faces(self) -> Array:
        """Which sides every edge faces, (n, 4): one, or two where it runs at 45°."""
        return facing(self.normals)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.linestrings(np.stack([self.starts, self.ends], axis=1)))

    @cached_property
    def _pieces(self) -> tuple[Array, Array, Array]:
        """Every edge cut into pieces: their starts, their ends, and the edge that each is of."""
        along = self.ends - self.starts
        length = np.hypot(*along.T)
        piece = min(_PIECE_M, max(float(length.sum()) / _PIECES, _EPS))
        counts = np.maximum(np.ceil(length / piece).astype(int), 1)
        edge = np.repeat(np.arange(len(counts)), counts)
        nth = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
        share = (nth / counts[edge])[:, None], ((nth + 1) / counts[edge])[:, None]
        return self.starts[edge] + share[0] * along[edge], self.starts[edge] + share[1] * along[edge], edge

    @cached_property
    def _free(self) -> Array:
        """Which pieces look out on something other than the block itself."""
        starts, ends, edge = self._pieces
        middle, normal = (starts + ends) / 2, self.normals[edge]
        west, south, east, north = self.filled.bounds
        reach = np.hypot(east - west, north - south)
        rays = shapely.linestrings(np.stack([middle + _SHADOW_M * normal, middle + reach * normal], axis=1))
        shapely.prepare(self.filled)
        return ~shapely.intersects(self.filled, rays)

    def stretch(self, side: Side, *, hidden: bool = False) -> Stretch:
        """What faces a side; with `hidden` what the block itself stands before, too.

        >>> square = outline_of(np.array([shapely.box(110, 40, 110.01, 40.01)]))
        >>> round(square.stretch("east").length_m), square.stretch("east").normal.tolist()
        (1110, [1.0, 0.0])
        """
        starts, ends, edge = self._pieces
        kept = self.faces[edge, SIDES.index(side)]
        if not hidden and (kept & self._free).any():
            kept = kept & self._free
        starts, ends = starts[kept], ends[kept]
        lengths = np.hypot(*(ends - starts).T)
        normal = (self.normals[edge[kept]] * lengths[:, None]).sum(axis=0)
        size = np.hypot(*normal)
        return Stretch(
            (starts + ends) / 2, lengths, starts, ends, normal / size if size else OUTWARD[SIDES.index(side)]
        )

    def extreme(self, side: Side) -> Array:
        """The points that lie farthest to a side, (n, 2)."""
        points = np.concatenate([self.starts, self.ends])
        far = points @ OUTWARD[SIDES.index(side)]
        return points[far >= far.max() - _EPS]

    def lies(self, points: Array) -> Array:
        """On which sides points lie, (n, 4): by the way from the nearest place of the boundary out to them."""
        nearest = self._tree.query_nearest(shapely.points(points), all_matches=False)[1]
        start, along = self.starts[nearest], (self.ends - self.starts)[nearest]
        share = np.clip(((points - start) * along).sum(axis=1) / (along**2).sum(axis=1), 0, 1)
        away = points - start - share[:, None] * along
        away[shapely.contains_xy(self.filled, points)] *= -1
        far = np.hypot(*away.T)
        return np.where(
            (far < _TOUCHING_M)[:, None], self.faces[nearest], facing(away / np.maximum(far, _EPS)[:, None])
        )


def facing(directions: Array) -> Array:
    """Which sides unit vectors point to, (n, 4).

    >>> facing(np.array([[1.0, 0.0], [0.6, 0.8]])).tolist()
    [[True, False, False, False], [False, False, False, True]]
    """
    return directions @ OUTWARD.T >= _WIDE


def outline_of(geometry: Array) -> Outline | None:
    """The outer boundary of the polygons of a block in EPSG:4490; None where there is nothing to measure."""
    there = geometry[~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)]
    if not len(there):
        return None
    local = local_of(there)
    plane = local.into(there)
    bad = ~shapely.is_valid(plane)
    plane[bad] = shapely.make_valid(plane[bad], method="structure", keep_collapsed=False)
    parts = shapely.get_parts(shapely.get_parts(plane))
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)]
    if not len(parts):
        return None
    filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts)))
    shells = shapely.get_exterior_ring(shapely.get_parts(shapely.orient_polygons(filled)))
    filled = shapely.union_all(shapely.polygons(shells))
    coordinates, ring = shapely.get_coordinates(shells, return_index=True)
    same_ring = (ring[1:] == ring[:-1]) & (np.hypot(*np.diff(coordinates, axis=0).T) > _EPS)
    return Outline(local, filled, coordinates[:-1][same_ring], coordinates[1:][same_ring])


class Lines(NamedTuple):
    """A feature as short lines in the local plane; a point is a line of no length."""

    starts: Array
    ends: Array


def lines_of(geometry: Array, near: shapely.Geometry) -> Lines:
    """Lines, outlines of polygons and points as short lines, as far as they can matter to a block."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    polygons = shapely.get_type_id(parts) == 3
    parts = np.concatenate([parts[~polygons], shapely.get_parts(shapely.boundary(parts[polygons]))])
    if not len(parts):
        return Lines(np.empty((0, 2)), np.empty((0, 2)))
    west, south, east, north = near.bounds
    reach = float(shapely.distance(parts, near).min()) + np.hypot(east - west, north - south) + _STEP_M
    parts = shapely.get_parts(
        shapely.intersection(parts, shapely.box(west - reach, south - reach, east + reach, north + reach))
    )
    parts = shapely.get_parts(parts)
    parts = parts[~shapely.is_empty(parts)]
    points = shapely.get_coordinates(parts[shapely.get_type_id(parts) == 0])
    short = shapely.segmentize(parts[shapely.get_type_id(parts) != 0], _STEP_M)
    coordinates, line = shapely.get_coordinates(short, return_index=True)
    same = line[1:] == line[:-1]
    return Lines(np.concatenate([points, coordinates[:-1][same]]), np.concatenate([points, coordinates[1:][same]]))
