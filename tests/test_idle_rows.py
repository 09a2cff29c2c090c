"""A parcel in several rows is one parcel: with the area of all of them, and with what cannot be read in any of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from casebook import Case, dataset

from geoparks.catalog import policy
from geoparks.idle_land.rows import idle_rows
from geoparks.records import IdleRow

PACK = policy.load("neimenggu")
ON = dt.date(2024, 6, 30)
PARCEL = {
    "parcel_id": "Z1", "name": "甲", "park_id": "P1", "supplied_on": "2019-01-01", "agreed_start_on": "2019-06-01",
    "cause": "企业",
}  # fmt: skip
WHOLE, SOUTH, NORTH = ({"box": box} for box in ([0, 0, 100, 100], [0, 0, 100, 50], [0, 50, 100, 100]))
STOPPED = {
    "started_on": "2020-01-01", "stopped_on": "2021-01-01", "started_area_ha": 0.3, "total_investment_wanyuan": 100,
    "invested_wanyuan": 60,
}  # fmt: skip
WORDS = "去年春天"


def of(*parcels: dict[str, Any], **layers: Any) -> IdleRow:
    made = dataset(
        Case(
            "idle",
            {"name": "idle", "on": ON, "expect": {}, "parcels": [{**PARCEL, **one} for one in parcels], **layers},
        )
    )
    return next(iter(idle_rows(made, PACK)))


@pytest.mark.parametrize("more", [{}, {"finished_on": "2022-01-01"}, STOPPED])
@pytest.mark.parametrize("stated", [{}, {"area_ha": 1.0}])
def test_pieces_have_the_area_of_the_whole(more: dict[str, Any], stated: dict[str, Any]) -> None:
    one, two = of({**WHOLE, **more, **stated}), of({**SOUTH, **more, **stated}, {**NORTH, **more, **stated})
    assert one.area_m2 == pytest.approx(two.area_m2) == pytest.approx(10_000, rel=1e-3)
    assert (one.status, one.type, one.reason) == (two.status, two.type, two.reason)


def test_a_third_is_asked_of_the_whole() -> None:
    """0.3 of a hectare is less than a third of it, and more than a third of either half."""
    row = of({**SOUTH, **STOPPED}, {**NORTH, **STOPPED})
    assert (row.status, row.type) == ("suspected", "B") and "已开发面积 30%" in row.reason.zh
    enough = {**STOPPED, "started_area_ha": 0.34}
    assert of({**SOUTH, **enough}, {**NORTH, **enough}).status == "not_idle"


def test_rows_without_area_leave_the_parcel_without_one() -> None:
    nowhere = {"wkt": "POLYGON EMPTY", **STOPPED}
    row = of(nowhere, nowhere)
    assert (row.status, row.area_m2) == ("not_checked", None)


@pytest.mark.parametrize("first", [0, 1])
def test_words_in_any_row_of_a_parcel_are_words_of_the_parcel(first: int) -> None:
    rows = [{**SOUTH, "started_on": None}, {**NORTH, "started_on": WORDS}]
    row = of(rows[first], rows[1 - first])
    assert row.status == "not_checked" and "实际动工日期填了但不能用" in row.reason.zh


FINISHED = {"started_on": "2019-03-01", "finished_on": "2021-01-01"}
SUSPECTED = {"agreed_start_on": "2023-06-01"}
NOT_YET = {"agreed_start_on": "2023-12-01"}
BUILDING = {"started_on": "2019-03-01"}
SHORT = {**STOPPED, "stopped_on": "2024-01-01"}
ENOUGH = {**STOPPED, "started_area_ha": 0.9}
SHARES = {"should_start_area_ha": 1, "area_ha": 1}
DETERMINED = {**SUSPECTED, "determined_on": "2024-06-01"}
DISPOSED = {**DETERMINED, "disposed_on": "2024-06-20"}
KNOWN = [
    (FINISHED, "not_idle"), (SUSPECTED, "suspected"), (NOT_YET, "not_idle"), (BUILDING, "not_idle"), (STOPPED, "suspected"),
    (SHORT, "not_idle"), (ENOUGH, "not_idle"), (DETERMINED, "determined"), (DISPOSED, "disposed"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "status"), KNOWN)
def test_what_is_read_is_judged(record: dict[str, Any], status: str) -> None:
    """Else the tests below would say less than they seem to."""
    assert of({**WHOLE, **record}).status == status


@pytest.mark.parametrize(
    ("record", "field", "title"),
    [
        (SUSPECTED, "exempt_days", "豁免天数"),
        (NOT_YET, "exempt_days", "豁免天数"),
        (STOPPED, "exempt_days", "豁免天数"),
        (SHORT, "exempt_days", "豁免天数"),
        (SUSPECTED, "supplied_on", "供地日期"),
        (NOT_YET, "supplied_on", "供地日期"),
        (STOPPED, "supplied_on", "供地日期"),
        (SUSPECTED, "disposed_on", "处置完成日期"),
        (FINISHED, "disposed_on", "处置完成日期"),
        (DETERMINED, "disposed_on", "处置完成日期"),
        (SUSPECTED, "determined_on", "认定日期"),
        (NOT_YET, "determined_on", "认定日期"),
        (DISPOSED, "extended_start_on", "延期动工日期"),
        (SUSPECTED, "stopped_on", "中止日期"),
        (SUSPECTED, "started_area_ha", "已动工面积"),
        ({**SUSPECTED, "foundation_kind": "pit"}, "foundation_share", "基础完成比例"),
        ({**BUILDING, "foundation_kind": "pit"}, "foundation_share", "基础完成比例"),
        (BUILDING, "permit_on", "施工许可日期"),
        (ENOUGH, "started_area_ha", "已动工面积"),
        (ENOUGH, "should_start_area_ha", "应动工面积"),
        (ENOUGH, "area_ha", "宗地面积"),
        (ENOUGH, "total_investment_wanyuan", "总投资额"),
        (ENOUGH, "invested_wanyuan", "已投资额"),
    ],
)
def test_words_are_no_blank(record: dict[str, Any], field: str, title: str) -> None:
    row = of({**WHOLE, **record, field: "说不清"})
    assert (row.status, row.type, row.since) == ("not_checked", "", None)
    assert title in row.reason.zh and "填了但不能用" in row.reason.zh


@pytest.mark.parametrize(
    ("record", "field", "status"),
    [
        (FINISHED, "exempt_days", "not_idle"),
        (FINISHED, "supplied_on", "not_idle"),
        (FINISHED, "agreed_start_on", "not_idle"),
        (BUILDING, "exempt_days", "not_idle"),
        (BUILDING, "started_area_ha", "not_idle"),
        (SHORT, "invested_wanyuan", "not_idle"),
        (DISPOSED, "determined_on", "disposed"),
        (DISPOSED, "exempt_days", "disposed"),
        ({**STOPPED, **SHARES}, "invested_wanyuan", "suspected"),  # the area alone is below its line
        ({**STOPPED, "should_start_area_ha": 1}, "area_ha", "suspected"),
        (BUILDING, "foundation_share", "not_idle"),  # without a kind nothing is asked of it
    ],
)
def test_words_that_nothing_rests_on_change_nothing(record: dict[str, Any], field: str, status: str) -> None:
    assert of({**WHOLE, **record, field: "说不清"}).status == status


def test_a_new_start_after_the_disposal_that_cannot_be_judged_is_not_disposed_of() -> None:
    anew = {**SUSPECTED, "determined_on": "2021-01-01", "disposed_on": "2021-06-01", "extended_start_on": "2023-06-15"}
    assert of({**WHOLE, **anew}).status == "suspected"
    assert of({**WHOLE, **anew, "exempt_days": "说不清"}).status == "not_checked"


@pytest.mark.parametrize("field", ["determined_on", "disposed_on"])
def test_rows_that_differ_in_the_record_are_not_judged_by_it(field: str) -> None:
    row = of({**SOUTH, **SUSPECTED, field: "2024-06-01"}, {**NORTH, **SUSPECTED})
    assert row.status == "not_checked" and "几行，数值不同" in row.reason.zh
    also = {**SUSPECTED, field: "2024-06-01"}
    row = of({**SOUTH, **also, "mortgagee": "甲银行"}, {**NORTH, **also, "mortgagee": "乙银行"})
    assert row.status == field.removesuffix("_on"), "of the record itself nobody is in doubt"


def test_rows_that_differ_in_preparatory_work_are_disputed() -> None:
    assert of({**SOUTH, **SUSPECTED, "preparatory_work": "是"}, {**NORTH, **SUSPECTED}).status == "not_checked"


def test_words_that_only_the_consequence_rests_on_leave_it_open() -> None:
    row = of({**WHOLE, **SUSPECTED, "preparatory_work": "说不清", "price_wanyuan": 500})
    assert (row.status, row.path, row.fee_wanyuan) == (
        "suspected",
        "",
        None,
    ) and "前期工作填了但读不懂" in row.reason.zh
    row = of({**WHOLE, **SUSPECTED, "price_wanyuan": "说不清"})
    assert (row.path, row.fee_wanyuan) == ("fee", None) and "价款填了但读不懂" in row.reason.zh
    row = of({**WHOLE, **DETERMINED, "cause": "政府", "filed_on": "说不清"})
    assert any("备案日期填了但读不懂" in one.zh for one in row.remarks)
    assert not any("没有备案日期" in one.zh for one in row.remarks)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("record", [SUSPECTED, FINISHED])
def test_the_park_is_the_first_that_a_row_names(record: dict[str, Any], turned: bool) -> None:
    rows = [{**SOUTH, **record, "park_id": None}, {**NORTH, **record, "park_id": "P1"}]
    assert of(*(rows[::-1] if turned else rows)).park == "P1"


SERVED = {**SUSPECTED, "suspected_on": "2024-01-01"}


def overdue(row: IdleRow) -> set[str]:
    return {one.id for one in row.steps if one.overdue}


def test_a_step_of_which_nobody_can_tell_whether_it_was_done_is_not_overdue() -> None:
    first = of({**WHOLE, **SERVED})
    late = overdue(first)
    assert late, "or the rest says nothing"
    (step, *_) = [one for one in PACK.idle.steps if one.id in late]
    field = step.done[0]
    doubt = {**WHOLE, **SERVED, **dict.fromkeys(step.done), field: "说不清"}
    row = of(doubt)
    assert row.status == "suspected" and step.id not in overdue(row)
    assert any(step.title.zh in one.zh and "是否办理、是否逾期无从判断" in one.zh for one in row.remarks)
    halves = [{**doubt, **SOUTH, field: "2024-01-05"}, {**doubt, **NORTH, field: "2024-02-05"}]
    assert step.id not in overdue(of(*halves)), "rows that differ"
    halves = [{**doubt, **SOUTH, field: None}, {**doubt, **NORTH, field: "2024-01-05"}]
    (done,) = [one for one in of(*halves).steps if one.id == step.id]
    assert (done.done_on, done.overdue) == (dt.date(2024, 1, 5), False), "a blank says nothing else"
