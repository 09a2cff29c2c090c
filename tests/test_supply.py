"""Land supply by hand: by id and by space, in part, withdrawn, by day; and totals that do not change in pieces."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indicators import PACK, PARKS, dataset

import geoparks as gp
from geoparks.catalog.policy import Pack
from geoparks.indicators import figures
from geoparks.measure.stock import years_before
from geoparks.records import Indicator

APPROVAL = {
    "approval_id": "A1",
    "park_id": "P1",
    "county": "某旗",
    "approved_on": "2021-05-01",
    "approved_area_ha": 10,
    "box": [0, 0, 1000, 100],
}
PARCEL = {
    "parcel_id": "Z1",
    "park_id": "P1",
    "approval_id": "A1",
    "supplied_on": "2022-03-01",
    "area_ha": 4,
    "box": [0, 0, 400, 100],
}


def of(
    approvals: list[dict[str, Any]],
    parcels: list[dict[str, Any]],
    on: str = "2023-06-30",
    year: int = 2023,
    pack: Pack = PACK,
    **more: list[dict[str, Any]],
) -> dict[Any, Indicator]:
    """Figures by id, layer of the subject and year; of the parks, those of P1."""
    found = everything(approvals, parcels, on, year, pack, **more)
    return {(one.id, one.subject.layer, one.year): one for one in found if one.subject.id in ("P1", "某旗", "某市", "")}


def everything(
    approvals: list[dict[str, Any]],
    parcels: list[dict[str, Any]],
    on: str = "2023-06-30",
    year: int = 2023,
    pack: Pack = PACK,
    **more: list[dict[str, Any]],
) -> list[Indicator]:
    layers = {"parks": PARKS, "approvals": approvals, "parcels": parcels, **more}
    made = dataset(**{name: rows for name, rows in layers.items() if rows})
    made.on, made.year = dt.date.fromisoformat(on), year
    found, errors = figures(made, pack, (year,), ["L01", "L02", "L04"])
    assert errors == []
    assert all(one.reason is not None for one in found if one.value is None)
    return found


def using(**values: float) -> Pack:
    """The pack with some settings of the workspace's own."""
    own = {name: replace(PACK.settings[name], value=value) for name, value in values.items()}
    return replace(PACK, settings={**PACK.settings, **own})


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 0.4),
        ({"approval_id": None}, 0.4),  # by space: the parcel lies in the approval
        ({"approval_id": None, "box": [900, 0, 1300, 100]}, 0.1),  # a quarter of it lies in the approval
        ({"approval_id": "A9", "box": [0, 0, 200, 100]}, 0.2),  # an id that no approval has: by space
        ({"supplied_on": "2023-06-30"}, 0.4),
        ({"supplied_on": "2023-07-01"}, 0.0),  # after the day
        ({"area_ha": None}, 0.4),  # measured
    ],
)
def test_supplied_by_id_by_space_and_by_day(changed: dict[str, Any], expected: float) -> None:
    one = of([APPROVAL], [{**PARCEL, **changed}])["L01.supply_ratio", "parks", 2021]
    assert one.value == pytest.approx(expected, rel=2e-3)
    assert one.denominator == pytest.approx(150)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"withdrawn_area_ha": 2, "withdrawn_on": "2023-01-01"}, 0.5),
        ({"withdrawn_area_ha": 2, "withdrawn_on": "2023-07-01"}, 0.4),  # not yet
        ({"withdrawn_area_ha": 2}, 0.5),
        ({"withdrawn_on": "2023-01-01", "approved_area_ha": None}, None),  # the same where its area is measured
        ({"withdrawn_on": "2023-01-01"}, None),  # wholly withdrawn: nothing to divide by
        ({"approved_on": "2023-07-01"}, None),  # not yet approved
    ],
)
def test_what_is_withdrawn_is_taken_off(changed: dict[str, Any], expected: float | None) -> None:
    found = of([{**APPROVAL, **changed}], [PARCEL])
    one = found.get(("L01.supply_ratio", "parks", 2021))
    assert (one.value if one is not None else None) == (None if expected is None else pytest.approx(expected))


def test_the_pooled_ratio_is_no_mean_of_ratios_and_has_five_years() -> None:
    years = [(2018, 10, 10), (2019, 10, 5), (2021, 40, 10), (2023, 50, 0)]
    approvals, parcels = [], []
    for i, (year, area, supplied) in enumerate(years):
        approvals.append(
            {
                **APPROVAL,
                "approval_id": f"A{i}",
                "approved_on": f"{year}-01-01",
                "approved_area_ha": area,
                "box": [0, i * 200, 1000, i * 200 + 100],
            }
        )
        parcels.append(
            {
                **PARCEL,
                "parcel_id": f"Z{i}",
                "approval_id": f"A{i}",
                "area_ha": supplied,
                "box": [0, i * 200, 10, i * 200 + 10],
            }
        )
    one = of(approvals, parcels)["L01.supply_ratio_5y", "parks", 2023]
    assert one.value == pytest.approx(15 / 100)  # 2019 … 2023


def test_unsupplied_is_summed_by_approval_and_unused_by_parcel() -> None:
    approvals = [APPROVAL, {**APPROVAL, "approval_id": "A2", "approved_area_ha": 1, "box": [0, 200, 100, 300]}]
    parcels = [
        PARCEL,
        {
            **PARCEL,
            "parcel_id": "Z2",
            "approval_id": "A2",
            "area_ha": 3,
            "started_on": "2023-01-01",
            "box": [0, 200, 10, 210],
        },
    ]
    found = of(approvals, parcels)
    assert found["L02.unsupplied_mu", "parks", 2023].value == pytest.approx(90)  # six hectares; the second has too much
    assert found["L02.unused_mu", "parks", 2023].value == pytest.approx(60)  # the first parcel, not begun


def test_without_parcels_nothing_is_known_to_be_supplied() -> None:
    found = of([APPROVAL], [{**PARCEL, "supplied_on": None}])
    one = found["L01.supply_ratio", "parks", 2021]
    assert one.value is None
    assert one.reason is not None


def test_splitting_parcels_changes_no_ratio() -> None:
    pieces = [
        {**PARCEL, "parcel_id": f"Z{i}", "approval_id": None, "area_ha": None, "box": [i * 50, 0, i * 50 + 50, 100]}
        for i in range(8)
    ]
    whole = of([APPROVAL], [{**PARCEL, "approval_id": None, "area_ha": None}])["L01.supply_ratio", "parks", 2021]
    assert of([APPROVAL], pieces)["L01.supply_ratio", "parks", 2021].value == pytest.approx(
        whole.value, rel=1e-6
    )  # edges are densified from other corners


@pytest.mark.parametrize("name", ["L01.supply_ratio", "L02.unsupplied_mu", "L02.unused_mu"])
def test_a_supplied_parcel_without_an_area_leaves_the_figure_open(name: str) -> None:
    started = {**PARCEL, "parcel_id": "Z2", "started_on": "2022-06-01"}
    shapeless = {**{name: PARCEL[name] for name in PARCEL if name != "box"}, "area_ha": None}
    found = of([APPROVAL], [shapeless, started])
    one = next(one for one in found.values() if one.id == name and one.subject.layer == "parks")
    assert one.value is None
    assert one.reason is not None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 60.0),
        ({"started_on": "2023-07-01"}, 60.0),  # the day after
        ({"started_on": "2023-06-30"}, 0.0),
        ({"finished_on": "2023-06-30"}, 0.0),  # finished with no day of beginning on record
    ],
)
def test_what_has_begun_or_is_finished_is_not_unused(changed: dict[str, Any], expected: float) -> None:
    other = {**PARCEL, "parcel_id": "Z2", "started_on": "2022-06-01"}
    found = of([APPROVAL], [{**PARCEL, **changed}, other])
    assert found["L02.unused_mu", "parks", 2023].value == pytest.approx(expected)


def test_without_days_of_beginning_nothing_is_called_unused() -> None:
    one = of([APPROVAL], [PARCEL])["L02.unused_mu", "parks", 2023]
    assert one.value is None
    assert one.reason is not None


RATIO, POOLED = ("L01.supply_ratio", "parks", 2021), ("L01.supply_ratio_5y", "parks", 2023)
WITHOUT = {name: PARCEL[name] for name in PARCEL if name != "box"}  # a parcel without a shape


@pytest.mark.parametrize(
    ("approved_on", "counts"),
    [("2018-12-31", False), ("2019-01-01", True), ("2023-06-30", True), ("2023-07-01", False)],
)
def test_the_edges_of_the_five_years(approved_on: str, counts: bool) -> None:
    one = of([{**APPROVAL, "approved_on": approved_on}], [PARCEL])[POOLED]
    assert one.value == (pytest.approx(0.4) if counts else None)


def test_the_pooled_ratio_is_told_for_every_year_with_approvals_in_its_window() -> None:
    found = of(
        [{**APPROVAL, "approved_on": "2015-03-01"}, {**APPROVAL, "approval_id": "A2", "box": [0, 200, 1000, 300]}],
        [PARCEL],
    )
    values = {
        year: one.value
        for (name, layer, year), one in found.items()
        if (name, layer) == ("L01.supply_ratio_5y", "parks")
    }
    assert set(values) == {2015, 2016, 2017, 2018, 2019, 2021, 2022, 2023}
    assert (values[2015], values[2019], values[2021]) == (pytest.approx(0.4), pytest.approx(0.4), 0.0)


def test_the_definition_is_printed_with_the_number() -> None:
    one = of([APPROVAL], [PARCEL])[POOLED]
    for words in ("2019—2023", "2023-06-30", "扣除撤回", "不可供面积计入", "不是各年比率的平均", "土地供应率"):
        assert words in one.formula.zh


@pytest.mark.parametrize(
    ("changed", "value", "ratio", "left"),
    [
        (1, 2, 0.4, 90),
        (0, 2, 0.5, 60),
        (0, 6, 1.0, 0),  # less than what was supplied is left to be divided by
        (0, None, None, None),
        (1, None, 0.4, 90),
    ],
)
def test_land_that_cannot_be_supplied_is_taken_off_by_a_setting(
    changed: int, value: float | None, ratio: float | None, left: float | None
) -> None:
    found = of([{**APPROVAL, "unsuppliable_area_ha": value}], [PARCEL], pack=using(unsuppliable_land_counts=changed))
    assert found[RATIO].value == (None if ratio is None else pytest.approx(ratio))
    assert found["L02.unsupplied_mu", "parks", 2023].value == (None if left is None else pytest.approx(left))


def test_both_kinds_of_approval_count() -> None:
    alone = {**APPROVAL, "approval_id": "A2", "approval_kind": "单独选址", "box": [0, 200, 1000, 300]}
    assert of([APPROVAL, alone], [PARCEL])[RATIO].value == pytest.approx(0.2)


BLOCKS = [
    {"block_id": "K1", "park_id": "P1", "box": [0, 0, 600, 100]},
    {"block_id": "K2", "park_id": "P2", "box": [600, 0, 1000, 100]},
]


@pytest.mark.parametrize(("west", "holds"), [(0, True), (99, True), (101, False), (700, False)])
def test_an_approval_without_a_park_is_the_parks_that_holds_most_of_it(west: float, holds: bool) -> None:
    nameless = {**APPROVAL, "park_id": None, "box": [west, 0, west + 1000, 100]}
    one = of([nameless], [{**PARCEL, "approval_id": "A1"}], blocks=BLOCKS)
    assert ("不在任何园区" in one["L01.supply_ratio", "region", 2021].source.zh) != holds
    assert (RATIO in one) == holds
    assert one["L01.supply_ratio", "region", 2021].value == pytest.approx(0.4)


def test_a_parcel_over_two_approvals_counts_for_each_by_area_and_land_approved_twice_once() -> None:
    approvals = [
        {**APPROVAL, "approved_area_ha": None, "box": [0, 0, 500, 100]},
        {
            **APPROVAL,
            "approval_id": "A2",
            "approved_on": "2022-05-01",
            "approved_area_ha": None,
            "box": [300, 0, 1000, 100],
        },
    ]
    parcel = {**PARCEL, "approval_id": None, "area_ha": None, "supplied_on": "2022-06-01", "box": [200, 0, 800, 100]}
    found = of(approvals, [parcel])
    first, second = found[RATIO], found["L01.supply_ratio", "parks", 2022]
    assert (first.numerator, second.numerator) == (pytest.approx(45, rel=1e-3), pytest.approx(45, rel=1e-3))
    gone = of([{**approvals[0], "withdrawn_on": "2022-05-02"}, approvals[1]], [parcel])
    assert gone["L01.supply_ratio", "parks", 2022].numerator == pytest.approx(75, rel=1e-3)  # the second has it all


def test_a_parcel_that_is_in_no_ratio_is_told() -> None:
    one = of([APPROVAL], [PARCEL, {**WITHOUT, "parcel_id": "Z2", "approval_id": None}])[POOLED]
    assert one.value == pytest.approx(0.4)
    assert "1 宗已供宗地没有（有效的）批准编号，也没有图形" in one.source.zh
    one = of([APPROVAL], [PARCEL, {**PARCEL, "parcel_id": "Z2", "approval_id": None, "box": [900, 0, 1100, 100]}])[
        POOLED
    ]
    assert one.value == pytest.approx(0.5, rel=2e-3)
    assert "亩不在任何批准用地内" in one.source.zh
    assert (
        "1 宗没有供地日期"
        in of([APPROVAL], [PARCEL, {**PARCEL, "parcel_id": "Z2", "supplied_on": None}])[POOLED].source.zh
    )


def test_what_is_supplied_beyond_an_approval_is_told_and_leaves_nothing_open() -> None:
    found = of([APPROVAL], [{**PARCEL, "area_ha": 12}])
    assert found[RATIO].value == pytest.approx(1.2)
    assert "1 个批次已供面积大于批准面积，共多 30 亩" in found[RATIO].source.zh
    assert found["L02.unsupplied_mu", "parks", 2023].value == 0


@pytest.mark.parametrize(
    ("second", "supplied"),
    [
        ({}, 60),  # drawn twice: once
        ({"box": [500, 0, 600, 100], "area_ha": 1}, 75),  # two pieces, each with its own area
        ({"box": [400, 0, 600, 100], "area_ha": 4}, 60),  # two pieces that both state the area of the whole
    ],
)
def test_rows_of_one_parcel(second: dict[str, Any], supplied: float) -> None:
    first = {**PARCEL, "box": [0, 0, 200, 100]} if second.get("area_ha") == 4 else PARCEL
    for rows in ([first, {**PARCEL, **second}], [{**PARCEL, **second}, first]):
        assert of([APPROVAL], rows)[RATIO].numerator == pytest.approx(supplied, rel=1e-3)


@pytest.mark.parametrize(("area", "supplied"), [(4, 60), (3, None), (None, 60)])
def test_rows_of_one_parcel_of_which_one_has_no_shape(area: float | None, supplied: float | None) -> None:
    again = {**WITHOUT, "area_ha": area}
    for rows in ([PARCEL, again], [again, PARCEL]):
        one = of([APPROVAL], rows)[RATIO]
        assert one.numerator == (None if supplied is None else pytest.approx(supplied))
        assert (one.value is None) == (supplied is None)


@pytest.mark.parametrize("missing", ["approvals", "parcels"])
def test_without_a_layer_there_is_no_number_and_the_reason_names_it(missing: str) -> None:
    found = of(*([] if missing == name else [row] for name, row in (("approvals", APPROVAL), ("parcels", PARCEL))))
    assert {
        one.value for (name, layer, _), one in found.items() if layer == "region" and name != "L02.unused_count"
    } == {None}
    told = found["L01.supply_ratio_5y", "region", 2023].reason.zh
    assert ("批准用地" if missing == "approvals" else "宗地") in told


def test_a_withdrawal_of_zero_on_a_day_contradicts_itself() -> None:
    one = of([{**APPROVAL, "withdrawn_on": "2023-01-01", "withdrawn_area_ha": 0}], [PARCEL])[RATIO]
    assert one.value is None
    assert "撤回面积为零" in one.reason.zh


def test_more_withdrawn_than_approved_is_the_whole() -> None:
    one = of([{**APPROVAL, "withdrawn_on": "2023-01-01", "withdrawn_area_ha": 12}], [PARCEL])[RATIO]
    assert (one.value, one.denominator) == (None, 0)
    assert "整件撤回的批次仍有已供宗地 60 亩" in one.source.zh


def test_by_county_league_and_region() -> None:
    counties = [{"code": "150699", "name": "某旗", "league": "鄂尔多斯市", "box": [-500, -500, 5000, 5000]}]
    there = {**APPROVAL, "approval_id": "A2", "park_id": None, "county": None, "box": [0, 200, 1000, 300]}  # by space
    code = {**APPROVAL, "approval_id": "A3", "county": "150699", "box": [0, 400, 1000, 500]}
    found = everything([APPROVAL, there, code], [PARCEL], counties=counties)
    values = {
        one.subject.layer: (one.subject.id, one.value)
        for one in found
        if (one.id, one.year) == ("L01.supply_ratio_5y", 2023)
    }
    assert values["parks"] == ("P1", pytest.approx(0.2))
    for layer, name in (("counties", "某旗"), ("leagues", "鄂尔多斯市"), ("region", "")):
        assert values[layer] == (name, pytest.approx(0.4 / 3))


@pytest.mark.parametrize(
    ("approved_on", "supplied_on", "old", "unused_old"),
    [("2021-06-30", "2021-07-30", 90, 0), ("2021-07-01", "2021-07-02", 0, 0), ("2020-01-01", "2021-06-30", 90, 60)],
)
def test_two_years_are_full_on_the_anniversary(
    approved_on: str, supplied_on: str, old: float, unused_old: float
) -> None:
    other = {**PARCEL, "parcel_id": "Z2", "approval_id": None, "started_on": "2022-06-01", "box": [0, 900, 10, 910]}
    found = of([{**APPROVAL, "approved_on": approved_on}], [{**PARCEL, "supplied_on": supplied_on}, other])
    assert found["L02.unsupplied_old_mu", "parks", 2023].value == pytest.approx(old)
    assert found["L02.unused_old_mu", "parks", 2023].value == pytest.approx(unused_old)
    days = (dt.date(2023, 6, 30) - dt.date.fromisoformat(approved_on)).days
    assert found["L02.unsupplied_age_days", "parks", 2023].value == pytest.approx(days)
    assert found["L02.unsupplied_count", "parks", 2023].value == 1


def test_the_day_so_many_years_before() -> None:
    assert years_before(dt.date(2024, 2, 29), 1) == np.datetime64("2023-02-28")
    assert years_before(dt.date(2024, 2, 29), 4) == np.datetime64("2020-02-29")


def test_land_that_was_taken_back_is_not_supplied_and_unused() -> None:
    begun = {**PARCEL, "parcel_id": "Z2", "started_on": "2022-06-01"}
    back = {**PARCEL, "disposal": "compensated_recovery", "disposed_on": "2023-06-30"}
    assert of([APPROVAL], [begun, back])["L02.unused_mu", "parks", 2023].value == 0
    later = {**back, "disposed_on": "2023-07-01"}
    assert of([APPROVAL], [begun, later])["L02.unused_mu", "parks", 2023].value == pytest.approx(60)


DISPOSED = ("L02.disposed_mu", "parks", 2023)


@pytest.mark.parametrize(
    ("approval", "parcel", "expected", "stock"),
    [
        ({}, {"supplied_on": "2023-01-01"}, 60, 150),
        ({}, {"supplied_on": "2022-12-31"}, 0, 90),
        ({}, {"supplied_on": "2023-06-30"}, 60, 150),
        ({}, {"supplied_on": "2023-07-01"}, 0, 150),  # after the day
        ({}, {"supplied_on": "2023-02-01", "area_ha": 12}, 150, 150),  # no more than there was
        ({"withdrawn_area_ha": 3, "withdrawn_on": "2023-02-01"}, {}, 45, 90),
        ({"withdrawn_area_ha": 3, "withdrawn_on": "2022-12-31"}, {}, 0, 45),
        ({"withdrawn_on": "2023-02-01"}, {}, 90, 90),  # the whole: what was not supplied of it
        ({"approved_on": "2022-12-31"}, {"supplied_on": "2023-02-01"}, 60, 150),
        ({"approved_on": "2023-01-01"}, {"supplied_on": "2023-02-01"}, None, None),  # nothing stood open
    ],
)
def test_disposed_of_in_the_year(
    approval: dict[str, Any], parcel: dict[str, Any], expected: float | None, stock: float | None
) -> None:
    task = [{"year": 2023, "county": "某旗", "park_id": "P1", "unsupplied_task_mu": 120}]
    found = of([{**APPROVAL, **approval}], [{**PARCEL, **parcel}], tasks=task)
    rates = [found[name, "parks", 2023] for name in ("L02.disposal_rate", "L02.disposal_rate_of_stock")]
    if expected is None or stock is None:
        assert [found[DISPOSED].value, *(one.value for one in rates)] == [None, None, None]
    else:
        assert found[DISPOSED].value == pytest.approx(expected)
        assert [one.value for one in rates] == [pytest.approx(expected / 120), pytest.approx(expected / stock)]


@pytest.mark.parametrize(
    ("tasks", "why"),
    [
        ([], "没有“处置任务”图层"),
        ([{"year": 2022, "county": "某旗", "unsupplied_task_mu": 50}], "没有下达处置任务"),
        ([{"year": 2023, "county": "某旗", "unsupplied_task_mu": 0}], "分母为零"),
        ([{"year": 2023, "county": "某旗", "unsupplied_task_mu": one} for one in (50, 60)], "几行处置任务不同"),
    ],
)
def test_without_a_task_there_is_no_rate(tasks: list[dict[str, Any]], why: str) -> None:
    one = of([APPROVAL], [{**PARCEL, "supplied_on": "2023-01-01"}], tasks=tasks)["L02.disposal_rate", "counties", 2023]
    assert one.value is None
    assert one.numerator == pytest.approx(60)
    assert why in one.reason.zh


def test_the_tasks_of_a_region_are_those_of_its_counties() -> None:
    tasks = [{"year": 2023, "county": name, "unsupplied_task_mu": 60} for name in ("某旗", "另一旗")]
    other = {**APPROVAL, "approval_id": "A2", "county": "另一旗", "park_id": None, "box": [0, 200, 1000, 300]}
    parcel = {**PARCEL, "supplied_on": "2023-01-01"}
    assert of([APPROVAL, other], [parcel], tasks=tasks)["L02.disposal_rate", "region", 2023].value == pytest.approx(0.5)
    one = of([APPROVAL, other], [parcel], tasks=tasks[:1])["L02.disposal_rate", "region", 2023]
    assert one.value is None
    assert "另一旗" in one.reason.zh


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"reused_on": "2022-12-31"}, 0),
        ({"reused_on": "2023-01-01"}, 60),
        ({"reused_on": "2023-01-01", "reused_area_ha": 1}, 15),
        ({"reused_on": "2023-06-30", "area_ha": None}, 60),  # measured
        ({"reused_on": "2023-07-01"}, 0),  # after the day
    ],
)
def test_land_reused_in_the_year_and_no_reward_where_nobody_set_a_share(
    changed: dict[str, Any], expected: float
) -> None:
    found = of([APPROVAL], [{**PARCEL, "reuse_way": "收购储备", **changed}])
    for layer in ("parks", "counties", "region"):
        assert found["L04.reused_mu", layer, 2023].value == pytest.approx(expected, rel=1e-3)
        assert found["L04.reward_mu", layer, 2023].value is None
        assert found["L04.reward_mu", layer, 2023].reason.zh == "没有奖励比例：由主管部门确定"
    paid = of([APPROVAL], [{**PARCEL, **changed}], pack=using(reuse_reward_share=0.5))
    assert paid["L04.reward_mu", "region", 2023].value == pytest.approx(expected / 2, rel=1e-3)


def test_reuse_without_days_or_areas_is_left_open() -> None:
    assert of([APPROVAL], [PARCEL])["L04.reused_mu", "parks", 2023].value is None
    bare = {**WITHOUT, "area_ha": None, "reused_on": "2023-02-01"}
    assert of([APPROVAL], [PARCEL, {**bare, "parcel_id": "Z2"}])["L04.reused_mu", "parks", 2023].value is None


_AREAS = st.lists(st.floats(0.01, 50), min_size=1, max_size=5)


def _made(
    approved: list[float], supplied: list[float], pieces: int = 1, scale: float = 1
) -> tuple[list[Any], list[Any]]:
    approvals = [
        {**APPROVAL, "approval_id": f"A{i}.{k}", "approved_on": f"{2019 + i}-05-01", "approved_area_ha": area * scale / pieces, "box": [0, i * 200 + k, 100, i * 200 + k + 1]}
        for i, area in enumerate(approved)
        for k in range(pieces)
    ]  # fmt: skip
    parcels = [
        {**PARCEL, "parcel_id": f"Z{i}.{k}", "approval_id": f"A{i}.{k}", "supplied_on": "2023-05-01", "area_ha": area * scale / pieces, "box": [0, i * 200 + k, 100, i * 200 + k + 1]}
        for i, area in enumerate(supplied[: len(approved)])
        for k in range(pieces)
    ]  # fmt: skip
    return approvals, parcels


def _values(found: dict[Any, Indicator], but: str = "_count") -> dict[Any, Any]:
    return {
        key: pytest.approx(one.value, rel=1e-6, abs=1e-6) if isinstance(one.value, float) else None
        for key, one in found.items()
        if but not in key[0]
    }


@settings(max_examples=15, deadline=None)
@given(_AREAS, _AREAS, st.integers(2, 4), st.randoms())
def test_neither_pieces_nor_the_order_of_rows_change_a_total(
    approved: list[float], supplied: list[float], pieces: int, random: Any
) -> None:
    whole = of(*_made(approved, supplied))
    approvals, parcels = _made(approved, supplied, pieces)
    random.shuffle(approvals)
    random.shuffle(parcels)
    cut = of(approvals, parcels)
    assert {key: cut[key].value for key in _values(whole)} == _values(whole)


@settings(max_examples=10, deadline=None)
@given(_AREAS, _AREAS, st.floats(0.1, 10))
def test_scaling_areas_changes_no_ratio(approved: list[float], supplied: list[float], scale: float) -> None:
    once, scaled = of(*_made(approved, supplied)), of(*_made(approved, supplied, scale=scale))
    for key, one in once.items():
        if one.unit == "ratio":
            assert scaled[key].value == (None if one.value is None else pytest.approx(one.value))


def test_the_demonstration_by_hand(tmp_path: Any) -> None:
    """The figures of one park and of the region, straight from the tables with pandas."""
    from geoparks.demo import make

    make(tmp_path / "demo")
    content = gp.supply(tmp_path / "demo", year=2023, on="2024-06-30", policy_pack="neimenggu").to_dict()
    assert content["errors"] == []
    told = {(one["id"], one["subject"]["id"], one["year"]): one["value"] for one in content["indicators"]}
    workspace = gp.open(tmp_path / "demo")
    approvals = pd.DataFrame(workspace.layer("approvals").drop(columns="geometry"))
    parcels = pd.DataFrame(workspace.layer("parcels").drop(columns="geometry"))
    parcels = parcels[pd.to_datetime(parcels["supplied_on"]) <= "2024-06-30"]
    approvals["supplied"] = approvals["approval_id"].map(parcels.groupby("approval_id")["area_ha"].sum()).fillna(0)
    approvals["net"] = approvals["approved_area_ha"] - approvals["withdrawn_area_ha"]
    approvals["year"] = pd.to_datetime(approvals["approved_on"]).dt.year
    some = approvals[(approvals["park_id"] == "YQ06") & approvals["year"].between(2019, 2023)]
    assert told["L01.supply_ratio_5y", "YQ06", 2023] == pytest.approx(some["supplied"].sum() / some["net"].sum())
    some = approvals[approvals["park_id"] == "YQ06"]
    left = (some["net"] - some["supplied"]).clip(lower=0).sum() * 15
    assert told["L02.unsupplied_mu", "YQ06", 2023] == pytest.approx(left)
    year = pd.to_datetime(parcels["supplied_on"]).dt.year == 2023
    of_year = parcels[year]["approval_id"].map(approvals.set_index("approval_id")["park_id"]) == "YQ06"
    before = parcels[year]["approval_id"].map(approvals.set_index("approval_id")["year"]) < 2023
    assert told["L02.disposed_mu", "YQ06", 2023] == pytest.approx(parcels[year][of_year & before]["area_ha"].sum() * 15)
