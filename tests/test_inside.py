"""How much of each parcel lies in another layer: by kernels and by GEOS, from files and tables, with what must be refused."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

import geoparks as gp
from geoparks.errors import GeoparksError, UnreadableFile
from geoparks.measure.inside import inside, overlaps
from geoparks.measure.plane import to_plane
from geoparks.measure.polygons import polygons_of

WAYS = ["kernels", "geos"]


@pytest.fixture(params=WAYS)
def way(request: Any, monkeypatch: Any) -> str:
    if request.param == "kernels":
        pytest.importorskip("numba", reason="without numba there is only the pure way")
    for module in ("inside", "polygons", "area"):
        monkeypatch.setattr(f"geoparks.measure.{module}.ready", lambda count: request.param == "kernels")
    return request.param


def parcels() -> gpd.GeoDataFrame:
    """Fifteen by fifteen cells of 100 m in a Gauss plane, some enlarged, one twice, one without a shape, one with a hole."""
    rng = np.random.default_rng(1)
    i, j = np.divmod(np.arange(225), 15)
    more = np.where(rng.random(225) < 0.1, 4.0, 0.0)
    x, y = 37_410_000 + i * 100.0, 4_384_000 + j * 100.0
    shapes = shapely.box(x - more, y - more, x + 100 + more, y + 100 + more)
    shapes[7], shapes[30] = shapes[8], None
    shapes[60] = shapely.difference(shapes[60], shapes[60].buffer(-30))
    return gpd.GeoDataFrame({"n": np.arange(225)}, geometry=shapes, crs=4525)


def zones() -> gpd.GeoDataFrame:
    """Three rough zones of many vertices, two of one name that overlap, one with a hole; small plots; one in two parts."""
    rng = np.random.default_rng(2)
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)

    def rough(x: float, y: float, r: float) -> Polygon:
        radius = r * (1 + 0.1 * np.sin(9 * angle) + rng.uniform(-0.01, 0.01, 400))
        return Polygon(
            np.column_stack([37_410_000 + x + radius * np.cos(angle), 4_384_000 + y + radius * np.sin(angle)])
        )

    big = [rough(500, 500, 350), rough(800, 600, 300), rough(1100, 1200, 300).difference(rough(1100, 1200, 120))]
    small = [box(37_410_000 + 37 * k, 4_385_200, 37_410_030 + 37 * k, 4_385_260) for k in range(12)]
    two = MultiPolygon(
        [box(37_410_000, 4_385_300, 37_410_055, 4_385_355), box(37_410_700, 4_385_300, 37_410_755, 4_385_400)]
    )
    names = ["A", "A", "B", *["C"] * 12, None]
    return gpd.GeoDataFrame({"zone": names}, geometry=[*big, *small, two], crs=4525)


def by_hand(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame) -> tuple[Any, Any]:
    planes = []
    for one in (left, right):
        dense = one.geometry.segmentize(70).to_crs(4490).to_numpy()
        planes.append(to_plane(dense))
    return planes[0], planes[1]


def test_pairs_are_those_of_geos(way: str) -> None:
    left, right = parcels(), zones()
    p, q = by_hand(left, right)
    found = inside(left, right)
    i, j = shapely.STRtree(q).query(p)
    m2 = shapely.area(shapely.intersection(p[i], q[j]))
    expected = pd.Series(m2[m2 > 1e-7], index=pd.MultiIndex.from_arrays([i[m2 > 1e-7], j[m2 > 1e-7]])).sort_index()
    assert list(zip(found["parcel"], found["other"], strict=True)) == expected.index.tolist()
    assert np.abs(found["m2"].to_numpy() - expected.to_numpy()).max() < 1e-6
    assert 30 not in set(found["parcel"])


def test_land_of_two_features_of_one_zone_counts_once(way: str) -> None:
    left, right = parcels(), zones()
    p, q = by_hand(left, right)
    found = inside(left, right, by="zone")
    assert found["zone"].isna().any()
    for zone, some in found.groupby("zone", dropna=False):
        rows = right["zone"].isna() if pd.isna(zone) else right["zone"] == zone
        whole = shapely.area(shapely.intersection(p[some["parcel"]], shapely.union_all(q[rows.to_numpy()])))
        assert np.abs(some["m2"].to_numpy() - whole).max() < 1e-6
    both = inside(left, right).groupby("parcel")["m2"].sum()
    once = found.groupby("parcel")["m2"].sum()
    assert (both - once).max() > 100


def test_overlaps_are_those_of_geos(way: str) -> None:
    left = parcels()
    p, _ = by_hand(left, zones())
    found = overlaps(left)
    i, j = shapely.STRtree(p).query(p)
    i, j = i[i < j], j[i < j]
    m2 = shapely.area(shapely.intersection(p[i], p[j]))
    expected = {(a, b): v for a, b, v in zip(i.tolist(), j.tolist(), m2.tolist(), strict=True) if v > 1e-6}
    mine = {(a, b): v for a, b, v in found.itertuples(index=False)}
    assert (7, 8) in mine
    assert {one for one, v in mine.items() if v > 1e-6} == set(expected)
    assert max(abs(mine[one] - expected[one]) for one in expected) < 1e-6


@pytest.mark.parametrize("suffix", ["parquet", "gpkg"])
def test_files_say_the_same_as_tables(way: str, suffix: str, tmp_path: Path) -> None:
    left, right = parcels(), zones()
    for name, one in (("p", left), ("z", right)):
        file = tmp_path / f"{name}.{suffix}"
        one.to_parquet(file) if suffix == "parquet" else one.to_file(file)
    p, z = tmp_path / f"p.{suffix}", tmp_path / f"z.{suffix}"
    pd.testing.assert_frame_equal(inside(p, z), inside(left, right), rtol=1e-12)
    assert set(inside(p, str(z), by="zone")["zone"].dropna()) == {"A", "B", "C"}
    pd.testing.assert_series_equal(gp.area(p), gp.area(left).rename("area_m2"), rtol=1e-12)
    ready = polygons_of(p)
    pd.testing.assert_frame_equal(inside(ready, polygons_of(z)), inside(left, right), rtol=1e-12)
    with pytest.raises(GeoparksError, match="zonne"):
        inside(p, z, by="zonne")


def test_both_ways_of_area_are_the_same_to_the_bit(tmp_path: Path, monkeypatch: Any) -> None:
    pytest.importorskip("numba", reason="without numba there is only the pure way")
    left = parcels().to_crs(4490)
    left.loc[3, "geometry"] = Polygon([(109, 39), (109.001, 39.001), (109.001, 39), (109, 39.001)])  # crosses itself
    left.to_parquet(tmp_path / "p.parquet")
    told = []
    for many in (True, False):
        for module in ("polygons", "area"):
            monkeypatch.setattr(f"geoparks.measure.{module}.ready", lambda count, many=many: many)
        told.append(gp.area(tmp_path / "p.parquet").to_numpy())
    assert np.array_equal(told[0], told[1], equal_nan=True)
    assert np.isnan(told[0][30])
    assert told[0][3] > 0


WITHOUT = """
import sys
sys.modules["numba"] = None
import geoparks as gp
from geoparks.kernel import ready
assert not ready.ready(10**9)
gp.inside(sys.argv[1], sys.argv[2]).to_parquet(sys.argv[3])
gp.area(sys.argv[1]).to_frame().to_parquet(sys.argv[3] + ".area")
gp.overlaps(sys.argv[1]).to_parquet(sys.argv[3] + ".overlaps")
"""


def test_where_numba_is_not_installed_all_is_the_same(tmp_path: Path, monkeypatch: Any) -> None:
    p, z, told = (tmp_path / name for name in ("p.parquet", "z.parquet", "told"))
    parcels().to_parquet(p)
    zones().to_parquet(z)
    subprocess.run([sys.executable, "-c", WITHOUT, str(p), str(z), str(told)], check=True)
    if find_spec("numba"):
        for module in ("inside", "polygons", "area"):
            monkeypatch.setattr(f"geoparks.measure.{module}.ready", lambda count: True)
    for mine, other in ((gp.inside(p, z), told), (gp.overlaps(p), Path(f"{told}.overlaps"))):
        pd.testing.assert_frame_equal(mine, pd.read_parquet(other), rtol=0, atol=1e-6)
    area = pd.read_parquet(f"{told}.area")["area_m2"]
    assert np.array_equal(gp.area(p).to_numpy(), area.to_numpy(), equal_nan=True)


BOWTIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
REFUSED = {
    "crosses itself": BOWTIE,
    "folds back": Polygon([(0, 0), (10, 0), (4, 0), (4, 9), (0, 9)]),
    "hole outside": Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(20, 20), (30, 20), (30, 30)]]),
    "parts on each other": MultiPolygon([box(0, 0, 10, 10), box(5, 5, 15, 15)]),
    "a line": shapely.LineString([(0, 0), (1, 1)]),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_invalid_is_refused_first(way: str, name: str) -> None:
    """By winding numbers its area would be wrong, and nobody would see it."""
    moved = shapely.transform(REFUSED[name], lambda xy: xy + np.array([37_410_000, 4_384_000]))
    bad = gpd.GeoDataFrame(geometry=[*parcels().geometry[:9], moved], crs=4525)
    for ask in (lambda: inside(bad, zones()), lambda: inside(zones(), bad), lambda: overlaps(bad)):
        with pytest.raises(UnreadableFile) as caught:
            ask()
        assert "10" in caught.value.line("zh")


def test_without_a_system_nothing_is_measured() -> None:
    with pytest.raises(UnreadableFile, match="coordinate system"):
        inside(gpd.GeoSeries([box(0, 0, 1, 1)]), zones())


def test_the_holder_that_has_most_is_the_same_both_ways(monkeypatch: Any) -> None:
    """Whole, halved exactly, shared by two alike, outside, touching, missing: kernels settle only what is plain."""
    pytest.importorskip("numba", reason="without numba there is only the pure way")
    from geoparks.measure.places import largest

    i, j = np.divmod(np.arange(400), 20)
    shapes = shapely.box(i * 10.0, j * 10.0, i * 10.0 + 10, j * 10.0 + 10)
    shapes[5], shapes[6] = None, Polygon()
    angle = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    rough = Polygon(np.column_stack([150 + 44 * np.cos(angle), 150 + 44 * np.sin(angle)]))
    holders = np.array(
        [box(0, 0, 55, 55), box(55, 0, 105, 55), box(55, 20, 105, 75), rough, box(200, 0, 300, 200)], dtype=object
    )
    told = []
    for many in (True, False):
        monkeypatch.setattr("geoparks.measure.places.ready", lambda count, many=many: many)
        told.append(largest(shapes, holders, shapely.STRtree(holders)))
    assert np.array_equal(told[0][0], told[1][0])
    assert np.abs(told[0][1] - told[1][1]).max() < 1e-9
    assert np.array_equal(told[0][1] > 0.5, told[1][1] > 0.5)
    assert {-1, 0, 1, 2, 3} == set(told[0][0].tolist())
