"""``geoparks compare``: any two files, four outputs that agree, and errors that teach."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely

from geoparks.normalise import gcj02

CRS = "EPSG:4525"
EAST, NORTH = 37_460_000, 4_380_000


def frame(*rows: tuple[str, str, tuple[float, float, float, float]]) -> gpd.GeoDataFrame:
    boxes = [shapely.box(x0 + EAST, y0 + NORTH, x1 + EAST, y1 + NORTH) for _, _, (x0, y0, x1, y1) in rows]
    return gpd.GeoDataFrame(
        {"区块编号": [one[0] for one in rows], "区块名称": [one[1] for one in rows]}, geometry=boxes, crs=CRS
    )


OLD = frame(
    ("A", "甲", (0, 0, 1000, 1000)), ("B", "乙", (2000, 0, 2500, 500)), ("C", "<b>丙</b>", (4000, 0, 4500, 500))
)
NEW = frame(
    ("A", "甲", (0, 0, 1200, 1000)), ("C", "<b>丁</b>", (4000, 0, 4500, 500)), ("D", "戊", (7000, 0, 7500, 300))
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare")
    OLD.to_file(folder / "old.shp", encoding="utf-8")
    NEW.to_crs(4490).to_file(folder / "new.geojson", driver="GeoJSON")
    OLD.set_crs(None, allow_override=True).assign(geometry=OLD.translate(-EAST + 999_999_999)).to_file(
        folder / "nowhere.gpkg"
    )
    for layer in ("one", "two"):
        OLD.to_file(folder / "two.gpkg", layer=layer)
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(110, 40)], crs=4490).to_file(folder / "point.gpkg")
    return folder


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "geoparks", "compare", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def out(files: Path) -> Path:
    before = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in files.iterdir()}
    made = run(files / "old.shp", files / "new.geojson", "--out", files / "out")
    assert made.returncode == 0, made.stderr
    assert "扩大：甲" in made.stdout and "撤销：乙" in made.stdout and "更名" in made.stdout
    assert before == {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in files.iterdir() if one.is_file()
    }
    return files / "out"


def test_the_document_says_what_became_of_what(files: Path, out: Path) -> None:
    content = json.loads((out / "compare.json").read_text("utf-8"))
    told = {one["relation"]: one for one in content["changes"]}
    assert {key: count for key, count in content["summary"]["changes"].items() if count} == {
        "expanded": 1,
        "removed": 1,
        "added": 1,
        "renamed": 1,
    }
    assert told["expanded"]["added_m2"] == pytest.approx(200_000, rel=1e-3)
    assert told["renamed"]["renamed"] and not told["renamed"]["recoded"]
    assert content["old"]["crs"] == "EPSG:4525" and content["new"]["crs"] == "EPSG:4490"
    assert [one["kind"] for one in content["corners"]] == ["moved", "moved"]
    assert content["corners"][0]["metres"] == pytest.approx(200, rel=1e-3)
    printed = run(files / "old.shp", files / "new.geojson", "--json")
    assert printed.returncode == 0 and json.loads(printed.stdout) == content


def test_all_outputs_agree(out: Path) -> None:
    assert sorted(one.name for one in out.iterdir()) == ["compare.gpkg", "compare.html", "compare.json", "compare.xlsx"]
    content = json.loads((out / "compare.json").read_text("utf-8"))
    book = openpyxl.load_workbook(out / "compare.xlsx")
    assert book.sheetnames == ["总表", "对应关系", "增减地块", "拐点移动"]
    assert book["对应关系"].max_row - 1 == len(content["changes"])
    assert book["增减地块"].max_row - 1 == sum(
        one[sign] is not None for one in content["changes"] for sign in ("added", "removed")
    )
    assert book["拐点移动"].max_row - 1 == len(content["corners"])
    assert {name for name, _ in pyogrio.list_layers(out / "compare.gpkg")} == {
        "added",
        "removed",
        "unchanged",
        "corners",
        "corner_moves",
    }
    added = gpd.read_file(out / "compare.gpkg", layer="added")
    assert sorted(added["面积_亩"]) == pytest.approx(
        sorted(one["added_mu"] for one in content["changes"] if one["added"])
    )
    assert gpd.read_file(out / "compare.gpkg", layer="corner_moves").geometry.geom_type.unique().tolist() == [
        "LineString"
    ]


def test_the_map_has_a_curtain_and_carries_no_markup_of_the_data(out: Path) -> None:
    page = (out / "compare.html").read_text("utf-8")
    assert '"swipe":["old","new"]' in page
    assert "<b>丙</b>" not in page and 'src="http' not in page


def test_the_same_files_give_the_same_bytes(files: Path, out: Path) -> None:
    assert run(files / "old.shp", files / "new.geojson", "--out", files / "again").returncode == 0
    for one in out.iterdir():
        assert one.read_bytes() == (files / "again" / one.name).read_bytes(), one.name


def test_english(files: Path) -> None:
    made = run(files / "old.shp", files / "new.geojson", "--lang", "en")
    assert made.returncode == 0 and "expanded: 甲" in made.stdout and "扩大" not in made.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere.gpkg", "坐标"), ("two.gpkg", "--layer"), ("point.gpkg", "没有面"), ("absent.shp", "文件不存在")],
)
def test_what_cannot_be_compared_is_refused_in_one_line(files: Path, name: str, words: str) -> None:
    made = run(files / name, files / "new.geojson", "--out", files / "none")
    assert made.returncode == 2 and made.stdout == ""
    assert words in made.stderr and len(made.stderr.splitlines()) == 1
    assert not (files / "none").exists()


def test_a_layer_of_several_is_chosen_by_name(files: Path) -> None:
    made = run(files / "two.gpkg", files / "old.shp", "--layer", "one", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["summary"]["changes"]["unchanged"] == 3


@pytest.mark.parametrize("which", ["old", "new"])
def test_gcj02_is_asked_about(files: Path, which: str) -> None:
    """One of two surveys of the same land, shifted as web maps are: no vertex is the other's."""
    true = OLD.to_crs(4490)
    rough = true.assign(
        geometry=[
            shapely.Polygon([(x + 2e-5 * (n % 2), y) for n, (x, y) in enumerate(one.exterior.coords[:-1])])
            for one in true.geometry
        ]
    )
    false = rough.assign(geometry=gcj02.moved(rough.geometry.to_numpy(), 1.0))
    true.to_file(files / f"true-{which}.geojson", driver="GeoJSON")
    false.to_file(files / f"false-{which}.geojson", driver="GeoJSON")
    names = [f"false-{which}.geojson", f"true-{which}.geojson"]
    made = run(*(files / one for one in (names if which == "old" else names[::-1])), "--json")
    assert made.returncode == 0, made.stderr
    found = json.loads(made.stdout)["gcj02"]
    assert found is not None and found["version"] == which and 400 < found["metres"] < 700


def test_a_layer_that_neither_file_has_is_refused(files: Path) -> None:
    made = run(files / "old.shp", files / "new.geojson", "--layer", "nothing")
    assert made.returncode == 2
    assert "nothing" in made.stderr and len(made.stderr.strip().splitlines()) == 1
    assert run(files / "old.shp", files / "two.gpkg", "--layer", "one").returncode == 0


def test_what_has_lost_its_geometry_is_not_said_to_be_gone(files: Path) -> None:
    OLD.assign(geometry=[*OLD.geometry[:1], None, *OLD.geometry[2:]]).to_file(files / "undrawn.gpkg")
    made = run(files / "old.shp", files / "undrawn.gpkg")
    assert made.returncode == 0 and "撤销：乙" in made.stdout.replace("\n", "")
    assert "有这个编号，但没有图形" in made.stdout.replace("\n", "")
    assert "有这个编号" not in run(files / "old.shp", files / "new.geojson").stdout


def test_open_lines_are_no_boundary(geoparks, tmp_path) -> None:
    path = tmp_path / "线.geojson"
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.LineString([(110, 40), (110.1, 40.1)])], crs=4490).to_file(path)
    told = geoparks("compare", path, path)
    assert told.returncode == 2 and "没有面" in told.stderr and told.stdout == ""
