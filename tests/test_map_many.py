"""Twenty thousand parcels on one page: what is hovered, clicked and searched is the right one, and every one is counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from mapped import ROW, Taken, frame, indicator, place, saved, squares, workspace
from visits import colour_at, do, on_screen, until, visit

import geoparks as gp
from geoparks.maps.edition import Edition

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COUNT = 20_000
MAP = """
title = { zh = "两万", en = "Many" }
[[layer]]
name = "parcels"
fill = "#ff0000"
stroke = "#000000"
width = 0
opacity = 1
popup = ["parcel_id", "name"]
[[layer.theme]]
indicator = "T.x"
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("many")
    parcels = frame(
        squares(COUNT), parcel_id=[f"P{i:05d}" for i in range(COUNT)], name=[f"宗地{i:05d}" for i in range(COUNT)]
    )
    ws = workspace(root / "ws", "", {"t": MAP}, parcels=parcels)
    rows = [indicator("parcels", f"P{i:05d}", float(i)) for i in range(COUNT - 500)]
    return saved(gp.check(ws, on="2024-06-30"), "t", root / "t.html", Edition(), indicators=rows)


def middle(i: int) -> tuple[float, float]:
    return place(i % ROW * 100 + 40, i // ROW * 100 + 40)


@pytest.fixture
def tab(browser: Any, page: Path) -> Any:
    with visit(browser, page) as tab:
        yield tab


SOME = [0, 49, 50, 7_777, 12_345, 19_999]


def test_the_right_one_is_under_the_pointer(tab: Any) -> None:
    for i in SOME:
        do(tab, "GP.map.setView(given[0], 17, { animate: false })", list(middle(i)))
        x, y = on_screen(tab, *middle(i))
        tab.mouse.move(x - 40, y - 60)
        tab.mouse.move(x, y, steps=2)
        until(
            tab,
            "document.querySelector('.leaflet-tooltip') && document.querySelector('.leaflet-tooltip').innerText.includes(given)",
            f"P{i:05d}",
        )
        tab.mouse.click(x, y)
        until(
            tab,
            "[...document.querySelectorAll('.leaflet-popup-content h3')].some((one) => one.innerText.includes(given))",
            f"P{i:05d}",
        )
        do(tab, "GP.map.closePopup()")
        assert colour_at(tab, "parcels", *middle(i))[3] == 255


def test_every_parcel_is_found_where_it_lies_and_none_between(tab: Any) -> None:
    corner = np.array([[i % ROW * 100 + 40, i // ROW * 100 + 40] for i in range(0, COUNT, 97)], dtype=float)
    inside = [list(place(*one)) for one in corner]
    between = [list(place(*one)) for one in corner + 50]
    script = "return given[0].map((one) => GP.layers[0].at(L.latLng(one[0], one[1])))"
    assert do(tab, script, inside) == list(range(0, COUNT, 97))
    assert set(do(tab, script, between)) == {-1}


def test_search_and_filter_find_one_of_all(tab: Any) -> None:
    for i in SOME[2:]:
        tab.fill("#search", f"宗地{i:05d}")
        until(
            tab,
            "document.querySelector('#found .hit') && document.querySelector('#found .hit').innerText.includes(given)",
            f"P{i:05d}",
        )
        assert tab.locator("#found .hit").count() == 1
    tab.fill("#search", "宗地0")
    until(tab, "document.querySelector('#found .count').innerText === '找到 10,000 个'")
    assert tab.locator("#found .hit").count() == 30
    assert do(tab, "return GP.layers[0].filter(1, '⊃', 'P1999')") == 10


def test_the_legend_counts_every_parcel_once(tab: Any) -> None:
    for scheme in ("quantiles", "natural", "equal"):
        counts = do(tab, "await GP.layers[0].colour(0, null, given[0]); return GP.layers[0].theme.counts", scheme)
        assert sum(counts) == COUNT
        assert counts[-1] == 500
        assert min(counts) > 0


def test_the_page_holds_every_corner(page: Path) -> None:
    found = Taken.of(page)
    shapes = found.shapes("parcels")
    assert len(shapes) == COUNT
    for i in SOME:
        polygon = shapely.Polygon(shapes[i][0][1])
        lat, lon = middle(i)
        assert polygon.centroid.x == pytest.approx(lon, abs=1e-6)
        assert polygon.centroid.y == pytest.approx(lat, abs=1e-6)
