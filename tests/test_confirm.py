"""What geoparks took from the numbers, because a file is silent or contradicts itself, is told where people look."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from made import X, Y

import geoparks as gp

DAY = "2024-06-30"
BOX = shapely.box(X, Y, X + 1000, Y + 1000)


def write(ws: Path, shapes: list[shapely.Geometry], crs: int | None, name: str = "blocks.shp") -> Path:
    (ws / "data" / name).parent.mkdir(parents=True, exist_ok=True)
    table = {"block_id": [f"B{number}" for number in range(len(shapes))], "park_id": "P1"}
    gpd.GeoDataFrame(table, geometry=shapes, crs=crs).to_file(ws / "data" / name)
    return ws


def moved(shape: shapely.Geometry, x: float) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: xy + np.array([x, 0.0]))


@pytest.mark.parametrize(
    ("shape", "crs", "told"),
    [
        (BOX, None, "按坐标数值认定为 EPSG:4525"),
        (BOX, 4546, "中央经线相同"),
        (shapely.box(109.9, 39.5, 109.91, 39.51), 4525, "声明为投影坐标，实为经纬度"),
        (shapely.transform(BOX, lambda xy: xy[:, ::-1]), None, "已对调"),
    ],
)
def test_the_command_tells_what_must_be_confirmed(geoparks, tmp_path: Path, shape, crs: int | None, told: str) -> None:
    done = geoparks("check", write(tmp_path, [shape], crs), "--on", DAY)
    lines = [line for line in done.stdout.splitlines() if line.startswith("请核实：")]
    assert any(told in line and line.count("核实") == 1 for line in lines)


def test_what_is_certain_is_not_to_be_confirmed(geoparks, tmp_path: Path) -> None:
    assert "请核实" not in geoparks("check", write(tmp_path, [BOX], 4525), "--on", DAY).stdout


def test_many_files_are_one_line(geoparks, tmp_path: Path) -> None:
    for number in range(12):
        write(tmp_path, [moved(BOX, 2000.0 * number)], None, f"blocks/{number:02}.shp")
    done = geoparks("check", tmp_path, "--on", DAY)
    assert "请核实：园区区块 00.shp 等 12 个文件：文件没有坐标系信息" in done.stdout
    assert done.stdout.count("请核实") == 1
    english = geoparks("check", tmp_path, "--on", DAY, "--lang", "en").stdout
    assert english.count("please confirm: ") == 1
    assert "00.shp and 11 more" in english


def degrees(minutes_and_seconds: bool, count: int = 8) -> list[shapely.Geometry]:
    """Boxes whose corners are written 109.3025 for 109°30′25″, or as decimal degrees."""

    def written(value: float) -> float:
        seconds = round(value * 3600)
        whole = seconds // 3600 + seconds // 60 % 60 / 100 + seconds % 60 / 10_000
        return whole if minutes_and_seconds else seconds / 3600

    corners = [(109.507 + 0.0231 * index, 39.311 + 0.0173 * index) for index in range(count)]
    return [shapely.box(written(x), written(y), written(x + 0.0067), written(y + 0.0049)) for x, y in corners]


def said(ws: Path) -> list[str]:
    return [one["code"] for one in gp.check(ws, on=DAY).to_dict()["repairs"]]


@pytest.mark.parametrize("crs", [4490, None])
def test_minutes_and_seconds_written_as_decimals_are_asked_about(tmp_path: Path, crs: int | None) -> None:
    ws = write(tmp_path, degrees(minutes_and_seconds=True), crs)
    assert "maybe_dms" in said(ws)
    assert gp.open(ws).dataset.refused == {}


@pytest.mark.parametrize(
    "shapes",
    [
        degrees(minutes_and_seconds=False),
        degrees(minutes_and_seconds=True, count=2),  # too few numbers to say it
        [
            shapely.box(109.5 + 0.1 * index, 39.1, 109.55 + 0.1 * index, 39.15) for index in range(9)
        ],  # no seconds at all
    ],
)
def test_decimal_degrees_are_not(tmp_path: Path, shapes: list[shapely.Geometry]) -> None:
    assert "maybe_dms" not in said(write(tmp_path, shapes, 4490))


def test_metres_are_never_taken_for_minutes(tmp_path: Path) -> None:
    rows = np.arange(1, 40)
    shapes = [
        moved(shapely.box(X + 0.1 * row, Y + 0.0101 * row, X + 100.0032, Y + 100.0021), 200.0 * row) for row in rows
    ]
    assert "maybe_dms" not in said(write(tmp_path, shapes, 4525))
