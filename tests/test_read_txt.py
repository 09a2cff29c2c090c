"""The coordinate TXT in every variant that is met: heads, parcels, rings, closings, separators, encodings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from written import codes, one

from geoparks import read
from geoparks.errors import NotJudged, UnreadableFile
from geoparks.normalise.crs import place

HEAD = """[属性描述]
格式版本号=1.01
数据产生单位=达拉特旗自然资源局
数据产生日期=2025-6-15
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=37
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
PARCEL = "5,1,DK-01,甲区块,面,K49G001,工业用地,0601,@\n"
N, E = 4_380_000, 37_410_000
CORNERS = [(N, E), (N, E + 100), (N + 100, E + 100), (N + 100, E)]


def points(
    corners: list[tuple[float, float]], *, ring: object = 1, label: str = "J{}", start: int = 1, close: bool = True
) -> str:
    lines = [
        f"{label.format(start + index)},{ring},{north:.3f},{east:.3f}" for index, (north, east) in enumerate(corners)
    ]
    if close:
        lines.append(f"{label.format(start)},{ring},{corners[0][0]:.3f},{corners[0][1]:.3f}")
    return "\n".join(lines) + "\n"


def square(north: float, east: float, size: float) -> list[tuple[float, float]]:
    return [(north, east), (north, east + size), (north + size, east + size), (north + size, east)]


def txt(path: Path, words: str, encoding: str = "gbk", newline: str = "\r\n") -> Path:
    path.write_bytes(words.replace("\n", newline).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_official_shape(tmp_path: Path, encoding: str) -> None:
    raw = one(txt(tmp_path / "a.txt", HEAD + PARCEL + points(CORNERS), encoding))
    assert raw.table.iloc[0].to_dict() == {
        "地块编号": "DK-01", "地块名称": "甲区块", "地块面积": "1", "图形属性": "面", "图幅号": "K49G001", "地块用途": "工业用地", "地类编码": "0601",
    }  # fmt: skip
    assert raw.geometry[0].equals(shapely.box(E, N, E + 100, N + 100))
    assert raw.header_units == {"地块面积": "ha"}
    placed = place(raw, {}, ())
    assert (placed.name, placed.how.en) == ("EPSG:4525", "said in the file's head")
    assert ("encoding" in codes(raw)) == encoding.startswith("gb")
    assert raw.faults == []


CLOSED_SQUARE = PARCEL + points(CORNERS)
HOLE = square(N + 20, E + 20, 10)


@pytest.mark.parametrize(
    ("body", "area", "said"),
    [
        (CLOSED_SQUARE, 10_000, set()),
        (PARCEL.replace("5,", "4,", 1) + points(CORNERS), 10_000, set()),  # closing points counted or not
        (PARCEL.replace("5,", "9,", 1) + points(CORNERS), 10_000, {"point_count"}),
        (PARCEL + points(CORNERS, label="{}"), 10_000, set()),  # labels without J
        (PARCEL + points(CORNERS, close=False), 10_000, {"ring_closed"}),
        (PARCEL + points(CORNERS, close=False) + f"J5,1,{N},{E}\n", 10_000, set()),  # closed by a label of its own
        (PARCEL + points(CORNERS, close=False) + f"J1,1,{N},{N}\n", 10_000, {"closing_row_bug"}),
        (PARCEL + points(CORNERS) + points(HOLE, ring=2), 9_900, {"point_count"}),  # labels start again
        (PARCEL.replace("5,", "10,", 1) + points(CORNERS) + points(HOLE, ring=2, start=5), 9_900, set()),  # or go on
        (PARCEL.replace("5,", "8,", 1) + points(CORNERS, close=False) + points(HOLE, ring=2, close=False), 9_900, {"ring_closed"}),
        (PARCEL.replace("5,", "8,", 1) + points(CORNERS, close=False) + points(HOLE, close=False), 9_900, {"ring_closed"}),  # ring 1 twice
        (PARCEL.replace("5,", "10,", 1) + points(CORNERS) + points(square(N, E + 500, 10), ring=2), 10_100, {"ring_outside"}),
        (PARCEL.replace("5,", "10,", 1) + points(HOLE, ring=2) + points(CORNERS), 9_900, set()),  # the hole first
        (PARCEL + points(CORNERS).replace(",", "，"), 10_000, {"separator"}),
        (PARCEL.replace(",", "，") + points(CORNERS), 10_000, {"separator"}),
        (PARCEL + points(CORNERS).replace(",", "\t"), 10_000, set()),
        (PARCEL + points(CORNERS).replace(",", "  "), 10_000, set()),
        (PARCEL + points(CORNERS).replace(",", ";"), 10_000, {"separator"}),
        (PARCEL + points(CORNERS).replace("\n", ",@\n"), 10_000, set()),
        (PARCEL + points(CORNERS).replace("\n", ",1023.5\n"), 10_000, set()),  # heights
        (PARCEL + points(CORNERS).replace(",1,", ","), 10_000, set()),  # no ring numbers
        (PARCEL + points(CORNERS).replace(",1,", ",").replace("\n", ",1023.5\n"), 10_000, set()),
        (PARCEL.replace("1,DK", "1.0000公顷,DK") + points(CORNERS), 10_000, {"unit_converted"}),
        ("5,1,DK-01,甲区块,面,,,@\n" + points(CORNERS), 10_000, set()),  # fewer commas
        ("5,1,DK-01,甲区块,面\n" + points(CORNERS), 10_000, set()),
        ("界址点数,地块面积,地块编号,地块名称,记录图形属性,图幅号,地块用途,地类编码,@\n" + CLOSED_SQUARE, 10_000, {"line_passed_over"}),
    ],
)  # fmt: skip
def test_bodies(tmp_path: Path, body: str, area: float, said: set[str]) -> None:
    raw = one(txt(tmp_path / "a.txt", HEAD + body))
    assert raw.table["地块编号"].tolist() == ["DK-01"]
    assert float(raw.table["地块面积"][0]) == 1.0
    assert raw.geometry[0].is_valid
    assert raw.geometry[0].area == pytest.approx(area)
    assert set(codes(raw)) - {"encoding"} == said


def test_thirteen_values_and_marks_in_names_stay(tmp_path: Path) -> None:
    line = "5,1,DK-01,甲，乙（一期）①,面,TF,工业用地,0601,耕地,旱地,13,12,备注；两项,@\n"
    raw = one(txt(tmp_path / "a.txt", HEAD + line + points(CORNERS)))
    row = raw.table.iloc[0]
    assert row["地块名称"] == "甲，乙（一期）①"
    assert row[["TBLX", "DL", "GZQ", "GZH", "BZ"]].tolist() == ["耕地", "旱地", "13", "12", "备注；两项"]


def test_several_parcels_lines_and_points(tmp_path: Path) -> None:
    body = (
        CLOSED_SQUARE
        + "3,,DK-02,路,线,,,,@\n"
        + points(CORNERS[:3], close=False)
        + "2,,DK-03,桩,点,,,,@\n"
        + points(CORNERS[:2], close=False)
    )
    raw = one(txt(tmp_path / "a.txt", HEAD + body))
    assert [shape.geom_type for shape in raw.geometry] == ["Polygon", "MultiLineString", "MultiPoint"]
    assert raw.rows is not None
    assert raw.rows.tolist() == [13, 19, 23]


@pytest.mark.parametrize(
    ("head", "epsg", "east"),
    [
        (HEAD.replace("带号=37", "带号=37带").replace("几度分带=3", "几度分带=3度带"), 4525, E),
        (HEAD.replace("几度分带=3", "分带=三度带"), 4525, E),
        (HEAD, 4546, E - 37_000_000),  # without the zone number
        (HEAD.replace("带号=37", "带号="), 4525, E),
        (HEAD.replace("带号=37", "中央子午线=111"), 4546, E - 37_000_000),
        (HEAD.replace("几度分带=3", "几度分带=6").replace("带号=37", "带号=19"), 4497, E - 18_000_000),
        (HEAD.replace("几度分带=3", "几度分带=6").replace("带号=37", "带号=19"), 4508, E - 37_000_000),
        (HEAD.replace("2000国家大地坐标系", "CGCS2000"), 4525, E),
        (" \n" + HEAD.replace("1.01", "1.00版本"), 4525, E),
        ("鄂尔多斯市某项目勘测定界\n" + HEAD, 4525, E),  # what offices put before the first title
        ("[extinfo]\n备注=1\n" + HEAD, 4525, E),
        ("", 4525, E),
    ],
)
def test_heads(tmp_path: Path, head: str, epsg: int, east: float) -> None:
    raw = one(
        txt(tmp_path / "a.txt", head + PARCEL + points([(north, one_east - E + east) for north, one_east in CORNERS]))
    )
    assert place(raw, {}, ()).name == f"EPSG:{epsg}"
    assert raw.geometry[0].area == 10_000
    assert ("line_passed_over" in codes(raw)) == head.startswith("鄂尔多斯")


@pytest.mark.parametrize(
    ("datum", "refused"),
    [
        ("1980西安坐标系", "1980"),
        ("1980年西安坐标系", "1980"),
        ("西安80", "1980"),
        ("80国家坐标系", "1980"),
        ("1954北京坐标系", "1954"),
        ("北京54", "1954"),
    ],
)
def test_older_datums_are_refused_with_the_way_out(tmp_path: Path, datum: str, refused: str) -> None:
    raw = one(txt(tmp_path / "甲.txt", HEAD.replace("2000国家大地坐标系", datum) + CLOSED_SQUARE))
    with pytest.raises(NotJudged) as told:
        place(raw, {}, ())
    assert told.value.where == "甲.txt"
    assert refused in told.value.what.zh
    assert told.value.mend is not None
    assert "transform" in told.value.mend.zh


@pytest.mark.parametrize(
    "line", ["{label},1,{lat:.9f},{lon:.9f}", "{label},1,{lon:.9f},{lat:.9f}", "{label},{lon:.9f},{lat:.9f}", "{lon:.9f} {lat:.9f}"]
)  # fmt: skip
@pytest.mark.parametrize("head", ["", HEAD.replace("计量单位=米", "计量单位=度").replace("带号=37", "带号=")])
def test_degrees(tmp_path: Path, line: str, head: str) -> None:
    corners = [(39.5, 109.9), (39.5, 109.91), (39.51, 109.91), (39.51, 109.9), (39.5, 109.9)]
    lines = [
        line.format(label="J1" if number == 4 else f"J{number + 1}", lat=lat, lon=lon)
        for number, (lat, lon) in enumerate(corners)
    ]
    raw = one(txt(tmp_path / "a.txt", head + "\n".join(lines)))
    placed = place(raw, {}, ())
    assert placed.name == "EPSG:4490"
    own = shapely.get_coordinates(raw.geometry)
    assert (own[:, ::-1] if placed.swapped else own)[0].tolist() == [109.9, 39.5]
    assert raw.faults == []


def test_degrees_with_minutes_and_seconds(tmp_path: Path) -> None:
    lines = ["J1,1,39°30′00″,109°54′00.0″", "J2,1,39°30′00″,109°54′36″", "J3,1,39:30:36,109:54:36"]
    raw = one(txt(tmp_path / "a.txt", "\n".join(lines), "utf-8"))
    assert shapely.get_coordinates(raw.geometry)[1].tolist() == pytest.approx([109.91, 39.5])


def test_coordinates_alone_with_swapped_axes(tmp_path: Path) -> None:
    lines = "\n".join(f"{east} {north}" for north, east in [*CORNERS, CORNERS[0]])
    raw = one(txt(tmp_path / "园区.txt", lines))
    placed = place(raw, {}, ())
    assert (placed.name, placed.swapped) == ("EPSG:4525", True)
    assert "axis_swapped" in codes(raw)
    assert raw.table["地块编号"].tolist() == ["园区"]


def test_blank_lines_part_rings_without_numbers(tmp_path: Path) -> None:
    bare = "\n".join(f"{north} {east}" for north, east in CORNERS)
    other = "\n".join(f"{north} {east + 500}" for north, east in CORNERS)
    raw = one(txt(tmp_path / "a.txt", f"{bare}\n\n{other}\n"))
    assert raw.geometry[0].geom_type == "MultiPolygon"


def test_two_heads_are_two_layers(tmp_path: Path) -> None:
    other = HEAD.replace("带号=37", "带号=36") + PARCEL + points([(north, east - 1_000_000) for north, east in CORNERS])
    raws = read.open_file(txt(tmp_path / "a.txt", HEAD + CLOSED_SQUARE + other))
    assert [place(raw, {}, ()).name for raw in raws] == ["EPSG:4525", "EPSG:4524"]


PUBLISHED = """[属性描述]
格式版本号=1.01
数据产生单位=XX市自然资源局
数据产生日期=2025-6-15
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=38
精度=3
[地块坐标]
5,0.7,2,XXX区块二,面,,,,@
1,1,3755389.778,39437380.212
2,1,3755389.789,39437410.712
3,1,3755159.789,39437410.712
4,1,3755159.778,39437380.212
1,1,3755389.756,39437380.245
"""


def test_a_published_file_with_three_defects(tmp_path: Path) -> None:
    raw = one(txt(tmp_path / "区块二.txt", PUBLISHED))
    with pytest.raises(NotJudged) as told:  # the head says zone 38, the eastings begin with 39
        place(raw, {}, ())
    assert "38" in told.value.line("zh")
    assert "39" in told.value.line("zh")
    (fault,) = raw.faults
    assert fault.code == "ring_not_closed"
    assert fault.value == "0.040"  # the closing point is 2 to 3 cm off in each axis
    assert fault.row == raw.rows[0]  # so that the finding can name the block
    assert "precision_not_metres" in codes(raw)
    assert place(raw, {"epsg": 4527}, ()).name == "EPSG:4527"  # somebody says which


def test_files_of_two_zones_are_not_mixed(tmp_path: Path) -> None:
    other = [(north, east - 1_000_000) for north, east in CORNERS]
    raw = one(txt(tmp_path / "a.txt", PARCEL + points(CORNERS) + PARCEL.replace("DK-01", "DK-02") + points(other)))
    with pytest.raises(NotJudged) as told:
        place(raw, {}, ())
    assert "37" in told.value.line("en")
    assert "36" in told.value.line("en")


@pytest.mark.parametrize(
    "words",
    ["", "  \n\n", "请查收附件。\n谢谢", HEAD, HEAD + PARCEL, HEAD + PARCEL + "J1,1,四三八,37410000\n", "\x00\x01\x02"],
)
def test_what_is_no_coordinate_txt(tmp_path: Path, words: str) -> None:
    with pytest.raises(UnreadableFile) as told:
        read.open_file(txt(tmp_path / "a.txt", words))
    assert told.value.where == "a.txt"
    assert "\n" not in told.value.line("zh")


BLANKS = {
    "after every line": lambda words: words.replace("\n", "\n\n"),
    "line ends converted twice": lambda words: words.replace("\n", "\r\n"),
    "after the second point": lambda words: words.replace("J2,", "\nJ2,").replace("J3,", "\nJ3,"),
    "halfway": lambda words: words.replace("J3,", "\n\nJ3,"),
}


@pytest.mark.parametrize("blanks", BLANKS)
@pytest.mark.parametrize("numbered", [True, False])
def test_blank_lines_inside_a_ring_part_none(tmp_path: Path, blanks: str, numbered: bool) -> None:
    """Some programs write a blank line after every line, some convert line ends twice."""
    words = HEAD + PARCEL + points(CORNERS)
    if not numbered:
        words = words.replace(",1,438", ",438")
    raw = one(txt(tmp_path / "a.txt", BLANKS[blanks](words)))
    assert raw.geometry[0].equals(shapely.box(E, N, E + 100, N + 100))
    assert raw.faults == []
    assert ("blank_lines" in codes(raw)) == (blanks != "line ends converted twice")


def test_blank_lines_that_leave_scraps_are_named(tmp_path: Path) -> None:
    """A ring, a blank line, two points: nobody can tell what was meant, and nothing is dropped in silence."""
    words = HEAD + PARCEL + points(CORNERS) + "\n" + points(square(N + 500, E, 50)[:2], close=False)
    raw = one(txt(tmp_path / "a.txt", words))
    assert raw.geometry[0] is None
    (fault,) = raw.faults
    assert (fault.code, fault.row) == ("geometry_unreadable", 13)
    assert "第 19 行" in fault.note.zh


def test_the_area_of_a_ring_that_is_too_short_is_nothing(geoparks, tmp_path: Path) -> None:
    file = txt(tmp_path / "short.txt", HEAD + PARCEL + points(CORNERS[:2]))
    done = geoparks("area", file, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (report,) = json.loads(done.stdout)["files"]
    assert report["features"][0]["valid"] is False
    assert report["features"][0]["stated_ha"] == 1
    assert geoparks("area", file).returncode == 0
