"""Built-up land from a raster, against plain arithmetic: whole cells, parts of cells, no data, other planes, turned grids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from rasterio.transform import Affine, from_origin

from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.land_cover import built_area

WEST, SOUTH, CELL, SIZE = 460_000.0, 4_380_000.0, 10.0, 10
UP = from_origin(WEST, SOUTH + CELL * SIZE, CELL, CELL)
_TO_DEGREES = Transformer.from_crs(4546, 4490, always_xy=True)


def ground(left: float, bottom: float, right: float, top: float) -> Any:
    """A box in metres from the raster's corner, in EPSG:4490."""
    box = shapely.segmentize(shapely.box(WEST + left, SOUTH + bottom, WEST + right, SOUTH + top), 5)
    return shapely.transform(box, lambda xy: np.column_stack(_TO_DEGREES.transform(xy[:, 0], xy[:, 1])))


def raster(folder: Path, cells: Any, transform: Any = UP, crs: Any = "EPSG:4546", nodata: float | None = None) -> Path:
    path = folder / "cover.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=cells.shape[0], width=cells.shape[1], count=1, dtype=cells.dtype, transform=transform,
        crs=crs, nodata=nodata,
    ) as file:  # fmt: skip
        file.write(cells, 1)
    return path


def area(shape: Any) -> float:
    return float(ellipsoidal_area(np.array([shape], dtype=object))[0])


def built(path: Path, *shapes: Any, classes: tuple[int, ...] = (50,)) -> list[float]:
    return built_area(path, np.array([*shapes, None], dtype=object)[:-1], classes).tolist()


def some_cells() -> Any:
    cells = np.full((SIZE, SIZE), 10, dtype="uint8")
    cells[2:5, 3:7] = 50  # rows from the north: 50–80 m north of the corner, 30–70 m east of it
    return cells


def test_whole_cells(tmp_path: Path) -> None:
    path, whole = raster(tmp_path, some_cells()), ground(0, 0, 100, 100)
    assert built(path, whole)[0] == pytest.approx(area(whole) * 12 / 100, rel=1e-6)
    assert built(path, whole, classes=(50, 10))[0] == pytest.approx(area(whole), rel=1e-6)
    assert built(path, whole, classes=(7,))[0] == 0


def test_parts_of_cells(tmp_path: Path) -> None:
    shape = ground(35, 55, 45, 100)  # 10 × 25 of its 10 × 45 metres are built up
    assert built(raster(tmp_path, some_cells()), shape)[0] == pytest.approx(area(shape) * 25 / 45, rel=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 8), st.integers(0, 8), st.integers(1, 10), st.integers(1, 10), st.randoms(use_true_random=False))
def test_counts_against_a_plain_oracle(
    tmp_path_factory: Any, left: int, bottom: int, wide: int, high: int, random: Any
) -> None:
    right, top = min(left + wide, SIZE), min(bottom + high, SIZE)
    cells = np.array([[random.choice([10, 50, 60]) for _ in range(SIZE)] for _ in range(SIZE)], dtype="uint8")
    inside = cells[SIZE - top : SIZE - bottom, left:right]
    shape = ground(left * CELL, bottom * CELL, right * CELL, top * CELL)
    found = built(raster(tmp_path_factory.mktemp("oracle"), cells), shape)[0]
    assert found == pytest.approx(area(shape) * float((inside == 50).sum()) / inside.size, rel=1e-5, abs=0.01)


def test_no_data_under_a_polygon_gives_no_area(tmp_path: Path) -> None:
    cells = some_cells()
    cells[9, 9] = 0
    path = raster(tmp_path, cells, nodata=0)
    whole, away = built(path, ground(0, 0, 100, 100), ground(0, 20, 60, 100))
    assert np.isnan(whole)
    assert away == pytest.approx(3 * 3 * 100, rel=1e-3)
    numbers = some_cells().astype("float32")
    numbers[9, 9] = np.nan
    assert np.isnan(built(raster(tmp_path, numbers), ground(0, 0, 100, 100))[0])


def test_beyond_the_raster_and_without_a_shape(tmp_path: Path) -> None:
    path = raster(tmp_path, some_cells())
    assert np.isnan(built(path, ground(50, 0, 150, 100), ground(500, 0, 600, 100), shapely.Polygon(), None)).all()
    assert built(path) == []


def test_a_raster_on_its_head(tmp_path: Path) -> None:
    path = raster(tmp_path, some_cells()[::-1].copy(), Affine(CELL, 0, WEST, 0, CELL, SOUTH))
    upright = built(raster(tmp_path / "..", some_cells()), ground(0, 0, 100, 100), ground(35, 55, 45, 100))
    assert built(path, ground(0, 0, 100, 100), ground(35, 55, 45, 100)) == pytest.approx(upright)


def test_a_turned_raster(tmp_path: Path) -> None:
    """Three built cells in a row of a grid that is turned by 30 degrees; the polygon is drawn along the grid."""
    transform = Affine.translation(WEST, SOUTH + 100) @ Affine.rotation(30) @ Affine.scale(CELL, -CELL)
    cells = np.full((SIZE, SIZE), 10, dtype="uint8")
    cells[4, 2:5] = 50
    corners = np.array([transform @ one for one in ((1, 3), (6, 3), (6, 6), (1, 6))])
    box = shapely.segmentize(shapely.Polygon(corners), 5)
    shape = shapely.transform(box, lambda xy: np.column_stack(_TO_DEGREES.transform(xy[:, 0], xy[:, 1])))
    assert built(raster(tmp_path, cells, transform), shape)[0] == pytest.approx(area(shape) * 3 / 15, rel=1e-5)


def test_a_raster_that_does_not_say_where_it_is(tmp_path: Path) -> None:
    assert np.isnan(built(raster(tmp_path, some_cells(), crs=None), ground(0, 0, 100, 100))[0])


def test_a_raster_in_degrees(tmp_path: Path) -> None:
    cells = np.full((20, 20), 10, dtype="uint8")
    cells[:10] = 50  # the northern half, which is a little less than half of the ground
    path = raster(tmp_path, cells, from_origin(110.0, 41.0, 0.1, 0.1), "EPSG:4490")
    shape = shapely.segmentize(shapely.box(110.0, 39.0, 112.0, 41.0), 0.01)
    north = area(shapely.segmentize(shapely.box(110.0, 40.0, 112.0, 41.0), 0.01))
    assert built(path, shape)[0] == pytest.approx(north, rel=1e-3)
    assert north < area(shape) / 2


@pytest.mark.parametrize(("year", "used"), [(2019, None), (2020, 2020), (2022, 2020), (2023, 2023)])
def test_the_latest_cover_that_is_not_of_a_later_year(tmp_path: Path, year: int, used: int | None) -> None:
    from audited import computed
    from test_indicators import PARKS, dataset

    made = dataset(
        parks=[{**PARKS[0], "box": [0, 0, 50, 50]}], park_stats=[{"park_id": "P1", "year": year, "output_wanyuan": 1}]
    )
    west, south, east, north = shapely.total_bounds(made["parks"].geometry)
    for one, rows in ((2020, 5), (2023, 10)):
        (tmp_path / str(one)).mkdir()
        cells = np.full((20, 20), 10, dtype="uint8")
        cells[:rows] = 50
        high, wide = (north - south) / 18, (east - west) / 18
        made.rasters = {
            **made.rasters,
            one: raster(tmp_path / str(one), cells, from_origin(west - wide, north + high, wide, high), "EPSG:4490"),
        }
    made.built_classes = (50,)
    one = computed("E02", made, years=(year,))["E02.built_area_mu", "P1", year]
    assert (one.value is None) == (used is None)
    if used is not None:
        assert f"{used} 年" in one.source.zh
        assert one.value == pytest.approx(2500 * 3 / 2000 * {2020: 4, 2023: 9}[used] / 18, rel=0.01)
    made.built_classes = ()
    made.derived.clear()
    assert "没有指明" in computed("E02", made, years=(2023,))["E02.built_area_mu", "P1", 2023].reason.zh
