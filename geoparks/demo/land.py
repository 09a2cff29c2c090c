"""The land inside the blocks: plots in rows with roads between, and the approvals that they were supplied from."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.demo import faults
from geoparks.demo.plan import ON, Block, Made, blocks, box, dice, park, to_degrees
from geoparks.demo.space import CODES
from geoparks.demo.surroundings import corridor, undevelopable
from geoparks.measure.area import ellipsoidal_area

Array = np.ndarray[Any, Any]

PARCELS = 3000
_EDGE_M = 30
_ROAD_M = 28
_STREET_M = 18
_DEPTHS = (115, 130, 150)
_WIDTHS = (75, 95, 115, 135, 165)
_ROWS_OF_AN_APPROVAL = 2
_DAY = dt.timedelta(days=1)


@cache
def plots() -> pd.DataFrame:
    """Every plot that was supplied: id, block, approval, the day of approval, and its polygon in the plane of its zone."""
    found = pd.concat([_plots_of(block) for block in blocks().values() if block.id != "YQ02-4"], ignore_index=True)
    approved = approvals().frame.set_index("approval_id")
    found["approved_on"] = found["approval_id"].map(approved["approved_on"])
    withdrawn = found["approval_id"].map(approved["withdrawn_area_ha"] == approved["approved_area_ha"])
    share = np.array([_share_supplied(day) for day in found["approved_on"]])
    # The plots that are the likeliest to be supplied, to the number that is wanted: old approvals nearly full, new ones not.
    order = dice("plots").random(len(found)) / np.where(withdrawn, 1e-9, share)
    wanted = PARCELS - len(faults.PARCELS)
    kept = found.iloc[np.sort(np.argsort(order, kind="stable")[:wanted])].reset_index(drop=True)
    kept.insert(0, "parcel_id", _ids(kept))
    return pd.concat([kept, _planted()], ignore_index=True)


def _ids(found: pd.DataFrame) -> list[str]:
    """Parcel numbers by banner, park and block, counted along the rows."""
    number = found.groupby("block_id", sort=False).cumcount() + 1
    return [
        f"{CODES[park(block[:4]).county]}{100 + int(block[2:4])}{int(block[5:]):03d}GB{count:05d}"
        for block, count in zip(found["block_id"], number, strict=True)
    ]


def _planted() -> pd.DataFrame:
    """The parcels that belong to projects outside the parks, or half outside."""
    some = faults.PARCELS
    return pd.DataFrame(
        {
            "parcel_id": [one.id for one in some],
            "block_id": [one.block if one.shape.intersects(blocks()[one.block].shape) else None for one in some],
            "approval_id": None,
            "zone": [one.zone for one in some],
            "shape": [one.shape for one in some],
            "approved_on": dt.date(2021, 3, 1),
        }
    )


@cache
def _rows(block: Block) -> tuple[tuple[float, float], ...]:
    """South and north edge of every row of plots in the block's frame: two back to back, then a road."""
    random = dice(f"rows {block.id}")
    found: list[tuple[float, float]] = []
    south = float(_EDGE_M)
    while True:
        north = south + float(random.choice(_DEPTHS))
        if north > block.extent[1] - _EDGE_M / 2:
            return tuple(found)
        found.append((south, north))
        south = north + (_ROAD_M if len(found) % 2 == 0 else 0)


def _bands(block: Block) -> list[tuple[float, float]]:
    """The strips of a block's frame that were approved one by one: two rows of plots, and half the road on each side."""
    rows = _rows(block)
    edges = [rows[one][0] - _ROAD_M / 2 for one in range(_ROWS_OF_AN_APPROVAL, len(rows), _ROWS_OF_AN_APPROVAL)]
    return list(zip([-9.0, *edges], [*edges, block.extent[1] + 9.0], strict=True))


def _plots_of(block: Block) -> pd.DataFrame:
    """The plots of one block: along every row plots of several widths, a street after every fourth."""
    random = dice(f"plots {block.id}")
    wide = block.extent[0]
    boxes, row_of = [], []
    for row, (south, north) in enumerate(_rows(block)):
        widths = random.choice(_WIDTHS, int(wide // min(_WIDTHS)) + 1).astype(float)
        starts = _EDGE_M + np.concatenate([[0], np.cumsum(widths)[:-1]]) + _STREET_M * (np.arange(len(widths)) // 4)
        boxes.append(
            np.column_stack([starts, np.full(len(starts), south), starts + widths, np.full(len(starts), north)])
        )
        row_of += [row] * len(starts)
    corners = np.concatenate(boxes)[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2)
    shapes = shapely.polygons(block.place(tuple(map(tuple, corners))).reshape(-1, 4, 2))
    good = shapely.covers(shapely.buffer(block.shape, -12), shapes) & ~shapely.intersects(shapes, _shut(block))
    return pd.DataFrame(
        {
            "block_id": block.id,
            "approval_id": [f"PW-{block.id}-{one // _ROWS_OF_AN_APPROVAL + 1}" for one in np.array(row_of)[good]],
            "zone": block.zone,
            "shape": shapes[good],
        }
    )


def _shut(block: Block) -> Any:
    """What plots keep clear of: earlier blocks that reach in, land that cannot be built on, what is planted."""
    others = [one.shape for one in _earlier(block)]
    planted = [one.shape for one in (*faults.FARMLAND, *faults.REDLINE, *faults.PARCELS) if one.zone == block.zone]
    shut = shapely.union_all([*others, *(one for one in planted if one.is_valid)])
    if f"BK-{block.id}" in set(undevelopable().frame["id"]):
        shut = shapely.union(shut, shapely.buffer(corridor(block), 10))
    return shut


def _earlier(block: Block) -> list[Block]:
    """Blocks that come before this one and overlap it; the block inside another shares that one's plots."""
    known = list(blocks().values())
    before = [one for one in known[: known.index(block)] if one.zone == block.zone and one.id != "YQ02-4"]
    return [one for one in before if one.shape.intersects(block.shape)]


def _share_supplied(day: dt.date) -> float:
    """How much of an approval is supplied by now, by its age."""
    years = (ON - day).days / 365.25
    return float(np.interp(years, [0.0, 0.8, 2.0, 4.0, 6.0], [0.02, 0.25, 0.62, 0.9, 1.0]))


@cache
def approvals() -> Made:
    """批准用地: strips of the blocks, the southern ones first; one was withdrawn as a whole, some in part."""
    random = dice("approvals")
    rows: list[dict[str, Any]] = []
    shapes: list[Any] = []
    for block in blocks().values():
        if block.id == "YQ02-4":
            continue
        wide, _ = block.extent
        start = int(random.integers(2010, 2017))
        for number, (low, high) in enumerate(_bands(block), start=1):
            strip = shapely.intersection(block.shape, block.polygon(box(-9, low, wide + 9, high)))
            strip = shapely.difference(strip, shapely.union_all([one.shape for one in _earlier(block)]))
            shape = to_degrees(strip, block.zone)
            area = round(units.to_ha(float(ellipsoidal_area(np.array([shape]))[0])), 4)
            year = min(start + round(1.7 * (number - 1)) + int(random.integers(0, 3)), 2024)
            approved = min(dt.date(year, 1, 1) + int(random.integers(20, 340)) * _DAY, dt.date(2024, 4, 30))
            rows.append(_approval(block, number, area, approved, random))
            shapes.append(shape)
    return Made("approvals", pd.DataFrame(rows), np.array(shapes, dtype=object))


def _approval(block: Block, number: int, area: float, approved: dt.date, random: np.random.Generator) -> dict[str, Any]:
    """The record of one approval."""
    withdrawn, withdrawn_on, reason = 0.0, None, None
    chance = random.random()
    if block.id == "YQ08-3" and number == 2:
        withdrawn, withdrawn_on, reason = area, dt.date(2023, 3, 17), "项目终止，撤回批准文件"
    elif chance < 0.08 and approved.year < 2021:
        withdrawn, withdrawn_on, reason = (
            round(area * 0.1, 4),
            dt.date(2022, 11, 8),
            "部分地块不具备供地条件，核减批准面积",
        )
    elif chance > 0.75 and approved.year > 2018:
        reason = str(random.choice(["规划调整", "征地补偿未到位", "项目尚未落地", "配套设施未建成"]))
    return {
        "approval_id": f"PW-{block.id}-{number}",
        "approval_no": f"演政土发〔{approved.year}〕{100 + int(random.integers(1, 800))}号",
        "approval_kind": "单独选址" if random.random() < 0.06 else "批次",
        "approved_on": approved,
        "approved_area_ha": area,
        "requisitioned_area_ha": round(area * float(random.uniform(0.94, 1.0)), 4),
        "unsuppliable_area_ha": round(area * float(random.uniform(0.15, 0.21)), 4),
        "withdrawn_area_ha": withdrawn,
        "county": park(block.park).county,
        "park_id": block.park,
        "withdrawn_on": withdrawn_on,
        "reason": reason,
    }


def supply_ready() -> Made:
    """已达到供地条件土地: the approvals that were requisitioned long enough ago for roads, water and power to be there."""
    made = approvals()
    assert made.geometry is not None
    ready = [day <= dt.date(2023, 1, 1) for day in made.frame["approved_on"]]
    those = made.frame[ready]
    frame = pd.DataFrame(
        {
            "id": [f"GD-{one[3:]}" for one in those["approval_id"]],
            "park_id": those["park_id"].to_numpy(),
            "ready_on": [day + 300 * _DAY for day in those["approved_on"]],
        }
    )
    return Made("supply_ready", frame, made.geometry[ready])


def land_use() -> Made:
    """国土调查地类: the developed and the open part of every approval, and the fields about the parks.

    Parcels of commerce and of public services are surveyed as such, all others as industry.
    """
    from geoparks.demo.space import farmland_shapes
    from geoparks.demo.supply import records

    made = approvals()
    assert made.geometry is not None
    rows: list[tuple[Any, ...]] = []
    shapes = []
    supplied, uses = plots(), records()
    for approval, whole in zip(made.frame["approval_id"], made.geometry, strict=True):
        those = supplied[supplied["approval_id"] == approval]
        built = shapely.union_all(those["shape"].to_numpy())
        zone = blocks()[approval[3:].rsplit("-", 1)[0]].zone
        built = to_degrees(shapely.buffer(built, 8, join_style="mitre"), zone) if len(those) else shapely.Polygon()
        pieces = {"0601": shapely.intersection(whole, built)}
        for use, code in (("0507", "05H1"), ("0809", "0809")):
            of_it = uses.loc[(uses["approval_id"] == approval) & (uses["use_code"] == use), "shape"].to_numpy()
            if len(of_it):
                around = to_degrees(shapely.buffer(shapely.union_all(of_it), 8, join_style="mitre"), zone)
                pieces[code] = shapely.intersection(pieces["0601"], around)
                pieces["0601"] = shapely.difference(pieces["0601"], around)
        for code, shape in (*pieces.items(), ("0404", shapely.difference(whole, built))):
            for part in shapely.get_parts(shape):
                if part.geom_type == "Polygon" and part.area > 1e-8:
                    rows.append((f"TB{len(rows) + 1:06d}", code, "三调", 2023))
                    shapes.append(part)
    for zone in (36, 37):
        for number, field in enumerate(farmland_shapes(zone)):
            rows.append((f"TB{len(rows) + 1:06d}", "0102" if number % 3 else "0103", "三调", 2023))
            shapes.append(to_degrees(field, zone, corners_only=True))
    return Made(
        "land_use", pd.DataFrame(rows, columns=["id", "use_code", "use_scheme", "year"]), np.array(shapes, dtype=object)
    )
