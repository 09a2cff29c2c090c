"""Every file that a verdict may hang on is named in the result with its hash."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from made import X, Y, write_blocks
from shapely.geometry import box

import geoparks as gp

DAY = "2024-06-30"


def workspace(ws: Path) -> Path:
    write_blocks(ws, ("B1", "P1", 0, 0, 1000, 1000))
    county(ws / "data" / "counties.gpkg", 0)
    return ws


def county(path: Path, east: float, name: str = "甲旗") -> None:
    shape = box(X - 20_000 + east, Y - 20_000, X + 20_000 + east, Y + 20_000)
    gpd.GeoDataFrame({"code": ["150601"], "name": [name]}, geometry=[shape], crs=4525).to_file(path)


def inputs(ws: Path) -> dict[str, dict[str, Any]]:
    return {one["path"]: one for one in gp.check(ws, on=DAY).to_dict()["inputs"]}


def test_declarations_and_trusted_boundaries_are_inputs(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    county(ws / "可信.gpkg", 0)
    (ws / "geoparks.toml").write_text('name = "甲"\n[reference]\ncounties = "可信.gpkg"\n', "utf-8")
    (ws / "accepted.csv").write_text("rule,subject,geometry_hash,reason,name,date\n", "utf-8")
    (ws / "layers").mkdir()
    (ws / "policies" / "packs").mkdir(parents=True)
    shipped = Path(gp.__file__).parent.parent
    (ws / "layers" / "farmland.toml").write_bytes((shipped / "layers" / "farmland.toml").read_bytes())
    (ws / "policies" / "packs" / "ours.toml").write_text(
        'title = { zh = "甲", en = "A" }\nversion = "1"\nover = "neimenggu"\ndocuments = []\n', "utf-8"
    )
    found = inputs(ws)
    assert list(found) == [
        "data/blocks.gpkg", "data/counties.gpkg", "可信.gpkg", "geoparks.toml", "accepted.csv", "layers/farmland.toml",
        "policies/packs/ours.toml",
    ]  # fmt: skip
    assert found["可信.gpkg"]["layer"] == "reference.counties"
    assert found["可信.gpkg"]["crs"] == "EPSG:4525"
    for path, one in found.items():
        assert one["sha256"] == hashlib.sha256((ws / path).read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("name", "told"), [(None, "没有可信界线"), ("乙旗", "没有同名的面"), ("甲旗", "已与可信界线核对，不是 GCJ-02")]
)
def test_it_is_told_whether_gcj_02_was_looked_for(geoparks, tmp_path: Path, name: str | None, told: str) -> None:
    ws = workspace(tmp_path)
    if name is not None:
        county(ws / "可信.gpkg", 3, name)
        (ws / "geoparks.toml").write_text('[reference]\ncounties = "可信.gpkg"\n', "utf-8")
    found = inputs(ws)
    assert told in found["data/counties.gpkg"]["gcj02"]["zh"]
    assert ("没有同名" if name else "没有可信界线") in found["data/blocks.gpkg"]["gcj02"]["zh"]
    assert geoparks("check", ws, "--on", DAY).returncode == 0
    assert told in (ws / "out" / "report.html").read_text("utf-8")


def test_a_table_has_no_coordinates_to_look_at(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    (ws / "data" / "parks.csv").write_text("park_id,name\nP1,甲\n", "utf-8")
    assert inputs(ws)["data/parks.csv"]["gcj02"] is None
