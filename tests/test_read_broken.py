"""Broken files: one clear line or a finding, never a traceback, never a hang, and never a byte changed in the input."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import struct
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from written import (
    CODES,
    WRITABLE,
    X,
    Y,
    attributes,
    degrees,
    frame,
    one,
    snapshot,
    squares,
    write_gml,
    write_one,
    zipped,
)

import geoparks as gp
from geoparks import cli, read
from geoparks.catalog import layer as layers
from geoparks.errors import GeoparksError, UnreadableFile
from geoparks.files.areas import areas
from geoparks.files.inspection import inspect

SUFFIXES = sorted({*read.formats(), ".zip", ".kmz"} - {".gdb"})
CLOSED = set(read.formats()[".dwg"].SUFFIXES)
LONGEST_S = 10
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
HTML = b"<!DOCTYPE html><html><head><title>404</title></head><body><h1>Not found</h1></body></html>"
PROSE = "请查收附件，如有问题请联系。\r\n谢谢！".encode("gbk")
RANDOM = random.Random(1).randbytes(4_000)


class Hangs(BaseException):
    """Raised by the clock, past every `except Exception`."""


@contextmanager
def limited() -> Iterator[None]:
    """Fail, instead of waiting for ever."""

    def stop(*_: Any) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line, in this process: status, standard output, standard error."""

    def go(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["geoparks", *map(str, words)])
        capsys.readouterr()
        with limited(), pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return go


def refused(run: Run, *words: object, names: str) -> None:
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert names in err
    assert "Traceback" not in err
    assert "程序内部错误" not in err


def told(path: Path) -> GeoparksError:
    """The error that a file gives, which must name it and say something in one line of either language."""
    before = snapshot(path.parent)
    with limited(), pytest.raises(GeoparksError) as error:
        read.open_file(path)
    assert snapshot(path.parent) == before
    for lang in ("zh", "en"):
        line = error.value.line(lang)
        assert path.name in line
        assert "\n" not in line
        assert len(line) < 700
    return error.value


# Files that are nothing, or something else than their name says.


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_empty_files(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"区块{suffix}").write_bytes(b"")
    error = told(tmp_path / f"区块{suffix}")
    assert suffix in CLOSED or "空" in error.what.zh


@pytest.mark.parametrize("suffix", sorted(set(SUFFIXES) - CLOSED - {".csv", ".tsv"}))
@pytest.mark.parametrize("data", [PNG, HTML, PROSE, RANDOM], ids=["png", "html", "prose", "random"])
def test_files_under_a_wrong_name(tmp_path: Path, suffix: str, data: bytes) -> None:
    (tmp_path / f"区块{suffix}").write_bytes(data)
    told(tmp_path / f"区块{suffix}")


def test_an_empty_geodatabase_folder(tmp_path: Path) -> None:
    (tmp_path / "a.gdb").mkdir()
    told(tmp_path / "a.gdb")
    (tmp_path / "a.gdb" / "gdb").write_bytes(RANDOM)
    told(tmp_path / "a.gdb")


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.xlsx", "a.txt", "a.zip", "a.kml"])
@pytest.mark.parametrize("data", [b"", HTML])
def test_every_command_refuses_them_in_one_line(tmp_path: Path, run: Run, name: str, data: bytes) -> None:
    path = tmp_path / "ws" / "data" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    before = snapshot(tmp_path)
    refused(run, "inspect", path, names=name)
    refused(run, "area", path, names=name)
    refused(run, "convert", path, tmp_path / "new" / "b.gpkg", names=name)
    refused(run, "check", path, names=name)
    refused(run, "inspect", path, "--json", names=name)
    if path.suffix != ".txt":  # a text file that is no coordinate file is not taken for data
        refused(run, "check", tmp_path / "ws", "--json", names=name)
    assert snapshot(tmp_path) == before
    assert not (tmp_path / "new").exists()


def test_a_real_process_says_it_in_one_line(tmp_path: Path, geoparks: Any) -> None:
    (tmp_path / "a.shp").write_bytes(b"")
    done = geoparks("check", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "a.shp" in done.stderr


@pytest.mark.parametrize(
    "words",
    [("check", "nowhere"), ("inspect", "nowhere.shp"), ("area", "nowhere.gpkg"), ("convert", "no.shp", "b.gpkg")],
)
def test_files_that_are_not_there(run: Run, words: tuple[str, ...]) -> None:
    refused(run, *words, names=words[1])


# Parts that are missing or cut off.


@pytest.mark.parametrize("suffix", [".dbf", ".shx", ".prj"])
def test_shapefile_without_a_part(tmp_path: Path, suffix: str) -> None:
    path = write_one(tmp_path / "区块.shp")
    path.with_suffix(suffix).unlink()
    before = snapshot(tmp_path)
    if suffix == ".dbf":
        assert ".dbf" in told(path).what.zh
    else:
        assert list(one(path).table["地类"]) == CODES
    assert snapshot(tmp_path) == before


def test_cut_off_table_names_the_record(tmp_path: Path) -> None:
    path = write_one(tmp_path / "区块.shp")
    data = path.with_suffix(".dbf").read_bytes()
    size = struct.unpack("<H", data[10:12])[0]
    path.with_suffix(".dbf").write_bytes(data[: -size - 5])
    with pytest.raises(UnreadableFile) as error:
        read.open_file(path)
    assert "第 2 条" in error.value.what.zh
    assert error.value.where == "区块.dbf"


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".kml", ".gml", ".xlsx", ".parquet", ".zip", ".fgb"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_cut_off_files_are_refused_or_told(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"区块{suffix}"
    if suffix == ".gml":
        write_gml(path)
    elif suffix == ".zip":
        write_one(tmp_path / "x" / "区块.shp")
        zipped(path, {part.name: part for part in (tmp_path / "x").iterdir()})
    else:
        write_one(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    try:
        raws = read.open_file(path)
    except UnreadableFile:
        return
    assert any(raw.faults for raw in raws)  # what was lost is told


def test_cut_off_geojson_says_where(tmp_path: Path) -> None:
    path = write_one(tmp_path / "a.geojson")
    path.write_bytes(path.read_bytes()[:-200])
    assert told(path).found is not None


# Geometry that is none.


def nan_layers(tmp_path: Path) -> list[Path]:
    shapes = squares()
    broken = shapely.get_coordinates(shapes[0])
    broken[1, 0] = np.nan
    with np.errstate(invalid="ignore"):
        shapes[0] = shapely.Polygon(broken)
    gpd.GeoDataFrame(attributes(), geometry=shapes, crs=4525).to_parquet(tmp_path / "a.parquet")
    words = json.loads(write_one(tmp_path / "b.geojson").read_text("utf-8"))
    words["features"][0]["geometry"]["coordinates"][0][1][0] = float("nan")
    (tmp_path / "b.geojson").write_text(json.dumps(words), "utf-8")
    return [tmp_path / "a.parquet", tmp_path / "b.geojson"]


def test_numbers_that_are_none_are_a_finding_of_their_row(tmp_path: Path, run: Run) -> None:
    for path in nan_layers(tmp_path):
        raw = one(path)
        assert len(raw.table) == 3
        result = gp.check(path, on="2024-06-30")
        found = [finding for finding in result.content["findings"] if finding["code"] == "invalid_coordinate"]
        assert [finding["row"] for finding in found] == [1]
        assert result.exit_status == 1
        assert result.content["errors"] == []
        status, out, err = run("area", path, "--json")
        assert (status, err) == (0, "")
        assert [feature["area_m2"] is None for feature in json.loads(out)["files"][0]["features"]] == [
            True,
            False,
            False,
        ]


TIN = struct.pack("<BII", 1, 16, 1) + struct.pack("<BIII", 1, 17, 1, 4) + struct.pack("<8d", 0, 0, 0, 1, 1, 1, 0, 0)


def with_tin(path: Path) -> Path:
    if path.suffix == ".parquet":
        frame().to_parquet(path)
        table = pq.read_table(path)
        at = table.schema.get_field_index("geometry")
        shapes = [TIN, *table.column("geometry").to_pylist()[1:]]
        pq.write_table(table.set_column(at, table.schema.field(at), [shapes]), path)
        return path
    write_one(path)
    base = sqlite3.connect(path)
    for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{trigger}"')
    base.execute(f'UPDATE "{path.stem}" SET geom = ? WHERE fid = 1', (struct.pack("<2sBBi", b"GP", 0, 1, 4525) + TIN,))
    base.commit()
    base.close()
    return path


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
def test_surfaces_are_passed_over_and_told(tmp_path: Path, suffix: str) -> None:
    raw = one(with_tin(tmp_path / f"blocks{suffix}"))
    assert [shape is None for shape in raw.geometry] == [True, False, False]
    (fault,) = raw.faults
    assert (fault.code, fault.row) == ("geometry_unreadable", 1)
    result = gp.check(tmp_path / f"blocks{suffix}", on="2024-06-30")
    assert "geometry_unreadable" in {finding["code"] for finding in result.content["findings"]}


def test_unclosed_rings_are_closed_and_it_is_said(tmp_path: Path) -> None:
    words = json.loads(write_one(tmp_path / "a.geojson").read_text("utf-8"))
    words["features"][0]["geometry"]["coordinates"][0].pop()
    (tmp_path / "a.geojson").write_text(json.dumps(words), "utf-8")
    raw = one(tmp_path / "a.geojson")
    assert raw.geometry[0].equals_exact(degrees()[0], 1e-9)
    assert [(repair.code, repair.row) for repair in raw.repairs] == [("ring_closed", 1)]


def test_missing_and_empty_geometry_are_findings(tmp_path: Path) -> None:
    shapes = squares()
    shapes[0], shapes[1] = None, shapely.Polygon()
    gpd.GeoDataFrame(attributes(), geometry=shapes, crs=4525).to_parquet(tmp_path / "blocks.parquet")
    result = gp.check(tmp_path, on="2024-06-30")
    found = [finding["subject"]["id"] for finding in result.content["findings"] if finding["code"] == "empty_geometry"]
    assert found == ["A01", "A02"]
    assert result.exit_status == 1


def test_a_stray_vertex_is_a_finding_of_its_block_alone(tmp_path: Path) -> None:
    shapes = squares()
    shapes[1] = shapely.Polygon([(X, Y), (1e300, Y), (X, 1e18), (X, Y)])
    for crs in (4525, None):
        gpd.GeoDataFrame(attributes(), geometry=shapes, crs=crs).to_parquet(tmp_path / "blocks.parquet")
        with limited():
            result = gp.check(tmp_path, on="2024-06-30")
        found = [
            finding["subject"]["id"] for finding in result.content["findings"] if finding["code"] == "not_transformable"
        ]
        assert found == ["A02"]
        assert result.content["inputs"][0]["crs"] == "EPSG:4525"


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".parquet"])
def test_a_layer_without_features_is_no_pass(tmp_path: Path, run: Run, suffix: str) -> None:
    frame().iloc[:0].to_crs(4490).to_file(tmp_path / "x.gpkg")
    path = tmp_path / "ws" / f"blocks{suffix}"
    path.parent.mkdir()
    empty = gpd.read_file(tmp_path / "x.gpkg")
    empty.to_parquet(path) if suffix == ".parquet" else empty.to_file(path)
    refused(run, "check", path, names="blocks")
    refused(run, "check", path.parent, names="blocks")
    write_one(tmp_path / "ws" / "farmland.gpkg")
    status, out, _ = run("check", path.parent, "--json", "--on", "2024-06-30")
    assert status == 1
    assert {check["outcome"] for check in json.loads(out)["checks"] if check["rule"] == "B07"} == {"not_checked"}


def workspace_with(tmp_path: Path, spoil: Callable[[Path], None]) -> Path:
    path = write_one(tmp_path / "ws" / "data" / "blocks.shp")
    spoil(path)
    return tmp_path / "ws"


def cut_shp(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def cut_records(path: Path) -> None:
    table = path.with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    head, size = struct.unpack("<HH", data[8:12])
    data[4:8] = struct.pack("<I", 2)
    table.write_bytes(bytes(data[: head + 2 * size]) + b"\x1a")


@pytest.mark.parametrize(("spoil", "code"), [(cut_shp, "file_truncated"), (cut_records, "record_missing")])
def test_what_is_lost_is_a_finding_and_the_rest_runs(
    tmp_path: Path, run: Run, spoil: Callable[[Path], None], code: str
) -> None:
    ws = workspace_with(tmp_path, spoil)
    before = snapshot(ws / "data")
    status, out, err = run("check", ws, "--json", "--on", "2024-06-30")
    document = json.loads(out)
    assert (status, err) == (1, "")
    assert code in {finding["code"] for finding in document["findings"]}
    assert document["errors"] == []
    assert snapshot(ws / "data") == before


def test_geometry_of_other_layers_that_is_lost_is_no_pass(tmp_path: Path) -> None:
    write_one(tmp_path / "data" / "blocks.gpkg")
    cut_shp(write_one(tmp_path / "data" / "farmland.shp"))
    result = gp.check(tmp_path, on="2024-06-30")
    assert "pass" not in {check["outcome"] for check in result.content["checks"] if check["rule"] == "B07"}


# Archives.


def test_zip_with_a_path_that_leaves_its_folder(tmp_path: Path) -> None:
    for name in ("../evil.shp", "/etc/evil.shp", "a/../../evil.shp", "..\\evil.shp", "C:\\evil.shp"):
        zipped(tmp_path / "a.zip", {name: b"x"})
        assert "越出" in told(tmp_path / "a.zip").what.zh
    assert not (tmp_path.parent / "evil.shp").exists()


def test_zip_bombs(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", {"a.shp": b"\0" * 300_000_000})
    assert "过大" in told(tmp_path / "a.zip").what.zh
    zipped(tmp_path / "b.zip", {f"{number}.txt": b"" for number in range(10_001)})
    assert "过大" in told(tmp_path / "b.zip").what.zh
    liar = bytearray(zipped(tmp_path / "c.zip", {"a.shp": b"\0" * 5_000_000}).read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = liar.index(mark) + offset
        liar[at : at + 4] = struct.pack("<I", 10)
    (tmp_path / "c.zip").write_bytes(liar)
    told(tmp_path / "c.zip")


def test_archives_in_archives(tmp_path: Path) -> None:
    write_one(tmp_path / "x" / "a.shp")
    zipped(tmp_path / "1.zip", {part.name: part for part in (tmp_path / "x").iterdir()})
    zipped(tmp_path / "2.zip", {"1.zip": tmp_path / "1.zip"})
    assert one(tmp_path / "2.zip").inner == "1.zip › a.shp" or len(one(tmp_path / "2.zip").table) == 3
    zipped(tmp_path / "3.zip", {"2.zip": tmp_path / "2.zip"})
    assert "嵌套" in told(tmp_path / "3.zip").what.zh


def test_locked_damaged_and_odd_archives(tmp_path: Path) -> None:
    write_one(tmp_path / "x" / "a.shp")
    parts = {part.name: part for part in (tmp_path / "x").iterdir()}
    data = bytearray(zipped(tmp_path / "a.zip", parts).read_bytes())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1  # encrypted
    (tmp_path / "a.zip").write_bytes(data)
    assert "密码" in told(tmp_path / "a.zip").what.zh
    zipped(tmp_path / "b.zip", {"a": b"x", "a/b.shp": b"x"})  # a name that is a file and a folder
    told(tmp_path / "b.zip")
    zipped(tmp_path / "c.zip", {"说明.docx": b"x"})
    told(tmp_path / "c.zip")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        link = zipfile.ZipInfo("a.shp")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    told(tmp_path / "d.zip")


def test_an_error_inside_an_archive_names_both(tmp_path: Path) -> None:
    zipped(tmp_path / "交付.zip", {"区块.shp": b""})
    assert told(tmp_path / "交付.zip").where == "交付.zip › 区块.shp"


# Any byte changed anywhere.


def mutated(data: bytes, rng: random.Random) -> bytes:
    new = bytearray(data)
    at = rng.randrange(len(new))
    kind = rng.choice(("flip", "flip", "cut", "insert", "zero", "number"))
    if kind == "flip":
        for _ in range(rng.choice((1, 2, 8))):
            new[rng.randrange(len(new))] = rng.randrange(256)
    elif kind == "cut":
        del new[at:]
    elif kind == "insert":
        new[at:at] = rng.randbytes(rng.randrange(1, 20))
    elif kind == "zero":
        new[at : at + 32] = bytes(len(new[at : at + 32]))
    else:
        digits = [place for place in range(len(new)) if 48 <= new[place] < 58]
        place = rng.choice(digits or [at])
        new[place : place + 1] = rng.choice((b"99999999999999999999", b"-1", b"1e300", b"nan", b""))
    return bytes(new)


def sample(folder: Path, suffix: str) -> list[Path]:
    """A valid file of a format, and the files of it that are worth spoiling."""
    path = folder / f"blocks{suffix}"
    if suffix == ".gml":
        return [write_gml(path)]
    if suffix == ".kmz":
        write_one(folder / "doc.kml")
        return [zipped(path, {"doc.kml": folder / "doc.kml"})]
    if suffix == ".zip":
        write_one(folder / "x" / "blocks.shp")
        return [zipped(path, {part.name: part for part in (folder / "x").iterdir()})]
    if suffix == ".dbf":
        write_one(folder / "x" / "blocks.shp")
        return [Path(shutil.copy(folder / "x" / "blocks.dbf", path))]
    write_one(path)
    if suffix == ".gdb":
        return [part for part in path.iterdir() if part.stat().st_size > 40]
    return [path, *(part for end in (".dbf", ".shx", ".prj") if (part := path.with_suffix(end)).exists())]


CATALOGUE = layers.load()


@pytest.mark.parametrize("suffix", [*WRITABLE, ".gml", ".kmz", ".zip", ".dbf"])
def test_any_change_gives_a_read_or_one_line(tmp_path: Path, suffix: str, capfd: pytest.CaptureFixture[str]) -> None:
    targets = sample(tmp_path / "ok", suffix)
    shutil.rmtree(tmp_path / "ok" / "x", ignore_errors=True)
    rng = random.Random(suffix)
    for number in range(40):
        folder = tmp_path / str(number)
        shutil.copytree(tmp_path / "ok", folder)
        target = folder / rng.choice(targets).relative_to(tmp_path / "ok")
        target.write_bytes(mutated(target.read_bytes(), rng))
        before = snapshot(folder)
        began = time.monotonic()
        try:
            with limited():
                read.open_file(folder / f"blocks{suffix}")
                inspect(folder / f"blocks{suffix}", CATALOGUE)
                areas(folder / f"blocks{suffix}", CATALOGUE)
        except GeoparksError as error:
            assert "blocks" in error.line("zh"), error
            assert "\n" not in error.line("en")
        if number % 5 == 0:
            try:
                with limited():
                    assert gp.check(folder / f"blocks{suffix}", on="2024-06-30").content["errors"] == []
            except GeoparksError:
                pass
        assert snapshot(folder) == before
        assert time.monotonic() - began < LONGEST_S
        shutil.rmtree(folder)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", [".csv", ".txt"])
@pytest.mark.parametrize(("encoding", "cut"), [("utf-16", 1), ("utf-8-sig", 1), ("utf-8", 2)])
def test_a_text_that_ends_in_the_middle_of_a_character(tmp_path: Path, suffix: str, encoding: str, cut: int) -> None:
    """The last character is not made up: the file is cut off, and it is said."""
    words = "park_id,name\nP1,甲园\nP2,乙园"
    if suffix == ".txt":
        words = "4,1,D1,甲,面,,,,@\nJ1,1,4380000,37410000\nJ2,1,4380000,37410100\nJ3,1,4380100,37410100,园"
    path = tmp_path / f"parks{suffix}"
    path.write_bytes(words.encode(encoding)[:-cut])
    (raw,) = read.open_file(path)
    assert [one.code for one in raw.faults] == ["file_truncated"]
    path.write_bytes(words.encode(encoding))
    assert read.open_file(path)[0].faults == []


def test_characters_that_were_lost_before_are_told(tmp_path: Path) -> None:
    path = tmp_path / "parks.csv"
    path.write_text("park_id,name\nP1,甲\ufffd园\nP2,乙\n", "utf-8")
    (raw,) = read.open_file(path)
    assert raw.faults == []
    assert [(one.code, one.row) for one in raw.repairs] == [("undecoded", 2)]
