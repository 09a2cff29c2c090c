"""``geoparks describe``: what it writes, a check reads and finds true; the announcement, its files, the command."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from casebook import HERE, Case, dataset, run
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely import affinity

from geoparks import describe, pipeline
from geoparks.catalog import policy
from geoparks.demo import make
from geoparks.measure.four_to import outline_at
from geoparks.measure.four_to_features import gazetteer_of
from geoparks.measure.four_to_points import off_by
from geoparks.measure.four_to_words import SIDES, read
from geoparks.measure.four_to_written import write_limits
from geoparks.reports.four_to_sheet import four_to_sheet
from geoparks.workspace import Workspace

X, Y = 37_460_000.0, 4_380_000.0
RULES = ("four_to_missing", "four_to_untrue", "four_to_coordinates_untrue")
COUNTIES = [
    {
        "code": "150601",
        "name": "甲旗",
        "wkt": "POLYGON ((-9000 -9000, 1100 -9000, 1100 9000, -9000 9000, -9000 -9000))",
    },
    {"code": "150602", "name": "乙旗", "wkt": "POLYGON ((1100 -9000, 9000 -9000, 9000 9000, 1100 9000, 1100 -9000))"},
]


def case(blocks, landmarks, **more):
    given = {"name": "x", "on": pd.Timestamp("2024-06-30").date(), "blocks": blocks, "expect": {}, **more}
    return {**given, "landmarks": landmarks} if landmarks else given


def block(shape, name="B1", **limits):
    return {"block_id": name, "park_id": "P1", "name": f"{name}区块", "wkt": shape.wkt, **limits}


def written(values):
    """The limits of the first block, with the share and the tolerance of the toolkit."""
    made = dataset(Case("four_to_untrue", values))
    outline = outline_at(made["blocks"], (0,))
    return write_limits(outline, (0,), gazetteer_of(made), 0.25, 200.0), outline


def words(values):
    return {side: one.words for side, one in written(values)[0].items()}


def true(values):
    """The outcome of every rule of the row for the first block."""
    return [run(one, dataset(one)).outcome["B1"] for one in (Case(rule, values) for rule in RULES)]


ROADS = [
    {"name": "经一路", "kind": "road", "wkt": "LINESTRING (1060 -300, 1060 1100)"},
    {"name": "清水河", "kind": "river", "wkt": "LINESTRING (-300 -80, 300 -40, 700 -120, 1300 -60)"},
    {"name": "白彦嘎查", "kind": "village", "wkt": "POLYGON ((-350 300, -60 300, -60 500, -350 500, -350 300))"},
    {"name": "G18荣乌高速", "kind": "road", "wkt": "LINESTRING (-5000 1500, 5000 1500)"},
]


def test_the_nearest_names_are_written_with_how_far_where_there_is_none():
    assert words(case([block(shapely.box(0, 0, 1000, 800))], ROADS)) == {
        "east": "经一路", "south": "清水河", "west": "白彦嘎查", "north": "G18荣乌高速以南约700米",
    }  # fmt: skip


def test_nothing_with_a_name_leaves_coordinates():
    limits, outline = written(case([block(shapely.box(0, 0, 1000, 800))], []))
    for side, one in limits.items():
        assert "附近5公里内无有名地物" in one.words
        off, _ = off_by(outline, side, read(one.words, side).coordinates)
        assert off < 0.2


def test_borders_and_neighbours_are_written_too():
    blocks = [block(shapely.box(0, 0, 1000, 800)), block(shapely.box(-900, 200, 0, 700), "B2")]
    limits = words(case(blocks, [], counties=COUNTIES))
    assert limits["west"] == "B2区块"
    assert limits["east"] in ("甲旗界", "乙旗界")


def test_two_roads_are_joined_where_one_does_not_do():
    ell = shapely.Polygon([(0, 0), (2000, 0), (2000, 400), (600, 400), (600, 1000), (0, 1000)])
    roads = [
        {"name": "甲路", "kind": "road", "wkt": "LINESTRING (2060 -300, 2060 400)"},
        {"name": "乙路", "kind": "road", "wkt": "LINESTRING (660 480, 660 1300)"},
    ]
    assert words(case([block(ell)], roads))["east"] == "乙路"
    roads[1]["wkt"] = "LINESTRING (660 700, 660 1300)"
    assert set(words(case([block(ell)], roads))["east"].split("、")) <= {"甲路", "乙路"}


SHAPES = st.sampled_from(
    [
        shapely.box(0, 0, 1000, 800),
        shapely.Polygon([(0, 0), (1000, 0), (1000, 400), (600, 400), (600, 1000), (0, 1000)]),
        shapely.Polygon([(0, 0), (866, 500), (466, 1192.8), (-400, 692.8)]),
        shapely.Polygon([(0, 0), (1500, 100), (1300, 900), (700, 1400), (100, 700)]),
        shapely.Polygon(shapely.box(0, 0, 1500, 1500).exterior.coords, [shapely.box(300, 300, 700, 500).exterior.coords]),
        shapely.MultiPolygon([shapely.box(0, 0, 800, 800), shapely.box(1000, 500, 1900, 1400)]),
    ]
)  # fmt: skip
POINTS = st.tuples(st.floats(-3000, 4000), st.floats(-3000, 4000))
NAMES = ["经一路", "G109国道", "孔兑沟", "包演铁路", "塔林河北堤", "南岸演渠"]


@settings(max_examples=30, deadline=None)
@given(shape=SHAPES, turn=st.sampled_from([0, 17, 30, 61]), ends=st.lists(st.tuples(POINTS, POINTS), max_size=6))
def test_round_trip_what_is_written_is_found_true(shape, turn, ends):
    turned = affinity.rotate(shape, turn, origin=(0, 0))
    lines = [
        {"name": name, "kind": "road", "wkt": shapely.LineString(pair).wkt}
        for name, pair in zip(NAMES, ends, strict=False)
        if shapely.LineString(pair).length > 1
    ]
    limits = words(case([block(turned)], lines, counties=COUNTIES))
    assert set(limits) == set(SIDES)
    assert true(case([block(turned, **limits)], lines, counties=COUNTIES)) == ["pass"] * len(RULES)


def test_the_demonstration_describes_itself_and_holds(tmp_path):
    make(tmp_path)
    workspace = Workspace(tmp_path)
    pack = policy.load(workspace.config.policy, workspace.own, workspace.config.settings)
    described = describe.describe(workspace, pack.settings)
    assert len(described) == len(set(workspace.dataset["blocks"].ids))
    blocks = workspace.dataset["blocks"]
    # Its own limits are in the table: but for what was planted and one block they are the ones that are written.
    same = sum(
        blocks.column(side).iloc[blocks.positions(one.id)[0]] == one.sides[side].words
        for one in described
        for side in SIDES
    )
    assert same >= 95
    for one in described:
        for side in SIDES:
            blocks.frame.loc[blocks.positions(one.id), side] = one.sides[side].words
    workspace.dataset.derived.clear()
    result = pipeline.check(workspace)
    outcomes = {one["subject"]["id"]: one["outcome"] for one in result.content["checks"] if one["rule"] == "B05"}
    assert set(outcomes.values()) == {"pass", "not_checked"}
    assert [name for name, outcome in outcomes.items() if outcome != "pass"] == ["YQ06-3"]  # crosses itself, see B11


@pytest.fixture
def folder(tmp_path):
    data = tmp_path / "市" / "data"
    data.mkdir(parents=True)
    ring = [shapely.box(300, 300, 700, 500).exterior.coords]
    shapes = [shapely.Polygon([(0, 0), (1000, 0), (1000, 800), (0, 800)], ring), shapely.box(2000, 0, 3000, 1000)]
    there = [affinity.translate(one, X, Y) for one in shapes]
    table = {"block_id": ["B1", "B2"], "park_id": ["P1", "P1"], "name": ["一号区块", "二号区块"]}
    gpd.GeoDataFrame(table, geometry=there, crs=4525).to_file(data / "blocks.gpkg")
    roads = gpd.GeoDataFrame(
        {"name": ["经一路"], "kind": ["road"]}, geometry=[shapely.LineString([(X + 1060, Y - 300), (X + 1060, Y + 1100)])], crs=4525
    )  # fmt: skip
    roads.to_file(data / "landmarks.gpkg")
    return data.parent


def test_the_command_writes_the_announcement_and_the_corners(geoparks, folder):
    done = geoparks("describe", folder)
    assert done.returncode == 0, done.stderr
    assert "一号区块：东至经一路，" in done.stdout and "37460000.000" in done.stdout
    text = (folder / "out" / "describe.md").read_text("utf-8")
    assert "面积 71.9" in text and "| J1 | 1 | 4380800.000 | 37460000.000 |" in text
    book = openpyxl.load_workbook(folder / "out" / "describe.xlsx")
    assert book.sheetnames == ["四至", "拐点坐标"]
    rows = list(book["拐点坐标"].values)
    assert rows[0][:5] == ("区块编号", "区块名称", "3 度带带号", "圈号", "点号")
    assert [row[3] for row in rows if row[0] == "B1"] == [1] * 4 + [2] * 4
    assert rows[2][4:7] == ("J2", 4380800.0, 37461000.0)  # clockwise from the north-west


def test_json_is_one_document_and_english_is_spoken(geoparks, folder, tmp_path):
    done = geoparks("describe", folder, "--json", "--out", tmp_path / "there")
    document = json.loads(done.stdout)
    first = document["blocks"][0]
    assert (first["id"], first["east"], first["zone"]) == ("B1", "经一路", 37)
    assert first["area_m2"] == pytest.approx(720_000, rel=1e-3)
    way = Transformer.from_crs(4525, 4490, always_xy=True)
    corner = first["corners"][0]
    assert (corner["lon"], corner["lat"]) == pytest.approx(way.transform(X, Y + 800), abs=1e-9)
    assert (tmp_path / "there" / "describe.xlsx").exists() and not (folder / "out").exists()
    english = geoparks("describe", folder, "--lang", "en", "--out", tmp_path / "en").stdout
    assert "east to 经一路" in english and "south to latitude" in english


def test_what_is_written_by_the_command_passes_the_check(geoparks, folder, tmp_path):
    document = json.loads(geoparks("describe", folder, "--json", "--out", tmp_path).stdout)
    frame = gpd.read_file(folder / "data" / "blocks.gpkg")
    for side in SIDES:
        frame[side] = [one[side] for one in document["blocks"]]
    frame.to_file(folder / "data" / "blocks.gpkg")
    checked = json.loads(geoparks("check", folder, "--json", "--on", "2024-06-30").stdout)
    assert {one["outcome"] for one in checked["checks"] if one["rule"] == "B05"} == {"pass"}


def test_a_block_without_geometry_is_told_and_no_blocks_are_an_error(geoparks, folder, tmp_path):
    frame = gpd.read_file(folder / "data" / "blocks.gpkg")
    frame.loc[1, "geometry"] = None
    frame.to_file(folder / "data" / "blocks.gpkg")
    done = geoparks("describe", folder)
    assert done.returncode == 0 and "二号区块：没有图形" in done.stdout
    (folder / "data" / "blocks.gpkg").unlink()
    done = geoparks("describe", folder)
    assert done.returncode == 2 and "没有“园区区块”图层" in done.stderr and not done.stdout


def test_degrees_without_a_plane_are_described_in_the_zone_they_lie_in(geoparks, folder):
    frame = gpd.read_file(folder / "data" / "blocks.gpkg").to_crs(4490)
    frame.to_file(folder / "data" / "blocks.gpkg")
    document = json.loads(geoparks("describe", folder, "--json").stdout)
    corner = document["blocks"][0]["corners"][0]
    assert (corner["x"], corner["y"]) == pytest.approx((Y + 800, X), abs=1e-3)
    assert CRS.from_epsg(HERE.epsg).is_projected and np.isfinite(corner["lon"])


def test_the_workbook_has_every_side_with_its_words(tmp_path) -> None:
    make(tmp_path)
    content = pipeline.check(tmp_path, on="2024-06-30").to_dict()
    ((title, columns, rows),) = four_to_sheet(content, "zh")
    assert title.zh == "四至核对"
    keys = [key for key, _, _ in columns]
    table = [dict(zip(keys, row, strict=True)) for _, row in rows]
    blocks = {one["subject"]["id"] for one in content["checks"] if one["rule"] == "B05"}
    assert len(table) == 4 * len(blocks)
    assert [one["side"] for one in table[:4]] == ["东至", "南至", "西至", "北至"]
    wrong = {
        (one["subject"]["id"], one["field"]) for one in content["findings"] if one["rule"] == "B05" and one["field"]
    }
    assert sum(one["found"] is not None for one in table) == len(wrong) > 0
    assert all((one["metres"] is None) == (one["reason"] is not None) for one in table)
