"""The coordinate TXT in which parcels and boundaries are filed (地块坐标), in the variants that are met in practice.

A file has a head ``[属性描述]`` of ``key=value`` lines and a body ``[地块坐标]``: for every parcel one head line that
ends in ``@``, then its boundary points ``label,ring,X,Y`` with X to the north and Y to the east. Some have no head,
some no parcels, only coordinates. Nothing is dropped in silence: a line that is neither is an error with its number.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geoparks import units
from geoparks.errors import UnreadableFile
from geoparks.read.encoding import TITLES, read_text, recognised_as
from geoparks.read.raw import RawLayer, ZoneHint
from geoparks.read.rings import polygon_of_rings
from geoparks.text import Text

SUFFIXES = (".txt",)
TITLE = Text("坐标 TXT（地块坐标）", "coordinate TXT")

COLUMNS = ("地块编号", "地块名称", "地块面积", "图形属性", "图幅号", "地块用途", "地类编码")
_CLOSING_TOLERANCE_M = 0.001


@dataclass
class _Point:
    label: str
    ring: str
    north: float
    east: float
    line: int

    @property
    def place(self) -> tuple[float, float]:
        return self.east, self.north


@dataclass
class _Block:
    values: dict[str, str]
    points_said: int | None
    kind: str
    line: int
    points: list[_Point] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    """Positions in `points` before which a blank line stood."""


@dataclass
class _Section:
    head: dict[str, str] = field(default_factory=dict)
    blocks: list[_Block] = field(default_factory=list)


def read(path: Path) -> list[RawLayer]:
    """One layer for every head in the file; nearly always there is one."""
    text, encoding = read_text(path)
    if not text.strip():
        raise UnreadableFile(
            Text("文件是空的", "the file is empty"), where=path.name, mend=Text("请重新复制。", "Copy it again.")
        )
    sections = [one for one in _sections(text, path) if any(block.points for block in one.blocks)]
    if not sections:
        raise UnreadableFile(
            Text("不是坐标 TXT：没有一行坐标", "not a coordinate TXT: there is no line with coordinates"),
            where=path.name,
            expected=Text("点号,圈号,X,Y", "label,ring,X,Y"),
        )
    layers = [_layer(one, path, encoding) for one in sections]
    for raw in layers:
        raw.siblings = len(layers)
    if re.search(r"[，；　]", text):
        layers[0].repaired(
            "separator",
            Text("全角分隔符按半角逗号读取", "full-width separators were read as commas"),
            old="，",
            new=",",
        )
    return layers


def _sections(text: str, path: Path) -> Iterator[_Section]:
    section, in_body, blank = _Section(), False, False
    for number, raw_line in enumerate(text.splitlines(), start=1):
        line = unicodedata.normalize("NFKC", raw_line).strip().strip("\ufeff")
        line = line.replace(";", ",") if "=" not in line else line
        if not line:
            blank = True
            continue
        title = re.fullmatch(r"[\[【](.+?)[\]】]", line)
        if title:
            if "坐标" not in title[1] and section.blocks:
                yield section
                section = _Section()
            in_body = "坐标" in title[1]
        elif not in_body and not section.blocks and "=" in line:
            key, _, value = line.partition("=")
            section.head[re.sub(r"\s", "", key)] = value.strip()
        elif block := _block(line, number):
            section.blocks.append(block)
        else:
            if not section.blocks:
                section.blocks.append(_Block({"地块编号": path.stem}, None, "面", number))
            block = section.blocks[-1]
            if blank and block.points:
                block.breaks.add(len(block.points))
            block.points.append(_point(line, number, path))
        blank = False
    yield section


def _block(line: str, number: int) -> _Block | None:
    """A head line of a parcel: nine comma-separated values that end in @, or fewer, or more."""
    parts = [part.strip() for part in line.split(",")]
    is_head = parts[-1] == "@" or (len(parts) >= 5 and parts[4] in ("面", "线", "点"))
    if not is_head:
        return None
    values = [part for part in parts if part != "@"]
    values += [""] * (8 - len(values))
    said = re.fullmatch(r"\d+", values[0])
    named = dict(zip(("地块面积", "地块编号", "地块名称"), values[1:4], strict=True))
    rest = dict(zip(("图幅号", "地块用途", "地类编码"), values[5:8], strict=True))
    return _Block(
        {**named, "图形属性": values[4] or "面", **rest}, int(said[0]) if said else None, values[4] or "面", number
    )


def _point(line: str, number: int, path: Path) -> _Point:
    """A boundary point; the two coordinates are the last of label, ring, X, Y, or stand alone."""
    parts = [part.strip() for part in (line.split(",") if "," in line else line.split())]
    while len(parts) > 2 and parts[-1] in ("", "@"):
        parts.pop()
    label, ring, pair = "", "1", parts
    if len(parts) == 3:
        label, pair = parts[0], parts[1:]
    elif len(parts) >= 4:
        label, ring, pair = parts[0], parts[1], parts[2:4]
    try:
        north, east = (float(one) for one in pair)
    except ValueError:
        north = east = math.nan
    if not (math.isfinite(north) and math.isfinite(east)):
        raise UnreadableFile(
            Text(f"第 {number} 行既不是地块行也不是坐标行", f"line {number} is neither a parcel nor a point"),
            where=path.name,
            found=Text(line[:60], line[:60]),
            expected=Text(
                "点号,圈号,X,Y（X 为纵坐标），或以 @ 结尾的地块行", "label,ring,X,Y or a parcel line that ends in @"
            ),
            mend=Text("请改正该行后重试。", "Mend that line and try again."),
        )
    return _Point(label, ring, north, east, number)


def _layer(section: _Section, path: Path, encoding: str) -> RawLayer:
    raw = RawLayer(path, "coordinate TXT", pd.DataFrame(), encoding=encoding, zone=_zone(section.head))
    rows, geometries, numbers = [], [], []
    for block in section.blocks:
        values = dict.fromkeys(COLUMNS, "") | block.values
        values["地块面积"] = _area_ha(values["地块面积"], raw, block)
        rows.append(values)
        numbers.append(block.line)
        geometries.append(_geometry(block, raw))
    raw.table = pd.DataFrame(rows, columns=list(COLUMNS))
    raw.geometry = np.array(geometries, dtype=object)
    raw.rows = np.array(numbers)
    raw.header_units = {"地块面积": "ha"}
    if encoding != "utf-8":
        raw.repaired("encoding", recognised_as(encoding), new=TITLES.get(encoding, encoding))
    return raw


def _zone(head: dict[str, str]) -> ZoneHint | None:
    """What the head says of the coordinate system."""
    if not head:
        return None
    width = re.search(r"[36]", head.get("几度分带", "") or head.get("分带", ""))
    zone = re.search(r"\d+", head.get("带号", ""))
    degrees = "度" in head.get("计量单位", "") or "经纬" in head.get("投影类型", "") + head.get("坐标系", "")
    return ZoneHint(
        datum=head.get("坐标系", ""),
        width=int(width[0]) if width else None,
        zone=int(zone[0]) if zone else None,
        degrees=degrees,
    )


def _area_ha(words: str, raw: RawLayer, block: _Block) -> str:
    """The stated area in hectares, the unit of the format; one that names another unit is converted."""
    found = re.fullmatch(r"([\d.,]+)\s*(\D+)", words)
    if not found:
        return words
    unit = units.find(found[2], "area")
    if unit is None:
        return words
    hectares = float(found[1].replace(",", "")) * units.factor(unit.id, "ha")
    raw.repaired(
        "unit_converted",
        Text("面积带有单位，已换算为公顷", "the area names its unit and was converted to hectares"),
        row=block.line, field_name="地块面积", old=words, new=f"{hectares:.10g}",
    )  # fmt: skip
    return repr(hectares)


def _geometry(block: _Block, raw: RawLayer) -> BaseGeometry | None:
    rings = [ring for ring in _rings(block, raw) if ring]
    if block.points_said is not None and block.points:
        closed = len(block.points)
        opened = sum(len(ring) for ring in rings)
        if block.points_said not in (closed, opened):
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
    return polygon_of_rings(rings)


def _rings(block: _Block, raw: RawLayer) -> Iterator[list[tuple[float, float]]]:
    """The rings of a block, each without its closing point.

    A ring ends where the ring number changes, where it comes back to its first point or first label, where its
    numbering starts again, or at a blank line.
    """
    ring: list[_Point] = []
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
                _judge_closing(ring[0], point, raw)
                yield [one.place for one in ring]
                ring = []
                continue
        ring.append(point)
    if ring:
        yield _opened(ring, block, raw)


def _opened(ring: list[_Point], block: _Block, raw: RawLayer) -> list[tuple[float, float]]:
    """A ring that does not come back to its first point: allowed by the format's users, and said."""
    if block.kind == "面" and len(ring) >= 3:
        raw.repaired(
            "ring_closed", Text("环未闭合，已连回起点", "an open ring was closed to its first point"), row=ring[0].line
        )
    return [one.place for one in ring]


def _judge_closing(first: _Point, last: _Point, raw: RawLayer) -> None:
    """The closing row repeats the first label but not its coordinates: the exporter's bug, or two points in one."""
    gap = math.dist(first.place, last.place)
    if gap <= _CLOSING_TOLERANCE_M:
        return
    if last.north == last.east:
        raw.repaired(
            "closing_row_bug",
            Text("闭合行的 X、Y 写成了同一个数，按起点处理", "the closing row has the same number twice; the first point was taken"),
            row=last.line, old=f"{last.north}", new=f"{first.north},{first.east}",
        )  # fmt: skip
        return
    raw.faulty(
        "ring_not_closed",
        Text(
            f"第 {last.line} 行闭合点 {last.label} 与起点相差 {gap:.3f}（坐标单位）",
            f"line {last.line}: the closing point {last.label} is {gap:.3f} units from the first",
        ),
        row=last.line,
        value=f"{gap:.3f}",
        place=shapely.Point(last.place),
    )
