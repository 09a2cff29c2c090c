"""Pairs of one layer and of two without a compiler: sums over edges beside GEOS, pair by pair."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polygon_cases import CASES, assert_same, by_geos, holed, stars, world
from shapely.geometry import Polygon, box

from geoparks.kernel import threads
from geoparks.kernel.near import NOISE_M2
from geoparks.measure import halves, pairs, pairs_uncompiled, polygons, strips
from geoparks.measure.plane import in_plane, to_plane
from geoparks.measure.polygons import Polygons, polygons_of


def sums(left: Any, right: Any) -> tuple[Any, Any, Any]:
    """All pairs whose extents meet, by edges alone."""
    p, q = strips.edges_of(left), strips.edges_of(right)
    i, j = (one.astype(np.int64) for one in np.nonzero(np.ones((len(left), len(right)))))
    shared = strips.common(p.box[i], q.box[j])
    met = (shared[:, 2] > shared[:, 0]) & (shared[:, 3] > shared[:, 1])
    i, j = i[met], j[met]
    m2 = strips.shared_m2(p, i, q, j, shared[met])
    assert m2.min() > -max(NOISE_M2, 1e-16 * float(np.ptp(p.box[:, 0]) * np.ptp(p.box[:, 1])))
    real = m2 > NOISE_M2
    return i[real], j[real], m2[real]


@pytest.mark.parametrize("name", CASES)
def test_sums_over_edges_are_geos(name: str) -> None:
    left, right = CASES[name]()
    assert_same(sums(left[:400], right), by_geos(left[:400], right))


@pytest.mark.parametrize("by", ["sums", "GEOS"])
@pytest.mark.parametrize("name", CASES)
def test_pairs_of_one_layer_are_those_of_geos(name: str, by: str, monkeypatch: Any) -> None:
    """Contained and identical ones are pairs; neighbours that share an edge are none, whichever way they are measured."""
    if by == "GEOS":
        monkeypatch.setattr(strips, "_MOST_EDGES", 30)
    left = CASES[name]()[0][:400]
    expected = {pair: area for pair, area in by_geos(left, left).items() if pair[0] < pair[1]}
    assert_same(pairs.overlapping(Polygons(None, left)), expected)


@pytest.mark.parametrize("by", ["sums", "pieces", "GEOS"])
@pytest.mark.parametrize("name", CASES)
def test_pairs_of_two_layers_are_those_of_geos(name: str, by: str, monkeypatch: Any) -> None:
    """Whole, with whatever has more than five vertices cut into pieces, and where the sums would be long."""
    if by == "pieces":
        monkeypatch.setattr(halves, "_MOST_VERTICES", 5 if name in ("lattice", "triangles") else 12)
    if by == "GEOS":
        monkeypatch.setattr(strips, "_MOST_EDGES", 30)
    left, right = CASES[name]()
    assert_same(pairs.shared_pairs(Polygons(None, left), Polygons(None, right)), by_geos(left, right))


def test_a_large_polygon_is_cut_into_pieces_that_are_the_whole() -> None:
    """Of thousands of vertices, with holes, of several parts; nothing of it is lost or counted twice."""
    rng = np.random.default_rng(11)
    blobs = [shapely.Point(400 * k, 0).buffer(150, quad_segs=900) for k in range(3)]
    rough = [
        shapely.Polygon(shapely.get_coordinates(one)[:-1] * rng.uniform(0.999, 1.001, (3_600, 1))) for one in blobs
    ]
    holed_ones = shapely.difference(
        shapely.make_valid(rough), [one.centroid.buffer(40, quad_segs=300) for one in blobs]
    )
    shapes = np.array([*holed_ones, shapely.union_all(holed_ones), box(0, 0, 1, 1), Polygon()], dtype=object)
    pieces, owner = halves.pieces_of(shapes)
    assert shapely.get_num_coordinates(pieces).max() <= 128
    assert len(pieces) > 6 * 3_600 / 128
    for at, shape in enumerate(shapes):
        assert shapely.area(pieces[owner == at]).sum() == pytest.approx(shape.area, rel=1e-12)
        assert shapely.area(shapely.union_all(pieces[owner == at])) == pytest.approx(shape.area, rel=1e-12)


@pytest.mark.parametrize(("side", "within"), [(1.0, 1e-9), (1_000.0, 1e-6), (500_000.0, 1e-3)])
def test_extents_of_a_metre_and_of_500_km(side: float, within: float) -> None:
    shapes = stars(side)
    expected = by_geos(shapes, shapes)
    assert_same(sums(shapes, shapes), expected, within)
    assert_same(pairs.shared_pairs(Polygons(None, shapes), Polygons(None, shapes.copy())), expected, within)
    among = {pair: area for pair, area in expected.items() if pair[0] < pair[1]}
    assert_same(pairs.overlapping(Polygons(None, shapes)), among, within)


@pytest.mark.parametrize("side", [1.0, 100.0, 9_000.0, 400_000.0])
def test_neighbours_with_jagged_common_edges_share_nothing(side: float) -> None:
    """However large: where rounding could show, GEOS is asked. A vertex that only one of two has makes no difference."""
    rng = np.random.default_rng(6)
    line = np.column_stack([np.linspace(0, 1, 30), rng.uniform(-0.2, 0.2, 30)]) * side + (4e5, 4.1e6)
    above = Polygon([*line, (line[-1, 0], line[-1, 1] + side), (line[0, 0], line[0, 1] + side)])
    below = Polygon([*line[::-1], (line[0, 0], line[0, 1] - side), (line[-1, 0], line[-1, 1] - side)])
    assert above.touches(below)
    found = pairs.overlapping(Polygons(None, np.array([above, below, above], dtype=object)))
    assert list(zip(found[0], found[1], strict=True)) == [(0, 2)]
    assert found[2][0] == pytest.approx(above.area, rel=1e-12)
    split = np.array([box(0, 0, side, side), Polygon([(side, 0), (2 * side, 0), (2 * side, side), (side, side), (side, side / 2)])])  # fmt: skip
    assert len(pairs.overlapping(Polygons(None, split))[0]) == 0


def test_threads_pieces_and_order_change_nothing(monkeypatch: Any) -> None:
    left, right = holed()
    left = np.concatenate([left, left[::3]])
    results, original = [], threads.in_pieces
    monkeypatch.setattr(halves, "_MOST_VERTICES", 16)
    for workers, piece, rows, batch in (("1", 16_384, 500_000, 20_000), ("3", 7, 300, 9), ("2", 1, 1, 1)):
        monkeypatch.setenv("GEOPARKS_THREADS", workers)
        monkeypatch.setattr(strips, "in_pieces", lambda n, work, p=piece: original(n, work, p))
        monkeypatch.setattr(strips, "_ROWS", rows)
        monkeypatch.setattr(pairs_uncompiled, "_BATCH", batch)
        monkeypatch.setattr(halves, "_RUN", piece)
        both = pairs.shared_pairs(Polygons(None, left), Polygons(None, right))
        results.append((*pairs.overlapping(Polygons(None, left)), *both))
    for other in results[1:]:
        assert all((a == b).all() for a, b in zip(results[0], other, strict=True))
    order = np.random.default_rng(7).permutation(len(left))
    mixed = pairs.overlapping(Polygons(None, left[order]))
    i, j = order[mixed[0]], order[mixed[1]]
    again = {(min(a, b), max(a, b)): v for a, b, v in zip(i.tolist(), j.tolist(), mixed[2].tolist(), strict=True)}
    whole = {(a, b): v for a, b, v in zip(*(one.tolist() for one in results[0][:3]), strict=True)}
    assert again.keys() == whole.keys()
    assert max(abs(again[one] - whole[one]) for one in whole) < 1e-9


corner = st.tuples(st.integers(0, 12), st.integers(0, 12))
outline = st.lists(corner, min_size=3, max_size=7)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(outline, min_size=1, max_size=8), st.integers(0, 3))
def test_any_valid_polygons(some: Any, turn: int) -> None:
    """On a lattice and turned; level and upright edges, whole sides that coincide."""
    shapes = np.array([Polygon(one) for one in some], dtype=object)
    shapes = shapely.transform(
        shapes, lambda xy: xy @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    )
    shapes = shapes[shapely.is_valid(shapes) & (shapely.area(shapes) > 0)]
    if len(shapes):
        assert_same(sums(shapes, shapes), by_geos(shapes, shapes), 1e-9)


def test_edges_of_longitudes_are_those_of_the_plane() -> None:
    """The same bits whether the polygons go into the plane or their vertices alone; nothing has no edges."""
    shapes = world()
    one, other = strips.edges_of(shapes, in_plane), strips.edges_of(to_plane(shapes))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert (np.diff(one.start)[-2:] == 0).all()
    assert len(strips.edges_of(shapes[-2:]).left) == 0
    assert len(pairs.overlapping(Polygons(None, shapes[-2:]))[0]) == 0
    assert len(pairs.overlapping(Polygons(None, shapes[:0]))[0]) == 0


@pytest.mark.parametrize("step", [0.013, 0.1, 5.0])
def test_only_who_has_a_long_edge_is_densified(step: float) -> None:
    shapes = world()
    assert shapely.equals_exact(polygons._dense(shapes, step)[:-2], shapely.segmentize(shapes, step)[:-2]).all()


def test_pieces_of_a_layer_are_read_as_the_whole(monkeypatch: Any) -> None:
    """Coordinates to the bit, and the rows of what must be refused counted from the first."""
    series = gpd.GeoSeries(world(), crs=4490).to_crs(4525)
    monkeypatch.setenv("GEOPARKS_PURE", "1")
    whole = polygons_of(series).shapes
    original = threads.in_pieces
    monkeypatch.setattr(polygons, "in_pieces", lambda n, work: original(n, work, 11))
    apart = polygons_of(series).shapes
    assert shapely.equals_exact(whole[:-2], apart[:-2]).all()
    series.iloc[[40, 150]] = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(polygons.UnreadableFile) as error:
        polygons_of(series)
    assert "第 41、151 行" in error.value.as_text().zh
    assert not series.isna().iloc[40]
