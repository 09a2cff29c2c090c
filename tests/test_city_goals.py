"""Figures that the city's goals ask for: shares of parks, clusters, new energy, connections; and the goals themselves."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from audited import audit, firms, parks, returns
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indicators import ORDOS, dataset

from geoparks.goals import goal
from geoparks.records import Measurement, Subject

CITY = "鄂尔多斯市"
LIST = [
    {"industry_code": "26", "leading_industry": "煤化工", "cluster": "煤化工"},
    {"industry_code": "2651", "leading_industry": "新材料", "cluster": "新材料"},
    {"industry_code": "30", "leading_industry": "淘汰类水泥", "listed": "negative"},
]


def city(rows: str = "E05", **layers: Any) -> dict[str, Any]:
    return {name: one for (name, subject, _), one in audit(rows, pack=ORDOS, **layers).items() if subject == CITY}


@pytest.mark.parametrize(
    ("told", "value", "least"),
    [
        ((True, True), 1, None),
        ((True, False), 0.5, None),
        ((False, False), 0, None),
        ((True, None), None, 0.5),  # who does not say has not said no
        ((None, None), None, 0),
    ],
)
def test_shares_of_parks(told: tuple[bool | None, ...], value: float | None, least: float | None) -> None:
    some = [
        {**park, "smart_park": one, "green_park": one, "circular_done": one}
        for park, one in zip(parks(2), told, strict=True)
    ]
    found = city(parks=some)
    for name in ("E05.smart_share", "E05.green_share", "E05.circular_share"):
        assert (found[name].value, found[name].at_least, found[name].denominator) == (value, least, 2)


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [("5G、供热", "供热、5G基站", 1), ("5G", "供热", 0.5), ("5G", None, None), ("未覆盖5G", "5G", 0.5)],
)
def test_shares_of_parks_by_their_facilities(first: str | None, second: str | None, value: float | None) -> None:
    some = [{**park, "infrastructure": one} for park, one in zip(parks(2), (first, second), strict=True)]
    assert city(parks=some)["E05.network_share"].value == value


def clusters(enterprises: list[dict[str, Any]], stats: list[dict[str, Any]], **layers: Any) -> Any:
    return city(parks=parks(2), enterprises=enterprises, enterprise_stats=stats, industry_groups=LIST, **layers)[
        "E05.cluster_coal_chemical"
    ]


def coded(*codes: str | None) -> list[dict[str, Any]]:
    return [{**one, "industry_code": code} for one, code in zip(firms(*["P1"] * len(codes)), codes, strict=True)]


def test_a_cluster_is_the_output_of_its_enterprises() -> None:
    one = clusters(coded("2614", "C2625", "2651", "3021", "4411"), returns(100, 20, 7, 5, 3))
    assert one.value == 120  # the longest code of the list decides; what the list puts into no cluster is in none


@pytest.mark.parametrize(
    ("code", "made", "value", "least"),
    [
        (None, 5, None, 100),  # it could be of the cluster
        (None, 0, 100, None),
        ("2614", None, None, 100),
        ("2651", None, 100, None),  # of another one, whatever it made
    ],
)
def test_who_is_not_known_leaves_a_lower_bound(
    code: str | None, made: float | None, value: float | None, least: float | None
) -> None:
    one = clusters(coded("2614", code), returns(100, made))
    assert (one.value, one.at_least) == (value, least)


def test_who_left_came_later_or_is_in_no_park_of_the_city_is_in_no_cluster() -> None:
    for changed in ({"left_on": "2021-12-31"}, {"entered_on": "2023-01-01"}, {"park_id": "P9"}):
        some = coded("2614", "2614")
        some[1] |= changed
        assert clusters(some, returns(100, 50)).value == 100


def test_rows_of_an_enterprise() -> None:
    assert clusters(coded("2614") * 2, returns(100) * 2).value == 100
    assert clusters(coded("2614"), returns(100) + returns(120)).value is None
    other = [*coded("2614"), {**coded("3021")[0]}]
    assert clusters(other, returns(100)).value is None  # its rows name two industries


def test_without_the_offices_list_there_are_no_clusters() -> None:
    found = city(parks=parks(1), enterprises=coded("2614"), enterprise_stats=returns(1))
    assert found["E05.cluster_coal_chemical"].value is None
    found = city(
        parks=parks(1),
        enterprises=coded("2614"),
        enterprise_stats=returns(1),
        industry_groups=[{"industry_code": "26", "leading_industry": "煤化工"}],
    )
    assert "没有把行业列入煤化工集群" in found["E05.cluster_coal_chemical"].reason.zh


@pytest.mark.parametrize(
    ("upper", "lower", "value"), [(40, 80, 0.5), (0, 80, 0), (None, 80, None), (40, 0, None), (40, None, None)]
)
def test_new_energy_and_high_tech(upper: float | None, lower: float | None, value: float | None) -> None:
    stats = [
        {"park_id": "P1", "year": 2022, "new_energy_kwh": upper, "electricity_kwh": lower, "high_tech_output_wanyuan": upper, "output_wanyuan": lower},
        {"park_id": "P1", "sub_park_id": "S1", "year": 2022, "new_energy_kwh": upper, "electricity_kwh": lower},
    ]  # fmt: skip
    found = audit(
        "E05 E10",
        pack=ORDOS,
        parks=parks(1),
        park_stats=stats,
        sub_parks=[{"sub_park_id": "S1", "park_id": "P1", "box": [0, 0, 9, 9]}],
    )
    for name, subject in (
        ("E05.high_tech_output_share", "P1"),
        ("E10.new_energy_share", "P1"),
        ("E10.new_energy_share", "S1"),
    ):
        assert found[name, subject, 2022].value == value


@pytest.mark.parametrize(
    ("output", "listed", "value", "least", "there"),
    [
        (1_500_000, "供电、供水、通路", 0, None, True),
        (1_500_000, "供电", 2, None, True),
        (1_500_000, None, None, 0, True),  # no list: nobody said that they are missing
        (1_499_999.99, "供电", None, None, False),
        (None, "供电", None, None, True),  # its class is not known
    ],
)
def test_connections_of_class_one_parks(
    output: float | None, listed: str | None, value: int | None, least: int | None, there: bool
) -> None:
    spec = ORDOS.indicators["E15.connections_missing"]
    given_ = dataclasses.replace(spec, parameters={"items": ["供电", "供水", "通路"]})
    pack = dataclasses.replace(ORDOS, indicators={**ORDOS.indicators, spec.id: given_})
    stats = [{"park_id": "P1", "year": 2022, "output_wanyuan": output, "tax_wanyuan": 1}]
    found = audit("E15", pack=pack, parks=[{**parks(1)[0], "infrastructure": listed}], park_stats=stats)
    one = found.get((spec.id, "P1", 2022))
    assert (one is not None) == there
    if one is not None:
        assert (one.value, one.at_least) == (value, least)


CLAUSES = {one.target: one for one in ORDOS.clauses if one.target}
MADE = dataset(parks=parks(1))
MADE.on = dt.date(2026, 6, 30)


def held(target: str, series: dict[int, tuple[float, float]], year: int) -> Any:
    measurement = Measurement(
        Subject("parks", "P1"), "target_missed", figure=CLAUSES[target].figure, series=series, year=year
    )
    return goal(measurement, CLAUSES[target], ORDOS, MADE)


def test_of_a_base_that_is_not_known_no_multiple_is_given() -> None:
    one = held("per_mu_2025", {2021: (100, float("inf")), 2025: (300, 300)}, 2025)
    assert (one.value, one.at_least, one.goal.reached, one.goal.gap) == (None, None, None, None)
    one = held("per_mu_2025", {2021: (100, 100), 2025: (300, float("inf"))}, 2025)
    assert (one.value, one.at_least, one.goal.reached) == (None, 3, True)


@pytest.mark.parametrize(
    ("year", "shown", "value"), [(2025, 2025, None), (2026, 2025, None), (2024, 2024, 7e7), (2023, 2023, 1e7)]
)
def test_the_year_that_a_goal_shows(year: int, shown: int, value: float | None) -> None:
    """Before it is due the latest known figure; once the run has come to it, its own year or none."""
    one = held("total_2025", {2023: (1e7, 1e7), 2024: (7e7, 7e7)}, year)
    assert (one.year, one.value) == (shown, value)
    assert one.goal.reached == (None if value is None else False)


@settings(max_examples=100, deadline=None)
@given(st.floats(1, 1e9))
def test_gap_and_verdict_agree(figure: float) -> None:
    one = held("total_2025", {2025: (figure, figure)}, 2025)
    assert one.goal.gap == figure - 70_000_000
    assert one.goal.reached == (one.goal.gap > 0)
