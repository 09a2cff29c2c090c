"""Polygons that make trouble, and what GEOS says of the pairs among them: for whoever measures areas without an overlay."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

SAME_M2 = 1e-6
Found = tuple[Any, Any, Any]


def by_geos(left: Any, right: Any) -> dict[tuple[int, int], float]:
    i, j = shapely.STRtree(right).query(left)
    m2 = shapely.area(shapely.intersection(left[i], right[j]))
    return {pair: area for *pair_, area in zip(i.tolist(), j.tolist(), m2.tolist(), strict=True) if area > 0 for pair in [tuple(pair_)]}  # fmt: skip


def assert_same(found: Any, expected: dict[tuple[int, int], float], within: float = SAME_M2) -> None:
    """Every pair has the same area; one that only one side has is worth less than may differ."""
    mine = {(i, j): v for i, j, v in zip(*(one.tolist() for one in found), strict=True)}
    assert len(mine) == len(found[0])
    assert list(mine) == sorted(mine)
    worst = max((abs(mine.get(one, 0.0) - expected.get(one, 0.0)), one) for one in {*mine, *expected, (-1, -1)})
    assert worst[0] <= within, worst


def lattice() -> tuple[Any, Any]:
    """Boxes whose corners are whole numbers: every second edge runs along another one, many are identical."""
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 60, (2, 1500)).astype(float)
    small = shapely.box(x, y, x + rng.integers(1, 8, 1500), y + rng.integers(1, 8, 1500))
    x, y = rng.integers(0, 60, (2, 120)).astype(float)
    return small, shapely.box(x, y, x + rng.integers(1, 30, 120), y + rng.integers(1, 30, 120))


def triangles() -> tuple[Any, Any]:
    """Triangles with whole corners: edges pass through other corners, touch along stretches, cross in rational points."""
    rng = np.random.default_rng(2)
    made = shapely.polygons(rng.integers(0, 25, (900, 3, 2)).astype(float))
    made = made[shapely.is_valid(made) & (shapely.area(made) > 0)]
    return made, made[:150]


def dissolved() -> tuple[Any, Any]:
    """The squares of a chessboard against half of them dissolved: shared edges, holes, parts that touch in a point."""
    rng = np.random.default_rng(3)
    i, j = np.divmod(np.arange(900), 30)
    cells = shapely.box(i * 10.0, j * 10.0, i * 10.0 + 10, j * 10.0 + 10)
    parts = shapely.get_parts(shapely.union_all(cells[rng.random(900) < 0.5]))
    return cells, np.array([*parts, MultiPolygon(parts.tolist())], dtype=object)


def holed() -> tuple[Any, Any]:
    """Rings, some of two parts, that lie over each other in all ways."""
    rng = np.random.default_rng(4)
    discs = shapely.buffer(shapely.points(rng.uniform(0, 100, (60, 2))), rng.uniform(3, 25, 60))
    rings = shapely.difference(discs, shapely.buffer(shapely.centroid(discs), 2.5))
    several = np.array([MultiPolygon([rings[k], box(200 + k, 0, 200.5 + k, 1)]) for k in range(20)], dtype=object)
    return np.concatenate([rings, several]), np.concatenate([rings, several])


CASES = {"lattice": lattice, "triangles": triangles, "dissolved": dissolved, "holed": holed}


def stars(side: float) -> Any:
    """Jagged polygons over each other, each up to `side` metres across, at their place in the plane, where coordinates are millions."""
    rng = np.random.default_rng(5)
    angle = np.sort(rng.uniform(0, 2 * np.pi, (40, 17)), axis=1)
    radius = rng.uniform(0.1, 0.5, (40, 17)) * side
    centre = np.array([-123_456.789, 4_012_345.678]) + rng.uniform(-0.5, 0.5, (40, 1, 2)) * side
    shapes = shapely.polygons(centre + np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1))
    return shapes[shapely.is_valid(shapes)]


def world() -> Any:
    """Polygons in degrees with holes, parts, nothing, and outlines that run the wrong way."""
    rng = np.random.default_rng(9)
    angle = np.linspace(0, 2 * np.pi, 9)[:-1]
    shapes = []
    for _ in range(200):
        x, y, r = rng.uniform(97, 126), rng.uniform(37, 53), 10.0 ** rng.uniform(-4, 0)
        ring = np.column_stack([x + r * np.cos(angle), y + r * np.sin(angle)])
        inner = np.column_stack([x + r / 3 * np.cos(angle), y + r / 3 * np.sin(angle)])
        one = Polygon(ring[:: rng.choice([-1, 1])], [inner[:: rng.choice([-1, 1])]] if rng.random() < 0.4 else [])
        shapes.append(MultiPolygon([one, box(x + 3, y, x + 3.1, y + 0.1)]) if rng.random() < 0.2 else one)
    return np.array([*shapes, None, Polygon()], dtype=object)
