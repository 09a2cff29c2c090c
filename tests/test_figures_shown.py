"""Figures in the report, the workbook and the tidy table: all of them made of one document, hostile text escaped, gaps as gaps."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from test_indicators import RETURN

import geoparks as gp
from geoparks.reports import figures
from geoparks.reports.progress import bar, pairs
from geoparks.reports.radar import radars

HOSTILE = '甲园区<img src=x onerror=alert(1)>"&'


def workspace(folder: Path) -> Path:
    data = folder / "data"
    data.mkdir(parents=True)
    parks = [
        ("P1", HOSTILE, "鄂尔多斯市"),
        ("P2", "鄂托克经济开发区", "鄂尔多斯市"),
        ("P3", "无数据园区", "鄂尔多斯市"),
    ]
    pd.DataFrame(parks, columns=["园区编号", "园区名称", "盟市"]).to_excel(data / "园区名录.xlsx", index=False)
    rows = []
    for park, factor in (("P1", 1.0), ("P2", 40.0)):
        for year in (2021, 2022):
            row = {**RETURN, "park_id": park, "year": year}
            row["output_wanyuan"] = RETURN["output_wanyuan"] * factor * (1 if year == 2022 else 0.9)
            rows.append(row)
    pd.DataFrame(rows).rename(columns={"park_id": "园区编号", "year": "年度"}).to_excel(
        data / "园区年报.xlsx", index=False
    )
    (folder / "geoparks.toml").write_text('name = "试验"\npolicy = "ordos"\non = 2023-06-30\nyear = 2022\n', "utf-8")
    return folder


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return gp.audit(workspace(tmp_path_factory.mktemp("shown") / "ws"))


@pytest.fixture(scope="module")
def saved(result: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    result.save(folder)
    return folder


def test_the_page_shows_goals_radars_and_escapes_names(saved: Path) -> None:
    page = (saved / "report.html").read_text("utf-8")
    assert "<img src=x" not in page
    assert html.escape("甲园区<img") in page or "甲园区&lt;img" in page
    assert page.count('class="chart radar"') == 2  # the park without a return has none
    assert "目标完成情况" in page
    assert "产值超 1000 亿元" in page
    assert "1,200 亿元" in page
    assert re.search(r'class="tag reached">\s*达到', page)
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_workbook_files_annex_2_in_its_order(saved: Path) -> None:
    book = openpyxl.load_workbook(saved / "report.xlsx")
    sheet = book["考核指标2022"]
    head, *rows = list(sheet.iter_rows(values_only=True))
    assert head[:3] == ("序号", "指标名称", "单位")
    assert [row[0] for row in rows] == list(range(1, 12))
    assert [row[1] for row in rows][:4] == ["工业总产值", "当年工业固定资产投资", "税收总额", "建成区亩均产值"]
    assert rows[0][3:6] == (300_000, 12_000_000, None)
    assert rows[9][3] == pytest.approx(2)  # the R&D share is filed in per cent
    goals = list(book["目标完成情况"].iter_rows(values_only=True))
    assert ("产值超 1000 亿元", "鄂托克经济开发区", 2022, 12_000_000) in [row[:4] for row in goals]
    years = list(book["历年工业总产值"].iter_rows(values_only=True))
    assert years[0][1:] == ("2021", "2022")


def test_the_tidy_table_has_a_line_a_figure(result: Any) -> None:
    table = result.indicators
    assert len(table) == len(result.content["indicators"])
    wide = table.query("id == 'E01.output' and layer == 'parks'").pivot(index="subject", columns="year", values="value")
    assert wide.loc["P2", 2022] == 12_000_000
    assert wide.loc["P2", 2021] == pytest.approx(10_800_000)
    assert table[(table["id"] == "E05.etuoke_2022")]["reached"].tolist() == [True]
    assert table[(table["id"] == "E01.output") & (table["subject"] == "P3")]["reason"].notna().all()
    assert "<table" in result._repr_html_()


@pytest.mark.parametrize(
    ("value", "operator", "target", "reached", "wide"),
    [
        (50, ">", 100, False, 36.0),
        (100, ">=", 100, True, 72.0),
        (900, ">", 100, True, 108.0),  # never longer than its track
        (-5, ">", 100, False, 0.0),
        (200, "<=", 100, False, 36.0),
        (50, "<=", 100, True, 108.0),
    ],
)
def test_a_bar_is_as_long_as_the_goal_is_near(
    value: float, operator: str, target: float, reached: bool, wide: float
) -> None:
    drawn = bar(
        {"value": value, "at_least": None, "goal": {"operator": operator, "target": target, "reached": reached}}
    )
    assert f'width="{wide:.1f}"' in drawn


def test_a_bar_of_nothing_is_nothing() -> None:
    goal = {"operator": ">", "target": 1, "reached": None}
    assert bar({"value": None, "at_least": None, "goal": goal}) == ""
    assert bar({"value": "一类", "at_least": None, "goal": goal}) == ""


def test_columns_by_year() -> None:
    assert pairs([], "a", "b", []) == ""
    drawn = pairs([(2021, 100.0, 50.0), (2022, 0.0, 0.0)], "批准", "已供", ["50%", "—"])
    assert drawn.count("<rect") == 4 + 2
    assert 'height="65.0"' in drawn  # half of the tallest


def test_a_radar_leaves_out_what_is_missing_and_turns_round_what_is_better_low(result: Any) -> None:
    table = next(one for one in figures.tables(result.content) if (one.row, one.layer) == ("E01", "parks"))
    assert table.columns == figures.ANNEX
    drawn = dict(radars(table, "zh"))
    assert set(drawn) == {HOSTILE, "鄂托克经济开发区"}
    assert all("<polygon" in str(one) for one in drawn.values())


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (None, "—"),
        ({"value": None, "at_least": None, "unit": "mu"}, "—"),
        ({"value": None, "at_least": 12.0, "unit": "mu"}, "≥ 12"),
        ({"value": "一类", "at_least": None, "unit": "text"}, "一类"),
        ({"value": 0.1234, "at_least": None, "unit": "ratio"}, "12.34"),
        ({"value": 0, "at_least": None, "unit": "count"}, "0"),
    ],
)
def test_cells(one: dict[str, Any] | None, words: str) -> None:
    assert figures.cell(one) == words
