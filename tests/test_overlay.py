"""Overlays of a layer that someone dissolved into one multipolygon: the same answer, and in time."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import numpy as np
import pytest
import shapely
from casebook import Case, dataset

from geoparks.measure.overlay import gaps, outside, shapes_of, shared
from geoparks.normalise.features import Features
from geoparks.normalise.geometry import only_polygons

BLOCKS = [
    {"block_id": "B1", "park_id": "P1", "box": [0, 0, 1000, 1000]},
    {"block_id": "B2", "park_id": "P1", "box": [2000, 0, 3000, 1000]},
    {"block_id": "B3", "park_id": "P1", "box": [9000, 0, 9100, 100]},
]
RINGS = [[[x, -50], [x + 300, -50], [x + 300, 1100], [x, 1100]] for x in (-100, 100, 800, 2500, 5000)]


def layers(*farmland: dict[str, Any]) -> tuple[Features, Features]:
    values = {"name": "any", "on": dt.date(2024, 6, 30), "expect": {}, "blocks": BLOCKS, "farmland": list(farmland)}
    made = dataset(Case("any", values))
    return made["blocks"], made["farmland"]


SINGLE = [{"id": f"F{number}", "polygon": ring} for number, ring in enumerate(RINGS)]
DISSOLVED = [{"id": "F0", "multi": [RINGS[0], RINGS[2]]}, {"id": "F1", "multi": [RINGS[3], RINGS[4]]}, SINGLE[1]]


def told(pieces: Any) -> list[tuple[int, float, int]]:
    return [(one.position, round(sum(part.value for part in one.parts), 6), len(one.parts)) for one in pieces]


@pytest.mark.parametrize("overlay", [shared, outside])
def test_dissolved_or_not_the_same_is_found(overlay: Any) -> None:
    assert told(overlay(*layers(*SINGLE))) == told(overlay(*layers(*DISSOLVED)))


def test_features_that_take_part_are_named_once() -> None:
    blocks, farmland = layers(*DISSOLVED)
    assert [one.others for one in shared(blocks, farmland)] == [(0, 2), (1,), ()]
    assert shapes_of(farmland).owner.tolist() == [0, 0, 1, 1, 2]


def test_some_features_only() -> None:
    blocks, farmland = layers(*DISSOLVED)
    assert [one.others for one in shared(blocks, farmland, np.array([False, True, True]))] == [(2,), (1,), ()]


def test_who_may_cover_is_asked_by_feature() -> None:
    blocks, farmland = layers(*DISSOLVED)
    asked: set[tuple[int, int]] = set()

    def nobody(i: Any, j: Any) -> Any:
        asked.update(zip(i.tolist(), j.tolist(), strict=True))
        return np.zeros(len(i), dtype=bool)

    assert len(list(gaps(blocks, farmland, nobody))) == len(BLOCKS)
    assert asked == {(0, 0), (0, 2), (1, 1)}


def test_ten_thousand_plots_in_one_feature_take_seconds_at_most() -> None:
    """Taken whole, every block would be overlaid with every plot."""
    plots = [
        [[x, y], [x + 60, y], [x + 60, y + 60], [x, y + 60]] for x in range(0, 10000, 100) for y in range(0, 10000, 100)
    ]
    values: dict[str, Any] = {"name": "any", "on": dt.date(2024, 6, 30), "expect": {}}
    values["blocks"] = [{"block_id": f"B{x}", "box": [x * 100, 0, x * 100 + 90, 10000]} for x in range(100)]
    made = dataset(Case("any", {**values, "farmland": [{"id": "F1", "multi": plots}]}))
    start = time.process_time()
    found = list(outside(made["blocks"], made["farmland"]))
    assert len(found) == 100 and all(len(one.parts) == 1 for one in found)
    assert time.process_time() - start < 20


def test_only_polygons_of_collections() -> None:
    square, other, line = shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1), shapely.LineString([(0, 0), (1, 1)])
    given = [
        square, shapely.GeometryCollection([square, line]), line, None, shapely.GeometryCollection(),
        shapely.GeometryCollection([shapely.MultiPolygon([square, other]), line, shapely.Polygon()]),
        shapely.MultiPolygon([square, other]),
    ]  # fmt: skip
    made = only_polygons(np.array(given, dtype=object))
    assert made[0] is square and made[1] == square and made[2].is_empty and made[3] is None and made[4].is_empty
    assert made[5] == given[6] and made[6] == given[6]
