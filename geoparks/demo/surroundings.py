"""What lies about the blocks: the landmarks that their four-to limits name, facilities, land that cannot be built on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.demo.plan import Block, Made, Ring, blocks, box, dice, parks, to_degrees

Array = np.ndarray[Any, Any]

_OFFSET_M = 60.0  # how far a road or river runs from the side that it limits
_BEYOND_M = 260.0
_KINDS = (
    ("铁路", "railway"), ("河", "river"), ("沟", "river"), ("堤", "river"), ("渠", "canal"), ("嘎查", "village"),
)  # fmt: skip
_FACILITIES = ("供电", "供气", "供水", "供热", "通信", "交通", "消防", "治污")


def landmarks() -> Made:
    """参照地物: along every side of every block the road, railway, river, canal or village that the side is named for."""
    rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    for block in blocks().values():
        for side, name in enumerate(block.sides):
            if not name:
                continue
            kind = next((kind for word, kind in _KINDS if name.endswith(word)), "road")
            rows.append((name, kind))
            shapes.append(to_degrees(_landmark(block, side, kind), block.zone))
    return Made("landmarks", pd.DataFrame(rows, columns=["name", "kind"]), np.array(shapes, dtype=object))


def _landmark(block: Block, side: int, kind: str) -> Any:
    """A line beside one side of a block's frame (0 east, 1 south, 2 west, 3 north), or the village beside it."""
    wide, high = block.extent
    long = high if side in (0, 2) else wide
    if kind == "village":
        return block.polygon(_turned(_houses(long), side, wide, high))
    along = np.linspace(-_BEYOND_M, long + _BEYOND_M, 41)
    # Rivers wind between 25 m and 95 m off the side; roads bend a little beyond the block only.
    sway = 35 * np.sin(along / 190) if kind in ("river", "canal") else 0.0008 * np.clip(along - long, 0, None) ** 2
    return shapely.LineString(block.place(_turned(np.column_stack([along, _OFFSET_M + sway]), side, wide, high)))


def _houses(long: float) -> Array:
    """The outline of a village of some 300 m, beginning 40 m off the side."""
    middle = long / 2
    return np.array(
        [(-170, 40), (150, 45), (190, 140), (110, 260), (-90, 285), (-200, 180)], dtype=float
    ) + np.array([middle, 0.0])  # fmt: skip


def _turned(points: Array, side: int, wide: float, high: float) -> Ring:
    """Points given as (along the side, away from it) in the coordinates of the block's frame."""
    along, away = points.T
    x, y = {0: (wide + away, along), 1: (along, -away), 2: (-away, along), 3: (along, high + away)}[side]
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def facilities() -> Made:
    """基础设施: works as areas, mains as lines, stations as points."""
    random = dice("facilities")
    rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    for park in parks():
        for block in park.blocks[:2]:
            wide, high = block.extent
            for kind in _FACILITIES:
                if random.random() < 0.18:
                    continue
                status = str(random.choice(["built", "built", "built", "building", "planned"]))
                built = (
                    dt.date(2012, 1, 1) + dt.timedelta(days=int(random.integers(0, 4200)))
                    if status == "built"
                    else None
                )
                rows.append((f"SS-{block.id}-{len(rows) + 1:03d}", park.id, kind, status, built))
                x, y = round(random.uniform(0.15, 0.8) * wide), round(random.uniform(0.15, 0.5) * high)
                shape: Any
                if kind in ("治污", "供热"):
                    shape = block.polygon(box(x, y, x + 140, y + 90))
                elif kind in ("供水", "供气", "交通", "供电"):
                    shape = shapely.LineString(block.place(((20, y), (wide * 0.5, y), (wide * 0.55, high * 0.6))))
                else:
                    shape = shapely.Point(block.place(((x, y),))[0])
                shapes.append(to_degrees(shape, block.zone))
    columns = ["id", "park_id", "kind", "status", "built_on"]
    return Made("facilities", pd.DataFrame(rows, columns=columns), np.array(shapes, dtype=object))


def undevelopable() -> Made:
    """不可建设土地: a gully or a corridor of power lines through some blocks, 40 m wide."""
    kinds = {"YQ01-2": "河道", "YQ02-1": "高压走廊", "YQ03-1": "河道", "YQ04-1": "高压走廊", "YQ06-1": "河道",
             "YQ07-1": "油气管廊", "YQ08-1": "高压走廊", "YQ10-1": "采空区"}  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    for name, kind in kinds.items():
        block = blocks()[name]
        strip = corridor(block)
        rows.append((f"BK-{name}", kind))
        shapes.append(to_degrees(strip, block.zone))
    return Made("undevelopable", pd.DataFrame(rows, columns=["id", "kind"]), np.array(shapes, dtype=object))


def corridor(block: Block) -> Any:
    """A winding strip along the east of a block, 40 m wide, inside it."""
    wide, high = block.extent
    up = np.linspace(0, high, 25)
    line = block.place(tuple(zip((0.9 * wide + 30 * np.sin(up / 260)).tolist(), up.tolist(), strict=True)))
    return shapely.intersection(shapely.buffer(shapely.LineString(line), 20, cap_style="flat"), block.shape)
