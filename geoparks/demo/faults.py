"""The faults of drawing that are planted, each in metres of a block's frame, so that every area can be worked out by hand.

What each of them must lead to stands in ``answers.toml``, which nobody's program wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoparks.demo.plan import Block, Ring, blocks, box

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Planted:
    """A polygon that is put where it makes a fault."""

    id: str
    block: str
    ring: Ring
    name: str | None = None

    @property
    def zone(self) -> int:
        """The zone of its plane."""
        return blocks()[self.block].zone

    @property
    def shape(self) -> shapely.Polygon:
        """The polygon in that plane."""
        return blocks()[self.block].polygon(self.ring)


# B11: outlines as the files draw them. The first crosses itself, the second repeats a corner, the third has a spike of
# 40 m on a base of 20 cm.
DRAWN: dict[str, Ring] = {
    "YQ06-3": ((0, 0), (1800, 0), (1800, 1500), (800, 1500), (840, 1520), (820, 1480), (780, 1500), (0, 1500)),
    "YQ05-2": ((0, 0), (1700, 0), (1900, 400), (1900, 400), (1900, 1500), (300, 1500), (0, 1100)),
    "YQ07-3": ((0, 0), (900, 0), (900.1, -40), (900.2, 0), (1700, 0), (1700, 1400), (300, 1400)),
}
# B11: a second part of 60 m × 5 cm beside the block.
SECOND_PART: dict[str, Ring] = {"YQ03-3": box(2100, 300, 2160, 300.05)}
# B11: how far (east, north) the closing point of the file is from the first: 5 m.
NOT_CLOSED: dict[str, tuple[float, float]] = {"YQ08-1": (3.0, -4.0)}

# B07. 120 m × 80 m of a corner; two plots wholly inside, 60 m × 50 m and 40 m × 30 m; one that only touches.
FARMLAND = (
    Planted("NT-9001", "YQ06-1", box(2280, 1720, 2700, 2100)),
    Planted("NT-9002", "YQ04-2", box(600, 500, 660, 550)),
    Planted("NT-9003", "YQ04-2", box(900, 900, 940, 930)),
    Planted("NT-9004", "YQ01-1", box(2400, 200, 2800, 500)),
    # Crosses itself beside a block: that nothing overlaps there cannot be said before it is redrawn.
    Planted("NT-9005", "YQ02-1", ((-380, 1480), (180, 2120), (220, 2080), (-420, 1520))),
)
# B08. 200 m × 60 m of a corner; one of 30 m × 40 m wholly inside.
REDLINE = (
    Planted("HX-9001", "YQ07-1", box(-600, 1640, 200, 2600), "演示沿河生态保护红线"),
    Planted("HX-9002", "YQ08-3", box(700, 600, 730, 640), "演示水源地生态保护红线"),
)
# B03. 250 m × 100 m prohibited, 200 m × 150 m restricted, and an area that names no category.
MAIN_FUNCTION = (
    Planted("ZT-9001", "YQ10-1", box(1450, -900, 2600, 100), "禁止"),
    Planted("ZT-9002", "YQ08-2", box(1800, 1350, 3200, 2600), "限制"),
    Planted("ZT-9003", "YQ03-3", box(500, 400, 800, 700), None),
)
# B06: what is cut out of the urban development boundary. 150 m × 100 m of a corner; 100 m × 1 500 m of the strip by
# which a block was enlarged. The block beyond the city has no boundary at all.
UDB_CUT = (
    Planted("", "YQ06-2", box(1650, -800, 2600, 100)),
    Planted("", "YQ04-3", box(2300, -500, 3100, 2100)),
)
NO_UDB = ("YQ10-2",)
# B21: what is cut out of the functional zones. 50 m × 40 m inside, 200 m × 30 m at the edge.
ZONES_CUT = (
    Planted("", "YQ05-1", box(300, 300, 350, 340)),
    Planted("", "YQ04-1", box(500, -20, 700, 30)),
)
# Parcels outside the grid (B16): one that reaches 40 m × 100 m out of its block, two out in the open, and one of 160 m ×
# 120 m in a park that is no chemical park.
PARCELS = (
    Planted("150624101001GB09001", "YQ01-1", box(2240, 550, 2440, 650)),
    Planted("150625101001GB09002", "YQ07-1", box(2900, -600, 3100, -480)),
    Planted("150622101001GB09003", "YQ02-1", box(-900, 300, -700, 420)),
    Planted("150625107002GB09004", "YQ07-2", box(300, 300, 460, 420)),
)

# B04: an area in mu that was typed into the column of hectares (240 ha are 3 600 mu).
AREA_TYPED = {"YQ08-2": 3600.00}

# D01: values as people mistype them: layer → (key of the row, field, what stands there).
TYPED: dict[str, tuple[tuple[tuple[Any, ...], str, object], ...]] = {
    "enterprise_stats": ((("91150600YS010007YS", 2022), "output_wanyuan", "约3.5亿"),),
    "projects": ((("XM-YQ03-02",), "approved_on", "2023年13月5日"),),
    "enterprises": (
        (("91150600YS030005YS",), "high_tech", "申报中"),
        # Excel keeps fifteen digits of a number.
        (("911506240000012345",), "enterprise_id", 9.11506240000012e17),
    ),
    "parcels": (
        (("150621106002GB00003",), "supply_mode", "拍挂"),
        (("150624101003GB00006",), "use_code", "0609"),
    ),
}


def drawn(block: Block) -> list[Array]:
    """The rings of a block as its file draws them, faults included: the outline first, then holes and other parts."""
    rings = [block.place(DRAWN.get(block.id, block.outline))]
    rings += [block.place(one) for one in (block.hole, SECOND_PART.get(block.id, ())) if one]
    return rings


def reach(block: Block) -> shapely.Polygon:
    """All that a block's file may cover, faults of drawing included, holes filled."""
    faulty = block.id in DRAWN or block.id in SECOND_PART
    whole = shapely.MultiPoint(np.concatenate(drawn(block))).convex_hull if faulty else shapely.Polygon()
    return shapely.union(shapely.Polygon(block.place(block.outline)), whole)
