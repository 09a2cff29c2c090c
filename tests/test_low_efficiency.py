"""Contract against actual, by hand: plot ratio, investment and tax per mu; below, at and above; what is missing is not checked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from test_idle_ledger import made

from geoparks.idle_land.low_efficiency import MEASURES, Compared, compared

ON = dt.date(2024, 6, 30)
PARCEL = {
    "parcel_id": "Z1", "park_id": "P1", "area_ha": 2, "finished_on": "2023-06-30", "floor_area_m2": 20_000, "contract_far": 1.0,
    "invested_wanyuan": 6_000, "contract_investment_wanyuan_mu": 200, "contract_tax_wanyuan_mu": 10,
}  # fmt: skip
FIRM = {"enterprise_id": "E1", "name": "甲", "parcel_id": "Z1"}
RETURN = {"enterprise_id": "E1", "year": 2023, "tax_wanyuan": 300}


def of(
    changed: dict[str, Any] | None = None, firms: Any = (FIRM,), returns: Any = (RETURN,), year: int = 2023
) -> dict[str, Compared]:
    layers = made([{**PARCEL, **(changed or {})}], enterprises=list(firms), enterprise_stats=list(returns))
    return {one.measure: one for one in compared(layers, ON, year)}


def told(one: Compared) -> tuple[float | None, bool | None, float | None]:
    return one.actual, one.below, one.short


def test_at_the_contract_is_not_below() -> None:
    found = of()
    assert list(found) == list(MEASURES)
    assert told(found["far"]) == (1.0, False, 0.0)
    assert told(found["investment"]) == (pytest.approx(200), False, 0.0)
    assert told(found["tax"]) == (pytest.approx(10), False, 0.0)
    assert {one.park for one in found.values()} == {"P1"} and {one.reason for one in found.values()} == {None}
    assert (found["tax"].year, found["far"].year) == (2023, None)


@pytest.mark.parametrize(
    ("measure", "changed", "actual", "short"),
    [
        ("far", {"floor_area_m2": 19_998}, 0.9999, 0.0001),
        ("far", {"floor_area_m2": 20_002}, 1.0001, 0.0),
        ("far", {"floor_area_m2": 0}, 0.0, 1.0),
        ("far", {"area_ha": 4}, 0.5, 0.5),
        ("investment", {"invested_wanyuan": 5_997}, 199.9, 0.1),
        ("investment", {"invested_wanyuan": 6_003}, 200.1, 0.0),
        ("investment", {"contract_investment_wanyuan_mu": 200.1}, 200.0, 0.1),
        ("investment", {"area_ha": 2.1, "invested_wanyuan": 6_300}, 200.0, 0.0),  # the last binary digit is not below
        ("tax", {"contract_tax_wanyuan_mu": 12}, 10.0, 2.0),
        ("tax", {"contract_tax_wanyuan_mu": 9}, 10.0, 0.0),
    ],
)
def test_below_and_by_how_much(measure: str, changed: dict[str, Any], actual: float, short: float) -> None:
    one = of(changed)[measure]
    assert told(one) == (pytest.approx(actual), short > 0, pytest.approx(short))


@pytest.mark.parametrize(
    ("changed", "measures"),
    [
        ({"contract_far": None}, {"far"}),
        ({"contract_far": 0}, {"far"}),
        ({"contract_far": -1}, {"far"}),
        ({"floor_area_m2": None}, {"far"}),
        ({"floor_area_m2": -5}, {"far"}),
        ({"invested_wanyuan": None}, {"investment"}),
        ({"contract_investment_wanyuan_mu": None}, {"investment"}),
        ({"contract_tax_wanyuan_mu": None}, {"tax"}),
        ({"area_ha": 0}, {"far", "investment", "tax"}),
    ],
)
def test_what_is_missing_is_not_checked(changed: dict[str, Any], measures: set[str]) -> None:
    found = of(changed)
    assert {name for name, one in found.items() if one.below is None} == measures
    for name in measures:
        assert found[name].short is None and found[name].reason is not None
        assert found[name].reason.zh and found[name].reason.en  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("firms", "returns", "expected"),
    [
        ([], [RETURN], None),
        ([FIRM], [], None),
        ([{**FIRM, "parcel_id": "Z2"}], [RETURN], None),  # nobody is on the parcel
        ([FIRM], [{**RETURN, "year": 2022}], None),
        ([FIRM], [{**RETURN, "tax_wanyuan": None}], None),
        ([FIRM], [RETURN, {**RETURN, "tax_wanyuan": 400}], None),  # two returns that differ
        ([FIRM], [RETURN, RETURN], 10),
        ([FIRM, {**FIRM, "enterprise_id": "E2"}], [RETURN], None),  # one of two did not report
        ([FIRM, {**FIRM, "enterprise_id": "E2"}], [RETURN, {**RETURN, "enterprise_id": "E2"}], 20),
        ([FIRM, {**FIRM, "enterprise_id": "E2", "left_on": "2022-12-31"}], [RETURN], 10),  # left before the year
        ([FIRM, {**FIRM, "enterprise_id": "E2", "left_on": "2023-01-01"}], [RETURN], None),
        ([FIRM, {**FIRM, "enterprise_id": "E2", "entered_on": "2024-01-01"}], [RETURN], 10),  # came after it
        ([FIRM, {**FIRM, "enterprise_id": "E2", "entered_on": "2023-12-31"}], [RETURN], None),
        ([FIRM], [{**RETURN, "tax_wanyuan": 0}], 0),
    ],
)
def test_the_tax_of_all_enterprises_of_the_year(firms: Any, returns: Any, expected: float | None) -> None:
    one = of(firms=firms, returns=returns)["tax"]
    assert one.actual == (None if expected is None else pytest.approx(expected))
    assert (one.reason is None) == (expected is not None)


@pytest.mark.parametrize(
    ("changed", "there"),
    [
        ({"finished_on": "2024-06-30"}, True),
        ({"finished_on": "2024-07-01"}, False),
        ({"finished_on": None}, False),
        ({"deregistered_on": "2024-06-30"}, False),
        ({"disposal": "recovery", "disposed_on": "2024-06-30"}, False),
        ({"disposal": "recovery", "disposed_on": "2024-07-01"}, True),
        ({"disposal": "fee", "disposed_on": "2024-06-30"}, True),
    ],
)
def test_only_finished_parcels_that_were_not_given_back(changed: dict[str, Any], there: bool) -> None:
    assert bool(of(changed)) == there


def test_pieces_of_a_parcel_are_one_and_rows_that_differ_are_not_known() -> None:
    pieces = [{**PARCEL, "box": [0, 0, 100, 100]}, {**PARCEL, "box": [100, 0, 200, 100]}]
    found = {one.measure: one for one in compared(made(pieces), ON, 2023)}
    assert len(found) == 3 and found["far"].actual == pytest.approx(1.0)
    differ = [pieces[0], {**pieces[1], "floor_area_m2": 1}]
    assert {one.measure: one.below for one in compared(made(differ), ON, 2023)}["far"] is None
    assert not list(compared(made([]), ON, 2023))
    assert {one.below for one in compared(made([PARCEL]), ON, 2023) if one.measure == "tax"} == {None}, (
        "no enterprises at all"
    )
