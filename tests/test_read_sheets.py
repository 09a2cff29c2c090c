"""Tables as offices lay them out: merged headers, titles, notes, totals, codes that must stay text, every encoding."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
import xlwt
from written import X, Y, codes, one

from geoparks import read
from geoparks.errors import UnreadableFile

CODE19 = "1506020010010000012"


def xlsx(path: Path, rows: list[list[Any]], merges: tuple[str, ...] = (), *, title: str = "Sheet1") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    book.save(path)
    return path


LEDGER = [
    ["达拉特经济开发区企业年报表（2023年）", None, None, None, None, None],
    ["单位：万元", None, None, None, None, None],
    ["企业编号", "企业名称", "年度", "产出", None, "统一代码"],
    [None, None, None, "工业总产值（万元）", "税收（万元）", None],
    ["E01", "甲公司", 2023, 1234.5, "１２３．５", CODE19],
    ["E02", "乙公司", 2023, "1,234.50", "—", "0601"],
    [None, None, None, None, None, None],
    ["合　计", None, None, 2469, 123.5, None],
    ["注：数据为快报数。", None, None, None, None, None],
    ["填表人：张三", None, "审核人：李四", None, "日期：2024年1月5日", None],
]
MERGES = ("A1:F1", "A2:F2", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4", "A9:F9")


def check_ledger(raw: Any, first_row: int = 5) -> None:
    assert list(raw.table) == ["企业编号", "企业名称", "年度", "工业总产值（万元）", "税收（万元）", "统一代码"]
    assert raw.table["企业编号"].tolist() == ["E01", "E02"]
    assert raw.table["统一代码"].tolist() == [CODE19, "0601"]
    assert raw.table["税收（万元）"].tolist() == ["１２３．５", "—"]  # as typed; values are read later
    assert raw.row_numbers.tolist() == [first_row, first_row + 1]
    assert {"total_left_out", "note_left_out"} <= set(codes(raw))


def test_a_ledger_as_it_is_kept(tmp_path: Path) -> None:
    check_ledger(one(xlsx(tmp_path / "企业年报.xlsx", LEDGER, MERGES)))


def test_the_same_ledger_as_xls(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("年报")
    merged = {
        (0, 0, 0, 5),
        (1, 1, 0, 5),
        (2, 3, 0, 0),
        (2, 3, 1, 1),
        (2, 3, 2, 2),
        (2, 2, 3, 4),
        (2, 3, 5, 5),
        (8, 8, 0, 5),
    }
    corners = {(top, left) for top, _, left, _ in merged}
    for top, bottom, left, right in merged:
        sheet.write_merge(top, bottom, left, right, LEDGER[top][left])
    for row, values in enumerate(LEDGER):
        for column, value in enumerate(values):
            if value is not None and (row, column) not in corners:
                sheet.write(row, column, value)
    book.save(str(tmp_path / "企业年报.xls"))
    raw = one(tmp_path / "企业年报.xls")
    assert raw.format == "XLS"
    check_ledger(raw)


def test_html_saved_as_xls(tmp_path: Path) -> None:
    spans = {
        (2, 0): 'rowspan="2"',
        (2, 1): 'rowspan="2"',
        (2, 2): 'rowspan="2"',
        (2, 3): 'colspan="2"',
        (2, 5): 'rowspan="2"',
    }
    spans |= {(0, 0): 'colspan="6"', (1, 0): 'colspan="6"', (8, 0): 'colspan="6"'}
    hidden = {(3, 0), (3, 1), (3, 2), (3, 5), (2, 4)} | {(row, column) for row in (0, 1, 8) for column in range(1, 6)}
    body = "".join(
        "<tr>" + "".join(f"<td {spans.get((row, column), '')}>{'' if value is None else value}</td>" for column, value in enumerate(values) if (row, column) not in hidden) + "</tr>"
        for row, values in enumerate(LEDGER)
    )  # fmt: skip
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body><table>{body}</table></body></html>'
    (tmp_path / "企业年报.xls").write_bytes(page.encode("gbk"))
    raw = one(tmp_path / "企业年报.xls")
    assert raw.format == "HTML"
    assert raw.encoding == "gb18030"
    check_ledger(raw)


def test_three_rows_of_header_and_a_row_of_column_numbers(tmp_path: Path) -> None:
    rows = [
        ["园区", "土地", None, None],
        [None, "工业用地", None, "其他"],
        [None, "面积（公顷）", "宗数", "面积（公顷）"],
        ["甲", 1, 2, 3],
        ["P1", 10.5, 3, 4],
    ]
    raw = one(xlsx(tmp_path / "a.xlsx", rows, ("A1:A3", "B1:D1", "B2:C2")))
    assert list(raw.table) == ["园区", "工业用地面积（公顷）", "宗数", "其他面积（公顷）"]
    assert raw.table.iloc[0].tolist() == ["P1", 10.5, 3, 4]
    assert codes(raw) == ["numbers_left_out"]


def test_cells_merged_in_the_body_are_filled_and_it_is_said(tmp_path: Path) -> None:
    rows = [["旗县", "园区编号", "面积"], ["达拉特旗", "P1", 1], [None, "P2", 2]]
    raw = one(xlsx(tmp_path / "a.xlsx", rows, ("A2:A3",)))
    assert raw.table["旗县"].tolist() == ["达拉特旗", "达拉特旗"]
    assert codes(raw) == ["merged_cells"]


def test_codes_dates_and_booleans_keep_their_kind(tmp_path: Path) -> None:
    rows = [["编号", "地类", "日期", "是否", "监管号"], ["T0103", "0601", dt.datetime(2021, 3, 5), True, 150602001001]]
    raw = one(xlsx(tmp_path / "a.xlsx", rows))
    assert raw.table.iloc[0].tolist() == ["T0103", "0601", dt.date(2021, 3, 5), True, 150602001001]


def test_formulas_without_a_saved_result_are_told(tmp_path: Path) -> None:
    raw = one(xlsx(tmp_path / "a.xlsx", [["编号", "面积（公顷）"], ["P1", 1.5], ["P2", "=B2*2"]]))
    assert raw.table["面积（公顷）"].tolist() == [1.5, None]
    (fault,) = raw.faults
    assert (fault.code, fault.row, fault.field_name) == ("unreadable_number", 3, "面积（公顷）")


def test_every_visible_sheet_and_no_other(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("园区名录", "企业", "草稿"):
        sheet = book.create_sheet(name)
        sheet.append(["编号", "名称"])
        sheet.append(["1", "甲"])
    book["草稿"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    raws = read.open_file(tmp_path / "a.xlsx")
    assert [raw.inner for raw in raws] == ["园区名录", "企业"]
    assert "sheet_hidden" in codes(raws[0])


def test_a_sheet_that_is_formatted_to_its_last_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["编号", "名称"])
    book.active.append(["1", "甲"])
    book.active.cell(1_048_576, 16_384).number_format = "0.00"
    book.save(tmp_path / "a.xlsx")
    assert one(tmp_path / "a.xlsx").table.shape == (1, 2)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16", "big5"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_csv(tmp_path: Path, encoding: str, mark: str, newline: str) -> None:
    words = (
        "園區編號|名稱|代碼|備註\nP1|旗津工業區|0601|甲,乙;丙\nP2|安平工業區|T0103|"
        if encoding == "big5"
        else "园区编号|名称|代码|备注\nP1|达拉特开发区|0601|甲,乙;丙\nP2|鄂托克|T0103|"
    )
    lines = [
        mark.join(f'"{one}"' if set(one) & set(",;") else one for one in line.split("|")) for line in words.split("\n")
    ]
    (tmp_path / "a.csv").write_bytes(newline.join(lines).encode(encoding))
    raw = one(tmp_path / "a.csv")
    assert raw.table.iloc[:, 2].tolist() == ["0601", "T0103"]
    assert raw.table.iloc[0, 3] == "甲,乙;丙"
    assert raw.table.iloc[1, 3] is None
    assert raw.table.columns[1] == ("名稱" if encoding == "big5" else "名称")
    assert raw.encoding == {"gbk": "gb18030", "big5": "big5hkscs", "utf-8-sig": "utf-8"}.get(encoding, encoding)


def test_csv_with_geometry_as_text(tmp_path: Path) -> None:
    square = shapely.box(X, Y, X + 100, Y + 100).wkt
    (tmp_path / "a.csv").write_text(f'编号,WKT\nA,"{square}"\nB,POLYGON((broken\nC,\n', "utf-8")
    raw = one(tmp_path / "a.csv")
    assert raw.geometry[0].area == 10_000
    assert list(raw.table) == ["编号"]
    (fault,) = raw.faults
    assert (fault.code, fault.row) == ("geometry_unreadable", 3)


def test_two_columns_of_one_name_stay_apart(tmp_path: Path) -> None:
    raw = one(xlsx(tmp_path / "a.xlsx", [["编号", "面积", "面积"], ["1", 2, 3]]))
    assert list(raw.table) == ["编号", "面积", "面积.2"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b""),
        ("a.xlsx", b"\x00" * 5_000),
        ("a.csv", b"   \r\n\r\n"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("a.html", b"<html><body><p>no table</p></body></html>"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.csv", "编号,名称\n1,\udcff".encode("utf-8", "surrogateescape")),
    ],
)
def test_what_is_no_table(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableFile) as told:
        read.open_file(tmp_path / name)
    assert told.value.where == name
    assert "\n" not in told.value.line("zh")


def test_a_locked_workbook_is_named_so(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    book.save(str(tmp_path / "b.xls"))  # the same kind of container; Excel names the locked stream so
    stream, locked = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    data = (tmp_path / "b.xls").read_bytes()
    (tmp_path / "a.xlsx").write_bytes(data.replace(stream + b"\0" * len(stream), locked))
    with pytest.raises(UnreadableFile) as told:
        read.open_file(tmp_path / "a.xlsx")
    assert "密码" in told.value.what.zh


def test_a_workbook_that_would_fill_the_memory(tmp_path: Path) -> None:
    xlsx(tmp_path / "b.xlsx", [["a", "b"], ["1", "2"]])
    with (
        zipfile.ZipFile(tmp_path / "b.xlsx") as source,
        zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                data = data.replace(b"<sheetData>", b"<sheetData>" + b" " * 250_000_000)
            bomb.writestr(entry.filename, data)
    with pytest.raises(UnreadableFile) as told:
        read.open_file(tmp_path / "a.xlsx")
    assert "过大" in told.value.what.zh
