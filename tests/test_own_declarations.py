"""A city's own layers, policies and maps, found before the shipped ones; and outputs split for those who answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made import write_blocks

import geoparks as gp
from geoparks.errors import DeclarationError

LAYER = """
title = { zh = "围墙", en = "Fences" }
geometry = "line"
key = ["fence_id"]
aliases = ["WQ"]
[fields.fence_id]
title = { zh = "围墙编号", en = "Id" }
type = "text"
"""
DOCUMENT = """
[document]
number = "某市发〔2023〕1号"
title = { zh = "某市园区办法", en = "A city's measures" }
in_force_from = 2023-01-01
checked_on = 2026-11-20
[[clause]]
rule = "B01"
fault = "too_many_blocks"
article = "第一条"
quote = "每个园区不超过一个区块"
severity = "must"
operator = "<="
limit = 1
unit = "count"
"""
PACK = """
title = { zh = "某市", en = "A city" }
version = "1"
over = "neimenggu"
documents = ["mycity"]
"""
MAP = """
title = { zh = "只看区块", en = "Blocks only" }
[[layer]]
name = "blocks"
fill = "#fff"
stroke = "#000"
popup = ["block_id"]
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    ws = write_blocks(tmp_path, ("B1", "P1", 0, 0, 1000, 1000), ("B2", "P1", 1000, 0, 500, 1000))
    for folder in ("layers", "policies/packs", "maps"):
        (ws / folder).mkdir(parents=True)
    (ws / "layers" / "fences.toml").write_text(LAYER, "utf-8")
    (ws / "policies" / "mycity.toml").write_text(DOCUMENT, "utf-8")
    (ws / "policies" / "packs" / "mycity.toml").write_text(PACK, "utf-8")
    (ws / "maps" / "plain.toml").write_text(MAP, "utf-8")
    (ws / "geoparks.toml").write_text('policy = "mycity"\non = 2024-06-30\n', "utf-8")
    return ws


def test_an_own_layer_is_recognised(city: Path) -> None:
    import geopandas as gpd
    from shapely.geometry import LineString

    line = LineString([(37_500_000, 4_380_000), (37_500_100, 4_380_000)])
    gpd.GeoDataFrame({"围墙编号": ["W1"]}, geometry=[line], crs=4525).to_file(city / "data" / "WQ.gpkg")
    assert gp.open(city).layer("fences")["fence_id"].tolist() == ["W1"]


def test_an_own_policy_judges_by_its_own_limit_on_its_own_dates(city: Path) -> None:
    findings = gp.check(city).content["findings"]
    assert [(one["rule"], one["expected"], one["citation"]["article"]) for one in findings] == [("B01", 1, "第一条")]
    assert gp.check(city, on="2022-12-31").content["findings"] == []
    assert gp.check(city, policy_pack="neimenggu").content["findings"] == []


def test_an_own_map_is_drawn(city: Path, geoparks) -> None:
    done = geoparks("map", city, "plain")
    assert done.returncode == 0, done.stderr
    page = (city / "out" / "maps" / "plain.html").read_text("utf-8")
    assert "只看区块" in page


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("layers/fences.toml", "geometry", "geometri", "geometry"),
        ("layers/fences.toml", 'type = "text"', 'type = "txt"', "text"),
        ("policies/mycity.toml", "severity", "severety", "severity"),
        ("policies/mycity.toml", 'quote = "每个园区不超过一个区块"', 'quote = ""', "quote"),
        ("policies/packs/mycity.toml", '"mycity"]', '"mycyti"]', "documents"),
        ("maps/plain.toml", "stroke", "strok", "stroke"),
        ("geoparks.toml", "policy", "polcy", "policy"),
    ],
)
def test_a_mistake_names_file_and_key(city: Path, geoparks, file: str, old: str, new: str, says: str) -> None:
    path = city / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    done = geoparks("map", city, "plain")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert path.name in done.stderr
    assert says in done.stderr


def test_two_declarations_of_one_name_stop_the_program(city: Path) -> None:
    (city / "layers" / "Fences.toml").write_text(LAYER, "utf-8")
    if len(list((city / "layers").glob("*.toml"))) == 2:  # a file system that tells case apart
        with pytest.raises(DeclarationError, match="two files of one name"):
            gp.open(city).catalogue  # noqa: B018


def test_outputs_split_by_park(tmp_path: Path, geoparks) -> None:
    ws = write_blocks(tmp_path, ("B1", "P1", 0, 0, 100, 100), ("B2", "P2", 90, 0, 100, 100), ("B3", "P3", 900, 0, 9, 9))
    assert geoparks("check", ws, "--on", "2024-06-30", "--by", "park").returncode == 1
    parts = {
        path.parent.name: json.loads(path.read_text("utf-8")) for path in (ws / "out" / "by-park").glob("*/result.json")
    }
    assert set(parts) == {"P1", "P2", "P3"}
    assert [one["rule"] for one in parts["P1"]["findings"]] == ["B09"]
    assert {one["park"] for one in parts["P3"]["checks"]} == {"P3"}
    assert (ws / "out" / "by-park" / "P1" / "report.xlsx").exists()
