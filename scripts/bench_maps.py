"""Time a page of many parcels beside folium's own GeoJson layer and geopandas' explore, in one run.

    scripts/bench maps [PARCELS] [PEERS' PARCELS]        default 200 000 and 10 000

Parcels have 20 vertices and 8 attributes. Each page is opened in headless Chromium without a network; the peers' pages, which
would be blank, are given Leaflet from disk and nothing else. Frames are counted while the map is dragged and zoomed.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
from playwright.sync_api import Page, sync_playwright

import geoparks as gp
from geoparks.maps.page import draw

ATTRIBUTES = ["parcel_id", "name", "park_id", "holder", "use_code", "area_ha", "price_wanyuan", "supply_mode"]
MAP = f"""title = {{ zh = "宗地", en = "Parcels" }}
[[layer]]
name = "parcels"
fill = "#8fb9dd"
stroke = "#2f5d9b"
width = 0.5
opacity = 0.75
popup = {ATTRIBUTES}
search = ["name", "holder"]
[[layer.theme]]
field = "price_wanyuan"
""".replace("'", '"')
EMPTY: dict[str, Any] = {
    "lang": "zh",
    "workspace": "bench",
    "on": "2024-06-30",
    "made": True,
    "inputs": [],
    "findings": [],
    "indicators": [],
    "idle": [],
}
FRAMES = """async (moves) => {
  const map = typeof GP !== "undefined" ? GP.map : Object.values(window).find((one) => one instanceof L.Map);
  const times = [];
  let last = performance.now(), on = true;
  const tick = (now) => { times.push(now - last); last = now; if (on) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  for (let i = 0; i < moves; i++) { map.panBy([i % 2 ? -350 : 350, 120 * (i % 3 - 1)], { duration: 0.5 }); await new Promise((r) => setTimeout(r, 520)); }
  const panned = times.splice(1); times.length = 0;
  for (const by of [1, 1, -1, -1]) { map.setZoom(map.getZoom() + by); await new Promise((r) => setTimeout(r, 700)); }
  on = false;
  const told = (some) => [some.length / some.reduce((a, b) => a + b, 0) * 1000, Math.max(...some)];
  return [told(panned), told(times)];
}"""


def parcels(count: int) -> gpd.GeoDataFrame:
    """Made parcels near Ordos, all different."""
    rng = np.random.default_rng(1)
    side = int(np.ceil(count**0.5))
    x, y = np.divmod(np.arange(count), side)
    angle = np.linspace(0, 2 * np.pi, 21)[:-1]
    radius = 0.00045 * (0.75 + 0.25 * rng.random((count, 20)))
    rings = np.stack(
        [109 + x[:, None] * 0.001 + radius * np.cos(angle), 39 + y[:, None] * 0.001 + radius * np.sin(angle)], axis=-1
    )
    words = np.array(list("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"))
    names = ["".join(one) for one in words[rng.integers(0, len(words), (count, 4))]]
    table = {
        "parcel_id": [f"150627{i:08d}" for i in range(count)],
        "name": [f"{one}地块" for one in names],
        "park_id": [f"P{i % 12 + 1:02d}" for i in range(count)],
        "holder": [f"{one[:3]}有限公司" for one in names],
        "use_code": rng.choice(["0601", "0602", "0604", "0701"], count),
        "area_ha": np.round(rng.gamma(2, 1, count), 4),
        "price_wanyuan": np.round(rng.gamma(3, 100, count), 2),
        "supply_mode": rng.choice(["挂牌出让", "协议出让", "划拨"], count),
    }
    return gpd.GeoDataFrame(table, geometry=shapely.polygons(rings), crs=4490)


def ours(frame: gpd.GeoDataFrame, folder: Path) -> str:
    ws = gp.open(folder)
    ws.dataset  # noqa: B018 - reading is not what is timed
    return draw("mine", ws, EMPTY)


def with_folium(frame: gpd.GeoDataFrame) -> str:
    page = folium.Map(tiles=None, prefer_canvas=True)
    layer = folium.GeoJson(
        frame, tooltip=folium.GeoJsonTooltip(ATTRIBUTES[:2]), style_function=lambda _: {"weight": 0.5}
    )
    layer.add_to(page)
    page.fit_bounds(layer.get_bounds())
    return page.get_root().render()


def with_explore(frame: gpd.GeoDataFrame) -> str:
    return frame.explore(column="price_wanyuan", tiles=None, prefer_canvas=True, legend=False).get_root().render()


def watch(tab: Page, file: Path) -> tuple[float, list[list[float]], int]:
    """Seconds to the first complete picture; frames a second and the longest frame of panning and zooming; requests."""
    asked: list[str] = []
    leaflet = Path(import_module("xstatic.pkg.leaflet").BASE_DIR)

    def answer(route: Any) -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
            return
        asked.append(route.request.url)
        name = (
            "leaflet.js"
            if re.search(r"leaflet(\.min)?\.js", route.request.url)
            else "leaflet.css"
            if "leaflet" in route.request.url and ".css" in route.request.url
            else None
        )
        route.fulfill(path=leaflet / name) if name and "awesome" not in route.request.url else route.abort()

    tab.route("**/*", answer)
    start = time.perf_counter()
    tab.goto(file.as_uri(), wait_until="load", timeout=600_000)
    if "GP.map" in tab.evaluate("document.documentElement.outerHTML.slice(-200000)"):
        tab.wait_for_selector("body[data-ready]", timeout=600_000)
    tab.evaluate("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
    complete = time.perf_counter() - start
    return complete, tab.evaluate(FRAMES, 6), len(asked)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    peers = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    path = os.environ.get("GEOPARKS_CHROMIUM") or shutil.which("chromium")
    print(
        f"{'page':26}{'parcels':>9}{'MB':>8}{'built s':>9}{'complete s':>12}{'pan fps (worst ms)':>21}{'zoom fps (worst ms)':>21}{'requests':>10}"
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        root = Path(folder)
        chromium = driver.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for name, make, size in (
            ("geoparks", ours, count),
            ("geoparks", ours, peers),
            ("folium GeoJson, canvas", with_folium, peers),
            ("geopandas explore, canvas", with_explore, peers),
        ):
            frame = parcels(size)
            if make is ours:
                for one in ("data", "maps"):
                    (root / str(size) / one).mkdir(parents=True, exist_ok=True)
                frame.to_parquet(root / str(size) / "data" / "parcels.parquet")
                (root / str(size) / "maps" / "mine.toml").write_text(MAP, "utf-8")
            start = time.perf_counter()
            text = ours(frame, root / str(size)) if make is ours else make(frame)
            file = root / "page.html"
            file.write_text(text, "utf-8")
            built = time.perf_counter() - start
            tab = chromium.new_page(viewport={"width": 1280, "height": 800})
            complete, ((pan, pan_ms), (zoom, zoom_ms)), asked = watch(tab, file)
            tab.close()
            print(
                f"{name:26}{size:9}{file.stat().st_size / 1e6:8.1f}{built:9.1f}{complete:12.2f}{f'{pan:.0f} ({pan_ms:.0f})':>21}{f'{zoom:.0f} ({zoom_ms:.0f})':>21}{asked:10}"
            )
        chromium.close()


if __name__ == "__main__":
    main()
