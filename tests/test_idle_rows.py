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
