"""``geoparks diff``: what became of every finding from one run to the next: fixed, new, still there, or not looked at."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from made import X, Y, write_blocks
from shapely.geometry import Polygon, box

import geoparks as gp
from geoparks.diff import Difference, diff, load
from geoparks.errors import UnreadableFile

DAY = "2024-06-30"
SIDE_BY_SIDE = [("B1", "P1", 0, 0, 1000, 1000), ("B2", "P2", 1000, 0, 500, 500)]
OVER = [("B1", "P1", 0, 0, 1000, 1000), ("B2", "P2", 990, 0, 500, 500)]
THREE = [*OVER, ("B3", "P3", 0, 990, 500, 500)]
Blocks = list[tuple[str, str, float, float, float, float]]
Key = tuple[str, str, str | None]


def run(folder: Path, blocks: Blocks, farmland: tuple[float, ...] | None = None) -> dict[str, Any]:
    """The result document of a workspace of blocks and, if given, one plot of farmland."""
    ws = write_blocks(folder, *blocks)
    if farmland is not None:
        x0, y0, x1, y1 = farmland
        plot = gpd.GeoDataFrame({"id": ["F1"]}, geometry=[box(X + x0, Y + y0, X + x1, Y + y1)], crs=4525)
        plot.to_file(ws / "data" / "farmland.gpkg")
    return gp.check(ws, on=DAY).to_dict()


def keys(findings: list[dict[str, Any]]) -> list[Key]:
    return [(one["rule"], one["subject"]["id"], one["other"]["id"] if one["other"] else None) for one in findings]


def told(found: Difference) -> dict[str, list[Key]]:
    return {
        name: keys(some) for name in ("fixed", "new", "still", "lost") if (some := getattr(found, name))
    }  # fmt: skip


B12, B13, B07 = ("B09", "B1", "B2"), ("B09", "B1", "B3"), ("B07", "B1", None)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (SIDE_BY_SIDE, SIDE_BY_SIDE, {}),
        (SIDE_BY_SIDE, OVER, {"new": [B12]}),
        (OVER, SIDE_BY_SIDE, {"fixed": [B12]}),
        (OVER, OVER, {"still": [B12]}),
        (OVER, OVER[::-1], {"still": [B12]}),
        (OVER, [OVER[0], ("B2", "P2", 900, 0, 500, 500)], {"still": [B12]}),  # worse, but the same fault
        (OVER, THREE, {"still": [B12], "new": [B13]}),
        (THREE, OVER, {"still": [B12], "fixed": [B13]}),  # the other block is gone from a layer that was judged
        (OVER, [THREE[0], THREE[2]], {"fixed": [B12], "new": [B13]}),
        (OVER, OVER[:1], {"fixed": [B12]}),
    ],
)
def test_findings_are_matched_by_what_they_are_about(
    tmp_path: Path, old: Blocks, new: Blocks, expected: dict[str, list[Key]]
) -> None:
    assert told(diff(run(tmp_path / "old", old), run(tmp_path / "new", new))) == expected


FARM = (900.0, 0.0, 1100.0, 100.0)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (FARM, FARM, {"still": [B07]}),
        (FARM, (2000.0, 0.0, 2100.0, 100.0), {"fixed": [B07]}),
        ((2000.0, 0.0, 2100.0, 100.0), FARM, {"new": [B07]}),
        (FARM, None, {"lost": [B07]}),  # without the farmland nobody looked
        (None, FARM, {"new": [B07]}),
    ],
)
def test_what_was_not_checked_again_is_not_fixed(
    tmp_path: Path, before: tuple[float, ...] | None, after: tuple[float, ...] | None, expected: dict[str, list[Key]]
) -> None:
    one = SIDE_BY_SIDE[:1]
    assert told(diff(run(tmp_path / "old", one, before), run(tmp_path / "new", one, after))) == expected


def test_a_refused_layer_loses_findings(tmp_path: Path) -> None:
    """The farmland file is there, but nobody knows where it lies."""
    old = run(tmp_path / "old", SIDE_BY_SIDE[:1], FARM)
    ws = write_blocks(tmp_path / "new", SIDE_BY_SIDE[0])
    gpd.GeoDataFrame({"id": ["F1"]}, geometry=[box(0, 0, 10, 10)]).to_file(ws / "data" / "farmland.gpkg")
    assert told(diff(old, gp.check(ws, on=DAY).to_dict())) == {"lost": [B07]}


def test_a_block_that_can_no_longer_be_measured_is_not_fixed(tmp_path: Path) -> None:
    """B07 judges the other block, but not the one without geometry; what B11 says of it is new."""
    old = run(tmp_path / "old", SIDE_BY_SIDE, (900.0, 0.0, 990.0, 100.0))
    ws = write_blocks(tmp_path / "new", SIDE_BY_SIDE[0])
    shutil.copy(tmp_path / "old" / "data" / "farmland.gpkg", ws / "data")
    shapes = [None, box(X + 1000, Y, X + 1500, Y + 500)]
    frame = gpd.GeoDataFrame({"block_id": ["B1", "B2"], "park_id": ["P1", "P2"]}, geometry=shapes, crs=4525)
    frame.to_file(ws / "data" / "blocks.gpkg")
    new = gp.check(ws, on=DAY).to_dict()
    outcomes = {one["subject"]["id"]: one["outcome"] for one in new["checks"] if one["rule"] == "B07"}
    assert outcomes == {"B1": "not_checked", "B2": "pass"}
    found = told(diff(old, new))
    assert found["lost"] == [B07]
    assert {rule for rule, *_ in found["new"]} == {"B11"}
    assert "fixed" not in found


def test_the_same_fault_twice_is_counted(tmp_path: Path) -> None:
    """A block with two crossings has two findings, or one with two places; mending one of them leaves the other."""
    bows = [Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])]
    bows.append(Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100), (X, Y + 300), (X - 50, Y + 200)]))
    results = []
    for name, shapes in (("old", bows), ("new", [bows[0], box(X, Y + 500, X + 100, Y + 600)])):
        ws = tmp_path / name
        (ws / "data").mkdir(parents=True)
        frame = gpd.GeoDataFrame({"block_id": ["B1", "B2"], "park_id": ["P1", "P1"]}, geometry=shapes, crs=4525)
        frame.to_file(ws / "data" / "blocks.gpkg")
        results.append(gp.check(ws, on=DAY).to_dict())
    found = diff(*results)
    crossing = {"fixed": "B2", "still": "B1"}
    for kind, block in crossing.items():
        codes = {one["code"] for one in getattr(found, kind) if one["subject"]["id"] == block}
        assert codes & {"self_intersection", "ring_self_intersection"}
    assert {one["subject"]["id"] for one in found.still} == {"B1"}


def test_every_finding_is_in_one_list_and_nothing_is_changed(tmp_path: Path) -> None:
    old, new = run(tmp_path / "old", THREE, FARM), run(tmp_path / "new", OVER, (0.0, 0.0, 10.0, 10.0))
    kept = copy.deepcopy((old, new))
    found = diff(old, new)
    assert (old, new) == kept
    assert sorted(keys(found.fixed + found.lost + found.still)) == sorted(keys(old["findings"]))
    assert sorted(keys(found.new + found.still)) == sorted(keys(new["findings"]))
    again = diff(new, old)
    assert (keys(again.fixed), keys(again.new)) == (keys(found.new), keys(found.fixed))
    assert [one["area_m2"] for one in found.still] == [
        one["area_m2"] for one in new["findings"] if keys([one])[0] in keys(found.still)
    ]


@pytest.fixture
def two(tmp_path: Path, geoparks: Callable[..., Any]) -> tuple[Path, Path]:
    """Two workspaces with their outputs, before and after."""
    folders = (tmp_path / "旧", tmp_path / "新")
    for folder, blocks in zip(folders, (THREE, OVER), strict=True):
        write_blocks(folder, *blocks)
        gp.check(folder, on=DAY).save(folder / "out")
    return folders


def test_the_command(geoparks: Callable[..., Any], two: tuple[Path, Path]) -> None:
    """A document, a folder of outputs or a workspace; on the screen, in English and as one JSON document."""
    old, new = two
    screen = geoparks("diff", old / "out" / "result.json", new / "out")
    assert screen.returncode == 0, screen.stderr
    assert screen.stdout.splitlines()[0] == "已解决 1"
    assert "新增 0" in screen.stdout
    assert "仍存在 1" in screen.stdout
    assert "本次未检查（不算已解决） 0" in screen.stdout
    assert "B09 B1：" in screen.stdout
    assert geoparks("diff", old, new, "--lang", "en").stdout.splitlines()[0] == "fixed 1"
    document = json.loads(geoparks("diff", old, new, "--json").stdout)
    assert {name: keys(document[name]) for name in ("fixed", "new", "still", "lost")} == {
        "fixed": [B13], "new": [], "still": [B12], "lost": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "文件不存在"),
        ("", "不是结果文档"),
        ("{", "不是结果文档"),
        ("[]", "不是结果文档"),
        ('{"findings": [], "checks": []}', "版本"),
        ('{"format": 2, "findings": [], "checks": []}', "版本"),
        ('{"format": 1, "findings": []}', "版本"),
        ('{"type": "FeatureCollection", "features": []}', "版本"),
    ],
)
def test_what_is_no_result_document(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "结果.json"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(UnreadableFile) as error:
        load(path)
    assert words in error.value.line("zh")
    assert "结果.json" in error.value.line("zh")
    assert "\n" not in error.value.line("zh")


def test_a_folder_without_a_result_says_which_file_is_missing(geoparks: Callable[..., Any], tmp_path: Path) -> None:
    write_blocks(tmp_path, *SIDE_BY_SIDE)
    done = geoparks("diff", tmp_path, tmp_path)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "result.json" in done.stderr


def test_bytes_that_are_no_text_are_no_result_document(geoparks: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xff\xfe\x00\x81")
    done = geoparks("diff", tmp_path / "a.json", tmp_path / "a.json")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "a.json" in done.stderr
