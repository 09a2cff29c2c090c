"""The rings of a coordinate TXT: where one ends and the next begins, whether it closes, which is a hole of which."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import shapely
from shapely.geometry.base import BaseGeometry

from geoparks.read.raw import RawLayer
from geoparks.read.rings import Ring, polygon_of_rings
from geoparks.text import Text

_CLOSING_TOLERANCE_M = 0.001
_CLOSING_TOLERANCE_DEG = 1e-8
_LARGEST_DEGREES = 360.0
_LEAST = {"面": 3, "线": 2}  # points of a ring, of a line
_SHOWN = 6


@dataclass
class Point:
    """A boundary point as its line says it."""

    label: str
    ring: str
    north: float
    east: float
    line: int

    @property
    def place(self) -> tuple[float, float]:
        """East, then north."""
        return self.east, self.north


@dataclass
class Block:
    """A parcel: the values of its head line, and its points."""

    values: dict[str, str]
    points_said: int | None
    kind: str
    line: int
    points: list[Point] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    """Positions in `points` before which a blank line stood."""


def geometry(block: Block, raw: RawLayer) -> BaseGeometry | None:
    """The geometry of a block; None where it has no points, or too few."""
    if not _breaks_make_sense(block, raw):
        return None
    rings = [ring for ring in _rings(block, raw) if ring]
    if block.points_said is not None and block.points:
        closed = len(block.points)
        opened = sum(len(ring) for ring in rings)
        if block.points_said not in (closed, opened, opened + len(rings)):
            raw.repaired(
                "point_count",
                Text("界址点数与坐标行数不符，按坐标行读取", "the stated number of points is not that of the lines; lines count"),
                row=block.line, old=str(block.points_said), new=str(closed),
            )  # fmt: skip
    if not rings:
        return None
    if block.kind == "点":
        return shapely.MultiPoint([point for ring in rings for point in ring])
    if block.kind == "线":
        return shapely.MultiLineString([ring for ring in rings if len(ring) > 1]) if len(rings[0]) > 1 else None
    whole = polygon_of_rings(rings)
    _tell_parts(block, rings, whole, raw)
    return whole


def _breaks_make_sense(block: Block, raw: RawLayer) -> bool:
    """Whether the blank lines of a block can be what parts its rings; those that cannot are forgotten, and it is said.

    Some programs put a blank line after every line: then no part is long enough for a ring, or the points come back to
    the first one across them. Where they would leave a scrap beside whole rings, nobody can tell what was meant.
    """
    least = _LEAST.get(block.kind, 1)
    for start, stop in _same_ring(block):
        breaks = sorted(index for index in block.breaks if start < index < stop)
        if not breaks:
            continue
        parts = [block.points[a:b] for a, b in pairwise([start, *breaks, stop])]
        lengths = [len({one.place for one in part}) for part in parts]
        lines = [block.points[index].line - 1 for index in breaks]
        words = "、".join(map(str, lines[:_SHOWN])) + ("…" if len(lines) > _SHOWN else "")
        closes = [len(part) > least and part[0].place == part[-1].place for part in parts]
        across = block.points[start].place == block.points[stop - 1].place and not any(closes)
        if max(lengths) < least or (across and block.kind == "面"):
            block.breaks.difference_update(breaks)
            raw.repaired(
                "blank_lines",
                Text(f"空行（第 {words} 行）不在环与环之间，不作分隔", f"blank lines ({words}) are not between rings and part none"),
                row=block.line,
            )  # fmt: skip
        elif min(lengths) < least:
            raw.faulty(
                "geometry_unreadable",
                Text(
                    f"空行（第 {words} 行）把环断成不足 {least} 点的几段，无法确定界线，请删去环内的空行",
                    f"blank lines ({words}) leave parts of fewer than {least} points: take those inside a ring out",
                ),
                row=block.line,
            )
            return False
    return True


def _same_ring(block: Block) -> Iterator[tuple[int, int]]:
    """From where to where the points of a block bear the same ring number."""
    start = 0
    for _, points in groupby(block.points, key=lambda one: one.ring):
        stop = start + len(list(points))
        yield start, stop
        start = stop


def _rings(block: Block, raw: RawLayer) -> Iterator[Ring]:
    """The rings of a block, each without its closing point.

    A ring ends where the ring number changes, where it comes back to its first point or first label, where its
    numbering starts again, or at a blank line.
    """
    ring: list[Point] = []
    points = block.points
    for index, point in enumerate(points):
        if ring and (point.ring != ring[0].ring or index in block.breaks):
            yield _opened(ring, block, raw)
            ring = []
        if len(ring) >= 3 and block.kind == "面":
            if point.place == ring[0].place:
                yield [one.place for one in ring]
                ring = []
                continue
            if point.label and point.label == ring[0].label:
                after = points[index + 1] if index + 1 < len(points) else None
                if after is not None and after.ring == point.ring and after.label == ring[1].label:
                    yield _opened(ring, block, raw)
                    ring = [point]
                    continue
                _judge_closing(ring[0], point, block, raw)
                yield [one.place for one in ring]
                ring = []
                continue
        ring.append(point)
    if ring:
        yield _opened(ring, block, raw)


def _opened(ring: list[Point], block: Block, raw: RawLayer) -> Ring:
    """A ring that does not come back to its first point: allowed by the format's users, and said."""
    if block.kind == "面" and len(ring) >= 3:
        raw.repaired(
            "ring_closed", Text("环未闭合，已连回起点", "an open ring was closed to its first point"), row=ring[0].line
        )
    return [one.place for one in ring]


def _judge_closing(first: Point, last: Point, block: Block, raw: RawLayer) -> None:
    """The closing row repeats the first label but not its coordinates: the exporter's bug, or two points in one."""
    gap = math.dist(first.place, last.place)
    in_degrees = max(map(abs, first.place)) <= _LARGEST_DEGREES
    if gap <= (_CLOSING_TOLERANCE_DEG if in_degrees else _CLOSING_TOLERANCE_M):
        return
    if last.north == last.east:
        raw.repaired(
            "closing_row_bug",
            Text("闭合行的 X、Y 写成了同一个数，按起点处理", "the closing row has the same number twice; the first point was taken"),
            row=last.line, old=f"{last.north}", new=f"{first.north},{first.east}",
        )  # fmt: skip
        return
    words = f"{gap:.3g}°" if in_degrees else f"{gap:.3f}"
    raw.faulty(
        "ring_not_closed",
        Text(
            f"第 {last.line} 行闭合点 {last.label} 与起点相差 {words}{'' if in_degrees else ' 米'}",
            f"line {last.line}: the closing point {last.label} is {words}{'' if in_degrees else ' m'} from the first",
        ),
        row=block.line,
        value=words,
        place=shapely.Point(first.place),
    )


def _tell_parts(block: Block, rings: list[Ring], whole: BaseGeometry | None, raw: RawLayer) -> None:
    """Rings numbered 2 and up are holes by the rules of the format; where they lie outside, they are parts, and it is said."""
    several = whole is not None and shapely.get_num_geometries(whole) > 1
    if several and len({point.ring for point in block.points}) == len(rings):
        raw.repaired(
            "ring_outside",
            Text("圈号 2 以上的环不在外环之内，按独立的部分读取", "a ring numbered 2 or more lies outside ring 1 and was taken for a part"),
            row=block.line,
        )  # fmt: skip
