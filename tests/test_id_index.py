"""Which rows have one id: as a dictionary would tell it, whatever stands on disk and however many are looked at together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoparks.normalise import by_position, id_index
from geoparks.normalise.by_position import ByPosition
from geoparks.normalise.id_index import IdIndex

Array = np.ndarray[Any, Any]
ALL = ["甲", "乙", "a", "b", "#1", ""]
ids = st.lists(st.sampled_from(ALL), max_size=14)


def few_hashes(some: Array) -> Array:
    """Hashes of which several ids have the same, the least and the greatest that there are among them."""
    return np.array([(0, 1 << 63, (1 << 64) - 1)[ALL.index(one) % 3] for one in some], dtype=np.uint64)


@given(ids, st.booleans(), st.booleans(), st.integers(1, 20), st.integers(1, 20))
def test_rows_of_ids_are_those_of_a_dictionary(
    some: list[str], on_disk: bool, collide: bool, together: int, piece: int
) -> None:
    held: Any = np.array([*some, None], dtype=object)[:-1]
    known = ByPosition(len(held), lambda rows: held if rows is None else held[rows]) if on_disk else held
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(id_index, "_TOGETHER", together)
        patch.setattr(by_position, "ROWS", piece)
        if collide:
            patch.setattr(id_index, "_hashes", few_hashes)
        index = IdIndex(known, on_disk=on_disk)
        rows_of = {one: [row for row, other in enumerate(some) if other == one] for one in ALL}
        assert {one: index.rows_of(one) for one in ALL} == rows_of
        assert index.first_of(ALL).tolist() == [next(iter(rows_of[one]), -1) for one in ALL]
        assert index.first_of([]).tolist() == []
    assert index.repeated.tolist() == np.flatnonzero(pd.Series(held).duplicated(keep=False)).tolist()
    all_rows = np.arange(len(some))
    assert index.numbers_of(all_rows).tolist() == [rows_of[one][0] for one in some]
    assert index.numbers_of(all_rows[::-2]).tolist() == [rows_of[one][0] for one in some][::-2]
    here, at = index.among_repeated(all_rows)
    assert index.repeated[at].tolist() == all_rows[here].tolist()
