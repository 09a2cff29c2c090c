"""The class of a park and who answers for it: below, at and above every figure of the documents."""

from __future__ import annotations

from typing import Any

import pytest
from test_indicators import PACK, PARKS, dataset

from geoparks.indicators import figures
from geoparks.records import Indicator

YI = 10_000.0  # 亿元 in 万元


def of(rows: list[str], year: int = 2022, **layers: list[dict[str, Any]]) -> list[Indicator]:
    found, errors = figures(dataset(**layers), PACK, (year,), rows)
    assert errors == []
    return found


def park_with(output: float | None) -> dict[str, list[dict[str, Any]]]:
    return {"parks": PARKS, "park_stats": [{"park_id": "P1", "year": 2022, "output_wanyuan": output, "tax_wanyuan": 1}]}


@pytest.mark.parametrize(
    ("output", "expected"),
    [(150 * YI, "一类"), (150 * YI - 0.01, "二类"), (10 * YI, "二类"), (10 * YI - 0.01, None), (0, None), (None, None)],
)
def test_class_of_a_park(output: float | None, expected: str | None) -> None:
    (one,) = [found for found in of(["E03"], **park_with(output)) if found.id == "E03.class"]
    assert one.value == expected
    assert (one.reason is None) == (expected is not None)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (500 * YI, "自治区"),
        (500 * YI - 0.01, "盟市"),
        (100 * YI, "盟市"),
        (100 * YI - 0.01, "旗县"),
        (0, "旗县"),
        (None, None),
    ],
)
def test_who_answers_for_a_park(output: float | None, expected: str | None) -> None:
    (one,) = of(["E11"], **park_with(output))
    assert one.value == expected


@pytest.mark.parametrize(
    ("investment", "major", "expected"),
    [
        (50 * YI, "是", "自治区"),
        (50 * YI - 1, "是", "盟市"),
        (10 * YI, "是", "盟市"),
        (10 * YI - 1, "是", "旗县"),
        (None, "是", None),
    ],
)
def test_who_answers_for_a_major_project(investment: float | None, major: str, expected: str | None) -> None:
    project = {"project_id": "X1", "name": "项目", "major": major == "是", "investment_wanyuan": investment}
    (one,) = [found for found in of(["E11"], parks=PARKS, projects=[project]) if found.subject.layer == "projects"]
    assert one.value == expected
    assert (one.reason is None) == (expected is not None)


def test_a_project_that_is_not_major_has_no_tier() -> None:
    project = {"project_id": "X1", "name": "项目", "major": False, "investment_wanyuan": 80 * YI}
    assert [one for one in of(["E11"], parks=PARKS, projects=[project]) if one.subject.layer == "projects"] == []


@pytest.mark.parametrize(
    ("entered", "left", "counts"),
    [
        ("2022-12-31", None, 1),
        ("2023-01-01", None, 0),
        ("2010-01-01", "2022-12-31", 0),
        ("2010-01-01", "2023-01-01", 1),
        (None, None, 1),
    ],
)
def test_enterprises_in_the_park_at_the_end_of_the_year(entered: str | None, left: str | None, counts: int) -> None:
    firm = {"enterprise_id": "Q1", "name": "企业", "park_id": "P1", "entered_on": entered, "left_on": left}
    (one,) = [found for found in of(["E03"], parks=PARKS, enterprises=[firm]) if found.id == "E03.enterprises_count"]
    assert one.value == counts
