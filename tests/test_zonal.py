"""Shares of classes inside polygons, held against plain counts of cells, against exactextract, and against each other."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import affinity, ops

from geoparks.measure import tally
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.coverage import runs
from geoparks.measure.zonal import shares

BUILT, GRASS = 50, 30
WEST, NORTH, SIZE = 109.8, 39.6, 1 / 12_000
_DEGREES = Affine(SIZE, 0, WEST, 0, -SIZE, NORTH)
_METRES = Affine(10, 0, 37_400_000, 0, -10, 4_385_000)
LIES: dict[str, tuple[Affine, int]] = {
    "degrees, CGCS2000": (_DEGREES, 4490),
    "degrees, WGS 84": (_DEGREES, 4326),
    "upside down": (Affine(SIZE, 0, WEST, 0, SIZE, NORTH - 40 * SIZE), 4490),
    "mirrored": (Affine(-SIZE, 0, WEST + 40 * SIZE, 0, -SIZE, NORTH), 4490),
    "turned, degrees": (_DEGREES @ Affine.rotation(30), 4490),
    "Gauss": (_METRES, 4525),
    "Gauss, turned": (_METRES @ Affine.rotation(-20), 4525),
    "Web Mercator": (Affine(12, 0, 12_222_000, 0, -12, 4_805_000), 3857),
    "Albers, large cells": (Affine(900, 0, 12_000, 0, -700, 4_300_000), 102025),
}
_ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=110 +datum=WGS84 +units=m"


def crs_of(epsg: int) -> str:
    return _ALBERS if epsg == 102025 else f"EPSG:{epsg}"


def written(path: Path, cells: Any, transform: Affine = _DEGREES, epsg: int = 4490, **more: Any) -> Path:
    bands = np.asarray(cells)
    bands = bands[None] if bands.ndim == 2 else bands
    profile = {"driver": "GTiff", "crs": crs_of(epsg), "dtype": bands.dtype, **more}
    with rasterio.open(
        path, "w", width=bands.shape[2], height=bands.shape[1], count=len(bands), transform=transform, **profile
    ) as target:
        target.write(bands)
    return path


def cells_of(seed: int = 1, shape: tuple[int, int] = (40, 40)) -> Any:
    return np.random.default_rng(seed).choice(np.array([BUILT, GRASS, 60], dtype="uint8"), shape)


def lonlat(points: Any, transform: Affine, epsg: int) -> Any:
    """Columns and rows as degrees."""
    a, b, c, d, e, f = tuple(transform)[:6]
    own = np.asarray(points, dtype=float) @ np.array([[a, d], [b, e]]) + np.array([c, f])
    if epsg in (4490, 4326):
        return own
    return np.column_stack(_way(epsg).transform(*own.T))


@cache
def _way(epsg: int) -> Transformer:
    return Transformer.from_crs(crs_of(epsg), 4490, always_xy=True)


def polygon_at(transform: Affine, epsg: int, ring: Any) -> Any:
    """A polygon of the ground whose corners are at columns and rows of a raster, its edges straight in the raster."""
    dense = shapely.segmentize(shapely.Polygon(ring), 0.5)
    return shapely.transform(dense, lambda xy: lonlat(xy, transform, epsg))


def by_hand(cells: Any, transform: Affine, epsg: int, ring: Any, wanted: int) -> float:
    """The share worked out cell by cell: the part that is covered, times the area of the cell on the ellipsoid."""
    inside = shapely.Polygon(ring)
    built = whole = 0.0
    for (row, column), value in np.ndenumerate(cells):
        box = shapely.box(column, row, column + 1, row + 1)
        part = box.intersection(inside).area
        if part:
            ground = shapely.transform(shapely.segmentize(box, 0.1), lambda xy: lonlat(xy, transform, epsg))
            area = float(ellipsoidal_area(np.array([ground]))[0])
            whole += part * area
            built += part * area * (value == wanted)
    return built / whole


RING = [(3.3, 4.1), (30.7, 6.2), (36.9, 33.3), (12.5, 37.8), (17.2, 20.4)]


@pytest.mark.parametrize("lie", LIES)
def test_share_is_the_one_counted_by_hand(lie: str, tmp_path: Path) -> None:
    transform, epsg = LIES[lie]
    cells = cells_of()
    path = written(tmp_path / "a.tif", cells, transform, epsg)
    found = shares(path, np.array([polygon_at(transform, epsg, RING)]), {"built": [BUILT], "both": [BUILT, GRASS]})
    assert found.why == (None,)
    assert found.of("built")[0] == pytest.approx(by_hand(cells, transform, epsg, RING, BUILT), abs=2e-7)
    assert found.of("both")[0] == pytest.approx(1 - by_hand(cells, transform, epsg, RING, 60), abs=2e-7)


def test_cells_further_north_count_less(tmp_path: Path) -> None:
    """Over 20° of latitude half of the cells are not half of the land."""
    cells = np.where(np.arange(20)[:, None] < 10, BUILT, GRASS) * np.ones((1, 4), dtype="uint8")
    path = written(tmp_path / "a.tif", cells.astype("uint8"), Affine(1, 0, 100, 0, -1, 60))
    share = float(shares(path, np.array([shapely.box(100, 40, 104, 60)]), {"built": [BUILT]}).of("built")[0])
    north, whole = ellipsoidal_area(np.array([shapely.box(100, 50, 104, 60), shapely.box(100, 40, 104, 60)]))
    assert share == pytest.approx(north / whole, rel=1e-12)
    assert share < 0.46


@st.composite
def outlines(draw: st.DrawFn) -> Any:
    """Polygons in 12 × 12 cells, with corners on the lines between cells as often as not, with and without a hole."""
    number = st.one_of(st.integers(0, 12).map(float), st.integers(0, 12 << 20).map(lambda one: one / (1 << 20)))
    points = draw(st.lists(st.tuples(number, number), min_size=3, max_size=9))
    shape = shapely.MultiPoint(points).convex_hull
    if draw(st.booleans()):
        shape = shapely.make_valid(shapely.Polygon(points), method="structure", keep_collapsed=False)
    if draw(st.booleans()) and not shape.is_empty:
        shape = shape.difference(shape.representative_point().buffer(0.3))
    return shape


def dense(shapes: Any, width: int = 12) -> Any:
    found, result = runs(shapes), np.zeros((len(shapes), width, width))
    for polygon, row, start, stop, part in zip(*found, strict=True):
        result[polygon, row, start:stop] += part
    return result


def test_a_corner_that_is_all_but_on_a_line_covers_nothing_beyond_it() -> None:
    """Worked out by hand: GEOS says of this one that it covers the cell right of its spike."""
    shape = shapely.Polygon([(0, 0), (0, 1), (1, 2), (1.175e-38, 1), (2, 0)])
    wanted = np.zeros((12, 12))
    wanted[0, :2] = 0.75, 0.25
    np.testing.assert_allclose(dense(np.array([shape], dtype=object))[0], wanted, atol=1e-12)


@settings(max_examples=200, deadline=None)
@given(st.lists(outlines(), min_size=1, max_size=3))
def test_coverage_is_exact(shapes: Any) -> None:
    """In every cell, the covered part is that of the two polygons' intersection, however many polygons are asked for."""
    x, y = np.meshgrid(np.arange(12), np.arange(12))
    boxes = shapely.box(x, y, x + 1, y + 1)
    for found, shape in zip(dense(np.array(shapes, dtype=object)), shapes, strict=True):
        areal = [one for one in shapely.get_parts([shape]) if one.geom_type == "Polygon"]
        wanted = shapely.area(shapely.intersection(boxes, shapely.union_all(areal)))
        assert np.abs(found - wanted).max() < 1e-9


def test_coverage_is_exactextracts() -> None:
    random = np.random.default_rng(3)
    for _ in range(60):
        ring = random.uniform(0, 12, (6, 2))
        shape = shapely.MultiPoint(ring).convex_hull
        grid = NumPyRasterSource(np.arange(144).reshape(12, 12)[::-1].copy(), 0, 0, 12, 12)
        feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shape)}
        found = exact_extract(grid, feature, ["values", "coverage"])[0]["properties"]
        wanted = np.zeros(144)
        wanted[found["values"]] = found["coverage"]
        assert np.abs(dense(np.array([shape]))[0].ravel() - wanted).max() < 1e-6  # it has single precision


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(-40, 40), st.integers(2, 7))
def test_pieces_sum_to_the_whole(tmp_path_factory: Any, seed: int, tilt: float, count: int) -> None:
    """However a parcel is cut, its pieces have the built area of the whole.

    But for what a degree of longitude shrinks from the southern edge of a cell to its northern: a covered part of a cell
    counts as that part of its area. Pieces and whole may each be off by that.
    """
    path = written(tmp_path_factory.mktemp("pieces") / "a.tif", cells_of(seed))
    whole = polygon_at(_DEGREES, 4490, RING)
    knives = [
        affinity.rotate(shapely.LineString([(x, 39.5), (x, 39.7)]), tilt, origin=(x, 39.598))
        for x in np.linspace(WEST + 8 * SIZE, WEST + 32 * SIZE, count)
    ]
    pieces = np.array(ops.split(whole, shapely.unary_union(knives)).geoms)
    built = shares(path, pieces, {"built": [BUILT]}).of("built") * ellipsoidal_area(pieces)
    share = float(shares(path, np.array([whole]), {"built": [BUILT]}).of("built")[0])
    assert len(pieces) >= 2
    shrinks = np.radians(SIZE) * np.tan(np.radians(NORTH))
    assert built.sum() == pytest.approx(share * ellipsoidal_area(np.array([whole]))[0], rel=2 * shrinks)


def test_smaller_than_a_cell(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tif", np.array([[BUILT, GRASS]], dtype="uint8"))

    def box(left: float, right: float) -> Any:
        return polygon_at(_DEGREES, 4490, [(left, 0.4), (right, 0.4), (right, 0.5), (left, 0.5)])

    found = shares(path, np.array([box(0.2, 0.3), box(1.2, 1.3), box(0.9, 1.3)]), {"built": [BUILT]}).of("built")
    assert found == pytest.approx([1, 0, 0.25], abs=1e-9)


def test_off_the_raster(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tif", np.full((4, 4), BUILT, dtype="uint8"))

    def box(left: float, right: float) -> Any:
        return polygon_at(_DEGREES, 4490, [(left, 1), (right, 1), (right, 2), (left, 2)])

    shapes = np.array([box(1, 3), box(3, 7), box(-8, -4), box(-1, 5), None, shapely.Polygon()], dtype=object)
    found = shares(path, shapes, {"built": [BUILT]})
    assert found.of("built")[0] == 1
    assert np.isnan(found.of("built")[1:]).all()
    assert found.unseen == pytest.approx([0, 0.75, 1, 2 / 6, 1, 1])
    least, most = found.between("built")
    assert least[:4] == pytest.approx([1, 0.25, 0, 4 / 6])
    assert most[:4] == pytest.approx([1, 1, 1, 1])
    assert np.isnan(least[4:]).all()
    assert [None if one is None else one.zh for one in found.why] == [
        None, "75.0% 在栅格范围之外", "100.0% 在栅格范围之外", "33.3% 在栅格范围之外", "没有图形", "没有图形",
    ]  # fmt: skip


def _square(path: Path, known: tuple[int, ...] = ()) -> Any:
    """The whole of a raster of 4 × 4 cells."""
    found = shares(
        path, np.array([polygon_at(_DEGREES, 4490, [(0, 0), (4, 0), (4, 4), (0, 4)])]), {"b": [BUILT]}, known
    )
    return found.least[0, 0], found.unseen[0], "" if found.why[0] is None else found.why[0].zh


def test_no_data_is_unseen(tmp_path: Path) -> None:
    cells = np.full((4, 4), BUILT, dtype="uint8")
    cells[0] = 7
    least, unseen, why = _square(written(tmp_path / "a.tif", cells, nodata=7))
    assert (least, unseen) == pytest.approx((0.75, 0.25), abs=1e-4)
    assert why == "25.0% 没有数据"
    floats = np.where(cells == 7, np.nan, 50.0).astype("float32")
    assert _square(written(tmp_path / "b.tif", floats))[:2] == pytest.approx((0.75, 0.25), abs=1e-4)
    masked = written(tmp_path / "c.tif", cells)
    with rasterio.open(masked, "r+") as target:
        target.write_mask(cells != 7)
    assert _square(masked)[:2] == pytest.approx((0.75, 0.25), abs=1e-4)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [(0, "uint8"), (255, "uint8"), (-9999, "int16"), (65535, "uint16"), (-1, "int32"), (0, "float32")],
)
def test_filling_that_nobody_declares_is_noticed_at_the_border(value: int, dtype: str, tmp_path: Path) -> None:
    cells = np.full((4, 4), BUILT, dtype=dtype)
    cells[0, :2] = value
    least, unseen, why = _square(written(tmp_path / "a.tif", cells))
    assert (least, unseen) == pytest.approx((14 / 16, 2 / 16), abs=1e-4)
    assert f"（{value}）不是图例中的类别" in why


def test_filling_inside_counts_where_it_is_most_of_a_polygon(tmp_path: Path) -> None:
    cells = np.full((10, 10), GRASS, dtype="uint8")
    cells[4:6, 4:6] = 0
    path = written(tmp_path / "a.tif", cells)

    def box(first: int, last: int) -> Any:
        return polygon_at(_DEGREES, 4490, [(first, first), (last, first), (last, last), (first, last)])

    found = shares(path, np.array([box(4, 6), box(2, 8)]), {"built": [BUILT]})
    assert found.unseen == pytest.approx([1, 0])
    assert found.of("built")[1] == 0


def test_with_a_legend_only_its_classes_are_seen(tmp_path: Path) -> None:
    cells = np.full((4, 4), BUILT, dtype="uint8")
    cells[1, 1], cells[2, 2] = 51, 0
    least, unseen, why = _square(written(tmp_path / "a.tif", cells), known=(BUILT, GRASS))
    assert (least, unseen) == pytest.approx((14 / 16, 2 / 16), abs=1e-4)
    assert "（0、51）不是图例中的类别" in why
    assert _square(tmp_path / "a.tif", known=(BUILT, 51, 0))[1] == 0


def test_what_cannot_be_placed_is_refused_with_the_reason(tmp_path: Path) -> None:
    cells = np.full((4, 4), BUILT, dtype="uint8")
    nowhere = written(tmp_path / "a.tif", cells, crs=None)
    beijing = written(tmp_path / "b.tif", cells, _METRES, crs="EPSG:2413")
    (tmp_path / "c.tif").write_bytes(b"no raster")
    for path, word in ((nowhere, "没有坐标系"), (beijing, "北京"), (tmp_path / "c.tif", "打不开")):
        least, unseen, why = _square(path)
        assert np.isnan(least), path
        assert unseen == 1
        assert word in why


@pytest.mark.parametrize("layout", [{}, {"tiled": True, "blockxsize": 16, "blockysize": 16}, {"blockysize": 40}])
def test_tiles_and_batches_play_no_part(
    layout: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same shares whether all is looked at together or in pieces, cell by cell or in sums along rows."""
    transform, epsg = LIES["Gauss, turned"]
    path = written(tmp_path / "a.tif", cells_of(), transform, epsg, **layout)
    random = np.random.default_rng(5)
    rings = [shapely.MultiPoint(random.uniform(-5, 45, (5, 2))).convex_hull.exterior.coords for _ in range(30)]
    shapes = np.array([polygon_at(transform, epsg, ring) for ring in rings])
    classes = {"built": [BUILT], "bare": [60]}
    whole = shares(path, shapes, classes)
    for name, value in (("_TILE", 256), ("_PIECES", 50), ("_MOSTLY", 0), ("_MOSTLY", 10**9)):
        monkeypatch.setattr(tally, name, value)
        again = shares(path, shapes, classes)
        assert again.least == pytest.approx(whole.least, abs=1e-8), name
        assert again.unseen == pytest.approx(whole.unseen, abs=1e-12)
    assert (whole.unseen == 0).any() and (whole.unseen > 0).any()


_LARGE = """
import re, sys
from pathlib import Path
import numpy as np, rasterio, shapely
from rasterio.transform import from_origin
from geoparks.measure.zonal import shares
path = Path(sys.argv[1])
with rasterio.open(
    path, "w", driver="GTiff", width=36000, height=36000, count=1, dtype="uint8", crs="EPSG:4326", tiled=True,
    transform=from_origin(108, 42, 1 / 12000, 1 / 12000), compress="lzw", sparse_ok=True,
) as target:
    block = np.tile(np.array([[50, 30], [30, 50]], dtype="uint8"), (256, 256))
    for at in range(0, 36000 - 512, 512):
        target.write(block, 1, window=rasterio.windows.Window(at, at, 512, 512))
random = np.random.default_rng(0)
at = random.uniform((108.01, 39.01), (110.98, 41.98), (100_000, 2))
parcels = shapely.box(at[:, 0], at[:, 1], at[:, 0] + 0.0012, at[:, 1] + 0.0009)
found = shares(path, parcels, {"built": [50], "bare": [60]}, [0, 30, 50, 60])
assert found.unseen.max() == 0
whole = shares(path, np.array([shapely.box(108, 39, 111, 42)]), {"built": [50]}, [0, 30, 50])
assert abs(whole.of("built")[0] - 70 * 512 * 512 / 2 / 36000**2) < 5e-5, whole
# ru_maxrss would hold the size of the process that started this one, too
print(int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) / 1024)
"""


@pytest.mark.slow
def test_a_whole_tile_in_less_than_a_gibibyte(tmp_path: Path) -> None:
    """36,000 × 36,000 cells: 100,000 small parcels, and one polygon over all of it, in windows."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_LARGE), str(tmp_path / "large.tif")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1024


def test_no_more_sets_than_there_are_bits(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tif", cells_of())
    several: Callable[[int], dict[str, list[int]]] = lambda count: {str(one): [BUILT] for one in range(count)}  # noqa: E731
    assert len(shares(path, np.array([shapely.box(109.8, 39.59, 109.81, 39.6)]), several(5)).names) == 5
    with pytest.raises(ValueError, match="at most 5"):
        shares(path, np.array([shapely.box(109.8, 39.59, 109.81, 39.6)]), several(6))
