"""The map of a notebook: a folium.Map whose file needs nothing, with what was added in Python, and no text that runs."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import folium
import pytest
from folium import plugins
from mapped import frame, place, workspace
from shapely.geometry import box
from visits import on_screen, painted, until, visit

import geoparks as gp
from geoparks.result import Result

HOSTILE = [
    "{{ 7*7 }}",
    "{% for x in y %}",
    "{#",
    "${window.hit=1}",
    "`${window.hit=1}`",
    "`+(window.hit=1)+`",
    "C:\\地块\\2021\\u",
    "</script><script>window.hit=1</script>",
    "<!--<script>",
]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    blocks = frame([box(0, 0, 2000, 2000)], block_id=["B1"], park_id=["一"], name=["甲"])
    return gp.check(workspace(tmp_path_factory.mktemp("folium") / "ws", blocks=blocks), on="2024-06-30")


@pytest.fixture
def m(result: Result) -> folium.Map:
    return gp.map(result.workspace, "boundaries", result)


def features(words: str, x: float = 1500, y: float = 1500) -> dict[str, Any]:
    lat, lon = place(x, y)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"n": words}, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
        ],
    }


def linked() -> folium.GeoJson:
    """Shapes that folium would leave where they are."""
    shapes = folium.GeoJson(features("甲"))
    shapes.embed = False
    return shapes


def test_it_is_a_folium_map_whose_file_is_the_page_of_the_command_line(
    m: folium.Map, result: Result, tmp_path: Path
) -> None:
    from geoparks.maps import atlas

    assert isinstance(m, folium.Map)
    m.save(tmp_path / "a.html")
    m.save(str(tmp_path / "b.html"))
    buffer = io.BytesIO()
    m.save(buffer, close_file=False)
    made = atlas.save(["boundaries"], result.workspace, result.content, tmp_path, atlas.edition_of(result.workspace))
    texts = {
        (tmp_path / "a.html").read_bytes(),
        (tmp_path / "b.html").read_bytes(),
        buffer.getvalue(),
        made[0].read_bytes(),
    }
    assert len(texts) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.html", "b.html", "boundaries.html"]


def test_a_notebook_shows_it_apart_from_its_own_page(m: folium.Map) -> None:
    assert m._repr_html_().startswith('<iframe srcdoc="&lt;!doctype html&gt;')


def test_a_map_with_children_has_the_same_bytes_each_time(m: folium.Map) -> None:
    folium.Marker(place(500, 500), popup="甲", tooltip="乙").add_to(m)
    folium.GeoJson(features("丙"), tooltip=folium.GeoJsonTooltip(["n"])).add_to(m)
    assert m.html == m.html


@pytest.mark.parametrize(
    ("child", "name"),
    [
        (lambda: folium.Marker([0, 0], icon=folium.Icon(color="red")), "Icon"),
        (lambda: folium.Marker([0, 0], icon=folium.CustomIcon("http://example.org/a.png")), "CustomIcon"),
        (lambda: folium.Marker([0, 0], icon=plugins.BeautifyIcon()), "BeautifyIcon"),
        (lambda: plugins.MarkerCluster([[0, 0]]), "MarkerCluster"),
        (lambda: plugins.HeatMap([[0, 0]]), "HeatMap"),
        (lambda: folium.FeatureGroup().add_child(plugins.HeatMap([[0, 0]])), "HeatMap"),
        (lambda: folium.TileLayer("OpenStreetMap"), "TileLayer"),
        (lambda: folium.WmsTileLayer("http://example.org", "a"), "WmsTileLayer"),
        (lambda: folium.raster_layers.ImageOverlay("http://example.org/a.png", [[0, 0], [1, 1]]), "ImageOverlay"),
        (lambda: folium.Marker([0, 0], popup=folium.Popup(folium.IFrame("a"))), "IFrame"),
        (linked, "GeoJson"),
    ],
)
def test_what_needs_a_network_is_refused_by_name(m: folium.Map, child: Any, name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m.add_child(child())
    with pytest.raises(ValueError, match=f"^{name} loads files from a network"):
        m.save(io.BytesIO())


def test_text_that_names_a_plugin_is_text(m: folium.Map) -> None:
    folium.Marker(place(1, 1), popup="L.markerClusterGroup AwesomeMarkers https://example.org").add_to(m)
    assert "AwesomeMarkers" in m.html


@pytest.mark.browser
def test_what_is_added_in_python_is_on_the_page(browser: Any, m: folium.Map, tmp_path: Path) -> None:
    folium.Marker(place(300, 300), popup=folium.Popup("<b>此处</b>"), tooltip="提示").add_to(m)
    folium.CircleMarker(place(1000, 1000), radius=9, popup="圆", fill=True).add_to(m)
    folium.GeoJson(features("点"), popup=folium.GeoJsonPopup(["n"])).add_to(m)
    folium.PolyLine([place(0, 1800), place(2000, 1800)]).add_to(m)
    m.save(tmp_path / "m.html")
    with visit(browser, tmp_path / "m.html") as tab:
        assert tab.locator("img.leaflet-marker-icon").count() == 2
        tab.locator("img.leaflet-marker-icon").first.click()
        assert tab.inner_text(".leaflet-popup-content b") == "此处"
        tab.keyboard.press("Escape")
        until(tab, "!document.querySelector('.leaflet-popup')")
        tab.mouse.click(*on_screen(tab, *place(1000, 1000)))
        until(
            tab, "[...document.querySelectorAll('.leaflet-popup-content')].some((one) => one.innerText.includes('圆'))"
        )
        tab.wait_for_timeout(400)
        assert tab.locator(".leaflet-popup-content").all_inner_texts() == ["圆"]
        assert tab.locator("path.leaflet-interactive").count() == 2
        painted(tab)


@pytest.mark.browser
def test_text_added_in_python_stays_text(browser: Any, m: folium.Map, tmp_path: Path) -> None:
    for i, words in enumerate(HOSTILE):
        shown = words.replace("<", "&lt;")
        folium.Marker(place(-3000, i * 900), popup=folium.Popup(shown), tooltip=shown).add_to(m)
        folium.Marker(place(3000, i * 900), popup=folium.Popup(words, parse_html=True)).add_to(m)
        folium.GeoJson(features(shown, 0, i * 900), tooltip=folium.GeoJsonTooltip(["n"])).add_to(m)
    m.save(tmp_path / "m.html")
    with visit(browser, tmp_path / "m.html") as tab:
        tab.evaluate("GP.map.options.closePopupOnClick = false")
        for i, words in enumerate(HOSTILE):
            for index in (3 * i, 3 * i + 1):
                tab.locator("img.leaflet-marker-icon").nth(index).dispatch_event("click")
                told = "[...document.querySelectorAll('.leaflet-popup-content')].some((one) => one.innerText.includes(given))"
                until(tab, told, words)
                tab.keyboard.press("Escape")
            tab.locator("img.leaflet-marker-icon").nth(3 * i + 2).dispatch_event("mouseover")
            until(
                tab,
                "[...document.querySelectorAll('.foliumtooltip')].some((one) => one.innerText.includes(given))",
                words,
            )


@pytest.mark.browser
def test_markup_that_would_run_does_not(browser: Any, m: folium.Map, tmp_path: Path) -> None:
    folium.Marker(place(300, 300), popup=folium.Popup("</script><script>window.hit=1</script>好")).add_to(m)
    m.save(tmp_path / "m.html")
    with visit(browser, tmp_path / "m.html") as tab:
        tab.locator("img.leaflet-marker-icon").click()
        assert "好" in tab.inner_text(".leaflet-popup-content")
