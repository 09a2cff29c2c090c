"""Figures of national development zones and of high-tech zones: growth from its base year, ranks as given, the region only whole."""

from __future__ import annotations

from typing import Any

import pytest
from audited import Rows, audit
from casebook import CATALOGUE

LEAGUES = CATALOGUE.codes["league"].values


def zone(zone_class: str = "national_etdz", name: str = "P1", league: str = "呼和浩特市") -> dict[str, Any]:
    return {"park_id": name, "name": f"园区{name}", "zone_class": zone_class, "league": league}


def etdz(stats: Rows, year: int = 2027, **layers: Any) -> dict[str, Any]:
    rows = [{"park_id": "P1", **one} for one in stats]
    found = audit("E12", years=(year,), parks=[zone()], park_stats=rows, **layers)
    return {name.removeprefix("E12."): one for (name, subject, _), one in found.items() if subject == "P1"}


def test_growth_is_the_mean_of_the_years_since_the_base() -> None:
    found = etdz(
        [
            {"year": 2023, "gdp_wanyuan": 1000, "output_wanyuan": 1000},
            {"year": 2027, "gdp_wanyuan": 1464.1, "output_wanyuan": 2000},
        ]
    )
    assert found["gdp_growth"].value == pytest.approx(0.1)
    assert found["output_growth"].value == pytest.approx(2**0.25 - 1)
    assert (found["gdp_growth"].numerator, found["gdp_growth"].denominator) == (1464.1, 1000)


@pytest.mark.parametrize(
    ("then", "now", "year"),
    [
        (None, 5, 2027),
        (5, None, 2027),
        (0, 5, 2027),
        (-5, 5, 2027),
        (-5, -9, 2027),
        (5, -1, 2027),
        (5, 5, 2023),
        (5, 5, 2022),
    ],
)
def test_no_growth(then: float | None, now: float | None, year: int) -> None:
    stats = [{"year": 2023, "gdp_wanyuan": then, "tax_wanyuan": 1}]
    stats += [{"year": year, "gdp_wanyuan": now, "tax_wanyuan": 1}] if year != 2023 else []
    one = etdz(stats, year)["gdp_growth"]
    assert one.value is None and one.reason.zh


@pytest.mark.parametrize(
    ("own", "league", "value"),
    [
        (30, [100], 0.3),
        (30, [100, 100], 0.3),
        (30, [100, 90], None),
        (30, [], None),
        (30, [0], None),
        (None, [100], None),
        (0, [100], 0),
    ],
)
def test_share_of_the_leagues_foreign_capital(own: float | None, league: list[float], value: float | None) -> None:
    rows = [{"league": "呼和浩特市", "year": 2027, "foreign_capital_wanusd": one} for one in league]
    rows += [{"league": "包头市", "year": 2027, "foreign_capital_wanusd": 1}]
    one = etdz([{"year": 2027, "foreign_capital_wanusd": own, "tax_wanyuan": 1}], league_stats=rows)["foreign_share"]
    assert one.value == value
    assert value is not None or one.reason.zh


def test_ranks_of_the_country_and_of_the_west_are_two_tables() -> None:
    rows = [
        {"park_id": "P1", "year": 2027, "scheme": "国家级经开区综合发展水平考核评价", "rank": 150},
        {"park_id": "P1", "year": 2027, "scheme": "国家级经开区综合发展水平考核评价（西部地区）", "rank": 25},
    ]
    found = etdz([{"year": 2027, "tax_wanyuan": 1}], evaluations=rows)
    assert (found["rank"].value, found["rank_west"].value) == (150, 25)


def test_a_score_is_no_rank_in_the_country() -> None:
    rows = [{"park_id": "P1", "year": 2027, "scheme": "国家级经开区综合发展水平考核评价", "score": 80}]
    assert etdz([{"year": 2027, "tax_wanyuan": 1}], evaluations=rows)["rank"].value is None


def region(
    parks: Rows, firms: dict[str, float | None] | None = None, leagues: tuple[str, ...] = LEAGUES
) -> dict[str, Any]:
    made = {one["park_id"]: 10.0 for one in parks} if firms is None else firms
    found = audit(
        "E12", years=(2025,), parks=parks,
        park_stats=[{"park_id": park, "year": 2025, "high_tech_enterprises": one, "tax_wanyuan": 1} for park, one in made.items()],
        league_stats=[{"league": one, "year": 2025, "high_tech_enterprises": 10} for one in leagues],
    )  # fmt: skip
    return {name.removeprefix("E12."): one for (name, subject, _), one in found.items() if subject == ""}


def everywhere(zones: int) -> Rows:
    """A regional high-tech zone in each of the first leagues, a plain park in the others; one national zone more."""
    some = [zone("regional_high_tech" if i < zones else "", f"P{i}", league) for i, league in enumerate(LEAGUES)]
    return [{key: value for key, value in one.items() if value} for one in some] + [
        zone("national_high_tech", "N", LEAGUES[0])
    ]


def test_shares_of_the_region() -> None:
    found = region(everywhere(5))
    assert found["leagues_covered"].value == pytest.approx(5 / len(LEAGUES))
    assert found["national_zones"].value == 1
    assert found["high_tech_firms"].value == pytest.approx(60 / (10 * len(LEAGUES)))
    assert found["high_tech_firms_national"].value == pytest.approx(10 / (10 * len(LEAGUES)))
    assert found["high_tech_firms_regional"].value == pytest.approx(50 / (10 * len(LEAGUES)))


def test_nothing_is_a_share_of_the_region_where_a_league_is_missing() -> None:
    without_parks = region([one for one in everywhere(5) if one["league"] != LEAGUES[-1]])
    for name in ("leagues_covered", "national_zones", "high_tech_firms", "high_tech_firms_national"):
        assert without_parks[name].value is None
        assert "不能代表全区" in without_parks[name].reason.zh
    assert without_parks["national_zones"].at_least == 1
    without_figures = region(everywhere(5), leagues=LEAGUES[1:])
    assert without_figures["high_tech_firms"].value is None
    assert without_figures["leagues_covered"].value is not None


def test_a_zone_that_does_not_state_its_firms_leaves_the_share_open() -> None:
    parks = everywhere(2)
    made: dict[str, float | None] = {one["park_id"]: 10.0 for one in parks}
    found = region(parks, made | {"P0": None})
    assert found["high_tech_firms"].value is None
    assert found["high_tech_firms_national"].value is not None


def test_2035_has_no_number() -> None:
    one = region(everywhere(1))["vision_2035"]
    assert one.value is None
    assert "人工判断" in one.reason.zh
