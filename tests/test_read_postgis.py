"""Tables of a PostGIS server of the tests' own: read, hashed, told of, and never a password in what is told."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from database import PASSWORD, TYPED, USER
from registers import COUNT, assert_same, layer, parcels

from geoparks.errors import GeoparksError, UnreadableFile
from geoparks.read import open_source, server_rows
from geoparks.read import whole as read_whole
from geoparks.read.address import parse


@pytest.fixture(scope="module")
def land(postgis: Any) -> Any:
    """Tables and views of all kinds."""
    squares = [shapely.box(36_413_000 + 100 * i, 4_384_000, 36_413_090 + 100 * i, 4_384_100) for i in range(4)]
    frame = gpd.GeoDataFrame(
        {
            "zddm": ["Z3", "Z1", "Z4", "Z2"],
            "mj": [13.5, 2.25, None, 0.1 + 0.2],
            "c1": ["2023-01-05", None, "", '"a",\nb'],
            "n": [1, 2, 3, 9_007_199_254_740_993],
        },
        geometry=squares,
        crs=4524,
    )
    frame.loc[2, "geometry"] = None
    postgis.write(frame, "zd", key="zddm")
    postgis.run(
        "COMMENT ON COLUMN zd.mj IS '宗地面积（亩）'; COMMENT ON COLUMN zd.c1 IS '供地日期'; COMMENT ON COLUMN zd.zddm IS '宗地编号';"
        "CREATE VIEW zd_view AS SELECT * FROM zd WHERE mj IS NOT NULL;"
        "CREATE TABLE plain (id integer, code numeric(20), share numeric(6,3), yes boolean, many text[], photo bytea);"
        "INSERT INTO plain VALUES (NULL, 15099920230000000001, 0.125, true, '{a,b}', '\\x00'), (7, NULL, NULL, NULL, NULL, NULL);"
        "CREATE TABLE two (a geometry, b geometry); CREATE TABLE mixed (g geometry);"
        "INSERT INTO mixed VALUES ('SRID=4490;POINT(110 40)'), ('SRID=4524;POINT(36413000 4384000)');"
        "CREATE TABLE arcs (g geometry); INSERT INTO arcs VALUES"
        " ('SRID=4490;CURVEPOLYGON(CIRCULARSTRING(110 40, 110.001 40.001, 110.002 40, 110.001 39.999, 110 40))');"
        "CREATE SCHEMA other; CREATE TABLE other.hidden (id text); CREATE SCHEMA more; CREATE TABLE more.hidden (id text);"
        "CREATE TABLE far (id text, g geography(Point, 4326)); INSERT INTO far VALUES ('a', 'POINT(110 40)');"
        "CREATE TABLE nothing (id text PRIMARY KEY, g geometry(Polygon, 4490));"
        "CREATE ROLE nobody LOGIN PASSWORD 'x';"
    )
    return postgis


def test_a_table_is_read_as_it_stands_in_the_order_of_its_key(land: Any) -> None:
    (raw,) = open_source(land.address("zd"))
    assert raw.format == "PostGIS" and raw.crs.to_epsg() == 4524 and raw.origin == land.shown("public.zd")
    assert list(raw.table["zddm"]) == ["Z1", "Z2", "Z3", "Z4"]
    assert list(raw.table["mj"])[:3] == [2.25, 0.1 + 0.2, 13.5] and np.isnan(raw.table["mj"][3])
    assert raw.table["c1"].isna().tolist() == [True, False, False, False]  # nothing is not the same as an empty text
    assert list(raw.table["c1"])[1:] == ['"a",\nb', "2023-01-05", ""]
    assert list(raw.table["n"]) == [2, 9_007_199_254_740_993, 1, 3]
    assert raw.geometry[3] is None and shapely.area(raw.geometry[:3]).tolist() == [9000.0] * 3
    assert raw.comments == {"zddm": "宗地编号", "mj": "宗地面积（亩）", "c1": "供地日期"}


def test_the_hash_is_that_of_the_rows_whatever_their_order_and_changes_with_each_value(land: Any) -> None:
    before = open_source(land.address("zd_view"))[0].sha256
    land.run(
        "BEGIN; CREATE TEMP TABLE t AS SELECT * FROM zd; DELETE FROM zd; INSERT INTO zd SELECT * FROM t ORDER BY zddm DESC; COMMIT"
    )
    assert (
        open_source(land.address("zd_view"))[0].sha256
        == before
        == open_source(land.address("public.zd_view"))[0].sha256
    )
    land.run("UPDATE zd SET mj = mj + 0.000001 WHERE zddm = 'Z1'")
    assert open_source(land.address("zd_view"))[0].sha256 != before
    land.run("UPDATE zd SET mj = 2.25 WHERE zddm = 'Z1'")
    assert open_source(land.address("zd_view"))[0].sha256 == before


def test_the_hash_can_be_had_with_psql_alone(land: Any) -> None:
    from geoparks.read import postgis
    from geoparks.read.relation import look_up

    address = parse(land.address("zd"))
    with postgis.session(address) as connection:
        query = postgis.plan_of(look_up(connection, address)).query
    words = [*postgis.SESSION, f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)"]
    told = subprocess.run(
        [shutil.which("psql") or "psql", "-q", "-h", "127.0.0.1", "-p", str(land.port), "-U", USER, "-d", "land"],
        input=";\n".join(words) + ";", capture_output=True, check=True, text=True,
        env={**os.environ, "PGPASSWORD": PASSWORD},
    )  # fmt: skip
    assert hashlib.sha256(told.stdout.encode()).hexdigest() == open_source(land.address("zd"))[0].sha256


def test_values_of_every_type_come_without_loss(land: Any) -> None:
    (raw,) = open_source(land.address("plain"))
    first, second = (0, 1) if raw.table["code"][0] is not None else (1, 0)
    assert raw.geometry is None and raw.crs is None
    assert raw.table["code"][first] == "15099920230000000001"  # twenty digits are a code, not a number
    assert (
        raw.table["share"][first] == 0.125 and raw.table["yes"][first] is True and raw.table["many"][first] == "{a,b}"
    )
    assert raw.table["id"][second] == 7 and "photo" not in raw.table
    assert [one.code for one in raw.repairs] == ["column_passed_over"]


def test_geography_arcs_and_empty_tables(land: Any) -> None:
    assert shapely.get_x(open_source(land.address("far"))[0].geometry[0]) == 110.0
    (arcs,) = open_source(land.address("arcs"))
    assert arcs.geometry[0].geom_type == "Polygon" and "arc_stroked" in [one.code for one in arcs.repairs]
    (empty,) = open_source(land.address("nothing"))
    assert len(empty.table) == 0 and len(empty.geometry) == 0 and list(empty.table) == ["id"]


@pytest.mark.parametrize(
    ("table", "more", "zh", "en"),
    [
        ("zdd", {}, "没有名为 zdd 的表或视图；现为 public.z", "no table or view zdd; found public.z"),
        ("two", {}, "有 2 个图形列；现为 a、b", "2 columns with geometry"),
        ("zd", {"geometry": "shape"}, "没有名为 shape 的图形列；现为 geom", "no column with geometry is called shape"),
        ("mixed", {}, "几种 SRID；现为 4490（1）、4524（1）", "several SRIDs"),
        ("hidden", {}, "2 个模式都有名为 hidden 的表；现为 more.hidden、other.hidden", "2 schemas have a table"),
        ("zd", {"connect_timeout": "soon"}, "连不上数据库", "cannot be reached"),
    ],
)
def test_errors_name_what_is_there(land: Any, table: str, more: dict[str, str], zh: str, en: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        open_source(land.address(table, **more))
    assert zh in caught.value.line("zh") and en in caught.value.line("en")
    _no_secret(caught.value)


def test_a_server_that_cannot_be_reached_or_refuses(land: Any) -> None:
    good = land.address("zd")
    for bad, words in (
        (good.replace(f":{land.port}/", ":1/"), "连不上数据库"),
        (good.replace("127.0.0.1", "no-such-host.invalid"), "连不上数据库"),
        (good.replace(TYPED, TYPED + "x"), "请核对用户名和密码"),
        (good.replace("/land?", "/lnd?"), "请核对数据库名"),
        (good.replace(f"{USER}:{TYPED}", "nobody:x"), "请向数据库管理员申请该表的查询"),
        (good.replace("?table=zd", ""), "地址没有写明哪张表"),
        (f"postgresql://{USER}:{PASSWORD}@127.0.0.1/land?table=zd", "地址写法有误"),
        (f"postgresql://{USER}:se/cret@127.0.0.1/land?table=zd", "地址写法有误"),
        (f"postgresql://{USER}:12/secret@127.0.0.1/land?table=zd", "地址写法有误"),
    ):
        with pytest.raises(GeoparksError) as caught:
            open_source(bad)
        assert words in caught.value.line("zh"), bad
        _no_secret(caught.value)


def _no_secret(error: GeoparksError) -> None:
    for secret in (PASSWORD, TYPED, "secret", "se/cret"):
        assert secret not in error.line("zh") + error.line("en") + str(error)


def test_nothing_can_be_written_while_reading(land: Any) -> None:
    from geoparks.read import postgis

    with pytest.raises(UnreadableFile, match="read-only"), postgis.session(parse(land.address("zd"))) as connection:
        connection.execute("DELETE FROM zd")


def test_a_workspace_over_the_database(land: Any, tmp_path: Path, geoparks: Any) -> None:
    (tmp_path / "geoparks.toml").write_text(
        f'name = "库"\n[data]\nparcels = "{land.address("zd")}"\n', encoding="utf-8"
    )
    told = geoparks("idle", tmp_path, "--on", "2024-06-30", "--json")
    assert told.returncode in (0, 1), told.stderr
    result = json.loads(told.stdout)
    (source,) = [one for one in result["inputs"] if one["layer"] == "parcels"]
    assert source["path"] == land.shown("public.zd") and source["rows"] == 4 and source["crs"] == "EPSG:4524"
    assert source["sha256"] == open_source(land.address("zd"))[0].sha256
    assert [one["parcel_id"] for one in result["idle"]] == ["Z1", "Z2", "Z3", "Z4"]
    repairs = {(one["code"], one["field"]) for one in result["repairs"]}
    assert ("title_from_comment", "supplied_on") in repairs and ("unit_converted", "area_ha") in repairs
    written = [
        told.stdout,
        told.stderr,
        *(one.read_bytes().decode("latin-1") for one in (tmp_path / "out").rglob("*") if one.is_file()),
    ]
    assert not any(secret in words for words in written for secret in (PASSWORD, TYPED))
    again = geoparks("idle", tmp_path, "--on", "2024-06-30", "--json")
    assert again.stdout == told.stdout


def test_a_wrong_table_in_a_workspace_stops_it_with_one_line(land: Any, tmp_path: Path, geoparks: Any) -> None:
    (tmp_path / "geoparks.toml").write_text(f'[data]\nparcels = "{land.address("zdd")}"\n', encoding="utf-8")
    told = geoparks("check", tmp_path, "--on", "2024-06-30")
    assert told.returncode == 2 and told.stdout == "" and len(told.stderr.splitlines()) == 1
    assert "public.zd" in told.stderr and TYPED not in told.stderr and not (tmp_path / "out").exists()


def test_single_commands_take_a_table(land: Any, tmp_path: Path, geoparks: Any) -> None:
    seen = json.loads(geoparks("inspect", land.address("zd"), "--json").stdout)["files"][0]
    assert seen["path"] == land.shown("public.zd") and seen["layers"][0]["crs"] == "EPSG:4524"
    area = json.loads(geoparks("area", land.address("zd"), "--json").stdout)
    assert TYPED not in str(area) and "area_m2" in str(area)
    told = geoparks("convert", land.address("zd"), tmp_path / "zd.gpkg")
    assert told.returncode == 0 and len(gpd.read_file(tmp_path / "zd.gpkg")) == 4
    for verb in ("check", "compare"):
        wrong = geoparks(verb, land.address("zd"), *(["x"] if verb == "compare" else []))
        assert wrong.returncode == 2 and TYPED not in wrong.stderr + wrong.stdout


def test_a_layer_is_written_to_the_database_and_read_back(land: Any, tmp_path: Path, geoparks: Any) -> None:
    shapes = [shapely.box(110 + i, 40, 110.5 + i, 40.5) for i in range(3)]
    frame = gpd.GeoDataFrame(
        {"宗地编号": ["甲", "乙", None], "geom": [1.5, None, 2.25], 'a"b': [1, 2, 3]}, crs=4490, geometry=shapes
    )
    frame.to_file(tmp_path / "zd.geojson")
    told = geoparks("convert", tmp_path / "zd.geojson", land.address("public.made"))
    assert told.returncode == 0 and told.stdout.strip() == land.shown("public.made"), told.stderr
    (raw,) = open_source(land.address("made"))
    assert raw.crs.to_epsg() == 4490 and len(raw.table) == 3
    back = {row['a"b']: row for row in raw.table.to_dict("records")}
    assert back[1]["宗地编号"] == "甲" and back[3]["geom"] == 2.25 and np.isnan(back[2]["geom"])
    assert shapely.area(shapely.union_all(raw.geometry)) == shapely.area(shapely.union_all(np.array(shapes)))
    again = geoparks("convert", tmp_path / "zd.geojson", land.address("public.made"))
    assert again.returncode == 2 and "--force" in again.stderr and TYPED not in again.stderr
    assert (
        geoparks("convert", tmp_path / "zd.geojson", land.address("public.made"), "--epsg", 4524, "--force").returncode
        == 0
    )
    assert open_source(land.address("made"))[0].crs.to_epsg() == 4524
    refused = geoparks("convert", tmp_path / "zd.geojson", land.address("nowhere.made"))
    assert refused.returncode == 2 and len(refused.stderr.splitlines()) == 1 and TYPED not in refused.stderr


@pytest.mark.parametrize("key", ["gid", None])
def test_very_many_rows_of_a_table_are_read_in_runs(
    land: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    """The layer is the one that reading the table at once gives; also where there is no room on disk for it."""
    frame = parcels().assign(
        gid=range(COUNT), 编码=np.arange(COUNT, dtype=float) * 10**15, 份额=[None, *range(COUNT - 1)]
    )
    land.write(frame, "zd_many", key=key)
    land.run("ALTER TABLE zd_many ALTER 编码 TYPE numeric(30), ALTER 份额 TYPE bigint")
    (tmp_path / "data").mkdir()
    (tmp_path / "geoparks.toml").write_text(f'[data]\nparcels = "{land.address("zd_many")}"\n', encoding="utf-8")
    whole = layer(tmp_path)
    (raw,) = open_source(land.address("zd_many"))
    monkeypatch.setattr(server_rows, "BATCH_BYTES", 9_000)
    (begun,) = open_source(land.address("zd_many"), in_runs=True)
    assert begun.begun is not None and len(list(begun.begun.runs())) > 4
    again = read_whole(begun)
    pd.testing.assert_frame_equal(again.table, raw.table)
    assert again.sha256 == raw.sha256 and again.faults == raw.faults and again.repairs == raw.repairs
    assert shapely.to_wkb(again.geometry).tolist() == shapely.to_wkb(raw.geometry).tolist()
    for some in begun.begun.runs():
        assert list(some.table.dtypes) == list(raw.table.dtypes)
    made = layer(tmp_path)
    assert_same(made, whole)
    assert made.sources[0].sha256 == raw.sha256
    monkeypatch.setattr(
        server_rows.Rows, "_place", lambda self, number: tmp_path / ("none" if number > 2 else "") / f"{number}.arrow"
    )
    (held,) = open_source(land.address("zd_many"), in_runs=True)
    assert held.begun is None
    pd.testing.assert_frame_equal(held.table, raw.table)
