"""GeoParquet is read in batches, parsed while the next rows are unpacked: what is handed on is the table as it stands."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from written import codes, one

from geoparks.kernel.threads import ahead
from geoparks.read import runs

ROWS = 23


def table() -> gpd.GeoDataFrame:
    """Columns of every kind, with blanks among them; rows without geometry, and rows that have names of their own."""
    rng = np.random.default_rng(1)
    shapes = shapely.box(*rng.uniform(0, 1, (2, ROWS)), *rng.uniform(2, 3, (2, ROWS)))
    shapes[[4, 11]] = None
    columns = {
        "编号": [f"D{k}" for k in range(ROWS)], "面积": rng.uniform(0, 9, ROWS), "用途": pd.Categorical([f"{k // 5}" for k in range(ROWS)]),
        "宗数": pd.array([None if k % 7 == 3 else k for k in range(ROWS)], dtype="Int64"), "空": [None] * ROWS,
        "日期": pd.to_datetime(["2020-01-01"] * ROWS), "闲置": [k % 2 == 0 for k in range(ROWS)],
        "产业": [["钢铁", "化工"][: k % 3] for k in range(ROWS)], "备注": [None if k < 12 else "迟" for k in range(ROWS)],
    }  # fmt: skip
    index = pd.Index([f"r{k}" for k in range(ROWS)], name="行")
    return gpd.GeoDataFrame(columns, geometry=shapes, index=index, crs=4490)


@pytest.mark.parametrize("batch", [1, 5, 12, ROWS, 65_536])
@pytest.mark.parametrize("group", [3, ROWS])
def test_batches_are_the_table(tmp_path: Path, monkeypatch: Any, batch: int, group: int) -> None:
    monkeypatch.setattr(runs, "ROWS", batch)
    table().to_parquet(path := tmp_path / "a.parquet", row_group_size=group)
    raw = one(path)
    whole = pq.read_table(path).to_pandas().drop(columns="geometry").reset_index(drop=True)
    whole["产业"] = ["、".join(some) for some in whole["产业"]]
    pd.testing.assert_frame_equal(raw.table, whole)
    assert raw.geometry is not None
    assert shapely.equals_exact(raw.geometry, table().geometry.to_numpy()).sum() == ROWS - 2
    assert np.flatnonzero(shapely.is_missing(raw.geometry)).tolist() == [4, 11]


@pytest.mark.parametrize("batch", [1, 4, 65_536])
def test_what_cannot_be_parsed_is_told_by_its_row(tmp_path: Path, monkeypatch: Any, batch: int) -> None:
    """An open ring is closed, damaged bytes are a fault, and neither moves a row of a later batch."""
    monkeypatch.setattr(runs, "ROWS", batch)
    table().to_parquet(path := tmp_path / "a.parquet")
    stored = pq.read_table(path)
    at = stored.schema.get_field_index("geometry")
    written = stored["geometry"].to_pylist()
    open_ring = shapely.to_wkb(shapely.Polygon([(0, 0), (1, 0), (1, 1), (0, 1)])).replace(b"\x05\0\0\0", b"\x04\0\0\0")[
        :-16
    ]
    written[7], written[18], written[20] = b"\x01\x03\0\0", open_ring, b""
    pq.write_table(stored.set_column(at, stored.schema.field(at), pa.array(written, pa.binary())), path)
    raw = one(path)
    assert [(fault.code, fault.row) for fault in raw.faults] == [
        ("geometry_unreadable", 8),
        ("geometry_unreadable", 21),
    ]
    assert [(repair.code, repair.row) for repair in raw.repairs] == [("ring_closed", 19)]
    assert raw.geometry is not None
    assert raw.geometry[18].area == 1.0
    assert np.flatnonzero(shapely.is_missing(raw.geometry)).tolist() == [4, 7, 11, 20]
    assert raw.geometry[22].equals(table().geometry.iloc[22])


def test_a_file_of_no_rows_keeps_its_columns(tmp_path: Path) -> None:
    table().iloc[:0].to_parquet(path := tmp_path / "a.parquet")
    raw = one(path)
    assert list(raw.table) == [name for name in table() if name != "geometry"]
    assert raw.geometry is not None
    assert len(raw.table) == len(raw.geometry) == 0


def test_native_coordinates_are_read_too(tmp_path: Path) -> None:
    """GeoArrow's own encoding of polygons, without well-known bytes; heights are left out and said."""
    frame = table().iloc[:4]
    frame.geometry = shapely.force_3d(frame.geometry.to_numpy(), 5.0)
    frame.to_parquet(path := tmp_path / "a.parquet", geometry_encoding="geoarrow", schema_version="1.1.0")
    raw = one(path)
    assert codes(raw) == ["z_dropped"]
    assert shapely.equals(raw.geometry, table().geometry.to_numpy()[:4]).all()


def test_the_next_is_made_while_the_last_is_used_and_none_is_lost() -> None:
    made, first_used = [], threading.Event()

    def things() -> Any:
        for k in range(5):
            made.append(k)
            if k == 1:
                first_used.set()
            yield k

    got = []
    for k in ahead(things()):
        if k == 0:
            assert first_used.wait(10)  # the second is made before the first one is done with
        got.append(k)
        assert max(made) <= k + 1  # and no more than one is in store
    assert got == list(range(5))


def test_an_error_of_the_thread_is_raised_where_the_things_are_used() -> None:
    def things() -> Any:
        yield 1
        raise ValueError("second")

    got = []
    with pytest.raises(ValueError, match="second"):
        got.extend(ahead(things()))
    assert list(ahead(iter(()))) == []
