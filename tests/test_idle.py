"""Idle land by the dates: every branch one day before, on and after its line, and records that contradict themselves."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indicators import PARKS, dataset

from geoparks.catalog import policy
from geoparks.idle_land.rows import idle_rows
from geoparks.records import IdleRow

PACK = policy.load("neimenggu")
PLOT = {"parcel_id": "Z1", "park_id": "P1", "supplied_on": "2022-01-10", "area_ha": 1, "box": [0, 0, 100, 100]}
AGREED = {**PLOT, "agreed_start_on": "2023-06-30"}
STARTED = {
    **AGREED, "started_on": "2023-05-01", "stopped_on": "2023-06-30", "should_start_area_ha": 3, "started_area_ha": 0.9,
    "total_investment_wanyuan": 100, "invested_wanyuan": 50,
}  # fmt: skip


def of(parcel: dict[str, Any], on: str = "2024-06-30") -> IdleRow:
    made = dataset(parks=PARKS, parcels=[parcel])
    made.on = dt.date.fromisoformat(on)
    (row,) = idle_rows(made, PACK)
    return row


@pytest.mark.parametrize(
    ("on", "status", "days"),
    [("2024-06-29", "not_idle", 365), ("2024-06-30", "suspected", 366), ("2024-07-01", "suspected", 367)],
)
def test_a_year_after_the_agreed_day(on: str, status: str, days: int) -> None:
    row = of(AGREED, on)
    assert (row.status, row.days, row.since) == (status, days, dt.date(2023, 6, 30))
    assert row.becomes_on == (dt.date(2024, 6, 30) if status == "not_idle" else None)
    assert row.type == ("A" if status == "suspected" else "")


@pytest.mark.parametrize(
    ("agreed", "on", "status"),
    [
        ("2024-02-29", "2025-02-27", "not_idle"),
        ("2024-02-29", "2025-02-28", "suspected"),  # 29 February is full on the 28th
        ("2023-02-28", "2024-02-27", "not_idle"),
        ("2023-02-28", "2024-02-28", "suspected"),
        ("2023-03-01", "2024-02-29", "not_idle"),
        ("2023-12-31", "2024-12-31", "suspected"),
    ],
)
def test_leap_years(agreed: str, on: str, status: str) -> None:
    assert of({**AGREED, "agreed_start_on": agreed}, on).status == status


@pytest.mark.parametrize(
    ("changed", "on", "status", "since"),
    [
        ({"exempt_days": 90}, "2024-09-27", "not_idle", "2023-09-28"),
        ({"exempt_days": 90}, "2024-09-28", "suspected", "2023-09-28"),
        ({"exempt_days": 0}, "2024-06-30", "suspected", "2023-06-30"),
        ({"extended_start_on": "2024-01-01"}, "2024-12-31", "not_idle", "2024-01-01"),
        ({"extended_start_on": "2024-01-01"}, "2025-01-01", "suspected", "2024-01-01"),
        ({"agreed_start_on": None, "delivered_on": "2022-03-01"}, "2024-02-29", "not_idle", "2023-03-01"),
        ({"agreed_start_on": None, "delivered_on": "2022-03-01"}, "2024-03-01", "suspected", "2023-03-01"),
    ],
)
def test_from_which_day_the_year_runs(changed: dict[str, Any], on: str, status: str, since: str) -> None:
    row = of({**AGREED, **changed}, on)
    assert (row.status, str(row.since)) == (status, since)


@pytest.mark.parametrize(
    ("cause", "on", "path", "article", "fee"),
    [
        ("enterprise", "2024-06-30", "fee", "第十四条", 100.0),
        ("enterprise", "2025-06-29", "fee", "第十四条", 100.0),
        ("enterprise", "2025-06-30", "recovery", "第十四条", None),
        ("government", "2025-06-30", "negotiate", "第十二条", None),
        ("force_majeure", "2025-06-30", "negotiate", "第十二条", None),
        (None, "2025-06-30", "", None, None),
    ],
)
def test_the_path_by_cause_and_years(
    cause: str | None, on: str, path: str, article: str | None, fee: float | None
) -> None:
    row = of({**AGREED, "cause": cause, "price_wanyuan": 500}, on)
    assert (row.path, row.fee_wanyuan) == (path, fee)
    assert (row.citation.article if row.citation is not None else None) == article
    if not path:
        assert "原因没有查明" in row.reason.zh


def test_no_price_gives_no_fee_and_says_so() -> None:
    row = of({**AGREED, "cause": "enterprise"})
    assert (row.path, row.fee_wanyuan) == ("fee", None)
    assert "闲置费算不出" in row.reason.zh


def test_necessary_preparatory_work_is_excepted() -> None:
    row = of({**AGREED, "cause": "enterprise", "preparatory_work": True, "price_wanyuan": 500}, "2026-01-01")
    assert (row.status, row.path, row.fee_wanyuan) == ("suspected", "", None)
    assert row.citation is not None
    assert row.citation.article == "第二十六条"


@pytest.mark.parametrize(
    ("changed", "on", "status"),
    [
        ({}, "2024-06-29", "not_idle"),
        ({}, "2024-06-30", "suspected"),
        ({"exempt_days": 30}, "2024-07-29", "not_idle"),
        ({"exempt_days": 30}, "2024-07-30", "suspected"),
        ({"started_area_ha": 0.9999}, "2024-06-30", "suspected"),
        ({"started_area_ha": 1.0}, "2024-06-30", "not_idle"),  # just a third, half of the investment
        ({"started_area_ha": 1.0, "invested_wanyuan": 24.99}, "2024-06-30", "suspected"),
        ({"started_area_ha": 1.0, "invested_wanyuan": 25}, "2024-06-30", "not_idle"),
        ({"started_area_ha": None}, "2024-06-30", "not_checked"),
        ({"started_area_ha": None, "invested_wanyuan": 24}, "2024-06-30", "suspected"),
        ({"started_area_ha": 2.0, "total_investment_wanyuan": 0}, "2024-06-30", "not_checked"),
        ({"stopped_on": None}, "2024-06-30", "not_idle"),
        ({"stopped_on": "2024-07-01"}, "2024-06-30", "not_idle"),
        ({"finished_on": "2024-06-30"}, "2024-06-30", "not_idle"),
        ({"finished_on": "2024-07-01"}, "2024-06-30", "suspected"),
        (
            {"should_start_area_ha": None, "started_area_ha": 0.3},
            "2024-06-30",
            "suspected",
        ),  # of the parcel's own hectare
        ({"should_start_area_ha": None, "started_area_ha": 0.4}, "2024-06-30", "not_idle"),
    ],
)
def test_started_and_stopped(changed: dict[str, Any], on: str, status: str) -> None:
    row = of({**STARTED, "cause": "enterprise", **changed}, on)
    assert row.status == status, row.reason.zh
    if status == "suspected":
        assert (row.type, row.path) == ("B", "negotiate")  # whatever its cause
        assert row.fee_wanyuan is None
    if changed.get("should_start_area_ha", 0) is None and status == "suspected":
        assert "按宗地面积计" in row.reason.zh


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"agreed_start_on": None}, "没有约定动工日期，也没有交地日期"),
        ({"agreed_start_on": "2022-01-09"}, "早于供地日期"),
        ({"extended_start_on": "2023-06-29"}, "早于约定日期"),
        ({"exempt_days": -1}, "豁免天数为负"),
        ({"stopped_on": "2023-01-01"}, "有中止日期而没有实际动工日期"),
        ({"started_area_ha": 0.1}, "有已动工面积而没有实际动工日期"),
        ({"foundation_kind": "pile", "foundation_share": 1.0}, "没有实际动工日期"),
        ({"foundation_kind": "other", "foundation_share": 0.34}, "没有实际动工日期"),
        ({"started_on": "2023-01-01", "foundation_kind": "pile", "foundation_share": 0.99}, "动工标准"),
        ({"started_on": "2023-01-01", "foundation_kind": "pit", "foundation_share": 0.5}, "动工标准"),
        ({"started_on": "2023-01-01", "foundation_kind": "other", "foundation_share": 0.33}, "动工标准"),
        ({"started_on": "2023-01-01", "permit_on": "2023-01-02"}, "施工许可"),
        ({"started_on": "2023-02-01", "stopped_on": "2023-01-31"}, "中止日期"),
        ({"started_on": "2023-02-01", "finished_on": "2023-01-31"}, "竣工日期"),
        ({"agreed_start_on": "1901-01-02"}, "约定动工日期填了但不能用"),
        ({"agreed_start_on": "Nah"}, "约定动工日期填了但不能用"),
        ({"started_on": "1900-01-01"}, "实际动工日期填了但不能用"),
        ({"finished_on": "Nah"}, "竣工日期填了但不能用"),
        ({"extended_start_on": "待定"}, "延期动工日期填了但不能用"),
        ({"agreed_start_on": None, "delivered_on": "1901-01-02"}, "交地日期填了但不能用"),
    ],
)
def test_what_is_missing_unclear_or_contradicts_itself_is_not_judged(changed: dict[str, Any], words: str) -> None:
    row = of({**AGREED, **changed})
    assert row.status == "not_checked", row.reason.zh
    assert words in row.reason.zh
    assert (row.path, row.type, row.fee_wanyuan) == ("", "", None)


@pytest.mark.parametrize(
    "changed",
    [
        {"supplied_on": "2024-07-01", "agreed_start_on": "2025-01-01"},
        {"started_on": "2023-01-01", "foundation_kind": "other", "foundation_share": 0.34},
        {"started_on": "2023-01-01", "foundation_kind": "pile", "foundation_share": 1.0, "permit_on": "2023-01-01"},
        {"finished_on": "2024-06-30", "agreed_start_on": "1901-01-02"},  # what is built needs no agreed day
        {"finished_on": "2023-06-30", "agreed_start_on": "2020-01-01"},
        {"foundation_kind": "pile", "foundation_share": 0.5, "agreed_start_on": "2023-07-01"},
    ],
)
def test_what_is_not_idle(changed: dict[str, Any]) -> None:
    assert of({**AGREED, **changed}).status == "not_idle"


def test_words_that_are_no_date_in_many_rows_make_no_land_idle() -> None:
    """Beyond some rows a reader only counts them: then no blank of the column may be taken for none."""
    plots = [
        {
            **PLOT,
            "parcel_id": f"Z{i}",
            "agreed_start_on": "Nah",
            "delivered_on": "2015-01-01",
            "box": [i * 10, 0, i * 10 + 9, 9],
        }
        for i in range(60)
    ]
    made = dataset(parks=PARKS, parcels=plots)
    assert {row.status for row in idle_rows(made, PACK)} == {"not_checked"}


@pytest.mark.parametrize(
    ("changed", "on", "status"),
    [
        ({"determined_on": "2024-08-01"}, "2024-07-31", "suspected"),
        ({"determined_on": "2024-08-01"}, "2024-08-01", "determined"),
        ({"determined_on": "2024-08-01", "disposed_on": "2025-03-01", "disposal": "swap"}, "2025-02-28", "determined"),
        ({"determined_on": "2024-08-01", "disposed_on": "2025-03-01", "disposal": "swap"}, "2025-03-01", "disposed"),
        # Disposed of by a new day to start, which passes by a year in its turn.
        (
            {"disposed_on": "2025-03-01", "disposal": "extend", "extended_start_on": "2025-09-01"},
            "2026-08-31",
            "disposed",
        ),
        (
            {"disposed_on": "2025-03-01", "disposal": "extend", "extended_start_on": "2025-09-01"},
            "2026-09-01",
            "suspected",
        ),
    ],
)
def test_what_the_bureau_has_on_record(changed: dict[str, Any], on: str, status: str) -> None:
    assert of({**AGREED, "cause": "government", **changed}, on).status == status


def test_a_ledger_of_last_year_is_as_it_stood() -> None:
    parcel = {
        **AGREED,
        "determined_on": "2024-08-01",
        "disposed_on": "2025-03-01",
        "disposal": "fee",
        "cause": "enterprise",
    }
    assert [of(parcel, day).status for day in ("2024-06-29", "2024-07-31", "2024-12-31", "2025-12-31")] == [
        "not_idle", "suspected", "determined", "disposed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"mortgagee": "某银行"}, "书面通知抵押权人 某银行"),
        ({"delivered_on": "2023-07-01"}, "晚于约定动工日期"),
        ({"agreed_start_on": "2022-06-29", "extended_start_on": "2023-06-30"}, "超过一年"),
        ({"determined_on": "2024-06-01", "cause": "government"}, "未按规定备案"),
        ({"cause": "enterprise"}, "不得列入生产成本"),
        ({"farmland_taken_ha": 1.5}, "占用耕地 1.5 公顷，另依土地管理法第三十八条"),
    ],
)
def test_what_else_must_be_known(changed: dict[str, Any], words: str) -> None:
    assert any(words in one.zh for one in of({**AGREED, **changed}).remarks)
    assert not any(words in one.zh for one in of(AGREED).remarks)


@pytest.mark.parametrize(
    ("changed", "on", "has", "has_not"),
    [
        ({"cause_item": "第八条（二）"}, "2024-06-30", {"swap", "extend", "compensated_recovery"}, {"bond_purchase"}),
        ({"cause_item": "第八条（四）"}, "2024-06-30", {"extend"}, {"swap"}),
        ({}, "2024-11-06", {"swap"}, {"bond_purchase"}),
        ({}, "2024-11-07", {"bond_purchase"}, set()),
        ({"supplied_on": "2024-11-08", "agreed_start_on": "2025-01-01"}, "2026-01-01", {"extend"}, {"bond_purchase"}),
    ],
)
def test_which_options_are_open(changed: dict[str, Any], on: str, has: set[str], has_not: set[str]) -> None:
    row = of({**AGREED, "cause": "government", **changed}, on)
    assert has <= set(row.options)
    assert not has_not & set(row.options)


def test_rows_of_one_parcel_that_differ_are_not_judged_and_those_that_agree_are_one() -> None:
    made = dataset(
        parks=PARKS, parcels=[AGREED, {**AGREED, "agreed_start_on": "2024-01-01", "box": [200, 0, 300, 100]}]
    )
    made.on = dt.date(2024, 6, 30)
    assert [row.status for row in idle_rows(made, PACK)] == ["not_checked"]
    made = dataset(parks=PARKS, parcels=[AGREED, {**AGREED, "box": [200, 0, 300, 100]}])
    made.on = dt.date(2024, 6, 30)
    assert [row.status for row in idle_rows(made, PACK)] == ["suspected"]


@settings(max_examples=40, deadline=None)
@given(
    st.dates(dt.date(2015, 1, 1), dt.date(2024, 12, 31)),
    st.integers(0, 400),
    st.dates(dt.date(2015, 1, 1), dt.date(2028, 1, 1)),
)
def test_once_suspected_always_suspected_and_exempt_days_only_move_it(
    agreed: dt.date, exempt: int, on: dt.date
) -> None:
    """As time goes by an untouched parcel goes from not idle to suspected, once; more exempt days never make it idle sooner."""
    parcel = {**PLOT, "supplied_on": "2014-12-31", "agreed_start_on": agreed.isoformat(), "exempt_days": exempt}
    now, later = of(parcel, on.isoformat()), of(parcel, (on + dt.timedelta(days=1)).isoformat())
    assert (now.status, later.status) != ("suspected", "not_idle")
    more = of({**parcel, "exempt_days": exempt + 1}, on.isoformat())
    assert (now.status, more.status) != ("not_idle", "suspected")
    if now.status == "not_idle":
        assert now.becomes_on is not None
        assert of(parcel, now.becomes_on.isoformat()).status == "suspected"
        assert of(parcel, (now.becomes_on - dt.timedelta(days=1)).isoformat()).status == "not_idle"
