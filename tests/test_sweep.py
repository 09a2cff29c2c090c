"""Shares of a raster by kernels, from a file's bytes: beside the pure way, beside exactextract, and with what must be refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box
from test_zonal import BUILT, GRASS, LIES, lonlat, written

pytest.importorskip("numba", reason="without numba there is only the pure way")

from geoparks.errors import UnreadableFile
from geoparks.measure import polygons, sweep, tally
from geoparks.measure.zonal import Shares, shares

CLASSES = {"built": [BUILT], "either": [BUILT, GRASS]}
SIDE = 90


@pytest.fixture(params=["kernels", "pure"])
def way(request: Any, monkeypatch: Any) -> str:
    by(monkeypatch, request.param)
    return str(request.param)


def by(monkeypatch: Any, way: str) -> None:
    for module in (tally, polygons):
        monkeypatch.setattr(module, "ready", lambda count: way == "kernels")


def cells_of(dtype: str = "uint8") -> Any:
    values = np.array([BUILT, GRASS, 60, 0], dtype=dtype)
    return np.random.default_rng(1).choice(values, (SIDE, SIDE), p=[0.4, 0.3, 0.2, 0.1])


def shapes_in_cells() -> Any:
    """All that makes trouble: on the lines between cells, tiny, huge, identical, with shared edges, holes, parts, beyond."""
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 80, (2, 40)).astype(float)
    boxes = shapely.box(x, y, x + rng.integers(1, 9, 40), y + rng.integers(1, 9, 40))
    angle = np.linspace(0, 2 * np.pi, 12)[:-1]
    centre, radius = rng.uniform(-4, SIDE + 4, (80, 2)), rng.uniform(0.2, 12, (80, 11))
    stars = shapely.polygons(centre[:, None] + np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1))
    holed = shapely.difference(stars[:20], shapely.buffer(shapely.points(centre[:20]), 0.15))
    tiny = shapely.box(30.4, 30.4, 30.4 + 1e-3, 30.4 + 1e-3)
    others = [
        tiny, box(-5, -5, SIDE + 5, SIDE + 5), box(0, 0, SIDE, SIDE), box(200, 200, 210, 210), stars[3], stars[3],
        MultiPolygon([box(1, 1, 4.5, 4.5), box(60, 60, 66.6, 61)]), MultiPolygon([box(-9, 3, 4, 5), box(50, 3, 51, 7)]),
        Polygon([(10, 10), (30.5, 12), (20, 25)]), Polygon([(30.5, 12), (10, 10), (19, 2)]),
    ]  # fmt: skip
    return np.array([*boxes, *stars, *holed, *others], dtype=object)


def on_the_ground(lie: str) -> Any:
    transform, epsg = LIES[lie]
    dense = shapely.segmentize(shapes_in_cells(), 3)
    made = shapely.transform(dense, lambda xy: lonlat(xy, transform, epsg))
    made = shapely.make_valid(made, method="structure", keep_collapsed=False)
    return np.array([*made, None, Polygon()], dtype=object)


def same(a: Shares, b: Shares, within: float) -> None:
    assert np.allclose(a.least, b.least, rtol=0, atol=within, equal_nan=True)
    assert np.allclose(a.unseen, b.unseen, rtol=0, atol=within, equal_nan=True)
    assert [one is None for one in a.why] == [one is None for one in b.why]


@pytest.mark.parametrize("lie", ["degrees, CGCS2000", "upside down", "mirrored", "turned, degrees", "Gauss, turned"])
def test_kernels_count_as_the_pure_way_does(lie: str, tmp_path: Path, monkeypatch: Any) -> None:
    transform, epsg = LIES[lie]
    layout = {"nodata": 0, "tiled": True, "blockxsize": 16, "blockysize": 32}
    path, shapes, told = written(tmp_path / "a.tif", cells_of(), transform, epsg, **layout), on_the_ground(lie), {}
    for name in ("kernels", "pure"):
        by(monkeypatch, name)
        told[name] = shares(path, shapes, CLASSES)
    same(told["kernels"], told["pure"], 1e-12)
    least = told["kernels"].least
    assert np.isfinite(least).sum() > 200
    assert np.isnan(least[-2:]).all()


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32"])
def test_values_of_every_type_are_looked_up_alike(dtype: str, tmp_path: Path, monkeypatch: Any) -> None:
    """From a table for small types, by search for others; and a value that is no class is named, whatever the way."""
    transform, epsg = LIES["degrees, CGCS2000"]
    cells, shapes, told = cells_of(dtype), on_the_ground("degrees, CGCS2000"), {}
    path = written(tmp_path / "a.tif", cells, transform, epsg)
    for name in ("kernels", "pure"):
        by(monkeypatch, name)
        told[name] = shares(path, shapes, CLASSES, (BUILT, GRASS, 0))
    same(told["kernels"], told["pure"], 1e-12)
    assert told["kernels"].why == told["pure"].why
    assert any("（60）不是图例中的类别" in one.zh for one in told["kernels"].why if one is not None)


def test_a_mask_beside_the_values_is_seen(tmp_path: Path, monkeypatch: Any) -> None:
    import rasterio

    transform, epsg = LIES["degrees, CGCS2000"]
    path, shapes, told = (
        written(tmp_path / "a.tif", cells_of(), transform, epsg),
        on_the_ground("degrees, CGCS2000"),
        {},
    )
    mask = np.full((SIDE, SIDE), 255, dtype=np.uint8)
    mask[20:40, 30:50] = 0
    with rasterio.open(path, "r+") as file:
        file.write_mask(mask)
    for name in ("kernels", "pure"):
        by(monkeypatch, name)
        told[name] = shares(path, shapes, CLASSES)
    same(told["kernels"], told["pure"], 1e-12)
    assert (told["kernels"].unseen > 0).sum() > 10


@pytest.mark.parametrize("suffix", ["parquet", "gpkg"])
@pytest.mark.parametrize("epsg", [4490, 4525])
def test_a_file_is_measured_as_its_polygons_are(
    suffix: str, epsg: int, way: str, tmp_path: Path, monkeypatch: Any
) -> None:
    """In longitude and latitude to the bit; out of a plane as the layer would be read."""
    transform, of = LIES["degrees, CGCS2000"]
    path = written(tmp_path / "a.tif", cells_of(), transform, of, nodata=0)
    frame = gpd.GeoDataFrame({"n": range(152)}, geometry=on_the_ground("degrees, CGCS2000"), crs=4490).to_crs(epsg)
    file = tmp_path / f"parcels.{suffix}"
    frame.to_parquet(file) if suffix == "parquet" else frame.to_file(file)
    found = shares(path, file, CLASSES)
    again = shares(path, frame.to_crs(4490).geometry.to_numpy(), CLASSES)
    same(found, again, 1e-12 if epsg == 4490 else 1e-7)
    assert np.isfinite(found.least).sum() > 200


def test_what_is_not_valid_is_refused(way: str, tmp_path: Path) -> None:
    """The area that an outline runs round twice would count twice."""
    transform, epsg = LIES["degrees, CGCS2000"]
    path, file = written(tmp_path / "a.tif", cells_of(), transform, epsg), tmp_path / "parcels.parquet"
    shapes = on_the_ground("degrees, CGCS2000")[:5]
    west, south, east, north = shapes[2].bounds
    shapes[2] = Polygon([(west, south), (east, north), (east, south), (west, north)])
    gpd.GeoSeries(shapes, crs=4490).to_frame("geometry").to_parquet(file)
    with pytest.raises(UnreadableFile) as error:
        shares(path, file, CLASSES)
    assert "第 3 行" in str(error.value.as_text().zh)


def test_threads_and_what_is_read_ahead_change_no_bit(tmp_path: Path, monkeypatch: Any) -> None:
    """One thread or three, a polygon a thread or all, one tile ahead or all, and any order of the rows."""
    transform, epsg = LIES["degrees, CGCS2000"]
    layout = {"nodata": 0, "tiled": True, "blockxsize": 16, "blockysize": 16}
    path, shapes = (
        written(tmp_path / "a.tif", cells_of(), transform, epsg, **layout),
        on_the_ground("degrees, CGCS2000"),
    )
    by(monkeypatch, "kernels")
    monkeypatch.setattr(tally, "_TILE", 256)
    told = []
    for threads, few, ahead in (("1", 256, 1 << 20), ("3", 1, 0), ("2", 3, 512)):
        monkeypatch.setenv("GEOPARKS_THREADS", threads)
        monkeypatch.setattr(sweep, "_FEW", few)
        monkeypatch.setattr(sweep, "_AHEAD_BYTES", ahead)
        told.append(shares(path, shapes, CLASSES))
    order = np.random.default_rng(4).permutation(len(shapes))
    mixed = shares(path, shapes[order], CLASSES)
    for other in told[1:]:
        assert other.least.tobytes() == told[0].least.tobytes()
        assert other.unseen.tobytes() == told[0].unseen.tobytes()
    assert mixed.least.tobytes() == told[0].least[order].tobytes()


def test_by_the_size_of_cells_in_a_raster_of_degrees_shares_are_exactextracts(tmp_path: Path, monkeypatch: Any) -> None:
    """Which weighs by another raster, if it is asked to: one with the true size of each cell."""
    import rasterio
    from exactextract import exact_extract

    transform, epsg = LIES["degrees, CGCS2000"]
    path = written(tmp_path / "a.tif", cells_of(), transform, epsg)
    by(monkeypatch, "kernels")
    shapes = shapely.intersection(on_the_ground("degrees, CGCS2000")[:-2], box(*rasterio.open(path).bounds))
    shapes = shapes[(shapely.area(shapes) > 1e-10) & np.isin(shapely.get_type_id(shapes), (3, 6))]
    found = shares(path, shapes, CLASSES, range(100))
    north = transform.f + transform.e * np.arange(SIDE)
    row = shapely.box(0, north + transform.e, transform.a, north)
    from geoparks.measure.area import ellipsoidal_area

    size = written(tmp_path / "size.tif", np.repeat(ellipsoidal_area(row)[:, None], SIDE, axis=1), transform, epsg)
    frame = gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, crs=4490)
    told = exact_extract(str(path), frame, ["unique", "weighted_frac"], weights=str(size), output="pandas")
    theirs = [float(part[values == BUILT].sum()) for values, part in zip(told["unique"], told["weighted_frac"], strict=True)]  # fmt: skip
    assert len(shapes) > 120
    assert np.abs(found.of("built") - theirs).max() < 1e-7  # it has parts of cells in single precision
    assert np.median(np.abs(found.of("built") - theirs)) < 1e-8
