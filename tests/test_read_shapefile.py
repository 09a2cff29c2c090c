"""Shapefiles and DBF tables: every encoding and what claims to be one, and what their headers contradict."""

from __future__ import annotations

import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from written import AREAS, CODES, X, Y, codes, one, snapshot, squares, write_one, zipped

from geoparks import read
from geoparks.normalise.crs import place

TRADITIONAL = pd.DataFrame(
    {
        "計畫區": ["高雄市旗津區", "臺南市安平區", "花蓮縣壽豐鄉"],
        "分區": ["住宅區", "商業區", "公園用地"],
        "CODE": CODES,
    }
)
SIMPLIFIED = pd.DataFrame(
    {"名称": ["达拉特经济开发区", "鄂托克前旗", "𠮷工业园"], "地类": ["工业用地", "仓储用地", "采矿"], "CODE": CODES}
)


def shapefile(path: Path, table: pd.DataFrame, encoding: str, *, cpg: str | None = None, prj: bool = True) -> Path:
    """A shapefile in an encoding, with whatever .cpg says, or none."""
    pyogrio.write_dataframe(
        gpd.GeoDataFrame(table, geometry=squares(), crs=4525), path, driver="ESRI Shapefile", encoding=encoding
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    data = bytearray(path.with_suffix(".dbf").read_bytes())
    data[29] = 0  # the table's own byte for its code page
    path.with_suffix(".dbf").write_bytes(data)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, "ascii")
    if not prj:
        path.with_suffix(".prj").unlink()
    return path


def without(table: pd.DataFrame, characters: str) -> pd.DataFrame:
    return table.map(lambda value: "".join(one for one in value if one not in characters))


@pytest.mark.parametrize(
    ("encoding", "cpg", "said"),
    [
        ("GBK", None, True),  # nothing says it: by its text
        ("GBK", "GBK", False),
        ("GBK", "936", False),
        ("GBK", "ANSI 936", False),
        ("GBK", "OEM", True),  # words that say nothing
        ("GBK", "System", True),
        ("GBK", "UTF-8", True),  # words that are wrong
        ("GBK", "ISO-8859-1", True),  # decodes anything, into nonsense
        ("GBK", "Big5", True),
        ("UTF-8", "UTF-8", False),
        ("UTF-8", None, False),
        ("UTF-8", "GBK", True),  # UTF-8 decodes as GBK, into nonsense
        ("GB18030", None, True),
    ],
)
def test_simplified_chinese(tmp_path: Path, encoding: str, cpg: str | None, said: bool) -> None:
    table = SIMPLIFIED if encoding != "GBK" else without(SIMPLIFIED, "𠮷")
    raw = one(shapefile(tmp_path / "a.shp", table, encoding, cpg=cpg))
    assert raw.table.to_dict("list") == table.to_dict("list")
    assert raw.encoding == ("utf-8" if encoding == "UTF-8" else "gb18030")
    assert ("encoding" in codes(raw)) == said
    assert shapely.area(raw.geometry).tolist() == AREAS


@pytest.mark.parametrize(
    ("cpg", "said"), [(None, True), ("BIG5", False), ("950", False), ("GBK", True), ("UTF-8", True)]
)
def test_traditional_chinese(tmp_path: Path, cpg: str | None, said: bool) -> None:
    raw = one(shapefile(tmp_path / "a.shp", TRADITIONAL, "Big5", cpg=cpg))
    assert raw.table.to_dict("list") == TRADITIONAL.to_dict("list")
    assert raw.encoding == "big5hkscs"
    assert ("encoding" in codes(raw)) == said


@pytest.mark.parametrize("rows", [10, 30_000])
def test_chinese_that_begins_late_in_the_table(tmp_path: Path, rows: int) -> None:
    table = pd.DataFrame({"DKBH": [f"A{row}" for row in range(rows)], "BZ": [""] * (rows - 5) + ["权属有争议"] * 5})
    frame = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy([X] * rows, [Y] * rows), crs=4525)
    pyogrio.write_dataframe(frame, tmp_path / "a.shp", driver="ESRI Shapefile", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    raw = one(tmp_path / "a.shp")
    if rows == 10:
        assert list(raw.table["BZ"])[-1] == "权属有争议"
    else:  # too late for a sample of the table: then it is not passed over in silence
        assert list(raw.table["BZ"])[-1] == "权属有争议" or "unreadable_text" in codes(raw)


def test_names_that_are_cut_inside_a_character(tmp_path: Path) -> None:
    table = pd.DataFrame({"区块编号": ["A1", "A2", "A3"], "区块名称": ["甲", "乙", "丙"]})  # UTF-8: twelve bytes each
    raw = one(shapefile(tmp_path / "a.shp", table, "UTF-8", cpg="UTF-8"))
    assert list(raw.table) == ["区块编", "区块名"]
    assert raw.table.iloc[0].tolist() == ["A1", "甲"]


def test_columns_of_one_name_stay_apart(tmp_path: Path) -> None:
    path = write_one(tmp_path / "a.shp")
    path.with_name("a_字段名对照.csv").unlink(missing_ok=True)
    data = bytearray(path.with_suffix(".dbf").read_bytes())
    data[64:75] = data[32:43]  # the second field gets the first one's name
    path.with_suffix(".dbf").write_bytes(data)
    raw = one(path)
    assert len(raw.table.columns) == 4
    assert list(raw.table.columns)[:2] == ["区块编号", "区块编号.2"]


@pytest.mark.parametrize("prj", [True, False])
def test_with_and_without_prj(tmp_path: Path, prj: bool) -> None:
    raw = one(shapefile(tmp_path / "a.shp", SIMPLIFIED, "UTF-8", cpg="UTF-8", prj=prj))
    placed = place(raw, {}, ())
    assert placed.name == "EPSG:4525"
    assert placed.how.en == ("embedded in the file" if prj else "inferred from the coordinates")
    assert ("crs_inferred" in codes(raw)) != prj


def test_prj_as_arcgis_writes_it(tmp_path: Path) -> None:
    path = shapefile(tmp_path / "a.shp", SIMPLIFIED, "UTF-8", cpg="UTF-8")
    path.with_suffix(".prj").write_text(
        'PROJCS["CGCS2000_3_Degree_GK_Zone_37",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
        'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",37500000.0],PARAMETER["False_Northing",0.0],'
        'PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    assert place(one(path), {}, ()).name == "EPSG:4525"


def test_measures_are_said_to_be_dropped(tmp_path: Path) -> None:
    ring = [(X, Y), (X, Y + 100), (X + 100, Y + 100), (X, Y)]
    body = struct.pack("<i4d2i i", 25, X, Y, X + 100, Y + 100, 1, 4, 0) + b"".join(
        struct.pack("<2d", *place) for place in ring
    )
    body += struct.pack("<2d4d", 0, 3, 0, 1, 2, 3)
    length = 50 + 4 + len(body) // 2
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, length) + struct.pack(
        "<2i8d", 1000, 25, X, Y, X + 100, Y + 100, 0, 0, 0, 3
    )
    write_one(tmp_path / "a.shp")
    (tmp_path / "a.shp").write_bytes(head + struct.pack(">2i", 1, len(body) // 2) + body)
    (tmp_path / "a.shx").write_bytes(
        head[:24] + struct.pack(">i", 54) + head[28:] + struct.pack(">2i", 50, len(body) // 2)
    )
    _keep_records(tmp_path / "a.dbf", 1)
    raw = one(tmp_path / "a.shp")
    assert "m_dropped" in codes(raw)
    assert raw.geometry[0].area == pytest.approx(5000)


def _keep_records(path: Path, number: int) -> None:
    data = bytearray(path.read_bytes())
    head, size = struct.unpack("<HH", data[8:12])
    data[4:8] = struct.pack("<I", number)
    path.write_bytes(bytes(data[: head + number * size]) + b"\x1a")


def test_missing_index_is_rebuilt_elsewhere(tmp_path: Path) -> None:
    path = write_one(tmp_path / "a.shp")
    path.with_suffix(".shx").unlink()
    before = snapshot(tmp_path)
    raw = one(path)
    assert shapely.area(raw.geometry).tolist() == AREAS
    assert list(raw.table["地类"]) == CODES
    assert "index_rebuilt" in codes(raw)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(("shp", "dbf"), [(".SHP", ".DBF"), (".shp", ".DBF"), (".Shp", ".dbf")])
def test_suffixes_of_any_case(tmp_path: Path, shp: str, dbf: str) -> None:
    write_one(tmp_path / "a.shp")
    for suffix, new in ((".shp", shp), (".dbf", dbf), (".shx", ".SHX")):
        (tmp_path / f"a{suffix}").rename(tmp_path / f"b{new}")
    raw = one(tmp_path / f"b{shp}")
    assert list(raw.table["地类"]) == CODES
    assert shapely.area(raw.geometry).tolist() == AREAS


def test_fewer_records_than_shapes(tmp_path: Path) -> None:
    path = write_one(tmp_path / "a.shp")
    _keep_records(path.with_suffix(".dbf"), 2)
    raw = one(path)
    assert list(raw.table["地类"]) == CODES[:2]
    (fault,) = raw.faults
    assert (fault.code, fault.row) == ("record_missing", 3)


def test_cut_off_shp_keeps_what_is_whole(tmp_path: Path) -> None:
    path = write_one(tmp_path / "a.shp")
    data = path.read_bytes()
    path.write_bytes(data[:-40])
    raw = one(path)
    assert "file_truncated" in codes(raw)
    assert raw.geometry[0].area == AREAS[0]
    assert raw.geometry[2] is None


def test_deleted_records_and_damaged_numbers_are_told(tmp_path: Path) -> None:
    path = write_one(tmp_path / "a.shp")
    data = bytearray(path.with_suffix(".dbf").read_bytes())
    head, size = struct.unpack("<HH", data[8:12])
    data[head + size] = ord("*")  # the second record
    number = data.index(b"100.5", head)
    data[number + 5 : number + 7] = b"A0"
    path.with_suffix(".dbf").write_bytes(data)
    raw = one(path)
    assert list(raw.table["地类"]) == [CODES[0], CODES[2]]
    assert raw.row_numbers.tolist() == [1, 3]
    assert "record_deleted" in codes(raw)
    (fault,) = raw.faults
    assert (fault.code, fault.row, fault.field_name) == ("unreadable_number", 3, "批准面积")
    assert np.isnan(raw.table["批准面积"].iloc[1])


def test_zip_with_chinese_names_and_folders(tmp_path: Path) -> None:
    write_one(tmp_path / "a.shp")
    inside = {f"达拉特旗数据/边界/区块{part.suffix}": part for part in tmp_path.glob("a.*")} | {
        "达拉特旗数据/说明.txt": "请勿外传".encode("gbk")
    }
    raw = one(zipped(tmp_path / "b.zip", inside, encoding="gbk"))
    assert raw.inner == "达拉特旗数据/边界/区块.shp"
    assert raw.called == ("b", "区块")
    assert list(raw.table["地类"]) == CODES
    assert "file_passed_over" in codes(raw)


def test_several_shapefiles_in_one_zip(tmp_path: Path) -> None:
    write_one(tmp_path / "a.shp")
    inside = {f"{name}{part.suffix}": part for name in ("区块", "宗地") for part in tmp_path.glob("a.*")}
    raws = read.open_file(zipped(tmp_path / "b.zip", inside, encoding="gbk"))
    assert sorted(raw.inner for raw in raws) == ["区块.shp", "宗地.shp"]


def test_a_dbf_alone_is_a_table(tmp_path: Path) -> None:
    shapefile(tmp_path / "a.shp", without(SIMPLIFIED, "𠮷"), "GBK")
    (tmp_path / "a.dbf").rename(tmp_path / "企业.dbf")
    raw = one(tmp_path / "企业.dbf")
    assert raw.geometry is None
    assert raw.format == "DBF"
    assert raw.table.to_dict("list") == without(SIMPLIFIED, "𠮷").to_dict("list")
    assert raw.encoding == "gb18030"
