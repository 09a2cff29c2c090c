"""Shared projects: what one park gains the other loses, each enterprise once, and nothing is split that is not known."""

from __future__ import annotations

from typing import Any

import pytest
from audited import Rows, audit, firms, parks, returns
from hypothesis import given, settings
from hypothesis import strategies as st


def project(**changed: Any) -> dict[str, Any]:
    """X1, from P2 to P1 at 40 %, on the parcel of Q0."""
    return {
        "project_id": "X1", "name": "项目甲", "park_id": "P1", "parcel_id": "Z1", "referred_by_park_id": "P2", "referral_share": 0.4,
        **changed,
    }  # fmt: skip


def own(*outputs: float | None) -> Rows:
    return [
        {"park_id": f"P{i}", "year": 2022, "output_wanyuan": one, "tax_wanyuan": 1} for i, one in enumerate(outputs, 1)
    ]


def split(projects: Rows, outputs: tuple[float | None, ...] = (500, 300), **layers: Any) -> dict[str, Any]:
    given_ = {
        "enterprises": [{**firms("P1")[0], "parcel_id": "Z1"}],
        "enterprise_stats": returns(100),
        "park_stats": own(*outputs),
        **layers,
    }
    found = audit("E17", parks=parks(max(len(outputs), 2)), projects=projects, **given_)
    return {f"{name}/{subject}": one for (name, subject, _), one in found.items() if name.startswith("E17.output")}


def test_by_hand() -> None:
    found = split([project()])
    assert (found["E17.output/P1"].value, found["E17.output/P2"].value) == (460, 340)
    assert (found["E17.output_before/P1"].value, found["E17.output_before/P2"].value) == (500, 300)
    assert found["E17.output/"].value == found["E17.output_before/"].value == 800
    assert "项目甲 -40.00" in found["E17.output/P1"].source.zh


@pytest.mark.parametrize("share", [0, 1])
def test_nothing_and_everything(share: float) -> None:
    found = split([project(referral_share=share)])
    assert (found["E17.output/P1"].value, found["E17.output/P2"].value) == (500 - 100 * share, 300 + 100 * share)


@pytest.mark.parametrize(
    ("projects", "layers", "why"),
    [
        ([project(referral_share=None)], {}, "没有填分成比例"),
        ([project(referral_share=1.2)], {}, "不在 0 至 100% 之间"),
        ([project(parcel_id="Z9")], {}, "没有企业"),
        ([project(parcel_id=None)], {}, "没有企业"),
        ([project(), project(referral_share=0.3)], {}, "几行不一致"),
        ([project(), project(project_id="X2", name="项目乙")], {}, "几个推荐项目"),
        ([project()], {"enterprise_stats": returns(None)}, "合计不完整"),
        ([project()], {"enterprise_stats": returns(100) + returns(110)}, "合计不完整"),
        ([project()], {"enterprises": [{**firms("P2")[0], "parcel_id": "Z1"}]}, "不在承接园区"),
        ([project(park_id=None)], {}, "没有填承接园区"),
    ],
)
def test_what_is_not_known_leaves_both_parks_open(projects: Rows, layers: dict[str, Any], why: str) -> None:
    found = split(projects, **layers)
    for park in ("P1", "P2"):
        assert found[f"E17.output/{park}"].value is None
        assert why in found[f"E17.output/{park}"].reason.zh
    assert found["E17.output_before/P1"].value == 500
    assert found["E17.output/"].value is None


def test_a_park_that_is_not_concerned_stays_as_it_is() -> None:
    found = split([project(referral_share=None)], (500, 300, 200))
    assert found["E17.output/P3"].value == 200


def test_two_rows_that_say_the_same_are_one_project() -> None:
    assert split([project(), project()])["E17.output/P1"].value == 460


def test_an_enterprise_that_was_not_there_made_nothing() -> None:
    for changed in ({"left_on": "2021-12-31"}, {"entered_on": "2023-01-01"}):
        found = split([project()], enterprises=[{**firms("P1")[0], "parcel_id": "Z1", **changed}])
        assert (found["E17.output/P1"].value, found["E17.output/P2"].value) == (500, 300)


def test_more_than_the_park_itself_returned_contradicts() -> None:
    found = split([project()], (30, 300))
    assert found["E17.output/P1"].value is None
    assert "矛盾" in found["E17.output/P1"].reason.zh


@pytest.mark.parametrize("outputs", [(500, None), (None, 300)])
def test_a_share_across_the_border_of_what_is_known_leaves_the_sum_open(outputs: tuple[float | None, ...]) -> None:
    found = split(
        [project()], outputs, enterprises=[{**firms("P1")[0], "parcel_id": "Z1"}], enterprise_stats=returns(100)
    )
    if outputs[0] is None:  # then the park's own figure is the sum of its enterprises, and nothing is missing
        assert found["E17.output_before/P1"].value == 100
        assert found["E17.output/"].value == found["E17.output_before/"].value == 400
    else:
        assert found["E17.output/P1"].value == 460
        assert found["E17.output/"].value is None
        assert "合计无从相等" in found["E17.output/"].reason.zh


def test_a_referring_place_that_the_register_does_not_know() -> None:
    found = split([project(referred_by_park_id="外地园区")])
    assert found["E17.output/P1"].value == 460
    assert found["E17.output/"].value is None


def test_a_project_of_the_park_itself_is_not_shared() -> None:
    assert split([project(referred_by_park_id="P1")]) == {}
    assert split([project(referred_by_park_id=None)]) == {}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(1e4, 1e8), min_size=3, max_size=3),
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.floats(0, 1), st.floats(0, 1e3)), max_size=6),
)
def test_the_sums_before_and_after_are_the_same(
    outputs: list[float], referred: list[tuple[int, int, float, float]]
) -> None:
    projects = [
        project(project_id=f"X{i}", parcel_id=f"Z{i}", park_id=f"P{taker}", referred_by_park_id=f"P{giver}", referral_share=share)
        for i, (giver, taker, share, _) in enumerate(referred)
    ]  # fmt: skip
    enterprises = [
        {**one, "parcel_id": f"Z{i}"} for i, one in enumerate(firms(*[f"P{taker}" for _, taker, _, _ in referred]))
    ]
    found = split(
        projects, tuple(outputs), enterprises=enterprises or firms("P1"),
        enterprise_stats=returns(*[made for *_, made in referred]) or returns(1),
    )  # fmt: skip
    if found:
        after = sum(found[f"E17.output/P{i}"].value for i in (1, 2, 3))
        assert after == pytest.approx(sum(outputs))
        assert found["E17.output/"].value == pytest.approx(found["E17.output_before/"].value)
