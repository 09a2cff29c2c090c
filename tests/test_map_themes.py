"""What layers are coloured by: numbers by year, classes, the idle ledger; what is not known is grey and says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mapped import Taken, frame, indicator, saved, squares, workspace

import geoparks as gp
from geoparks.maps.palette import UNKNOWN
from geoparks.result import Result

THEMES = """
title = { zh = "试验", en = "Trial" }
[[layer]]
name = "parcels"
fill = "#ffffff"
stroke = "#000000"
popup = ["parcel_id", "supply_mode", "area_ha", "supplied_on"]
[[layer.theme]]
indicator = "T.x"
title = { zh = "甲指标", en = "First" }
bounds = [10, 20]
count = 4
[[layer.theme]]
idle = "status"
classes = { not_idle = "#cfe3f2", suspected = "#f2a55f" }
[[layer.theme]]
idle = "days"
[[layer.theme]]
field = "supply_mode"
[[layer.theme]]
field = "area_ha"
[[layer.theme]]
field = "contract_far"
[[layer]]
name = "udb_changes"
fill = "#ffffff"
stroke = "#000000"
popup = ["change_id", "direction"]
[[layer.theme]]
field = "direction"
classes = { in = "#4386be", out = "#f2a55f" }
"""
MODES = ["挂牌出让", "划拨", None, "挂牌出让"]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    parcels = frame(
        squares(4),
        parcel_id=["P1", "P2", "P3", "P4"],
        supply_mode=MODES,
        supplied_on=["2021-03-01", "2022-03-01", None, "2023-03-01"],
    )
    parcels["面积（公顷）"] = [1.5, 2.5, None, 3.5]
    changes = frame(squares(3), change_id=["C1", "C2", "C3"], direction=["调入", "out", None])
    root = workspace(
        tmp_path_factory.mktemp("themes"), 'lang = "zh"', {"t": THEMES}, parcels=parcels, udb_changes=changes
    )
    return gp.check(root, on="2024-06-30")


def taken(result: Result, tmp_path: Path, **content: Any) -> Taken:
    return Taken.of(saved(result, "t", tmp_path / "t.html", **content))


def theme(page: Taken, index: int, layer: str = "parcels") -> dict[str, Any]:
    found: dict[str, Any] = page.layer(layer)["themes"][index]
    return found


def numbers(page: Taken, year: dict[str, Any]) -> list[float]:
    return np.frombuffer(page.block(year["values"]), dtype="<f8").tolist()


def counts(page: Taken, found: dict[str, Any], size: int) -> dict[str, int]:
    """How many features have each label."""
    codes = list(page.block(found["codes"])) if found["codes"] is not None else [255] * size
    labels = [one["label"] for one in found["classes"]]
    words = [labels[code] if code < len(labels) else found["missing"] for code in codes]
    return {one: words.count(one) for one in dict.fromkeys(words)}


def test_an_indicator_has_its_years_in_order_with_values_where_they_belong(result: Result, tmp_path: Path) -> None:
    rows = [
        indicator("parcels", "P2", 5.0, 2022),
        indicator("parcels", "P1", 7.0, 2021),
        indicator("parcels", "P4", None, 2021),
        indicator("parcels", "unknown", 9.0, 2021),
        indicator("blocks", "P3", 9.0, 2021),
        indicator("parcels", "P3", 9.0, 2021, name="T.other"),
    ]
    page = taken(result, tmp_path, indicators=rows)
    found = theme(page, 0)
    assert [one["year"] for one in found["years"]] == [2021, 2022]
    assert found["years"][0]["breaks"] == found["years"][1]["breaks"]  # a colour means the same in every year
    np.testing.assert_equal(numbers(page, found["years"][0]), [7.0, np.nan, np.nan, np.nan])
    np.testing.assert_equal(numbers(page, found["years"][1]), [np.nan, 5.0, np.nan, np.nan])
    assert (found["title"], found["unit"], found["missing"], found["none"]) == ("甲指标", "万元", "未计算", UNKNOWN)
    assert found["scheme"] == "manual"


@pytest.mark.parametrize(
    ("unit", "lang", "words"),
    [
        ("ratio", "zh", "%"),
        ("wanyuan", "zh", "万元"),
        ("mu", "zh", "亩"),
        ("ha", "en", "ha"),
        ("", "zh", ""),
        ("tce/x", "zh", "tce/x"),
    ],
)
def test_units_are_words(result: Result, tmp_path: Path, unit: str, lang: str, words: str) -> None:
    page = taken(result, tmp_path, lang=lang, indicators=[indicator("parcels", "P1", 1.0, unit=unit)])
    assert theme(page, 0)["unit"] == words


@pytest.mark.parametrize(("lang", "words"), [("zh", "未计算"), ("en", "not computed")])
def test_what_is_not_computed_is_grey_and_says_so(result: Result, tmp_path: Path, lang: str, words: str) -> None:
    page = taken(result, tmp_path, lang=lang, indicators=[], idle=[])
    for index in (0, 2):
        assert (theme(page, index)["years"], theme(page, index)["missing"]) == ([], words)
    assert (theme(page, 1)["codes"], theme(page, 1)["missing"], theme(page, 1)["none"]) == (None, words, UNKNOWN)


def test_the_idle_ledger_colours_the_parcels_that_it_names(result: Result, tmp_path: Path) -> None:
    idle = [
        {"parcel_id": "P1", "status": "suspected", "days": 400},
        {"parcel_id": "P2", "status": "not_idle", "days": None},
    ]
    page = taken(result, tmp_path, idle=idle)
    assert counts(page, theme(page, 1), 4) == {"疑似闲置": 1, "未闲置": 1, "未计算": 2}
    np.testing.assert_equal(numbers(page, theme(page, 2)["years"][0]), [400.0, np.nan, np.nan, np.nan])
    assert theme(page, 2)["unit"] == "天"


def test_a_parcel_that_was_judged_and_has_no_type_is_not_called_uncomputed(result: Result, tmp_path: Path) -> None:
    every = taken(result, tmp_path)
    names = every.columns("parcels")[0]
    page = taken(result, tmp_path, idle=[{"parcel_id": one, "status": None} for one in names])
    assert counts(page, theme(page, 1), len(names)) == {"不适用": len(names)}


def test_a_class_that_the_map_does_not_name_is_other_and_not_blank(result: Result, tmp_path: Path) -> None:
    idle = [{"parcel_id": "P1", "status": "suspected"}, {"parcel_id": "P2", "status": "determined"}]
    page = taken(result, tmp_path, idle=idle)
    assert counts(page, theme(page, 1), 4) == {"疑似闲置": 1, "其他": 1, "未计算": 2}


@pytest.mark.parametrize(("lang", "words"), [("zh", ["调入", "调出"]), ("en", ["Taken in", "Let go"])])
def test_codes_are_spelled_as_people_read_them(result: Result, tmp_path: Path, lang: str, words: list[str]) -> None:
    page = taken(result, tmp_path, lang=lang)
    found = theme(page, 0, "udb_changes")
    assert [one["label"] for one in found["classes"]] == words
    assert page.columns("udb_changes")[2] == [*words, None]
    assert list(page.block(found["codes"])) == [0, 1, 255]


def test_classes_of_a_field_are_counted_and_blanks_are_blank(result: Result, tmp_path: Path) -> None:
    page = taken(result, tmp_path)
    assert counts(page, theme(page, 3), 4) == {"挂牌出让": 2, "划拨": 1, "未填": 1}
    area = theme(page, 4)
    np.testing.assert_equal(numbers(page, area["years"][0]), [1.5, 2.5, np.nan, 3.5])
    assert (area["years"][0]["year"], area["unit"], area["missing"]) == (None, "公顷", "未填")
    assert theme(page, 5)["years"] == []
    assert theme(page, 5)["missing"] == "未填"


def test_a_field_of_very_many_values_says_other_for_the_rest(tmp_path: Path) -> None:
    words = 'title = { zh = "多", en = "Many" }\n[[layer]]\nname = "parcels"\nfill = "none"\nstroke = "#000"\n[[layer.theme]]\nfield = "location"\n'
    parcels = frame(squares(40), parcel_id=[f"P{i:02d}" for i in range(40)], location=[f"地{i:02d}" for i in range(40)])
    result = gp.check(workspace(tmp_path / "ws", "", {"t": words}, parcels=parcels), on="2024-06-30")
    page = taken(result, tmp_path)
    found = counts(page, theme(page, 0), 40)
    assert "未填" not in found
    assert found["其他"] > 10
    assert sum(found.values()) == 40


def test_numbers_dates_and_words_come_as_they_are(result: Result, tmp_path: Path) -> None:
    page = taken(result, tmp_path)
    assert page.columns("parcels")[1:5] == [
        ["P1", "P2", "P3", "P4"],
        MODES,
        [1.5, 2.5, None, 3.5],
        ["2021-03-01", "2022-03-01", None, "2023-03-01"],
    ]


def test_the_same_map_has_the_same_bytes(result: Result, tmp_path: Path) -> None:
    assert taken(result, tmp_path).text == taken(result, tmp_path).text
