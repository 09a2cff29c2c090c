"""Editions: a public page holds no private word and no fine coordinate; what is too large for a page is a sheet a park."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from mapped import Taken, frame, squares, workspace

import geoparks as gp
from geoparks.catalog import map as maps
from geoparks.maps import atlas, public_catalogue
from geoparks.maps.edition import Edition, coarsened
from geoparks.result import Result

PRIVATE = "密不外传"
MAP = """
title = { zh = "公开试验", en = "Public" }
[[layer]]
name = "blocks"
fill = "#9cbbe0"
stroke = "#2f5d9b"
label = "name"
popup = ["block_id", "name", "park_id"]
[[layer]]
name = "parcels"
fill = "#ffffff"
stroke = "#000000"
label = "holder"
search = ["holder", "name"]
popup = ["parcel_id", "name", "holder", "park_id"]
[[layer.theme]]
field = "holder"
[[layer.theme]]
field = "name"
[findings]
fill = "#c8102e"
stroke = "#c8102e"
"""
SIDE = 1234.567
PARKS = ["YQ/1#甲 100%", "YQ2", None]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    blocks = frame(
        [shapely.box(i * 3000, -2000, i * 3000 + SIDE, -2000 + SIDE) for i in range(3)],
        block_id=["B1", "B2", "B3"],
        park_id=["YQ/1#甲 100%", "YQ2", "YQ2"],
        name=["东", "西", "南"],
    )
    parcels = frame(
        [*squares(29, side=456.789, step=500), shapely.box(0, 9000, 3, 9003)],
        parcel_id=[f"P{i}" for i in range(30)],
        holder=[f"{PRIVATE}{i}" for i in range(30)],
        name=[f"宗{i}" for i in range(30)],
        park_id=[PARKS[i % 3] for i in range(30)],
    )
    farmland = frame([shapely.box(0, -2000, 321, -1700)], id=["N1"], name=["田"])
    return workspace(
        tmp_path_factory.mktemp("public"),
        '[map]\npublic_m = 200\napproval_no = "蒙S（2024）001号"',
        {"t": MAP},
        blocks=blocks,
        parcels=parcels,
        farmland=farmland,
    )


@pytest.fixture(scope="module")
def result(root: Path) -> Result:
    return gp.check(root, on="2024-06-30")


def written(result: Result, tmp_path: Path, edition: Edition) -> list[Path]:
    assert result.workspace is not None
    return atlas.save(["t"], result.workspace, result.content, tmp_path, edition)


def test_the_office_sees_all(result: Result, tmp_path: Path) -> None:
    page = Taken.of(written(result, tmp_path, atlas.edition_of(result.workspace))[0])
    assert f"{PRIVATE}7" in page.everything()
    assert page.data["notice"] == "审图号：蒙S（2024）001号"
    assert page.data["findings"]["rows"]
    assert len(page.columns("parcels")[0]) == 30


def test_a_public_page_has_no_private_word_and_no_finding(result: Result, tmp_path: Path) -> None:
    page = Taken.of(written(result, tmp_path, atlas.edition_of(result.workspace, public=True))[0])
    assert PRIVATE not in page.everything()
    assert page.data["findings"] is None
    assert [one["name"] for one in page.data["layers"]] == ["blocks", "parcels"]
    assert [one["title"] for one in page.layer("parcels")["themes"]] == ["宗地名称"]
    assert page.layer("parcels")["label"] is None
    assert "200 米" in page.data["notice"]
    assert "审图号：蒙S（2024）001号" in page.data["notice"]
    for one in result.content["findings"]:
        assert one["message"]["zh"] not in page.everything()


def test_a_public_page_has_no_fine_coordinate(result: Result, tmp_path: Path) -> None:
    page = Taken.of(written(result, tmp_path, atlas.edition_of(result.workspace, public=True))[0])
    step = 200 / 111_320
    for name in ("blocks", "parcels"):
        places = np.array([xy for parts in page.shapes(name).values() for _, path in parts for xy in path])
        assert len(places)
        north = places[:, 1] / step
        assert np.abs(north - north.round()).max() < 1e-3
        ground = np.radians(np.diff(np.unique(places[:, 0].round(6)))) * 6378137 * np.cos(np.radians(40))
        assert ground.min() > 199, "coarser than is said to the east too"
    bounds = np.array(page.data["bounds"])[:, 0] / step
    assert np.abs(bounds - bounds.round()).max() < 1e-6
    fine = re.findall(r"\d+\.\d{5,}", page.data["notice"] + page.data["source"] + str(page.columns("parcels")))
    assert fine == []


def test_what_is_smaller_than_the_grid_is_left_out(result: Result, tmp_path: Path) -> None:
    page = Taken.of(written(result, tmp_path, atlas.edition_of(result.workspace, public=True))[0])
    assert "P29" not in page.columns("parcels")[0]
    assert page.layer("parcels")["count"] == len(page.columns("parcels")[0]) == len(page.shapes("parcels"))


@pytest.mark.parametrize("metres", [1.0, 50.0, 100.0, 10_000.0])
def test_coarse_coordinates_stay_near(metres: float) -> None:
    park = np.array([shapely.box(110, 39, 110.5, 39.5)])
    near = coarsened(park, metres)
    assert shapely.hausdorff_distance(park, near)[0] * 111_320 < metres


def test_without_an_approval_number_a_page_is_internal(root: Path) -> None:
    assert Edition().notice.zh == "内部工作用图，未经审核不得公开"
    assert "内部工作用图" in Edition(public_m=100.0).notice.zh


def test_the_command_line_writes_the_public_edition(geoparks, root: Path, tmp_path: Path) -> None:
    done = geoparks("map", root, "t", "--public", "--out", tmp_path, "--on", "2024-06-30")
    assert done.returncode == 0, done.stderr
    assert PRIVATE not in Taken.of(tmp_path / "public" / "t.html").everything()


def test_a_map_of_one_s_own_takes_ten_lines(result: Result, tmp_path: Path, root: Path, geoparks) -> None:
    done = geoparks("map", root, "没有", "--out", tmp_path)
    assert done.returncode == 2
    assert "没有名为 没有 的地图" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "t" in maps.names(root)


@pytest.fixture
def sheets(result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Taken, dict[str, Taken], Path]:
    """The overview and the sheets by title, where a page holds twenty features."""
    monkeypatch.setattr(atlas, "LARGEST_PAGE", 20)
    files = written(result, tmp_path, atlas.edition_of(result.workspace))
    pages = [Taken.of(file) for file in files]
    titles = [one["title"] for one in pages[-1].data["sheets"]]
    return pages[-1], dict(zip(titles, pages[:-1], strict=True)), tmp_path


def test_what_is_too_large_is_a_sheet_for_every_park(sheets: tuple[Taken, dict[str, Taken], Path]) -> None:
    overview, parts, folder = sheets
    assert [(one["title"], one["count"]) for one in overview.data["sheets"]] == [
        ("未注明园区的", 10),
        ("YQ/1#甲 100%", 10),
        ("YQ2", 10),
    ]
    assert all((folder / one["file"]).is_file() for one in overview.data["sheets"])
    shown = Counter(name for part in parts.values() for name in part.columns("parcels")[0])
    assert shown == Counter(f"P{i}" for i in range(30))
    assert parts["YQ2"].columns("blocks")[0] == ["B2", "B3"]
    layer = overview.layer("parcels")
    assert (layer["count"], layer["total"], layer["columns"]) == (0, 30, None)
    assert "分园区" in layer["note"]
    assert overview.layer("blocks")["count"] == 3


def test_a_sheet_tells_the_findings_of_its_park_only(sheets: tuple[Taken, dict[str, Taken], Path]) -> None:
    overview, parts, _ = sheets
    assert overview.data["findings"]["rows"]
    told = [row for part in parts.values() for row in part.data["findings"]["rows"]]
    assert told
    assert all("YQ2" not in row["subject"] for row in parts["YQ/1#甲 100%"].data["findings"]["rows"])


def test_a_park_with_a_name_too_long_for_a_file_has_its_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parcels = frame(squares(4), parcel_id=list("ABCD"), park_id=["长" * 200, "长" * 200 + "二", "..", "CON"])
    result = gp.check(workspace(tmp_path / "ws", "", {"t": MAP}, parcels=parcels), on="2024-06-30")
    monkeypatch.setattr(atlas, "LARGEST_PAGE", 2)
    files = written(result, tmp_path / "out", Edition())
    assert len(files) == 5
    assert len({one.name for one in files}) == 5


def test_a_large_layer_that_names_no_park_is_on_one_sheet_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = MAP + '\n[[layer]]\nname = "farmland"\nfill = "none"\nstroke = "#000"\n'
    parcels = frame(squares(6), parcel_id=list("ABCDEF"), park_id=["一", "二"] * 3)
    farmland = frame(squares(8), id=[f"N{i}" for i in range(8)], name=["田"] * 8)
    root = workspace(tmp_path / "ws", "", {"t": words}, parcels=parcels, farmland=farmland)
    result = gp.check(root, on="2024-06-30")
    monkeypatch.setattr(atlas, "LARGEST_PAGE", 3)
    pages = [Taken.of(file) for file in written(result, tmp_path / "out", Edition())]
    shown = [sum(one["count"] for one in page.data["layers"] if one["name"] == "farmland") for page in pages]
    assert sum(shown) == 8
    assert pages[-1].layer("farmland")["total"] == 8


def test_a_bow_tie_has_its_public_edition(tmp_path: Path) -> None:
    tie = shapely.Polygon([(0, 0), (2000, 2000), (2000, 0), (0, 2000)])
    blocks = frame([tie, shapely.box(5000, 0, 7000, 1000)], block_id=["B1", "B2"], park_id=["一", "一"])
    result = gp.check(workspace(tmp_path / "ws", "", {"t": MAP}, blocks=blocks), on="2024-06-30")
    page = Taken.of(written(result, tmp_path / "out", atlas.edition_of(result.workspace, public=True))[0])
    assert page.layer("blocks")["count"] == 2


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    base = tmp_path_factory.mktemp("catalogue")
    blocks = frame(
        [shapely.box(0, 0, 20, 20), shapely.box(3000, 0, 5000, 2000), shapely.box(6000, 0, 8000, 900)],
        block_id=["B1", "B2", "B3"],
        park_id=["YQ1", "YQ2", "YQ3"],
        east=["东路", None, "<b>路</b>"],
        name=["甲", "乙", "丙"],
    )
    blocks["批准面积（公顷）"] = [0.04, 400.0, None]
    register = pd.DataFrame(
        {
            "园区编号": ["YQ1", "YQ2", "YQ3"],
            "园区名称": ["小园", "大园", "三园"],
            "类别": ["工业园区", "经济开发区", None],
        }
    )
    areas = frame(
        [shapely.box(0, 0, 15, 15), shapely.box(3000, 0, 4000, 900)],
        assessment_id=["A1", "A2"],
        park_id=["YQ1", "YQ2"],
        kind=["地震安全性评价", "水资源论证"],
    )
    root = workspace(base / "ws", "[map]\npublic_m = 200", blocks=blocks, parks=register, assessments=areas)
    result = gp.check(root, on="2024-06-30")
    public_catalogue.save(result.workspace, result.content, base / "out")
    return base / "out", root


def test_the_catalogue_is_a_page_a_workbook_and_geojson(catalogue: tuple[Path, Path]) -> None:
    import json

    import openpyxl

    folder, _ = catalogue
    assert {one.name for one in folder.iterdir()} == {
        "catalogue.html",
        "catalogue.xlsx",
        "parks.geojson",
        "assessments.geojson",
    }
    book = openpyxl.load_workbook(folder / "catalogue.xlsx")
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[:2] for row in rows[1:4]] == [("YQ1", "小园"), ("YQ2", "大园"), ("YQ3", "三园")]
    parks = json.loads((folder / "parks.geojson").read_text("utf-8"))["features"]
    assert [one["properties"]["园区编号"] for one in parks if one["geometry"]] == ["YQ2", "YQ3"]
    step = 200 / 111_320
    for xy in shapely.get_coordinates([shapely.geometry.shape(one["geometry"]) for one in parks if one["geometry"]]):
        assert xy[1] / step == pytest.approx(round(xy[1] / step), abs=1e-4)


def test_a_row_of_the_catalogue_leads_to_its_own_park(catalogue: tuple[Path, Path]) -> None:
    page = Taken.of(catalogue[0] / "catalogue.html")
    for table in page.data["tables"]:
        ids = page.columns(table["layer"])[0]
        key = 0
        for row, place in zip(table["rows"], table["places"], strict=True):
            if place is not None and table["layer"] == "parks":
                assert ids[place] == row[key]
    parks, assessments = page.data["tables"]
    assert parks["places"] == [None, 0, 1]
    assert assessments["places"] == [None, 0]


def test_what_nobody_stated_is_empty(catalogue: tuple[Path, Path]) -> None:
    rows = {row[0]: row for row in Taken.of(catalogue[0] / "catalogue.html").data["tables"][0]["rows"]}
    assert rows["YQ1"][-2:] == ["0.04", "各区块批准面积合计"]
    assert rows["YQ3"][-2:] == ["", "未填"]
    assert rows["YQ3"][2] == ""
    assert "<b>路</b>" in rows["YQ3"][7]


def test_editions_differ_by_what_they_are_for() -> None:
    edition = Edition(public_m=100.0)
    assert dataclasses.replace(edition, park="甲").about("甲")
    assert not dataclasses.replace(edition, park="甲").about("乙")
    assert edition.about(None)
