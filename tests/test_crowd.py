"""What is told of very many at once is what is told of each by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from casebook import Case, dataset

from geoparks.catalog import policy
from geoparks.dataset import Dataset
from geoparks.measure import assessed_parcels
from geoparks.measure.assessed_parcels import Held, parcels_covered
from geoparks.measure.by_column import ByColumn
from geoparks.measure.plane import from_plane, plane_of
from geoparks.normalise.geometry import _is_to_be_densified
from geoparks.normalise.values import convert

SIDE = 100.0
TERM = {"approved_on": dt.date(2022, 3, 1), "valid_until_on": dt.date(2027, 2, 28)}


def made(**layers: Any) -> Dataset:
    found = dataset(Case("zone_missing", {"name": "made", "on": dt.date(2024, 6, 30), "expect": {}, **layers}))
    found.settings = policy.load("neimenggu").settings
    return found


def block(x0: float, y0: float, x1: float, y1: float) -> dict[str, Any]:
    return {"block_id": "B1", "park_id": "P1", "box": [x0, y0, x1, y1]}


def assessment(name: str, box: list[float], **more: Any) -> dict[str, Any]:
    return {"assessment_id": name, "park_id": "P1", "kind": "环境影响评价", "box": box, **TERM, **more}


def _plots(count: int, seed: int) -> np.ndarray:
    """Boxes inside, outside and across the halves of a square, some flush with an edge, some a hair over it, some mere slivers."""
    chance = np.random.default_rng(seed)
    x, y = chance.uniform(-5, SIDE, (2, count))
    wide, high = chance.uniform(0.5, 10, (2, count))
    kind = chance.integers(0, 5, count)
    x[kind == 1] = SIDE / 2
    x[kind == 2] = SIDE / 2 - wide[kind == 2]
    x[kind == 3] = SIDE / 2 - wide[kind == 3] + chance.choice([1e-9, 1e-4, 0.004, 0.2], (kind == 3).sum())
    wide[kind == 4] = chance.choice([0.001, 0.009, 0.05, 0.2], (kind == 4).sum())
    return shapely.box(x, y, x + wide, y + high)


@pytest.mark.parametrize("unknown", [False, True])
def test_a_crowd_is_told_as_each_parcel_by_itself(unknown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    one = assessment("A1", [0, 0, SIDE / 2, SIDE])
    if unknown:
        one |= {"valid_until_on": None}
    other = assessment("A2", [SIDE / 2, 0, SIDE * 0.75, SIDE]) | {"valid_until_on": None}
    found = made(blocks=[block(0, 0, SIDE, SIDE)], parcels=[{"parcel_id": "D", "park_id": "P1", "box": [0, 0, 1, 1]}], assessments=[one, other])  # fmt: skip
    west, south, _, _ = plane_of(found["blocks"])[0].bounds
    plots = shapely.transform(_plots(3_000, 1), lambda xy: xy + np.array([west, south]))
    plots[:2] = [None, shapely.Polygon()]
    count = len(plots)
    rows = pd.DataFrame({"parcel_id": [f"D{n}" for n in range(count)], "park_id": "P1"})
    known = {"parcel": np.arange(count), "park_id": rows["park_id"].to_numpy(dtype=object), "m2": np.ones(count)}
    parcels = found["parcels"]
    parcels.frame = gpd.GeoDataFrame(rows, geometry=from_plane(plots), crs="EPSG:4490")
    parcels.forget()
    told = []
    for quick in (True, False):
        monkeypatch.setattr("geoparks.measure.crowd.ready", lambda _, quick=quick: quick)
        found.derived.clear()
        found.derived["land"] = ByColumn(known)
        told.append(parcels_covered(found).held)
    assert (told[0] == told[1]).all()
    assert (set(Held) - {Held.PARTLY, Held.COVERED} if unknown else set(Held)) <= set(np.unique(told[0]).tolist())


def test_hardly_any_of_a_crowd_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[int] = []
    by_overlay = assessed_parcels._by_overlay

    def counted(now: object, unknown: object, shapes: np.ndarray, settings: object) -> np.ndarray:
        cut.append(len(shapes))
        return by_overlay(now, unknown, shapes, settings)  # type: ignore[arg-type]

    monkeypatch.setattr(assessed_parcels, "_by_overlay", counted)
    monkeypatch.setattr("geoparks.measure.crowd.ready", lambda _: True)
    boxes = [[x, y, x + 9, y + 9] for x in range(0, 100, 10) for y in range(0, 100, 10)]
    found = made(
        blocks=[block(0, 0, 100, 100)], assessments=[assessment("A1", [0, 0, 54, 100])],
        parcels=[{"parcel_id": f"D{n}", "park_id": "P1", "box": one} for n, one in enumerate(boxes)],
    )  # fmt: skip
    held = parcels_covered(found).held[:, 0]
    assert [int((held == one).sum()) for one in (Held.COVERED, Held.PARTLY, Held.BARE)] == [50, 10, 40]
    assert sum(cut) == 10


def test_what_needs_no_vertex_is_left_as_it_is() -> None:
    """Who is not told to be densified comes out of densifying with the same vertices."""
    step = 1.0
    chance = np.random.default_rng(2)
    shapes = [shapely.box(0, 0, wide, 1.0) for wide in (0.5, 1.0 - 1e-12, 1.0, 1.0 + 1e-12, 1.5)]
    shapes += [shapely.Polygon(chance.uniform(0, size, (5, 2))).convex_hull for size in chance.uniform(0.5, 2, 200)]
    shapes += [shapely.Polygon([(0, 0), (0.5, 0), (0.5, 0), (0.5, 0.5)]), None, shapely.Polygon()]
    some = np.array(shapes, dtype=object)
    left = some[~_is_to_be_densified(some, step)]
    assert 20 < len(left) < len(some) - 20
    assert (shapely.to_wkb(shapely.segmentize(left, step)) == shapely.to_wkb(left)).all()


@pytest.mark.parametrize(
    "words", ["150623108001GB00001-0004", " 150623108001 ", "１５０６２３１０８", "none", "-" * 9, "a\tb c d e f"]
)
def test_text_is_read_alike_the_quick_way_and_the_careful_one(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    field = made(blocks=[block(0, 0, 1, 1)]).catalogue["parcels"].fields["location"]
    column = pd.Series([words, None, words], dtype=object)
    quick, _ = convert(column, field)
    monkeypatch.setattr("geoparks.normalise.values._is_plain_text", lambda _: False)
    careful, _ = convert(column, field)
    assert quick.tolist() == careful.tolist()
