"""DXF drawings: closed and open polylines, arcs, texts, blocks, code pages, and drawings that are damaged."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import ezdxf
import pytest
import shapely
from written import X, Y, codes, one, snapshot

from geoparks.normalise.crs import place

SQUARE = [(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100)]


def drawing(version: str = "R2010") -> tuple[Any, Any]:
    document = ezdxf.new(version)
    return document, document.modelspace()


def saved(document: Any, path: Path) -> Path:
    document.saveas(path)
    return path


def test_closed_outlines_become_polygons_and_open_ones_lines(tmp_path: Path) -> None:
    document, space = drawing()
    space.add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "界址线"})
    space.add_lwpolyline([*SQUARE, SQUARE[0]], dxfattribs={"layer": "界址线"})  # closed by a last point
    space.add_lwpolyline([*SQUARE, (X + 0.0004, Y)], dxfattribs={"layer": "界址线"})  # all but closed
    space.add_polyline2d(SQUARE, close=True, dxfattribs={"layer": "旧图"})
    space.add_lwpolyline(SQUARE, dxfattribs={"layer": "道路"})
    space.add_line((X, Y), (X + 50, Y))
    space.add_point((X, Y))
    raw = one(saved(document, tmp_path / "a.dxf"))
    assert [shape.geom_type for shape in raw.geometry] == ["Polygon"] * 4 + ["LineString"] * 2 + ["Point"]
    assert shapely.area(raw.geometry[:4]).tolist() == pytest.approx([10_000] * 4, abs=0.1)
    assert raw.table["图层"].tolist()[:5] == ["界址线"] * 3 + ["旧图", "道路"]
    assert raw.geometry[2].exterior.coords[0] == raw.geometry[2].exterior.coords[-1] == (X, Y)
    placed = place(raw, {}, ())
    assert (placed.name, placed.how.en) == ("EPSG:4525", "inferred from the coordinates")


def test_arcs_are_stroked_within_the_tolerance_and_it_is_said(tmp_path: Path) -> None:
    document, space = drawing()
    space.add_circle((X, Y), 1_000)
    space.add_lwpolyline([(X, Y, 0, 0, 1), (X + 100, Y, 0, 0, 1)], close=True)  # two half circles
    document.saveas(tmp_path / "a.dxf")
    raw = one(tmp_path / "a.dxf")
    assert raw.geometry[0].area == pytest.approx(math.pi * 1_000**2, abs=2 * math.pi * 1_000 * 0.005)
    assert raw.geometry[1].area == pytest.approx(math.pi * 50**2, abs=2 * math.pi * 50 * 0.005)
    assert codes(raw) == ["arc_stroked"]


def test_an_arc_as_large_as_the_world_takes_no_time(tmp_path: Path) -> None:
    document, space = drawing()
    space.add_circle((X, Y), 1e15)
    assert shapely.get_num_coordinates(one(saved(document, tmp_path / "a.dxf")).geometry[0]) < 100_000


def test_texts_name_the_polygon_around_them(tmp_path: Path) -> None:
    document, space = drawing()
    space.add_lwpolyline(SQUARE, close=True)
    space.add_lwpolyline([(x + 500, y) for x, y in SQUARE], close=True)
    space.add_text("甲区块").set_placement((X + 20, Y + 20))
    space.add_mtext("乙区块\\P二期").set_location((X + 520, Y + 20))
    space.add_text("图名").set_placement((X, Y - 500))
    raw = one(saved(document, tmp_path / "a.dxf"))
    assert raw.table["文字"].tolist() == ["甲区块", "乙区块 二期"]


def test_block_references_are_taken_apart(tmp_path: Path) -> None:
    document, space = drawing()
    block = document.blocks.new("宗地")
    block.add_lwpolyline([(0, 0), (10, 0), (10, 10), (0, 10)], close=True, dxfattribs={"layer": "JZD"})
    block.add_attdef("DKBH", (2, 2))
    space.add_blockref("宗地", (X, Y), dxfattribs={"xscale": 2, "yscale": 2, "rotation": 90}).add_auto_attribs(
        {"DKBH": "DK-01"}
    )
    many = space.add_blockref("宗地", (X + 1000, Y))
    many.dxf.column_count, many.dxf.column_spacing = 3, 50
    raw = one(saved(document, tmp_path / "a.dxf"))
    assert shapely.area(raw.geometry).tolist() == pytest.approx([400, 100, 100, 100])
    assert raw.geometry[0].bounds == pytest.approx((X - 20, Y, X, Y + 20))
    assert raw.geometry[3].bounds[0] == pytest.approx(X + 1100)
    assert raw.table["文字"].tolist()[0] == "DK-01"


@pytest.mark.parametrize("page", ["ANSI_936", "ANSI_1252", "ANSI_950"])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_old_drawings_with_chinese(tmp_path: Path, page: str, encoding: str) -> None:
    document, space = drawing("R2000")
    document.encoding = "gbk"
    space.add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "园区边界线"})
    space.add_text("达拉特经济开发区").set_placement((X + 1, Y + 1))
    data = saved(document, tmp_path / "b.dxf").read_bytes().decode("gbk").encode(encoding)
    assert b"ANSI_936" in data or b"ANSI_1252" in data
    (tmp_path / "a.dxf").write_bytes(data.replace(b"ANSI_936", page.encode()).replace(b"ANSI_1252", page.encode()))
    raw = one(tmp_path / "a.dxf")
    assert raw.table["图层"].tolist() == ["园区边界线"]
    assert raw.table["文字"].tolist() == ["达拉特经济开发区"]
    assert raw.encoding == ("utf-8" if encoding == "utf-8" else "gb18030")
    assert ("encoding" in codes(raw)) == (encoding != "gbk" or page != "ANSI_936")


def test_new_drawings_that_hold_gbk_all_the_same(tmp_path: Path) -> None:
    document, space = drawing("R2010")
    space.add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "园区边界线"})
    data = saved(document, tmp_path / "b.dxf").read_bytes().decode("utf-8").encode("gbk")
    (tmp_path / "a.dxf").write_bytes(data)
    assert one(tmp_path / "a.dxf").table["图层"].tolist() == ["园区边界线"]


def test_what_is_not_read_is_named(tmp_path: Path) -> None:
    document, space = drawing()
    space.add_lwpolyline(SQUARE, close=True)
    space.add_3dface([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)])
    raw = one(saved(document, tmp_path / "a.dxf"))
    (repair,) = raw.repairs
    assert (repair.code, "3DFACE × 1" in repair.note.zh) == ("entity_passed_over", True)


def test_hatches_with_holes(tmp_path: Path) -> None:
    document, space = drawing()
    hatch = space.add_hatch()
    hatch.paths.add_polyline_path(SQUARE, is_closed=True)
    hatch.paths.add_polyline_path(
        [(X + 10, Y + 10), (X + 20, Y + 10), (X + 20, Y + 20), (X + 10, Y + 20)], is_closed=True
    )
    assert one(saved(document, tmp_path / "a.dxf")).geometry[0].area == pytest.approx(9_900)


def test_cut_off_and_damaged_drawings_are_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    document, space = drawing()
    for number in range(50):
        space.add_lwpolyline([(x + number * 200, y) for x, y in SQUARE], close=True)
    path = saved(document, tmp_path / "a.dxf")
    data = path.read_bytes()
    lines = data[: data.index(b"OBJECTS")].rsplit(b"\n", 400)[0]  # in the middle of the entities
    path.write_bytes(lines)
    before = snapshot(tmp_path)
    raw = one(path)
    assert 0 < len(raw.table) < 50
    assert "file_truncated" in codes(raw)
    path.write_bytes(data.replace(f"{X + 200}".encode(), b"3741A200.0", 1))
    assert "geometry_unreadable" in codes(one(path))
    path.write_bytes(before["a.dxf"])
    assert snapshot(tmp_path) == before
    assert capfd.readouterr() == ("", "")  # the library's own words are told as faults, not on standard error


def test_georeferenced_drawing_says_its_crs(tmp_path: Path) -> None:
    document, space = drawing()
    space.add_lwpolyline([(0, 0), (100, 0), (100, 100), (0, 100)], close=True)
    geodata = space.new_geodata()
    geodata.setup_local_grid(design_point=(0, 0), reference_point=(X, Y), north_direction=(0, 1))
    geodata.coordinate_system_definition = (
        '<?xml version="1.0" encoding="UTF-16" standalone="no" ?><Dictionary version="1.0" xmlns="http://www.osgeo.org/mapguide/coordinatesystem">'
        '<Alias id="4525" type="CoordinateSystem"><ObjectId>CGCS2000_37</ObjectId><Namespace>EPSG Code</Namespace></Alias>'
        '<Axis uom="METER"><CoordinateSystemAxis><AxisOrder>1</AxisOrder><AxisName>Easting</AxisName><AxisAbbreviation>E</AxisAbbreviation></CoordinateSystemAxis>'
        "<CoordinateSystemAxis><AxisOrder>2</AxisOrder><AxisName>Northing</AxisName><AxisAbbreviation>N</AxisAbbreviation></CoordinateSystemAxis></Axis></Dictionary>"
    )
    raw = one(saved(document, tmp_path / "a.dxf"))
    assert place(raw, {}, ()).name == "EPSG:4525"
    assert raw.geometry[0].bounds == pytest.approx((X, Y, X + 100, Y + 100))
