"""The list of article 11: who is on it and when, the four fields and nothing else, as rows, a workbook and a table of text."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from test_idle_ledger import made

from geoparks.idle_land.publication import HEADERS, publication, to_withdraw
from geoparks.records import IdleRow, Subject
from geoparks.reports.publication import write
from geoparks.text import Text

ON = dt.date(2024, 6, 30)
SECRETS = {
    "mortgagee": "某银行", "supervision_no": "1506022020B00013", "contract_no": "HT-7", "price_wanyuan": 617, "invested_wanyuan": 91,
    "total_investment_wanyuan": 1000, "cause_item": "第八条（一）", "park_id": "P1",
}  # fmt: skip
PARCEL = {"parcel_id": "Z1", "holder": "甲公司", "location": "纬三路北", "area_ha": 2, **SECRETS}
ROW = IdleRow(
    Subject("parcels", "Z1", "一号地"), "P1", "determined", "A", dt.date(2022, 7, 1), 730, cause="enterprise",
    fee_wanyuan=123.4, path="fee", reason=Text("内部理由", "internal"),
)  # fmt: skip


def listed(row: IdleRow = ROW, **changed: Any) -> Any:
    return publication([row], made([{**PARCEL, **changed}])["parcels"], ON)


@pytest.mark.parametrize("status", ["suspected", "determined", "disposed", "not_idle", "not_checked"])
def test_only_what_is_determined_and_not_disposed_of(status: str) -> None:
    assert bool(listed(replace(ROW, status=status))) == (status == "determined")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cause", "words"),
    [("government", "政府、政府有关部门的行为"), ("force_majeure", ""), ("enterprise", ""), ("", "")],
)
def test_the_cause_only_where_it_is_the_governments(cause: str, words: str) -> None:
    (one,) = listed(replace(ROW, cause=cause))
    assert one.cells() == ["纬三路北", "甲公司", "自 2022-07-01 起，至 2024-06-30 共 730 天", words]
    assert len(one.cells("en")) == len(HEADERS)


def test_what_is_missing_is_said() -> None:
    (one,) = listed(replace(ROW, since=None), holder=None, location="  ")
    assert one.cells() == ["（未填）", "（未填）", "（未填）", ""]
    assert publication([replace(ROW, parcel=Subject("parcels", "Z9"))], made([PARCEL])["parcels"], ON) == ()


def test_what_is_public_and_what_is_to_be_taken_off() -> None:
    def published(on: str | None) -> bool:
        return listed(published_on=on)[0].published

    assert [published(on) for on in (None, "2024-06-30", "2024-07-01")] == [False, True, False]
    gone = replace(ROW, status="disposed")
    for row, on, expected in (
        (gone, "2023-01-01", 1),
        (gone, None, 0),
        (gone, "2024-07-01", 0),
        (ROW, "2023-01-01", 0),
    ):
        assert len(to_withdraw([row], made([{**PARCEL, "published_on": on}])["parcels"], ON)) == expected


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_nothing_else_of_the_record_is_written(tmp_path: Path, suffix: str) -> None:
    cells = written(tmp_path, suffix, listed())
    assert cells == [
        [one.zh for one in HEADERS],
        ["纬三路北", "甲公司", "自 2022-07-01 起，至 2024-06-30 共 730 天", ""],
    ]
    everything = "".join(cells[1])
    assert not [one for one in (*SECRETS.values(), "一号地", "Z1", "123.4", "内部") if str(one) in everything]


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "+1", "-1", "@x", "{{ 7*7 }}", "<b>&amp;", "甲\x0b\x00乙", 'a,b\n"c"']
)
def test_hostile_names(tmp_path: Path, name: str) -> None:
    (one,) = publication([ROW], made([{**PARCEL, "holder": name}])["parcels"], ON)
    held = written(tmp_path, ".csv", [one])[1][1]
    assert not held.startswith(("=", "+", "-", "@"))
    clean = name.replace("\x0b", "").replace("\x00", "")
    assert held.lstrip("'") == clean
    path = tmp_path / "list.xlsx"
    write([one], path)
    cell = openpyxl.load_workbook(path).active["B2"]
    assert (cell.data_type, cell.value) == ("s", clean)


def test_the_same_bytes_and_an_empty_list(tmp_path: Path) -> None:
    for suffix in (".xlsx", ".csv"):
        one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
        write(listed(), one)
        write(listed(), two)
        assert one.read_bytes() == two.read_bytes()
        assert written(tmp_path, suffix, [])[:1] == [[head.zh for head in HEADERS]]


def written(folder: Path, suffix: str, rows: Any) -> list[list[str]]:
    path = folder / f"list{suffix}"
    write(rows, path)
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.reader(stream))
    sheet = openpyxl.load_workbook(path).active
    return [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows()]
