"""One file of very many parcels is read run after run: the layer is the one that reading it as a whole gives, and where it cannot be, it is read so."""

from __future__ import annotations

import gc
import sqlite3
import struct
import warnings
import weakref
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from registers import COUNT, FORMATS, assert_same, layer, parcels, whole, written

import geoparks as gp
from geoparks import read
from geoparks.document import json_lines
from geoparks.normalise import assemble, in_runs, parts
from geoparks.normalise.by_itself import How
from geoparks.normalise.shelf import Shelf
from geoparks.pipeline import asked
from geoparks.read import gdal, runs
from geoparks.read.raw import Begun, RawLayer

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
        if raw.begun is not None:
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


def sound() -> gpd.GeoDataFrame:
    """Parcels that all have a shape with nothing wrong in it."""
    east, north = 37_400_000 + 50.0 * np.arange(COUNT), 4_380_000 + 13.0 * np.arange(COUNT)
    return parcels().set_geometry(gpd.GeoSeries(shapely.box(east, north, east + 40, north + 100), crs=4525))


def _broken(path: Path, damaged: dict[int, bytes]) -> None:
    """Put other bytes where the shapes of some rows stand."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        column = table["geometry"].to_pylist()
        for row, bytes_ in damaged.items():
            column[row - 1] = bytes_
        pq.write_table(table.set_column(table.schema.names.index("geometry"), "geometry", pa.array(column)), path)
        return
    with closing(sqlite3.connect(path)) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        (column,) = base.execute("SELECT column_name FROM gpkg_geometry_columns").fetchone()
        for row, bytes_ in damaged.items():
            (blob,) = base.execute(f'SELECT "{column}" FROM "{path.stem}" WHERE fid = ?', (row,)).fetchone()
            head = 8 + (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
            base.execute(f'UPDATE "{path.stem}" SET "{column}" = ? WHERE fid = ?', (blob[:head] + bytes_, row))
        base.commit()


@pytest.mark.parametrize("suffix", [".parquet", ".gpkg"])
def test_damaged_shapes_are_told_by_their_rows(
    tmp_path: Path, small_runs: None, told: list[bool], suffix: str
) -> None:  # fmt: skip
    """Open rings and shapes that cannot be parsed, in several runs."""
    path = written(tmp_path / "data" / f"宗地{suffix}", sound())
    corners = shapely.get_coordinates(sound().geometry[150])[:-1]
    is_open = struct.pack("<BIII", 1, 3, 1, len(corners)) + corners.astype("<f8").tobytes()
    _broken(path, {20: is_open, 151: is_open, 200: struct.pack("<BIII", 1, 3, 1, 2) + bytes(32)})
    found = layer(tmp_path)
    assert told == [True]
    assert [one.row for one in found.repairs if one.code == "ring_closed"] == [20, 151]
    assert [one.row for one in found.faults if one.code == "geometry_unreadable"] == [200]
    assert_same(found, whole(tmp_path))


def test_faults_of_different_kinds_stand_row_by_row(tmp_path: Path, small_runs: None, told: list[bool]) -> None:
    frame = sound()
    frame.loc[5, "geometry"] = shapely.Point(37_400_100, 4_380_100)
    frame.loc[150, "geometry"] = shapely.Polygon(
        [(37_400_000, 4_380_000), (np.nan, 4_380_100), (37_400_040, 4_380_100)]
    )
    written(tmp_path / "data" / "宗地.parquet", frame)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what a library warns of is no line for a user
        found = layer(tmp_path)
    assert told == [True]
    lost = [one.code for one in found.faults if one.code in ("not_a_polygon", "invalid_coordinate")]
    assert lost == ["not_a_polygon", "invalid_coordinate"]
    assert_same(found, whole(tmp_path))


def _large_number(frame: gpd.GeoDataFrame) -> None:
    frame["宗地编号"] = [150_621_000_000_000_000 + one if one != 70 else None for one in range(COUNT)]
    frame["宗地编号"] = frame["宗地编号"].astype("Int64")


def _yes_or_no(frame: gpd.GeoDataFrame) -> None:
    frame["面积_公顷"] = pd.array([one % 2 == 0 if one != 70 else None for one in range(COUNT)], dtype="boolean")


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb"])
@pytest.mark.parametrize("change", [_large_number, _yes_or_no])
def test_a_blank_that_changes_the_kind_of_a_column_is_read_as_a_whole(
    tmp_path: Path, small_runs: None, told: list[bool], suffix: str, change: Callable[[gpd.GeoDataFrame], None]
) -> None:
    """Of a column of whole numbers with a blank, readers make one of fractions: its ids lose digits in all runs or in none."""
    frame = sound()
    change(frame)
    written(tmp_path / "data" / f"宗地{suffix}", frame)
    found = layer(tmp_path)
    assert told == [False]
    assert_same(found, whole(tmp_path))


def test_a_blank_number_changes_nothing(tmp_path: Path, small_runs: None, told: list[bool]) -> None:
    frame = sound()
    frame["面积_公顷"] = pd.array([one % 5 + 1 if one != 70 else None for one in range(COUNT)], dtype="Int64")
    written(tmp_path / "data" / "宗地.gpkg", frame)
    found = layer(tmp_path)
    assert told == [True] and np.isnan(found.column("area_ha")[70])
    assert_same(found, whole(tmp_path))


@pytest.mark.parametrize("stated", [130, COUNT + 30])
def test_a_database_that_miscounts_gives_the_same_both_ways(
    tmp_path: Path, small_runs: None, told: list[bool], stated: int
) -> None:
    path = written(tmp_path / "data" / "宗地.gpkg", sound())
    with closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE gpkg_ogr_contents SET feature_count = ?", (stated,))
        base.commit()
    found = layer(tmp_path)
    assert told == [True] and any(one.code == "record_missing" for one in found.faults) == (stated > COUNT)
    assert_same(found, whole(tmp_path))


def test_zones_that_only_all_extents_show_are_refused(tmp_path: Path, small_runs: None, told: list[bool]) -> None:
    """Each run could be metres of a map of the web; together they are two zones."""
    frame = sound().set_crs(3857, allow_override=True)
    frame.loc[2 * ROWS :, "geometry"] = frame.geometry[2 * ROWS :].translate(1_000_000)
    written(tmp_path / "data" / "宗地.parquet", frame)
    found = gp.open(tmp_path).dataset
    assert told == [False] and "混有不同带号" in found.refused["parcels"].zh


@pytest.mark.parametrize("point", [False, True])
def test_minutes_and_seconds_are_told_of_the_whole(
    tmp_path: Path, small_runs: None, told: list[bool], point: bool
) -> None:  # fmt: skip
    """A dozen different fractions tell it, of which no run has more than a few; a point speaks against it, though it is no parcel."""
    step = np.repeat(np.arange(5), ROWS)[:COUNT]
    west, south = 110 + (step * 3 + 1) / 1e4 + 0.3, np.full(COUNT, 39.3025)
    frame = parcels().set_geometry(gpd.GeoSeries(shapely.box(west, south, west + 0.0001, south + 0.0001), crs=4490))
    if point:
        frame.loc[150, "geometry"] = shapely.Point(110.3977, 39.3025)
    written(tmp_path / "data" / "宗地.parquet", frame)
    found = layer(tmp_path)
    assert told == [True] and any(one.code == "maybe_dms" for one in found.repairs) != point
    assert_same(found, whole(tmp_path))


def test_text_that_cannot_be_decoded_is_told_as_often(tmp_path: Path, small_runs: None, told: list[bool]) -> None:
    """Twenty cells a column are told, however many runs there are."""
    frame = sound()
    frame["备注"] = "鄂尔多斯园区"
    path = written(tmp_path / "data" / "宗地.shp", frame)
    table = path.with_suffix(".dbf")
    content = table.read_bytes()
    for words in ("第1".encode("gbk"), "鄂尔".encode("gbk")):
        content = content.replace(words, b"\xff\xff" + words[2:])
    table.write_bytes(content)
    found = layer(tmp_path)
    codes = Counter(one.field_name for one in found.faults if one.code == "unreadable_text")
    assert told == [True] and len(codes) > 1 and set(codes.values()) == {20}
    assert_same(found, whole(tmp_path))


def test_every_layer_of_a_database_is_read_once(
    tmp_path: Path, small_runs: None, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    (tmp_path / "data").mkdir()
    path, frame = tmp_path / "data" / "库.gpkg", sound()
    for name in ("宗地", "生态保护红线", "永久基本农田"):
        frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
    asked_for: list[tuple[str, int, int | None]] = []
    read_layer = gdal.read_layer

    def counted(*args: Any, **more: Any) -> Any:
        asked_for.append((args[2], more.get("skip", 0), more.get("most")))
        return read_layer(*args, **more)

    monkeypatch.setattr(gdal, "read_layer", counted)
    found = gp.open(tmp_path).dataset
    assert len(found["redline"]) == len(found["farmland"]) == len(found["parcels"]) == COUNT
    assert [one for one in asked_for if one[2] is None] == [("生态保护红线", 0, None), ("永久基本农田", 0, None)]
    assert [one[1] for one in asked_for if one[0] == "宗地"] == [0, *range(0, COUNT, ROWS)]


def test_a_single_file_is_read_in_runs_too(tmp_path: Path, small_runs: None, told: list[bool]) -> None:
    path = written(tmp_path / "宗地.gpkg", parcels())
    assert len(gp.open(path).dataset["parcels"]) == COUNT and told == [True]


@pytest.mark.parametrize("suffix", [".parquet", ".gpkg", ".shp"])
def test_no_more_than_a_run_is_held(tmp_path: Path, small_runs: None, suffix: str) -> None:
    """Without the collector of cycles, which comes by seldom."""
    path, catalogue = written(tmp_path / f"宗地{suffix}", sound()), gp.open(tmp_path).catalogue
    (raw,) = read.open_file(path, in_runs=True)
    begun, seen = raw.begun, list[tuple[weakref.ref[Any], weakref.ref[Any]]]()
    held: list[int] = []
    assert begun is not None

    def watched() -> Generator[RawLayer]:
        for rows in begun.runs():
            seen.append((weakref.ref(rows.geometry), weakref.ref(rows.table)))
            yield rows
            held.append(sum(shapes() is not None or table() is not None for shapes, table in seen[:-1]))

    gc.disable()
    raw.begun = Begun(watched, begun.whole)
    try:
        assert in_runs.in_runs(raw, How(catalogue["parcels"], catalogue, {}, {})) is not None
        gone = weakref.ref(raw)
        del raw
        assert gone() is None  # and with it what it would read: of a database, a copy on disk
    finally:
        gc.enable()
    assert len(held) == len(seen) == -(-COUNT // ROWS) and max(held) == 0


def test_of_two_rivals_neither_is_read(tmp_path: Path, small_runs: None, told: list[bool]) -> None:
    for name in ("宗地", "供应宗地"):
        written(tmp_path / "data" / f"{name}.parquet", parcels())
    with pytest.raises(gp.errors.WorkspaceError):
        layer(tmp_path)
    assert told == []


@pytest.mark.parametrize("compression", ["snappy", "gzip"])
def test_damage_far_inside_is_one_line(tmp_path: Path, small_runs: None, compression: Any) -> None:
    """The first rows are sound: it is met when all are read."""
    path = tmp_path / "data" / "宗地.parquet"
    path.parent.mkdir()
    sound().to_parquet(path, row_group_size=ROWS, compression=compression)
    meta, content = pq.read_metadata(path), bytearray(path.read_bytes())
    group = meta.row_group(2)
    column = next(one for one in map(group.column, range(meta.num_columns)) if one.path_in_schema == "宗地名称")
    begin = column.dictionary_page_offset or column.data_page_offset
    content[begin + 30 : begin + column.total_compressed_size] = b"\xff" * (column.total_compressed_size - 30)
    path.write_bytes(content)
    with pytest.raises(gp.errors.UnreadableFile) as told:
        layer(tmp_path)
    assert "宗地.parquet" in str(told.value)


def test_a_part_that_vanishes_is_one_line(tmp_path: Path, small_runs: None) -> None:
    path = written(tmp_path / "宗地.shp", parcels())
    (raw,) = read.open_file(path, in_runs=True)
    path.with_suffix(".dbf").unlink()
    assert raw.begun is not None
    with pytest.raises(gp.errors.UnreadableFile, match=r"宗地\.shp"):
        list(raw.begun.runs())
