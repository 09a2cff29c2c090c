"""Functional zones and regional assessments, with what is wrong with them; the known answers are in ``answers.toml``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.demo import faults
from geoparks.demo.plan import ON, Block, Made, Park, blocks, box, parks, to_degrees

_PRODUCTION, _SERVICES, _ECOLOGY = "生产", "综合服务", "生态环境保护"
# B17: a park whose plan has no zone of ecological protection, and a zone that is none of the three kinds.
_WITHOUT_ECOLOGY = "YQ08"
_OF_ANOTHER_KIND = {"GN-YQ07-2-2": "仓储物流"}
# B17: 40 m × 60 m of services that the zone of production covers as well.
_REACHES_IN = "YQ01-2"
_KINDS = (
    "环境影响评价", "节能评价", "地震安全性评价", "地质灾害危险性评估", "压覆重要矿产资源评估", "文物保护评估",
    "水资源论证", "水土保持方案论证", "洪水影响评价", "气候可行性论证", "安全评价",
)  # fmt: skip
# B18: kinds that a park lacks; the two that are not here have none at all.
_LACKING = {"YQ07": ("洪水影响评价", "气候可行性论证"), "YQ04": ("安全评价",)}
_NONE_AT_ALL = ("YQ10",)
# B18: one that leaves a block out, and one that reaches only as far as the block that was approved.
_LEAVES_OUT = {("YQ01", "水土保持方案论证"): "YQ01-2"}
_AS_APPROVED = ("YQ04", "环境影响评价", "YQ04-3")
# B18: terms. Run out a year ago; to the very day of the check, which counts; not stated.
_UNTIL = {
    ("YQ05", "地质灾害危险性评估"): dt.date(2023, 5, 9), ("YQ06", "地震安全性评价"): ON, ("YQ08", "水资源论证"): None,
}  # fmt: skip
# B18: no day of publication, and one after the day of the check.
_PUBLISHED = {("YQ02", "文物保护评估"): None, ("YQ05", "水土保持方案论证"): dt.date(2024, 8, 1)}
_RENEWED = ("YQ07", "环境影响评价")
_IN_TWO = ("YQ02", "节能评价")
_MARGIN = 50


def functional_zones() -> Made:
    """功能分区: production west, services north-east, ecology south-east; they cover the blocks but for two planted gaps."""
    cut = shapely.union_all([one.shape for one in faults.ZONES_CUT])
    rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    for block in blocks().values():
        if block.id == "YQ02-4":  # lies inside another block, whose zones cover it
            continue
        wide, high = block.extent
        whole = block.shape
        if block.id in faults.DRAWN or block.id in faults.SECOND_PART:
            # Wide enough for what is wrong with the drawing, so that it is told once and not as a gap as well.
            whole = block.polygon(box(-90, -90, wide + 90, high + 90))
        x, y = round(0.78 * wide), round(0.45 * high)
        pieces = {
            _PRODUCTION: box(-99, -99, x, high + 99),
            _SERVICES: box(x, y, wide + 99, high + 99),
            _ECOLOGY: box(x, -99, wide + 99, y),
        }
        for number, (name, ring) in enumerate(pieces.items(), start=1):
            outline = block.polygon(ring)
            if block.id == _REACHES_IN and name == _PRODUCTION:
                outline = shapely.union(outline, block.polygon(box(x - 10, y + 100, x + 40, y + 160)))
            shape = shapely.difference(shapely.intersection(whole, outline), cut)
            zone_id = f"GN-{block.id}-{number}"
            if block.park == _WITHOUT_ECOLOGY and name == _ECOLOGY:
                name = _SERVICES
            rows.append((zone_id, block.park, _OF_ANOTHER_KIND.get(zone_id, name)))
            shapes.append(to_degrees(shape, block.zone))
    return Made(
        "functional_zones", pd.DataFrame(rows, columns=["zone_id", "park_id", "zone"]), np.array(shapes, dtype=object)
    )


def assessments() -> Made:
    """区域评估: eleven kinds for each park with blocks, 50 m beyond them; what is missing or wrong stands above."""
    rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    for park in parks():
        if not park.blocks or park.id in _NONE_AT_ALL:
            continue
        for number, kind in enumerate(_KINDS, start=1):
            if kind in _LACKING.get(park.id, ()):
                continue
            key, name = (park.id, kind), f"QP-{park.id}-{number:02d}"
            approved = dt.date(2020 + number % 3, number, 10)
            until = _UNTIL.get(key, approved.replace(year=approved.year + 5, day=9))
            approved = approved if until is None or until > approved else until.replace(year=until.year - 5)
            published = _PUBLISHED.get(key, approved + dt.timedelta(days=20 + number))
            if key == _RENEWED:
                old = (f"{name}旧", park.id, kind, dt.date(2016, 3, 10), dt.date(2021, 3, 9), dt.date(2016, 4, 1))
                rows.append(old)
                shapes.append(_extent(park, kind, park.blocks))
            if key == _IN_TWO:
                for letter, some in zip("AB", (park.blocks[:2], park.blocks[2:]), strict=True):
                    rows.append((f"{name}{letter}", park.id, kind, approved, until, published))
                    shapes.append(_extent(park, kind, some))
                continue
            rows.append((name, park.id, kind, approved, until, published))
            shapes.append(_extent(park, kind, park.blocks))
    columns = ["assessment_id", "park_id", "kind", "approved_on", "valid_until_on", "published_on"]
    return Made("assessments", pd.DataFrame(rows, columns=columns), np.array(shapes, dtype=object))


def _extent(park: Park, kind: str, those: tuple[Block, ...]) -> Any:
    """The land that an assessment is about, in degrees."""
    kept = [one for one in those if one.id != _LEAVES_OUT.get((park.id, kind))]
    return shapely.union_all([to_degrees(_around(one, kind), one.zone) for one in kept])


def _around(block: Block, kind: str) -> Any:
    if (block.park, kind, block.id) == _AS_APPROVED:
        east, north = max(x for x, _ in block.approved_outline), max(y for _, y in block.approved_outline)
        return block.polygon(box(-_MARGIN, -_MARGIN, east, north + _MARGIN))
    return shapely.buffer(faults.reach(block), _MARGIN, join_style="mitre")
