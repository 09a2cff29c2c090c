"""What normalising does to rows before any rule sees them: rows that contradict each other, ids told apart, years."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from casebook import CATALOGUE, Case, dataset

from geoparks.dataset import Dataset
from geoparks.workspace import Workspace


def made(**layers: Any) -> Dataset:
    return dataset(Case("any", {"name": "any", "on": dt.date(2024, 6, 30), "expect": {}, **layers}))


def test_rows_of_one_park_are_made_to_agree() -> None:
    """What one row leaves blank the other gives; what they say differently nobody knows, and both are told."""
    parks = made(
        parks=[
            {"park_id": "P1", "name": "甲园", "approved_area_ha": 100, "level": "自治区级"},
            {"park_id": "P1", "name": "甲园", "approved_area_ha": 120, "county": "东胜区"},
            {"park_id": "P2", "name": "乙园", "approved_area_ha": 80},
        ]
    )["parks"]
    assert parks.column("name").tolist() == ["甲园", "甲园", "乙园"]
    assert parks.column("county").tolist()[:2] == ["东胜区", "东胜区"]
    assert parks.column("approved_area_ha").isna().tolist() == [True, True, False]
    assert parks.disputes == {("P1", "approved_area_ha"): ("100", "120")}
    told = {(one.code, one.row, one.field_name, one.old, one.new) for one in parks.repairs}
    assert told == {
        ("rows_disagree", 1, "approved_area_ha", "100", None),
        ("rows_disagree", 2, "approved_area_ha", "120", None),
        ("filled_from_row", 1, "county", None, "东胜区"),
        ("filled_from_row", 2, "level", None, "自治区级"),
    }


BLOCKS = [
    {"block_id": "1", "park_id": "P1", "box": [0, 0, 1000, 1000]},
    {"block_id": "1", "park_id": "P2", "box": [3000, 0, 4000, 1000]},
    {"block_id": "2", "park_id": "P2", "box": [5000, 0, 6000, 1000]},
]


def test_references_follow_blocks_that_were_told_apart() -> None:
    """Block 1 of park P1 is called P1/1 where P2 has a block 1 too; who is said to be in it must find it."""
    layers = made(
        blocks=BLOCKS,
        enterprises=[
            {"enterprise_id": "E1", "park_id": "P1", "block_id": "1"},
            {"enterprise_id": "E2", "park_id": "P2", "block_id": "1"},
            {"enterprise_id": "E3", "park_id": "P2", "block_id": "2"},
            {"enterprise_id": "E4", "block_id": "1"},
            {"enterprise_id": "E5", "park_id": "P3", "block_id": "1"},
        ],
        parcels=[{"parcel_id": "D1", "park_id": "P2", "block_id": "1", "box": [3000, 0, 3100, 100]}],
        blocks_approved=[{"block_id": "1", "park_id": "P1", "box": [0, 0, 1000, 1000]}],
    )
    assert layers["blocks"].ids.tolist() == ["P1/1", "P2/1", "2"]
    assert layers["enterprises"].column("block_id").tolist() == ["P1/1", "P2/1", "2", "1", "1"]
    assert layers["parcels"].column("block_id").tolist() == ["P2/1"]
    assert layers["blocks_approved"].ids.tolist() == ["1"]
    told = [(one.code, one.row, one.old, one.new) for one in layers["enterprises"].repairs]
    assert told == [("reference_followed", 1, "1", "P1/1"), ("reference_followed", 2, "1", "P2/1")]


def test_a_reference_that_could_mean_two_blocks_means_none() -> None:
    named = [{**one, "park_id": "P1", "name": name} for one, name in zip(BLOCKS[:2], ("东区", "西区"), strict=True)]
    layers = made(blocks=named, enterprises=[{"enterprise_id": "E1", "park_id": "P1", "block_id": "1"}])
    assert layers["enterprises"].column("block_id").tolist() == ["1"]
    assert "1" not in layers["blocks"].ids


def test_only_tables_of_statistics_say_which_year_is_the_latest(tmp_path: Path) -> None:
    """Next year's task, quota or evaluation would move the year to one without a single figure of output."""
    assert {name for name, one in CATALOGUE.layers.items() if one.statistics} == {
        "park_stats", "enterprise_stats", "league_stats",
    }  # fmt: skip
    data = tmp_path / "data"
    data.mkdir()
    tables = {
        "park_stats": {"park_id": ["P1", "P1"], "year": [2022, 2025], "output_wanyuan": [1, 2]},
        "tasks": {"year": [2024], "county": ["甲旗"], "park_id": ["P1"], "idle_task_mu": [1]},
        "evaluations": {"park_id": ["P1"], "year": [2024], "scheme": ["考核"], "rank": [1]},
        "products": {"enterprise_id": ["E1"], "year": [2024], "product": ["甲醇"], "output_t": [1]},
    }
    for name, columns in tables.items():
        pd.DataFrame(columns).to_csv(data / f"{name}.csv", index=False)
    workspace = Workspace(tmp_path)
    assert set(workspace.dataset) == set(tables)
    assert workspace.latest_year(dt.date(2024, 6, 30)) == 2022
    assert workspace.latest_year(dt.date(2021, 6, 30)) is None


@pytest.mark.parametrize(
    "lon, lat", [(39.9, 109.95), (9990, 39.9), (37_400_100, 4_400_100), (1e9, 1e9), (109.95, -39.9)]
)
def test_coordinates_that_are_no_place_in_china_are_none(lon: float, lat: float) -> None:
    layers = made(
        projects=[{"project_id": "X1", "lon": lon, "lat": lat}, {"project_id": "X2", "lon": 109.95, "lat": 39.9}]
    )
    projects = layers["projects"]
    assert [one is None for one in projects.geometry] == [True, False]
    assert [(one.code, one.row, one.feature) for one in projects.faults] == [("impossible_place", 1, "X1")]
