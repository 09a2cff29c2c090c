"""The evaluation indicators: figures worked by hand, what is missing or zero, and totals that do not change in pieces."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from casebook import CATALOGUE, HERE, raw_layer
from hypothesis import given, settings
from hypothesis import strategies as st

import geoparks as gp
from geoparks.catalog import policy
from geoparks.config import Config
from geoparks.dataset import Dataset, build
from geoparks.discover import Found
from geoparks.indicators import families, figures
from geoparks.records import Indicator

PACK, ORDOS = policy.load("neimenggu"), policy.load("ordos")
PARKS = [{"park_id": "P1", "name": "甲园区", "kind": "经济开发区"}]
RETURN = {
    "park_id": "P1", "year": 2022, "output_wanyuan": 300_000, "fixed_investment_wanyuan": 40_000, "tax_wanyuan": 9_000,
    "value_added_wanyuan": 80_000, "energy_tce": 120_000, "water_m3": 960_000, "pollutant_t": 350, "revenue_wanyuan": 250_000,
    "rd_wanyuan": 5_000, "patents": 7, "built_area_mu": 1_500,
}  # fmt: skip
BY_HAND = {
    "E01.output": 300_000, "E01.fixed_investment": 40_000, "E01.tax": 9_000, "E01.output_per_mu": 200, "E01.tax_per_mu": 6,
    "E01.fixed_investment_per_mu": 40_000 / 1_500, "E01.energy_per_value_added": 1.5, "E01.water_per_value_added": 12,
    "E01.pollutant": 350, "E01.rd_share": 0.02, "E01.patents": 7, "E02.built_area_mu": 1_500,
}  # fmt: skip


def dataset(**rows: list[dict[str, Any]]) -> Dataset:
    found = Found()
    for name, some in rows.items():
        found.layers[name] = [raw_layer(name, some, HERE)]
    made = build(found, Config(Path(), "case"), CATALOGUE)
    assert not made.refused, made.refused
    made.on = dt.date(2024, 6, 30)
    return made


def of(made: Dataset, year: int = 2022) -> dict[str, Indicator]:
    found, errors = figures(made, PACK, (year,), ["E01", "E02"])
    assert errors == []
    return {one.id: one for one in found if one.subject.layer == "parks"}


def test_every_indicator_by_hand() -> None:
    found = of(dataset(parks=PARKS, park_stats=[RETURN]))
    assert {name: one.value for name, one in found.items()} == pytest.approx(BY_HAND)
    assert all(one.formula.zh and one.title.zh and one.responsible.zh and one.source.zh for one in found.values())
    per_mu = found["E01.output_per_mu"]
    assert (per_mu.numerator, per_mu.denominator, per_mu.unit) == (300_000, 1_500, "wanyuan_per_mu")


@pytest.mark.parametrize(
    ("changed", "without"),
    [
        ({"built_area_mu": None}, {"E02.built_area_mu", "E01.output_per_mu", "E01.fixed_investment_per_mu", "E01.tax_per_mu"}),
        ({"built_area_mu": 0}, {"E01.output_per_mu", "E01.fixed_investment_per_mu", "E01.tax_per_mu"}),
        ({"value_added_wanyuan": 0}, {"E01.energy_per_value_added", "E01.water_per_value_added"}),
        ({"value_added_wanyuan": None}, {"E01.energy_per_value_added", "E01.water_per_value_added"}),
        ({"revenue_wanyuan": 0}, {"E01.rd_share"}),
        ({"output_wanyuan": None}, {"E01.output", "E01.output_per_mu"}),
        ({"patents": None}, {"E01.patents"}),
    ],
)  # fmt: skip
def test_what_is_missing_or_zero_gives_no_number_and_a_reason(changed: dict[str, Any], without: set[str]) -> None:
    found = of(dataset(parks=PARKS, park_stats=[{**RETURN, **changed}]))
    assert {name for name, one in found.items() if one.value is None} == without
    assert all(found[name].reason is not None for name in without)


def test_a_year_without_a_return_is_not_the_year_before() -> None:
    assert {one.value for one in of(dataset(parks=PARKS, park_stats=[RETURN]), 2023).values()} == {None}


def test_a_kind_that_the_document_leaves_out_is_not_evaluated() -> None:
    parks = [{**PARKS[0], "kind": "物流园区"}]
    found = of(dataset(parks=parks, park_stats=[RETURN]))
    assert found["E01.output"].value is None
    assert "不在考核范围" in found["E01.output"].reason.zh
    assert found["E02.built_area_mu"].value == 1_500


def test_enterprises_stand_in_for_a_park_that_returned_nothing() -> None:
    firms = [{"enterprise_id": f"Q{i}", "name": f"企业{i}", "park_id": "P1"} for i in range(3)]
    stats = [{"enterprise_id": f"Q{i}", "year": 2022, "output_wanyuan": 100.0 * (i + 1)} for i in range(3)]
    found = of(dataset(parks=PARKS, enterprises=firms, enterprise_stats=stats))
    assert found["E01.output"].value == 600
    assert "3 家" in found["E01.output"].source.zh
    stats[1]["output_wanyuan"] = None
    found = of(dataset(parks=PARKS, enterprises=firms, enterprise_stats=stats))
    assert found["E01.output"].value is None
    assert "1 家企业没有填" in found["E01.output"].reason.zh


def test_built_area_from_finished_parcels_and_what_it_would_be_beside_a_stated_one() -> None:
    parcels = [
        {"parcel_id": "Z1", "park_id": "P1", "area_ha": 10, "finished_on": "2022-12-31", "box": [0, 0, 100, 100]},
        {"parcel_id": "Z2", "park_id": "P1", "area_ha": 20, "finished_on": "2023-01-01", "box": [200, 0, 300, 100]},
        {"parcel_id": "Z3", "park_id": "P1", "area_ha": 30, "box": [400, 0, 500, 100]},
    ]
    found = of(dataset(parks=PARKS, park_stats=[{**RETURN, "built_area_mu": None}], parcels=parcels))
    assert found["E02.built_area_mu"].value == pytest.approx(150)
    assert found["E01.output_per_mu"].value == pytest.approx(2_000)
    stated = of(dataset(parks=PARKS, park_stats=[RETURN], parcels=parcels))["E02.built_area_mu"]
    assert stated.value == 1_500
    assert "已竣工宗地面积合计 150.00 亩" in stated.source.zh


def test_a_finished_parcel_without_an_area_gives_no_built_area() -> None:
    parcels = [
        {"parcel_id": "Z1", "park_id": "P1", "area_ha": 10, "finished_on": "2022-12-31", "box": [0, 0, 100, 100]},
        {"parcel_id": "Z2", "park_id": "P1", "finished_on": "2022-12-31"},
    ]
    found = of(dataset(parks=PARKS, park_stats=[{**RETURN, "built_area_mu": None}], parcels=parcels))
    for name in ("E02.built_area_mu", "E01.output_per_mu"):
        assert found[name].value is None
        assert "1 宗已竣工宗地面积不明" in found[name].reason.zh


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8), st.integers(1, 8))
def test_splitting_enterprises_changes_no_total(outputs: list[float], pieces: int) -> None:
    def total(values: list[float]) -> float | None:
        firms = [{"enterprise_id": f"Q{i}", "name": f"企业{i}", "park_id": "P1"} for i in range(len(values))]
        stats = [{"enterprise_id": f"Q{i}", "year": 2022, "output_wanyuan": one} for i, one in enumerate(values)]
        return of(dataset(parks=PARKS, enterprises=firms, enterprise_stats=stats))["E01.output"].value

    assert total([one / pieces for one in outputs for _ in range(pieces)]) == pytest.approx(total(outputs))


def test_every_indicator_is_defined_by_a_document() -> None:
    for family in families():
        for name in family.ids:
            assert name in ORDOS.indicators, f"{name}: no [[indicator]] in policies/"
            spec = ORDOS.indicators[name]
            assert spec.title.zh and spec.title.en and spec.formula.zh and spec.formula.en, name


def test_the_audit_of_the_demonstration(tmp_path: Any) -> None:
    from geoparks.demo import make

    make(tmp_path / "demo")
    content = gp.audit(tmp_path / "demo", year=2023, on="2024-06-30").to_dict()
    found = pd.DataFrame(
        [{**one, "subject": one["subject"]["id"]} for one in content["indicators"] if one["id"].startswith("E01")]
    )
    stats = gp.open(tmp_path / "demo").layer("park_stats")
    assert set(found["year"]) == {2021, 2022, 2023}
    row = stats[(stats["park_id"] == "YQ01") & (stats["year"] == 2023) & stats["sub_park_id"].isna()].iloc[0]
    value = found[(found["id"] == "E01.output_per_mu") & (found["subject"] == "YQ01") & (found["year"] == 2023)][
        "value"
    ].item()
    assert value == pytest.approx(row["output_wanyuan"] / row["built_area_mu"])
