"""The verb adjust: tables of an application, the boundary afterwards, lists of cases that an office fills in, the command."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from casebook import HERE
from shapely.geometry import box

import geoparks as gp
from geoparks.measure.area import area
from geoparks.reports.adjustment import adjustment_sheets, write_adjustment, write_proposals

X, Y = HERE.east, HERE.north
LIST = """
[document]
number = "自然资发〔2023〕193号"
title = { zh = "通知", en = "Notice" }
in_force_from = 2023-10-08
is_law = false
checked_on = 2026-11-20
[[clause]]
rule = "U05"
fault = "case_not_permitted"
article = "—"
quote = ""
severity = "duty"
operator = "<="
limit = 0
unit = "count"
acted_to = 2026-02-10
exempt = { case = ["本局核对的情形"] }
"""


def workspace(folder: Path, *changes: tuple[str, str, str | None, str, tuple[int, int, int, int]]) -> Path:
    data = folder / "ws" / "data"
    data.mkdir(parents=True)
    (folder / "ws" / "geoparks.toml").write_text('name = "边界调整"\n', "utf-8")

    def put(layer: str, shapes: list[tuple[int, int, int, int]], **columns: list[object]) -> None:
        places = [box(X + west, Y + south, X + east, Y + north) for west, south, east, north in shapes]
        gpd.GeoDataFrame(columns, geometry=places, crs=4525).to_file(data / f"{layer}.gpkg")

    put("blocks", [(0, 0, 1000, 1200)], block_id=["B1"], park_id=["P1"])
    put(
        "udb",
        [(0, 0, 1000, 1000), (1000, 0, 2000, 1000)],
        udb_id=["K1", "K2"],
        zone=["集中建设区", "弹性发展区"],
        county=["甲旗", "甲旗"],
    )
    put("farmland", [(300, 1050, 400, 1300)], id=["N1"])
    put("redline", [(5000, 0, 5100, 100)], id=["H1"])
    put("counties", [(-9000, -9000, 9000, 9000)], code=["150699"], name=["甲旗"])
    pd.DataFrame([{"park_id": "P1", "name": "甲园区", "county": "甲旗"}]).to_csv(data / "parks.csv", index=False)
    limits = {"旗县": "甲旗", "基期城镇建设用地（公顷）": 180, "扩展倍数": 1.2, "城镇建设用地规模上限（公顷）": 150}
    pd.DataFrame([limits]).to_csv(data / "udb_limits.csv", index=False)
    if changes:
        put(
            "udb_changes", [one[-1] for one in changes], change_id=[f"T{i}" for i in range(1, len(changes) + 1)],
            direction=[one[0] for one in changes], case=[one[2] for one in changes], changed_on=[one[3] for one in changes],
            county=["甲旗" for _ in changes], park_id=[one[1] for one in changes],
        )  # fmt: skip
    return folder / "ws"


BOTH = (
    ("in", "P1", "某情形", "2024-05-01", (0, 1000, 200, 1050)),
    ("out", "P1", "某情形", "2024-05-01", (1500, 900, 1600, 1000)),
)


def test_the_tables_of_an_application_sum(tmp_path: Path) -> None:
    content = gp.adjust(workspace(tmp_path, *BOTH), on="2024-06-30").to_dict()
    told = content["adjustment"]
    (county,) = told["counties"]
    assert county["in_m2"] == pytest.approx(10_000, rel=1e-3) and county["out_m2"] == pytest.approx(10_000, rel=1e-3)
    assert county["boundary_after_m2"] == pytest.approx(
        county["boundary_before_m2"] + county["in_m2"] - county["out_m2"], abs=1e-6
    )
    assert sum(zone["after_m2"] for zone in county["zones"]) == pytest.approx(county["boundary_after_m2"], abs=1e-6)
    assert county["multiple_after"] == pytest.approx(county["boundary_after_m2"] / 1_800_000)
    assert county["construction_after_m2"] == pytest.approx(
        county["construction_before_m2"] + county["in_m2"], abs=1e-6
    )
    polygons = told["polygons"]
    assert {key for one in polygons for key in one} == {"BSM", "XZQDM", "XZQMC", "GHFQMC", "MJ", "geometry"}
    assert {one["XZQDM"] for one in polygons} == {"150699"}
    assert sum(one["MJ"] for one in polygons) == pytest.approx(county["boundary_after_m2"], abs=1e-3)
    drawn = gpd.GeoSeries([shapely.geometry.shape(one["geometry"]) for one in polygons], crs=4490)
    assert area(drawn).sum() == pytest.approx(county["boundary_after_m2"], rel=1e-7)  # nine decimals of a degree
    (park,) = told["parks"]
    assert (park["park_id"], park["plots"]) == ("P1", 2)
    assert [one["moved_m2"] for one in told["plots"]] == pytest.approx([county["in_m2"], county["out_m2"]], abs=1e-6)
    assert sum(one["moved_m2"] for one in told["cases"]) == pytest.approx(county["in_m2"] + county["out_m2"], abs=1e-6)
    assert {one["id"]: one["value"] for one in content["indicators"]}["U02.multiple_after"] == pytest.approx(
        county["multiple_after"]
    )
    assert told["definition"]["multiple"]["zh"] == "全部面积"
    json.dumps(content, allow_nan=False)


def test_land_that_is_in_already_does_not_come_in_twice(tmp_path: Path) -> None:
    part = ("in", "P1", "某情形", "2024-05-01", (0, 950, 200, 1050))
    content = gp.adjust(workspace(tmp_path, part), on="2024-06-30").to_dict()
    (plot,), (county,) = content["adjustment"]["plots"], content["adjustment"]["counties"]
    assert plot["area_m2"] == pytest.approx(20_000, rel=1e-3) and plot["moved_m2"] == pytest.approx(10_000, rel=1e-3)
    assert "本来就在边界内" in plot["remark"]["zh"]
    assert county["in_m2"] == pytest.approx(plot["moved_m2"], abs=1e-6)


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_cutting_a_plot_changes_nothing(tmp_path: Path, pieces: int) -> None:
    step = 200 // pieces
    plots = [("in", "P1", "某情形", "2024-05-01", (i * step, 1000, (i + 1) * step, 1050)) for i in range(pieces)]
    content = gp.adjust(workspace(tmp_path, *plots), on="2024-06-30").to_dict()
    (county,) = content["adjustment"]["counties"]
    assert county["in_m2"] == pytest.approx(9_998, rel=2e-4)
    assert {one["outcome"] for one in content["checks"] if one["rule"] in ("U01", "U02", "U04")} == {"pass"}


@pytest.mark.parametrize(
    ("case", "on", "outcome"),
    [
        ("本局核对的情形", "2026-02-10", "pass"),
        (" 本局核对的情形 ", "2024-01-01", "pass"),
        ("招商需要", "2026-02-10", "fail"),
        (None, "2026-02-10", "fail"),
        ("本局核对的情形", "2026-02-11", "manual"),
    ],
)
def test_the_list_that_an_office_fills_in_decides_by_the_day_of_the_change(
    tmp_path: Path, case: str | None, on: str, outcome: str
) -> None:
    ws = workspace(
        tmp_path,
        ("in", "P1", case, on, (0, 1000, 200, 1050)),
        ("out", "P1", "本局核对的情形", "2024-01-01", (1500, 900, 1600, 1000)),
    )
    (ws / "policies").mkdir()
    (ws / "policies" / "mnr-2023-193.toml").write_text(LIST, "utf-8")
    content = gp.adjust(ws, on="2026-06-30").to_dict()
    told = {one["subject"]["id"]: one["outcome"] for one in content["checks"] if one["rule"] == "U05"}
    assert told == {"T1": outcome, "T2": "pass"}


def test_the_command_proposes_and_the_bytes_are_the_same(geoparks, tmp_path: Path) -> None:
    ws = workspace(tmp_path, *BOTH)
    one, other = (geoparks("adjust", ws, "--on", "2024-06-30", "--propose", "--json") for _ in range(2))
    assert one.stdout == other.stdout
    content = json.loads(one.stdout)
    assert content["verb"] == "adjust" and content["proposals"]
    assert {row["rule"][0] for row in content["checks"]} == {"U"}
    plain = geoparks("adjust", ws, "--on", "2024-06-30", "--json")
    assert json.loads(plain.stdout)["proposals"] == []


def test_a_proposal_handed_back_as_changes_passes(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    result = gp.adjust(ws, on="2024-06-30", propose=True)
    result.save(tmp_path / "out")
    names = gpd.list_layers(tmp_path / "out" / "proposals.gpkg")["name"]
    assert list(names) == [one["id"] for one in result.to_dict()["proposals"] if one["status"] == "proposed"]
    for name in names:
        gpd.read_file(tmp_path / "out" / "proposals.gpkg", layer=name).to_file(ws / "data" / "udb_changes.gpkg")
        told = gp.adjust(ws, on="2024-06-30").to_dict()
        assert {one["outcome"] for one in told["checks"] if one["rule"] in ("U01", "U02", "U04")} == {"pass"}
        assert not told["findings"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sheets_and_layers_say_what_the_document_says(tmp_path: Path, lang: str) -> None:
    result = gp.adjust(workspace(tmp_path, *BOTH), on="2024-06-30", propose=True)
    content = result.to_dict()
    sheets = {title.en: (columns, rows) for title, columns, rows in adjustment_sheets(content, lang)}
    assert list(sheets) == ["Boundary totals", "Plots", "Cases", "Proposals"]
    for columns, rows in sheets.values():
        assert rows and all(len(row) == len(columns) for _, row in rows)
        assert not any(isinstance(cell, dict | list) for _, row in rows for cell in row)
    columns, rows = sheets["Boundary totals"]
    told = dict(zip([key for key, _, _ in columns], rows[0][1], strict=True))
    (county,) = content["adjustment"]["counties"]
    assert told["boundary_after_ha"] == pytest.approx(county["boundary_after_m2"] / 10_000)
    assert told["net_ha"] == pytest.approx(told["in_ha"] - told["out_ha"])
    assert write_adjustment(content, tmp_path / "a.gpkg")
    after = gpd.read_file(tmp_path / "a.gpkg", layer="CZKFBJ")
    assert after["MJ"].sum() == pytest.approx(county["boundary_after_m2"])
    assert not write_proposals({"proposals": []}, tmp_path / "b.gpkg") and not (tmp_path / "b.gpkg").exists()


def test_without_changes_nothing_is_judged(tmp_path: Path) -> None:
    content = gp.adjust(workspace(tmp_path), on="2024-06-30").to_dict()
    assert content["adjustment"] == {}
    assert {one["outcome"] for one in content["checks"]} == {"not_checked"}
