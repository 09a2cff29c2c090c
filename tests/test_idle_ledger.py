"""The ledgers by hand: any day as it stood, by path, park and county, against the year's task; and the figures of I05."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indicators import PACK, PARKS, dataset

from geoparks.dataset import Dataset
from geoparks.idle_land.ledger import LedgerRow, reuse, rows_of
from geoparks.indicators import figures
from geoparks.records import IdleRow, Indicator, Subject

PARCEL = {"park_id": "P1", "area_ha": 2, "determined_on": None, "disposed_on": None, "disposal": None}
PARCELS = [
    {**PARCEL, "parcel_id": "Z1", "determined_on": "2023-05-01", "disposed_on": "2024-02-01", "disposal": "fee"},
    {**PARCEL, "parcel_id": "Z2", "determined_on": "2022-03-01", "area_ha": 1},
    {**PARCEL, "parcel_id": "Z3", "determined_on": "2024-03-01", "area_ha": 4, "park_id": "P2"},
    {**PARCEL, "parcel_id": "Z4", "area_ha": 8},  # never determined: in no ledger
]
IDLE = [
    IdleRow(Subject("parcels", "Z2"), "P1", "determined", path="negotiate"),
    IdleRow(Subject("parcels", "Z3"), "P2", "determined"),
]
TWO = [*PARKS, {"park_id": "P2", "name": "乙园区", "kind": "经济开发区"}]
TASK = {"year": 2024, "park_id": "P1", "idle_task_mu": 60}


def made(parcels: list[dict[str, Any]], on: str = "2024-06-30", **more: Any) -> Dataset:
    drawn = [{"box": [i * 1000, 0, i * 1000 + 200, 100], **one} for i, one in enumerate(parcels)]
    layers = {"parks": TWO, "parcels": drawn, **more}
    found = dataset(**{name: rows for name, rows in layers.items() if rows})
    found.on = dt.date.fromisoformat(on)
    found.year = found.on.year
    return found


def idle(found: Dataset, subject: str, year: int, path: str = "") -> LedgerRow:
    rows = rows_of(found, PACK, IDLE, [year])
    (one,) = [
        row for row in rows if row.kind == "idle" and row.subject.id == subject and (row.path, row.year) == (path, year)
    ]
    return one


def areas(one: LedgerRow) -> tuple[float | None, ...]:
    return tuple(
        None if v is None else round(v, 6) for v in (one.before_mu, one.found_mu, one.disposed_mu, one.left_mu)
    )


def counts(one: LedgerRow) -> tuple[int | None, ...]:
    return one.before_count, one.found_count, one.disposed_count, one.left_count


@pytest.mark.parametrize(
    ("on", "year", "expected", "how_many"),
    [
        ("2024-06-30", 2024, (45, 60, 30, 75), (2, 1, 1, 2)),
        ("2024-06-30", 2023, (15, 30, 0, 45), (1, 1, 0, 2)),
        ("2023-12-31", 2023, (15, 30, 0, 45), (1, 1, 0, 2)),  # last year's ledger, printed on its last day
        ("2024-02-01", 2024, (45, 0, 30, 15), (2, 0, 1, 1)),  # disposed of on the day itself
        ("2024-01-31", 2024, (45, 0, 0, 45), (2, 0, 0, 2)),
        ("2024-02-29", 2024, (45, 0, 30, 15), (2, 0, 1, 1)),
        ("2024-03-01", 2024, (45, 60, 30, 75), (2, 1, 1, 2)),  # determined on the day itself
        ("2023-05-01", 2023, (15, 30, 0, 45), (1, 1, 0, 2)),
        ("2023-04-30", 2023, (15, 0, 0, 15), (1, 0, 0, 1)),
        ("2022-02-28", 2022, (0, 0, 0, 0), (0, 0, 0, 0)),
        ("2024-06-30", 2021, (0, 0, 0, 0), (0, 0, 0, 0)),
    ],
)
def test_the_ledger_as_it_stood(on: str, year: int, expected: tuple[float, ...], how_many: tuple[int, ...]) -> None:
    one = idle(made(PARCELS, on), "", year)
    assert areas(one) == pytest.approx(expected)
    assert counts(one) == how_many
    assert one.until == min(dt.date(year, 12, 31), dt.date.fromisoformat(on))


def test_by_park_and_by_path() -> None:
    found = made(PARCELS)
    assert areas(idle(found, "P1", 2024)) == (45, 0, 30, 15)
    assert areas(idle(found, "P2", 2024)) == (0, 60, 0, 60)
    assert areas(idle(found, "P1", 2024, "fee")) == (30, 0, 30, 0)
    assert areas(idle(found, "P1", 2024, "negotiate")) == (15, 0, 0, 15)
    unknown = idle(found, "P2", 2024, "unknown")
    assert areas(unknown) == (0, 60, 0, 60) and unknown.path_title.zh == "原因待查明"
    assert idle(found, "P1", 2024, "fee").path_title.zh == "征缴闲置费"
    assert areas(idle(made(PARCELS, "2024-02-01"), "P1", 2024, "fee")) == (30, 0, 30, 0), "on the day of its disposal"
    before = made(PARCELS, "2023-12-31")
    paths = {row.path for row in rows_of(before, PACK, IDLE, [2023]) if row.kind == "idle" and row.subject.id == "P1"}
    assert paths == {"", "negotiate", "unknown"}, "how it was disposed of in 2024 is not known in 2023"


def test_the_task_and_what_is_missing() -> None:
    one = idle(made(PARCELS, tasks=[TASK]), "P1", 2024)
    assert (one.task_mu, one.rate, one.reason) == (60, pytest.approx(0.5), None)
    for tasks in ([], [{**TASK, "year": 2023}], [{**TASK, "idle_task_mu": None}], [TASK, {**TASK, "idle_task_mu": 61}]):
        none = idle(made(PARCELS, tasks=tasks), "P1", 2024)
        assert none.rate is None and none.reason is not None and none.reason.zh and none.reason.en
        assert none.disposed_mu == pytest.approx(30), "what was done is told without a task, too"
    zero = idle(made(PARCELS, tasks=[{**TASK, "idle_task_mu": 0}]), "P1", 2024)
    assert zero.rate is None and zero.reason is not None
    assert idle(made(PARCELS, tasks=[TASK]), "P1", 2024, "fee").task_mu is None


@pytest.mark.parametrize(
    ("determined", "disposed", "expected"),
    [
        ("2024-03-01", "2024-02-01", (0, 1, 1, 0)),  # disposed of before it was determined: in and out on one day
        ("2024-03-01", "2024-03-01", (0, 1, 1, 0)),
        ("2023-03-01", "2022-03-01", (0, 0, 0, 0)),
        (None, "2024-02-01", (0, 0, 0, 0)),  # disposed of, never determined
        ("1901-01-02", None, (0, 0, 0, 0)),  # fillers
        ("2023-03-01", "1901-01-02", (1, 0, 0, 1)),
        ("2024-07-01", None, (0, 0, 0, 0)),  # after the day
        ("2023-12-31", "2024-01-01", (1, 0, 1, 0)),
        ("2023-03-01", "2023-12-31", (0, 0, 0, 0)),
        ("2024-01-01", "2024-06-30", (0, 1, 1, 0)),
        ("2024-01-01", "2024-07-01", (0, 1, 0, 1)),
    ],
)
def test_odd_days(determined: str | None, disposed: str | None, expected: tuple[int, ...]) -> None:
    one = {**PARCEL, "parcel_id": "Z9", "determined_on": determined, "disposed_on": disposed}
    assert counts(idle(made([one, PARCELS[3]]), "P1", 2024)) == expected


def test_no_area_no_layer_no_column() -> None:
    found = made([{**PARCELS[1], "area_ha": None}, PARCELS[3]])
    assert areas(idle(found, "P1", 2024))[3] == pytest.approx(30, rel=2e-3), "measured where it is not stated"
    without = [{key: value for key, value in one.items() if key != "determined_on"} for one in PARCELS]
    for layers in (made(without), made([])):
        (row,) = [one for one in rows_of(layers, PACK, IDLE, [2024]) if one.kind == "idle"]
        assert row.left_mu is None and row.reason is not None
        assert all(one.value is None and one.reason for one in i05(layers).values())


def test_pieces_of_one_parcel_are_one_parcel() -> None:
    whole = {**PARCELS[1], "box": [0, 0, 200, 100], "area_ha": 2}
    halves = [{**whole, "box": [0, 0, 100, 100]}, {**whole, "box": [100, 0, 200, 100]}]
    one, two = idle(made([whole]), "P1", 2024), idle(made(halves), "P1", 2024)
    assert counts(one) == counts(two) == (1, 0, 0, 1)
    assert one.left_mu == pytest.approx(two.left_mu) == pytest.approx(30)


DAYS = st.one_of(st.none(), st.dates(dt.date(2020, 1, 1), dt.date(2025, 1, 1)).map(str))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(DAYS, DAYS, DAYS), min_size=1, max_size=6), st.integers(2020, 2025))
def test_what_was_and_what_came_less_what_went_is_left(days: list[tuple[Any, Any, Any]], year: int) -> None:
    some = [
        {**PARCEL, "parcel_id": f"Z{i}", "determined_on": a, "disposed_on": b, "supplied_on": c, "started_on": b}
        for i, (a, b, c) in enumerate(days)
    ]
    for one in rows_of(made(some), PACK, (), [year]):
        if one.left_mu is None:
            continue
        assert one.before_mu + one.found_mu - one.disposed_mu == pytest.approx(one.left_mu)  # type: ignore[operator]
        assert one.before_count + one.found_count - one.disposed_count == one.left_count  # type: ignore[operator]
        assert min(one.before_count, one.found_count, one.disposed_count, one.left_count) >= 0  # type: ignore[type-var]


APPROVALS = [
    {
        "approval_id": "A1",
        "park_id": "P1",
        "approved_on": "2021-05-01",
        "approved_area_ha": 10,
        "box": [0, 0, 1000, 100],
    },
    {
        "approval_id": "A2",
        "park_id": "P1",
        "approved_on": "2024-01-05",
        "approved_area_ha": 2,
        "box": [0, 200, 200, 300],
    },
]
SUPPLIED = [
    {
        "parcel_id": "Y1",
        "park_id": "P1",
        "approval_id": "A1",
        "supplied_on": "2022-03-01",
        "started_on": "2024-02-01",
        "area_ha": 4,
    },
    {
        "parcel_id": "Y2",
        "park_id": "P1",
        "approval_id": "A1",
        "supplied_on": "2024-04-01",
        "started_on": None,
        "area_ha": 1,
    },
]


def test_unsupplied_and_unused_are_the_figures_of_supply() -> None:
    found = made(SUPPLIED, approvals=APPROVALS, tasks=[{**TASK, "unsupplied_task_mu": 30, "unused_task_mu": 120}])
    rows = {one.kind: one for one in rows_of(found, PACK, (), [2024]) if one.subject.id == "P1"}
    assert areas(rows["unsupplied"]) == pytest.approx((90, 30, 15, 105))
    assert counts(rows["unsupplied"]) == (1, 1, 0, 2)
    assert areas(rows["unused"]) == pytest.approx((60, 15, 60, 15))
    assert counts(rows["unused"]) == (1, 1, 1, 1)
    assert (rows["unsupplied"].rate, rows["unused"].rate) == (pytest.approx(0.5), pytest.approx(0.5))
    figure = {
        one.id: one.value
        for one in figures(found, PACK, (2024,), ["L02"])[0]
        if one.subject.id == "P1" and one.year == 2024
    }
    assert figure["L02.unsupplied_mu"] == pytest.approx(rows["unsupplied"].left_mu)
    assert figure["L02.disposed_mu"] == pytest.approx(rows["unsupplied"].disposed_mu)
    assert figure["L02.unused_mu"] == pytest.approx(rows["unused"].left_mu)
    assert figure["L02.disposal_rate"] == pytest.approx(rows["unsupplied"].rate)
    lacking = rows_of(made(PARCELS), PACK, (), [2024])
    assert {one.kind for one in lacking if one.left_mu is None and one.reason} == {"unsupplied", "unused"}


def i05(found: Dataset) -> dict[tuple[str, str, int | None], Indicator]:
    some, errors = figures(found, PACK, (2024,), ["I05"])
    assert errors == []
    return {(one.id, one.subject.id, one.year): one for one in some}


def test_the_figures_are_the_ledgers() -> None:
    found = i05(made(PARCELS, tasks=[TASK, {**TASK, "year": 2023}]))
    value = {key: one.value for key, one in found.items()}
    assert value["I05.idle_mu", "P1", 2024] == pytest.approx(15)
    assert value["I05.idle_mu", "", 2024] == pytest.approx(75)
    assert value["I05.idle_count", "", 2024] == 2
    assert value["I05.disposed_mu", "P1", 2024] == pytest.approx(30)
    assert value["I05.disposed_mu", "P1", 2023] == 0
    assert value["I05.disposal_rate", "P1", 2024] == pytest.approx(0.5)
    assert value["I05.disposal_rate", "P2", 2024] is None and found["I05.disposal_rate", "P2", 2024].reason
    assert all(one.title.zh and one.formula.zh and one.responsible.zh and one.source.zh for one in found.values())
    assert i05(made([PARCELS[3]]))["I05.idle_mu", "P1", 2024].value == 0, "a blank column: none was determined"


def test_the_ways_of_re_use_are_counted() -> None:
    some = [
        {
            "parcel_id": "R1",
            "park_id": "P1",
            "reuse_way": "收购储备",
            "reused_on": "2024-03-01",
            "reused_area_ha": 1,
            "area_ha": 5,
        },
        {
            "parcel_id": "R2",
            "park_id": "P1",
            "reuse_way": "收购储备",
            "reused_on": "2024-04-01",
            "reused_area_ha": None,
            "area_ha": 2,
        },
        {"parcel_id": "R3", "park_id": "P1", "reuse_way": None, "reused_on": "2024-05-01", "area_ha": 1},
        {"parcel_id": "R4", "park_id": "P1", "reuse_way": "自主开发", "reused_on": "2024-07-01", "area_ha": 1},
    ]
    found = {(one.subject.id, one.way): (one.count, one.mu) for one in reuse(made(some), PACK, [2024])}
    assert found["P1", "收购储备"] == (2, pytest.approx(45))
    assert found["P1", ""] == (1, pytest.approx(15))
    assert found["P1", "自主开发"] == (0, 0), "after the day"
    assert {way for park, way in found if park == "P1"} == {
        "收购储备",
        "鼓励流转",
        "协议置换",
        "合作经营",
        "自主开发",
        "",
    }
    assert reuse(made([]), PACK, [2024]) == ()
