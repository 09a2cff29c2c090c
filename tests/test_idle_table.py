"""Many idle rows: a table of all of them beside a document that counts them and lists the ones that need someone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from geoparks import document
from geoparks.document import to_json
from geoparks.reports import idle_table


def row(number: int, status: str) -> dict[str, Any]:
    return {
        "parcel_id": f"P{number}", "name": "甲", "status": status, "days": 5 if status == "suspected" else None,
        "fee_wanyuan": None, "area_m2": 12.5, "area_mu": 0.01875, "options": [], "remarks": ["=说明"], "steps": [{"id": "a"}],
        "evidence": {"land_cover_2020": 0.5}, "quote": None,
    }  # fmt: skip


def content(count: int) -> dict[str, Any]:
    return {
        "format": 1,
        "idle": [row(k, "suspected" if k % 4 == 3 else "not_idle") for k in range(count)],
        "ledger": [],
    }


@pytest.mark.parametrize(("count", "told"), [(19, False), (20, False), (21, True)])
def test_only_very_many_go_to_a_table(count: int, told: bool, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(document, "IDLE_LISTED", 20)
    whole = content(count)
    assert idle_table.write(whole, tmp_path) is told
    read = json.loads(to_json(whole))
    if not told:
        assert read == whole
        assert not list(tmp_path.iterdir())
        return
    assert len(whole["idle"]) == count  # what stays in memory is not touched
    assert {one["status"] for one in read["idle"]} == {"suspected"}
    assert read["idle_counts"] == {"not_idle": 16, "suspected": 5}
    assert read["idle_table"] == "tables/idle.parquet"
    table = pq.read_table(tmp_path / read["idle_table"]).to_pylist()
    assert [one["parcel_id"] for one in table] == [f"P{k}" for k in range(count)]
    assert table[3]["days"] == 5
    assert table[0]["days"] is None
    assert json.loads(table[0]["evidence"]) == {"land_cover_2020": 0.5}
    first = (tmp_path / read["idle_table"]).read_bytes()
    idle_table.write(whole, tmp_path)
    assert (tmp_path / read["idle_table"]).read_bytes() == first
