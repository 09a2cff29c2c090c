"""Concentration and likeness of industry: by hand, between 0 and 1, and open where an enterprise is not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from audited import Rows, audit, firms, parks, returns
from hypothesis import given, settings
from hypothesis import strategies as st

from geoparks.measure.structure import concentration, likeness


def coded(*pairs: tuple[str, str | None], **more: Any) -> Rows:
    return [
        {**one, "industry_code": code, **more}
        for one, (_, code) in zip(firms(*[park for park, _ in pairs]), pairs, strict=True)
    ]


def found(enterprises: Rows, stats: Rows, count: int = 2, **layers: Any) -> dict[tuple[str, str], Any]:
    some = audit("E16", parks=parks(count), enterprises=enterprises, enterprise_stats=stats, **layers)
    return {(name.removeprefix("E16."), subject): one for (name, subject, _), one in some.items()}


def test_by_hand() -> None:
    some = found(
        coded(("P1", "2614"), ("P1", "C2651"), ("P1", "31"), ("P2", "2611"), ("P2", "4415")),
        returns(30, 30, 40, 60, 80),
    )
    assert some["concentration", "P1"].value == pytest.approx(0.6**2 + 0.4**2)
    assert "26 60.00、31 40.00" in some["concentration", "P1"].source.zh
    assert some["largest_share", "P1"].value == pytest.approx(0.6)
    assert (some["largest_share", "P1"].numerator, some["largest_share", "P1"].denominator) == (60, 100)
    cosine = 60 * 60 / (np.hypot(60, 40) * np.hypot(60, 80))
    assert some["similarity", "P1"].value == some["similarity", "P2"].value == pytest.approx(cosine)


@pytest.mark.parametrize(
    ("code", "output"),
    [(None, 5.0), ("2614", None), ("610", 5.0), ("C", 5.0)],  # 610 may be 0610, whose zero was lost
)
def test_an_enterprise_that_is_not_known_leaves_the_park_open_and_uncompared(
    code: str | None, output: float | None
) -> None:
    some = found(coded(("P1", "2614"), ("P1", code), ("P2", "2614")), returns(30, output, 10))
    for name in ("concentration", "largest_share", "similarity"):
        assert some[name, "P1"].value is None
    assert "1 家企业" in some["concentration", "P1"].reason.zh
    assert some["concentration", "P2"].value == 1
    assert some["similarity", "P2"].value is None
    assert "未比较：园区1" in some["similarity", "P2"].reason.zh


@pytest.mark.parametrize(
    ("changed", "output"),
    [
        ({"left_on": "2021-12-31"}, 7.0),
        ({"entered_on": "2023-01-01"}, 7.0),
        ({"stopped_on": "2021-06-30"}, None),
        ({}, 0.0),
    ],
)
def test_who_was_not_there_or_made_nothing_changes_nothing(changed: dict[str, Any], output: float | None) -> None:
    enterprises = coded(("P1", "2614"), ("P1", None))
    some = found([enterprises[0], {**enterprises[1], **changed}], returns(30, output), 1)
    assert some["concentration", "P1"].value == 1


def test_a_park_without_output_has_no_structure() -> None:
    some = found(coded(("P1", "2614"), ("P2", "2614")), returns(0, 5))
    assert some["concentration", "P1"].value is None
    assert some["similarity", "P2"].value is None


def test_without_returns_nothing_is_computed() -> None:
    some = {key[0]: one for key, one in audit("E16", parks=parks(1)).items()}
    assert all(one.value is None and one.reason.zh for one in some.values())


def test_an_enterprise_whose_rows_name_two_industries_is_not_known() -> None:
    some = found([*coded(("P1", "2614")), *coded(("P1", "3110"))], returns(30), 1)
    assert some["concentration", "P1"].value is None


def test_completeness_of_the_return() -> None:
    stats = [{"park_id": "P1", "year": 2022, "output_wanyuan": 1, "tax_wanyuan": 0, "water_m3": None}]
    some = {key[:2]: one for key, one in audit("E16", parks=parks(2), park_stats=stats).items()}
    one = some["E16.completeness", "P1"]
    assert one.numerator == 2  # a zero is an answer, a blank is none
    assert one.value == 2 / one.denominator
    assert "用水量" in one.source.zh
    assert some["E16.completeness", "P2"].value == 0
    assert "没有填报" in some["E16.completeness", "P2"].source.zh


OUTPUTS = st.lists(st.floats(0.01, 1e8), min_size=1, max_size=12)


@given(OUTPUTS)
def test_concentration_lies_between_nought_and_one(outputs: list[float]) -> None:
    one = concentration(pd.Series(outputs))
    assert 1 / len(outputs) - 1e-9 <= one <= 1
    assert one == pytest.approx(concentration(pd.Series([each * 10_000 for each in outputs])))
    assert one == pytest.approx(concentration(pd.Series(outputs[::-1])))


@given(OUTPUTS, st.floats(0.001, 1000))
def test_likeness_is_one_of_proportional_parks_and_the_same_both_ways(outputs: list[float], times: float) -> None:
    table = pd.DataFrame([outputs, [one * times for one in outputs], outputs[::-1]], index=["a", "b", "c"])
    alike = likeness(table)
    assert alike.loc["a", "b"] == pytest.approx(1)
    assert (alike.to_numpy() <= 1).all() and (alike.to_numpy() >= 0).all()
    assert np.array_equal(alike.to_numpy(), alike.to_numpy().T)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["26", "31", "44"]), st.floats(1, 1e6)), min_size=1, max_size=5),
    st.integers(2, 4),
)
def test_an_enterprise_in_pieces_changes_nothing(some: list[tuple[str, float]], pieces: int) -> None:
    def of(pairs: list[tuple[str, float]]) -> list[Any]:
        one = found(coded(*[("P1", code) for code, _ in pairs]), returns(*[made for _, made in pairs]), 1)
        return [one["concentration", "P1"].value, one["largest_share", "P1"].value]

    cut = [(code, made / pieces) for code, made in some for _ in range(pieces)]
    assert of(cut) == pytest.approx(of(some))
