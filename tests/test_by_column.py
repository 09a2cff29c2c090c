"""Figures of many rows by column: what is on disk comes back as it was put, and goes from the disk with its table."""

from __future__ import annotations

import gc
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoparks.measure.by_column import ByColumn
from geoparks.normalise import by_position, numbered, rows_on_disk

DAYS = np.array(["2020-02-29", "NaT", "1999-12-31"], dtype="datetime64[D]")
COLUMNS: dict[str, Any] = {
    "m2": np.array([1.5, np.nan, -0.0]), "on": DAYS, "placed": np.array([True, False, True]), "parcel": np.arange(3),
    "park_id": np.array(["P2", None, "P1"], dtype=object), "county": np.array([None, None, None], dtype=object),
}  # fmt: skip


def files() -> set[Path]:
    gc.collect()
    return set(Path(rows_on_disk._folder()).iterdir())


@pytest.mark.parametrize("on_disk", [False, True])
def test_columns_come_back_as_they_were_put(on_disk: bool) -> None:
    before = files()
    table = ByColumn(COLUMNS, on_disk=on_disk)
    assert len(files() - before) == (len(COLUMNS) if on_disk else 0)
    frame = table.frame(*reversed(COLUMNS))
    assert list(frame) == list(reversed(COLUMNS))
    for name in ("m2", "placed", "parcel"):
        assert np.array_equal(table.array(name), COLUMNS[name], equal_nan=name == "m2")
        assert frame[name].dtype == COLUMNS[name].dtype
    assert np.array_equal(table.array("on"), DAYS, equal_nan=True)
    assert [None if pd.isna(one) else one for one in frame["park_id"]] == ["P2", None, "P1"]
    assert frame["county"].isna().all()
    assert {word: rows.tolist() for word, rows in table.rows_of_each("park_id").items()} == {"P2": [0], "P1": [2]}
    del table, frame
    gc.collect()
    assert files() == before


@pytest.mark.parametrize("on_disk", [False, True])
@given(
    cuts=st.sets(st.integers(0, 3), max_size=3), rows=st.lists(st.integers(0, 2), max_size=5), piece=st.integers(1, 4)
)
def test_rows_may_come_in_pieces(on_disk: bool, cuts: set[int], rows: list[int], piece: int) -> None:
    whole, table = ByColumn(COLUMNS), ByColumn(on_disk=on_disk)
    edges = [0, *sorted(cuts), 3]
    for first, last in pairwise(edges):
        table.append({name: values[first:last] for name, values in COLUMNS.items()})
    assert len(table) == 3
    pd.testing.assert_frame_equal(table.frame(*COLUMNS), whole.frame(*COLUMNS))
    some = table.frame(*COLUMNS, rows=np.array(rows, dtype=int))
    pd.testing.assert_frame_equal(some, whole.frame(*COLUMNS).iloc[rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_position, "ROWS", piece)
        frames = list(table.frames(*COLUMNS))
    assert [len(one) for one in frames] == [len(one) for one in np.split(np.arange(3), range(piece, 3, piece))]
    pd.testing.assert_frame_equal(pd.concat(frames), whole.frame(*COLUMNS), check_index_type=False)


@pytest.mark.parametrize("after", [0, 2])
def test_where_the_disk_has_no_room_columns_stay_in_memory(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be it from the beginning, or when a part of the rows is written already: then what is there is read back."""
    table, before = ByColumn(on_disk=True), files()
    table.append({name: values[:after] for name, values in COLUMNS.items()})
    opened = Path.open

    def full(path: Path, mode: str = "r", *more: Any) -> Any:
        if mode == "ab":
            raise OSError(28, "No space left on device")
        return opened(path, mode, *more)

    monkeypatch.setattr(Path, "open", full)
    table.append({name: values[after:] for name, values in COLUMNS.items()})
    assert np.array_equal(table.array("m2"), COLUMNS["m2"], equal_nan=True)
    assert table["park_id"].tolist()[::2] == ["P2", "P1"]
    del table
    gc.collect()
    assert files() == before


def test_a_table_of_no_rows() -> None:
    table = ByColumn({"m2": np.empty(0), "park_id": np.empty(0, dtype=object)}, on_disk=True)
    assert len(table) == 0
    assert [len(one) for one in table.frames("m2", "park_id")] == [0]
    assert table.frame("m2", "park_id").empty
    assert table.rows_of_each("park_id") == {}


words = st.lists(st.one_of(st.none(), st.sampled_from(["", "甲", "乙", "a", "b"])), max_size=12)


@given(words, st.integers(1, 5))
def test_numbers_are_those_of_pandas_whatever_the_piece(some: list[str | None], piece: int) -> None:
    values = np.array([*some, None], dtype=object)[:-1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_position, "ROWS", piece)
        numbers, found = numbered.numbered(values)
        pairs, different = numbered.numbered_pairs(values, values[::-1])
    expected, names = pd.factorize(values)
    assert numbers.tolist() == expected.tolist()
    assert found == names.tolist()
    assert [different[one] for one in pairs.tolist()] == list(zip(values.tolist(), values[::-1].tolist(), strict=True))
    assert len(set(different)) == len(different)
