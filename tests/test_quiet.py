"""Parcels that are not idle are told by columns, the others one at a time: both ways say the same of each."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

import geoparks as gp
from geoparks.catalog import policy
from geoparks.demo import make
from geoparks.idle_land import words
from geoparks.idle_land.facts import facts_of
from geoparks.idle_land.identify import identify
from geoparks.idle_land.reasons import reason, reasons_of_quiet
from geoparks.text import joined

DAYS = ("2012-03-01", "2018-07-31", "2022-12-31", "2024-06-30", "2031-01-01")


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("quiet") / "ws"
    make(folder)
    made = gp.open(folder).dataset
    parcels = made["parcels"]
    stated = parcels.column("should_start_area_ha").to_numpy(dtype=float).copy()
    stated[::2] = np.nan  # the demonstration states it of all: then nothing is told of where the area comes from
    parcels.table.put("should_start_area_ha", pd.Series(stated))
    parcels.forget()
    return made


@pytest.mark.parametrize("on", DAYS)
def test_the_reasons_are_those_of_one_at_a_time(layers: Any, on: str) -> None:
    day = dt.date.fromisoformat(on)
    facts = facts_of(layers)
    found = identify(facts, policy.load("neimenggu").idle, day)
    index = np.flatnonzero(found.status == "not_idle")
    assert len(index) > 1_000
    one_by_one = [joined(reason(facts, found, one, "not_idle")) for one in index.tolist()]
    assert reasons_of_quiet(facts, found, index, "zh").to_pylist() == [one.zh for one in one_by_one]
    assert reasons_of_quiet(facts, found, index, "en").to_pylist() == [one.en for one in one_by_one]


def test_every_kind_of_reason_is_met(layers: Any) -> None:
    """Else the test above would say less than it seems to."""
    facts, law, met = facts_of(layers), policy.load("neimenggu").idle, set()
    areas: dict[str, set[int]] = {}
    for on in DAYS:
        found = identify(facts, law, dt.date.fromisoformat(on))
        quiet = found.status == "not_idle"
        met |= set(found.why[quiet].tolist())
        for kind in ("A", "B", ""):
            areas.setdefault(kind, set()).update(found.area_known_by[quiet & (found.type == kind)].tolist())
    assert met == {"building", "enough", "finished", "not_supplied", "not_yet", "stopped_short"}
    assert areas["B"] == {1, 2} == areas["A"] == areas[""], "only of type B it is told where the area comes from"


@pytest.mark.parametrize("on", DAYS)
def test_where_the_area_comes_from_is_told_of_type_b_alone(layers: Any, on: str) -> None:
    facts = facts_of(layers)
    found = identify(facts, policy.load("neimenggu").idle, dt.date.fromisoformat(on))
    index = np.flatnonzero(found.status == "not_idle")
    says = [words.AREA_KNOWN_BY[1].zh in one for one in reasons_of_quiet(facts, found, index, "zh").to_pylist()]
    assert says == ((found.type[index] == "B") & (found.area_known_by[index] == 1)).tolist()
