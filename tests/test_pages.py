"""The report and the map in a real browser: nothing is asked for, nothing runs that is data, nothing overflows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

import geoparks as gp
from geoparks.maps.offline import refuse_links

pytestmark = pytest.mark.browser

X, Y = 37_500_000.0, 4_380_000.0
HOSTILE = [
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "{{ 7*7 }}{% for x in y %}{#",
    "`${window.hit=1}`",
    "C:\\地块\\2021",
    "'\"><svg onload=window.hit=1>",
    "=1+1",
    "&lt;b&gt; &amp; 甲&乙",
    "\u202e反转\u0007控制",
]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose every text is hostile, and its outputs."""
    root = tmp_path_factory.mktemp("ws")
    (root / "data").mkdir()
    shapes = [box(X + i * 900, Y, X + i * 900 + 1000, Y + 1000) for i in range(len(HOSTILE))]
    table = {"block_id": [f"B{i}" for i in range(len(HOSTILE))], "park_id": HOSTILE, "name": HOSTILE, "east": HOSTILE}
    gpd.GeoDataFrame(table, geometry=shapes, crs=4525).to_file(root / "data" / "blocks.gpkg")
    farmland = gpd.GeoDataFrame(
        {"id": HOSTILE[:1], "name": HOSTILE[:1]}, geometry=[box(X, Y, X + 120, Y + 80)], crs=4525
    )
    farmland.to_file(root / "data" / "farmland.gpkg")
    gp.check(root, on="2024-06-30").save(root / "out")
    return root / "out"


def visit(browser: Any, page: Path, width: int) -> tuple[Any, list[str], list[str]]:
    """Open a page at a width; returns it with what it asked for and what it complained of."""
    tab = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    said: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    tab.goto(page.as_uri())
    tab.wait_for_timeout(300)
    return tab, asked, said


@pytest.mark.parametrize("name", ["report.html", "maps/boundaries.html"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_need_nothing_and_run_nothing_foreign(browser: Any, outputs: Path, name: str, width: int) -> None:
    tab, asked, said = visit(browser, outputs / name, width)
    assert asked == [(outputs / name).as_uri()]
    assert said == []
    assert tab.evaluate("window.hit") is None
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    if tab.locator("#toggle").is_visible():
        tab.click("#toggle")
    text = tab.inner_text("body")
    assert HOSTILE[0] in text
    assert "问题" in text
    tab.close()


def test_hostile_names_are_shown_as_they_are(browser: Any, outputs: Path) -> None:
    tab, _, _ = visit(browser, outputs / "report.html", 1280)
    text = tab.inner_text("body")
    for words in HOSTILE[:9]:
        assert words in text
    tab.close()


def test_the_map_flies_to_a_finding_and_tells_it(browser: Any, outputs: Path) -> None:
    tab, asked, said = visit(browser, outputs / "maps" / "boundaries.html", 1280)
    farmland = tab.locator("button.finding", has_text="B07")
    assert farmland.count() == 1
    farmland.click()
    tab.wait_for_timeout(800)
    popup = tab.inner_text(".leaflet-popup-content")
    assert "占用永久基本农田" in popup
    assert "第三十五条" in popup
    assert len(asked) == 1
    assert said == []
    boxes = tab.locator("#panel input[type=checkbox]")
    for index in range(boxes.count()):
        boxes.nth(index).uncheck()
    assert said == []
    tab.close()


def test_pictures_show_evidence(browser: Any, outputs: Path) -> None:
    tab, _, _ = visit(browser, outputs / "report.html", 1280)
    assert tab.locator("article.card svg path").count() > 10
    sizes = tab.evaluate("[...document.querySelectorAll('svg.pic')].map(s => s.getBoundingClientRect().width)")
    assert sizes
    assert min(sizes) > 100
    tab.close()


@pytest.mark.parametrize(
    "page",
    [
        "<img src='http://example.org/a.png'>",
        "<link rel=stylesheet href='//cdn.example.org/a.css'>",
        "<style>@import 'a.css';</style>",
        "<style>p{background:url(http://example.org/a.png)}</style>",
        "<script src=a.js></script>",
    ],
)
def test_a_page_that_links_out_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="links out"):
        refuse_links(f"<html><body>{page}</body></html>")


def test_workbook_text_stays_text(outputs: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(outputs / "report.xlsx")
    cells = [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    ]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
