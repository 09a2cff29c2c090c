"""Long edges drawn in two coordinate systems: the difference stands as a finding, and the finding says what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box

import geoparks as gp

WEST, SOUTH, SIDE = 37_400_000, 4_400_000, 5000
BLOCK = box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)


def found(folder: Path, block: Polygon, udb: Polygon, epsg: int, dense_m: float | None = None) -> list[dict[str, Any]]:
    """The findings of B06 where the boundary of the plan is delivered in another system than the block."""
    data = folder / "data"
    data.mkdir()
    gpd.GeoDataFrame({"block_id": ["B1"], "park_id": ["P1"]}, geometry=[block], crs=4525).to_file(data / "blocks.gpkg")
    drawn = gpd.GeoSeries([udb if dense_m is None else udb.segmentize(dense_m)], crs=4525).to_crs(epsg)
    gpd.GeoDataFrame({"udb_id": ["U1"]}, geometry=drawn).to_file(data / "udb.gpkg")
    findings: list[dict[str, Any]] = gp.check(folder, on="2024-06-30").to_dict()["findings"]
    return [one for one in findings if one["rule"] == "B06"]


def test_edges_drawn_in_degrees_are_told(tmp_path: Path) -> None:
    (one,) = found(tmp_path, BLOCK, BLOCK, 4490)
    assert 500 < one["area_m2"] < 3000
    assert "只按角点比较，两者相符" in one["message"]["zh"]
    assert "by their corners alone the two agree" in one["message"]["en"]


def test_rounded_corners_are_the_same_corners(tmp_path: Path) -> None:
    (one,) = found(tmp_path, BLOCK, box(WEST - 0.002, SOUTH + 0.002, WEST + SIDE - 0.002, SOUTH + SIDE + 0.002), 4490)
    assert "只按角点比较" in one["message"]["zh"]


@pytest.mark.parametrize("epsg", [4490, 4525])
def test_land_outside_is_not_explained_away(tmp_path: Path, epsg: int) -> None:
    (one,) = found(tmp_path, BLOCK, box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE - 1), epsg)
    assert one["area_m2"] > 4900
    assert "角点" not in one["message"]["zh"]


def test_edges_with_vertices_agree(tmp_path: Path) -> None:
    assert not found(tmp_path, BLOCK, BLOCK, 4490, dense_m=70)
