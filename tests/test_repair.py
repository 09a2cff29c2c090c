"""The repaired geometry on offer: a polygon that is past mending is told and costs nobody else's."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from made import X, Y

SQUARE = "(0 0, 1000 0, 1000 1000, 0 1000, 0 0)"
BOW = "POLYGON ((3000 0, 3100 100, 3100 0, 3000 100, 3000 0))"


def workspace(folder: Path, *shapes: str) -> Path:
    (folder / "data").mkdir()
    geometry = [shapely.transform(shapely.from_wkt(one), lambda xy: xy + np.array([X, Y])) for one in shapes]
    table = {"block_id": [f"B{number}" for number in range(1, len(shapes) + 1)], "park_id": "P1"}
    gpd.GeoDataFrame(table, geometry=geometry, crs=4525).to_file(folder / "data" / "blocks.gpkg")
    return folder


@pytest.mark.parametrize(
    ("shape", "codes"),
    [
        ("POLYGON ((0 0, 0 0, 0 0, 0 0))", ["not_mendable"]),
        ("POLYGON ((0 0, 10 0, 0 0, 0 0))", ["not_mendable"]),
        ("POLYGON ((0 0, 1000 0, 2000 0, 0 0))", ["not_mendable"]),
        ("POLYGON ((0 0, 0.0001 0, 0 0.0001, 0 0))", ["not_mendable"]),
        (f"MULTIPOLYGON (({SQUARE}), ((2000 0, 2000 0, 2000 0, 2000 0)))", None),
        (f"POLYGON ({SQUARE}, (5 5, 5 5, 5 5, 5 5))", None),
        (f"POLYGON ({SQUARE}, (5 5, 9 5, 5 5, 5 5))", None),
    ],
)
def test_a_collapsed_polygon_does_not_stop_the_repair_of_the_others(
    geoparks, tmp_path: Path, shape: str, codes: list[str] | None
) -> None:
    done = geoparks("repair", workspace(tmp_path, shape, BOW), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    changed = {one["id"]: one for one in json.loads(done.stdout)["changed"]}
    assert changed["B2"]["codes"] == ["made_valid"]
    assert changed["B2"]["area_after_m2"] == pytest.approx(5000, rel=1e-3)
    offered = gpd.read_file(tmp_path / "out" / "repaired.gpkg").set_index("block_id")
    if codes is None:
        assert offered.geometry["B1"].is_valid
        assert offered.geometry["B1"].area == pytest.approx(1e6)
    else:
        assert changed["B1"]["codes"] == codes
        assert offered["修复内容"]["B1"] == "无法自动修复，须重新绘制"
        assert changed["B1"]["area_before_m2"] == pytest.approx(0, abs=0.01)
