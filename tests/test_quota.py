"""The quota what-if: worked by hand, what is missing, and that nothing of the total is lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indicators import PACK, dataset

from geoparks.catalog.policy import Pack
from geoparks.indicators import figures
from geoparks.measure.sharing import tilts, within
from geoparks.records import Indicator

PARKS = [
    {"park_id": "P1", "name": "甲园区", "county": "甲旗", "approved_area_ha": 100},
    {"park_id": "P2", "name": "乙园区", "county": "乙旗", "approved_area_ha": 300},
    {"park_id": "P3", "name": "丙园区", "county": "乙旗", "approved_area_ha": 100},
]
QUOTAS = [
    {"year": 2024, "county": "甲旗", "quota_mu": 100},
    {"year": 2024, "county": "乙旗", "quota_mu": 300},
    {"year": 2024, "county": "甲旗", "park_id": "P1", "quota_mu": 40},
    {"year": 2024, "county": "乙旗", "park_id": "P2", "quota_mu": 80},
    {"year": 2024, "county": "乙旗", "park_id": "P3", "quota_mu": 20},
    {"year": 2023, "county": "甲旗", "quota_mu": 999},  # another year
]
RATIOS = {"P1": 0.8, "P2": 0.3, "P3": 0.7}
COUNTIES = {"P1": "甲旗", "P2": "乙旗", "P3": "乙旗"}
ONLY_RATIO = {"quota_ratio_weight": 0.5, "quota_disposal_weight": 0.0, "quota_preference_weight": 0.0}


def using(**values: float) -> Pack:
    own = {name: replace(PACK.settings[name], value=value) for name, value in values.items()}
    return replace(PACK, settings={**PACK.settings, **own})


def of(
    quotas: list[dict[str, Any]] = QUOTAS,
    ratios: dict[str, float] = RATIOS,
    pack: Pack | None = None,
    parks: list[dict[str, Any]] = PARKS,
    supplied_on: str = "2022-03-01",
    **more: list[dict[str, Any]],
) -> dict[tuple[str, str], Indicator]:
    """Each park has ten hectares approved in 2021, of which its ratio was supplied."""
    approvals, parcels = [], []
    for i, (park, ratio) in enumerate(ratios.items()):
        one = {"approval_id": f"A{park}", "park_id": park, "box": [0, i * 300, 1000, i * 300 + 100]}
        approvals.append({**one, "county": COUNTIES[park], "approved_on": "2021-05-01", "approved_area_ha": 10})
        parcel = {**one, "parcel_id": f"Z{park}", "supplied_on": supplied_on, "area_ha": 10 * ratio}
        parcels.append({**parcel, "determined_on": "2022-06-01", "disposed_on": "2023-02-01"})
    made = dataset(parks=parks, approvals=approvals, parcels=parcels, **({"quotas": quotas} if quotas else {}), **more)
    made.on, made.year = dt.date(2023, 12, 31), 2023
    found, errors = figures(made, pack or using(**ONLY_RATIO), (2023,), ["L03"])
    assert errors == []
    assert all(one.reason is not None for one in found if one.value is None)
    assert {one.year for one in found} == {2024}
    return {(one.id.removeprefix("L03."), one.subject.id): one for one in found}


def test_by_hand() -> None:
    found = of()
    # 乙旗: (0.3 + 0.7) / 2 = 0.5; the mean of the counties (100 × 0.8 + 300 × 0.5) / 400 = 0.575
    value = {key: one.value for key, one in found.items()}
    assert value["quota_mu", "甲旗"] == pytest.approx(100 * (1 + 0.5 * (0.8 - 0.575)))
    assert value["quota_mu", "乙旗"] == pytest.approx(300 * (1 + 0.5 * (0.5 - 0.575)))
    assert value["quota_mu", ""] == pytest.approx(400)
    assert value["share", "甲旗"] == pytest.approx(111.25 / 400)
    assert value["change_mu", "甲旗"] == pytest.approx(11.25)
    assert value["quota_by_ratio_mu", "甲旗"] == pytest.approx(11.25)
    assert value["ratio_weight_effect_mu", "甲旗"] == pytest.approx(100 * 0.1 * 0.225)
    # within 乙旗, whose parks have 100 × 288.75 / 300 now, the mean is (80 × 0.3 + 20 × 0.7) / 100 = 0.38
    assert value["quota_mu", "P1"] == pytest.approx(40 * 1.1125)
    assert value["quota_mu", "P2"] == pytest.approx(80 * 0.9625 * (1 + 0.5 * (0.3 - 0.38)))
    assert value["quota_mu", "P3"] == pytest.approx(20 * 0.9625 * (1 + 0.5 * (0.7 - 0.38)))
    assert value["quota_mu", "P2"] + value["quota_mu", "P3"] == pytest.approx(96.25)
    assert sum(value["share", one] for one in RATIOS) == pytest.approx(1)


def test_it_is_told_that_it_is_no_law_and_what_it_follows_from() -> None:
    one = of()["quota_mu", "P1"]
    for words in ("供地率 0.5", "不是法规", "计划年度 2024", "平均"):
        assert words in one.formula.zh
    for words in ("计划 40 亩", "近五年供地率 80%", "倾斜：否"):
        assert words in one.source.zh


def test_a_missing_ratio_keeps_the_quota_of_the_plan_and_moves_nobody() -> None:
    found = of(ratios={"P2": 0.3, "P3": 0.7})
    assert found["quota_mu", "甲旗"].value == 100
    assert "保持计划指标" in found["quota_mu", "甲旗"].source.zh
    assert found["share", "甲旗"].value is None
    assert found["quota_mu", "乙旗"].value == pytest.approx(300)  # alone it is the mean
    assert found["quota_mu", ""].value == pytest.approx(400)


TASKS = [{"year": 2023, "county": name, "idle_task_mu": 50, "unsupplied_task_mu": 50} for name in ("甲旗", "乙旗")]


def test_disposal_counts_up_to_the_task_and_no_task_changes_nothing() -> None:
    pack = using(quota_ratio_weight=0.0, quota_disposal_weight=0.2, quota_preference_weight=0.0)
    found = of(pack=pack, supplied_on="2023-03-01", tasks=[TASKS[0], {**TASKS[1], "unsupplied_task_mu": 300}])
    # 甲旗 supplied 120 mu of 50; 乙旗 150 mu of 300: 1 and 0.5, mean (100 + 150) / 400
    assert found["quota_by_disposal_mu", "甲旗"].value == pytest.approx(100 * 0.2 * (1 - 0.625))
    assert found["quota_mu", "乙旗"].value == pytest.approx(300 * (1 + 0.2 * (0.5 - 0.625)))
    lacking = of(pack=pack, supplied_on="2023-03-01", tasks=TASKS[:1])
    assert lacking["quota_mu", "乙旗"].value == pytest.approx(300)
    assert "不增不减" in lacking["quota_mu", "乙旗"].source.zh


@pytest.mark.parametrize("how", ["class", "plan"])
def test_preferences_of_zones_and_of_the_plan(how: str) -> None:
    pack = using(quota_ratio_weight=0.0, quota_disposal_weight=0.0, quota_preference_weight=0.1)
    parks = [{**PARKS[0], "zone_class": "regional_high_tech"}, *PARKS[1:]] if how == "class" else PARKS
    quotas = QUOTAS if how == "class" else [*QUOTAS[:2], {**QUOTAS[2], "preference": "高新区"}, *QUOTAS[3:]]
    found = of(quotas, pack=pack, parks=parks)
    assert found["quota_by_preference_mu", "甲旗"].value == pytest.approx(100 * 0.1 * (1 - 0.25))
    assert found["quota_by_preference_mu", "乙旗"].value == pytest.approx(-7.5)
    assert found["change_mu", "P1"].value == pytest.approx(3)


def test_where_the_plan_names_no_park_its_parks_have_it_by_area() -> None:
    found = of(
        [one for one in QUOTAS if one.get("park_id") not in ("P2", "P3")], pack=using(**dict.fromkeys(ONLY_RATIO, 0.0))
    )
    assert found["plan_mu", "P2"].value == pytest.approx(225)
    assert found["plan_mu", "P3"].value == pytest.approx(75)
    nameless = of([one for one in QUOTAS if one.get("park_id") != "P3"])
    assert nameless["plan_mu", "P3"].value is None  # the plan names another park of the county


@pytest.mark.parametrize(
    ("quotas", "why"),
    [
        ([], "没有“计划指标”图层"),
        ([QUOTAS[-1]], "没有 2024 年的计划指标"),
        ([*QUOTAS, {**QUOTAS[0], "quota_mu": 101}], "几行不同"),
    ],
)
def test_no_plan_no_quota(quotas: list[dict[str, Any]], why: str) -> None:
    found = of(quotas)
    subject = "甲旗" if quotas and len(quotas) > 1 else "P1"
    assert found["quota_mu", subject].value is None
    assert why in found["quota_mu", subject].reason.zh


def test_weights_that_would_take_more_than_there_is_give_nothing() -> None:
    heavy = using(quota_ratio_weight=1.0, quota_disposal_weight=0.0, quota_preference_weight=1.0)
    parks = [*PARKS[:1], {**PARKS[1], "zone_class": "national_etdz"}, PARKS[2]]
    one = of(ratios={"P1": 0.0, "P2": 1.0, "P3": 1.0}, pack=heavy, parks=parks)["quota_mu", "甲旗"]
    assert one.value is None
    assert "权重过大" in one.reason.zh


@pytest.mark.parametrize(
    ("unsupplied", "idle", "factor"),
    [(120, 120, 1.1), (121, 120, 0.8), (120, 121, 0.8), (None, 120, None), (None, 121, 0.8), (121, None, 0.8)],
)
def test_bonus_and_cut_by_the_tasks(unsupplied: float | None, idle: float | None, factor: float | None) -> None:
    task = {"year": 2023, "county": "甲旗", "unsupplied_task_mu": unsupplied, "idle_task_mu": idle}
    one = of(supplied_on="2023-03-01", tasks=[task, TASKS[1]])["linked_quota_mu", "甲旗"]
    assert one.value == (None if factor is None else pytest.approx(100 * factor))
    assert "二手来源" in one.source.zh
    assert not PACK.indicators["L03.linked_quota_mu"].document.is_law


_BASES = st.lists(st.floats(0, 1e4), min_size=1, max_size=8)
_PART = st.floats(0, 1)


@settings(max_examples=100, deadline=None)
@given(_BASES, st.data())
def test_nothing_is_lost_and_nothing_is_negative(bases: list[float], data: st.DataObject) -> None:
    base = np.array(bases)
    weights = np.array(data.draw(st.lists(st.floats(0, 1 / 3), min_size=3, max_size=3)))
    value = st.one_of(_PART, st.just(float("nan")))
    values = np.array([data.draw(st.lists(value, min_size=len(base), max_size=len(base))) for _ in weights])
    found = tilts(base, weights, values)
    quota, parts = within(base, np.zeros(3), found)
    assert quota.sum() == pytest.approx(base.sum())
    assert (quota >= -1e-9).all()
    assert base + parts.sum(axis=0) == pytest.approx(quota)
    order = np.array(data.draw(st.permutations(range(len(base)))))
    assert tilts(base[order], weights, values[:, order]) == pytest.approx(found[:, order])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e4), _PART), min_size=2, max_size=8), _PART, _PART)
def test_a_higher_ratio_never_lowers_the_own_quota_nor_raises_anothers(
    some: list[tuple[float, float]], better: float, weight: float
) -> None:
    base, values = np.array(some).T
    higher = values.copy()
    higher[0] = max(values[0], better)
    before, after = (base * (1 + tilts(base, np.array([weight]), one[np.newaxis])[0]) for one in (values, higher))
    assert after[0] >= before[0] - 1e-6
    assert (after[1:] <= before[1:] + 1e-6).all()


@settings(max_examples=15, deadline=None)
@given(st.lists(_PART, min_size=3, max_size=3))
def test_the_quotas_of_the_counties_sum_to_the_plan_whatever_the_ratios(ratios: list[float]) -> None:
    found = of(ratios=dict(zip(RATIOS, ratios, strict=True)), pack=PACK)
    assert sum(found["quota_mu", one].value for one in ("甲旗", "乙旗")) == pytest.approx(400)
    assert found["quota_mu", ""].value == pytest.approx(400)
    for subject in ("甲旗", "乙旗", *RATIOS):
        parts = [found[f"quota_by_{one}_mu", subject].value for one in ("ratio", "disposal", "preference")]
        assert sum(parts) == pytest.approx(found["change_mu", subject].value, abs=1e-9)
