"""The frame of a city's space: counties, main-function areas, urban development boundary, farmland, red line."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.demo import faults
from geoparks.demo.plan import LEAGUE, Block, Made, Park, blocks, dice, parks, to_degrees

Array = np.ndarray[Any, Any]

# Seats of the nine banners and districts, about where they are; how many parks each may keep is made up, and for one
# nobody has said it.
_SEATS: tuple[tuple[str, str, float, float, int | None], ...] = (
    ("150602", "东胜区", 110.02, 39.82, None),
    ("150603", "康巴什区", 109.79, 39.62, 1),
    ("150621", "达拉特旗", 110.03, 40.40, 1),
    ("150622", "准格尔旗", 111.14, 39.82, 1),
    ("150623", "鄂托克前旗", 107.48, 38.18, 1),
    ("150624", "鄂托克旗", 107.98, 39.09, 2),
    ("150625", "杭锦旗", 108.73, 39.83, 1),
    ("150626", "乌审旗", 109.00, 38.65, 1),
    ("150627", "伊金霍洛旗", 109.75, 39.54, 2),
)
CODES = {name: code for code, name, *_ in _SEATS}
# A made outline: no boundary of any map.
_OUTLINE = (
    (106.35, 39.20), (106.60, 39.75), (107.10, 40.10), (107.60, 40.55), (108.40, 40.85), (109.30, 40.80),
    (110.10, 40.70), (110.70, 40.50), (111.15, 40.30), (111.50, 39.95), (111.45, 39.45), (110.95, 39.30),
    (110.50, 39.15), (110.20, 38.75), (109.70, 38.50), (109.30, 38.15), (108.90, 37.85), (108.20, 37.75),
    (107.40, 37.75), (106.80, 37.85), (106.30, 38.15), (106.40, 38.65),
)  # fmt: skip
# How lines waver: how far in degrees, how quickly, in which direction; the slow waves bend a line, the quick ones ruffle it.
_WAVES = ((0.045, 4.7, 0.4), (0.016, 13.1, 1.3), (0.0065, 31.0, 2.2), (0.0026, 71.0, 0.9))
_COUNTY_DECIMALS = 6
_MARGIN_M = 150.0  # how far the urban development boundary reaches beyond the blocks
_BETWEEN_M = 420.0  # blocks with less than twice this between their boundaries share one
_GREEN_M = 200.0  # how wide the zone of special use around it is


@cache
def county_shapes() -> dict[str, shapely.Polygon]:
    """The banners: nearest-seat areas inside the outline, with lines that waver as lines on maps do."""
    around = shapely.Polygon(_OUTLINE)
    for _ in range(2):
        around = _rounded(around)
    seats = shapely.MultiPoint([(lon, lat) for _, _, lon, lat, _ in _SEATS])
    cells = shapely.get_parts(shapely.voronoi_polygons(seats, extend_to=around))
    result = {}
    for _, name, lon, lat, _ in _SEATS:
        cell = next(one for one in cells if one.contains(shapely.Point(lon, lat)))
        clipped = shapely.segmentize(shapely.intersection(cell, around), 0.012)
        result[name] = shapely.transform(clipped, _wavered)
    return result


def _rounded(polygon: shapely.Polygon) -> shapely.Polygon:
    """An outline with its corners cut, twice as many of them."""
    ring = shapely.get_coordinates(polygon)[:-1]
    after = np.roll(ring, -1, axis=0)
    return shapely.Polygon(np.stack([0.75 * ring + 0.25 * after, 0.25 * ring + 0.75 * after], axis=1).reshape(-1, 2))


def _wavered(lonlat: Array) -> Array:
    """Every place moved by some kilometres as a smooth function of the place, so that neighbours keep their common line."""
    moved = lonlat.copy()
    for swing, pace, turn in _WAVES:
        along = lonlat[:, 0] * np.cos(turn) + lonlat[:, 1] * np.sin(turn)
        across = lonlat[:, 1] * np.cos(turn) - lonlat[:, 0] * np.sin(turn)
        moved[:, 0] += swing * np.sin(pace * across + 3 * turn)
        moved[:, 1] += swing * np.sin(pace * along - 2 * turn)
    return np.round(moved, _COUNTY_DECIMALS)


def counties() -> Made:
    """旗县."""
    frame = pd.DataFrame(
        {
            "code": [code for code, *_ in _SEATS],
            "name": [name for _, name, *_ in _SEATS],
            "league": LEAGUE,
            "parks_allowed": pd.array([allowed for *_, allowed in _SEATS], dtype="Int64"),
        }
    )
    return Made("counties", frame, np.array([county_shapes()[name] for name in frame["name"]], dtype=object))


def main_function() -> Made:
    """主体功能区: each banner of one category, but for the areas that are planted."""
    planted = {one.id: to_degrees(one.shape, one.zone) for one in faults.MAIN_FUNCTION}
    cut = shapely.union_all(list(planted.values()))
    rows: list[tuple[str, str | None]] = []
    shapes = []
    for number, (_, name, *_) in enumerate(_SEATS, start=1):
        rows.append((f"ZT-{number:04d}", "优化" if name in ("东胜区", "康巴什区") else "重点"))
        shapes.append(shapely.difference(county_shapes()[name], cut))
    for one in faults.MAIN_FUNCTION:
        rows.append((one.id, one.name))
        shapes.append(planted[one.id])
    return Made("main_function", pd.DataFrame(rows, columns=["id", "category"]), np.array(shapes, dtype=object))


def _of_zone(zone: int) -> list[Block]:
    return [block for block in blocks().values() if block.zone == zone]


@cache
def _kept_out(zone: int) -> Any:
    """Planted farmland and red line, which the boundary keeps clear of, but where a block lies."""
    sound = [one.shape for one in (*faults.FARMLAND, *faults.REDLINE) if one.zone == zone and one.shape.is_valid]
    return shapely.union_all(sound)


@cache
def udb_shapes(zone: int) -> tuple[tuple[str, str, shapely.Geometry], ...]:
    """The urban development boundary in the plane of a zone: county, zone of the boundary, polygon."""
    members = [block for block in _of_zone(zone) if block.id not in faults.NO_UDB]
    around = {block.id: shapely.buffer(faults.reach(block), _MARGIN_M, join_style="mitre") for block in members}
    core = shapely.buffer(shapely.union_all(list(around.values())), _BETWEEN_M, join_style="mitre")
    core = shapely.simplify(shapely.buffer(core, -_BETWEEN_M, join_style="mitre"), 0.01)
    core = shapely.union(core, shapely.union_all(list(around.values())))
    cut = shapely.union_all([one.shape for one in faults.UDB_CUT if one.zone == zone])
    taken = shapely.union(core, _kept_out(zone))
    found: list[tuple[str, str, shapely.Geometry]] = []
    for part in shapely.get_parts(core):
        inside = [block for block in members if part.contains(faults.reach(block).representative_point())]
        county = _county(inside[0])
        whole = shapely.difference(part, _kept_out(zone))
        whole = shapely.union(whole, shapely.union_all([faults.reach(block) for block in inside]))
        west, south, east, north = part.bounds
        line = round(west + 0.72 * (east - west))
        green = shapely.difference(shapely.buffer(part, _GREEN_M, join_style="mitre"), taken)
        pieces = {
            "集中建设区": shapely.intersection(whole, shapely.box(west - 1, south - 1, line, north + 1)),
            "弹性发展区": shapely.intersection(whole, shapely.box(line, south - 1, east + 1, north + 1)),
            "特别用途区": shapely.intersection(
                green, shapely.box(west - 999, (south + north) / 2, east + 999, north + 999)
            ),
        }
        taken = shapely.union(taken, pieces["特别用途区"])
        for name, shape in pieces.items():
            for polygon in shapely.get_parts(shapely.difference(shape, cut)):
                if polygon.geom_type == "Polygon" and polygon.area > 1:
                    found.append((county, name, polygon))
    return tuple(found)


def _county(block: Block) -> str:
    """The county where a block lies, which need not be the one that the register names."""
    middle = to_degrees(block.shape.representative_point(), block.zone)
    return next((name for name, shape in county_shapes().items() if shape.contains(middle)), "")


def udb() -> Made:
    """城镇开发边界, in degrees as plans are delivered."""
    rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    for zone in (36, 37):
        for county, name, shape in udb_shapes(zone):
            rows.append((f"{CODES[county]}CZKF{len(rows) + 1:04d}", name, county))
            shapes.append(to_degrees(shape, zone))
    return Made("udb", pd.DataFrame(rows, columns=["udb_id", "zone", "county"]), np.array(shapes, dtype=object))


@cache
def _redline_shapes(zone: int) -> tuple[shapely.Polygon, ...]:
    """Areas of the red line some kilometres from the parks: rounded shapes, none of them on a park or its surroundings."""
    random = dice(f"redline {zone}")
    built = shapely.buffer(shapely.union_all([shape for _, _, shape in udb_shapes(zone)]), 300)
    found: list[shapely.Polygon] = []
    for park in _parks_in(zone):
        middle = park.blocks[0].shape.centroid
        for _ in range(3):
            angle, distance = random.uniform(0, 2 * np.pi), random.uniform(4500, 7500)
            radius, phase = random.uniform(500, 1200), random.uniform(0, 2 * np.pi, 2)
            turn = np.linspace(0, 2 * np.pi, 49)[:-1]
            out = radius * (1 + 0.22 * np.sin(2 * turn + phase[0]) + 0.12 * np.sin(5 * turn + phase[1]))
            x, y = middle.x + distance * np.cos(angle), middle.y + distance * np.sin(angle)
            shape = shapely.Polygon(
                np.round(np.column_stack([x + 1.5 * out * np.cos(turn), y + out * np.sin(turn)]), 2)
            )
            if not shape.intersects(built) and not any(shape.intersects(one) for one in found):
                found.append(shape)
    return tuple(found)


def _parks_in(zone: int) -> list[Park]:
    return [park for park in parks() if park.blocks and park.zone == zone]


def redline() -> Made:
    """生态保护红线."""
    rows: list[tuple[str, str | None]] = []
    shapes = []
    names = ("防风固沙", "水土保持", "天然草原", "湿地")
    for zone in (36, 37):
        for shape in _redline_shapes(zone):
            rows.append((f"HX-{len(rows) + 1:04d}", f"演示{names[len(rows) % len(names)]}生态保护红线"))
            shapes.append(to_degrees(shape, zone, corners_only=True))
    for one in faults.REDLINE:
        rows.append((one.id, one.name))
        shapes.append(to_degrees(one.shape, one.zone))
    return Made("redline", pd.DataFrame(rows, columns=["id", "name"]), np.array(shapes, dtype=object))


@cache
def farmland_shapes(zone: int) -> tuple[shapely.Polygon, ...]:
    """Fields side by side in the valleys that pass the parks, clear of towns and red line, in the plane of a zone."""
    random = dice(f"farmland {zone}")
    shut = shapely.union_all([shape for _, _, shape in udb_shapes(zone)] + list(_redline_shapes(zone)))
    shut = shapely.buffer(shapely.union(shut, _kept_out(zone)), 60)
    shapely.prepare(shut)
    found: list[shapely.Polygon] = []
    for park in _parks_in(zone):
        middle = park.blocks[0].shape.centroid
        lean, bend = random.uniform(-0.5, 0.5), random.uniform(-1.0, 1.0)
        column, row = (one.ravel() for one in np.meshgrid(np.arange(-18, 19), np.arange(-22, 23)))
        # Two valleys that wind past the park; a field in five lies fallow and is no farmland under protection.
        off = np.minimum(np.abs(row - 11 - 3 * np.sin(column / 5 + bend)), np.abs(row + 13 - 2.5 * np.sin(column / 4)))
        keep = (off < 2.6) & (random.random(len(column)) < 0.8)
        x, y = 400.0 * column[keep], 215.0 * row[keep]
        wide, high = random.uniform(330, 392, keep.sum()), random.uniform(165, 208, keep.sum())
        corners = np.stack([np.column_stack([x + a * wide, y + b * high]) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))])
        turned = np.stack(
            [corners[..., 0] * np.cos(lean) - corners[..., 1] * np.sin(lean) + middle.x,
             corners[..., 0] * np.sin(lean) + corners[..., 1] * np.cos(lean) + middle.y], axis=-1,
        )  # fmt: skip
        fields = shapely.polygons(np.round(turned, 2).transpose(1, 0, 2))
        fields = fields[~shapely.intersects(shut, fields)]
        if found:
            fields = fields[~shapely.intersects(shapely.union_all(found), fields)]
        found += list(fields)
    return tuple(found)


def farmland() -> Made:
    """永久基本农田."""
    rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    for zone in (36, 37):
        for shape in farmland_shapes(zone):
            rows.append((f"NT-{len(rows) + 1:04d}", f"演示永久基本农田图斑{len(rows) + 1:04d}"))
            shapes.append(to_degrees(shape, zone, corners_only=True))
    for one in faults.FARMLAND:
        rows.append((one.id, f"演示永久基本农田图斑{one.id[3:]}"))
        shapes.append(to_degrees(one.shape, one.zone))
    return Made("farmland", pd.DataFrame(rows, columns=["id", "name"]), np.array(shapes, dtype=object))
