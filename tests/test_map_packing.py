"""Geometry in a page: a decoder written apart from the packer gives back every vertex, of every kind, the same bytes each time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from mapped import unpacked
from shapely import wkt

from geoparks.maps import pack
from geoparks.normalise.by_position import ByPosition, taken

HOLED = "POLYGON ((110 39, 110.02 39, 110.02 39.02, 110 39.02, 110 39), (110.005 39.005, 110.01 39.005, 110.01 39.01, 110.005 39.005))"
CASES = {
    "polygon": ["POLYGON ((110 39, 110.01 39, 110.01 39.01, 110 39))"],
    "hole": [HOLED],
    "multipolygon": ["MULTIPOLYGON (((110 39, 111 39, 111 40, 110 39)), ((112 39, 113 39, 113 40, 112 39)))"],
    "line": ["LINESTRING (110 39, 110.5 39.5, 111 39)"],
    "ring as line": ["LINEARRING (110 39, 110.5 39.5, 111 39, 110 39)"],
    "multiline": ["MULTILINESTRING ((110 39, 110.5 39.5), (111 39, 111 40, 112 40))"],
    "point": ["POINT (110 39)"],
    "multipoint": ["MULTIPOINT ((110 39), (111 39))"],
    "collection": ["GEOMETRYCOLLECTION (POINT (110 39), LINESTRING (110 39, 111 40), POLYGON ((110 39, 111 39, 111 40, 110 39)))"],
    "nested": ["GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (MULTIPOINT ((110 39), (111 39))), POLYGON ((110 39, 111 39, 111 40, 110 39)))"],
    "missing and empty among others": [None, HOLED, "POLYGON EMPTY", "POINT (110 39)", None, "LINESTRING (110 39, 111 40)", HOLED],
    "nothing": [],
    "only missing": [None, None],
    "heights": ["POLYGON Z ((110 39 5, 111 39 6, 111 40 7, 110 39 5))"],
    "far apart": ["POINT (-179.9 -80)", "POINT (179.9 80)"],
    "one place twice": ["LINESTRING (110 39, 110 39)"],
}  # fmt: skip


def shapes(words: list[str | None]) -> np.ndarray:
    return np.array([None if one is None else wkt.loads(one) for one in words], dtype=object)


def expected(geometry: np.ndarray) -> dict[int, list[tuple[str, list[tuple[float, float]]]]]:
    """What a page should hold, by plain recursion."""

    def paths(one):
        if one.geom_type.startswith(("Multi", "Geometry")):
            return [path for part in one.geoms for path in paths(part)]
        if one.is_empty:
            return []
        if one.geom_type == "Polygon":
            return [("polygon", [xy[:2] for xy in ring.coords[:-1]]) for ring in (one.exterior, *one.interiors)]
        return [("point" if one.geom_type == "Point" else "line", [xy[:2] for xy in one.coords])]

    found = {i: paths(one) for i, one in enumerate(geometry) if one is not None}
    return {i: some for i, some in found.items() if some}


def decoded(geometry: np.ndarray) -> tuple[dict[int, list], int]:
    found: dict[int, list] = {}
    bits = pack.FINE_BITS
    for mesh in pack.meshes(geometry):
        bits = mesh.bits
        for owner, some in unpacked(mesh.as_dict(), mesh.data).items():
            found.setdefault(owner, []).extend(some)
    return found, bits


def agree(geometry: np.ndarray) -> None:
    """Every path of every kind is there in its order, every vertex within half a step of the grid."""
    got, bits = decoded(geometry)
    wanted = expected(geometry)
    assert got.keys() == wanted.keys()
    half = 180.0 / 2**bits * 1.001 + 1e-12
    for owner, paths in wanted.items():
        for kind in pack.KINDS:
            mine = [places for one, places in got[owner] if one == kind]
            theirs = [places for one, places in paths if one == kind]
            assert [len(one) for one in mine] == [len(one) for one in theirs]
            if mine:
                away = np.abs(np.concatenate(mine) - np.concatenate(theirs))
                assert away.max() <= half


@pytest.mark.parametrize("name", CASES)
def test_every_vertex_comes_back(name: str) -> None:
    agree(shapes(CASES[name]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.tuples(st.floats(73, 135), st.floats(18, 54)), min_size=2, max_size=9), max_size=9))
def test_every_vertex_of_any_lines_comes_back(lines: list[list[tuple[float, float]]]) -> None:
    agree(np.array([shapely.LineString(one) for one in lines], dtype=object))


def test_layers_of_a_million_vertices_are_packed_coarser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack, "_FINE_UP_TO_VERTICES", 3)
    geometry = shapes(CASES["hole"])
    assert {one.bits for one in pack.meshes(geometry)} == {pack.COARSE_BITS}
    agree(geometry)


def test_a_step_is_as_fine_as_is_said() -> None:
    circle = 2 * np.pi * 6378137 * np.cos(np.radians(40))
    assert circle / 2**pack.FINE_BITS < 0.0075
    assert circle / 2**pack.COARSE_BITS < 0.12


def test_the_same_shapes_give_the_same_bytes() -> None:
    geometry = shapes(CASES["missing and empty among others"])
    first, second = ([one.as_dict() for one in pack.meshes(geometry.copy())] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("piece", [1, 2])
def test_slices_change_no_byte(name: str, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shapes that are read slice after slice, some of many or all, are packed as if they were there at once."""
    geometry = np.concatenate([shapes(CASES[name]), shapes(CASES["missing and empty among others"])])
    whole, bounds = [one.as_dict() for one in pack.meshes(geometry)], shapely.total_bounds(geometry)
    monkeypatch.setattr(pack, "_PIECE", piece)
    rows = np.random.default_rng(1).permutation(len(geometry))
    stored = geometry[rows]
    some = taken(ByPosition(len(rows), lambda those: stored if those is None else stored[those]), np.argsort(rows))
    for sliced in (geometry, some):
        assert [one.as_dict() for one in pack.meshes(sliced)] == whole
        assert np.array_equal(pack.extent(sliced), bounds, equal_nan=True)
    assert np.isnan(pack.extent(geometry[:0])).all()


@given(st.lists(st.integers(0, 2**35 - 1)))
def test_numbers_of_any_size_are_packed(numbers: list[int]) -> None:
    data = pack._varints(np.array(numbers, dtype=np.int64))
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value = shift = 0
    assert found == numbers
