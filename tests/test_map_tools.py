"""Tools of the page: measuring, coordinates, the curtain between two boundaries or two years."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from mapped import place
from tried import go, parcel
from visits import do, on_screen, painted, until, visit

import geoparks as gp

pytestmark = pytest.mark.browser


RING = [(0.0, 0.0), (1500.0, 200.0), (1800.0, 1500.0), (300.0, 1900.0)]


def clicked(tab: Any, ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Click corners with the measuring tool; returns where the clicks really were, longitude before latitude."""
    go(tab, 900, 900, 15)
    tab.click("#tools [data-tool=measure]")
    do(
        tab,
        "window.places = []; GP.map.on('click', (event) => window.places.push([event.latlng.lng, event.latlng.lat]));",
    )
    for x, y in ring:
        tab.mouse.click(*on_screen(tab, *place(x, y)))
    found: list[tuple[float, float]] = tab.evaluate("window.places")
    return found


def straight(places: list[tuple[float, float]], count: int = 400) -> np.ndarray:
    """Points along edges that are straight on the map."""
    plane = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
    corners = np.column_stack(plane.transform(*np.transpose(places)))
    share = np.linspace(0, 1, count, endpoint=False)[:, None]
    along = np.concatenate([a + (b - a) * share for a, b in itertools.pairwise(corners)] + [corners[-1:]])
    return np.column_stack(plane.transform(*along.T, direction="INVERSE"))


def number(words: str, before: str, after: str) -> float:
    return float(re.search(rf"{before}([\d,.]+)\s?{after}", words)[1].replace(",", ""))


def test_lengths_and_areas_are_those_of_the_ellipsoid(tab: Any) -> None:
    places = clicked(tab, RING)
    geod = pyproj.Geod(a=6378137, rf=298.257222101)
    line = geod.line_length(*straight(places).T)
    assert number(tab.inner_text("#measured"), "长度 ", "m") == pytest.approx(line, rel=1e-6, abs=0.006)
    tab.get_by_role("button", name="闭合").click()
    ring = straight([*places, places[0]])
    words = tab.inner_text("#measured")
    area = abs(geod.polygon_area_perimeter(*ring.T)[0])
    official = gp.area(gpd.GeoSeries([shapely.Polygon(ring)], crs=4490))
    official = float(np.ravel(getattr(official, "m2", official))[0])
    for wanted in (area, official):
        assert number(words, " ", "平方米") == pytest.approx(wanted, rel=1e-6)
        assert number(words, "面积 ", "亩") == pytest.approx(wanted * 3 / 2000, rel=1e-5)
        assert number(words, "/ ", "公顷") == pytest.approx(wanted / 10_000, rel=1e-5)
    assert number(words, "周长 ", "m") == pytest.approx(geod.line_length(*ring.T), rel=1e-6, abs=0.006)
    tab.get_by_role("button", name="清除").click()
    assert "依次点击" in tab.inner_text("#measured")
    tab.keyboard.press("Escape")
    assert tab.locator("#measured").is_hidden()


def test_a_double_click_closes_the_ring(tab: Any) -> None:
    clicked(tab, RING[:3])
    tab.mouse.dblclick(*on_screen(tab, *place(*RING[3])))
    words = tab.inner_text("#measured")
    planar = shapely.Polygon(RING).area
    assert "周长" in words
    assert number(words, " ", "平方米") == pytest.approx(planar, rel=0.02)


@pytest.mark.parametrize(
    ("lon", "lat"), [(111.0, 39.5), (109.2, 39.9), (112.49, 40.2), (112.51, 40.2), (75.01, 38.9), (134.9, 48.2)]
)
def test_coordinates_under_the_pointer_are_those_of_the_local_zone(tab: Any, lon: float, lat: float) -> None:
    do(tab, "GP.map.setView(given[0], 17, { animate: false })", [lat, lon])
    x, y = on_screen(tab, lat, lon)
    do(tab, "GP.map.once('mousemove', (event) => { window.at = [event.latlng.lng, event.latlng.lat]; })")
    tab.mouse.move(round(x) + 3, round(y) + 2)
    words = tab.inner_text("#place")
    at = tab.evaluate("window.at")
    assert (number(words, "^", "°E"), number(words, ", ", "°N")) == pytest.approx(at, abs=6e-7)
    zone = int(re.search(r"第 (\d+) 带", words)[1])
    assert zone == round(at[0] / 3)
    east, north = pyproj.Transformer.from_crs(4490, 4513 + zone - 25, always_xy=True).transform(*at)
    assert number(words, "X ", "") == pytest.approx(north, abs=0.1)
    assert number(words, "Y ", "") == pytest.approx(east, abs=0.1)


def panes(tab: Any) -> list[str]:
    return tab.evaluate("[0, 1].map((side) => GP.map.getPane('swipe-' + side).style.clipPath)")


def test_the_curtain_parts_two_boundaries(tab: Any) -> None:
    tab.click("#tools [data-tool=swipe]")
    painted(tab)
    assert tab.locator("#swiped select").evaluate_all("(all) => all.map((one) => one.selectedOptions[0].text)") == [
        "园区区块",
        "城镇开发边界",
    ]
    bar = tab.locator("#swipe")
    box_ = bar.bounding_box()
    tab.mouse.move(box_["x"] + 3, 300)
    tab.mouse.down()
    tab.mouse.move(300, 320, steps=4)
    tab.mouse.up()
    frame_ = tab.locator("#map").bounding_box()
    assert tab.locator("#swipe").bounding_box()["x"] + 3 == pytest.approx(300, abs=2)
    share = (300 - frame_["x"]) / frame_["width"]
    assert int(bar.get_attribute("aria-valuenow")) == pytest.approx(share * 100, abs=1)
    bar.focus()
    before = panes(tab)
    tab.keyboard.press("ArrowRight")
    assert int(bar.get_attribute("aria-valuenow")) == pytest.approx(share * 100 + 2, abs=1)
    assert panes(tab) != before
    tab.keyboard.press("Escape")
    assert bar.is_hidden()
    assert do(tab, "return GP.layers.map((one) => one.pane.style.visibility).join('')") == ""


def test_the_curtain_parts_two_years(tab: Any) -> None:
    tab.click("#tools [data-tool=swipe]")
    for side, label in ((0, "产值 2022"), (1, "产值 2023")):
        tab.locator("#swiped select").nth(side).select_option(label=label)
    painted(tab)
    until(tab, "['swipe-0', 'swipe-1'].every((name) => GP.map.getPane(name).querySelectorAll('canvas').length)")
    assert do(tab, "return GP.layers[2].pane.style.visibility") == "hidden"
    colours = do(
        tab,
        """GP.map.setView(given[0], 16, { animate: false }); await new Promise((done) => setTimeout(done, 300));
        const at = GP.map.latLngToContainerPoint(given[0]), frame = GP.map.getContainer().getBoundingClientRect();
        return [0, 1].map((side) => { for (const tile of GP.map.getPane("swipe-" + side).querySelectorAll("canvas")) {
          const box = tile.getBoundingClientRect(), x = at.x + frame.left - box.left, y = at.y + frame.top - box.top, k = tile.width / box.width;
          if (x >= 0 && y >= 0 && x < box.width && y < box.height) return [...tile.getContext("2d").getImageData(x * k, y * k, 1, 1).data].join();
        } })""",
        list(parcel(0)),
    )
    assert colours[0] != colours[1]


def test_what_the_curtain_offers_has_words(tab: Any) -> None:
    tab.click("#tools [data-tool=swipe]")
    words = tab.locator("#swiped option").all_inner_texts()
    assert "产值 2022" in words
    assert not [one for one in words if "null" in one or "undefined" in one]


def test_the_curtain_starts_with_two_years_of_one_theme(browser: Any, trial_page: Path, tmp_path: Path) -> None:
    path = tmp_path / "years.html"
    path.write_text(
        trial_page.read_text("utf-8").replace('"swipe":["blocks","udb"]', '"swipe":[]'), "utf-8", newline="\n"
    )
    with visit(browser, path) as tab:
        tab.click("#tools [data-tool=swipe]")
        chosen = tab.locator("#swiped select").evaluate_all("(all) => all.map((one) => one.selectedOptions[0].text)")
        assert chosen == ["产值 2022", "产值 2023"]


def test_a_curtain_drawn_and_taken_away_at_once_leaves_nothing(tab: Any) -> None:
    do(tab, "GP.use('swipe'); GP.use(null); await new Promise((done) => setTimeout(done, 300));")
    assert do(
        tab, "return [0, 1].map((side) => GP.map.getPane('swipe-' + side).querySelectorAll('canvas').length)"
    ) == [0, 0]
