"""Scores and grades by an office's weights: none without weights, by hand with the example's, and who is not graded."""

from __future__ import annotations

from typing import Any

import pytest
from audited import audit, firms, parks
from test_indicators import ORDOS

from geoparks.catalog import policy

EXAMPLE = policy.load("ordos-example")
FULL = {
    "year": 2022, "tax_wanyuan": 240.97, "land_mu": 10, "value_added_wanyuan": 1361.6, "energy_tce": 505.4194506310319, "pollutant_t": 0.2,
    "employees": 75, "rd_wanyuan": 3.02, "revenue_wanyuan": 100,
}  # fmt: skip
FIRM = {"above_scale": True, "entered_on": "2010-01-01", "industry_code": "2614"}


def graded(stats: list[dict[str, Any]], pack: Any = EXAMPLE, **changed: Any) -> dict[str, Any]:
    enterprises = [{**one, **FIRM, **changed} for one in firms(*["P1"] * len(stats))]
    rows = [{"enterprise_id": f"Q{i}", **one} for i, one in enumerate(stats)]
    found = audit("E08", parks=parks(1), enterprises=enterprises, enterprise_stats=rows, pack=pack)
    return {
        f"{name.removeprefix('E08.')} {subject}": one for (name, subject, _), one in found.items() if subject != "P1"
    }


def test_without_weights_nothing_is_computed() -> None:
    found = audit("E08", parks=parks(2), park_stats=[{"park_id": "P1", "year": 2022, "output_wanyuan": 1}], pack=ORDOS)
    for name in ("E08.score", "E08.grade"):
        for park in ("P1", "P2"):
            assert found[name, park, 2022].value is None
            assert "没有权重" in found[name, park, 2022].reason.zh


def test_the_example_is_marked_as_one_and_adds_up_by_hand() -> None:
    one = graded([FULL])["score Q0"]
    by_hand = (
        240.97 / 10 / 24.097 * 30 + 1361.6 / 10 / 136.16 * 20 + 1361.6 / FULL["energy_tce"] / 2.694 * 20
        + 1361.6 / 0.2 / 4929.81 * 10 + 1361.6 / 75 / 18.14 * 10 + 0.0302 / 0.0302 * 10
    )  # fmt: skip
    assert one.value == pytest.approx(by_hand)
    assert by_hand == pytest.approx(30 + 20 + 20 + 13.81 + 10.008 + 10, abs=0.01)
    assert "示例权重，不是本地规定" in one.source.zh
    assert "亩均税收 30.00" in one.source.zh


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, None) for field in ("tax_wanyuan", "energy_tce", "employees", "revenue_wanyuan")),
        *((field, 0) for field in ("energy_tce", "employees", "revenue_wanyuan")),
    ],
)
def test_missing_and_zero_denominators_give_no_score(field: str, value: float | None) -> None:
    found = graded([{**FULL, field: value}, FULL])
    for name in ("score Q0", "grade Q0"):
        assert found[name].value is None
        assert "缺少数据" in found[name].reason.zh
    assert found["score Q1"].value == graded([FULL])["score Q0"].value


def test_a_missing_part_takes_the_mean_where_the_office_says_so() -> None:
    found = graded([{**FULL, "pollutant_t": None}, FULL, {**FULL, "pollutant_t": 0.4}])
    mean = (1361.6 / 0.2 + 1361.6 / 0.4) / 2 / 4929.81 * 10
    assert found["score Q1"].value - found["score Q0"].value == pytest.approx(1361.6 / 0.2 / 4929.81 * 10 - mean)
    assert graded([{**FULL, "pollutant_t": None}])["score Q0"].value is None  # the mean of nobody


def test_grades_by_place() -> None:
    found = graded([{**FULL, "tax_wanyuan": 1000.0 - i} for i in range(20)])
    grades = [found[f"grade Q{i}"].value for i in range(20)]
    assert grades == ["A"] * 4 + ["B"] * 8 + ["C"] * 7 + ["D"]  # to 20 %, to 60 %, to 95 %, the rest
    assert "用地、用能、信贷优先" in found["grade Q0"].source.zh


def test_equal_scores_share_the_better_grade() -> None:
    found = graded([{**FULL, "tax_wanyuan": one} for one in (900.0, 800.0, 800.0, 700.0, 600.0)])
    assert [found[f"grade Q{i}"].value for i in range(5)] == ["A", "B", "B", "C", "D"]


@pytest.mark.parametrize(
    ("stats", "changed", "why"),
    [
        ({"land_mu": 2.99}, {}, "不参评：实际用地不足 3 亩"),
        ({"land_mu": 3}, {}, None),
        ({"land_mu": None}, {}, "是否参评无法判断"),
        ({}, {"above_scale": False}, "不参评：规模以下"),
        ({}, {"above_scale": None}, "是否参评无法判断"),
        ({}, {"entered_on": "2021-01-01"}, "不参评：入园不足两年"),  # two years are full on 2023-01-01
        ({}, {"entered_on": "2020-12-31"}, None),
        ({}, {"entered_on": None}, "是否参评无法判断"),
        ({}, {"industry_code": "4411"}, "不参评：公用事业"),
        ({}, {"industry_code": "D4411"}, "不参评：公用事业"),
        ({}, {"left_on": "2021-12-31"}, "不参评：当年不在园"),
    ],
)
def test_who_is_not_graded_and_why(stats: dict[str, Any], changed: dict[str, Any], why: str | None) -> None:
    found = graded([{**FULL, **stats}], **changed)
    for name in ("score Q0", "grade Q0"):
        assert (found[name].value is None) == (why is not None)
        assert why is None or why in found[name].reason.zh


def own(folder: Any, text: str) -> Any:
    """A pack over the region's with an office's weights for parks."""
    (folder / "policies" / "packs").mkdir(parents=True)
    (folder / "policies" / "weights.toml").write_text(
        '[document]\nnumber = "w"\ntitle = { zh = "办法", en = "way" }\nis_law = false\nchecked_on = 2026-01-01\n'
        f'[[score]]\nid = "E08"\nlayer = "parks"\ntitle = {{ zh = "评价", en = "evaluation" }}\n{text}',
        "utf-8",
    )
    (folder / "policies" / "packs" / "own.toml").write_text(
        'title = { zh = "本市", en = "own" }\nversion = "1"\nover = "neimenggu"\ndocuments = ["weights"]\n', "utf-8"
    )
    return policy.load("own", folder)


ITEM = '[[score.item]]\ntitle = {{ zh = "项", en = "part" }}\nweight = 100\nbenchmark = 2\nnumerator = "{0}"\ndenominator = "{1}"\n{2}'


@pytest.mark.parametrize(
    ("output", "more", "points"),
    [
        (30, "", 150), (30, "most = 120\n", 120), (1, "least = 20\n", 20), (20, "lower_is_better = true\n", 100),
        (40, "lower_is_better = true\n", 50), (0, "lower_is_better = true\n", None),
    ],
)  # fmt: skip
def test_ends_and_figures_of_which_less_is_better(
    tmp_path: Any, output: float, more: str, points: float | None
) -> None:
    pack = own(
        tmp_path, ITEM.format("output_wanyuan", "built_area_mu", more) + '[[score.grade]]\nvalue = "A"\nleast = 100\n'
    )
    stats = [{"park_id": "P1", "year": 2022, "output_wanyuan": output, "built_area_mu": 10}]
    found = audit("E08", parks=parks(1), park_stats=stats, pack=pack)
    assert found["E08.score", "P1", 2022].value == points
    grade = found["E08.grade", "P1", 2022]
    assert grade.value == ("A" if points is not None and points >= 100 else None)
    assert grade.value is not None or grade.reason.zh


def test_a_field_that_no_return_has_is_an_error_of_the_run_and_not_a_score(tmp_path: Any) -> None:
    from test_indicators import dataset

    from geoparks.indicators import figures

    pack = own(tmp_path, ITEM.format("output_yuan", "built_area_mu", ""))
    made = dataset(parks=parks(1), park_stats=[{"park_id": "P1", "year": 2022, "output_wanyuan": 1}])
    found, errors = figures(made, pack, (2022,), ["E08"])
    assert found == []
    assert "output_yuan" in errors[0].what
