"""The parks and what belongs to each: register, blocks, approved boundary, sub-parks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.demo import faults
from geoparks.demo.plan import LEAGUE, Block, Made, Park, blocks, parks, to_degrees

Array = np.ndarray[Any, Any]

# Which documents a park has on record: True unless said otherwise; None where the register has a blank (B19).
_PLANS: dict[str, dict[str, bool | None]] = {
    "YQ06": {"has_water_report": False},
    "YQ08": {"has_plan_eia": None},
    "YQ09": {"has_master_plan": None, "has_industry_plan": None, "has_plan_eia": None, "has_water_report": None},
    "YQ10": {"has_master_plan": False, "has_industry_plan": False},
}
_PLAN_FIELDS = ("has_master_plan", "has_industry_plan", "has_plan_eia", "has_water_report")
_TEN = ("供电", "供气", "供水", "供热", "通信", "交通", "消防", "防汛", "人防", "治污")
_LACKING = {"YQ07": ("供热",), "YQ08": ("供气", "人防"), "YQ10": ("供气", "供热", "防汛", "人防")}
_GREEN = ("YQ01", "YQ02", "YQ04", "YQ05")
# Sub-parks that name three leading industries, and none (B13).
_SUB_PARK_LEADING = {"YQ03-2": "天然气化工、新材料、新能源", "YQ10-1": None}


def register() -> Made:
    """园区名录."""
    rows = []
    for number, park in enumerate(parks(), start=1):
        made_up = park.place is not None
        lon, lat = park.place or _middle(park)
        plans = {name: _PLANS.get(park.id, {}).get(name, True) for name in _PLAN_FIELDS}
        lacking = _LACKING.get(park.id, ())
        rows.append(
            {
                "park_id": park.id,
                "name": park.name,
                "kind": park.kind,
                "level": park.level,
                "zone_class": park.zone_class,
                "league": LEAGUE,
                "county": park.county,
                "approved_area_ha": park.approved_ha,
                "leading_industries": "、".join(park.leading) or None,
                "approved_by": park.approved_by,
                "approval_no": f"演政字〔{park.approved_on.year}〕{100 + number}号",
                "approved_on": park.approved_on,
                "catalogue_no": None if made_up else f"YS15{number:04d}",
                "chemical_park": park.chemical_park,
                "lon": round(lon, 5),
                "lat": round(lat, 5),
                **plans,
                "master_plan_approved_on": dt.date(2021 + number % 3, 5, 10) if plans["has_master_plan"] else None,
                "infrastructure": None if made_up else "、".join(one for one in _TEN if one not in lacking),
                "green_park": None if made_up else park.id in _GREEN,
                "smart_park": None if made_up else park.id != "YQ08",
                "circular_done": None if made_up else park.id not in ("YQ07", "YQ10"),
                "responsible_leader": None if made_up else f"演示领导{number:02d}",
            }
        )
    return Made("parks", pd.DataFrame(rows))


def _middle(park: Park) -> tuple[float, float]:
    point = to_degrees(park.blocks[0].shape.centroid, park.blocks[0].zone)
    return float(point.x), float(point.y)


def block_table() -> Made:
    """The table of the blocks that joins their coordinate files: what a TXT cannot hold."""
    frame = pd.DataFrame(
        [
            {
                "block_id": block.id,
                "park_id": block.park,
                "name": block.name,
                "approved_area_ha": faults.AREA_TYPED.get(block.id, block.approved_ha),
                **dict(zip(("east", "south", "west", "north"), four_to(block), strict=True)),
                "leading_industries": "、".join(block.leading),
            }
            for block in blocks().values()
        ]
    )
    return Made("blocks", frame)


# B05: a river that runs along the other side, a road that no reference layer has, a road that lies over three kilometres
# to the other side, and limits by coordinates only, which are true.
_FOUR_TO: dict[str, dict[str, str]] = {
    "YQ02-3": {"east": "乌兰沟"},
    "YQ05-3": {"north": "无名大道"},
    "YQ08-1": {"west": "经七路"},
    "YQ06-2": {
        "east": "东经110°03′36.68″", "south": "北纬40°23′11.76″", "west": "东经110°02′19.64″", "north": "北纬40°24′04.12″",
    },
}  # fmt: skip


def four_to(block: Block) -> list[str | None]:
    """The four limits as the table states them, in the order east, south, west, north."""
    stated = zip(("east", "south", "west", "north"), block.sides, strict=True)
    return [_FOUR_TO.get(block.id, {}).get(side, name) or None for side, name in stated]


def approved() -> list[Made]:
    """批准边界, one layer for each zone: as the blocks, but for one that was moved and one that was enlarged."""
    made = []
    for zone in (36, 37):
        of_zone = [block for block in blocks().values() if block.zone == zone]
        frame = pd.DataFrame(
            {
                "block_id": [block.id for block in of_zone],
                "park_id": [block.park for block in of_zone],
                "name": [block.name for block in of_zone],
                "approved_area_ha": [round(units.to_ha(block.approved.area), 2) for block in of_zone],
                **{
                    side: [block.sides[number] or None for block in of_zone]
                    for number, side in enumerate(("east", "south", "west", "north"))
                },
                "leading_industries": ["、".join(block.leading) for block in of_zone],
            }
        )
        made.append(Made("blocks_approved", frame, np.array([block.approved for block in of_zone], dtype=object), zone))
    return made


def boundary_changes() -> Made:
    """变更批准: the move is approved, and a name of old; for the enlargement there is nothing."""
    frame = pd.DataFrame(
        [
            ("BG-2021-01", "YQ07", "YQ07-2", "relocation", None, "演政字〔2021〕233号", dt.date(2021, 9, 14)),
            ("BG-2019-02", "YQ06", None, "rename", "达拉特演示工业园区", "演政字〔2019〕118号", dt.date(2019, 12, 5)),
            ("BG-2018-01", "YQ01", "YQ01-2", "area", None, "演政字〔2018〕76号", dt.date(2018, 6, 21)),
        ],
        columns=["change_id", "park_id", "block_id", "kind", "old_name", "approval_no", "approved_on"],
    )
    return Made("boundary_changes", frame)


def sub_parks() -> Made:
    """产业园: each is a block of its park."""
    those = [block for block in blocks().values() if block.sub_park]
    frame = pd.DataFrame(
        {
            "sub_park_id": [f"CYY-{block.id}" for block in those],
            "park_id": [block.park for block in those],
            "name": [block.sub_park for block in those],
            "leading_industries": [_SUB_PARK_LEADING.get(block.id, "、".join(block.leading)) for block in those],
        }
    )
    return Made("sub_parks", frame, np.array([to_degrees(block.shape, block.zone) for block in those], dtype=object))
