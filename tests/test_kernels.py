"""Compiled kernels beside GEOS, numpy and exactextract, item by item: a wrong polygon among thousands shows in no total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polygon_cases import CASES, assert_same, by_geos, holed, stars, world
from shapely.geometry import Point, Polygon, box

pytest.importorskip("numba", reason="without numba there is only the pure way")

from geoparks.kernel import curve, densify, doubtful, far, near, threads, wkb
from geoparks.kernel.area import areas
from geoparks.kernel.lonlat import in_plane
from geoparks.kernel.rings import Rings, extents, oriented
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.plane import to_plane
from geoparks.read.flat import rings_of_shapes


def flat(shapes: Any) -> Rings:
    rings = rings_of_shapes(np.array(shapes, dtype=object))
    assert rings is not None
    return oriented(rings)


@pytest.fixture(params=[250.0, 7.0, 5.0, 0.9])
def cell(request: Any, monkeypatch: Any) -> Iterator[float]:
    """Cells larger than everything, of no round size, on the lattice of the coordinates, and smaller than the polygons."""
    monkeypatch.setattr(far, "_CELL_M", request.param)
    yield request.param


@pytest.mark.parametrize("name", CASES)
def test_near_is_geos(name: str) -> None:
    left, right = CASES[name]()
    assert_same(near.pairs_near(flat(left), flat(right)), by_geos(left, right))


@pytest.mark.parametrize("name", CASES)
def test_far_is_geos(name: str, cell: float) -> None:
    left, right = CASES[name]()
    assert_same(far.pairs_far(flat(left), flat(right)), by_geos(left, right))


@pytest.mark.parametrize("name", CASES)
def test_pairs_of_one_layer_are_those_of_geos(name: str) -> None:
    """Contained and identical ones are pairs; neighbours that share an edge are none."""
    left, _ = CASES[name]()
    expected = {pair: area for pair, area in by_geos(left, left).items() if pair[0] < pair[1]}
    assert_same(near.pairs_near(flat(left)), expected)


@pytest.mark.parametrize(("side", "within"), [(1.0, 1e-9), (1_000.0, 1e-6), (500_000.0, 1e-3)])
def test_extents_of_a_metre_and_of_500_km(side: float, within: float, monkeypatch: Any) -> None:
    """At its place in the plane, where coordinates are millions: a thousandth of a square metre of 250 000 km² is 4e-15."""
    monkeypatch.setattr(far, "_CELL_M", side / 7)
    shapes = stars(side)
    assert_same(near.pairs_near(flat(shapes), flat(shapes)), by_geos(shapes, shapes), within)
    assert_same(far.pairs_far(flat(shapes), flat(shapes)), by_geos(shapes, shapes), within)


def test_parts_sum_to_the_whole() -> None:
    """A parcel cut by a tiling that covers it: the parts are it, to 1e-9."""
    rng = np.random.default_rng(6)
    x, y = rng.uniform(5, 80, (2, 500))
    parcels = shapely.buffer(shapely.points(x, y), rng.uniform(0.5, 4, 500))
    i, j = np.divmod(np.arange(100), 10)
    tiles = shapely.box(i * 9.3, j * 9.3, i * 9.3 + 9.3, j * 9.3 + 9.3)
    for pairs in (near.pairs_near(flat(parcels), flat(tiles)), far.pairs_far(flat(parcels), flat(tiles))):
        summed = np.bincount(pairs.first, pairs.m2, 500)
        assert summed == pytest.approx(shapely.area(parcels), rel=1e-9)


def test_threads_pieces_and_order_change_nothing(monkeypatch: Any) -> None:
    """The same bits with one thread and with three, in one piece and in pieces of seven; and in any order of the rows."""
    left, right = holed()
    results, original = [], threads.in_pieces
    for workers, piece in (("1", 16_384), ("3", 7), ("2", 1)):
        monkeypatch.setenv("GEOPARKS_THREADS", workers)
        for module in (near, far):
            monkeypatch.setattr(module, "in_pieces", lambda n, work, p=piece: original(n, work, p))
        results.append((*near.pairs_near(flat(left), flat(right)), *far.pairs_far(flat(left), flat(right))))
    for other in results[1:]:
        assert all((a == b).all() for a, b in zip(results[0], other, strict=True))
    order = np.random.default_rng(7).permutation(len(left))
    mixed = near.pairs_near(flat(left[order]), flat(right))
    whole = {(order[i], j): v for i, j, v in zip(*mixed, strict=True)}
    assert {(i, j): v for i, j, v in zip(*results[0][:3], strict=True)} == whole


corner = st.tuples(st.integers(0, 12), st.integers(0, 12))
outline = st.lists(corner, min_size=3, max_size=7)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(outline, min_size=1, max_size=6), st.lists(outline, min_size=1, max_size=4), st.integers(0, 3))
def test_any_valid_polygons(left: Any, right: Any, turn: int) -> None:
    """Polygons on a lattice and turned by some degrees, as hypothesis likes them; those that are invalid are left out."""

    def made(some: Any) -> Any:
        shapes = np.array([Polygon(one) for one in some], dtype=object)
        shapes = shapely.transform(
            shapes, lambda xy: xy @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        )
        return shapes[shapely.is_valid(shapes) & (shapely.area(shapes) > 0)]

    first, second = made(left), made(right)
    if len(first) and len(second):
        expected = by_geos(first, second)
        assert_same(near.pairs_near(flat(first), flat(second)), expected, 1e-9)
        assert_same(far.pairs_far(flat(first), flat(second)), expected, 1e-9)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=8), st.lists(outline, max_size=2))
def test_what_is_invalid_is_doubtful(shell: Any, holes: Any) -> None:
    """No invalid polygon gets past the quick look, whatever crosses, touches, folds back or lies outside."""
    shape = Polygon(shell, holes)
    if shape.area > 0 and not shape.is_valid:
        assert doubtful.doubtful(flat([shape]))[0]


def test_of_parcels_few_are_doubtful() -> None:
    """The quick look is quick because it settles nearly all."""
    rng = np.random.default_rng(8)
    angle = np.linspace(0, 2 * np.pi, 14)[:-1]
    r = rng.uniform(40, 60, (500, 13))
    parcels = shapely.polygons(np.stack([r * np.cos(angle), r * np.sin(angle)], -1))
    assert not doubtful.doubtful(flat(parcels)).any()
    holes = shapely.difference(parcels, Point(0, 0).buffer(8))
    assert not doubtful.doubtful(flat(holes)).any()


def test_area_and_plane_are_numpys_to_the_bit(monkeypatch: Any) -> None:
    """So that a document is the same with and without a compiler."""
    shapes = world()
    pure = ellipsoidal_area(shapes)
    rings = rings_of_shapes(shapes)
    assert rings is not None
    assert np.array_equal(areas(rings), np.nan_to_num(pure))
    plane = shapely.get_coordinates(to_plane(shapes))
    assert np.array_equal(in_plane(rings).xy, plane)
    monkeypatch.setattr("geoparks.measure.area.ready", lambda count: True)
    assert np.array_equal(ellipsoidal_area(shapes), pure, equal_nan=True)
    box_of, planar = extents(oriented(in_plane(rings)))
    assert planar == pytest.approx(np.nan_to_num(pure), rel=1e-9, abs=1e-6)
    assert box_of[:-2] == pytest.approx(shapely.bounds(to_plane(shapes[:-2])), abs=0)


def test_the_sine_is_the_sine() -> None:
    angle = np.linspace(-np.pi / 2, np.pi / 2, 100_001)
    assert np.abs(curve.sine(angle) - np.sin(angle)).max() < 4e-16


@pytest.mark.parametrize("step", [0.013, 0.1, 5.0])
def test_densify_is_segmentize_to_the_bit(step: float) -> None:
    shapes = world()[:50]
    rings = rings_of_shapes(shapes)
    assert rings is not None
    dense = densify.densified(rings, step)
    assert np.array_equal(dense.xy, shapely.get_coordinates(shapely.segmentize(shapes, step)))
    assert shapely.equals_exact(dense.shapes(), shapely.segmentize(shapes, step)).all()


def test_bytes_that_are_no_plain_polygons_are_left_to_others() -> None:
    for shape in (
        Point(1, 2),
        Polygon([(0, 0, 1), (1, 0, 1), (1, 1, 1)]),
        shapely.from_wkt("POLYGON ((0 0, 1 0, NaN 1, 0 0))"),
    ):
        assert rings_of_shapes(np.array([box(0, 0, 1, 1), shape], dtype=object)) is None
    whole = np.frombuffer(box(0, 0, 1, 1).wkb, np.uint8)
    for cut in (3, 9, 20, len(whole) - 1):
        assert wkb.rings_of_wkb((whole[:cut].copy(), np.array([0, cut]))) is None
    several = [
        (np.frombuffer(one.wkb, np.uint8), np.array([0, len(one.wkb)])) for one in (box(0, 0, 1, 1), box(2, 2, 3, 4))
    ]
    together = wkb.rings_of_wkb(*several)
    assert together is not None
    assert shapely.area(together.shapes()).tolist() == [1.0, 2.0]


def test_some_of_the_rings_and_back_to_shapes() -> None:
    shapes = world()
    rings = rings_of_shapes(shapes)
    assert rings is not None
    back = rings.shapes()
    assert shapely.equals_exact(back[:-2], shapes[:-2]).all()
    assert back[-1] is None
    which = np.array([5, 3, 201, 17])
    assert [one is None or one.equals_exact(shapes[k], 0) for one, k in zip(rings.some(which).shapes(), which, strict=True)] == [True] * 4  # fmt: skip


def test_shares_of_cells_are_exactextracts() -> None:
    """To 1e-8 of the share of each class, on polygons within the tile, across its sides, and around it; and in two tiles."""
    import geopandas as gpd
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    from geoparks.kernel.cover import tally_tile

    rng = np.random.default_rng(11)
    high, wide = 60, 80
    seen = (1 << rng.integers(0, 4, (high, wide))).astype(np.uint8)
    angle = np.linspace(0, 2 * np.pi, 12)[:-1]
    centre, radius = rng.uniform((0, 0), (wide, high), (300, 2)), rng.uniform(0.1, 9, (300, 11))
    outlines = centre[:, None] + np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)
    lattice_boxes = shapely.box(
        *(rng.integers(0, 60, (2, 40)).astype(float)), *rng.integers(60, 70, (2, 40)).astype(float)
    )
    shapes = np.concatenate([shapely.polygons(outlines), lattice_boxes, [box(-5, -5, 100, 100)]])
    shapes[:50] = shapely.difference(shapes[:50], shapely.buffer(shapely.points(centre[:50]), 0.4))
    within = shapely.intersection(shapes, box(0, 0, wide, high))
    rings = flat(within)
    boxes = extents(rings)[0]
    one, unit = np.zeros((1, 1)), np.ones(high)
    everyone = np.arange(len(shapes))
    bits, met = np.arange(256, dtype=np.uint8), np.zeros(256, dtype=bool)

    def counted(left: int, cells: Any, by_row: bool = True) -> Any:
        m2, inside, room = np.zeros((len(shapes), 8)), np.zeros(len(shapes)), np.empty(high * (wide + 1))
        for first, last in ((0, 100), (100, len(shapes))):
            tally_tile(
                rings.xy, rings.ring, rings.feature, boxes, everyone, 0, left, np.ascontiguousarray(cells), bits, 0, 2, met,
                unit, one, 0, 0, by_row, m2, inside, room, first, last,
            )  # fmt: skip
        return m2, inside

    m2, inside = counted(0, seen)
    assert np.flatnonzero(met).tolist() == [2]
    assert inside == pytest.approx(shapely.area(within), rel=1e-9, abs=1e-6)
    split = [counted(at, seen[:, at:end]) for at, end in ((0, 33), (33, wide))]
    assert split[0][0] + split[1][0] == pytest.approx(m2, rel=1e-9, abs=1e-6)
    upright = shapely.transform(within, lambda xy: np.column_stack([xy[:, 0], high - xy[:, 1]]))
    source = NumPyRasterSource(seen.astype(np.int32), 0, 0, wide, high)
    frame = gpd.GeoDataFrame({"n": everyone}, geometry=upright, crs=4490)
    told = exact_extract(source, frame, ["unique", "frac"], output="pandas")
    for k in everyone:
        if inside[k] > 1e-3:
            parts = dict(zip(told["unique"][k], told["frac"][k], strict=True))
            for bit in range(4):
                assert m2[k, bit] / inside[k] == pytest.approx(parts.get(1 << bit, 0.0), abs=1e-8)


def test_interpolated_sizes_and_a_whole_tally_are_those_of_the_pure_way(tmp_path: Any, monkeypatch: Any) -> None:
    """In degrees and in a Gauss plane, tiles of every size, polygons beyond the raster, cells without data: to 1e-12."""
    import rasterio
    from rasterio.transform import from_origin

    from geoparks.measure.zonal import shares

    rng = np.random.default_rng(12)
    angle = np.linspace(0, 2 * np.pi, 10)[:-1]
    lon, lat = rng.uniform(110.9, 111.1, 200), rng.uniform(38.95, 39.1, 200)
    radius = rng.uniform(0.0002, 0.01, (200, 9))
    shapes = shapely.polygons(
        np.stack([lon[:, None] + radius * np.cos(angle), lat[:, None] + radius * np.sin(angle)], -1)
    )
    shapes = np.array([*shapes, None, box(120, 30, 121, 31), box(110.5, 38, 111.5, 40)], dtype=object)
    for number, (crs, cell, west, north) in enumerate(
        ((4490, 0.0005, 110.92, 39.08), (4546, 50.0, 493_500.0, 4_325_000.0))
    ):
        file = tmp_path / f"{number}.tif"
        with rasterio.open(
            file, "w", driver="GTiff", width=300, height=260, count=1, dtype="uint8", crs=crs, nodata=0,
            transform=from_origin(west, north, cell, cell), tiled=True, blockxsize=64, blockysize=64,
        ) as out:  # fmt: skip
            out.write(rng.integers(0, 6, (260, 300), dtype=np.uint8), 1)
        told = []
        for many, tile in ((False, 1 << 20), (True, 1 << 20), (True, 1 << 12)):
            monkeypatch.setattr("geoparks.measure.tally.ready", lambda count, many=many: many)
            monkeypatch.setattr("geoparks.measure.tally._TILE", tile)
            told.append(shares(file, shapes, {"a": [1, 2], "b": [2]}, range(6)))
        for other in told[1:]:
            assert np.allclose(other.least, told[0].least, rtol=0, atol=1e-12, equal_nan=True)
            assert np.allclose(other.unseen, told[0].unseen, rtol=0, atol=1e-12, equal_nan=True)
        assert np.isfinite(told[0].least).any()
