"""A made workspace whose every place is known, its map, and hands to use the page with."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import shapely
from mapped import frame, indicator, place, saved, workspace
from shapely.geometry import box
from visits import do, until

import geoparks as gp
from geoparks.maps.edition import Edition

MAP = """
title = { zh = "试验图", en = "Trial" }
swipe = ["blocks", "udb"]
[[layer]]
name = "udb"
fill = "#00c000"
stroke = "#000000"
opacity = 1
popup = ["zone"]
[[layer]]
name = "blocks"
fill = "#0000ff"
stroke = "#000000"
width = 0
opacity = 1
label = "name"
popup = ["block_id", "name", "park_id"]
[[layer]]
name = "parcels"
fill = "#ff0000"
stroke = "#000000"
width = 0
opacity = 1
popup = ["parcel_id", "name", "supply_mode", "supplied_on", "area_ha", "contract_far"]
[[layer.theme]]
indicator = "T.x"
title = { zh = "产值", en = "Output" }
count = 2
[[layer.theme]]
indicator = "T.share"
title = { zh = "占比", en = "Share" }
count = 3
[[layer.theme]]
field = "supply_mode"
[[layer.theme]]
field = "area_ha"
[[layer]]
name = "parks"
fill = "#ffff00"
stroke = "#000000"
spot = true
popup = ["park_id", "name"]
[findings]
fill = "#c8102e"
stroke = "#c8102e"
"""
HOLE = shapely.Polygon(box(0, 4000, 1000, 5000).exterior, [box(300, 4300, 700, 4700).exterior])


@functools.cache
def trial(base: Path) -> Path:
    """The page of the made workspace, made once for all tests of a session."""
    root = base / "trial"
    blocks = frame(
        [box(0, 0, 2000, 2000), box(30_000, 0, 30_040, 40)],
        block_id=["B1", "B2"],
        park_id=["YQ1", "YQ2"],
        name=["甲区块", "乙区块"],
    )
    parcels = frame(
        [*(box(i * 200, 2500, i * 200 + 100, 2600) for i in range(9)), HOLE],
        parcel_id=[f"P{i}" for i in range(10)],
        name=[f"宗地{'一二三四五六七八九十'[i]}" for i in range(10)],
        supply_mode=["挂牌出让"] * 6 + ["划拨"] * 3 + [None],
        supplied_on=[f"20{14 + i}-05-01" for i in range(9)] + [None],
    )
    parcels["面积（公顷）"] = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, None]
    udb = frame([box(1000, 0, 3000, 2000)], id=["U1"], zone=["集中建设区"])
    farmland = frame([box(0, 0, 120, 80)], id=["N1"], name=["田"])
    ws = workspace(root / "ws", "", {"t": MAP}, blocks=blocks, parcels=parcels, udb=udb, farmland=farmland)
    rows = [indicator("parcels", f"P{i}", float(10 * i + 10), 2022) for i in range(9)]
    rows += [indicator("parcels", f"P{i}", float(90 - 10 * i), 2023) for i in range(9)]
    rows += [indicator("parcels", f"P{i}", (i + 1) / 10, 2023, "T.share", "ratio") for i in range(9)]
    root.mkdir(exist_ok=True)
    return saved(gp.check(ws, on="2024-06-30"), "t", root / "t.html", Edition(), indicators=rows)


def parcel(i: int) -> tuple[float, float]:
    return place(i * 200 + 50, 2550)


def go(tab: Any, x: float, y: float, zoom: int = 16) -> None:
    do(tab, "GP.map.setView(given[0], given[1], { animate: false })", list(place(x, y)), zoom)


def popup(tab: Any, words: str) -> str:
    until(
        tab,
        "[...document.querySelectorAll('.leaflet-popup-content h3')].some((one) => one.innerText.includes(given))",
        words,
    )
    return tab.locator(".leaflet-popup-content").last.inner_text()


def legend(tab: Any) -> dict[str, int]:
    """Labels and counts of the legend of parcels."""
    found = tab.evaluate(
        """[...document.querySelector('input[data-layer=parcels]').closest('.layer').querySelectorAll('.class')]
           .map((one) => [one.children[2].textContent, Number(one.children[3].textContent)])"""
    )
    return dict(found)


def selects(tab: Any) -> Any:
    return tab.locator(".layer:has(input[data-layer=parcels]) .legend select")
