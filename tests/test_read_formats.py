"""Vector formats: geometry, attributes exactly, coordinate system and how it was known, and what was dropped."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import CRS
from written import (
    AREAS,
    CODES,
    IDS,
    NAMES,
    X,
    Y,
    attributes,
    codes,
    degrees,
    frame,
    one,
    snapshot,
    squares,
    write_gml,
    write_one,
    zipped,
)

from geoparks import read
from geoparks.errors import UnreadableFile
from geoparks.normalise.crs import place


def crs_of(path: Path) -> tuple[str, str]:
    placed = place(one(path), {}, ())
    return placed.name, placed.how.en


@pytest.mark.parametrize("suffix", [".gpkg", ".gdb", ".fgb", ".parquet"])
def test_a_plane_comes_back_whole(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"区块{suffix}"
    pyogrio_driver = {".gpkg": "GPKG", ".gdb": "OpenFileGDB", ".fgb": "FlatGeobuf"}
    if suffix == ".parquet":
        frame().to_parquet(path)
    else:
        options = {"SPATIAL_INDEX": "NO"} if suffix == ".fgb" else {}
        pyogrio.write_dataframe(frame(), path, driver=pyogrio_driver[suffix], layer="区块", **options)
    raw = one(path)
    assert list(raw.table["区块编号"]) == IDS
    assert list(raw.table["地类"]) == CODES
    assert raw.table["批准面积"].tolist() == [100.0, 99.0, 100.5]
    assert shapely.area(raw.geometry).tolist() == AREAS
    assert crs_of(path) == ("EPSG:4525", "embedded in the file")
    assert list(raw.table["区块名称"]) == NAMES
    assert raw.faults == []


def test_a_zipped_file_geodatabase_is_read_like_the_folder(tmp_path: Path) -> None:
    folder = write_one(tmp_path / "园区.gdb")
    inside = {f"园区.gdb/{part.name}": part for part in folder.iterdir()}
    raw = one(zipped(tmp_path / "园区.gdb.zip", inside))
    assert raw.format == "FileGDB"
    assert list(raw.table["区块名称"]) == NAMES
    assert shapely.area(raw.geometry).tolist() == AREAS


def test_every_layer_of_a_container_is_listed(tmp_path: Path) -> None:
    for name in ("区块", "宗地"):
        pyogrio.write_dataframe(
            frame(), tmp_path / "a.gpkg", driver="GPKG", layer=name, append=(tmp_path / "a.gpkg").exists()
        )
    raws = read.open_file(tmp_path / "a.gpkg")
    assert [raw.inner for raw in raws] == ["区块", "宗地"]
    assert [raw.where for raw in raws] == ["a.gpkg › 区块", "a.gpkg › 宗地"]


def geojson(path: Path, geometry: list[dict[str, object]], **top: object) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"A{number}", "code": "T0103", "list": ["钢铁", "化工"]},
            "geometry": shape,
        }
        for number, shape in enumerate(geometry)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", **top, "features": features}), "utf-8")
    return path


def test_geojson_in_degrees(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [shapely.geometry.mapping(shape) for shape in degrees()])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # a byte order mark, as Windows programs write it
    raw = one(path)
    assert list(raw.table["code"]) == ["T0103"] * 3
    assert list(raw.table["list"]) == ["钢铁、化工"] * 3
    placed = place(raw, {}, ())
    assert placed.name == "EPSG:4326"
    assert "datum_transformed" in codes(raw)  # the null transformation is said
    assert np.allclose(shapely.get_coordinates(raw.geometry), shapely.get_coordinates(degrees()))


def test_geojson_with_projected_coordinates_and_no_crs(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [shapely.geometry.mapping(shape) for shape in squares()])
    raw = one(path)
    placed = place(raw, {}, ())
    assert (placed.name, placed.how.en) == ("EPSG:4525", "inferred from the coordinates")
    assert "crs_inferred" in codes(raw)


def test_geojson_with_a_named_crs(tmp_path: Path) -> None:
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4525"}}
    path = geojson(tmp_path / "a.json", [shapely.geometry.mapping(shape) for shape in squares()], crs=named)
    assert crs_of(path) == ("EPSG:4525", "embedded in the file")


def test_topojson_keeps_codes(tmp_path: Path) -> None:
    arcs = [[[110, 39], [110.1, 39], [110.1, 39.1], [110, 39.1], [110, 39]]]
    shape = {"type": "Polygon", "arcs": [[0]], "properties": {"name": "东胜区", "code": "T0103", "gb": "156150602"}}
    document = {
        "type": "Topology",
        "objects": {"counties": {"type": "GeometryCollection", "geometries": [shape]}},
        "arcs": arcs,
    }
    for name in ("a.topojson", "b.json"):
        (tmp_path / name).write_text(json.dumps(document), "utf-8")
        raw = one(tmp_path / name)
        assert raw.format == "TopoJSON"
        assert raw.table.iloc[0].to_dict() == {"name": "东胜区", "code": "T0103", "gb": "156150602"}
        assert shapely.area(raw.geometry)[0] == pytest.approx(0.01)
        assert place(raw, {}, ()).name == "EPSG:4490"


def kml(encoding: str = "UTF-8", height: float = 0) -> str:
    rings = "".join(
        f"<Placemark><name>{name}</name><ExtendedData><Data name='地类'><value>{code}</value></Data></ExtendedData>"
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x},{y},{height:g}" for x, y in shape.exterior.coords)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for name, code, shape in zip(NAMES, CODES, degrees(), strict=True)
    )
    return f'<?xml version="1.0" encoding="{encoding}"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>区块</name>{rings}</Folder></Document></kml>'


@pytest.mark.parametrize("encoding", ["UTF-8", "GB2312", "GBK", "Big5"])
def test_kml_in_any_declared_encoding(tmp_path: Path, encoding: str) -> None:
    words = kml(encoding)
    if encoding == "Big5":
        words = words.translate(str.maketrans("区块类", "區塊類"))
    (tmp_path / "a.kml").write_bytes(words.encode(encoding))
    raw = one(tmp_path / "a.kml")
    assert next(iter(raw.table["Name"])) in ("甲区块", "甲區塊")
    assert list(raw.table["地類" if encoding == "Big5" else "地类"]) == CODES
    assert place(raw, {}, ()).name == "EPSG:4326"
    assert "z_dropped" not in codes(raw)


def test_kml_with_heights_holes_parts_folders_and_blanks(tmp_path: Path) -> None:
    (tmp_path / "a.kml").write_text(kml(height=1200), "utf-8")
    assert "z_dropped" in codes(one(tmp_path / "a.kml"))
    ring = "<LinearRing><coordinates>{}</coordinates></LinearRing>"
    outer = ring.format("109, 39 ,0\n 109.1, 39,0 109.1,39.1,0 109,39.1,0")  # blanks after commas, not closed
    inner = ring.format("109.02,39.02 109.04,39.02 109.04,39.04 109.02,39.02")
    polygon = f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs><innerBoundaryIs>{inner}</innerBoundaryIs></Polygon>"
    shapes = {
        "a": polygon,
        "b": f"<MultiGeometry>{polygon}{polygon}</MultiGeometry>",
        "c": "<Point><coordinates>x,y</coordinates></Point>",
        "d": "",
    }
    marks = "".join(
        f"<Folder><name>{name}</name><Placemark><name>{name}</name>{shape}</Placemark></Folder>"
        for name, shape in shapes.items()
    )
    (tmp_path / "b.kml").write_text(f"<kml><Document>{marks}</Document></kml>", "utf-8")
    raws = read.open_file(tmp_path / "b.kml")
    assert [raw.inner for raw in raws] == list("abcd")
    assert shapely.area(raws[0].geometry)[0] == pytest.approx(0.01 - 0.0002)
    assert codes(raws[0]) == ["ring_closed"]
    assert raws[1].geometry[0].geom_type == "MultiPolygon"
    assert codes(raws[2]) == ["geometry_unreadable"]
    assert raws[3].geometry[0] is None


def test_kmz_is_the_kml_inside(tmp_path: Path) -> None:
    raw = one(zipped(tmp_path / "a.kmz", {"doc.kml": kml().encode(), "files/icon.png": b"\x89PNG"}))
    assert raw.format == "KML"
    assert list(raw.table["Name"]) == NAMES
    assert list(raw.table["地类"]) == CODES


GML = """<?xml version="1.0" encoding="UTF-8"?>
<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml" xmlns:p="http://p">
<gml:featureMember><p:block fid="block.1"><p:区块编号>A01</p:区块编号><p:code>T0103</p:code><p:shape>
<gml:Polygon srsName="{srs}"><gml:exterior><gml:LinearRing><gml:posList>{places}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>
</p:shape></p:block></gml:featureMember></wfs:FeatureCollection>"""
SQUARE = [(X, Y), (X + 1000, Y), (X + 1000, Y + 2000), (X, Y + 2000), (X, Y)]
IN_DEGREES = [(109.95, 39.55), (109.96, 39.55), (109.96, 39.57), (109.95, 39.57), (109.95, 39.55)]


@pytest.mark.parametrize("north_first", [True, False])
@pytest.mark.parametrize(("epsg", "places"), [(4525, SQUARE), (4490, IN_DEGREES)])
@pytest.mark.parametrize(
    "srs", ["urn:ogc:def:crs:EPSG::{}", "http://www.opengis.net/def/crs/EPSG/0/{}", "http://www.opengis.net/gml/srs/epsg.xml#{}", "EPSG:{}"]
)  # fmt: skip
def test_gml_in_either_order_of_axes(
    tmp_path: Path, srs: str, epsg: int, places: list[tuple[float, float]], north_first: bool
) -> None:
    numbers = " ".join(f"{y} {x}" if north_first else f"{x} {y}" for x, y in places)
    (tmp_path / "a.gml").write_text(GML.format(srs=srs.format(epsg), places=numbers), "utf-8")
    raw = one(tmp_path / "a.gml")
    assert list(raw.table["区块编号"]) == ["A01"]
    assert list(raw.table["code"]) == ["T0103"]
    placed = place(raw, {}, ())
    assert placed.name == f"EPSG:{epsg}"
    coordinates = shapely.get_coordinates(raw.geometry)
    own = coordinates[:, ::-1] if placed.swapped else coordinates
    assert np.allclose(own, places)
    assert ("axis_swapped" in codes(raw)) == placed.swapped


def test_gml_leaves_no_file_beside(tmp_path: Path) -> None:
    write_gml(tmp_path / "区块.gml")
    before = snapshot(tmp_path)
    raw = one(tmp_path / "区块.gml")
    assert list(raw.table["区块名称"]) == NAMES
    assert list(raw.table["地类"]) == CODES
    assert snapshot(tmp_path) == before


def test_geopackage_that_is_open_elsewhere_stays_untouched(tmp_path: Path) -> None:
    write_one(tmp_path / "blocks.gpkg")
    connection = sqlite3.connect(tmp_path / "blocks.gpkg")
    connection.execute("PRAGMA journal_mode=WAL")
    for trigger in [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        connection.execute(f'DROP TRIGGER "{trigger}"')  # they call functions that only GDAL has
    connection.execute("""UPDATE blocks SET "区块名称" = '新名' WHERE "区块编号" = 'A01'""")
    connection.commit()
    before = snapshot(tmp_path)
    assert len(before) == 3
    raw = one(tmp_path / "blocks.gpkg")
    assert next(iter(raw.table["区块名称"])) == "新名"  # what was just saved is read, though it is in the log only
    assert snapshot(tmp_path) == before
    connection.close()


@pytest.mark.parametrize(
    "name", ["a!b", "a;b", "a#b", "100%", "a b", "园区（一期）", "a'b", "a[1]", "a&b", "x.y.z", "副本 (2)"]
)
def test_any_name_of_a_file(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for suffix in (".gpkg", ".shp", ".geojson", ".gdb"):
        write_one(folder / f"{name}{suffix}")
        assert len(one(folder / f"{name}{suffix}").table) == 3


def test_heights_and_measures_are_said_to_be_dropped(tmp_path: Path) -> None:
    high = shapely.force_3d(squares(), 1200.0)
    gpd.GeoDataFrame(attributes(), geometry=high, crs=4525).to_file(tmp_path / "z.gpkg")
    gpd.GeoDataFrame(attributes(), geometry=high, crs=4525).to_parquet(tmp_path / "z.parquet")
    for name in ("z.gpkg", "z.parquet"):
        raw = one(tmp_path / name)
        assert "z_dropped" in codes(raw)
        assert not shapely.has_z(raw.geometry).any()


def test_plain_parquet_is_a_table(tmp_path: Path) -> None:
    table = pd.DataFrame({"企业编号": ["E1"], "产业": [["钢铁", "化工"]], "产值": [1.5]})
    table.to_parquet(tmp_path / "企业.parquet")
    raw = one(tmp_path / "企业.parquet")
    assert raw.geometry is None
    assert raw.table.iloc[0].tolist() == ["E1", "钢铁、化工", 1.5]


def test_crs_with_a_height_or_a_null_shift_is_the_plain_one(tmp_path: Path) -> None:
    gpd.GeoDataFrame(attributes(), geometry=degrees(), crs="EPSG:4490+5737").to_parquet(tmp_path / "a.parquet")
    assert crs_of(tmp_path / "a.parquet")[0] == "EPSG:4490"
    words = (
        'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101],'
        'TOWGS84[0,0,0,0,0,0,0]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    )
    gpd.GeoDataFrame(attributes(), geometry=degrees(), crs=CRS.from_wkt(words)).to_parquet(tmp_path / "b.parquet")
    assert "4490" in crs_of(tmp_path / "b.parquet")[0] or "2000" in crs_of(tmp_path / "b.parquet")[0]


@pytest.mark.parametrize("suffix", [".dwg", ".mdb", ".mxd", ".rar"])
def test_closed_formats_are_named_with_the_way_out(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").write_bytes(b"x")
    with pytest.raises(UnreadableFile) as told:
        read.open_file(tmp_path / f"a{suffix}")
    assert told.value.where == f"a{suffix}"
    assert told.value.mend is not None
