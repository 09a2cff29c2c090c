"""The command line as its users type it: exit status, one line on standard error, one document on standard output."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from made import X, Y, write_blocks


def test_help_is_chinese_and_english_on_request(geoparks) -> None:
    assert "检查园区边界" in geoparks("--help").stdout
    assert "Check park boundaries" in geoparks("--lang", "en", "--help").stdout
    for command in (
        "check",
        "area",
        "convert",
        "inspect",
        "rules",
        "layers",
        "diff",
        "repair",
        "map",
        "new",
        "demo",
        "verify",
    ):
        assert geoparks(command, "--help").returncode == 0


def test_help_does_not_load_the_heavy_libraries(geoparks) -> None:
    import subprocess
    import sys

    code = "import sys, geoparks.cli; print([m for m in ('geopandas', 'pandas', 'numpy', 'shapely', 'rich') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_a_sound_workspace_exits_0_and_writes_every_output(geoparks, tmp_path: Path) -> None:
    ws = write_blocks(tmp_path / "市", ("B1", "P1", 0, 0, 1000, 1000), ("B2", "P1", 1000, 0, 500, 1000))
    done = geoparks("check", ws, "--on", "2024-06-30")
    assert done.returncode == 0, done.stderr
    names = {path.relative_to(ws / "out").as_posix() for path in (ws / "out").rglob("*") if path.is_file()}
    assert names == {"result.json", "report.html", "report.xlsx", "evidence.gpkg", "maps/boundaries.html"}
    assert "report.html" in done.stdout


def test_a_binding_failure_exits_1_and_json_is_one_document(geoparks, tmp_path: Path) -> None:
    ws = write_blocks(tmp_path, ("B1", "P1", 0, 0, 1000, 1000), ("B2", "P2", 990, 0, 500, 500))
    done = geoparks("check", ws, "--on", "2024-06-30", "--json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert [(one["rule"], one["subject"]["id"], one["other"]["id"]) for one in document["findings"]] == [
        ("B09", "B1", "B2")
    ]
    assert document["findings"][0]["area_planar_m2"] == pytest.approx(5000, abs=0.01)
    assert (ws / "out" / "result.json").read_text("utf-8") == done.stdout


def test_the_same_input_gives_the_same_bytes(geoparks, tmp_path: Path) -> None:
    ws = write_blocks(tmp_path, ("B1", "P1", 0, 0, 1000, 1000), ("B2", "P2", 990, 0, 500, 500))
    contents = []
    for _ in range(2):
        geoparks("check", ws, "--on", "2024-06-30")
        contents.append({path.name: path.read_bytes() for path in sorted((ws / "out").rglob("*")) if path.is_file()})
    assert contents[0] == contents[1]
    assert geoparks("verify", ws / "out" / "result.json", ws).returncode == 0


def test_verify_tells_what_changed(geoparks, tmp_path: Path) -> None:
    ws = write_blocks(tmp_path, ("B1", "P1", 0, 0, 1000, 1000))
    geoparks("check", ws, "--on", "2024-06-30")
    write_blocks(ws, ("B1", "P1", 0, 0, 1000, 900))
    done = geoparks("verify", ws / "out" / "result.json", ws)
    assert done.returncode == 1
    assert "inputs" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("chek",),
        ("check", "--onn", "2024-06-30"),
        ("check", "no-such-folder"),
        ("check", ".", "--on", "2024-02-30"),
        ("check", ".", "--policy", "nowhere"),
        ("rules", "B99"),
        ("layers", "bloks"),
        ("area", "no-such-file.shp"),
        ("inspect", "no-such-file.shp"),
        ("convert", "no-such-file.shp", "x.gpkg"),
        ("diff", "a.json", "b.json"),
        ("map", ".", "no_such_map"),
    ],
)
def test_wrong_commands_exit_2_with_one_line(geoparks, tmp_path: Path, words: tuple[str, ...]) -> None:
    write_blocks(tmp_path, ("B1", "P1", 0, 0, 10, 10))
    before = sorted(tmp_path.rglob("*"))
    done = geoparks(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_says_what_to_do(geoparks, tmp_path: Path) -> None:
    done = geoparks("check", tmp_path)
    assert done.returncode == 2
    assert "没有可用的图层" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_single_file_is_checked_as_blocks(geoparks, tmp_path: Path) -> None:
    write_blocks(tmp_path, ("B1", "P1", 0, 0, 100, 100), ("B2", "P1", 50, 0, 100, 100), name="某某边界.gpkg")
    file = tmp_path / "data" / "某某边界.gpkg"
    done = geoparks("check", file, "--json")
    assert done.returncode == 1
    assert [one["rule"] for one in json.loads(done.stdout)["findings"]] == ["B10"]
    assert (tmp_path / "data" / "某某边界.gpkg.out" / "report.html").exists()


def test_english_outputs(geoparks, tmp_path: Path) -> None:
    ws = write_blocks(tmp_path, ("B1", "P1", 0, 0, 1000, 1000), ("B2", "P2", 990, 0, 500, 500))
    done = geoparks("check", ws, "--on", "2024-06-30", "--lang", "en")
    assert "Duty B09" in done.stdout
    page = (ws / "out" / "report.html").read_text("utf-8")
    assert "Park boundary report" in page
    assert "不同园区的区块重叠" not in page


def test_new_makes_a_workspace_that_opens(geoparks, tmp_path: Path) -> None:
    folder = tmp_path / "新城"
    assert geoparks("new", folder).returncode == 0
    assert (folder / "templates" / "园区名录.xlsx").exists()
    assert geoparks("new", folder).returncode == 2
    (folder / "templates" / "园区名录.xlsx").rename(folder / "data" / "园区名录.xlsx")
    done = geoparks("check", folder, "--json")
    assert done.returncode in (0, 1), done.stderr
    assert json.loads(done.stdout)["inputs"][0]["layer"] == "parks"


def test_catalogues_as_documents(geoparks) -> None:
    rules = json.loads(geoparks("rules", "B07", "--json").stdout)["rules"]
    assert rules[0]["clauses"][0]["article"] == "第三十五条"
    layers = json.loads(geoparks("layers", "--json").stdout)["layers"]
    assert {"blocks", "parks", "udb", "farmland", "redline", "parcels"} <= {one["name"] for one in layers}
    assert "CZKFBJ" in geoparks("layers", "城镇开发边界").stdout


def test_doctor_finds_nothing_missing(geoparks) -> None:
    done = geoparks("doctor")
    assert done.returncode == 0, done.stdout


def test_repair_offers_geometry_and_changes_nothing(geoparks, tmp_path: Path) -> None:
    from shapely.geometry import Polygon

    (tmp_path / "data").mkdir()
    bow = Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    source = tmp_path / "data" / "blocks.gpkg"
    gpd.GeoDataFrame({"block_id": ["B1"], "park_id": ["P1"]}, geometry=[bow], crs=4525).to_file(source)
    before = source.read_bytes()
    done = geoparks("repair", tmp_path, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["changed"][0]["codes"] == ["made_valid"]
    mended = gpd.read_file(tmp_path / "out" / "repaired.gpkg")
    assert mended.geometry.is_valid.all()
    assert mended.crs.to_epsg() == 4525
    assert mended.geometry.area.sum() == pytest.approx(5000)
    assert source.read_bytes() == before
