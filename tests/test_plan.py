"""What a run will need: counts without reading, held against what is read; lines that grow; advice that follows memory and time."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geoparks as gp
from geoparks.planning import plan as planning
from geoparks.planning.counts import counts
from geoparks.planning.plan import calibration, duration, plan, with_workers

GRID = [shapely.segmentize(shapely.box(110 + 0.01 * i, 40, 110.009 + 0.01 * i, 40.009), 0.0005) for i in range(40)]
VERTICES = int(shapely.get_num_coordinates(np.array(GRID)).sum())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One layer in every format that can be counted."""
    data = tmp_path / "data"
    data.mkdir()
    frame = gpd.GeoDataFrame({"parcel_id": [f"P{i}" for i in range(40)]}, geometry=GRID, crs=4490)
    (data / "parcels").mkdir()
    frame.iloc[:30].to_parquet(data / "parcels" / "a.parquet")
    frame.iloc[30:].to_parquet(data / "parcels" / "b.parquet")
    frame.to_file(data / "udb.shp", encoding="utf-8")
    frame.to_file(data / "farmland.gpkg", layer="farmland")
    frame.to_file(data / "redline.geojson", engine="pyogrio")
    frame.to_file(data / "main_function.fgb")
    frame.drop(columns="geometry").to_csv(data / "projects.csv", index=False)
    frame.drop(columns="geometry").to_excel(data / "enterprises.xlsx", index=False)
    (data / "soil.parquet").write_bytes(b"PAR1 is no Parquet file")
    return tmp_path


def test_rows_are_exact_and_vertices_near_without_reading_geometry(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapely, "from_wkb", lambda *_, **__: pytest.fail("geometry was read"))
    ws = gp.open(folder)
    found = {one.path.rpartition("/")[2]: one for one in counts(ws.config, ws.catalogue)}
    assert found["a.parquet"].layer == found["b.parquet"].layer == "parcels"
    assert found["a.parquet"].rows == 30 and found["b.parquet"].rows == 10 and found["a.parquet"].rows_exact
    for name, layer in (
        ("udb.shp", "udb"),
        ("farmland.gpkg", "farmland"),
        ("redline.geojson", "redline"),
        ("main_function.fgb", "main_function"),
    ):
        assert found[name].rows == 40 and found[name].layer == layer, name
        assert found[name].vertices == pytest.approx(VERTICES, rel=0.5) and not found[name].vertices_exact, name
    assert found["farmland.gpkg"].vertices == pytest.approx(VERTICES, rel=0.05)
    assert found["projects.csv"].rows == found["enterprises.xlsx"].rows == 40
    assert found["soil.parquet"].rows is None and found["soil.parquet"].layer == ""


def test_the_plan_counts_all_parts_of_the_parcels(folder: Path) -> None:
    made = plan(gp.open(folder))
    assert made.rows == 40 and made.vertices == pytest.approx(VERTICES, rel=0.3)
    assert [one.verb for one in made.needs] == list(planning.VERBS)
    for need in made.needs:
        assert 0 < need.seconds.least <= need.seconds.expected <= need.seconds.most
        assert need.memory_mib.expected > 100 and 0 <= need.shared_share <= 1


def _with(
    monkeypatch: pytest.MonkeyPatch, folder: Path, rows: int, memory_mib: float, names: tuple[str, ...] = ("a.parquet",)
) -> planning.Plan:
    """The plan for so many parcels, in files of these names."""
    from geoparks.planning.counts import Count

    each = rows // len(names)
    monkeypatch.setattr(
        planning, "counts", lambda *_: [Count("parcels", f"data/parcels/{name}", each, each * 14) for name in names]
    )
    return plan(gp.open(folder), memory_mib)


def _idle(made: planning.Plan) -> planning.Need:
    return next(one for one in made.needs if one.verb == "idle")


def test_more_parcels_need_more_and_memory_decides_before_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (_with(monkeypatch, folder, rows, 10**9, ("a.parquet", "b.parquet")) for rows in (10_000, 50_000_000))
    for one, other in zip(few.needs, many.needs, strict=True):
        assert one.memory_mib.expected < other.memory_mib.expected
        assert one.seconds.expected < other.seconds.expected
        assert one.engine == "local"
    idle = _idle(many)
    assert idle.engine == "dask" and "--engine dask://" in idle.why.zh
    assert with_workers(idle, 16) < with_workers(idle, 4) < with_workers(idle, 1) == idle.seconds.expected
    assert many.beyond and not few.beyond
    small = _with(monkeypatch, folder, 50_000_000, 4 * 1024)
    assert {one.engine for one in small.needs} == {"larger"} and "不分担内存" in small.needs[0].why.zh


@pytest.mark.parametrize("name", ["a.gpkg", "a.GDB", "a.fgb", "a.shp"])
def test_other_formats_take_longer_to_read_by_what_was_measured(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    parquet, other = (_idle(_with(monkeypatch, folder, 2_000_000, 10**9, (one,))) for one in ("a.parquet", name))
    more = calibration()["more"][Path(name).suffix.lower()]
    assert more > 0 and other.seconds.expected == pytest.approx(parquet.seconds.expected + 2 * more)
    assert other.memory_mib == parquet.memory_mib


def test_a_format_that_is_read_whole_needs_the_memory_of_all_its_rows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet, whole = (_with(monkeypatch, folder, 2_000_000, 10**9, (one,)) for one in ("a.parquet", "a.geojson"))
    held = 2 * calibration()["whole"][".geojson"]
    for one, other in zip(parquet.needs, whole.needs, strict=True):
        assert other.memory_mib.expected == max(one.memory_mib.expected, held) and other.memory_mib.least >= held
    few = _with(monkeypatch, folder, 1_000, 10**9, ("a.geojson",))
    assert _idle(few).memory_mib == _idle(_with(monkeypatch, folder, 1_000, 10**9)).memory_mib


def test_workers_share_the_reading_of_parts_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = {
        names: _idle(_with(monkeypatch, folder, 2_000_000, 10**9, names)).shared_share
        for names in (("a.parquet",), ("a.parquet", "b.parquet"), ("a.gpkg", "b.gpkg"))
    }
    assert shared["a.parquet", "b.parquet"] > shared["a.parquet",] > shared["a.gpkg", "b.gpkg"] > 0


def test_advice_turns_where_the_calibration_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    idle = _idle(_with(monkeypatch, folder, 100_000, 10**9))
    share = calibration()["advice"]["memory_share"]
    at = idle.memory_mib.most / share
    assert _idle(_with(monkeypatch, folder, 100_000, at * 1.001)).engine != "larger"
    assert _idle(_with(monkeypatch, folder, 100_000, at * 0.999)).engine == "larger"


def test_the_calibration_has_every_line_and_says_from_how_many_runs() -> None:
    found = calibration()
    assert found["machine"]["runs"] >= 20 and found["machine"]["rows_to"] >= 90_000
    assert set(found["more"]) == {".gpkg", ".gdb", ".fgb", ".shp", ".geojson"}
    assert set(found["whole"]) == {".geojson"}
    for verb in planning.VERBS:
        for part, unit in (("judge", "s"), ("pieces", "s"), ("memory", "mib")):
            line = found["verbs"][verb][part]
            assert min(line.values()) >= 0 and set(line) == {
                f"fixed_{unit}",
                f"per_million_rows_{unit}",
                f"per_million_vertices_{unit}",
                "spread",
            }


def test_durations_are_said_as_people_say_them() -> None:
    assert [duration(s).zh for s in (3, 89, 91, 5399, 5401)] == ["3 秒", "89 秒", "2 分钟", "90 分钟", "1.5 小时"]


def test_the_command_tells_in_both_languages_and_for_programs(folder: Path, geoparks: Any) -> None:
    begin = time.monotonic()
    told = geoparks("plan", folder, "--json")
    assert told.returncode == 0 and time.monotonic() - begin < 60, told.stderr
    found = json.loads(told.stdout)
    assert (
        found["parcels"]["rows"] == 40
        and len(found["needs"]) == len(planning.VERBS)
        and found["measured_on"]["processor"]
    )
    assert (
        "宗地 40 宗" in geoparks("plan", folder).stdout
        and "40 parcels" in geoparks("plan", folder, "--lang", "en").stdout
    )
    assert not (folder / "out").exists()


def test_tables_of_a_database_are_counted_by_it(postgis: Any, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"id": range(40)}, geometry=GRID, crs=4490)
    postgis.write(frame, "counted", key="id")
    (tmp_path / "geoparks.toml").write_text(f'[data]\nparcels = "{postgis.address("counted")}"\n', encoding="utf-8")
    made = plan(gp.open(tmp_path))
    assert made.rows == 40 and made.vertices == VERTICES and made.counts[0].path == postgis.shown("public.counted")
