"""The coordinate TXT in which parcels and boundaries are filed (地块坐标), in the variants that are met in practice.

A file has a head ``[属性描述]`` of ``key=value`` lines and a body ``[地块坐标]``: for every parcel one head line that
ends in ``@``, then its boundary points ``label,ring,X,Y`` with X to the north and Y to the east. Some have no head,
some no parcels, only coordinates. Nothing is dropped in silence: a line of the body that is neither is an error with
its number, a line before it that says nothing is told.
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

from geoparks import units
from geoparks.errors import UnreadableFile
from geoparks.read.archive import EMPTY
from geoparks.read.coordinate_rings import Block, Point, geometry
from geoparks.read.encoding import TITLES, read_text, recognised_as, tell_undecoded
from geoparks.read.raw import RawLayer, ZoneHint
from geoparks.text import Text

SUFFIXES = (".txt",)
TITLE = Text("坐标 TXT（地块坐标）", "coordinate TXT")

COLUMNS = ("地块编号", "地块名称", "地块面积", "图形属性", "图幅号", "地块用途", "地类编码")
_MORE_COLUMNS = ("TBLX", "DL", "GZQ", "GZH", "BZ")  # of the head line with thirteen values
_KINDS = ("面", "线", "点")
_LARGEST_RING_NUMBER = 9_999
_DEGREES = re.compile(r"(\d+)\s*[°度:]\s*(\d+)\s*[′'分:]\s*(\d+(?:\.\d+)?)\s*(?:″|′′|\"|''|秒)?")


@dataclass
class _Section:
    head: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    passed_over: list[tuple[int, str]] = field(default_factory=list)
    wide_separators: int | None = None
    """The first line whose separators had to be taken for commas."""


def read(path: Path) -> list[RawLayer]:
    """One layer for every head in the file; nearly always there is one."""
    text, encoding = read_text(path)
    text = re.sub(r"\r+\n", "\n", text)  # a line end that was converted twice is no blank line
    if not text.strip():
        raise UnreadableFile(EMPTY, where=path.name, mend=Text("请重新复制。", "Copy it again."))
    sections = [one for one in _sections(text, path) if any(block.points for block in one.blocks)]
    if not sections:
        raise UnreadableFile(
            Text("不是坐标 TXT：没有一行坐标", "not a coordinate TXT: there is no line with coordinates"),
            where=path.name,
            expected=Text("点号,圈号,X,Y", "label,ring,X,Y"),
        )
    layers = [_layer(one, path, encoding) for one in sections]
    tell_undecoded(layers[-1], text)
    for raw in layers:
        raw.siblings = len(layers)
    return layers


def _sections(text: str, path: Path) -> Iterator[_Section]:
    section, in_body, blank = _Section(), False, False
    has_body = re.search(r"^\s*[\[【].*坐标.*[\]】]\s*$", text, re.MULTILINE) is not None
    for number, raw_line in enumerate(text.splitlines(), start=1):
        own = raw_line.strip().strip("\ufeff").strip()
        line = unicodedata.normalize("NFKC", own).strip()
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
        elif not in_body and has_body:
            section.passed_over.append((number, own))
        elif block := _block(own, line, number, section):
            section.blocks.append(block)
        elif line.endswith("@") and not section.blocks:
            section.passed_over.append((number, own))
        else:
            if not section.blocks:
                section.blocks.append(Block({"地块编号": path.stem}, None, "面", number))
            block = section.blocks[-1]
            if blank and block.points:
                block.breaks.add(len(block.points))
            if re.search("[，；]|;", own):
                section.wide_separators = section.wide_separators or number
            block.points.append(_point(line.replace(";", ","), number, path))
        blank = False
    yield section


def _block(own: str, line: str, number: int, section: _Section) -> Block | None:
    """A head line of a parcel: nine comma-separated values that end in @, or fewer, or more.

    Values stay as they are typed, full-width marks included; only a line that has no other separators is cut at those.
    """
    parts = _head_parts(own)
    if parts is None:
        parts = _head_parts(line.replace(";", ","))
        if parts is None:
            return None
        section.wide_separators = section.wide_separators or number
    values = [part for part in parts if part != "@"]
    if not re.search(r"\d", values[0]) and re.search(r"点数|JZDS", values[0]):
        return None  # the names of the values, written out as a first line
    values += [""] * (8 - len(values))
    said = re.fullmatch(r"\d+", values[0])
    kind = values[4] or "面"
    named = dict(zip(("地块面积", "地块编号", "地块名称"), values[1:4], strict=True)) | {"图形属性": kind}
    named |= dict(zip(("图幅号", "地块用途", "地类编码"), values[5:8], strict=True))
    more = [*_MORE_COLUMNS, *(f"值{place}" for place in range(len(_MORE_COLUMNS) + 9, len(values) + 1))]
    named |= dict(zip(more, values[8:], strict=False))
    return Block(named, int(said[0]) if said else None, kind, number)


def _head_parts(line: str) -> list[str] | None:
    parts = [part.strip() for part in line.split(",")]
    if parts[-1] in ("@", "＠") and len(parts) > 1 and not _ends_in_coordinates(parts[:-1]):
        return [*parts[:-1], "@"]
    return parts if len(parts) >= 5 and parts[4] in _KINDS else None


def _ends_in_coordinates(parts: list[str]) -> bool:
    """Whether values are those of a point that some programs also end with @."""
    try:
        return len(parts) <= 4 and all(math.isfinite(_coordinate(one)) for one in parts[-2:])
    except ValueError:
        return False


def _point(line: str, number: int, path: Path) -> Point:
    """A boundary point: label, ring, X, Y; or label, X, Y; or X, Y alone. What follows, a height for one, is not used."""
    parts = [part.strip() for part in (line.split(",") if "," in line else line.split())]
    while len(parts) > 2 and parts[-1] in ("", "@"):
        parts.pop()
    label, ring, pair = "", "1", parts
    if len(parts) >= 4 and _is_ring_number(parts[1]):
        label, ring, pair = parts[0], parts[1], parts[2:4]
    elif len(parts) >= 3:
        label, pair = parts[0], parts[1:3]
    try:
        north, east = (_coordinate(one) for one in pair)
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
    return Point(label, ring, north, east, number)


def _is_ring_number(words: str) -> bool:
    return words == "" or (words.isdigit() and int(words) <= _LARGEST_RING_NUMBER)


def _coordinate(words: str) -> float:
    """A number, or degrees with minutes and seconds (109°58′30.5″)."""
    degrees = _DEGREES.fullmatch(words)
    return int(degrees[1]) + int(degrees[2]) / 60 + float(degrees[3]) / 3600 if degrees else float(words)


def _layer(section: _Section, path: Path, encoding: str) -> RawLayer:
    raw = RawLayer(path, "coordinate TXT", pd.DataFrame(), encoding=encoding, zone=_zone(section.head))
    rows, geometries, numbers = [], [], []
    for block in section.blocks:
        values = dict.fromkeys(COLUMNS, "") | block.values
        values["地块面积"] = _area_ha(values["地块面积"], raw, block)
        rows.append(values)
        numbers.append(block.line)
        geometries.append(geometry(block, raw))
    more = [name for row in rows for name in row if name not in COLUMNS]
    raw.table = pd.DataFrame(rows, columns=[*COLUMNS, *dict.fromkeys(more)])
    raw.geometry = np.array(geometries, dtype=object)
    raw.rows = np.array(numbers)
    raw.header_units = {"地块面积": "ha"}
    if encoding in ("gb18030", "big5hkscs"):
        raw.repaired("encoding", recognised_as(encoding), new=TITLES.get(encoding, encoding))
    _tell(section, raw)
    return raw


def _tell(section: _Section, raw: RawLayer) -> None:
    """What was odd in the lines themselves."""
    for number, words in section.passed_over:
        raw.repaired(
            "line_passed_over", Text("该行不是数据，未采用", "this line is no data and was passed over"), row=number, old=words[:60]
        )  # fmt: skip
    if section.wide_separators is not None:
        raw.repaired(
            "separator",
            Text("全角逗号或分号按半角逗号读取", "full-width commas or semicolons were read as commas"),
            row=section.wide_separators, old="，；", new=",",
        )  # fmt: skip
    precision = section.head.get("精度", "")
    if re.fullmatch(r"\d+(\.0*)?", precision) and float(precision) >= 1:
        raw.repaired(
            "precision_not_metres",
            Text(
                f"文件头“精度={precision}”应以米计（如 0.001），疑为小数位数；未采用",
                f"the head says 精度={precision}; it is in metres (0.001), this looks like decimal places and is not used",
            ),
            old=precision,
        )


def _zone(head: dict[str, str]) -> ZoneHint | None:
    """What the head says of the coordinate system."""
    if not head:
        return None
    bands = (head.get("几度分带", "") or head.get("分带", "")).replace("三", "3").replace("六", "6")
    found = re.search(r"[36]", bands)
    width = int(found[0]) if found else None
    number = re.search(r"\d+", head.get("带号", ""))
    zone = int(number[0]) if number else None
    meridian = re.search(r"\d+", head.get("中央子午线", "") or head.get("中央经线", ""))
    if zone is None and meridian and width is not None:
        zone = int(meridian[0]) // 3 if width == 3 else (int(meridian[0]) + 3) // 6
    degrees = "度" in head.get("计量单位", "") or "经纬" in head.get("投影类型", "") + head.get("坐标系", "")
    return ZoneHint(datum=head.get("坐标系", ""), width=width, zone=zone, degrees=degrees)


def _area_ha(words: str, raw: RawLayer, block: Block) -> str:
    """The stated area in hectares, the unit of the format; one that names another unit is converted."""
    found = re.fullmatch(r"([\d.,]+)\s*(\D+)", unicodedata.normalize("NFKC", words))
    unit = units.find(found[2], "area") if found else None
    if not found or unit is None:
        return words
    try:
        hectares = float(found[1].replace(",", "")) * units.factor(unit.id, "ha")
    except ValueError:
        return words
    raw.repaired(
        "unit_converted",
        Text("面积带有单位，已换算为公顷", "the area names its unit and was converted to hectares"),
        row=block.line, field_name="地块面积", old=words, new=f"{hectares:.10g}",
    )  # fmt: skip
    return f"{hectares:.15g}"
