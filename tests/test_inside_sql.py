"""The overlay computed by the server, held polygon by polygon against GEOS here, on the shapes that break overlays."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from database import TYPED

from geoparks.catalog.layer import load as catalogue
from geoparks.errors import GeoparksError
from geoparks.files.within import within
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.inside_sql import TOLERANCE_M2, inside_on_server, sql
from geoparks.measure.plane import to_plane
from geoparks.normalise.datum import path
from geoparks.normalise.geometry import densify
from geoparks.normalise.placement import Placement
from geoparks.text import same

E, N = 36_413_000.0, 4_384_000.0


def _jagged(rng: np.random.Generator, x: float, y: float, radius: float, vertices: int, hole: bool) -> shapely.Polygon:
    angle = np.sort(rng.uniform(0, 2 * np.pi, vertices))
    ring = np.column_stack([x + np.cos(angle) * radius * rng.uniform(0.6, 1, vertices), y + np.sin(angle) * radius * rng.uniform(0.6, 1, vertices)])  # fmt: skip
    small = [[(x - 20, y - 20), (x - 20, y + 20), (x + 20, y + 20), (x + 20, y - 20)]] if hole else []
    return shapely.make_valid(shapely.Polygon(ring, small), method="structure")


def layers(seed: int = 5) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Parcels on a grid and off it; zones that are large, jagged, holed, alike, in pieces, and overlap each other."""
    rng = np.random.default_rng(seed)
    cells = [
        shapely.box(E + 100 * i, N + 100 * j, E + 100 * (i + 1), N + 100 * (j + 1))
        for i in range(12)
        for j in range(12)
    ]
    loose = [
        _jagged(rng, E + rng.uniform(0, 1200), N + rng.uniform(0, 1200), 60, int(rng.integers(5, 25)), False)
        for _ in range(60)
    ]
    odd = [
        cells[5], shapely.MultiPolygon([cells[0], cells[30]]), shapely.box(E, N, E + 1, N + 1), shapely.box(E - 90_000, N, E + 90_000, N + 5),
        shapely.Polygon([(E, N), (E + 200, N + 200), (E + 200, N), (E, N + 200)]), shapely.box(E - 5000, N - 5000, E - 4000, N - 4000),
        cells[40].difference(shapely.box(E + 310, N + 410, E + 350, N + 450)),
    ]  # fmt: skip
    parcels = gpd.GeoDataFrame(
        {"id": range(len(cells) + len(loose) + len(odd))}, geometry=[*cells, *loose, *odd], crs=4524
    )
    zones = [
        ("集中建设区", _jagged(rng, E + 500, N + 500, 600, 900, True)), ("集中建设区", shapely.box(E + 300, N + 300, E + 700, N + 700)),
        ("弹性发展区", shapely.box(E + 600, N, E + 900, N + 300)), ("弹性发展区", shapely.box(E + 600, N, E + 900, N + 300)),
        ("弹性发展区", shapely.box(E + 900, N, E + 1000, N + 300)), ("特别用途区", shapely.MultiPolygon([cells[7], cells[100]])),
        ("特别用途区", shapely.Polygon([(E, N + 900), (E + 400, N + 1200), (E + 400, N + 900), (E, N + 1200)])),
        (None, shapely.box(E + 1000, N + 1000, E + 1150, N + 1150)),
    ]  # fmt: skip
    return parcels, gpd.GeoDataFrame(
        {"id": range(len(zones)), "zone": [z for z, _ in zones]}, geometry=[g for _, g in zones], crs=4524
    )


def _plane(frame: gpd.GeoDataFrame) -> np.ndarray:
    """As the reader prepares geometry: sound in its own plane, densified there, then in the equal-area plane."""
    placement = Placement("", same(""), frame.crs, path(frame.crs))
    shapes = frame.geometry.to_numpy()
    sound = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes, method="structure"))
    return to_plane(shapely.transform(densify(sound, placement), placement.path.to_lonlat))


def by_geos(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, by: str | None) -> pd.DataFrame:
    """Every parcel cut with the union of every zone, one by one: slow and plain."""
    own, other = _plane(parcels), _plane(zones)
    values = [None] * len(zones) if by is None else [one if isinstance(one, str) else None for one in zones[by]]
    named = sorted(set(values), key=lambda one: (one is None, one or ""))
    unions = {value: shapely.union_all(other[[one == value for one in values]]) for value in named}
    rows = []
    for position, shape in enumerate(own):
        for value, union in unions.items():
            m2 = shapely.area(shapely.intersection(shape, union))
            if m2 > 0:
                rows.append((position, value, m2))
    return pd.DataFrame(rows, columns=["parcel", by or "value", "m2"])


def _together(server: pd.DataFrame, here: pd.DataFrame, by: str) -> pd.DataFrame:
    for frame in (server, here):
        frame[by] = frame[by].fillna("")
    return server.merge(here, on=["parcel", by], how="outer", suffixes=("", "_here")).fillna(
        {"m2": 0.0, "m2_here": 0.0}
    )


@pytest.mark.parametrize("epsg", [4524, 4490])
@pytest.mark.parametrize("by", ["zone", None])
def test_each_parcel_has_the_same_area_as_with_geos(postgis: Any, epsg: int, by: str | None) -> None:
    parcels, zones = layers()
    if epsg == 4490:  # vertices alone are moved: what was straight is drawn anew
        parcels, zones = (one.set_geometry(shapely.transform(one.geometry.to_numpy(), path(one.crs).to_lonlat), crs=4490) for one in (parcels, zones))  # fmt: skip
    postgis.write(parcels, "p", key="id")
    postgis.write(zones, "z", key="id")
    both = _together(
        inside_on_server(postgis.address("p"), postgis.address("z"), by), by_geos(parcels, zones, by), by or "value"
    )
    assert len(both) > 150
    apart = (both["m2"] - both["m2_here"]).abs()
    assert apart.max() <= TOLERANCE_M2, both.loc[apart.idxmax()]
    assert set(both.loc[both["m2"] > TOLERANCE_M2, "parcel"]) == set(both.loc[both["m2_here"] > TOLERANCE_M2, "parcel"])


def test_a_parcel_that_is_covered_has_its_whole_official_area(postgis: Any) -> None:
    parcels, _ = layers()
    whole = gpd.GeoDataFrame(
        {"id": [1]}, geometry=[shapely.box(E - 100_000, N - 100_000, E + 100_000, N + 100_000)], crs=4524
    )
    postgis.write(parcels, "p", key="id")
    postgis.write(whole, "w", key="id")
    found = inside_on_server(postgis.address("p"), postgis.address("w"))
    placement = Placement("", same(""), parcels.crs, path(parcels.crs))
    valid = shapely.make_valid(parcels.geometry.to_numpy(), method="structure")
    official = ellipsoidal_area(shapely.transform(densify(valid, placement), placement.path.to_lonlat))
    assert len(found) == len(parcels)
    assert np.abs(found["m2"].to_numpy() - official).max() <= TOLERANCE_M2


def test_twice_the_same_bits_and_nothing_stays_behind(postgis: Any) -> None:
    parcels, zones = layers(6)
    postgis.write(parcels, "p", key="id")
    postgis.write(zones.sample(frac=1, random_state=1), "z")  # no key: the order of the rows is that of their text
    tables = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'i')"
    before = postgis.run(tables)
    first, second = (inside_on_server(postgis.address("p"), postgis.address("z"), "zone") for _ in range(2))
    assert first.equals(second) and postgis.run(tables) == before


def test_the_statements_run_with_psql(postgis: Any) -> None:
    parcels, zones = layers()
    postgis.write(parcels, "p", key="id")
    postgis.write(zones, "z", key="id")
    words = sql(postgis.address("p"), postgis.address("z"), "zone")
    assert TYPED not in words
    told = subprocess.run(
        [shutil.which("psql") or "psql", "-qAt", "-F", "|", postgis.address("p").partition("?")[0]],
        input="SET extra_float_digits = 3;" + words, capture_output=True, check=True, text=True,
    )  # fmt: skip
    rows = [line.split("|") for line in told.stdout.splitlines()]
    found = inside_on_server(postgis.address("p"), postgis.address("z"), "zone")
    assert [(int(p), i, v or None, float(m)) for p, i, v, m in rows] == [
        (p, i, v if isinstance(v, str) else None, m) for p, i, v, m in found.itertuples(index=False)
    ]
    assert found["id"].tolist() == found["parcel"].astype(str).tolist()


def test_what_cannot_be_done_on_the_server_is_said(postgis: Any) -> None:
    parcels, zones = layers()
    postgis.write(parcels, "p", key="id")
    postgis.write(zones, "z", key="id")
    postgis.write(zones, "xian", srid=2364)
    postgis.run("CREATE TABLE IF NOT EXISTS noshape (id text)")
    for other, words in (
        (postgis.address("xian"), "基准转换"),
        (postgis.address("noshape"), "没有图形"),
        (postgis.address("z").replace("/land?", "/elsewhere?"), "不在同一个数据库"),
        (postgis.address("zz"), "没有名为 zz"),
    ):
        with pytest.raises(GeoparksError) as caught:
            inside_on_server(postgis.address("p"), other)
        assert words in caught.value.line("zh") and TYPED not in caught.value.line("zh")


def test_the_command_gives_the_same_from_the_server_and_from_files(postgis: Any, tmp_path: Any, geoparks: Any) -> None:
    parcels, zones = layers()
    postgis.write(parcels, "p", key="id")
    postgis.write(zones, "z", key="id")
    parcels.to_file(tmp_path / "p.gpkg")
    zones.to_file(tmp_path / "z.gpkg")
    words = ("--by", "zone", "--json")
    told = [
        geoparks("area", postgis.address("p"), "--inside", postgis.address("z"), *words),
        geoparks("area", tmp_path / "p.gpkg", "--inside", tmp_path / "z.gpkg", *words),
    ]
    assert all(one.returncode == 0 and TYPED not in one.stdout for one in told), told[0].stderr + told[1].stderr
    there, here = (json.loads(one.stdout)["files"][0] for one in told)
    assert (there["computed"], here["computed"]) == ("server", "here")
    areas = [{(one["row"], one["value"]): one["area_m2"] for one in found["rows"]} for found in (there, here)]
    for key in areas[0].keys() | areas[1].keys():
        assert areas[0].get(key, 0.0) == pytest.approx(areas[1].get(key, 0.0), abs=TOLERANCE_M2), key
    printed = geoparks("area", postgis.address("p"), "--inside", postgis.address("z"), "--sql")
    assert printed.returncode == 0 and printed.stdout.startswith("BEGIN;") and TYPED not in printed.stdout
    wrong = geoparks("area", postgis.address("p"), "--inside", postgis.address("z"), "--by", "zoen")
    assert wrong.returncode == 2 and "zone" in wrong.stderr and len(wrong.stderr.splitlines()) == 1


def test_files_are_overlaid_alike_by_kernels_and_by_geos(tmp_path, monkeypatch) -> None:
    parcels, zones = layers()
    parcels[parcels.is_valid].to_parquet(tmp_path / "p.parquet")
    zones[zones.is_valid].to_parquet(tmp_path / "z.parquet")
    told = []
    for many in (False, True):
        monkeypatch.setattr("geoparks.files.within.ready", lambda count, many=many: many)
        told.append(within(str(tmp_path / "p.parquet"), str(tmp_path / "z.parquet"), catalogue(), by="zone")["rows"])
    one, other = (pd.DataFrame(some) for some in told)
    assert len(one) > 100
    assert one[["row", "value"]].equals(other[["row", "value"]])
    assert (one["area_m2"] - other["area_m2"]).abs().max() < 1e-6
