"""Data that others made, through the commands as their users would: registers, admin sets, zoning, cadastre, databases."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

import geoparks as gp
from geoparks import read
from geoparks.catalog import layer as layers
from geoparks.files.areas import areas
from geoparks.files.inspection import inspect

pytestmark = pytest.mark.shared
ON = "2024-06-30"
CORNER = (37_460_000.0, 4_380_000.0)  # 3° zone 37, the zone number before the easting
OUTSIDE = {
    "G156020", "S157056", "S159048", "S159051", "S159054", "S159060", "S159064", "S159068", "S159071", "S159072",
}  # fmt: skip
"""Catalogue entries whose point lies in another province, as whoever collected them says."""


def workspace(root: Path, **files: Path) -> Path:
    """A workspace whose layers are files that stay where they are."""
    root.mkdir(exist_ok=True)
    lines = [f"{name} = {json.dumps(str(path))}" for name, path in files.items()]
    (root / "geoparks.toml").write_text("\n".join(["[data]", *lines, ""]), "utf-8")
    return root


def blocks_of(path: Path, layer: str, root: Path, **columns: Any) -> gpd.GeoDataFrame:
    """The polygons of a layer as blocks, by the ids that they have there."""
    frame = gpd.read_file(path, layer=layer, fid_as_index=True)
    made = gpd.GeoDataFrame({"block_id": frame.index.astype(str), **columns}, geometry=frame.geometry.array)
    (root / "data").mkdir(parents=True)
    made.to_file(root / "data" / "blocks.gpkg")
    return made


def pair_of(finding: dict[str, Any]) -> tuple[str, ...]:
    """The ids of two blocks that overlap."""
    return tuple(sorted((finding["subject"]["id"], finding["other"]["id"])))


@pytest.fixture(scope="module")
def catalogue(real: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The zones of the 2018 catalogue among the banners."""
    root = workspace(
        tmp_path_factory.mktemp("catalogue"),
        parks=real / "parks" / "im_devzones_2018_catalogue.csv",
        counties=real / "admin" / "im_inner_mongolia_banners.json",
    )
    return gp.check(root, on=ON).to_dict()


def test_ten_zones_of_the_catalogue_lie_in_other_provinces(catalogue: dict[str, Any]) -> None:
    outside = {one["subject"]["id"] for one in catalogue["findings"] if one["code"] == "outside_counties"}
    assert outside == OUTSIDE
    rows = {one["subject"]["id"]: one["outcome"] for one in catalogue["checks"] if one["rule"] == "B02"}
    assert len(rows) == 70
    assert {name for name, outcome in rows.items() if outcome == "fail"} == OUTSIDE


def test_every_entry_of_the_catalogue_is_incomplete(catalogue: dict[str, Any]) -> None:
    missing = [one for one in catalogue["findings"] if one["code"] == "catalogue_incomplete"]
    assert len(missing) == 70  # none states its blocks or its four limits
    assert sum(one["code"] == "unknown_kind" for one in catalogue["findings"]) == 4  # customs zones and the like
    assert not any(one["rule"] == "B02" and one["outcome"] == "not_checked" for one in catalogue["checks"])


def test_a_month_that_looks_like_a_number_keeps_its_zero(real: Path, tmp_path: Path) -> None:
    ws = gp.open(workspace(tmp_path, parks=real / "parks" / "im_devzones_2018_catalogue.csv"))
    months = Counter(one.month for one in ws.layer("parks")["approved_on"] if one is not None and one == one)
    assert months[10] > 0
    assert sum(months.values()) == 70


def test_banners_in_gcj02_are_refused_against_the_reference(real: Path, tmp_path: Path) -> None:
    root = workspace(tmp_path, counties=real / "admin" / "datav_2022_150600_ordos_banners.json")
    with (root / "geoparks.toml").open("a", encoding="utf-8") as stream:
        reference = json.dumps(str(real / "admin" / "im_inner_mongolia_banners.json"))
        stream.write(f"[reference]\ncounties = {reference}\n")
    content = gp.check(root, on=ON).to_dict()
    (refused,) = [one for one in content["inputs"] if one["refused"]]
    assert "GCJ-02" in refused["refused"]["zh"]
    assert "9 个同名要素" in refused["refused"]["zh"]


def test_the_reference_set_itself_is_not_refused(real: Path, tmp_path: Path) -> None:
    banners = real / "admin" / "im_inner_mongolia_banners.json"
    root = workspace(tmp_path, counties=banners)
    with (root / "geoparks.toml").open("a", encoding="utf-8") as stream:
        stream.write(f"[reference]\ncounties = {json.dumps(str(banners))}\n")
    assert not any(one["refused"] for one in gp.check(root, on=ON).to_dict()["inputs"])


def test_national_topojson(real: Path) -> None:
    (raw,) = read.open_file(real / "admin" / "gisnotes_china_county.topojson")
    assert len(raw.table) == 2891
    assert int((~shapely.is_valid(raw.geometry)).sum()) == 6
    assert raw.table["gb"].str.startswith("15615").sum() == 103
    (report,) = areas(real / "admin" / "gisnotes_china_county.topojson", layers.load())
    ordos = [
        one["area_m2"] for one, gb in zip(report["features"], raw.table["gb"], strict=True) if gb.startswith("1561506")
    ]
    assert len(ordos) == 9
    assert sum(ordos) / 1e6 == pytest.approx(86_853, abs=2)


ZONING = "scale/tw_zoning_A_dev.parquet"


def test_zoning_is_inspected(real: Path) -> None:
    (report,) = [one for file in [inspect(real / ZONING, layers.load())] for one in file["layers"]]
    assert (report["rows"], report["geometry"]["invalid"], report["crs"]) == (46_151, 42, "EPSG:3826")
    assert {"使用分(use)", "使用分", "參考面", "容積率"} & {one["name"] for one in report["fields"]}


def test_zoning_areas_agree_with_the_areas_stated_in_the_file(real: Path) -> None:
    (report,) = areas(real / ZONING, layers.load())
    stated = gpd.read_parquet(real / ZONING)["Shape_Area"].to_numpy()
    planar = np.array([one["area_planar_m2"] for one in report["features"]])
    sound = np.array([one["valid"] for one in report["features"]])
    assert (~sound).sum() == 42
    assert np.allclose(planar[sound], stated[sound], rtol=1e-6, atol=0.01)
    wide = sound & (planar > 2)  # of a sliver, the bend of an edge of 70 m is a good part
    ratio = np.array([one["area_m2"] for one in report["features"]])[wide] / planar[wide]
    assert 0.999 <= ratio.min() <= ratio.max() <= 1.0003  # the scale of the plane, up to four degrees from its meridian


@pytest.fixture(scope="module")
def zoning(real: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """The zoning polygons as blocks, a plan as a park, held against their declared square metres."""
    root = workspace(tmp_path_factory.mktemp("zoning"), blocks=real / ZONING)
    (root / "layers").mkdir()
    own = (layers.folders.shipped("layers") / "blocks.toml").read_text("utf-8")
    for known, header in (("区块编码", "OBJECTID"), ("所属园区", "計畫_1"), ("核准面积", "參考面")):
        own = own.replace(f'"{known}", ', f'"{known}", "{header}", ', 1)
    (root / "layers" / "blocks.toml").write_text(own, "utf-8")
    with (root / "geoparks.toml").open("a", encoding="utf-8") as stream:
        stream.write('[units.blocks]\n"參考面" = "m2"\n')
    return gpd.read_parquet(real / ZONING), gp.check(root, on=ON).to_dict()


@pytest.mark.slow
def test_zoning_overlaps_are_those_of_a_plain_overlay(zoning: tuple[gpd.GeoDataFrame, dict[str, Any]]) -> None:
    frame, content = zoning
    found: dict[tuple[str, str], float] = {}
    for one in content["findings"]:
        if one["rule"] in ("B09", "B10"):
            found[pair_of(one)] = found.get(pair_of(one), 0.0) + one["area_planar_m2"] + one["ignored_m2"]
    shapes = frame.geometry.to_numpy().copy()
    bad = ~shapely.is_valid(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    common = shapely.intersection(shapes[first], shapes[second])
    area = shapely.area(common)
    width = 2 * area / np.maximum(shapely.length(common), 1e-9)
    ids = frame["OBJECTID"].astype(str).to_numpy()
    pairs = [tuple(sorted(pair)) for pair in zip(ids[first], ids[second], strict=True)]
    clear = {pair: value for pair, value, wide in zip(pairs, area, width, strict=True) if value > 1 and wide > 0.05}
    assert len(clear) > 400
    assert set(clear) <= set(found)
    assert set(found) <= {pair for pair, value in zip(pairs, area, strict=True) if value > 0.4}
    for pair, value in clear.items():
        assert found[pair] == pytest.approx(value, abs=0.01, rel=1e-3)


@pytest.mark.slow
def test_zoning_faults_and_declared_areas(zoning: tuple[gpd.GeoDataFrame, dict[str, Any]]) -> None:
    frame, content = zoning
    invalid = set(frame["OBJECTID"].astype(str)[~frame.geometry.is_valid])
    crossing = {one["subject"]["id"] for one in content["findings"] if "self_intersection" in one["code"]}
    assert crossing == invalid
    rows = {one["subject"]["id"]: one["outcome"] for one in content["checks"] if one["rule"] == "B04"}
    declared = frame["參考面"].astype(float)
    differs = abs(frame.geometry.area / declared - 1)
    clearly = {str(one) for one in frame["OBJECTID"][(differs > 0.006) & frame.geometry.is_valid & (declared > 0)]}
    agrees = {str(one) for one in frame["OBJECTID"][(differs < 0.004) & frame.geometry.is_valid & (declared > 0)]}
    assert {rows[name] for name in clearly} == {"fail"}
    assert {rows[name] for name in agrees} == {"pass"}
    assert {rows[str(one)] for one in frame["OBJECTID"][~(declared > 0)]} <= {"not_checked"}


def test_a_zip_with_gbk_names(real: Path) -> None:
    raws = read.open_file(real / "formats" / "xuzhou_gbk_names.zip")
    assert [len(raw.table) for raw in raws] == [4549, 15154]
    assert [raw.where for raw in raws] == [
        f"xuzhou_gbk_names.zip › 徐州数据/{name}.shp" for name in ("building", "road")
    ]
    assert "竹三宿舍楼" in set(raws[0].table["name"])


def test_a_file_geodatabase_with_every_kind_of_layer(real: Path) -> None:
    raws = {
        str(raw.inner).split(" › ")[-1]: raw
        for raw in read.open_file(real / "formats" / "fiona_testopenfilegdb.gdb.zip")
    }
    listed = {
        str(name) for name, _ in pyogrio.list_layers(f"/vsizip/{real / 'formats' / 'fiona_testopenfilegdb.gdb.zip'}")
    }
    assert set(raws) == listed
    assert {"m_dropped"} <= {one.code for one in raws["polygonm"].repairs}
    assert {"z_dropped", "m_dropped"} <= {one.code for one in raws["polygonzm"].repairs}
    assert {one.code for one in raws["multipatch"].faults} == {"geometry_unreadable"}
    assert len(raws["several_polygons"].table) == 9


def test_coordinate_txts(real: Path) -> None:
    catalogue = layers.load()
    known = {
        "kanyu_closed_square_test_utf8.txt": ("EPSG:4527", 100.0, "平方米"),
        "polygon_txt_zone38_noprefix_test_utf8.txt": ("EPSG:4547", 10_000.0, None),
        "polygon_txt_multipart_test_utf8.txt": ("EPSG:4547", 100.0, None),
    }
    for name, (crs, planar, unit) in known.items():
        (report,) = areas(real / "txt" / name, catalogue)
        (one,) = report["features"]
        assert report["crs"] == crs
        assert one["area_planar_m2"] == pytest.approx(planar, abs=1e-3)
        assert (unit is None) == (one.get("explanation") is None)
        assert unit is None or unit in one["explanation"]["zh"]


def test_overlapping_plots_of_a_cadastre(real: Path, tmp_path: Path) -> None:
    source = real / "topology" / "ladmcol_geometry_utils.gpkg"
    made = blocks_of(source, "overlapping_polygons", tmp_path, park_id="P1")
    content = gp.check(tmp_path, on=ON).to_dict()
    found = {pair_of(one): one["area_planar_m2"] for one in content["findings"] if one["rule"] == "B10"}
    shapes = dict(zip(made["block_id"], shapely.make_valid(made.geometry.to_numpy()), strict=True))
    common = {
        tuple(sorted(pair)): shapes[pair[0]].intersection(shapes[pair[1]]).area for pair in combinations(shapes, 2)
    }
    assert len(found) == 6
    assert found == {pair: pytest.approx(area, abs=0.01) for pair, area in common.items() if area > 0.5}
    assert sum("self_intersection" in one["code"] for one in content["findings"]) == 1


def test_gaps_of_a_cadastre(real: Path, tmp_path: Path) -> None:
    source = real / "topology" / "ladmcol_quality_validations.gpkg"
    made = blocks_of(source, "check_gaps_in_plots", tmp_path, park_id="P1")
    (tmp_path / "geoparks.toml").write_text('[settings]\ncovers = ["blocks"]\n', "utf-8")
    found = [one for one in gp.check(tmp_path, on=ON).to_dict()["findings"] if one["code"] == "gap_enclosed"]
    parts = shapely.get_parts(shapely.union_all(made.geometry))
    gaps = [shapely.Polygon(ring) for part in parts for ring in part.interiors]
    assert len(gaps) == 2  # as the tests of the cadastre assistant say
    assert sum(shapely.get_num_geometries(shapely.geometry.shape(one["evidence"])) for one in found) == 2
    assert sum(one["area_planar_m2"] for one in found) == pytest.approx(shapely.area(gaps).sum(), abs=0.01)


def cases_of(path: Path) -> list[tuple[str, shapely.Geometry, bool]]:
    """The polygons of a test file of JTS or GEOS, with whether they are valid."""
    from lxml import etree

    found = []
    for case in etree.parse(path).iter("case"):
        for op in case.iter("op"):
            word = (op.text or "").strip()
            if op.get("name", "").lower() != "isvalid" or word not in ("true", "false"):
                continue
            try:
                shape = shapely.from_wkt("".join(case.findtext((op.get("arg1") or "a").lower()) or "").strip())
            except shapely.GEOSException:
                continue  # a ring too short to be one: no file that can be read holds it
            if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty:
                found.append((case.findtext("desc") or "", shape, word == "true"))
    return found


@pytest.mark.parametrize(
    "name", ["jts/TestValid.xml", "jts/TestInvalidA.xml", "geos/TestValid.xml", "geos/TestValid2.xml"]
)
def test_validity_cases(real: Path, tmp_path: Path, name: str) -> None:
    """What JTS and GEOS hold to be valid or not, put down near Ordos: B11 says the same, and names the place."""
    cases = [one for one in cases_of(real / "invalid" / name) if np.isfinite(shapely.get_coordinates(one[1])).all()]
    assert len(cases) >= 30
    shapes = []
    for number, (_, shape, _) in enumerate(
        cases
    ):  # each two kilometres wide, so that none is too small to be seen, and apart
        x0, y0, x1, y1 = shape.bounds
        size, place = 2000 / max(x1 - x0, y1 - y0, 1e-9), np.array([number % 30, number // 30]) * 3000 + CORNER
        shapes.append(shapely.transform(shape, lambda xy, o=(x0, y0), s=size, at=place: (xy - o) * s + at))
    valid = shapely.is_valid(np.array(shapes))
    keep = [valid[i] == cases[i][2] for i in range(len(cases))]  # where moving alone made no difference
    assert sum(keep) >= 0.95 * len(cases)
    (tmp_path / "data").mkdir()
    names = [f"C{i}" for i in range(len(cases)) if keep[i]]
    made = gpd.GeoDataFrame(
        {"block_id": names, "park_id": names}, geometry=[s for s, k in zip(shapes, keep, strict=True) if k], crs=4525
    )
    made.to_parquet(tmp_path / "data" / "blocks.parquet")
    content = gp.check(tmp_path, on=ON).to_dict()
    assert content["errors"] == []
    unsound = {"duplicate_vertex", "spike", "sliver_part"}
    found = {one["subject"]["id"] for one in content["findings"] if one["rule"] == "B11" and one["code"] not in unsound}
    expected = {name for name, shape in zip(names, made.geometry, strict=True) if not shape.is_valid}
    assert found == expected
    assert all(one["point"] for one in content["findings"] if one["rule"] == "B11")


@pytest.mark.parametrize(
    ("name", "suffix", "rows"),
    [
        ("geojson.resource", ".geojson", 1), ("gml.resource", ".gml", 10), ("gml_very_long_rows.resource", ".gml", 58),
        ("kml.resource", ".kml", 12), ("kml_multilayer.resource", ".kml", 210), ("utf-8-sig-json.resource", ".geojson", 114),
        ("shapefile_zip.resource", ".zip", 6), ("shapefile_zip_not_in_root.resource", ".zip", 14 + 14),
        ("xlsx.resource", ".xlsx", 8), ("xlsm.resource", ".xlsm", 50), ("csv.resource", ".csv", 2),
    ],
)  # fmt: skip
def test_registers_give_every_row_that_their_own_oracle_has(
    real: Path, tmp_path: Path, name: str, suffix: str, rows: int
) -> None:
    source = real / "registers" / "digital_land_resource_examples" / name
    path = tmp_path / f"register{suffix}"
    path.write_bytes(source.read_bytes())
    raws = read.open_file(path)
    assert sum(len(raw.table) for raw in raws) == rows


def test_a_drawing_of_pictures_only_says_so(real: Path) -> None:
    (raw,) = read.open_file(real / "formats" / "ezdxf_Graz_10km_3m.dxf")
    assert len(raw.table) == 0
    assert any("IMAGE" in one.note.zh for one in raw.repairs)
