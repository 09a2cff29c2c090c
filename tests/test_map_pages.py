"""Every shipped map of the demonstration in a real browser: every control of every page, on a desk and on a phone, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mapped import demonstration, drawn, saved
from visits import do, menu, painted, until, visit

from geoparks.maps.edition import Edition

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAPS = ["boundaries", "efficiency", "supply", "idle", "adjustment", "versions", "catalogue"]
COUNTS = """
  return GP.layers.filter((one) => one.theme).map((one) => [one.spec.name, one.spec.count, one.theme.counts.reduce((a, b) => a + b, 0),
    one.theme.labels.length === one.theme.fills.length && one.theme.fills[one.theme.fills.length - 1] === one.theme.spec.none]);
"""


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp()


def use_selects(tab: Any, inside: str) -> int:
    """Choose every option of every select; the selects are made anew by what is chosen."""
    used = 0
    for index in range(tab.locator(f"{inside} select").count()):
        for option in range(tab.locator(f"{inside} select").nth(index).locator("option").count()):
            if index >= tab.locator(f"{inside} select").count():
                break
            select = tab.locator(f"{inside} select").nth(index)
            if not select.is_visible() or option >= select.locator("option").count():
                continue
            select.select_option(index=option)
            used += 1
            for name, count, told, grey in do(tab, COUNTS):
                assert (count, grey) == (told, True), name
    return used


def use_boxes(tab: Any, inside: str) -> int:
    boxes = tab.locator(f"{inside} input[type=checkbox]")
    for index in range(boxes.count()):
        boxes.nth(index).click()
        boxes.nth(index).click()
    painted(tab)
    return boxes.count()


@pytest.mark.parametrize(("lang", "width"), [("zh", 390), ("en", 1280)])
@pytest.mark.parametrize("name", MAPS)
def test_every_map_opens(browser: Any, base: Path, name: str, lang: str, width: int) -> None:
    with visit(browser, drawn(base, lang, name), width) as tab:
        assert tab.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[lang]
        assert tab.locator("#foot .notice").is_visible()


@pytest.mark.parametrize(("lang", "width"), [("zh", 1280), ("en", 390)])
@pytest.mark.parametrize("name", MAPS)
def test_every_control_can_be_used(browser: Any, base: Path, name: str, lang: str, width: int) -> None:
    with visit(browser, drawn(base, lang, name), width) as tab:
        assert tab.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[lang]
        assert tab.locator("header h1").inner_text()
        assert tab.locator("#foot .notice").is_visible()
        menu(tab)
        assert use_boxes(tab, "#panel") == tab.locator("#panel input[type=checkbox]").count() > 0
        use_selects(tab, "#layers")
        for index in range(tab.locator(".unfold").count()):
            tab.locator(".unfold").nth(index).click()
        use_selects(tab, "#findings")
        do(
            tab,
            "document.querySelectorAll('#findings select').forEach((one) => { one.selectedIndex = 0; one.dispatchEvent(new Event('change')); });",
        )
        for step in range(tab.locator("#findings .step").count()):
            menu(tab)
            tab.locator("#findings .step").nth(step).click()
            until(tab, "document.querySelector('.leaflet-popup-content')")
        tab.keyboard.press("Escape")
        for tool in ("measure", "swipe"):
            for pressed in ("true", "false"):
                tab.click(f"#tools [data-tool={tool}]")
                assert tab.get_attribute(f"#tools [data-tool={tool}]", "aria-pressed") == pressed
        tab.locator("#tools button").first.click()
        shown = tab.evaluate(
            "[...document.querySelectorAll('button, input, select')].filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.closest('label'))).length"
        )
        assert shown == 0, "a control without a name"


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_lies_over_anything(browser: Any, base: Path, width: int) -> None:
    with visit(browser, drawn(base, "zh", "boundaries"), width) as tab:
        boxes = [
            tab.locator(one).bounding_box()
            for one in ("header", "#tools", ".leaflet-control-zoom", ".leaflet-control-scale", "#foot")
        ]
        if width < 760:
            boxes.append(tab.locator("#toggle").bounding_box())
        for i, a in enumerate(boxes):
            assert a["x"] >= 0
            assert a["x"] + a["width"] <= width
            for b in boxes[:i]:
                assert (
                    a["x"] >= b["x"] + b["width"]
                    or b["x"] >= a["x"] + a["width"]
                    or a["y"] >= b["y"] + b["height"]
                    or b["y"] >= a["y"] + a["height"]
                ), (a, b)


def test_chinese_is_written_and_not_boxes(browser: Any, base: Path) -> None:
    with visit(browser, drawn(base, "zh", "boundaries")) as tab:
        different = tab.evaluate(
            """() => {
              const ink = (word) => { const c = document.createElement("canvas"); c.width = c.height = 40; const p = c.getContext("2d");
                p.font = "32px " + getComputedStyle(document.body).fontFamily; p.fillText(word, 2, 34); return p.getImageData(0, 0, 40, 40).data.join(); };
              return new Set(["园", "区", "\\u{10FFFD}"].map(ink)).size; }"""
        )
        assert different == 3


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_tells_where_it_is_and_what_law_says_so(browser: Any, base: Path, lang: str) -> None:
    with visit(browser, drawn(base, lang, "boundaries")) as tab:
        rows = tab.evaluate("GP.page.findings.rows")
        assert tab.locator("#findings .total").inner_text() == str(len(rows))
        assert tab.locator("#findings .finding").count() == len(rows)
        for index, row in enumerate(rows):
            if row["place"] is None:
                assert tab.locator("#findings .finding").nth(index).is_disabled()
                continue
            if index % 5:
                continue
            tab.locator("#findings .finding").nth(index).click()
            told = until(
                tab,
                "[...document.querySelectorAll('.leaflet-popup-content')].some((one) => one.innerText.includes(given[0]) && one.innerText.includes(given[1]))",
                [row["message"].strip(), row["article"]],
            )
            assert told
            inside = do(
                tab,
                "return GP.map.getBounds().contains(GP.layers[GP.layers.length - 1].bounds(given[0]))",
                row["place"],
            )
            assert inside


def test_the_list_of_findings_is_filtered_and_stepped_through(browser: Any, base: Path) -> None:
    with visit(browser, drawn(base, "zh", "boundaries")) as tab:
        rows = tab.evaluate("GP.page.findings.rows")
        rule = rows[-1]["rule"]
        tab.locator("#findings select").first.select_option(rule)
        some = [row for row in rows if row["rule"] == rule]
        assert tab.locator("#findings .finding").count() == len(some)
        tab.locator("#findings select").nth(1).select_option(some[0]["severity"])
        some = [row for row in some if row["severity"] == some[0]["severity"]]
        assert tab.locator("#findings .total").inner_text() == str(len(some))
        tab.locator("#findings select").first.select_option("")
        tab.locator("#findings select").nth(1).select_option("")
        placed = [row for row in rows if row["place"] is not None]
        tab.locator("h1").click()
        for key, at in (("p", -1), ("n", 0), ("n", 1), ("p", 0)):
            tab.keyboard.press(key)
            until(tab, "document.getElementById('status').textContent === given", placed[at]["message"])
        tab.locator("#layers input[type=checkbox]").first.click()
        tab.keyboard.press("n")
        until(tab, "document.getElementById('status').textContent === given", placed[1]["message"])
        tab.keyboard.press("Control+p")
        assert tab.inner_text("#status") == placed[1]["message"], "Ctrl+P prints, it does not step back"


def test_a_list_of_very_many_findings_goes_on_by_hundreds(browser: Any, base: Path, tmp_path: Path) -> None:
    result = demonstration(base)
    many = result.content["findings"] * 6
    with visit(browser, saved(result, "boundaries", tmp_path / "b.html", Edition(), findings=many)) as tab:
        assert tab.locator("#findings .finding").count() == 100
        while tab.locator("#findings .more").count():
            tab.locator("#findings .more").click()
        assert tab.locator("#findings .finding").count() == len(many)


def test_findings_are_a_layer_that_can_be_put_away(browser: Any, base: Path) -> None:
    with visit(browser, drawn(base, "zh", "boundaries")) as tab:
        tick = tab.locator('#layers input[data-layer="findings"]')
        tick.uncheck()
        assert do(tab, "return GP.map.hasLayer(GP.layers[GP.layers.length - 1].packed)") is False
        tab.locator("#findings .finding:enabled").first.click()
        until(tab, "document.querySelector('.leaflet-popup-content')")
        assert tick.is_checked(), "a finding that is asked for is shown"


@pytest.mark.parametrize("width", [1280, 390])
def test_rows_of_the_catalogue_lead_to_their_parks(browser: Any, base: Path, width: int) -> None:
    from geoparks.maps import public_catalogue

    result = demonstration(base)
    public_catalogue.save(result.workspace, result.content, base / "catalogue")
    with visit(browser, base / "catalogue" / "catalogue.html", width) as tab:
        for index in range(tab.locator("#tables .tab").count()):
            tab.locator("#tables .tab").nth(index).click()
            assert tab.locator("#tables tbody tr").count() == int(
                tab.locator("#tables .tab").nth(index).inner_text().split()[-1]
            )
        tab.locator("#tables .tab").first.click()
        for index in (0, 3):
            button = tab.locator("#tables .place").nth(index)
            button.click()
            until(
                tab,
                "[...document.querySelectorAll('.leaflet-popup-content h3')].some((one) => one.innerText.includes(given))",
                button.inner_text(),
            )
        frame, table = tab.locator("#frame").bounding_box(), tab.locator("#tables").bounding_box()
        assert frame["y"] + frame["height"] <= table["y"] + 0.5
        assert "公开版" in tab.inner_text("#foot")
