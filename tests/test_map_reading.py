"""Reading the page: what lies where, hovering, search, filters, themes and their legend."""

from __future__ import annotations

from typing import Any

import pytest
from mapped import place
from tried import go, legend, parcel, popup, selects
from visits import colour_at, do, on_screen, painted, until

pytestmark = pytest.mark.browser


def test_a_click_tells_what_lies_there(tab: Any) -> None:
    go(tab, 800, 2550)
    tab.mouse.click(*on_screen(tab, *parcel(4)))
    told = popup(tab, "宗地五（P4）")
    for words in ("产值 2023", "50 万元", "挂牌出让", "2018-05-01", "5 公顷"):
        assert words in told
    assert "约定容积率" not in told, "what is blank is left out"


def test_the_hole_of_a_parcel_is_not_the_parcel(tab: Any) -> None:
    go(tab, 500, 4500, 15)
    assert do(tab, "return GP.layers[2].at(L.latLng(...given[0]))", place(500, 4500)) == -1
    assert do(tab, "return GP.layers[2].at(L.latLng(...given[0]))", place(150, 4500)) == 9
    assert colour_at(tab, "parcels", *place(500, 4500))[3] == 0
    assert colour_at(tab, "parcels", *place(150, 4500))[3] == 255


def test_hovering_names_the_topmost_thing(tab: Any) -> None:
    go(tab, 800, 2550)
    tab.mouse.move(*on_screen(tab, *parcel(3)), steps=3)
    until(
        tab,
        "document.querySelector('.leaflet-tooltip') && document.querySelector('.leaflet-tooltip').innerText.includes('宗地四（P3）')",
    )
    tab.mouse.move(*on_screen(tab, *place(900, 2300)), steps=3)
    until(tab, "!document.querySelector('.leaflet-tooltip')")


def test_several_things_at_one_place_are_tabs(tab: Any) -> None:
    go(tab, 60, 40, 17)
    tab.mouse.click(*on_screen(tab, *place(60, 40)))
    until(tab, "document.querySelectorAll('.leaflet-popup-content .tab').length === 3")
    tab.locator(".leaflet-popup-content .tab").last.click()
    popup(tab, "甲区块")
    tab.keyboard.press("Escape")


def test_what_is_too_small_to_see_is_a_spot_that_can_be_clicked(tab: Any) -> None:
    do(tab, "GP.map.setView(given[0], 11, { animate: false })", list(place(15_000, 0)))
    x, y = on_screen(tab, *place(30_020, 20))
    tab.mouse.click(x + 4, y - 3)
    popup(tab, "B06 园区区块 乙区块（B2）")
    tab.get_by_role("button", name="园区名录 YQ2").click()
    popup(tab, "YQ2")


@pytest.mark.parametrize(
    ("words", "count", "first"),
    [("P7", 1, "P7"), ("宗地二", 1, "P1"), ("ｐ３", 1, "P3"), ("宗地", 10, "P0"), ("b1", 1, "B1"), ("没有的", 0, ""), ("<b>", 0, ""), ("   ", None, "")],
)  # fmt: skip
def test_search_finds_names_and_numbers(tab: Any, words: str, count: int | None, first: str) -> None:
    tab.keyboard.press("/")
    tab.keyboard.type(words)
    if count is None:
        tab.wait_for_timeout(400)
        assert tab.locator("#found").is_hidden()
        return
    until(
        tab,
        "document.querySelector('#found .count') && document.querySelector('#found .count').innerText === given",
        f"找到 {count} 个",
    )
    assert tab.locator("#found .hit").count() == count
    if count:
        tab.keyboard.press("Enter")
        popup(tab, first)
        assert do(tab, "return GP.map.getZoom()") >= 13
    tab.locator("#search").press("Escape")
    until(tab, "document.getElementById('found').hidden")


FILTERS = [
    ("宗地名称", "⊃", "地五", 1), ("宗地名称", "=", "宗地五", 1), ("宗地名称", "=", "宗地", 0), ("供地方式", "⊃", "出让", 6),
    ("宗地面积", "≥", "7", 3), ("宗地面积", "≤", "2", 2), ("宗地面积", "=", "3.0", 1), ("宗地面积", "≥", "无", 0), ("供地日期", "≥", "2020-01-01", 3),
    ("供地日期", "≤", "2015-12-31", 2), ("供地日期", "⊃", "2016", 1), ("宗地编号", "=", "p4", 1),
]  # fmt: skip


def test_a_filter_keeps_what_agrees(tab: Any) -> None:
    row = tab.locator(".layer:has(input[data-layer=parcels])")
    row.locator(".unfold").click()
    fields = row.locator(".filter select").first.locator("option").all_inner_texts()
    go(tab, 800, 2550, 15)
    for field, operator, words, count in FILTERS:
        label = next((one for one in fields if one.startswith(field)), None)
        assert label, (field, fields)
        row.locator(".filter select").first.select_option(label=label)
        row.locator(".filter select").nth(1).select_option(operator)
        row.locator(".filter input").fill(words)
        row.locator(".filter input").press("Enter")
        until(
            tab, "[...document.querySelectorAll('.filter .count')].some((one) => one.textContent === given)", str(count)
        )
        painted(tab)
        shown = do(
            tab, "const one = GP.layers[2]; return [...Array(10).keys()].filter((f) => one.packed.look(f) >= 0).length"
        )
        assert shown == count, (field, operator, words)
    assert colour_at(tab, "parcels", *parcel(4))[3] == 255
    assert colour_at(tab, "parcels", *parcel(5))[3] == 0
    row.locator(".filter input").fill("")
    row.locator(".filter input").press("Enter")
    until(tab, "GP.layers[2].kept === null")


def test_the_legend_follows_indicator_year_and_scheme(tab: Any) -> None:
    assert legend(tab) == {"10 – 50": 5, "50 – 90": 4, "未计算": 1}
    go(tab, 800, 2550)
    light, dark = colour_at(tab, "parcels", *parcel(8)), colour_at(tab, "parcels", *parcel(0))
    assert sum(dark[:3]) < sum(light[:3])
    selects(tab).nth(1).select_option("2022")
    until(tab, "GP.layers[2].theme.year === 2022")
    assert colour_at(tab, "parcels", *parcel(0)) == light
    assert colour_at(tab, "parcels", *parcel(8)) == dark
    selects(tab).nth(2).select_option("equal")
    until(tab, "GP.layers[2].theme.scheme === 'equal'")
    assert selects(tab).nth(2).locator("option").all_inner_texts() == ["分位数", "自然断点", "等距"]
    selects(tab).nth(0).select_option(label="占比")
    until(tab, "GP.layers[2].theme.index === 1")
    assert list(legend(tab)) == ["10% – 36.67%", "36.67% – 63.33%", "63.33% – 90%", "未计算"]
    selects(tab).nth(0).select_option(label="供地方式")
    until(tab, "GP.layers[2].theme.index === 2")
    assert legend(tab) == {"划拨": 3, "挂牌出让": 6, "未填": 1}
    selects(tab).nth(0).select_option(label="（不分色）")
    until(tab, "GP.layers[2].theme === null")
    assert colour_at(tab, "parcels", *parcel(3))[:3] == [255, 0, 0]


def test_a_class_of_the_legend_can_be_put_away(tab: Any) -> None:
    go(tab, 800, 2550)
    tab.locator(".layer:has(input[data-layer=parcels]) .class input").first.uncheck()
    painted(tab)
    assert colour_at(tab, "parcels", *parcel(8))[3] == 0
    assert colour_at(tab, "parcels", *parcel(0))[3] == 255
    tab.mouse.click(*on_screen(tab, *parcel(8)))
    tab.wait_for_timeout(200)
    assert tab.locator(".leaflet-popup").count() == 0


def test_the_last_choice_counts_however_quick(tab: Any) -> None:
    do(tab, "const one = GP.layers[2]; await Promise.all([one.colour(0, 2022), one.colour(2), one.colour(1)]);")
    assert do(tab, "return GP.layers[2].theme.index") == 1
