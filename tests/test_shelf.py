"""Rows on disk are the rows in memory, whatever is asked of them; they go when nobody holds them, and stay held where they cannot go."""

from __future__ import annotations

import datetime as dt
import gc
import pickle
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

import geoparks as gp
from geoparks import parcelwise
from geoparks.demo import make
from geoparks.normalise import assemble, by_position, rows_on_disk
from geoparks.normalise.rows_on_disk import PLANES, Run
from geoparks.normalise.shelf import Shelf, shelved
from geoparks.normalise.table import Held, Table
from geoparks.normalise.together import together
from geoparks.pipeline import asked

COUNT = 60


def made(seed: int, count: int = COUNT, moved: bool = False) -> Held:
    """Rows with every kind of value that a layer has, blanks among them; `moved`: drawn in another plane than EPSG:4490."""
    random = np.random.default_rng(seed)
    blank = random.random((4, count)) < 0.2
    words = np.array([f"宗地{one}" for one in random.integers(0, 9, count)], dtype=object)
    days = np.array(
        [dt.date(2020, 1, 1) + dt.timedelta(int(one)) for one in random.integers(0, 900, count)], dtype=object
    )
    flags = np.array([bool(one) for one in random.integers(0, 2, count)], dtype=object)
    for values, some in zip((words, days, flags), blank, strict=False):
        values[some] = None
    shapes = shapely.box(*random.uniform(110, 111, (2, count)), *random.uniform(111, 112, (2, count)))
    shapes[:4] = [None, shapely.Polygon(), shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]), shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2)]  # fmt: skip
    own = shapely.transform(shapes, lambda xy: xy * 1000) if moved else shapes
    sound = own.copy()
    if moved:
        sound[5] = shapely.box(0, 0, 1, 2)
    columns: dict[str, Any] = {
        "parcel_id": np.array([f"{seed}-{one}" for one in range(count)], dtype=object), "name": words, "supplied_on": days,
        "standard_land": flags, "area_ha": np.where(blank[3], np.nan, random.random(count)),
        "cause": np.full(count, None, dtype=object),
    }  # fmt: skip
    frame = pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in columns.items()})
    return Held(gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4490"), own, sound)


def same(one: Any, other: Any) -> bool:
    """Whether values are the same and of the same kind; a blank is as blank as it was."""
    one, other = list(one), list(other)
    return len(one) == len(other) and all(
        type(a) is type(b) and (a == b or (a != a and b != b)) for a, b in zip(one, other, strict=True)
    )


def alike(one: Table, other: Table) -> None:
    """Hold two tables against each other, all of them."""
    assert one.fields == other.fields and len(one) == len(other) and one.shaped == other.shaped
    assert (one.drawn == other.drawn).all()
    for name in one.fields:
        assert one.column(name).dtype == other.column(name).dtype
        assert same(one.column(name), other.column(name)) and one.is_filled(name) == other.is_filled(name)
    for plane in PLANES:
        assert shapely.to_wkb(getattr(one, plane)[:]).tolist() == shapely.to_wkb(getattr(other, plane)[:]).tolist()
    assert same(one.frame.index, other.frame.index) and list(one.frame.columns) == list(other.frame.columns)


@pytest.mark.parametrize("moved", [False, True])
def test_what_was_put_there_comes_back(moved: bool) -> None:
    held = made(1, moved=moved)
    kept = shelved(held)
    assert isinstance(kept, Shelf) and shelved(kept) is kept
    alike(held, kept)
    alike(held, kept.some(np.arange(COUNT)))


@pytest.mark.parametrize("batch", [1, 7, 4_096])
def test_some_rows_of_several_files(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_on_disk, "BATCH", batch)
    parts = [made(seed, count, moved=seed == 2) for seed, count in ((1, 33), (2, 20), (3, 7))]
    kept = together([shelved(part) for part in parts])
    held = together([Held(part.frame.copy(), part.own, part.sound) for part in parts])
    assert isinstance(kept, Shelf) and isinstance(held, Held)
    alike(held, kept)
    random = np.random.default_rng(0)
    for rows in (
        np.arange(60),
        np.arange(59, -1, -1),
        random.integers(0, 60, 25),
        np.array([40]),
        np.empty(0, dtype=int),
    ):
        alike(held.some(rows), kept.some(rows))
        for name in held.fields:
            assert same(kept.column(name, rows), held.column(name, rows))
        for plane in PLANES:
            assert (
                shapely.to_wkb(getattr(kept, plane)[rows]).tolist()
                == shapely.to_wkb(getattr(held, plane)[rows]).tolist()
            )


def test_shapes_are_asked_for_as_of_an_array() -> None:
    held = made(4)
    kept, shapes = shelved(held), held.lonlat
    told = np.arange(COUNT) % 3 == 0
    for rows in (told, [3, 1, 2], slice(4, 20, 3), slice(None), slice(-3, None), np.array([5, 5])):
        assert shapely.to_wkb(kept.lonlat[rows]).tolist() == shapely.to_wkb(shapes[rows]).tolist()
    assert kept.lonlat[7] == shapes[7] and kept.lonlat[np.int64(-1)] == shapes[-1] and kept.lonlat[0] is None
    with pytest.raises(IndexError):
        kept.lonlat[COUNT]
    assert shapely.area(kept.lonlat).tolist() == pytest.approx(shapely.area(shapes).tolist(), nan_ok=True)
    assert [one is None for one in kept.own.tolist()] == [one is None for one in held.own.tolist()]
    assert kept.lonlat.astype(object).dtype == object
    assert len(kept.lonlat) == COUNT and [one is None for one in kept.lonlat] == [one is None for one in shapes]


def test_a_field_may_be_given_other_values() -> None:
    kept, other = shelved(made(5)), pd.Series(np.array([f"P{one}" for one in range(COUNT)], dtype=object))
    kept.put("park_id", other)
    kept.put("cause", other)
    assert kept.fields[-1] == "park_id" and kept.is_filled("cause")
    assert same(kept.column("cause", np.array([8, 2])), ["P8", "P2"])
    assert same(kept.some(np.array([8, 2])).frame["park_id"], ["P8", "P2"])


def test_a_blank_of_any_kind_comes_back_as_none() -> None:
    values = pd.Series(["甲", None, float("nan"), pd.NaT], dtype=object)
    held = Held(pd.DataFrame({"name": values}), *np.full((2, 4), None))
    assert same(shelved(held).column("name"), ["甲", None, None, None])


@pytest.mark.parametrize("values", [["甲", 1], ["甲", dt.date(2020, 1, 1)], [{"a": 1}, None], [1, 2], [1.5, None]])
def test_a_column_of_mixed_kinds_stays_in_memory(values: list[Any]) -> None:
    frame = pd.DataFrame({"name": pd.Series(values, dtype=object)})
    held = Held(gpd.GeoDataFrame(frame, geometry=np.array([None, None]), crs="EPSG:4490"), *np.full((2, 2), None))
    assert shelved(held) is held
    assert len(together([held, shelved(made(6))])) == 2 + COUNT


def test_without_room_the_rows_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    before, held = _files(), made(7)
    monkeypatch.setattr(pa, "OSFile", full)
    assert shelved(held) is held
    assert _files() == before


def test_the_file_goes_with_the_last_who_holds_it() -> None:
    before = _files()
    kept = shelved(made(8))
    whole = together([kept, shelved(made(9))])
    assert len(_files()) == len(before) + 2
    del kept
    gc.collect()
    assert len(_files()) == len(before) + 2
    del whole
    gc.collect()
    assert _files() == before


def test_another_process_is_sent_the_rows() -> None:
    held = made(10, moved=True)
    sent = pickle.dumps(shelved(held))
    gc.collect()
    alike(held, pickle.loads(sent))


def test_a_run_of_rows_on_disk_is_that_of_rows_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are looked at together. It takes no layer of many into memory whole, and does not read row by row."""

    def whole(_: Shelf) -> None:
        raise AssertionError("a layer of many was taken whole")

    def read(self: Run, names: list[str], rows: Any = None) -> Any:
        reads.append(len(self) if rows is None else len(rows))
        return read_it(self, names, rows)

    reads: list[int] = []
    read_it = Run.read
    make(tmp_path)
    in_memory = asked("run", tmp_path)
    monkeypatch.setattr(assemble, "_SHELVED", 1_000)
    monkeypatch.setattr(Shelf, "frame", property(whole))
    monkeypatch.setattr(by_position, "ROWS", 700)
    monkeypatch.setattr(parcelwise, "ROWS", 900)
    monkeypatch.setattr(Run, "read", read)
    on_disk = asked("run", tmp_path)
    projects = len(on_disk.workspace.dataset["projects"]) if on_disk.workspace is not None else 0
    assert sum(one < 2 for one in reads) < 10 * projects < 1_000 and len(reads) < 2_000, "a few for each project"
    assert on_disk.workspace is not None and isinstance(on_disk.workspace.dataset["parcels"].table, Shelf)
    assert on_disk.to_json() == in_memory.to_json()
    one, other = (run.workspace.dataset["parcels"] for run in (in_memory, on_disk))
    some = [*range(0, len(one), 61), *one.repeated.tolist()]
    assert [one.subject(row) for row in some] == [other.subject(row) for row in some]
    in_memory.save(tmp_path / "a")
    on_disk.save(tmp_path / "b")
    names = sorted(one.relative_to(tmp_path / "a") for one in (tmp_path / "a").rglob("*") if one.is_file())
    assert names == sorted(one.relative_to(tmp_path / "b") for one in (tmp_path / "b").rglob("*") if one.is_file())
    assert [one for one in names if (tmp_path / "a" / one).read_bytes() != (tmp_path / "b" / one).read_bytes()] == []


def test_what_is_on_disk_goes_without_the_collector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs switch it off: nothing that holds rows may hold itself."""
    make(tmp_path)
    monkeypatch.setattr(assemble, "_SHELVED", 1_000)
    before = _files()
    parcels = gp.open(tmp_path).dataset["parcels"]
    assert not len(parcels.repeated) and parcels.names[0] and parcels.positions(parcels.ids[5]) == [5]
    assert isinstance(parcels.table, Shelf)
    gc.collect()
    table = parcels.table
    gc.disable()
    try:
        there = set(Path(rows_on_disk._folder()).iterdir()) - before
        del parcels
        left = set(Path(rows_on_disk._folder()).iterdir()) - before
        assert len(left) == len(table.runs) < len(there)
    finally:
        gc.enable()


def _files() -> set[Path]:
    gc.collect()
    return set(Path(rows_on_disk._folder()).iterdir())
