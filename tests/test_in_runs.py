"""One file of very many parcels is read run after run: the layer is the one that reading it as a whole gives, and where it cannot be, it is read so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from registers import COUNT, FORMATS, assert_same, layer, parcels, whole, written

import geoparks as gp
from geoparks.document import json_lines
from geoparks.normalise import assemble, in_runs, parts
from geoparks.normalise.by_itself import How
from geoparks.normalise.shelf import Shelf
from geoparks.pipeline import asked
from geoparks.read import runs
from geoparks.read.raw import RawLayer

ROWS = 64


@pytest.fixture
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ROWS", ROWS)
    monkeypatch.setattr(runs, "FIRST", 10)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether every layer that was begun could be read in runs."""
    found: list[bool] = []

    def watched(raw: RawLayer, how: How) -> RawLayer | None:
        made = in_runs.in_runs(raw, how)
        if raw.runs is not None:
            found.append(made is not None)
        return made

    monkeypatch.setattr(parts, "in_runs", watched)
    return found


@pytest.mark.parametrize("crs", [4525, 4490])
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_in_runs_is_the_file(
    tmp_path: Path, small_runs: None, told: list[bool], suffix: str, crs: int
) -> None:  # fmt: skip
    written(tmp_path / "data" / f"宗地{suffix}", parcels(crs))
    found = layer(tmp_path)
    assert told == [True] and len(found.sources) == 1 and len(found) == COUNT
    assert_same(found, whole(tmp_path))
    assert {one.code for one in found.faults} >= {"unreadable_date", "id_repeated"}
    if suffix != ".shp":
        assert any("另有" in one.note.zh for one in found.faults)


@pytest.mark.parametrize("rows", [1, 63, 130, COUNT - 1])
def test_runs_of_any_length_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Also where the last run is empty or of one row."""
    written(tmp_path / "data" / "宗地.gpkg", parcels().drop(columns="geometry").set_geometry(_solid()))
    monkeypatch.setattr(runs, "ROWS", rows)
    assert_same(layer(tmp_path), whole(tmp_path))


def _solid() -> Any:
    frame = parcels()
    return gpd.GeoSeries(frame.geometry.fillna(shapely.box(37_400_000, 4_380_000, 37_400_040, 4_380_100)), crs=4525)


def test_a_layer_on_disk_is_one_of_several_runs(
    tmp_path: Path, small_runs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "data" / "宗地.parquet", parcels())
    monkeypatch.setattr(assemble, "_SHELVED", 10)
    found = layer(tmp_path)
    assert isinstance(found.table, Shelf) and len(found.table.runs) == -(-COUNT // ROWS)


def _in_a_folder(root: Path) -> Path:
    return root / "data" / "parcels" / "第一批.gpkg"


def _by_its_columns(root: Path) -> Path:
    return root / "data" / "台账.parquet"


def _declared(root: Path) -> Path:
    root.mkdir(exist_ok=True)
    (root / "geoparks.toml").write_text('[data]\nparcels = "别处/甲.parquet"\n', encoding="utf-8")
    return root / "别处" / "甲.parquet"


@pytest.mark.parametrize("place", [_in_a_folder, _by_its_columns, _declared])
def test_a_file_is_read_in_runs_wherever_it_lies(
    tmp_path: Path, small_runs: None, told: list[bool], place: Callable[[Path], Path]
) -> None:
    written(place(tmp_path), parcels())
    (tmp_path / "data").mkdir(exist_ok=True)
    found = layer(tmp_path)
    assert told == [True] and len(found) == COUNT
    assert_same(found, whole(tmp_path))


def test_large_files_beside_each_other_are_one_layer(tmp_path: Path, small_runs: None, told: list[bool]) -> None:
    frame = parcels()
    for number, some in enumerate((frame[:130], frame[130:])):
        written(tmp_path / "data" / "parcels" / f"{number}.parquet", some.reset_index(drop=True))
    found = layer(tmp_path)
    assert told == [True, True] and len(found.sources) == 2
    assert_same(found, whole(tmp_path))


def test_layers_beside_it_in_a_database_are_read_as_they_are(
    tmp_path: Path, small_runs: None, told: list[bool]
) -> None:  # fmt: skip
    (tmp_path / "data").mkdir()
    path, frame = tmp_path / "data" / "库.gpkg", parcels()
    frame.to_file(path, layer="宗地", driver="GPKG", engine="pyogrio")
    frame[["geometry"]].iloc[10:90].to_file(path, layer="生态保护红线", driver="GPKG", engine="pyogrio")
    found = gp.open(tmp_path).dataset
    assert told == [True] and len(found["parcels"]) == COUNT and len(found["redline"]) == 80


def _two_zones(frame: gpd.GeoDataFrame) -> None:
    frame.loc[200:, "geometry"] = frame.geometry[200:].translate(1_000_000)


def _no_crs(frame: gpd.GeoDataFrame) -> None:
    frame.set_crs(None, allow_override=True, inplace=True)


def _units_in_cells(frame: gpd.GeoDataFrame) -> None:
    """The area says its unit in every cell of some runs, and in others nobody says it."""
    frame["面积_公顷"] = [f"{1 + one}亩" if one < 130 else f"{1 + one}" for one in range(COUNT)]
    frame["面积"] = frame.pop("面积_公顷")


def _one_run_without_shapes(frame: gpd.GeoDataFrame) -> None:
    frame.loc[ROWS : 2 * ROWS - 1, "geometry"] = None


@pytest.mark.parametrize("change", [_two_zones, _no_crs, _units_in_cells, _one_run_without_shapes])
def test_what_only_all_rows_can_tell_is_read_as_a_whole(
    tmp_path: Path, small_runs: None, told: list[bool], change: Callable[[gpd.GeoDataFrame], None]
) -> None:
    frame = parcels()
    change(frame)
    written(tmp_path / "data" / "宗地.parquet", frame)
    found = gp.open(tmp_path)
    here = found.dataset
    assert told == [False]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runs, "ROWS", 10**9)
        there = gp.open(tmp_path).dataset
    assert here.refused == there.refused
    if "parcels" in there:
        assert_same(here["parcels"], there["parcels"])


def test_a_shapefile_with_deleted_records_is_read_as_a_whole(
    tmp_path: Path, small_runs: None, told: list[bool]
) -> None:  # fmt: skip
    path = written(tmp_path / "data" / "宗地.shp", parcels())
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    head, record = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    content[head + 30 * record] = ord("*")
    table.write_bytes(content)
    found = layer(tmp_path)
    assert told == [] and len(found) == COUNT - 1 and any(one.code == "record_deleted" for one in found.repairs)


def test_heights_in_one_run_are_told_once(tmp_path: Path, small_runs: None, told: list[bool]) -> None:
    frame = parcels()
    frame.loc[150:, "geometry"] = shapely.force_3d(frame.geometry[150:].to_numpy(), 7.0)
    written(tmp_path / "data" / "宗地.parquet", frame)
    found = layer(tmp_path)
    assert told == [True] and sum(one.code == "z_dropped" for one in found.repairs) == 1
    assert_same(found, whole(tmp_path))


def test_the_document_is_the_same(tmp_path: Path, small_runs: None, told: list[bool]) -> None:
    written(tmp_path / "data" / "宗地.gpkg", parcels())
    here = "".join(json_lines(asked("run", tmp_path, on="2024-06-30").content))
    assert told == [True]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runs, "ROWS", 10**9)
        assert "".join(json_lines(asked("run", tmp_path, on="2024-06-30").content)) == here


def test_a_file_that_breaks_off_says_so(tmp_path: Path, small_runs: None) -> None:
    path = written(tmp_path / "data" / "宗地.parquet", parcels())
    content = path.read_bytes()
    path.write_bytes(content[:200] + b"\xff" * 400 + content[600:])
    with pytest.raises(gp.errors.UnreadableFile):
        layer(tmp_path)
