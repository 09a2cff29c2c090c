"""Text of the data is text: hostile words in every place that a map or the catalogue shows, never markup, code or a request."""

from __future__ import annotations

import html as markup
import itertools
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mapped import Taken, frame, indicator, saved, squares, workspace
from shapely.geometry import box
from visits import do, painted, until, visit

import geoparks as gp
from geoparks.maps import atlas, public_catalogue
from geoparks.maps.edition import Edition
from geoparks.maps.offline import refuse_links
from geoparks.result import Result

pytestmark = pytest.mark.browser

WORDS = [
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "<!--<script>",
    "{{ 7*7 }}{% for x in y %}{#",
    "{{ ''.__class__.__mro__ }}",
    "`${window.hit=1}`",
    "C:\\地块\\u0031\\x31",
    "'\"><svg onload=window.hit=1>",
    "javascript:window.hit=1",
    "&lt;b&gt; &amp; 甲&乙",
    "https://example.org/a.png //example.org",
    "url(https://example.org/a.png)",
    "\u202e反转\u2028行\u2029段",
    "=1+1 @import 'a.css'",
    "__proto__ constructor",
    "]]> */ }; window.hit=1; //",
    "<style>*{display:none!important}</style>",
]
PLACES = ["name", "park", "id", "field", "indicator", "file", "workspace", "table"]

MAP = """
title = { zh = "图", en = "Map" }
about = { zh = "图", en = "Map" }
[[layer]]
name = "parcels"
fill = "#ffffff"
stroke = "#000000"
label = "name"
search = ["name", "location"]
popup = ["parcel_id", "name", "location", "park_id"]
[[layer.theme]]
field = "location"
[[layer.theme]]
indicator = "T.x"
[[layer]]
name = "blocks"
fill = "none"
stroke = "#000000"
label = "name"
popup = ["block_id", "name", "park_id", "east"]
[findings]
fill = "#c8102e"
stroke = "#c8102e"
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A workspace in which every text is hostile, down to its own name, its maps and its findings."""
    root = tmp_path_factory.mktemp("hostile") / "ws"
    count = len(WORDS)
    parcels = frame(
        squares(count),
        parcel_id=[f"{i} {one}" for i, one in enumerate(WORDS)],
        name=WORDS,
        location=WORDS,
        park_id=WORDS,
    )
    blocks = frame(
        [box(i * 900, 3000, i * 900 + 1000, 4000) for i in range(count)],
        block_id=[f"B{i} {one}" for i, one in enumerate(WORDS)], park_id=WORDS, name=WORDS, east=WORDS,
    )  # fmt: skip
    farmland = frame([box(i * 900, 3000, i * 900 + 120, 3080) for i in range(count)], id=WORDS, name=WORDS)
    parks = pd.DataFrame({"园区编号": WORDS, "园区名称": WORDS})
    workspace(root, "", {"t": MAP}, parcels=parcels, blocks=blocks, farmland=farmland, parks=parks)
    return gp.check(root, on="2024-06-30")


def hostile(result: Result) -> dict[str, Any]:
    """The document of the result with hostile words where a run would not put them."""
    rows = [indicator("parcels", f"{i} {one}", float(i), 2020, unit=WORDS[i]) for i, one in enumerate(WORDS)]
    inputs = [{**one, "path": f"a/{words}"} for one in result.content["inputs"] for words in WORDS[:2]]
    return {"indicators": rows, "workspace": WORDS[0], "inputs": inputs}


@pytest.fixture(scope="module")
def page(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(
        result, "t", tmp_path_factory.mktemp("page") / "t.html", Edition(approval_no=WORDS[1]), **hostile(result)
    )


def shown(words: str) -> str:
    """Words as a page shows them: white space runs together."""
    return " ".join(words.split())


def test_there_are_more_than_a_hundred_combinations() -> None:
    assert len(list(itertools.product(WORDS, PLACES))) > 100


@pytest.mark.parametrize("width", [1280, 390])
def test_every_popup_search_label_and_finding_shows_the_words_themselves(browser: Any, page: Path, width: int) -> None:
    with visit(browser, page, width) as tab:
        assert tab.inner_text("header").count(shown(WORDS[0])) == 1
        assert WORDS[1] in tab.text_content("#foot .notice")
        for layer, index in itertools.product(("parcels", "blocks"), range(0, len(WORDS), 1 if width > 760 else 6)):
            do(
                tab,
                "const one = GP.layers.find((one) => one.spec.name === given[0]); await GP.popup.show(one, given[1]);",
                layer,
                index,
            )
            told = tab.evaluate("[...document.querySelectorAll('.leaflet-popup-content')].pop().textContent")
            assert told.count(WORDS[index]) >= 4, (layer, WORDS[index])
        for row in range(0, tab.evaluate("GP.page.findings.rows.length"), 1 if width > 760 else 6):
            do(tab, "await GP.findings.show(given[0])", row)
        assert tab.evaluate("GP.page.findings.rows.filter((one) => one.rule === 'B07').length") == len(WORDS)
        for words in WORDS:
            do(tab, "document.getElementById('search').value = given[0]; await GP.search.run();", words)
            hits = tab.locator("#found").text_content()
            assert words in hits, words
        for index in (0, 1, None, 0):
            do(tab, "await GP.layers[0].colour(given[0])", index)
        assert WORDS[0] in tab.locator("#layers").text_content()
        do(
            tab,
            "await GP.sheet.lay('A4', true); GP.sheet.back(); await GP.sheet.picture(); GP.use('swipe'); GP.use('measure'); GP.use(null);",
        )
        assert (
            tab.evaluate(
                "document.querySelectorAll('#panel img, #panel svg[onload], .leaflet-popup img, header img').length"
            )
            == 0
        )
        assert tab.evaluate("document.scripts.length") == page.read_text("utf-8").count("</script>")
        assert tab.locator("#layers").is_visible() or width < 760
        painted(tab)


def test_every_tooltip_shows_the_words_themselves(browser: Any, page: Path) -> None:
    with visit(browser, page) as tab:
        for index in range(len(WORDS)):
            do(
                tab,
                "const one = GP.layers[0], at = one.bounds(given[0]).getCenter(); GP.map.setView(at, 17, { animate: false }); GP.map.fire('mousemove', { latlng: at });",
                index,
            )
            until(
                tab,
                "document.querySelector('.leaflet-tooltip') && document.querySelector('.leaflet-tooltip').textContent.includes(given)",
                WORDS[index],
            )


def test_the_catalogue_shows_the_words_themselves(browser: Any, result: Result, tmp_path: Path) -> None:
    public_catalogue.save(result.workspace, result.content, tmp_path)
    with visit(browser, tmp_path / "catalogue.html") as tab:
        cells = tab.locator("#tables td").all_text_contents()
        for words in WORDS:
            assert cells.count(words) >= 2, words


def test_words_are_no_markup_in_the_file_and_nothing_is_worked_out(page: Path) -> None:
    found = Taken.of(page)
    assert found.columns("parcels")[2] == WORDS
    assert "{{ 7*7 }}" in found.everything()
    assert "49{%" not in found.everything()
    for words in WORDS:
        if "<" in words:
            assert words not in found.text
    assert markup.escape(WORDS[0]) in found.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sheets_of_hostile_parks_open_from_the_overview(
    browser: Any, result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(atlas, "LARGEST_PAGE", len(WORDS))
    content = {**result.content, "lang": lang}
    files = atlas.save(["t"], result.workspace, content, tmp_path, Edition())
    overview = files[-1]
    some = (0, 5, 7, 11, 16) if lang == "zh" else (4,)
    with visit(browser, overview) as tab:
        assert tab.locator("#sheets .hit").count() == len(files) - 1
        tab.fill("#search", "B1")
        until(tab, "document.querySelector('#found .hit')")
    for index in some:
        context = browser.new_context()
        tab = context.new_page()
        tab.goto(overview.as_uri())
        tab.wait_for_selector("body[data-ready]")
        tab.locator("#sheets .hit").nth(index).click()
        tab.wait_for_url(lambda url: "/t/" in url)
        tab.wait_for_selector("body[data-ready]")
        assert tab.evaluate("GP.layers[0].spec.count") == 1
        assert tab.evaluate("window.hit") is None
        context.close()


@pytest.mark.parametrize(
    "page",
    [
        "<p style='background:URL(http://example.org/a.png)'>",
        "<meta http-equiv=Refresh content='0;url=http://example.org'>",
        "<svg><image xlink:href='http://example.org/a.png'/></svg>",
        "<svg><use href='http://example.org/a.svg#b'/></svg>",
        "<img srcset='a.png 2x'>",
        "<form action=http://example.org>",
        "<a href='javascript:alert(1)'>",
        "<style>@IMPORT 'a.css';</style>",
        "<video poster=a.png>",
    ],
)
def test_a_page_that_would_ask_for_anything_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="links out"):
        refuse_links(f"<html><body>{page}</body></html>")


def test_a_page_may_name_addresses_as_text() -> None:
    assert refuse_links(
        "<html><body><p title='http://example.org'>http://example.org</p><img src='data:,'></body></html>"
    )
