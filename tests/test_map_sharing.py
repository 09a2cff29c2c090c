"""Handing a map on: by its link, on paper, as a picture; and using it by finger and by keys."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from mapped import place
from tried import go, parcel, popup, selects
from visits import colour_at, do, on_screen, painted, until, visit

pytestmark = pytest.mark.browser


def test_a_link_shows_the_same_view(browser: Any, tab: Any, trial_page: Path) -> None:
    tab.locator("input[data-layer=udb]").uncheck()
    selects(tab).nth(0).select_option(label="占比")
    until(tab, "GP.layers[2].theme.index === 1")
    selects(tab).nth(2).select_option("natural")
    until(tab, "GP.layers[2].theme.scheme === 'natural'")
    go(tab, 700, 2500, 15)
    link = tab.evaluate("location.hash")
    state = "const at = GP.map.getCenter(); return [GP.map.getZoom(), at.lat.toFixed(5), at.lng.toFixed(5), GP.layers.map((one) => one.visible), GP.layers[2].theme && [GP.layers[2].theme.index, GP.layers[2].theme.year, GP.layers[2].theme.scheme]]"
    wanted = do(tab, state)
    with visit(browser, trial_page, link=link) as other:
        assert do(other, state) == wanted
        assert not other.locator("input[data-layer=udb]").is_checked()
    do(tab, "await GP.layers[2].colour(null)")
    with visit(browser, trial_page, link=tab.evaluate("location.hash")) as other:
        assert do(other, "return GP.layers[2].theme") is None


@pytest.mark.parametrize(
    "link",
    [
        "#",
        "#x",
        "#15/40",
        "#15/40/111/%E0%A4%A/%E0%A4%A",
        "#15/40/111/a,b/parcels.99..,nothing.0..",
        "#99/999/999//",
        "#15/40/111/%3Cb%3E/__proto__.0",
    ],
)
def test_a_broken_link_shows_the_map_all_the_same(browser: Any, trial_page: Path, link: str) -> None:
    with visit(browser, trial_page, link=link) as other:
        assert other.locator("#layers .layer").count() == 5
        assert do(other, "return Number.isFinite(GP.map.getCenter().lat)")


def test_a_link_pasted_into_an_open_page_is_followed(tab: Any) -> None:
    tab.locator("input[data-layer=blocks]").uncheck()
    do(
        tab,
        "history.pushState(null, '', location.pathname); location.hash = '#14/39.500000/111.000000/udb/'; await new Promise((done) => setTimeout(done, 200));",
    )
    assert do(tab, "return [GP.map.getZoom(), GP.map.getCenter().lat.toFixed(3)]") == [14, "39.500"]
    assert tab.locator("input[data-layer=blocks]").is_checked()
    assert not tab.locator("input[data-layer=udb]").is_checked()


@pytest.mark.parametrize(
    ("paper", "landscape", "size"),
    [("A4", True, (842, 595)), ("A4", False, (595, 842)), ("A3", True, (1191, 842)), ("A3", False, (842, 1191))],
)
def test_a_print_is_one_page_of_its_size(tab: Any, paper: str, landscape: bool, size: tuple[int, int]) -> None:
    do(tab, "await GP.sheet.lay(given[0], given[1])", paper, landscape)
    words = tab.inner_text("#sheet")
    for one in (
        "试验图",
        "试验 · 2024-06-30",
        "内部工作用图，未经审核不得公开",
        "数据：",
        "N",
        "产值 2023",
        "10 – 50",
        "园区区块",
    ):
        assert one in words
    cut = "[...document.querySelectorAll('.sheet-foot span:not(:first-child)')].filter((one) => one.getBoundingClientRect().right > document.getElementById('frame').getBoundingClientRect().right)"
    assert do(tab, f"return {cut}.length") == 0, "the line that says whose eyes the map is for is cut"
    legend_, frame_ = tab.locator(".sheet-legend").bounding_box(), tab.locator("#frame").bounding_box()
    assert legend_["y"] > frame_["y"] + 64
    assert tab.locator(".leaflet-control-scale").is_visible()
    pdf = tab.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*([\d.\s]+)\]", pdf)
    assert len(boxes) == 1
    assert [float(one) for one in boxes[0].split()][2:] == pytest.approx(size, abs=1.5)
    do(tab, "GP.sheet.back()")
    assert tab.locator("#panel").is_visible()


def test_the_print_menu_prints_and_comes_back(tab: Any) -> None:
    do(tab, "window.printed = 0; window.print = () => { window.printed++; };")
    before = do(tab, "return [GP.map.getZoom(), GP.map.getCenter().lat.toFixed(6)]")
    tab.locator("#tools button").nth(3).click()
    tab.locator("#papers button").nth(1).click()
    until(tab, "window.printed === 1 && !document.body.classList.contains('paper')")
    assert do(tab, "return [GP.map.getZoom(), GP.map.getCenter().lat.toFixed(6)]") == before


def test_the_picture_holds_what_the_screen_shows(tab: Any, tmp_path: Path) -> None:
    go(tab, 800, 2550)
    with tab.expect_download() as waiting:
        tab.locator("#tools button").nth(4).click()
    path = tmp_path / "a.png"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename == "试验图.png"
    data = base64.b64encode(path.read_bytes()).decode()
    x, y = (
        a - b for a, b in zip(on_screen(tab, *parcel(0)), tab.locator("#map").bounding_box().values(), strict=False)
    )
    found = do(
        tab,
        """const image = new Image(); image.src = "data:image/png;base64," + given[0]; await image.decode();
        const canvas = document.createElement("canvas"); canvas.width = image.width; canvas.height = image.height;
        const pen = canvas.getContext("2d", { willReadFrequently: true }); pen.drawImage(image, 0, 0);
        const one = (x, y) => [...pen.getImageData(x, y, 1, 1).data];
        const strip = (x, y, w, h) => new Set(new Uint32Array(pen.getImageData(x, y, w, h).data.buffer)).size;
        const k = 2, size = GP.map.getSize();
        return [one(given[1] * k, (given[2] + 64) * k), strip(0, 0, 600, 120), strip(size.x * k, 64 * k, 400, 400), strip(0, (64 + size.y) * k, 800, 60)]""",
        data, x, y,
    )  # fmt: skip
    assert found[0] == colour_at(tab, "parcels", *parcel(0))
    assert min(found[1:]) > 5, "title, legend or foot is blank"


def test_the_picture_of_a_curtain_is_parted_where_the_screen_is(tab: Any) -> None:
    go(tab, 1500, 1000, 14)
    do(tab, "GP.layers.slice(2).forEach((one) => one.show(false))")
    tab.click("#tools [data-tool=swipe]")
    until(tab, "['swipe-0', 'swipe-1'].every((name) => GP.map.getPane(name).querySelectorAll('canvas').length)")
    painted(tab)
    script = """const picture = await GP.sheet.picture(), canvas = document.createElement("canvas");
      canvas.width = picture.width; canvas.height = picture.height;
      const pen = canvas.getContext("2d", { willReadFrequently: true }); pen.drawImage(picture, 0, 0);
      return given.map((at) => { const p = GP.map.latLngToContainerPoint(at); return [...pen.getImageData(p.x * 2, (p.y + 64) * 2, 1, 1).data].slice(0, 3); })"""
    blocks_left, udb_right, udb_only_left = place(200, 1500), place(2700, 1500), place(1450, 1700)
    found = do(tab, script, list(blocks_left), list(udb_right), list(udb_only_left))
    assert found == [[0, 0, 255], [0, 192, 0], [0, 0, 255]]


def test_a_finger_does_what_a_mouse_does(browser: Any, trial_page: Path) -> None:
    with visit(browser, trial_page, 390, has_touch=True, is_mobile=True, device_scale_factor=2) as tab:
        assert tab.locator("#panel").is_hidden()
        assert "内部工作用图" in tab.locator("#foot .notice").inner_text()
        assert tab.locator("#foot .notice").is_visible()
        tab.tap("#toggle")
        assert tab.locator("#panel").is_visible()
        tab.locator("input[data-layer=udb]").tap()
        assert not tab.locator("input[data-layer=udb]").is_checked()
        tab.locator("#findings .finding").first.tap()
        until(tab, "document.querySelector('.leaflet-popup-content')")
        assert tab.locator("#panel").is_hidden()
        frame_ = tab.locator(".leaflet-popup").bounding_box()
        assert frame_["x"] >= 0
        assert frame_["x"] + frame_["width"] <= 390
        do(tab, "GP.map.closePopup()")
        go(tab, 800, 2550)
        tab.touchscreen.tap(*on_screen(tab, *parcel(4)))
        popup(tab, "宗地五")
        sizes = tab.evaluate(
            "[...document.querySelectorAll('#tools button, #toggle')].map((one) => one.getBoundingClientRect().width)"
        )
        assert min(sizes) >= 38


def test_keys_reach_everything(tab: Any) -> None:
    seen = set()
    for _ in range(60):
        tab.keyboard.press("Tab")
        seen.add(
            tab.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim() || document.activeElement.dataset.layer || document.activeElement.tagName"
            )
        )
    for name in (
        "全图",
        "量测",
        "卷帘对比",
        "打印",
        "保存图片",
        "复制链接",
        "parcels",
        "输入名称或编号查找",
        "按什么上色",
    ):
        assert name in seen, name


def test_the_link_is_copied(browser: Any, trial_page: Path) -> None:
    with visit(browser, trial_page, permissions=["clipboard-read", "clipboard-write"]) as tab:
        tab.locator("#tools button").nth(5).click()
        until(tab, "document.getElementById('status').textContent === '链接已复制'")
