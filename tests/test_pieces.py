"""What is asked of each parcel in pieces is what is asked of all at once, whatever cannot be read and however rows differ."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import numpy as np
import pytest
from casebook import Case, dataset

from geoparks import parcelwise
from geoparks.catalog import policy
from geoparks.engine import Local
from geoparks.rules import registry

ROWS = 160
SOME = {
    "park_id": ["P1", "P1", "P2", None],
    "supplied_on": ["2019-01-01"] * 8 + [None, "words"],
    "agreed_start_on": ["2019-06-01"] * 6 + ["2024-03-01", None, "words"],
    "started_on": ["2020-01-01"] * 3 + [None] * 6 + ["words"],
    "finished_on": ["2022-01-01"] * 5 + [None] * 6 + ["words"],
    "exempt_days": [None] * 8 + [10, "words"],
    "disposed_on": [None] * 15 + ["words"],
    "deregistered_on": [None] * 12 + ["2022-06-01", "words"],
    "contract_far": [1.0, 1.0, 1.0, None, "words"],
    "floor_area_m2": [5_000, 20_000, 5_000, "words"],
    "area_ha": [1.0, None, None, "words"],
}


def layers(seed: int) -> dict[str, Any]:
    """Parcels in one row to four, whose rows agree or differ; some of the words are too frequent to be told one by one."""
    random = np.random.default_rng(seed)
    parcels: list[dict[str, Any]] = []
    for one in range(ROWS):
        other = parcels[random.integers(one)] if one and random.random() < 0.3 else None
        row = {"parcel_id": f"Z{one}", "name": f"n{one}"}
        for name, values in SOME.items():
            value = values[random.integers(len(values))]
            row[name] = f"说不清{one}" if value == "words" else value
        if other is not None:
            row = {**(other if random.random() < 0.6 else row), "parcel_id": other["parcel_id"], "name": other["name"]}
            row["park_id"] = other["park_id"] if random.random() < 0.5 else None
        parcels.append({**row, "box": [200 * one, 0, 200 * one + 100, 100]})
    firms = [{"enterprise_id": f"E{one % 70}", "parcel_id": f"Z{random.integers(ROWS)}"} for one in range(90)]
    returns = [{"enterprise_id": f"E{one}", "year": 2023, "tax_wanyuan": one} for one in range(60)]
    return {
        "parcels": parcels, "parks": [{"park_id": name, "name": name} for name in ("P1", "P2")],
        "enterprises": firms, "enterprise_stats": returns,
        "rasters": [{"year": 2023, "at": [-100, 300], "cell": 50, "cells": [([50] * 4 + [30] * 4) * 90] * 20}],
        "land_cover": {"legend": "WorldCover", "built": [50]},
    }  # fmt: skip


def answer(given: dict[str, Any]) -> tuple[list[Any], ...]:
    made = dataset(Case("pieces", {"name": "pieces", "on": dt.date(2024, 6, 30), "expect": {}, **given}))
    rules = [one for one in registry() if parcelwise.is_parcelwise(one)]
    found = parcelwise.ask(made, policy.load("neimenggu"), rules, Local(), idle=True, year=2023)
    assert found.idle is not None and found.low_efficiency is not None and not found.verdicts.errors
    told = (found.verdicts.checks, found.verdicts.findings)
    return list(found.idle), list(found.low_efficiency), *(sorted(some, key=repr) for some in told)


@pytest.mark.parametrize("seed", range(3))
def test_pieces_say_what_the_whole_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given = layers(seed)
    idle, compared, checks, findings = whole = answer(given)
    status = Counter(one.status for one in idle)
    assert min(status[one] for one in ("not_idle", "suspected", "not_checked")) > 5
    assert {one.below for one in compared} == {True, False, None}
    assert {one.outcome for one in checks} == {"pass", "fail", "not_checked"} and findings
    for rows in (1, 7, 40):
        monkeypatch.setattr(parcelwise, "ROWS", rows)
        assert answer(given) == whole


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_rows_changes_no_verdict(seed: int) -> None:
    """The first row of an id speaks for it only where all say the same."""
    given = layers(seed)
    turned = {**given, "parcels": given["parcels"][::-1]}
    one, other = answer(given), answer(turned)
    assert {row.parcel.id: row.status for row in one[0]} == {row.parcel.id: row.status for row in other[0]}
    figures = [{(row.parcel.id, row.measure): row.below for row in some[1]} for some in (one, other)]
    assert figures[0] == figures[1]
    assert [(row.subject.id, row.outcome) for row in one[2]] == [(row.subject.id, row.outcome) for row in other[2]]
