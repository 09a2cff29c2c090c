"""The national tables of idle, un-supplied and low-efficiency plots: read by their columns, written by them, and there and back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import pytest
from casebook import HERE
from shapely.geometry import box
from test_idle_ledger import made
from test_indicators import PACK

import geoparks as gp
from geoparks.errors import WorkspaceError
from geoparks.idle_land.low_efficiency import compared
from geoparks.measure.supplied import as_of, ledger
from geoparks.records import IdleRow, Subject
from geoparks.write.national import (
    IDLE,
    LOW,
    TABLES,
    UNSUPPLIED,
    idle_plots,
    low_efficiency_plots,
    not_taken,
    unsupplied_plots,
)
from geoparks.write.national_file import save

ON = dt.date(2024, 6, 30)
PARCEL: dict[str, Any] = {
    "parcel_id": "Z1", "name": "一号地", "holder": "甲公司", "location": "纬三路北", "area_ha": 2.34567, "use_code": "0601",
    "contract_no": "HT-7", "supplied_on": "2020-07-01", "agreed_start_on": "2021-07-20", "agreed_finish_on": "2024-07-20",
    "total_investment_wanyuan": 1000, "invested_wanyuan": 91.23456, "exempt_days": 30, "determined_on": "2023-08-20",
    "disposal": "fee", "disposed_on": None, "cause": "enterprise", "supply_mode": "挂牌出让",
}  # fmt: skip
ROW = IdleRow(
    Subject("parcels", "Z1", "一号地"),
    "P1",
    "determined",
    "A",
    cause="enterprise",
    fee_wanyuan=123.45678,
    area_m2=23456.7,
)
MONEY = '[units]\nZTZE = "wanyuan"\nSJYTZE = "wanyuan"\nHTTZQD = "wanyuan_per_mu"\nHTMJSS = "wanyuan_per_mu"\n'


def plots(row: IdleRow = ROW, **changed: Any) -> Any:
    return idle_plots([row], made([{**PARCEL, **changed}])["parcels"])


def opened(folder: Path, path: Path, layer: str, units: str = MONEY) -> Any:
    folder.joinpath("geoparks.toml").write_text(f'[data]\n{layer} = "{path.name}"\n{units}', "utf-8")
    return gp.open(folder)


def test_columns_and_types_are_the_national_ones() -> None:
    table = plots().table
    assert list(table) == [one.name for one in TABLES[IDLE]] and len(table) == 1
    assert [len(TABLES[name]) for name in (IDLE, UNSUPPLIED, LOW)] == [33, 26, 31]
    row = table.iloc[0]
    assert (row["DKBH"], row["DKMJ"], row["HMTS"], row["SFZFYY"]) == ("Z1", 2.3457, 30, "否")
    assert (row["RDRQ"], row["YDKGRQ"]) == (dt.date(2023, 8, 20), dt.date(2021, 7, 20))
    assert (row["ZTZE"], row["SJYTZE"], row["ZJXZFJE"]) == (1000.0, 91.2346, 123.4568)
    assert (row["CZFS"], row["XZYYLX"], row["RDLX"], row["CZJD"]) == (
        "征缴土地闲置费",
        "企业原因",
        "未动工开发满一年",
        "未处置完毕",
    )
    assert {str(table[one.name].dtype) for one in TABLES[IDLE] if one.type == "number"} == {"float64"}
    assert str(table["HMTS"].dtype) == "Int64"
    empty = {
        "YSDM",
        "XZQDM",
        "XZQMC",
        "XMMC",
        "AJBH",
        "CZQX",
        "CZQDRQ",
        "CZWCRQ",
        "XCHCRQ",
        "HCJL",
        "XHRQ",
        "RKRQ",
        "GXRQ",
    }
    assert {name for name in table if row[name] is None or row[name] is pd.NaT} == empty, "nothing is made up"
    assert any("万元" in one.zh for one in plots().notes)


@pytest.mark.parametrize(
    ("cause", "word"), [("government", "是"), ("force_majeure", "否"), ("enterprise", "否"), ("", None)]
)
def test_whether_the_government_caused_it(cause: str, word: str | None) -> None:
    assert plots(replace(ROW, cause=cause)).table.iloc[0]["SFZFYY"] == word


@pytest.mark.parametrize(
    ("status", "there"), [("determined", 1), ("disposed", 1), ("suspected", 0), ("not_idle", 0), ("not_checked", 0)]
)
def test_only_determined_land_is_idle_land(status: str, there: int) -> None:
    row = replace(ROW, status=status)  # type: ignore[arg-type]
    assert len(plots(row).table) == there
    suspected = idle_plots([row], made([PARCEL])["parcels"], frozenset({"suspected"}))
    assert len(suspected.table) == (status == "suspected")


def test_what_is_missing_stays_empty_and_what_is_long_is_told(tmp_path: Path) -> None:
    bare = idle_plots([IdleRow(Subject("parcels", "Z1"), "", "determined")], made([{"parcel_id": "Z1"}])["parcels"])
    filled = {name for name in bare.table if not pd.isna(bare.table[name]).all()}
    assert filled == {"DKBH", "CZJD"}
    for suffix in (".gpkg", ".shp", ".gdb"):
        save(bare, tmp_path / f"{IDLE}{suffix}")
        back = pyogrio.read_dataframe(tmp_path / f"{IDLE}{suffix}", layer=IDLE)
        assert {name for name in back.columns if back[name].notna().all()} == {"DKBH", "CZJD", "geometry"}, suffix
    long = plots(name="长" * 101)
    assert long.table.iloc[0]["DKMC"] == "长" * 100
    assert any("DKMC" in one.zh and "截断" in one.zh for one in long.notes)
    assert not any("截断" in one.zh for one in plots(name="长" * 100).notes)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".gdb"])
def test_there_and_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"{IDLE}{suffix}"
    save(plots(), path)
    info = pyogrio.read_info(path, layer=IDLE)
    kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
    assert list(kinds) == [one.name for one in TABLES[IDLE]]
    assert kinds["RDRQ"].startswith("datetime64") and kinds["HMTS"].startswith("int") and kinds["DKMJ"] == "float64"
    found = opened(tmp_path, path, "parcels")
    back = found.layer("parcels").iloc[0]
    for name in (
        "parcel_id",
        "name",
        "holder",
        "location",
        "use_code",
        "contract_no",
        "exempt_days",
        "total_investment_wanyuan",
    ):
        assert back[name] == PARCEL[name], name
    for name in ("supplied_on", "agreed_start_on", "agreed_finish_on", "determined_on"):
        assert str(back[name])[:10] == PARCEL[name], name
    assert (back["area_ha"], back["invested_wanyuan"]) == (2.3457, 91.2346)
    assert (back["cause"], back["disposal"]) == ("enterprise", "fee")
    assert back.geometry.area > 0
    (told,) = not_taken(found.dataset["parcels"])
    for name in ("RDLX（认定类型）", "CZJD（处置阶段）", "XHRQ（销号日期）", "HCJL（核查结论）", "XMMC（项目名称）"):
        assert name in told.zh
    assert "DKBH" not in told.zh and "SFZFYY（是否政府原因）" in told.zh, (
        "the kind of the cause says more, and was taken"
    )


@pytest.mark.parametrize(
    ("word", "cause", "faults"),
    [("是", "government", 0), ("否", "否", 1), ("1", "1", 1), (None, None, 0), ("不详", None, 0)],
)
def test_sfzfyy_is_the_cause_where_nothing_says_it_better(
    tmp_path: Path, word: str | None, cause: str | None, faults: int
) -> None:
    """是 is the government's; 否 may be the enterprise's or force majeure: it is kept as written, told, and no cause."""
    import geopandas as gpd

    shape = HERE.put(box(0, 0, 200, 100))
    table = {"DKBH": ["Z1"], "RDRQ": ["2023-08-20"], "DKMJ": [2.0], "SFZFYY": pd.Series([word], dtype=object)}
    gpd.GeoDataFrame(table, geometry=[shape], crs=HERE.crs).to_file(tmp_path / f"{IDLE}.gpkg")
    back = gp.open(tmp_path).dataset["parcels"]
    found = back.column("cause").iloc[0]
    assert (None if found != found else found) == cause
    assert [one.code for one in back.faults] == ["unknown_value"] * faults


def test_codes_that_nobody_has_seen_are_told_and_not_taken_for_a_cause(tmp_path: Path) -> None:
    table = plots()
    table.table["XZYYLX"] = pd.Series(["03"], dtype=object)
    save(table, tmp_path / f"{IDLE}.gpkg")
    back = opened(tmp_path, tmp_path / f"{IDLE}.gpkg", "parcels").dataset["parcels"]
    assert back.column("cause").tolist() == ["03"], "as written"
    assert idle_plots([replace(ROW, cause="03")], back).table.iloc[0][["XZYYLX", "SFZFYY"]].tolist() == ["03", None]
    assert [(one.code, one.value) for one in back.faults] == [("unknown_value", "03")]


def test_money_without_a_unit_is_a_question(tmp_path: Path) -> None:
    save(plots(), tmp_path / f"{IDLE}.gpkg")
    back = opened(tmp_path, tmp_path / f"{IDLE}.gpkg", "parcels", units="").dataset["parcels"]
    assert set(back.questions) == {"total_investment_wanyuan", "invested_wanyuan"}
    assert not back.has("total_investment_wanyuan")


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    made_of = []
    for folder in ("a", "b"):
        save(plots(), tmp_path / folder / f"{IDLE}{suffix}")
        made_of.append({one.name: one.read_bytes() for one in sorted((tmp_path / folder).iterdir())})
    assert made_of[0] == made_of[1]


def test_what_a_file_cannot_hold_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError):
        save(plots(), tmp_path / f"{IDLE}.geojson")
    with pytest.raises(WorkspaceError, match="254"):
        save(plots(location="长" * 128), tmp_path / f"{IDLE}.shp")
    assert not list(tmp_path.iterdir())
    save(plots(location="长" * 127), tmp_path / f"{IDLE}.shp")
    rare = plots(holder="𠮷公司")
    save(rare, tmp_path / "rare.shp")
    assert (tmp_path / "rare.cpg").read_text() == "UTF-8" and any("生僻字" in one.zh for one in rare.notes)


@pytest.mark.parametrize("name", ["{{ 7*7 }}", "=1+1", "甲\x00\x0b乙", "<b>&'\""])
def test_hostile_names_come_back_as_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{IDLE}.gpkg"
    save(plots(holder=name), path)
    back = opened(tmp_path, path, "parcels").layer("parcels").iloc[0]["holder"]
    assert back.replace("\x00", "").replace("\x0b", "") == name.replace("\x00", "").replace("\x0b", "")


APPROVALS = [
    {"approval_id": "A1", "approval_no": "内政土发1号", "approval_kind": "批次", "approved_on": "2021-05-01", "approved_area_ha": 10,
     "requisitioned_area_ha": 9.5, "county": "某旗", "reason": "规划调整", "box": [0, 0, 1000, 100]},
    {"approval_id": "A2", "approved_on": "2021-05-01", "approved_area_ha": 4, "box": [0, 200, 400, 300]},
    {"approval_id": "A3", "approved_on": "2024-07-01", "approved_area_ha": 4, "box": [0, 400, 400, 500]},
]  # fmt: skip
SUPPLIED = [
    {"parcel_id": "Y1", "approval_id": "A1", "supplied_on": "2022-03-01", "area_ha": 4},
    {"parcel_id": "Y2", "approval_id": "A2", "supplied_on": "2022-03-01", "area_ha": 4},
]


def test_unsupplied_plots(tmp_path: Path) -> None:
    layers = made(SUPPLIED, approvals=APPROVALS)
    out = unsupplied_plots(layers["approvals"], as_of(ledger(layers, PACK), ON))
    assert list(out.table) == [one.name for one in TABLES[UNSUPPLIED]]
    assert out.table["DKBH"].tolist() == ["A1"], "A2 is supplied whole, A3 not yet approved"
    row = out.table.iloc[0]
    assert (row["BPPZMJ"], row["ZDWCMJ"], row["DKYGMJ"], row["DKWGMJ"]) == (10.0, 9.5, 4.0, 6.0)
    assert (row["BPLX"], row["BPPFWH"], row["BPPFRQ"], row["XZQMC"]) == (
        "批次",
        "内政土发1号",
        dt.date(2021, 5, 1),
        "某旗",
    )
    path = tmp_path / f"{UNSUPPLIED}.gpkg"
    save(out, path)
    found = opened(tmp_path, path, "approvals", units="")
    back = found.layer("approvals").iloc[0]
    assert (back["approved_area_ha"], back["requisitioned_area_ha"], back["reason"]) == (10.0, 9.5, "规划调整")
    assert (back["approval_id"], back["approval_kind"], str(back["approved_on"])[:10]) == ("A1", "批次", "2021-05-01")
    (told,) = not_taken(found.dataset["approvals"])
    assert "DKYGMJ（地块已供面积）" in told.zh and "CZLX（处置类型）" in told.zh and "BPPZMJ" not in told.zh


def test_low_efficiency_plots(tmp_path: Path) -> None:
    parcel = {**PARCEL, "finished_on": "2023-01-01", "floor_area_m2": 20_000, "contract_far": 1.2, "contract_investment_wanyuan_mu": 300,
              "contract_tax_wanyuan_mu": 12}  # fmt: skip
    layers = made([parcel, {**parcel, "parcel_id": "Z2", "finished_on": None}])
    actual: dict[str, dict[str, float | None]] = {}
    for one in compared(layers, ON, 2023):
        actual.setdefault(one.parcel.id, {})[one.measure] = one.actual
    out = low_efficiency_plots(actual, layers["parcels"])
    assert list(out.table) == [one.name for one in TABLES[LOW]] and out.table["DKBH"].tolist() == ["Z1"]
    row = out.table.iloc[0]
    assert (row["HTRJL"], row["XZRJL"], row["DKMJ"]) == (1.2, 0.8526, 2.3457)
    assert np.isnan(row["XZMJSS"]) and row["DXLX"] is None and row["RDDW"] is None
    path = tmp_path / f"{LOW}.gpkg"
    save(out, path)
    found = opened(tmp_path, path, "parcels")
    back = found.layer("parcels").iloc[0]
    assert (back["contract_far"], back["contract_investment_wanyuan_mu"], back["contract_tax_wanyuan_mu"]) == (
        1.2,
        300,
        12,
    )
    assert (back["parcel_id"], back["supply_mode"], back["location"], back["area_ha"]) == (
        "Z1",
        "挂牌出让",
        "纬三路北",
        2.3457,
    )
    (told,) = not_taken(found.dataset["parcels"])
    assert "XZRJL（现状_容积率）" in told.zh and "DXLX（低效类型）" in told.zh


def test_a_file_of_the_nation_is_known_by_its_name(tmp_path: Path) -> None:
    import geopandas as gpd

    shape = HERE.put(box(0, 0, 200, 100))
    frame = gpd.GeoDataFrame({"DKBH": ["Z1"], "RDRQ": ["2023-08-20"], "DKMJ": [2.0]}, geometry=[shape], crs=HERE.crs)
    frame.to_file(tmp_path / "JYJY_XZTDDK.gpkg")
    found = gp.open(tmp_path)
    assert found.layer("parcels")["parcel_id"].tolist() == ["Z1"]
    assert not_taken(found.dataset["parcels"]) == ()
