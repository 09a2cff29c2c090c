"""Ranks and what follows from them, years below the class standard, low ranks of high-tech zones: to the place and the year."""

from __future__ import annotations

from typing import Any

import pytest
from audited import YI, audit, parks
from test_indicators import ORDOS

SCHEME, CITY, HIGH_TECH = "自治区综合发展水平考核评价", "鄂尔多斯市工业园区考核", "自治区高新区评价"


def results(year: int = 2022, scheme: str = SCHEME, **of: Any) -> list[dict[str, Any]]:
    return [{"park_id": "P1", "year": year, "scheme": scheme, **of}]


def ranked(rows: list[dict[str, Any]], count: int = 1, pack: Any = ORDOS) -> dict[str, Any]:
    return {
        key[1]: one
        for key, one in audit("E04", parks=parks(count), evaluations=rows, pack=pack).items()
        if key[0] == "E04.rank"
    }


@pytest.mark.parametrize(
    ("rank", "participants", "words"),
    [
        (1, 70, ["3000 万元", "提高 5 个百分点"]),
        (10, 70, ["3000 万元", "提高 5 个百分点"]),
        (11, 70, []),
        (67, 70, []),
        (68, 70, ["下降 5 个百分点"]),
        (70, 70, ["下降 5 个百分点"]),
        (70, None, []),  # the last three are known only where it says how many took part
        (10, 12, ["3000 万元", "提高 5 个百分点", "下降 5 个百分点"]),
    ],
)
def test_first_ten_and_last_three(rank: int, participants: int | None, words: list[str]) -> None:
    one = ranked(results(rank=rank, participants=participants))["P1"]
    assert (one.value, one.denominator) == (rank, participants)
    assert len(one.follows) == len(words)
    said = "；".join(f"{each.words.zh} {each.citation.quote}" for each in one.follows)
    assert all(word in said for word in words)
    assert all(each.citation.article == "第二十二条" for each in one.follows)


@pytest.mark.parametrize(("rank", "follows"), [(1, 1), (2, 1), (3, 0)])
def test_the_city_favours_the_first_two(rank: int, follows: int) -> None:
    found = audit("E04", parks=parks(1), evaluations=results(scheme=CITY, rank=rank, participants=9), pack=ORDOS)
    assert found["E04.rank_city", "P1", 2022].value == rank
    assert len(found["E04.rank_city", "P1", 2022].follows) == follows
    assert found["E04.rank", "P1", 2022].value is None


def scored(*scores: float | None, participants: int | None) -> list[dict[str, Any]]:
    return [
        {"park_id": f"P{i}", "year": 2022, "scheme": SCHEME, "score": one, "participants": participants}
        for i, one in enumerate(scores, 1)
    ]


def test_equal_scores_share_the_better_rank() -> None:
    found = ranked(scored(90, 85, 85, 70, participants=4), 4)
    assert [found[f"P{i}"].value for i in (1, 2, 3, 4)] == [1, 2, 2, 4]
    assert "按得分排名" in found["P2"].source.zh


@pytest.mark.parametrize(
    ("scores", "participants", "why"),
    [
        ((90, 80), 70, "与有得分的园区数不一致"),  # two of seventy: who lies between nobody knows
        ((90, 80), None, "没有填参评数"),
        ((90, None), 2, "与有得分的园区数不一致"),
        ((None, None), 2, "没有名次，也没有得分"),
    ],
)
def test_some_scores_rank_nobody(scores: tuple[float | None, ...], participants: int | None, why: str) -> None:
    found = ranked(scored(*scores, participants=participants), 2)
    assert [one.value for one in found.values()] == [None, None]
    assert why in found["P1"].reason.zh
    assert not any(one.follows for one in found.values())


def test_a_table_that_ranks_some_ranks_the_others_not() -> None:
    rows = [*results(rank=5, score=80, participants=2), {**results(score=90, participants=2)[0], "park_id": "P2"}]
    found = ranked(rows, 2)
    assert (found["P1"].value, found["P2"].value) == (5, None)


def test_rows_that_differ_say_nothing_where_they_do() -> None:
    same = ranked(results(rank=5, participants=70) + results(rank=5, participants=70))["P1"]
    assert (same.value, len(same.follows)) == (5, 2)
    other = ranked(results(rank=5, participants=70) + results(rank=6, participants=70))["P1"]
    assert other.value is None
    assert "几行结果不同" in other.reason.zh
    half = ranked(results(rank=70, participants=70) + results(rank=70, participants=80))["P1"]
    assert (half.value, half.denominator, half.follows) == (70, None, ())


def below(*outputs: float | None, first: int = 2020) -> Any:
    stats = [
        {"park_id": "P1", "year": first + i, "output_wanyuan": one, "tax_wanyuan": 1} for i, one in enumerate(outputs)
    ]
    years = tuple(range(first, first + len(outputs)))
    return audit("E04", years=years, parks=parks(1), park_stats=stats)["E04.years_below", "P1", years[-1]]


@pytest.mark.parametrize(
    ("outputs", "value", "least", "follows"),
    [
        ((9 * YI, 9 * YI, 9 * YI), 3, None, 1),
        ((10 * YI, 9 * YI, 9 * YI), 2, None, 0),
        ((9 * YI, 10 * YI, 9 * YI), 1, None, 0),
        ((9 * YI, 9 * YI, 10 * YI), 0, None, 0),
        ((9 * YI, 9 * YI, 10 * YI - 0.01), 3, None, 1),
        ((9 * YI, None, 9 * YI), None, 1, 0),  # a year without a figure neither breaks a run nor makes it
        ((20 * YI, 9 * YI, None, 9 * YI), None, 1, 0),
        ((9 * YI, None, 9 * YI, 9 * YI, 9 * YI), 3, None, 1),  # long enough, whatever it was before
        ((9 * YI, 9 * YI, 9 * YI, None), None, None, 0),
        ((None, 9 * YI, 9 * YI), 2, None, 0),  # the data begin there
        ((9 * YI, 9 * YI, 9 * YI, 9 * YI), 4, None, 1),
    ],
)
def test_three_years_on_end_below_the_standard(
    outputs: tuple[float | None, ...], value: int | None, least: int | None, follows: int
) -> None:
    one = below(*outputs)
    assert (one.value, one.at_least, len(one.follows)) == (value, least, follows)


def runs(years: dict[int, dict[str, Any]], year: int) -> Any:
    rows = [
        {"park_id": "P1", "year": one, "scheme": HIGH_TECH, "participants": 20, **said} for one, said in years.items()
    ]
    zone = parks(1, zone_class="regional_high_tech")
    return audit("E14", years=(year,), parks=zone, evaluations=rows)["E14.low_runs", "P1", year]


TOLD = {"rank": 20, "rectify_by_on": "2021-06-30"}
LOW = {"rank": 19, "innovation_result": "weak"}  # beyond 90 % of 20
NOT_LOW = {"rank": 18, "innovation_result": "weak"}


@pytest.mark.parametrize(
    ("years", "value", "follows"),
    [
        ({2020: TOLD, 2021: LOW, 2022: LOW}, 2, 1),
        ({2020: TOLD, 2021: NOT_LOW, 2022: LOW}, 1, 0),
        ({2020: TOLD, 2021: LOW, 2022: NOT_LOW}, 0, 0),
        ({2021: LOW, 2022: LOW}, 0, 0),  # never told to rectify
        ({2020: {**TOLD, "rectify_by_on": "2022-06-30"}, 2021: LOW, 2022: LOW}, 1, 0),  # 2021 was before its day
        ({2020: {**TOLD, "rectify_by_on": "2023-01-01"}, 2021: LOW, 2022: LOW}, 0, 0),
        ({2020: TOLD, 2021: {**LOW, "rectify_by_on": "2022-06-30"}, 2022: LOW}, 2, 1),  # told again: the count goes on
        ({2020: TOLD, 2021: LOW, 2022: {**LOW, "innovation_result": "fair"}}, 0, 0),
        ({2020: TOLD, 2021: LOW, 2022: {"rank": 19}}, None, 0),  # nobody says how its innovation is
        ({2020: TOLD, 2022: LOW}, None, 0),  # 2021 is missing
        ({2020: TOLD, 2021: LOW, 2022: {**LOW, "participants": None}}, None, 0),
        ({2018: {**TOLD, "rectify_by_on": "2019-06-30"}, 2021: LOW, 2022: LOW}, 2, 1),
        ({2020: TOLD, 2021: LOW}, None, 0),  # no result of the year
    ],
)
def test_low_twice_on_end_after_rectifying(years: dict[int, dict[str, Any]], value: int | None, follows: int) -> None:
    one = runs(years, 2022)
    assert (one.value, len(one.follows)) == (value, follows)
    if follows:
        assert "限期 20" in one.source.zh and "较差" in one.source.zh


def test_only_high_tech_zones_are_managed_so() -> None:
    rows = results(scheme=HIGH_TECH, rank=20, participants=20)
    assert audit("E14", parks=parks(1, zone_class="national_etdz"), evaluations=rows) == {}
    assert audit("E14", parks=parks(1), evaluations=rows) == {}


def test_the_score_by_the_offices_weights_where_the_table_has_none(tmp_path: Any) -> None:
    from geoparks.catalog import policy

    folder = tmp_path / "policies"
    (folder / "packs").mkdir(parents=True)
    (folder / "weights.toml").write_text(
        '[document]\nnumber = "w"\ntitle = { zh = "办法", en = "way" }\nis_law = false\nchecked_on = 2026-01-01\n'
        '[[score]]\nid = "E04"\nlayer = "parks"\ntitle = { zh = "考核", en = "evaluation" }\n'
        '[[score.item]]\ntitle = { zh = "产值", en = "output" }\nweight = 60\nbenchmark = 200_000\nnumerator = "output_wanyuan"\n'
        '[[score.item]]\ntitle = { zh = "税收", en = "tax" }\nweight = 40\nbenchmark = 1000\nnumerator = "tax_wanyuan"\nmost = 50\n',
        "utf-8",
    )
    (folder / "packs" / "own.toml").write_text(
        'title = { zh = "本市", en = "own" }\nversion = "1"\nover = "neimenggu"\ndocuments = ["weights"]\n', "utf-8"
    )
    pack = policy.load("own", tmp_path)
    stats = [
        {"park_id": "P1", "year": 2022, "output_wanyuan": 300_000, "tax_wanyuan": 1_000},
        {"park_id": "P2", "year": 2022, "output_wanyuan": 99_999, "tax_wanyuan": 1_000},
        {"park_id": "P3", "year": 2022, "output_wanyuan": 300_000},
    ]
    found = audit("E04", parks=parks(3), park_stats=stats, evaluations=results(year=2021, rank=1), pack=pack)
    assert found["E04.score", "P1", 2022].value == pytest.approx(300_000 / 200_000 * 60 + 40)
    assert "不是一、二类园区" in found["E04.score", "P2", 2022].reason.zh
    assert "税收" in found["E04.score", "P3", 2022].reason.zh
    assert found["E04.rank", "P1", 2022].value is None  # ranks are the evaluation's alone
