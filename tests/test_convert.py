"""``geoparks convert`` between all formats that can be written: nothing is lost, cut or overwritten without a word."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS, Transformer
from written import AREAS, CODES, IDS, NAMES, WRITABLE, X, Y, one, snapshot, squares

from geoparks import read, write
from geoparks.errors import GeoparksError
from geoparks.files.conversion import convert
from geoparks.normalise.crs import place
from geoparks.read.raw import RawLayer
from geoparks.read.shapefile import NAMES_BESIDE

ROUND_M = {".txt": 7.1e-4, ".gdb": 7.1e-5, ".geojson": 7.1e-5, ".xlsx": 7.1e-5, ".csv": 7.1e-5}
"""How far a corner may move: millimetres, tenths of millimetres and nine decimals of a degree are what these hold."""
TAIL = 0.12345
_TO_LONLAT = Transformer.from_crs(4525, 4490, always_xy=True)


def drawn() -> np.ndarray[Any, Any]:
    """The three squares with corners at fractions of a millimetre, the second with a hole, the third in two parts."""
    shapes = squares() if TAIL == 0 else shapely.transform(squares(), lambda xy: xy + TAIL)
    shapes[2] = shapely.MultiPolygon([shapes[2], shapely.box(X + 4000, Y, X + 4100.5, Y + 100.25)])
    return shapes


def table() -> pd.DataFrame:
    return pd.DataFrame({"地块编号": IDS, "地块名称": NAMES, "地类编码": CODES})


def source(
    path: Path, columns: dict[str, list[Any]] | pd.DataFrame | None = None, crs: Any = 4525, shapes: Any = None
) -> Path:
    """A GeoParquet file, which holds whatever a test wants converted."""
    content = table() if columns is None else pd.DataFrame(columns)
    drawing = drawn()[: len(content)] if shapes is None else shapes
    gpd.GeoDataFrame(content, geometry=list(drawing), crs=crs).to_parquet(path)
    return path


def in_metres(raw: RawLayer) -> np.ndarray[Any, Any]:
    """The geometry of a file in zone 37, by PROJ, whatever plane the file has."""
    assert raw.geometry is not None
    placed = place(raw, {}, ())
    if placed.has_plane:
        assert placed.name == "EPSG:4525"
        return raw.geometry
    back = lambda xy: np.column_stack(_TO_LONLAT.transform(*xy.T, direction="INVERSE"))  # noqa: E731
    return shapely.transform(raw.geometry, back)


def rings(shape: Any) -> int:
    return len(shapely.get_rings(shapely.get_parts(shape)))


def names_of(raw: RawLayer) -> list[str]:
    return [one.code for one in raw.faults]


@pytest.mark.parametrize("suffix", WRITABLE)
@pytest.mark.parametrize("first", WRITABLE)
def test_from_every_format_to_every_other(tmp_path: Path, first: str, suffix: str) -> None:
    """Attributes as text, every part and hole, and corners to what the two formats hold."""
    start, target = tmp_path / f"甲{first}", tmp_path / "新" / f"乙{suffix}"
    convert(source(tmp_path / "源.parquet"), start)
    before = snapshot(tmp_path)
    files, _ = convert(start, target)
    assert target in files
    assert {name: content for name, content in snapshot(tmp_path).items() if not name.startswith("新")} == before
    raw = one(target)
    assert names_of(raw) == []
    for name, values in table().items():
        assert raw.table[name].tolist() == values.tolist()
    metres = ROUND_M.get(first, 0) + ROUND_M.get(suffix, 0) + 1e-5
    for was, now in zip(drawn(), in_metres(raw), strict=True):
        assert shapely.get_num_geometries(now) == shapely.get_num_geometries(was)
        assert rings(now) == rings(was)
        assert shapely.hausdorff_distance(now, was) < metres
        assert now.area == pytest.approx(was.area, abs=4000 * metres)


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".gdb", ".parquet", ".fgb"])
@pytest.mark.parametrize("epsg", [4490, 4525, 4546, 4497, 32649, 2382, 4610])
def test_the_system_stays_in_formats_that_hold_one(tmp_path: Path, epsg: int, suffix: str) -> None:
    crs = CRS.from_epsg(epsg)
    x = 109.9 if crs.is_geographic else {4525: 37_460_000, 4497: 19_460_000}.get(epsg, 460_000)
    shape = shapely.box(109.9, 39.5, 109.91, 39.51) if crs.is_geographic else shapely.box(x, Y, x + 100, Y + 100)
    convert(source(tmp_path / "a.parquet", {"id": [1]}, epsg, [shape]), tmp_path / f"b{suffix}")
    raw = one(tmp_path / f"b{suffix}")
    assert raw.crs is not None
    assert raw.crs.to_epsg() == epsg or raw.crs.equals(crs, ignore_axis_order=True)
    assert shapely.hausdorff_distance(raw.geometry[0], shape) < 1e-7


@pytest.mark.parametrize(
    ("epsg", "suffix"), [(4490, ".gpkg"), (4546, ".shp"), (4497, ".gpkg"), (32649, ".gdb"), (4490, ".txt")]
)
def test_to_another_system_by_the_oracle(tmp_path: Path, epsg: int, suffix: str) -> None:
    convert(source(tmp_path / "a.parquet"), tmp_path / f"b{suffix}", to_epsg=epsg)
    raw = one(tmp_path / f"b{suffix}")
    if suffix == ".txt":
        assert place(raw, {}, ()).name == "EPSG:4525"
        return
    way = Transformer.from_crs(4525, epsg, always_xy=True)
    for was, now in zip(drawn(), raw.geometry, strict=True):
        corners = np.column_stack(way.transform(*shapely.get_coordinates(was).T))
        distance = shapely.distance(shapely.points(corners), shapely.boundary(now))
        assert distance.max() < (1e-9 if epsg == 4490 else 1e-4)


@pytest.mark.parametrize("suffix", [".geojson", ".kml"])
def test_degrees_on_another_datum_are_transformed(tmp_path: Path, suffix: str) -> None:
    """Tokyo lies 300 m off WGS 84, which GeoJSON and KML are in by definition."""
    shape = shapely.box(120.5, 40.0, 120.51, 40.01)
    convert(source(tmp_path / "a.parquet", {"id": [1]}, 4301, [shape]), tmp_path / f"b{suffix}")
    expected = Transformer.from_crs(4301, 4326, always_xy=True).transform(120.5, 40.0)
    assert one(tmp_path / f"b{suffix}").geometry[0].bounds[:2] == pytest.approx(expected, abs=1e-6)


LONG = ["区块批准面积（公顷）", "区块批准面积（亩）", "区块批准文号", "区块批准日期", "approved_area_ha", "approved_area_mu", "APPROVED_AREA", "id"]  # fmt: skip


@pytest.mark.parametrize(("extra", "encoding"), [("", "GBK"), ("𠮷䶮", "UTF-8")])
def test_shapefile_names_of_ten_bytes(tmp_path: Path, extra: str, encoding: str) -> None:
    """Cut between characters, all different whatever their case, and listed beside; the list gives the names back."""
    columns = {name: [f"{name}{extra}{row}" for row in range(3)] for name in LONG}
    files, notes = convert(source(tmp_path / "a.parquet", columns), tmp_path / "边界.shp")
    beside = tmp_path / f"边界{NAMES_BESIDE}"
    assert beside in files
    assert (tmp_path / "边界.cpg").read_text("ascii") == encoding
    assert any("7 个字段名" in note.zh for note in notes)
    with beside.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert len(header) == 2
    short = dict(rows)
    assert set(short) == set(LONG) - {"id"}
    raw_names = [*short.values(), "id"]
    assert len({name.lower() for name in raw_names}) == len(LONG)
    descriptors = (tmp_path / "边界.dbf").read_bytes()[32 : 32 + 32 * len(LONG)]
    in_file = [descriptors[at : at + 11].split(b"\0")[0] for at in range(0, len(descriptors), 32)]
    assert all(len(name) <= 10 for name in in_file)
    assert [name.decode(encoding) for name in in_file] == [short.get(name, name) for name in LONG]
    assert one(tmp_path / "边界.shp").table.to_dict("list") == columns
    beside.unlink()
    assert list(one(tmp_path / "边界.shp").table) == [short.get(name, name) for name in LONG]


Trial = tuple[str, dict[str, list[Any]]]
UNHOLDABLE: list[Any] = [
    (".shp", {"备注": ["长" * 128]}),
    (".dxf", {"备注": ["长" * 90]}),
    (".gpkg", {"Name": ["a"], "name": ["b"]}),
    (".gpkg", {"geom": ["a"]}),
    (".gpkg", {"fid": ["a"]}),
    (".gpkg", {"fid": [5]}),
    (".gdb", {"OBJECTID": [5]}),
    (".gdb", {"编号": [150602001001000123]}),
    (".xlsx", {"编号": [150602001001000123]}),
    (".xlsx", {"备注": ["长" * 33_000]}),
    (".csv", {"备注": ["长" * 33_000]}),
    (".xlsx", {"备注": ["甲\x01乙"]}),
    (".txt", {"地块编号": ["A"], "批准面积": [99.5]}),
    (".dxf", {"备注": ["甲\n乙"]}),
    (".kml", {"备注": ["甲\x01乙"]}),
]  # fmt: skip


@pytest.mark.parametrize(("suffix", "columns"), UNHOLDABLE)
def test_what_a_format_cannot_hold_is_said_or_refused(
    tmp_path: Path, suffix: str, columns: dict[str, list[Any]]
) -> None:
    """Either every value comes back, or a note tells of it, or nothing is written and one line says why."""
    target = tmp_path / f"b{suffix}"
    usual = {"坐标已由", "KML 按规定", "DXF 不记录", "图形以 WKT"}
    try:
        _, notes = convert(source(tmp_path / "a.parquet", columns), target)
    except GeoparksError as refusal:
        assert "\n" not in refusal.line("zh")
        assert not target.exists()
        return
    back = {str(name): values for name, values in one(target).table.to_dict("list").items()}
    kept = all(
        [str(value) for value in back.get(name, [])] == [str(value) for value in columns[name]] for name in columns
    )
    assert kept or any(not note.zh.startswith(tuple(usual)) for note in notes)


KINDS = [shapely.box(X, Y, X + 9, Y + 9), shapely.LineString([(X, Y), (X + 9, Y)]), shapely.Point(X, Y)]


@pytest.mark.parametrize("suffix", WRITABLE)
def test_several_kinds_of_geometry_are_kept_or_refused(tmp_path: Path, suffix: str) -> None:
    path = source(tmp_path / "a.parquet", {"id": ["1", "2", "3"]}, shapes=KINDS)
    try:
        convert(path, tmp_path / f"b{suffix}")
    except GeoparksError as refusal:
        assert refusal.mend is not None
        assert not (tmp_path / f"b{suffix}").exists()
    else:
        kinds = [geometry.geom_type.removeprefix("Multi") for geometry in one(tmp_path / f"b{suffix}").geometry]
        assert kinds == ["Polygon", "LineString", "Point"]
    for kind in ("polygon", "line", "point"):
        convert(path, tmp_path / f"{kind}{suffix}", kind=kind)
        assert len(one(tmp_path / f"{kind}{suffix}").table) == 1


@pytest.mark.parametrize("suffix", WRITABLE)
def test_features_without_geometry_are_kept_or_said(tmp_path: Path, suffix: str) -> None:
    path = source(tmp_path / "a.parquet", {"地块编号": IDS}, shapes=[drawn()[0], None, drawn()[1]])
    _, notes = convert(path, tmp_path / f"b{suffix}")
    raw = one(tmp_path / f"b{suffix}")
    assert raw.table["地块编号"].tolist() in (IDS, [IDS[0], IDS[2]])
    assert len(raw.table) == 3 or any("没有图形" in note.zh for note in notes)


@pytest.mark.parametrize("suffix", WRITABLE)  # fmt: skip
def test_nothing_dates_truth_and_numbers(tmp_path: Path, suffix: str) -> None:
    columns = {
        "地块编号": IDS,
        "日期": [pd.Timestamp("2024-01-02"), None, pd.Timestamp("2023-12-31")],
        "空": ["甲", None, ""],
    }
    convert(source(tmp_path / "a.parquet", columns), tmp_path / f"b{suffix}")
    raw = one(tmp_path / f"b{suffix}")
    if suffix == ".txt":
        assert raw.table["地块编号"].tolist() == IDS
        return
    days = [value.isoformat() if isinstance(value, dt.date) else value for value in raw.table["日期"]]
    assert [None if pd.isna(value) else str(value)[:10] for value in days] == ["2024-01-02", None, "2023-12-31"]
    assert [value if value == value and value else None for value in raw.table["空"]] == ["甲", None, None]


def test_the_note_on_a_system_that_cannot_be_used_tells_the_truth(tmp_path: Path) -> None:
    shape = shapely.box(109.9, 39.5, 109.91, 39.51)
    _, notes = convert(source(tmp_path / "a.parquet", {"id": [1]}, 4610, [shape]), tmp_path / "b.gpkg")
    assert one(tmp_path / "b.gpkg").crs is not None
    assert not any("不带坐标系" in note.zh for note in notes)


def test_a_format_that_needs_a_system_asks_for_it(geoparks: Callable[..., Any], tmp_path: Path) -> None:
    path = source(tmp_path / "a.parquet", {"id": [1]}, 4610, [shapely.box(109.9, 39.5, 109.91, 39.51)])
    for suffix in (".geojson", ".kml", ".txt"):
        done = geoparks("convert", path, tmp_path / f"b{suffix}")
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert "1980 西安坐标系" in done.stderr
        assert not (tmp_path / f"b{suffix}").exists()


@pytest.mark.parametrize("target", ["b.dwg", "b.mdb", "b.tif", "b", "b.shp.bak", "out/b.xyz"])
def test_an_unknown_target_is_one_line(geoparks: Callable[..., Any], tmp_path: Path, target: str) -> None:
    path = source(tmp_path / "a.parquet")
    before = snapshot(tmp_path)
    done = geoparks("convert", path, tmp_path / target)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert Path(target).name in done.stderr
    assert ".gpkg" in done.stderr
    assert snapshot(tmp_path) == before
    assert {path.name for path in tmp_path.iterdir()} == {"a.parquet"}


@pytest.mark.parametrize("suffix", WRITABLE)
def test_an_existing_target_is_kept_unless_forced(tmp_path: Path, suffix: str) -> None:
    path, target = source(tmp_path / "源.parquet"), tmp_path / f"b{suffix}"
    convert(source(tmp_path / "旧.parquet", {"地块编号": ["旧"]}), target)
    before = snapshot(tmp_path)
    with pytest.raises(GeoparksError, match="exists"):
        convert(path, target)
    assert snapshot(tmp_path) == before
    convert(path, target, force=True)
    assert one(target).table["地块编号"].tolist() == IDS


@pytest.mark.parametrize("suffix", WRITABLE)
def test_a_conversion_that_fails_half_way_leaves_all_as_it_was(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, target = source(tmp_path / "源.parquet"), tmp_path / f"b{suffix}"
    convert(source(tmp_path / "旧.parquet", {"地块编号": ["旧"]}), target)
    before = snapshot(tmp_path)
    module = write.formats()[suffix]
    whole = module.write

    def fails(layer: Any, place_: Path) -> None:
        whole(layer, place_)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write", fails)
    for where in (target, tmp_path / f"new{suffix}"):
        with pytest.raises(GeoparksError):
            convert(path, where, force=True)
    assert snapshot(tmp_path) == before


def test_no_part_of_an_overwritten_shapefile_stays(tmp_path: Path) -> None:
    convert(source(tmp_path / "a.parquet", {"一个很长的字段名": ["甲"]}), tmp_path / "b.shp")
    convert(
        source(tmp_path / "c.parquet", {"id": ["甲"]}, None, [shapely.box(0, 0, 9, 9)]), tmp_path / "b.shp", force=True
    )
    assert one(tmp_path / "b.shp").crs is None
    assert not (tmp_path / f"b{NAMES_BESIDE}").exists()


@pytest.mark.parametrize("suffix", [".dbf", ".prj", ".cpg", ".shx"])
def test_a_table_of_the_same_name_is_not_overwritten(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"区块{suffix}").write_bytes(b"somebody else's")
    try:
        convert(source(tmp_path / "a.parquet"), tmp_path / "区块.shp")
    except GeoparksError:
        assert not (tmp_path / "区块.shp").exists()
    assert (tmp_path / f"区块{suffix}").read_bytes() == b"somebody else's"


@pytest.mark.parametrize("suffix", [".gpkg", ".gdb"])
def test_all_layers_of_a_container_and_one_by_name(tmp_path: Path, suffix: str) -> None:
    start = tmp_path / "库.gpkg"
    for name, rows in (("区块", 3), ("宗地", 2)):
        gpd.GeoDataFrame(table()[:rows], geometry=drawn()[:rows], crs=4525).to_file(start, layer=name)
    convert(start, tmp_path / f"b{suffix}")
    assert {raw.inner: len(raw.table) for raw in read.open_file(tmp_path / f"b{suffix}")} == {"区块": 3, "宗地": 2}
    with pytest.raises(GeoparksError, match="2 layers"):
        convert(start, tmp_path / "b.shp")
    convert(start, tmp_path / "宗地.shp", layer="宗地")
    assert one(tmp_path / "宗地.shp").table["地块编号"].tolist() == IDS[:2]
    with pytest.raises(GeoparksError, match="no layer"):
        convert(start, tmp_path / "c.shp", layer="无此层")
    assert not (tmp_path / "c.shp").exists()


def test_area_does_not_change_on_the_way(tmp_path: Path) -> None:
    """A hectare stays a hectare through every format, one after the other."""
    last = source(tmp_path / "0.parquet", shapes=squares())
    for number, suffix in enumerate(WRITABLE, start=1):
        convert(last, last := tmp_path / f"{number}{suffix}")
    assert shapely.area(in_metres(one(last))).tolist() == pytest.approx(AREAS, abs=2)


@pytest.mark.parametrize(("suffix", "epsg"), [(".geojson", None), (".kml", None), (".gpkg", 4490), (".shp", 4526)])
def test_no_boundary_point_is_added(tmp_path: Path, suffix: str, epsg: int | None) -> None:
    """Every vertex is a surveyed boundary point; that edges are straight in the new system instead is said."""
    shape = shapely.box(X, Y, X + 5000, Y + 5000)
    path = source(tmp_path / "a.parquet", {"id": [1]}, shapes=[shape])
    _, notes = convert(path, tmp_path / f"b{suffix}", to_epsg=epsg)
    assert shapely.get_num_coordinates(one(tmp_path / f"b{suffix}").geometry[0]) == 5
    (note,) = [note for note in notes if "没有增加界址点" in note.zh]
    metres = float(note.zh.split("最多相差 ")[1].split(" 米")[0])
    assert 0.005 < metres < 1
    small = source(tmp_path / "c.parquet", {"id": [1]}, shapes=[shapely.box(X, Y, X + 50, Y + 50)])
    _, notes = convert(small, tmp_path / f"d{suffix}", to_epsg=epsg)
    assert not any("没有增加界址点" in note.zh for note in notes)


@pytest.mark.parametrize(("epsg", "told"), [(4490, "没有写成 EPSG:4490"), (4525, None), (4546, "EPSG:4525"), (4526, "EPSG:4526")])  # fmt: skip
def test_a_coordinate_txt_says_what_it_is_in(tmp_path: Path, epsg: int, told: str | None) -> None:
    _, notes = convert(source(tmp_path / "a.parquet"), tmp_path / "b.txt", to_epsg=epsg)
    placed = place(one(tmp_path / "b.txt"), {}, ())
    assert placed.name == ("EPSG:4526" if epsg == 4526 else "EPSG:4525")
    words = "；".join(note.zh for note in notes)
    assert "转为 EPSG:4490" not in words
    assert told is None or told in words


def test_a_coordinate_txt_of_degrees_says_its_zone(tmp_path: Path) -> None:
    shape = shapely.box(109.9, 39.5, 109.91, 39.51)
    _, notes = convert(source(tmp_path / "a.parquet", {"id": [1]}, 4490, [shape]), tmp_path / "b.txt")
    assert any("第 37 带" in note.zh and "EPSG:4525" in note.zh for note in notes)


@pytest.mark.parametrize("epsg", [4497, 32649, 3857])
def test_a_coordinate_txt_in_another_plane_is_refused(geoparks: Callable[..., Any], tmp_path: Path, epsg: int) -> None:
    done = geoparks("convert", source(tmp_path / "a.parquet"), tmp_path / "b.txt", "--epsg", epsg)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "4513 … 4533" in done.stderr
    assert not (tmp_path / "b.txt").exists()


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".gdb"])
def test_a_system_that_the_coordinates_contradict_is_not_written(tmp_path: Path, suffix: str) -> None:
    """Zone 39 is declared, the eastings begin with 37."""
    path = source(tmp_path / "a.parquet", {"id": [1]}, 4527, [shapely.box(X, Y, X + 100, Y + 100)])
    files, notes = convert(path, tmp_path / f"b{suffix}")
    assert not any(file.suffix == ".prj" for file in files)
    assert one(tmp_path / f"b{suffix}").crs is None
    assert any("不带坐标系" in note.zh for note in notes)


def test_xian_80_keeps_its_name(tmp_path: Path) -> None:
    """Without it, the next reader would take the numbers for CGCS2000."""
    path = source(tmp_path / "a.parquet", {"id": [1]}, 2361, [shapely.box(X, Y, X + 100, Y + 100)])
    _, notes = convert(path, tmp_path / "b.shp")
    assert "Xian" in (tmp_path / "b.prj").read_text()
    assert any("照原样写出" in note.zh for note in notes)
    assert not any("不带坐标系" in note.zh for note in notes)
