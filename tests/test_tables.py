"""Tables as statistics offices make them: titles, units over the table, years in columns, totals, notes; and what is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlwt
from casebook import CATALOGUE
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geoparks import cli, read
from geoparks.errors import NotJudged
from geoparks.files.inspection import inspect
from geoparks.normalise.assemble import normalise
from geoparks.normalise.features import Features
from geoparks.read.raw import RawLayer

Rows = list[list[Any]]


def xlsx(
    path: Path, rows: Rows, merges: str = "", sheet: str = "Sheet1", formats: dict[str, str] | None = None
) -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    for merge in merges.split():
        book.active.merge_cells(merge)
    for cell, words in (formats or {}).items():
        book.active[cell].number_format = words
    book.save(path)
    return path


def features(path: Path, layer: str = "park_stats", **units: str) -> Features:
    return normalise(CATALOGUE[layer], read.open_file(path), CATALOGUE, stated_units=units)


def told(made: Features) -> list[tuple[str, int | None]]:
    return [(one.code, one.row) for one in made.repairs]


def figures(made: Features, field: str = "output_wanyuan", key: str = "park_id") -> dict[tuple[str, int], float]:
    """Values by key and year; a missing one is left out."""
    frame = made.frame.dropna(subset=[field])
    return {(one, int(year)): value for one, year, value in zip(frame[key], frame["year"], frame[field], strict=True)}


THREE = {("P1", 2021): 1.0, ("P1", 2022): 2.0, ("P2", 2021): 3.0, ("P2", 2022): 4.0}
BODY: Rows = [["P1", 1, 2], ["P2", 3, 4]]

WIDE: dict[str, tuple[Rows, str]] = {
    "the year before": ([["园区编号", "2021年工业总产值（万元）", "2022年工业总产值（万元）"], *BODY], ""),
    "the year behind": ([["园区编号", "工业总产值（万元）2021", "工业总产值（万元）2022"], *BODY], ""),
    "the year in the bracket": ([["园区编号", "工业总产值（2021年，万元）", "工业总产值（2022年，万元）"], *BODY], ""),
    "the year in a bracket of its own": ([["园区编号", "工业总产值（万元）（2021年）", "工业总产值（万元）（2022年）"], *BODY], ""),
    "full-width": ([["园区编号", "２０２１年工业总产值（万元）", "２０２２年工业总产值（万元）"], *BODY], ""),
    "spoken": ([["园区编号", "二〇二一年工业总产值（万元）", "二○二二年工业总产值（万元）"], *BODY], ""),
    "English": ([["park_id", "output_wanyuan_2021", "output_wanyuan_2022"], *BODY], ""),
    "beneath a merged name": ([["园区编号", "工业总产值（万元）", None], [None, "2021年", "2022年"], *BODY], "A1:A2 B1:C1"),
    "beneath, as numbers": ([["园区编号", "工业总产值（万元）", None], [None, 2021, 2022], *BODY], "A1:A2 B1:C1"),
    "beneath a name that is not merged": ([["园区编号", "工业总产值（万元）", None], [None, "2021", "2022"], *BODY], ""),
    "above": ([["园区编号", "2021年", "2022年"], [None, "工业总产值（万元）", "工业总产值（万元）"], *BODY], "A1:A2"),
    "units in a row of their own": (
        [["园区编号", "2021年工业总产值", "2022年工业总产值"], ["计量单位", "万元", "万元"], *BODY], "",
    ),
    "three rows of header": (
        [["园区编号", "主要指标", None], [None, "工业总产值（万元）", None], [None, 2021, 2022], *BODY], "A1:A3 B1:C1 B2:C2",
    ),
    "the indicator in the title": ([["2021—2022年各园区工业总产值", None, "单位：万元"], ["园区编号", "2021年", "2022年"], *BODY], ""),
    "the indicator in the title, years as numbers": (
        [["工业总产值（万元）", None, None], ["园区编号", 2021, 2022], *BODY], "A1:C1",
    ),
    "units behind the years": ([["全市工业总产值情况表", None, None], ["园区编号", "2021年（万元）", "2022年（万元）"], *BODY], ""),
    "another unit": (
        [["园区编号", "2021年工业总产值（亿元）", "2022年工业总产值（元）"], ["P1", 0.0001, 20000], ["P2", 0.0003, 40000]], "",
    ),
    "falling years": ([["园区编号", "工业总产值（万元）", None], [None, 2022, 2021], ["P1", 2, 1], ["P2", 4, 3]], "A1:A2 B1:C1"),
    "the unit in the cells": (
        [["园区编号", "2021年工业总产值", "2022年工业总产值"], ["P1", "1万元", "２ 万元"], ["P2", "0.0003亿元", "4万元"]], "",
    ),
    "all of a sheet": (
        [
            ["2021—2022年各园区主要指标", None, None, None], ["填报单位：某某局", None, None, "单位：万元"],
            ["序号", "园区编号", "工业总产值", None], [None, None, "2021年", "2022年"], ["甲", "乙", 1, 2],
            ["一、国家级", None, None, None], [1, "P1", "１", "2.0"], [None, "小计", 1, 2],
            ["二、自治区级", None, None, None], [2, "P2", 3, 4], ["合计", None, 4, 6], ["全市", None, 9, 9],
            ["其中：规模以上", None, 9, 9], [None, None, None, None], ["注：数据为快报数。", None, None, None],
            ["填表人：张三", None, "审核人：李四", "日期：2024年1月5日"],
        ], "A1:D1 A3:A4 B3:B4 C3:D3 A6:D6 A9:D9 A11:B11 A15:D15",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WIDE)
def test_years_in_columns_become_rows(tmp_path: Path, case: str) -> None:
    rows, merges = WIDE[case]
    made = features(xlsx(tmp_path / "园区年报.xlsx", rows, merges))
    assert figures(made) == pytest.approx(THREE)
    assert not made.questions and not made.faults
    assert "years_from_columns" in [code for code, _ in told(made)]


def test_a_wide_table_as_xls_csv_and_html(tmp_path: Path) -> None:
    rows = [["单位：万元"], ["园区编号", "工业总产值", None], [None, "2021年", "2022年"], *BODY]
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None and (index, column) != (1, 1):
                sheet.write(index, column, value)
    sheet.write_merge(1, 1, 1, 2, "工业总产值")
    book.save(str(tmp_path / "xls.xls"))
    (tmp_path / "csv.csv").write_text(
        "\n".join(",".join("" if v is None else str(v) for v in row) for row in rows), "gbk"
    )
    page = "<table><tr><td colspan=3>单位：万元</td></tr><tr><td rowspan=2>园区编号</td><td colspan=2>工业总产值</td></tr><tr><td>2021年</td><td>2022年</td></tr>"
    page += "".join("<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" for row in BODY) + "</table>"
    (tmp_path / "html.xls").write_text(page, "utf-8")
    assert [figures(features(tmp_path / name)) for name in ("xls.xls", "csv.csv", "html.xls")] == [THREE] * 3


OTHER = [
    ("enterprise_stats", "企业编号", "E1", "税收（万元）", "tax_wanyuan", "enterprise_id"),
    ("league_stats", "盟市", "鄂尔多斯市", "高新技术企业数", "high_tech_enterprises", "league"),
    ("evaluations", "园区编号", "P1", "得分", "score", "park_id"),
    ("tasks", "园区编号", "P1", "闲置土地处置任务（亩）", "idle_task_mu", "park_id"),
    ("quotas", "园区编号", "P1", "计划指标（亩）", "quota_mu", "park_id"),
    ("products", "企业编号", "E1", "产量（吨）", "output_t", "enterprise_id"),
]


@pytest.mark.parametrize(("layer", "key", "one", "header", "field", "name"), OTHER)
def test_every_layer_of_years(
    tmp_path: Path, layer: str, key: str, one: str, header: str, field: str, name: str
) -> None:
    path = xlsx(tmp_path / "a.xlsx", [[key, f"2021年{header}", f"2022年{header}"], [one, 5, 6]])
    assert figures(features(path, layer), field, name) == {(one, 2021): 5.0, (one, 2022): 6.0}


def test_a_layer_without_years_keeps_its_rows(tmp_path: Path) -> None:
    made = features(
        xlsx(tmp_path / "a.xlsx", [["园区编号", "园区名称", "2021年产值（万元）"], ["P1", "甲", 5]]), "parks"
    )
    assert len(made) == 1
    assert made.matches[0][1].extra == ["2021年产值（万元）"]


CELL = st.one_of(
    st.none(), st.integers(-1000, 1000), st.sampled_from(["—", "１，２３４.5", "1,000", "0.5亿元", "约3", "无"])
)


@given(data=st.lists(st.lists(CELL, min_size=6, max_size=6), min_size=1, max_size=5))
def test_a_long_table_and_one_with_years_in_columns_are_the_same(data: Rows) -> None:
    """Two indicators and three years: whichever way they are laid out, the same rows, values and faults arrive."""
    years, names = (2020, 2021, 2023), ("工业总产值（万元）", "税收总额（亿元）")
    wide = pd.DataFrame(
        [[f"P{number}", *cells] for number, cells in enumerate(data)],
        columns=["园区编号", *(f"{year}年{name}" for name in names for year in years)], dtype=object,
    )  # fmt: skip
    long = pd.DataFrame(
        [[f"P{number}", year, cells[at], cells[at + 3]] for number, cells in enumerate(data) for at, year in enumerate(years)],
        columns=["园区编号", "年度", *names], dtype=object,
    )  # fmt: skip
    nothing = long[list(names)].isin([None, "—", "无"]).all(axis=1)
    long = long[~nothing].reset_index(drop=True)

    def read_as(table: pd.DataFrame) -> Features:
        return normalise(CATALOGUE["park_stats"], [RawLayer(Path("园区年报.csv"), "CSV", table)], CATALOGUE)

    one, other = read_as(wide), read_as(long)
    columns = ["park_id", "year", "output_wanyuan", "tax_wanyuan"]
    pd.testing.assert_frame_equal(one.frame[columns], other.frame[columns], check_dtype=False)
    assert sorted((fault.field_name, fault.value) for fault in one.faults) == sorted(
        (fault.field_name, fault.value) for fault in other.faults
    )
    assert one.ids.tolist() == other.ids.tolist()


ASKED: dict[str, tuple[Rows, str, str, str]] = {
    "no unit": ([["园区编号", "年度", "工业总产值"], ["P1", 2021, 5]], "", "output_wanyuan", "没有写明单位（元、千元、百万元、万元、亿元）"),
    "no unit in one year": (
        [["园区编号", "2021年工业总产值（万元）", "2022年工业总产值"], ["P1", 5, 6]], "", "output_wanyuan", "2022年工业总产值",
    ),
    "a unit that is not known": ([["单位：万元"], ["园区编号", "年度", "工业总产值（百元）"], ["P1", 2021, 5]], "", "output_wanyuan", "百元"),
    "a unit of another kind": ([["园区编号", "年度", "工业总产值（吨）"], ["P1", 2021, 5]], "", "output_wanyuan", "吨"),
    "a line of another kind": ([["单位：亩"], ["园区编号", "年度", "工业总产值"], ["P1", 2021, 5]], "", "output_wanyuan", "没有写明单位"),
    "a line of two units": (
        [["单位：万元、亿元"], ["园区编号", "年度", "工业总产值"], ["P1", 2021, 5]], "", "output_wanyuan", "万元、亿元",
    ),
    "rows of two units": (
        [["园区编号", "年度", "工业总产值", "单位"], ["P1", 2021, 5, "万元"], ["P2", 2021, 5, "亿元"]], "", "output_wanyuan", "“单位”列有 万元、亿元",
    ),
    "some cells without their unit": (
        [["园区编号", "年度", "工业总产值"], ["P1", 2021, "5万元"], ["P2", 2021, 5]], "", "output_wanyuan", "没有写明单位",
    ),
    "one year twice": (
        [["园区编号", "2021年工业总产值（万元）", "工业总产值（亿元）2021"], ["P1", 5, 6]], "", "output_wanyuan", "都是 2021 年的工业总产值",
    ),
    "one year twice under one name": (
        [["园区编号", "工业总产值（万元）", None], [None, 2021, "2021年"], ["P1", 5, 6]], "A1:A2 B1:C1", "output_wanyuan", "都是 2021 年的工业总产值",
    ),
    "a column without a year among others": (
        [["园区编号", "2021年工业总产值（万元）", "从业人员"], ["P1", 5, 6]], "", "employees", "没有写是哪一年",
    ),
    "two columns of one name": ([["园区编号", "年度", "从业人员", "从业人员"], ["P1", 2021, 5, 6]], "", "employees", "都叫“从业人员”"),
    "a column of years as well": (
        [["园区编号", "年度", "2021年工业总产值（万元）"], ["P1", 2022, 5]], "", "output_wanyuan", "已有年度列",
    ),
    "a title of two years": (
        [["2021—2022年园区统计", None, None], ["园区编号", "工业总产值（万元）", "从业人员"], ["P1", 5, 6]], "", "year", "一个整年",
    ),
    "a title of part of a year": (
        [["2023年1—9月园区统计", None, None], ["园区编号", "工业总产值（万元）", "从业人员"], ["P1", 5, 6]], "", "year", "1—9月",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_what_is_asked_and_not_guessed(tmp_path: Path, case: str) -> None:
    rows, merges, field, words = ASKED[case]
    path = xlsx(tmp_path / "园区年报.xlsx", rows, merges)
    made = features(path)
    assert field not in made.frame
    assert words in made.questions[field].zh
    (report,) = inspect(path, CATALOGUE)["layers"]
    assert words in json.dumps(report["questions"], ensure_ascii=False)
    assert field not in [one["taken_for"] for one in report["fields"]]


REFUSED: dict[str, tuple[Rows, str]] = {
    "years of no indicator": ([["各园区统计表", None, None], ["园区编号", "2021年", "2022年"], ["P1", 5, 6]], "只有年份，没有写是哪个指标"),
    "growth in the title": ([["工业总产值增速", None, None], ["园区编号", "2021年", "2022年"], ["P1", 5, 6]], "没有写是哪个指标"),
    "two indicators in the title": ([["工业总产值和税收总额", None, None], ["园区编号", "2021年", "2022年"], ["P1", 5, 6]], "没有写是哪个指标"),
    "a kind of output in the title": ([["规模以上工业总产值", None, None], ["园区编号", "2021年", "2022年"], ["P1", 5, 6]], "没有写是哪个指标"),
    "indicators in rows": (
        [["某园区主要指标", None, None], ["指标", "2021年", "2022年"], ["工业总产值（万元）", 1, 2], ["税收总额（万元）", 3, 4]], "指标写在了行里",
    ),
    "indicators in rows of parks": (
        [["园区编号", "年度", "指标名称", "数值"], ["P1", 2021, "工业总产值（万元）", 1], ["P1", 2021, "税收总额（万元）", 2]], "指标写在了行里",
    ),
    "one table above the other": (
        [["园区编号", "年度", "从业人员"], ["P1", 2021, 1], [None, None, None], ["园区编号", "年度", "人口"], ["P1", 2021, 9]], "上下两张表",
    ),
    "one year above the other": (
        [["2021年各园区统计", None, None], ["园区编号", "从业人员", "常住人口"], ["P1", 1, 2], ["2022年各园区统计（快报）", None, None],
         ["园区编号", "从业人员", "常住人口"], ["P1", 3, 4]], "夹在数据中间的标题“2022年各园区统计（快报）”",
    ),
    "a unit between rows": (
        [["单位：万元", None, None], ["园区编号", "年度", "工业总产值"], ["P1", 2021, 1], [None, None, "单位：亿元"], ["P2", 2021, 4]], "单位：亿元",
    ),
    "one table beside the other": (
        [["园区编号", "年度", "从业人员", "园区编号", "年度", "从业人员"], ["P1", 2021, 1, "P2", 2021, 9]], "左右并排的两张表",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_an_arrangement_that_is_not_understood_is_refused(tmp_path: Path, case: str) -> None:
    rows, words = REFUSED[case]
    path = xlsx(tmp_path / "园区年报.xlsx", rows)
    with pytest.raises(NotJudged) as refused:
        features(path)
    assert words in refused.value.line("zh")
    (report,) = inspect(path, CATALOGUE)["layers"]
    assert words in report["refused"]["zh"]


def test_the_configuration_answers_for_a_year(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["园区编号", "2021年工业总产值", "2022年工业总产值"], ["P1", 1, 2]])
    assert figures(features(path, 工业总产值="yiyuan")) == {("P1", 2021): 10_000.0, ("P1", 2022): 20_000.0}


UNITS = [
    ("工业总产值（元）", 5, "output_wanyuan", 5e-4), ("工业总产值/亿元", 5, "output_wanyuan", 50_000), ("工业总产值 万元", 5, "output_wanyuan", 5),
    ("建成区面积（公顷）", 2, "built_area_mu", 30), ("建成区面积（平方米）", 2000, "built_area_mu", 3), ("建成区面积（平方公里）", 1, "built_area_mu", 1500),
    ("综合能耗（吨标准煤）", 2, "energy_tce", 2), ("综合能耗（万吨标准煤）", 2, "energy_tce", 20_000), ("综合能耗（千克标准煤）", 2, "energy_tce", 0.002),
    ("综合能耗（tce）", 2, "energy_tce", 2), ("用电量（万千瓦时）", 2, "electricity_kwh", 20_000), ("用水量（万立方米）", 2, "water_m3", 20_000),
    ("从业人员（万人）", 2, "employees", 20_000), ("工业总产值（万元）", "35 亿元", "output_wanyuan", 350_000),
]  # fmt: skip


@pytest.mark.parametrize(("header", "value", "field", "expected"), UNITS)
def test_a_column_says_its_unit(tmp_path: Path, header: str, value: Any, field: str, expected: float) -> None:
    made = features(xlsx(tmp_path / "a.xlsx", [["园区编号", "年度", header], ["P1", 2021, value]]))
    assert made.frame[field].tolist() == pytest.approx([expected])
    assert ("unit_converted", None) in told(made) or expected in (value, 350_000)


LINES = [
    ("单位：亿元", [50_000.0, None]), ("（单位：亿元、公顷）", [50_000.0, 90.0]), ("计量单位:亿元,公顷", [50_000.0, 90.0]),
    ("2021年园区统计（单位：亿元、公顷）", [50_000.0, 90.0]), ("金额单位：亿元 面积单位：公顷", [50_000.0, 90.0]), ("填报单位：公顷村委会", [None, None]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_a_line_of_units_goes_for_the_columns_of_its_kind(
    tmp_path: Path, line: str, expected: list[float | None]
) -> None:
    rows = [
        [line, None, None, None, None],
        ["园区编号", "年度", "工业总产值", "建成区面积", "税收总额（万元）"],
        ["P1", 2021, 5, 6, 7],
    ]
    made = features(xlsx(tmp_path / "a.xlsx", rows, "A1:E1"))
    found = [made.frame[name].iloc[0] if name in made.frame else None for name in ("output_wanyuan", "built_area_mu")]
    assert found == [one if one is None else pytest.approx(one) for one in expected]
    assert made.frame["tax_wanyuan"].tolist() == [7.0]
    assert [code for code, _ in told(made)].count("unit_from_beside") == sum(one is not None for one in expected)


VALUES = [
    ("１２３", 123), ("1,234.5", 1234.5), ("１，２３４", 1234), (" 1 234 ", 1234), ("－3", -3), ("\u22123", -3), ("12万元", 12), *((one, None) for one in
    ("—", "-", "/", "…", "……", "无", "", None, "－", "——", "不详", "*")),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), VALUES)
def test_numbers_as_they_are_typed(tmp_path: Path, value: Any, expected: float | None) -> None:
    made = features(xlsx(tmp_path / "a.xlsx", [["园区编号", "年度", "税收总额（万元）"], ["P1", 2021, value]]))
    assert made.frame["tax_wanyuan"].tolist() == [
        expected if expected is not None else pytest.approx(float("nan"), nan_ok=True)
    ]
    assert not made.faults


@pytest.mark.parametrize("value", ["约5", "5左右", "1,2", "12,34", "1.2.3", "3.2%", "5-6", "5吨", "一百"])
def test_what_is_no_number_is_told(tmp_path: Path, value: str) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["园区编号", "年度", "税收总额（万元）"], ["P1", 2021, value]])
    made = features(path)
    assert made.frame["tax_wanyuan"].isna().all()
    assert [(one.code, one.row, one.value) for one in made.faults] == [("unreadable_number", 2, value)]


RATIOS = [
    ("分成比例", "3.2%", "General", 0.032), ("分成比例", "３．２％", "General", 0.032), ("分成比例（%）", 3.2, "General", 0.032),
    ("分成比例", 0.032, "0.0%", 0.032), ("分成比例（%）", 0.032, "0.00%", 0.032), ("分成比例", 0.032, "General", 0.032),
]  # fmt: skip


@pytest.mark.parametrize(("header", "value", "form", "expected"), RATIOS)
def test_percentages(tmp_path: Path, header: str, value: Any, form: str, expected: float) -> None:
    """A cell that shows 3.2% holds 0.032: under a header with (%) it would be a hundredth of that."""
    path = xlsx(tmp_path / "a.xlsx", [["项目编号", "项目名称", header], ["X", "某", value]], formats={"C2": form})
    assert features(path, "projects").frame["referral_share"].tolist() == pytest.approx([expected])


@pytest.mark.parametrize(
    ("form", "expected"), [('0.0"亿元"', 50_000.0), ('0"元"', 5e-4), ("#,##0.00", 5.0), ("0_ ", 5.0)]
)
def test_a_unit_that_only_the_format_shows(tmp_path: Path, form: str, expected: float) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["园区编号", "年度", "税收总额（万元）"], ["P1", 2021, 5]], formats={"C2": form})
    assert features(path).frame["tax_wanyuan"].tolist() == pytest.approx([expected])


LEFT_OUT = [
    ([None, "合计", None, 9], "total_left_out"), ([3, "合 计：", None, 9], "total_left_out"), (["达拉特旗小计", None, None, 9], "total_left_out"),
    (["达拉特旗", "小计", None, 9], "total_left_out"), (["全市", None, None, 9], "total_left_out"), ([None, "本页小计", None, "1,2"], "total_left_out"),
    (["总 计", "—", "—", 9], "total_left_out"), ([None, "其中：工业园区", None, 9], "part_of_total_left_out"),
    (["注：1.快报数；2.含预计", None, None, None], "note_left_out"), (["2、产值按当年价计算。", None, None, None], "note_left_out"),
    (["填表说明：略", None, None, None], "note_left_out"), (["填表人：甲", None, "审核人：乙", None], "note_left_out"),
    (["序号", "园区编号", "年度", "从业人员"], "header_left_out"),
]  # fmt: skip


@pytest.mark.parametrize("between", [False, True])
@pytest.mark.parametrize(("row", "code"), LEFT_OUT)
def test_rows_that_are_no_park(tmp_path: Path, row: list[Any], code: str, between: bool) -> None:
    data: Rows = [[1, "P1", 2021, 5], [2, "P2", 2021, 6]]
    data.insert(1 if between else 2, row)
    made = features(xlsx(tmp_path / "a.xlsx", [["序号", "园区编号", "年度", "从业人员"], *data]))
    assert figures(made, "employees") == {("P1", 2021): 5.0, ("P2", 2021): 6.0}
    expected = "heading_left_out" if between and code == "note_left_out" and row[0][0] == "2" else code
    assert told(made) == [(expected, 3 if between else 4)]
    assert made.repairs[0].old


def test_words_under_a_merged_name_may_be_data(tmp_path: Path) -> None:
    rows: Rows = [
        ["园区编号", "年度", "备注", None, "从业人员"],
        ["P1", "2021年", "好", "坏", "12人"],
        ["P2", "2021年", "好", "坏", "13人"],
    ]
    assert figures(features(xlsx(tmp_path / "a.xlsx", rows, "C1:D1")), "employees") == {
        ("P1", 2021): 12.0,
        ("P2", 2021): 13.0,
    }


def test_a_year_without_figures_is_no_heading(tmp_path: Path) -> None:
    rows: Rows = [
        ["年度", "盟市", "高新技术企业数"],
        ["2021年", "鄂尔多斯市", 5],
        ["2022年", None, None],
        ["2023年", "鄂尔多斯市", 7],
    ]
    made = features(xlsx(tmp_path / "a.xlsx", rows), "league_stats")
    assert made.frame["year"].tolist() == [2021.0, 2022.0, 2023.0]


@pytest.mark.parametrize("name", ["合计科技", "注塑厂", "全市通物流", "其中堂", "平均律", "小计算机公司", "P9"])
def test_names_that_only_look_like_totals_are_kept(tmp_path: Path, name: str) -> None:
    made = features(xlsx(tmp_path / "a.xlsx", [["园区编号", "年度", "从业人员"], [name, 2021, 5], ["P2", 2021, 6]]))
    assert made.frame["park_id"].tolist() == [name, "P2"]


@pytest.mark.parametrize(
    ("title", "sheet", "file", "year"),
    [
        ("2023年园区统计", "Sheet1", "a", 2023), ("园区统计（2023年度）", "Sheet1", "a", 2023), ("园区统计", "2023年", "a", 2023), ("园区统计", "2023", "a", 2023),
        ("园区统计", "Sheet1", "2023年园区年报", 2023), ("园区统计", "Sheet1", "2023", 2023), ("园区统计", "Sheet1", "园区年报20240105", None), ("园区统计", "Sheet1", "园区年报2024最终稿", None),
        ("园区统计 内政发〔2023〕5号", "Sheet1", "a", None), ("制表日期：2024年1月5日", "Sheet1", "a", None),
    ],
)  # fmt: skip
def test_the_year_of_a_table_without_one(tmp_path: Path, title: str, sheet: str, file: str, year: int | None) -> None:
    rows = [[title, None, None], ["园区编号", "从业人员", "常住人口"], ["P1", 5, 6]]
    made = features(xlsx(tmp_path / f"{file}.xlsx", rows, "A1:C1", sheet=sheet))
    assert made.frame.get("year", pd.Series([None])).tolist() == [year]
    assert [code for code, _ in told(made)] == (["year_from_title"] if year else [])


def test_a_blank_year_is_no_row_and_an_unreadable_one_is(tmp_path: Path) -> None:
    made = features(
        xlsx(
            tmp_path / "a.xlsx",
            [["园区编号", "2021年从业人员", "2022年从业人员", "2023年从业人员"], ["P1", 5, "约6", "—"]],
        )
    )
    assert made.ids.tolist() == ["P1/2021", "P1/2022"]
    assert [(one.code, one.row, one.value) for one in made.faults] == [("unreadable_number", 2, "约6")]
    assert [code for code, _ in told(made)] == ["blank_years_left_out", "years_from_columns"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_inspect_shows_what_was_understood(tmp_path: Path, lang: str) -> None:
    rows, merges = WIDE["all of a sheet"]
    rows = [*rows[:2], [*rows[2], "2021年招商数"], *rows[3:]]
    path = xlsx(tmp_path / "园区年报.xlsx", rows, merges)
    shown = CliRunner().invoke(cli.app, ["inspect", str(path), "--lang", lang])
    assert shown.exit_code == 0
    words = {
        "zh": ["列名在第 3、4 行", "年份在列里：2021、2022", "第 11 行（合计 4 6）", "第 15 行（注：数据为快报数。）", "万元，按表上的“单位：万元”", "2021 年", "未用"],
        "en": ["header: row 3, 4", "years in columns: 2021, 2022", "row 11（合计 4 6）", "by the line “单位：万元”", "not used"],
    }[lang]  # fmt: skip
    assert [one for one in words if one not in shown.stdout] == []
    (report,) = inspect(path, CATALOGUE)["layers"]
    assert report["header_rows"] == [3, 4]
    assert report["years_in_columns"] == [2021, 2022]
    assert {one["name"]: (one["taken_for"], one["year"]) for one in report["fields"]} == {
        "序号": (None, None), "园区编号": ("park_id", None), "工业总产值2021年": ("output_wanyuan", 2021),
        "工业总产值2022年": ("output_wanyuan", 2022), "2021年招商数": (None, None),
    }  # fmt: skip
