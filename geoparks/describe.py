"""``geoparks describe``: the four-to sentence and the corner table of every block, in the form of an announcement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from geoparks import progress, units, words, write
from geoparks.catalog.clause import Setting
from geoparks.errors import WorkspaceError
from geoparks.measure.four_to import outline_at, sides_of
from geoparks.measure.four_to_features import gazetteer_of
from geoparks.measure.four_to_words import CHARACTER, SIDE, SIDES, Side
from geoparks.measure.four_to_written import Written, degrees, write_limits
from geoparks.measure.plane import plane_of
from geoparks.normalise.datum import path as way
from geoparks.normalise.features import Features
from geoparks.normalise.zones import Zone, local_zone
from geoparks.text import Lang, Text
from geoparks.workspace import Workspace
from geoparks.write.sheet import workbook

Array = np.ndarray[Any, Any]

FILES = ("describe.md", "describe.xlsx")
_ZONES = range(25, 46)
_UNSOUND = Text(
    "图形不合格（见 B11），按修复后的图形写出", "its geometry is not sound (see B11): written from the repaired one"
)
_NO_GEOMETRY = Text("没有图形，写不出四至", "no geometry: nothing can be written")
_HEADERS = {
    "corner": Text("点号", "Point"), "ring": Text("圈号", "Ring"), "north": Text("X（纵坐标，米）", "X (north, m)"),
    "east": Text("Y（横坐标，米）", "Y (east, m)"), "longitude": Text("经度", "Longitude"), "latitude": Text("纬度", "Latitude"),
    "id": Text("区块编号", "Block id"), "name": Text("区块名称", "Block"), "park": Text("园区编号", "Park id"),
    "area_ha": Text("面积（公顷）", "Area (ha)"), "area_mu": Text("面积（亩）", "Area (mu)"),
    "sentence": Text("四至表述", "Sentence"), "remark": Text("说明", "Remark"), "zone": Text("3 度带带号", "3° zone"),
}  # fmt: skip


@dataclass(frozen=True)
class Corner:
    """One corner of a block: metres in the 3° zone (the zone number before the easting) and degrees, CGCS2000."""

    number: int
    ring: int
    north: float
    east: float
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Described:
    """One block as an announcement describes it."""

    id: str
    name: str
    park: str
    sides: Mapping[Side, Written]
    area_m2: float
    zone: int
    corners: tuple[Corner, ...]
    remark: Text | None = None

    @property
    def sentence(self) -> Text:
        """The sentence of an announcement: 圣圆区块：东至…，南至…，西至…，北至…，面积 464 公顷（6,960 亩）."""
        called = self.name or self.id
        if not self.sides:
            return Text(f"{called}：{_NO_GEOMETRY.zh}。", f"{called}: {_NO_GEOMETRY.en}.")
        zh = "，".join(f"{CHARACTER[side]}至{self.sides[side].words}" for side in SIDES)
        en = ", ".join(f"{SIDE[side].en} to {self.sides[side].english}" for side in SIDES)
        ha, mu = units.number(units.to_ha(self.area_m2), 4), units.number(units.to_mu(self.area_m2))
        return Text(f"{called}：{zh}，面积 {ha} 公顷（{mu} 亩）。", f"{called}: {en}; area {ha} ha ({mu} mu).")

    def as_dict(self) -> dict[str, Any]:
        """As the JSON document has it; numbers are not rounded."""
        return {
            "id": self.id, "name": self.name, "park": self.park,
            **{side: self.sides[side].words if self.sides else None for side in SIDES},
            "area_m2": self.area_m2 if self.sides else None, "sentence": self.sentence.as_dict(), "zone": self.zone,
            "remark": self.remark.as_dict() if self.remark is not None else None,
            "corners": [
                {"point": f"J{one.number}", "ring": one.ring, "x": one.north, "y": one.east, "lon": one.longitude, "lat": one.latitude}
                for one in self.corners
            ],
        }  # fmt: skip


def describe(workspace: Workspace, settings: Mapping[str, Setting]) -> list[Described]:
    """Every block of a workspace, described from its geometry; the names are those of the layers beside it."""
    dataset = workspace.dataset
    blocks = dataset.get("blocks")
    if blocks is None:
        raise WorkspaceError(dataset.why_not("blocks"), where=str(workspace.root))
    progress.say(Text("写出四至", "writing the limits"))
    gazetteer = gazetteer_of(dataset)
    share, tolerance_m = settings["four_to_share"].given, settings["four_to_tolerance_m"].given
    made = []
    for subject, positions, _ in sides_of(dataset):
        outline = outline_at(blocks, positions)
        park = dataset.park_of(subject)
        if outline is None:
            made.append(Described(subject.id, subject.name, park, {}, 0.0, 0, (), _NO_GEOMETRY))
            continue
        zone = _zone(blocks, positions, outline.local.longitude)
        made.append(
            Described(
                subject.id, subject.name, park,
                write_limits(outline, positions, gazetteer, share, tolerance_m),
                float(shapely.union_all(plane_of(blocks)[list(positions)]).area),
                zone.number, tuple(_corners(blocks, positions, zone)),
                _UNSOUND if blocks.invalid[list(positions)].any() else None,
            )
        )  # fmt: skip
    return made


def _zone(blocks: Features, positions: tuple[int, ...], longitude: float) -> Zone:
    """The 3° zone of the file itself where it has one, else the one that the block lies in; with its number."""
    placement = blocks.placement(positions[0])
    code = placement.crs.to_epsg() if placement is not None and placement.crs is not None else None
    for number in _ZONES:
        if code in (Zone(3, number, True).epsg, Zone(3, number, False).epsg):
            return Zone(3, number, True)
    return Zone(3, local_zone(longitude).number, True)


def _corners(blocks: Features, positions: tuple[int, ...], zone: Zone) -> Iterator[Corner]:
    """The corners as they were drawn: outer rings clockwise from the north-west, holes the other way, no closing point."""
    to_zone = way(CRS.from_epsg(zone.epsg))
    ring_number = 0
    for position in positions:
        placement, shape = blocks.placement(position), blocks.sound[position]
        if placement is None or shape is None:
            continue
        for ring, clockwise in _rings(shape):
            ring_number += 1
            lonlat = placement.path.to_lonlat(shapely.get_coordinates(ring)[:-1])
            plane = to_zone.to_own(lonlat)
            order = _order(plane, clockwise)
            for number, one in enumerate(order, start=1):
                yield Corner(
                    number, ring_number, float(plane[one, 1]), float(plane[one, 0]), float(lonlat[one, 0]), float(lonlat[one, 1])
                )  # fmt: skip


def _rings(shape: shapely.Geometry) -> Iterator[tuple[shapely.Geometry, bool]]:
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield part.exterior, True
            yield from ((hole, False) for hole in part.interiors)


def _order(points: Array, clockwise: bool) -> Array:
    """The order of a ring that begins in the north-west and runs the way it should."""
    is_clockwise = not shapely.is_ccw(shapely.linearrings(points))
    order = np.arange(len(points)) if is_clockwise == clockwise else np.arange(len(points))[::-1]
    corner = np.array([points[:, 0].min(), points[:, 1].max()])
    start = int(np.argmin(((points[order] - corner) ** 2).sum(axis=1)))
    return np.roll(order, -start)


def document(workspace: Workspace, described: list[Described]) -> dict[str, Any]:
    """What ``--json`` prints."""
    config = workspace.config
    return {
        "format": 1, "workspace": config.name, "made": config.made, "blocks": [one.as_dict() for one in described]
    }  # fmt: skip


def save(workspace: Workspace, described: list[Described], folder: Path, lang: Lang) -> list[Path]:
    """Write ``describe.md`` and ``describe.xlsx``."""
    text = markdown(workspace, described, lang)
    note = [words.MADE.to(lang)] if workspace.config.made else []
    limits = [_HEADERS[one].to(lang) for one in ("id", "name", "park")]
    limits += [SIDE[side].to(lang) if lang == "en" else f"{CHARACTER[side]}至" for side in SIDES]
    limits += [_HEADERS[one].to(lang) for one in ("area_ha", "area_mu", "sentence", "remark")]
    sheets = [
        _sheet(Text("四至", "Limits").to(lang), note, limits, [_row(one, lang) for one in described]),
        _sheet(
            Text("拐点坐标", "Corners").to(lang), note,
            [_HEADERS[one].to(lang) for one in ("id", "name", "zone", "ring", "corner", "north", "east", "longitude", "latitude")],
            [
                [one.id, one.name, one.zone, each.ring, f"J{each.number}", round(each.north, 3), round(each.east, 3),
                 round(each.longitude, 9), round(each.latitude, 9)]
                for one in described for each in one.corners
            ],
        ),
    ]  # fmt: skip
    return [
        *write.whole(folder / FILES[0], lambda path: path.write_text(text, "utf-8", newline="\n")),
        *write.whole(folder / FILES[1], lambda path: workbook(path, sheets)),
    ]


def _sheet(
    title: str, note: list[str], headers: list[str], rows: list[list[Any]]
) -> tuple[str, list[str], list[list[Any]]]:
    return (title, note, [list(headers), *rows]) if note else (title, headers, rows)


def _row(one: Described, lang: Lang) -> list[Any]:
    sides = [one.sides[side].words if one.sides else None for side in SIDES]
    area = [round(units.to_ha(one.area_m2), 4), round(units.to_mu(one.area_m2), 2)] if one.sides else [None, None]
    return [
        one.id,
        one.name,
        one.park,
        *sides,
        *area,
        one.sentence.to(lang),
        one.remark.to(lang) if one.remark else None,
    ]


def markdown(workspace: Workspace, described: list[Described], lang: Lang) -> str:
    """The announcement: a sentence and a table of corners for every block."""
    lines = [f"# {workspace.config.name} {Text('四至范围和拐点坐标', 'limits and corners').to(lang)}", ""]
    if workspace.config.made:
        lines += [f"**{words.MADE.to(lang)}**", ""]
    lines += [
        Text(
            "由区块图形写出；面积为 CGCS2000 椭球面积，坐标为 2000 国家大地坐标系、3 度带（横坐标带带号）。",
            "Written from the geometry; areas are on the CGCS2000 ellipsoid, coordinates in 3° zones with their number.",
        ).to(lang),
        "",
    ]
    for one in described:
        lines += [f"## {one.name or one.id}", "", one.sentence.to(lang), ""]
        if one.remark is not None and one.sides:
            lines += [one.remark.to(lang), ""]
        if one.corners:
            lines += [*_corner_table(one, lang), ""]
    return "\n".join(lines)


def _corner_table(one: Described, lang: Lang) -> list[str]:
    rings = max(each.ring for each in one.corners) > 1
    names = ["corner", *(["ring"] if rings else []), "north", "east", "longitude", "latitude"]
    lines = ["| " + " | ".join(_HEADERS[name].to(lang) for name in names) + " |", "|" + "---|" * len(names)]
    for each in one.corners:
        cells = [f"J{each.number}", *([str(each.ring)] if rings else []), f"{each.north:.3f}", f"{each.east:.3f}"]
        lines.append("| " + " | ".join([*cells, degrees(each.longitude), degrees(each.latitude)]) + " |")
    return lines
