"""Land supply by hand: by id and by space, in part, withdrawn, by day; and totals that do not change in pieces."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from test_indicators import PACK, PARKS, dataset

from geoparks.indicators import figures
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
    approvals: list[dict[str, Any]], parcels: list[dict[str, Any]], on: str = "2023-06-30", year: int = 2023
) -> dict[Any, Indicator]:
    made = dataset(parks=PARKS, approvals=approvals, parcels=parcels)
    made.on, made.year = dt.date.fromisoformat(on), year
    found, errors = figures(made, PACK, (year,), ["L01", "L02"])
    assert errors == []
    return {(one.id, one.subject.layer, one.year): one for one in found}


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
