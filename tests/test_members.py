"""Sums over enterprises: each once, where and when it was there; one that is missing leaves the sum open, never short."""

from __future__ import annotations

from typing import Any

import pytest
from audited import audit, firms, parks, returns
from hypothesis import given, settings
from hypothesis import strategies as st


def output(year: int = 2022, subject: str = "P1", **layers: Any) -> Any:
    return audit("E01", years=(year,), parks=parks(2), **layers)["E01.output", subject, year]


def test_an_enterprise_in_two_rows_counts_once() -> None:
    made = output(enterprises=firms("P1", "P1") + firms("P1"), enterprise_stats=returns(100, 50) + returns(100))
    assert made.value == 150


def test_rows_of_a_return_that_differ_leave_the_sum_open() -> None:
    made = output(enterprises=firms("P1", "P1"), enterprise_stats=returns(100, 50) + returns(120))
    assert made.value is None
    assert made.at_least == 50
    assert "几行不一致" in made.reason.zh


def test_rows_of_a_return_that_only_complete_each_other_count_once() -> None:
    stats = [*returns(100), {"enterprise_id": "Q0", "year": 2022, "output_wanyuan": 100, "tax_wanyuan": 3}]
    assert output(enterprises=firms("P1"), enterprise_stats=stats).value == 100


def test_one_that_returned_nothing_leaves_the_sum_open() -> None:
    made = output(enterprises=firms("P1", "P1"), enterprise_stats=returns(100))
    assert (made.value, made.at_least) == (None, 100)


@pytest.mark.parametrize(
    ("changed", "value", "least"),
    [
        ({"left_on": "2021-12-31"}, 100, None),  # gone before the year: its return is not of this park
        ({"left_on": "2022-01-01"}, 150, None),
        ({"entered_on": "2022-12-31"}, 150, None),
        ({"entered_on": "2023-01-01"}, 100, None),
        ({"established_on": "2023-01-01"}, 100, None),
        ({"stopped_on": "2021-12-31"}, 150, None),  # what it returned all the same counts
    ],
)
def test_who_left_or_came_later(changed: dict[str, Any], value: float | None, least: float | None) -> None:
    some = [firms("P1")[0], {**firms("P1", "P1")[1], **changed}]
    made = output(enterprises=some, enterprise_stats=returns(100, 50))
    assert (made.value, made.at_least) == (value, least)


@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ({"left_on": "2021-12-31"}, 100),
        ({"left_on": "2022-01-01"}, None),
        ({"stopped_on": "2021-12-31"}, 100),
        ({"stopped_on": "2022-01-01"}, None),
        ({"entered_on": "2023-01-01"}, 100),
    ],
)
def test_whose_return_is_missing(changed: dict[str, Any], value: float | None) -> None:
    some = [firms("P1")[0], {**firms("P1", "P1")[1], **changed}]
    assert output(enterprises=some, enterprise_stats=returns(100)).value == value


def test_one_that_rows_put_into_two_parks_is_in_neither_sum() -> None:
    some = firms("P1", "P1") + firms("P2")
    for park, known in (("P1", 50), ("P2", None)):
        made = output(subject=park, enterprises=some, enterprise_stats=returns(100, 50))
        assert (made.value, made.at_least) == (None, known)


def test_one_that_moved_counts_where_it_was() -> None:
    some = [
        {**firms("P1")[0], "left_on": "2021-06-30"},
        {**firms("P2")[0], "entered_on": "2021-07-01"},
    ]
    stats = returns(100) + returns(90, year=2020)
    assert output(subject="P2", enterprises=some, enterprise_stats=stats).value == 100
    assert output(subject="P1", enterprises=some, enterprise_stats=stats).value is None
    assert output(2020, subject="P1", enterprises=some, enterprise_stats=stats).value == 90


def test_blocks_are_the_sum_of_their_enterprises_and_parcels() -> None:
    blocks = [
        {"block_id": "K1", "park_id": "P1", "box": [3000, 0, 3500, 1000]},
        {"block_id": "K2", "park_id": "P1", "box": [3500, 0, 4000, 1000]},
    ]
    some = [
        {**one, "park_id": None, "block_id": block}
        for one, block in zip(firms("", "", ""), ("K1", "K1", "K2"), strict=True)
    ]
    parcels = [
        {"parcel_id": "Z1", "block_id": "K1", "area_ha": 2, "finished_on": "2020-01-01", "box": [3000, 0, 3100, 100]},
        {"parcel_id": "Z2", "area_ha": 4, "finished_on": "2020-01-01", "box": [3200, 0, 3400, 200]},  # lies in K1
        {"parcel_id": "Z3", "area_ha": 3, "finished_on": "2020-01-01", "box": [3600, 0, 3800, 150]},
        {"parcel_id": "Z4", "area_ha": 9, "box": [3600, 500, 3900, 800]},
    ]
    found = audit(
        "E01 E02",
        parks=parks(1),
        blocks=blocks,
        enterprises=some,
        enterprise_stats=returns(100, 50, 30),
        parcels=parcels,
    )
    assert found["E01.output", "K1", 2022].value == 150
    assert found["E02.built_area_mu", "K1", 2022].value == pytest.approx(90)
    assert found["E01.output_per_mu", "K1", 2022].value == pytest.approx(150 / 90)
    assert found["E01.output", "K2", 2022].value == 30
    assert found["E01.output", "P1", 2022].value == 180  # those that name a block and no park are of the block's park
    assert found["E02.built_area_mu", "P1", 2022].value == pytest.approx(135)


def test_two_parks_of_one_name_are_both_in_the_sum() -> None:
    some = [{**one, "name": "同名园区"} for one in parks(2)]
    stats = [{"park_id": f"P{i}", "year": 2022, "output_wanyuan": 10.0 * i} for i in (1, 2)]
    assert audit("E01", parks=some, park_stats=stats)["E01.output", "", 2022].value == 30


def test_a_county_leaves_out_whom_the_document_leaves_out_and_is_open_where_one_is_missing() -> None:
    some = parks(3, county="某旗", league="鄂尔多斯市")
    some[1]["kind"] = "物流园区"
    stats = [{"park_id": f"P{i}", "year": 2022, "output_wanyuan": 10.0 * i, "built_area_mu": 1} for i in (1, 2, 3)]
    found = audit("E01", parks=some, park_stats=stats)
    for subject in ("某旗", "鄂尔多斯市", ""):
        assert found["E01.output", subject, 2022].value == 40
        assert found["E01.output_per_mu", subject, 2022].value == 20
    found = audit("E01", parks=some, park_stats=stats[:2])
    for subject in ("某旗", "鄂尔多斯市", ""):
        one = found["E01.output", subject, 2022]
        assert (one.value, one.at_least) == (None, 10)
        assert "园区3" in one.reason.zh


def test_a_sub_park_is_not_its_park() -> None:
    stats = [{"park_id": "P1", "sub_park_id": "C1", "year": 2022, "output_wanyuan": 5.0}]
    assert output(park_stats=stats).value is None
    assert output(park_stats=[*stats, {"park_id": "P1", "year": 2022, "output_wanyuan": 9.0}]).value == 9


def test_rows_of_a_park_that_say_the_same_say_it_exactly() -> None:
    stats = [{"park_id": "P1", "year": 2022, "output_wanyuan": 0.1} for _ in range(3)]
    assert output(park_stats=stats).value == 0.1
    assert output(park_stats=[*stats, {"park_id": "P1", "year": 2022, "output_wanyuan": 0.2}]).value is None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["P1", "P2"]), st.floats(0, 1e7)), min_size=1, max_size=8), st.randoms())
def test_the_order_of_rows_changes_nothing(some: list[tuple[str, float]], random: Any) -> None:
    def sums(order: list[int]) -> list[Any]:
        enterprises = firms(*[park for park, _ in some])
        stats = returns(*[value for _, value in some])
        found = audit(
            "E01 E16", parks=parks(2), enterprises=[{**enterprises[i], "industry_code": f"{26 + i % 3}14"} for i in order],
            enterprise_stats=[stats[i] for i in reversed(order)],
        )  # fmt: skip
        return [
            (key, pytest.approx(one.value, nan_ok=True) if isinstance(one.value, float) else one.value)
            for key, one in found.items()
        ]

    order = list(range(len(some)))
    first = sums(order)
    random.shuffle(order)
    assert sums(order) == first
