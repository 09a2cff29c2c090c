"""What is above a park, which others are near it, and whom tiers and classes are about."""

from __future__ import annotations

from typing import Any

import pytest
from audited import YI, Rows, audit, parks
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indicators import ORDOS, PACK, dataset

from geoparks.measure.levels import above
from geoparks.measure.neighbours import neighbours

COUNTIES = [
    {"code": "150622", "name": "西旗", "league": "鄂尔多斯市", "box": [0, -5000, 5000, 5000]},
    {"code": "150623", "name": "东旗", "league": "鄂尔多斯市", "box": [5000, -5000, 50_000, 5000]},
]


def groups(some: Rows, pack: Any = PACK, **layers: Any) -> dict[str, list[str]]:
    found = above(dataset(parks=some, **layers), pack)
    return {f"{subject.layer}/{subject.id}": [park.id for park in members] for subject, members in found.items()}


def test_stated_counties_come_before_drawn_ones() -> None:
    some = parks(3)  # at 3, 6 and 9 km: the first in 西旗
    some[1] |= {"county": "西旗"}
    assert groups(some, counties=COUNTIES) == {
        "counties/西旗": ["P1", "P2"], "counties/东旗": ["P3"], "leagues/鄂尔多斯市": ["P1", "P2", "P3"], "region/": ["P1", "P2", "P3"],
    }  # fmt: skip


def test_the_league_is_stated_or_the_countys_or_the_territorys() -> None:
    some = [{**one, "box": [i, 90_000, i + 9, 90_009]} for i, one in enumerate(parks(2))]
    some[0] |= {"league": "包头市"}
    assert groups(some, counties=COUNTIES) == {"leagues/包头市": ["P1"], "region/": ["P1", "P2"]}
    assert groups(some, ORDOS, counties=COUNTIES)["leagues/鄂尔多斯市"] == ["P2"]


def test_a_park_without_a_place_is_in_the_region() -> None:
    some = [{key: value for key, value in one.items() if key != "box"} for one in parks(2)]
    assert groups(some, counties=COUNTIES) == {"region/": ["P1", "P2"]}


def test_the_same_park_in_two_rows_is_one() -> None:
    stats = [{"park_id": "P1", "year": 2022, "output_wanyuan": 7}]
    found = audit("E01", parks=parks(1) * 2, park_stats=stats)
    assert found["E01.output", "", 2022].value == 7


def test_neighbours_by_county_then_industries_then_distance() -> None:
    some = parks(5, league="鄂尔多斯市")
    for one, county, industries in zip(
        some,
        ("西旗", "东旗", "东旗", "西旗", "北旗"),
        ("煤化工", "煤化工", "羊绒纺织", "羊绒纺织", "煤化工、新材料"),
        strict=True,
    ):
        one |= {"county": county, "leading_industries": industries}
    some[4] |= {"league": "包头市"}
    found = {subject.id: [one.subject.id for one in near] for subject, near in neighbours(dataset(parks=some)).items()}
    assert found["P1"] == ["P4", "P2", "P3"]
    assert found["P2"] == ["P3", "P1", "P4"]
    assert found["P5"] == []


def test_distance_and_line_between_the_nearest_points() -> None:
    near = neighbours(dataset(parks=parks(2, league="鄂尔多斯市")))
    (one,) = next(iter(near.values()))
    assert one.metres == pytest.approx(2000, rel=1e-3)
    assert one.line is not None and one.line.geom_type == "LineString"
    assert "2.0 公里" in one.words.zh


def merging(settings_: dict[str, float], stats: Rows, some: Rows | None = None) -> dict[str, Any]:
    from geoparks.catalog import policy

    pack = policy.load("neimenggu", None, settings_)
    found = audit("E06", parks=some or parks(3, league="鄂尔多斯市"), park_stats=stats, pack=pack)
    return {subject: one for (_, subject, _), one in found.items()}


def made(*outputs: float | None) -> Rows:
    return [
        {"park_id": f"P{i}", "year": 2022, "output_wanyuan": one, "built_area_mu": 10}
        for i, one in enumerate(outputs, 1)
    ]


def test_whom_to_merge_into() -> None:
    found = merging({"merge_output_per_mu": 100}, made(999, 1000, None))
    assert found["P1"].value == "园区2"
    assert "园区2（同盟市，2.0 公里）；园区3" in found["P1"].source.zh
    assert "达到要求" in found["P2"].reason.zh
    assert "没有算出" in found["P3"].reason.zh
    assert all(one.value is None and "没有填写" in one.reason.zh for one in merging({}, made(999, 1000, None)).values())


def test_none_that_falls_short_itself_is_merged_into() -> None:
    found = merging({"merge_output_per_mu": 100}, made(999, 999, 999))
    assert {one.value for one in found.values()} == {None}
    assert "没有可整合的园区" in found["P1"].reason.zh


@pytest.mark.parametrize(
    ("code", "there"), [("2614", True), ("B0610", True), ("5442", False), ("F51", False), (None, True), ("610", True)]
)
def test_the_tier_is_of_major_industrial_projects(code: str | None, there: bool) -> None:
    project = {"project_id": "X1", "name": "项目", "major": True, "investment_wanyuan": 50 * YI, "industry_code": code}
    found = audit("E11", parks=parks(1), projects=[project])
    assert (("E11.tier", "X1", 2022) in found) == there


def test_the_leader_in_charge_stands_beside_the_tier() -> None:
    some = [parks(2)[0] | {"responsible_leader": "某某"}, parks(2)[1]]
    stats = [{"park_id": f"P{i}", "year": 2022, "output_wanyuan": 1} for i in (1, 2)]
    found = audit("E11", parks=some, park_stats=stats)
    assert "包联领导：某某" in found["E11.tier", "P1", 2022].source.zh
    assert "包联领导" not in found["E11.tier", "P2", 2022].source.zh


def test_rows_of_a_project() -> None:
    project = {"project_id": "X1", "name": "项目", "major": True, "investment_wanyuan": 50 * YI}
    assert audit("E11", parks=parks(1), projects=[project] * 2)["E11.tier", "X1", 2022].value == "自治区"
    other = [project, {**project, "investment_wanyuan": 9 * YI}]
    assert audit("E11", parks=parks(1), projects=other)["E11.tier", "X1", 2022].value is None


def test_an_enterprise_is_counted_once_and_a_register_without_the_park_says_nothing() -> None:
    firm = {"enterprise_id": "Q1", "name": "企业", "park_id": "P1", "entered_on": "2010-01-01"}
    found = audit("E03", parks=parks(2), enterprises=[firm, {**firm, "industry": "另一行"}])
    assert found["E03.enterprises_count", "P1", 2022].value == 1
    assert found["E03.enterprises_count", "P2", 2022].value is None
    left = audit("E03", parks=parks(1), enterprises=[{**firm, "left_on": "2022-12-31"}])
    assert left["E03.enterprises_count", "P1", 2022].value == 0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(1, 1e6), min_size=6, max_size=6))
def test_units_of_the_headers_change_no_figure(values: list[float]) -> None:
    """亿元, 元 and 万元, 万吨标准煤 and 吨, 公顷 and 平方米 and 亩: what a header names is converted, and a ratio stays what it is."""
    from pathlib import Path

    import pandas as pd
    from audited import computed
    from casebook import CATALOGUE, HERE, raw_layer

    from geoparks.config import Config
    from geoparks.dataset import build
    from geoparks.discover import Found
    from geoparks.read.raw import RawLayer

    headers = {
        "plain": ("工业总产值（万元）", "工业增加值（万元）", "综合能耗（吨标准煤）", "主营业务收入（万元）", "研发经费支出（万元）", "建成区面积（亩）"),
        "large": ("工业总产值（亿元）", "工业增加值（亿元）", "综合能耗（万吨标准煤）", "主营业务收入（亿元）", "研发经费支出（元）", "建成区面积（公顷）"),
        "small": ("工业总产值（元）", "工业增加值（元）", "综合能耗（吨标准煤）", "主营业务收入（元）", "研发经费支出（亿元）", "建成区面积（平方米）"),
    }  # fmt: skip
    factors = {
        "plain": (1, 1, 1, 1, 1, 1),
        "large": (1e-4, 1e-4, 1e-4, 1e-4, 1e4, 1 / 15),
        "small": (1e4, 1e4, 1, 1e4, 1e-4, 2000 / 3),
    }
    found = {}
    for name, columns in headers.items():
        row = {
            "园区编号": "P1",
            "年度": 2022,
            **{column: one * factor for column, one, factor in zip(columns, values, factors[name], strict=True)},
        }
        table = RawLayer(
            path=Path("年报.xlsx"),
            format="case",
            table=pd.DataFrame([row], dtype=object),
            geometry=None,
            crs=None,
            crs_from=None,
        )
        layers = Found()
        layers.layers = {"parks": [raw_layer("parks", parks(1), HERE)], "park_stats": [table]}
        made_ = build(layers, Config(Path(), "case"), CATALOGUE)
        some = computed("E01 E02", made_)
        found[name] = {key: one.value for key, one in some.items() if one.value is not None}
    assert found["large"] == pytest.approx(found["plain"])
    assert found["small"] == pytest.approx(found["plain"])
    assert {"E01.output_per_mu", "E01.energy_per_value_added", "E01.rd_share"} <= {key[0] for key in found["plain"]}


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**9), st.sampled_from([("0.025", 40), ("0.6", 5), ("0.8", 5), ("0.015", 200)]))
def test_who_is_just_at_a_share_is_not_below_it(tenths: int, share: tuple[str, int]) -> None:
    """R&D of 0.0025 over 0.1 is 2.5 %, though binary numbers make it a little less."""
    from decimal import Decimal

    from geoparks.measure.yearly import quotient

    whole = Decimal(tenths) / 10
    assert quotient(float(whole * Decimal(share[0])), float(whole)) >= float(share[0])
