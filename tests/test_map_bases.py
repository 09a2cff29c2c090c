"""Base maps: pictures and vector tiles in the page, 天地图 by the office's own token; what cannot be one says so in a line."""

from __future__ import annotations

import base64
import io
import sqlite3
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import rasterio.shutil
import shapely
from made import X, Y
from mapped import Taken, frame, place, workspace
from rasterio.transform import from_bounds
from shapely.geometry import box

import geoparks as gp
from geoparks.errors import UnreadableFile
from geoparks.maps import atlas, bases

MAP = """
title = { zh = "底图", en = "Base" }
[[layer]]
name = "blocks"
fill = "none"
stroke = "#2f5d9b"
"""
NODATA = -9999.0


def root(tmp_path: Path, toml: str) -> Path:
    blocks = frame([box(0, 0, 1000, 1000)], block_id=["B1"], park_id=["一"])
    return workspace(tmp_path / "ws", f"[map]\n{toml}", {"t": MAP}, blocks=blocks)


def page(tmp_path: Path, toml: str, *, public: bool = False) -> Taken:
    result = gp.check(root(tmp_path, toml), on="2024-06-30")
    edition = atlas.edition_of(result.workspace, public=public)
    return Taken.of(atlas.save(["t"], result.workspace, result.content, tmp_path / "out", edition)[0])


def raster(
    path: Path, bands: np.ndarray, crs: int | None = 4525, at: tuple[float, float] = (X, Y), **more: Any
) -> None:
    """A picture of two kilometres around the block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    x, y = at
    profile = {"count": len(bands), "height": bands.shape[1], "width": bands.shape[2], "dtype": bands.dtype}
    with rasterio.open(
        path, "w", driver="GTiff", crs=crs and rasterio.crs.CRS.from_epsg(crs),
        transform=from_bounds(x - 500, y - 500, x + 1500, y + 1500, *bands.shape[:0:-1]), **profile, **more
    ) as file:  # fmt: skip
        file.write(bands)


def picture(found: Taken) -> tuple[dict[str, Any], np.ndarray]:
    base = found.data["bases"][0]
    data = base64.b64decode(found.scripts[f"block-{base['picture']}"])
    with rasterio.MemoryFile(io.BytesIO(data)) as memory, memory.open() as file:
        return base, file.read()


def middle(pixels: np.ndarray) -> list[int]:
    return pixels[:, pixels.shape[1] // 2, pixels.shape[2] // 2].tolist()


def halves(left: float, right: float, dtype: str, size: int = 200) -> np.ndarray:
    band = np.full((size, size), left, dtype=dtype)
    band[:, size // 2 :] = right
    return band


def test_a_photograph_lies_where_it_belongs_in_its_colours(tmp_path: Path) -> None:
    bands = np.stack([halves(200, 20, "uint8"), halves(30, 180, "uint8"), halves(10, 60, "uint8")])
    raster(tmp_path / "ws" / "航片.tif", bands)
    base, pixels = picture(page(tmp_path, 'base = "航片.tif"'))
    assert (base["title"], base["visible"]) == ("航片", True)
    (south, west), (north, east) = base["bounds"]
    for lat, lon, corner in ((south, west, (-500, -500)), (north, east, (1500, 1500))):
        want = place(*corner)
        assert (lat, lon) == pytest.approx(want, abs=1e-4)
    high, wide = pixels.shape[1:]
    assert pixels[:3, high // 2, wide // 4].tolist() == pytest.approx([200, 30, 10], abs=6)
    assert pixels[:3, high // 2, 3 * wide // 4].tolist() == pytest.approx([20, 180, 60], abs=6)


def test_the_edge_of_a_turned_picture_is_clear_and_not_black(tmp_path: Path) -> None:
    raster(tmp_path / "ws" / "x.tif", np.full((3, 300, 300), 250, dtype="uint8"), at=(X + 90_000, Y))
    blocks = frame([box(90_000, 0, 91_000, 1000)], block_id=["B1"], park_id=["一"])
    result = gp.check(workspace(tmp_path / "ws", '[map]\nbase = "x.tif"', {"t": MAP}, blocks=blocks), on="2024-06-30")
    file = atlas.save(["t"], result.workspace, result.content, tmp_path / "out", atlas.edition_of(result.workspace))[0]
    _, pixels = picture(Taken.of(file))
    assert len(pixels) == 4
    dark = (pixels[:3].max(axis=0) < 100) & (pixels[3] > 0)
    assert not dark.any()
    assert (pixels[3] == 0).any()


@pytest.mark.parametrize("nodata", [NODATA, float("nan")])
def test_heights_are_stretched_over_what_is_known(tmp_path: Path, nodata: float) -> None:
    band = halves(1000.0, 1100.0, "float32")
    band[:150] = nodata
    raster(tmp_path / "ws" / "dem.tif", band[None], nodata=nodata)
    _, pixels = picture(page(tmp_path, 'base = ["dem.tif"]'))
    assert len(pixels) == 4
    low, wide = pixels.shape[1] * 7 // 8, pixels.shape[2]
    assert pixels[0, low, wide // 4] < 60
    assert pixels[0, low, 3 * wide // 4] > 195
    assert pixels[3, low, wide // 4] == 255
    assert pixels[3, pixels.shape[1] // 4, wide // 2] == 0


def test_a_scanned_plan_keeps_the_colours_of_its_palette(tmp_path: Path) -> None:
    path = tmp_path / "ws" / "plan.tif"
    raster(path, np.full((1, 100, 100), 7, dtype="uint8"))
    with rasterio.open(path, "r+") as file:
        file.colorinterp = [rasterio.enums.ColorInterp.palette]
        file.write_colormap(1, {7: (220, 40, 90, 255)})
    _, pixels = picture(page(tmp_path, 'base = "plan.tif"'))
    assert middle(pixels[:3]) == pytest.approx([220, 40, 90], abs=6)


def test_raster_tiles_are_a_picture(tmp_path: Path) -> None:
    west, south = place(-2000, -2000)[::-1]
    east, north = place(3000, 3000)[::-1]
    source = gpd.GeoSeries([box(west, south, east, north)], crs=4326).to_crs(3857).total_bounds
    path = tmp_path / "ws" / "tiles.mbtiles"
    path.parent.mkdir(parents=True)
    bands = np.stack([np.full((600, 600), one, dtype="uint8") for one in (40, 160, 90)])
    made = {"count": 3, "height": 600, "width": 600, "dtype": "uint8", "crs": "EPSG:3857"}
    with rasterio.open(
        tmp_path / "t.tif", "w", driver="GTiff", transform=from_bounds(*source, 600, 600), **made
    ) as file:
        file.write(bands)
    rasterio.shutil.copy(tmp_path / "t.tif", path, driver="MBTiles", TILE_FORMAT="PNG")
    _, pixels = picture(page(tmp_path, 'base = "tiles.mbtiles"'))
    assert middle(pixels[:3]) == pytest.approx([40, 160, 90], abs=8)


@pytest.mark.parametrize("suffix", [".pmtiles", ".mbtiles"])
def test_vector_tiles_are_quiet_lines_below_all(tmp_path: Path, suffix: str) -> None:
    road = gpd.GeoSeries([shapely.LineString([(X - 400, Y + 500), (X + 1400, Y + 500)])], crs=4525)
    roads = gpd.GeoDataFrame({"name": ["<b>路</b>"]}, geometry=road.to_crs(3857))
    path = tmp_path / "ws" / f"roads{suffix}"
    path.parent.mkdir(parents=True)
    driver = "PMTiles" if suffix == ".pmtiles" else "MBTiles"
    pyogrio.write_dataframe(roads, path, layer="road", driver=driver, MINZOOM=12, MAXZOOM=14)
    found = page(tmp_path, f'base = "roads{suffix}"')
    first = found.data["layers"][0]
    assert (first["title"], first["quiet"], first["columns"], first["fields"]) == ("roads road", True, None, [])
    assert "<b>路" not in found.everything()
    lines = [path for parts in found.shapes(first["name"]).values() for kind, path in parts if kind == "line"]
    lat = np.concatenate([[xy[1] for xy in path] for path in lines])
    assert lat == pytest.approx(np.full(len(lat), place(500, 500)[0]), abs=2e-4)
    assert found.data["bases"] == []


def far(path: Path) -> None:
    raster(path, np.zeros((3, 50, 50), dtype="uint8"), at=(X + 60_000, Y + 60_000))


def far_tiles(path: Path) -> None:
    line = gpd.GeoSeries([shapely.LineString([(X + 60_000, Y), (X + 61_000, Y)])], crs=4525)
    pyogrio.write_dataframe(gpd.GeoDataFrame(geometry=line.to_crs(3857)), path, layer="r", driver="PMTiles", MAXZOOM=12)


def words(path: Path) -> None:
    path.write_text("不是底图", "utf-8")


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def no_tables(path: Path) -> None:
    sqlite3.connect(path).executescript("CREATE TABLE a (b)")


def no_crs(path: Path) -> None:
    raster(path, np.zeros((3, 50, 50), dtype="uint8"), crs=None)


def folder(path: Path) -> None:
    path.mkdir()


WRONG = {
    "missing.tif": (None, "没有这个底图文件"),
    "a.jpg": (words, "不能作底图"),
    "words.tif": (words, "读不出来"),
    "words.mbtiles": (words, "读不出来"),
    "empty.mbtiles": (nothing, "读不出来"),
    "tables.mbtiles": (no_tables, "读不出来"),
    "words.pmtiles": (words, "读不出来"),
    "empty.tif": (nothing, "读不出来"),
    "folder.tif": (folder, "读不出来"),
    "no-crs.tif": (no_crs, "没有坐标系"),
    "far.tif": (far, "不在本工作区范围内"),
    "far.pmtiles": (far_tiles, "不在本工作区范围内"),
    "问号?百分%23#井.mbtiles": (words, "读不出来"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_a_base_map_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    make, reason = WRONG[name]
    (tmp_path / "ws").mkdir()
    if make is not None:
        make(tmp_path / "ws" / name)
    with pytest.raises(UnreadableFile) as caught:
        page(tmp_path, f'base = "{name}"')
    assert reason in caught.value.line("zh")
    assert name in caught.value.line("zh")


def test_the_command_line_says_it_in_one_line(geoparks, tmp_path: Path) -> None:
    ws = root(tmp_path, 'base = "words.mbtiles"')
    words(ws / "words.mbtiles")
    done = geoparks("map", ws, "t", "--on", "2024-06-30")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "words.mbtiles" in done.stderr


TOKEN = "c0ffee00c0ffee00"


@pytest.mark.parametrize(
    ("toml", "environment", "shown"),
    [
        ("tianditu = true", None, ""),
        (f'tianditu = true\ntianditu_token = "{TOKEN}"', None, ""),
        ("tianditu = true", TOKEN, ""),
        (f'tianditu = true\ntianditu_token = "{TOKEN}"\nshare_token = true', None, TOKEN),
        ('tianditu = true\ntianditu_token = "other"\nshare_token = true', TOKEN, TOKEN),
        (f'tianditu_token = "{TOKEN}"\nshare_token = true', TOKEN, None),
    ],
)
def test_a_token_is_in_the_page_only_where_the_office_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toml: str, environment: str | None, shown: str | None
) -> None:
    monkeypatch.delenv(bases.TOKEN_VARIABLE, raising=False)
    if environment:
        monkeypatch.setenv(bases.TOKEN_VARIABLE, environment)
    found = page(tmp_path, toml)
    assert [one["token"] for one in found.data["bases"]] == ([] if shown is None else [shown])
    assert (TOKEN in found.everything()) == (shown == TOKEN)
    assert ("tianditu.gov.cn;" in found.text or 'tianditu.gov.cn"' in found.text) == (shown is not None)
    assert all(not one["visible"] for one in found.data["bases"])


def test_a_public_page_never_asks_for_tiles(tmp_path: Path) -> None:
    found = page(tmp_path, f'tianditu = true\ntianditu_token = "{TOKEN}"\nshare_token = true', public=True)
    assert found.data["bases"] == []
    assert TOKEN not in found.everything()
