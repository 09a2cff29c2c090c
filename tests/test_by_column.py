"""Figures of many rows by column: what is on disk comes back as it was put, and goes from the disk with its table."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoparks.measure import by_column
from geoparks.measure.by_column import ByColumn, rows_of_each
from geoparks.normalise import numbered, rows_on_disk

DAYS = np.array(["2020-02-29", "NaT", "1999-12-31"], dtype="datetime64[D]")
COLUMNS: dict[str, Any] = {
    "m2": np.array([1.5, np.nan, -0.0]), "on": DAYS, "placed": np.array([True, False, True]), "parcel": np.arange(3),
    "park_id": np.array(["P2", None, "P1"], dtype=object), "county": np.array([None, None, None], dtype=object),
}  # fmt: skip


def files() -> set[Path]:
    return set(Path(rows_on_disk._folder()).iterdir())


@pytest.mark.parametrize("on_disk", [False, True])
def test_columns_come_back_as_they_were_put(on_disk: bool) -> None:
    before = files()
    table = ByColumn(3, COLUMNS, on_disk=on_disk)
    assert len(files() - before) == (len(COLUMNS) if on_disk else 0)
    frame = table.frame(*reversed(COLUMNS))
    assert list(frame) == list(reversed(COLUMNS))
    for name in ("m2", "placed", "parcel"):
        assert np.array_equal(table.array(name), COLUMNS[name], equal_nan=name == "m2")
        assert frame[name].dtype == COLUMNS[name].dtype
    assert np.array_equal(table.array("on"), DAYS, equal_nan=True)
    assert [None if pd.isna(one) else one for one in frame["park_id"]] == ["P2", None, "P1"]
    assert frame["county"].isna().all()
    assert {word: rows.tolist() for word, rows in rows_of_each(frame["park_id"]).items()} == {"P2": [0], "P1": [2]}
    table.put("m2", np.zeros(3))
    assert table["m2"].tolist() == [0, 0, 0]
    del table, frame
    gc.collect()
    assert files() == before


def test_where_the_disk_has_no_room_columns_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(by_column.np, "save", full)
    before = files()
    table = ByColumn(3, COLUMNS, on_disk=True)
    gc.collect()
    assert files() == before
    assert np.array_equal(table.array("m2"), COLUMNS["m2"], equal_nan=True)
    assert table["park_id"].tolist()[::2] == ["P2", "P1"]


def test_a_table_of_no_rows() -> None:
    table = ByColumn(0, {"m2": np.empty(0), "park_id": np.empty(0, dtype=object)}, on_disk=True)
    assert len(table) == 0
    assert table.frame("m2", "park_id").empty
    assert rows_of_each(table["park_id"]) == {}


words = st.lists(st.one_of(st.none(), st.sampled_from(["", "甲", "乙", "a", "b"])), max_size=12)


@given(words, st.integers(1, 5))
def test_numbers_are_those_of_pandas_whatever_the_piece(some: list[str | None], piece: int) -> None:
    values = np.array([*some, None], dtype=object)[:-1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbered, "_PIECE", piece)
        numbers, found = numbered.numbered(values)
        pairs, different = numbered.numbered_pairs(values, values[::-1])
    expected, names = pd.factorize(values)
    assert numbers.tolist() == expected.tolist()
    assert found == names.tolist()
    assert [different[one] for one in pairs.tolist()] == list(zip(values.tolist(), values[::-1].tolist(), strict=True))
    assert len(set(different)) == len(different)
