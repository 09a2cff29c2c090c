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


PIECES = [{**PARCEL, "area_ha": None, "box": [0, 0, 100, 100]}, {**PARCEL, "area_ha": None, "box": [0, 100, 100, 200]}]
WORDS = "说不清"


def both(
    first: dict[str, Any] | None = None, second: dict[str, Any] | None = None, turned: bool = False
) -> dict[str, Compared]:
    """Of a parcel of two hectares in two rows."""
    rows = [{**PIECES[0], **(first or {})}, {**PIECES[1], **(second or {})}]
    layers = made(rows[::-1] if turned else rows, enterprises=[FIRM], enterprise_stats=[RETURN])
    return {one.measure: one for one in compared(layers, ON, 2023)}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"finished_on": None}, "同一宗地的几行实际竣工日期不同"),
        ({"finished_on": "2025-01-01"}, "同一宗地的几行实际竣工日期不同"),
        ({"finished_on": "2022-01-01"}, "同一宗地的几行实际竣工日期不同"),
        ({"finished_on": WORDS}, "实际竣工日期填了但读不懂"),
        ({"deregistered_on": "2024-01-01"}, "有的已收回或注销，有的没有"),
        ({"disposal": "recovery", "disposed_on": "2024-01-01"}, "有的已收回或注销，有的没有"),
        ({"deregistered_on": WORDS}, "注销登记日期填了但读不懂"),
        ({"disposal": "recovery", "disposed_on": WORDS}, "处置完成日期填了但读不懂"),
    ],
)
def test_a_parcel_of_which_a_part_may_be_finished_is_not_checked(changed: Any, says: str, turned: bool) -> None:
    found = both(second=changed, turned=turned)
    assert set(found) == set(MEASURES)
    for one in found.values():
        assert (one.actual, one.below) == (None, None) and one.reason is not None and says in one.reason.zh


def test_a_parcel_in_two_rows_has_the_area_of_both() -> None:
    found = both()
    assert found["far"].actual == pytest.approx(1.0, rel=1e-3) and found["far"].reason is None
    assert found["tax"].actual == pytest.approx(10, rel=1e-3)
    assert not both({"finished_on": None}, {"finished_on": "2025-01-01"}), "neither is finished"
    assert not both({"deregistered_on": "2023-07-01"}, {"deregistered_on": "2024-01-01"}), "both were given back"


@pytest.mark.parametrize("field", ["finished_on", "deregistered_on"])
def test_words_that_are_no_day_of_finishing_or_of_giving_back_are_not_checked(field: str) -> None:
    found = of({field: WORDS})
    assert set(found) == set(MEASURES) and {one.below for one in found.values()} == {None}
    assert all("填了但读不懂" in one.reason.zh for one in found.values() if one.reason is not None)
    assert not of({"finished_on": None, "deregistered_on": WORDS}), (
        "what is not finished is not asked whether it is over"
    )
    assert not of({"finished_on": WORDS, "deregistered_on": "2024-01-01"}), "what was given back is not asked either"


@pytest.mark.parametrize(
    ("field", "value", "measure"),
    [
        ("floor_area_m2", 1, "far"),
        ("contract_far", 2, "far"),
        ("invested_wanyuan", 1, "investment"),
        ("contract_investment_wanyuan_mu", 1, "investment"),
        ("contract_tax_wanyuan_mu", 1, "tax"),
    ],
)
def test_rows_that_differ_and_words_are_told_as_such_and_not_as_blank(field: str, value: float, measure: str) -> None:
    title = made([PARCEL])["parcels"].layer.fields[field].title.zh
    for second, says in ((value, f"同一宗地的几行{title}不同"), (WORDS, f"{title}填了但读不懂")):
        found = both(second={field: second})
        reasons = {name: one.reason.zh for name, one in found.items() if one.reason is not None}
        assert set(reasons) == {measure} and says in reasons[measure]
    assert both(second={field: None})[measure].reason is None, "a blank says nothing else"


def test_an_area_that_cannot_be_read_is_not_measured_instead() -> None:
    found = of({"area_ha": WORDS, "box": [0, 0, 100, 100]})
    assert {one.below for one in found.values()} == {None}
    assert all(one.reason is not None and "宗地面积填了但读不懂" in one.reason.zh for one in found.values())


@pytest.mark.parametrize(
    ("firms", "returns", "says"),
    [
        ([FIRM], [RETURN, {**RETURN, "tax_wanyuan": 400}], "1 家企业的 2023 年税收有几个不同的数（共 1 家）"),
        ([FIRM], [{**RETURN, "tax_wanyuan": WORDS}], "1 家企业的 2023 年税收填了但读不懂（共 1 家）"),
        ([FIRM], [{**RETURN, "year": 2022}], "1 家企业没有 2023 年的税收（共 1 家）"),
        ([FIRM, {**FIRM, "parcel_id": "Z2"}], [RETURN], "1 家企业同时登记在其他宗地上"),
        ([FIRM, {**FIRM, "parcel_id": "Z2", "left_on": WORDS}], [RETURN], "1 家企业同时登记在其他宗地上"),
        ([{**FIRM, "left_on": WORDS}], [RETURN], "1 家企业的迁入或迁出日期填了但读不懂"),
        ([FIRM, {"enterprise_id": "E2", "parcel_id": "Z1"}], [{**RETURN, "tax_wanyuan": WORDS}],
         "1 家企业没有 2023 年的税收（共 2 家）；1 家企业的 2023 年税收填了但读不懂（共 2 家）"),
    ],
)  # fmt: skip
def test_why_the_tax_of_a_parcel_is_not_known(firms: Any, returns: Any, says: str) -> None:
    one = of(firms=firms, returns=returns)["tax"]
    assert (one.actual, one.below) == (None, None) and one.reason is not None and says in one.reason.zh


def test_an_enterprise_counts_on_no_two_parcels() -> None:
    firms = [FIRM, {**FIRM, "parcel_id": "Z2"}, {"enterprise_id": "E2", "parcel_id": "Z3"}]
    parcels = [{**PARCEL, "parcel_id": name} for name in ("Z1", "Z2", "Z3")]
    layers = made(parcels, enterprises=firms, enterprise_stats=[RETURN, {**RETURN, "enterprise_id": "E2"}])
    found = {one.parcel.id: one.actual for one in compared(layers, ON, 2023) if one.measure == "tax"}
    assert found == {"Z1": None, "Z2": None, "Z3": pytest.approx(10)}
    left = of(firms=[FIRM, {**FIRM, "parcel_id": "Z2", "left_on": "2022-12-31"}])["tax"]
    assert left.actual == pytest.approx(10), "it was on the other parcel before the year"
