"""Two versions of a boundary: what became of what, the land that came and went, the corners that moved; what must not matter."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
import shapely.affinity
from casebook import CATALOGUE, HERE, Ground, raw_layer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geoparks import pipeline
from geoparks.catalog import policy
from geoparks.demo import make
from geoparks.measure.version_corners import Corners, corners
from geoparks.measure.versions import Relation, Versions, versions
from geoparks.normalise.assemble import normalise
from geoparks.normalise.features import Features

FEW = settings(
    max_examples=25, deadline=None, derandomize=True, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
)  # fmt: skip
SETTINGS = policy.load("neimenggu").settings
Rows = list[dict[str, Any]]
SHAPES = {
    "convex": "POLYGON((6000 0,7000 100,6800 900,6000 800,6000 0))",
    "L": "POLYGON((0 0,1000 0,1000 400,400 400,400 1000,0 1000,0 0))",
    "ring": "POLYGON((2000 0,3000 0,3000 1000,2000 1000,2000 0),(2300 300,2700 300,2700 700,2300 700,2300 300))",
    "parts": "MULTIPOLYGON(((4000 0,4400 0,4400 400,4000 400,4000 0)),((4600 0,5000 0,5000 400,4600 400,4600 0)))",
}
BASE = [{"block_id": name, "name": name, "wkt": wkt} for name, wkt in SHAPES.items()]
SQUARE = [{"block_id": "A", "box": [0, 0, 1000, 1000]}]


def features(rows: Rows, ground: Ground = HERE, turned: bool = False) -> Features:
    return normalise(
        CATALOGUE["blocks"], [raw_layer("blocks", rows[::-1] if turned else rows, ground, turned)], CATALOGUE
    )


def compared(old: Rows, new: Rows, **how: Any) -> Versions:
    return versions(features(old), features(new, **how), SETTINGS)


def relations(found: Versions) -> dict[str, str]:
    return {
        found.old.ids[one.old[0]] if one.old else "+" + found.new.ids[one.new[0]]: one.relation.value
        for one in found.changes
    }


def moved(rows: Rows, east: float, north: float = 0.0, only: str = "") -> Rows:
    def by(one: dict[str, Any]) -> str:
        shape = shapely.from_wkt(one["wkt"])
        return shapely.affinity.translate(shape, east, north).wkt if not only or one["block_id"] == only else one["wkt"]

    return [{**one, "wkt": by(one)} for one in rows]


def distances(found: Versions) -> tuple[list[float], int, int]:
    """Metres of the corners that moved, how many came, how many went."""
    made: Corners = corners(found, SETTINGS["version_tolerance_m"].given)
    metres = sorted(made.metres[~np.isnan(made.metres)].tolist())
    return metres, int(np.isnan(made.old[:, 0]).sum()), int(np.isnan(made.new[:, 0]).sum())


@pytest.mark.parametrize("turned", [False, True])
def test_a_copy_differs_in_nothing(turned: bool) -> None:
    found = compared(BASE, BASE, turned=turned)
    assert set(relations(found).values()) == {"unchanged"}
    assert distances(found) == ([], 0, 0)
    assert sum(one.ignored_m2 for one in found.changes) < 1e-3


def test_a_densified_copy_differs_in_nothing() -> None:
    dense = [{**one, "wkt": shapely.segmentize(shapely.from_wkt(one["wkt"]), 33).wkt} for one in BASE]
    found = compared(BASE, dense)
    assert set(relations(found).values()) == {"unchanged"}
    assert distances(found) == ([], 0, 0)


@pytest.mark.parametrize("longest", [0, 50])
def test_a_copy_in_degrees_differs_in_nothing(longest: float) -> None:
    """Corner for corner, and densified before it became degrees; long edges are straight in another plane then."""
    far = [{"block_id": "far", "wkt": "POLYGON((0 0,9000 0,9000 6000,0 6000,0 0))"}]
    way = Transformer.from_crs(HERE.crs, 4490, always_xy=True)

    def degrees(wkt: str) -> str:
        shape = shapely.from_wkt(wkt)
        drawn = HERE.put(shapely.segmentize(shape, longest) if longest else shape)
        lonlat = shapely.transform(drawn, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))
        return shapely.to_wkt(lonlat, rounding_precision=9)

    raw = raw_layer("blocks", [{**one, "wkt": degrees(one["wkt"])} for one in BASE + far], Ground(4490, 0, 0))
    raw.crs = CRS.from_epsg(4490)
    found = versions(features(BASE + far), normalise(CATALOGUE["blocks"], [raw], CATALOGUE), SETTINGS)
    assert set(relations(found).values()) == {"unchanged"}
    assert distances(found) == ([], 0, 0)


@pytest.mark.parametrize("metres", [0.3, 3.0, 300.0])
@pytest.mark.parametrize("named", [True, False])
def test_a_shift_of_the_whole_set_is_seen(metres: float, named: bool) -> None:
    there = moved(BASE, metres * 0.6, -metres * 0.8)
    found = compared(BASE, there if named else [{"wkt": one["wkt"]} for one in there])
    assert set(relations(found).values()) == {"moved"}
    assert found.shift is not None and found.shift.metres == pytest.approx(metres, rel=2e-3)
    metres_of_corners, came, gone = distances(found)
    assert metres_of_corners == pytest.approx([metres] * 26, rel=1e-3, abs=0.002)
    assert (came, gone) == (0, 0)


@pytest.mark.parametrize("metres", [0.02, 0.3, 3.0, 300.0, 5000.0])
@pytest.mark.parametrize("which", list(SHAPES))
def test_one_that_was_moved_is_told_from_one_that_was_redrawn(which: str, metres: float) -> None:
    found = compared(BASE, moved(BASE, 0, metres, which))
    assert relations(found) == {name: "moved" if name == which else "unchanged" for name in SHAPES}
    assert found.shift is None
    one = next(one for one in found.changes if one.relation is Relation.MOVED)
    assert one.move is not None and one.move.metres == pytest.approx(metres, rel=2e-3)
    assert one.added_m2 == pytest.approx(one.removed_m2, rel=1e-2)


def test_one_that_was_moved_onto_the_place_of_another_that_is_gone() -> None:
    two = [{"block_id": "A", "box": [0, 0, 1000, 1000]}, {"block_id": "B", "box": [3000, 0, 3900, 1100]}]
    found = compared(two, [{"block_id": "A", "box": [3000, 0, 4000, 1000]}])
    assert relations(found) == {"A": "moved", "B": "removed"}


@pytest.mark.parametrize(
    ("old", "new", "relation", "added", "removed"),
    [
        ([0, 0, 1000, 1000], [0, 0, 1200, 1000], "expanded", 200_000, 0),
        ([0, 0, 1000, 1000], [0, 0, 900, 1000], "reduced", 0, 100_000),
        ([0, 0, 1000, 1000], [100, 0, 1200, 1000], "redrawn", 200_000, 100_000),
        ([0, 0, 1000, 1000], [0, 0, 1000.25, 1000], "expanded", 250, 0),
        ([0, 0, 1000, 1000], [0, 0, 1000.008, 1000], "unchanged", 0, 0),
        ([0, 0, 1000, 1000], [3000, 0, 4200, 1000], "moved", 1_200_000, 1_000_000),
    ],
)
def test_areas(old: list[float], new: list[float], relation: str, added: float, removed: float) -> None:
    (one,) = compared([{"block_id": "A", "box": old}], [{"block_id": "A", "box": new}]).changes
    assert one.relation.value == relation
    assert one.added_m2 == pytest.approx(added, rel=1e-3)
    assert one.removed_m2 == pytest.approx(removed, rel=1e-3)


def test_what_was_left_out_is_summed() -> None:
    (one,) = compared(SQUARE, [{"block_id": "A", "box": [0, 0, 1000.008, 1000]}]).changes
    assert one.ignored_m2 == pytest.approx(8, rel=1e-2)


def test_a_hundred_scraps_are_land_together() -> None:
    teeth = [
        xy
        for i in range(100)
        for xy in ([i * 10 + 4, 1000], [i * 10 + 4, 1000.6], [i * 10 + 4.6, 1000.6], [i * 10 + 4.6, 1000])
    ]
    ring = [[0, 0], [1000, 0], [1000, 1000], *teeth[::-1], [0, 1000]]
    (one,) = compared(SQUARE, [{"block_id": "A", "polygon": ring}]).changes
    assert one.relation is Relation.EXPANDED
    assert one.added_m2 == pytest.approx(36, rel=2e-3)


def test_names_and_ids_are_told_apart() -> None:
    old = [{"block_id": "A", "name": "甲", "box": [0, 0, 1000, 1000]}]
    for new, renamed, recoded in (
        ({"name": "乙"}, True, False),
        ({"block_id": "B"}, False, True),
        ({"name": None}, False, False),
    ):
        (one,) = compared(old, [{**old[0], **new}]).changes
        assert (one.renamed, one.recoded) == (renamed, recoded)
        assert one.relation is (Relation.RENAMED if renamed or recoded else Relation.UNCHANGED)


def test_land_goes_before_ids() -> None:
    swapped = [{"block_id": "B", "box": [0, 0, 1000, 1000]}, {"block_id": "A", "box": [3000, 0, 3900, 800]}]
    old = [{"block_id": "A", "box": [0, 0, 1000, 1000]}, {"block_id": "B", "box": [3000, 0, 3900, 800]}]
    assert {one.relation for one in compared(old, swapped).changes} == {Relation.RENAMED}


def test_rows_of_one_id_are_one_feature() -> None:
    pieces = [{"block_id": "A", "box": [0, 0, 400, 1000]}, {"block_id": "A", "box": [400, 0, 1000, 1000]}]
    assert relations(compared(SQUARE, pieces)) == {"A": "unchanged"}


@pytest.mark.parametrize(
    ("ring", "metres", "came", "gone"),
    [
        ([[0, 0], [1000, 0], [1005, 1000], [0, 1000]], [5], 0, 0),
        ([[0, 0], [500, 0], [1000, 0], [1000, 1000], [0, 1000]], [], 0, 0),  # a point on a straight edge is no corner
        ([[0, 0], [500, -30], [1000, 0], [1000, 1000], [0, 1000]], [], 1, 0),
        ([[0, 0], [1000, 0], [0, 1000]], [], 0, 1),
        ([[0, 0], [1200, 0], [1200, 1000], [0, 1000]], [200, 200], 0, 0),
        ([[0, 0], [1000.05, 0], [1000.05, 1000], [0, 1000]], [], 0, 0),  # within the tolerance
        ([[500, 0], [1000, 0], [1000, 1000], [0, 1000], [0, 0]], [], 0, 0),  # a ring that begins elsewhere
    ],
)
def test_corners(ring: list[list[float]], metres: list[float], came: int, gone: int) -> None:
    found = distances(compared(SQUARE, [{"block_id": "A", "polygon": ring}]))
    assert found[0] == pytest.approx(metres, rel=1e-3)
    assert found[1:] == (came, gone)


@st.composite
def cut(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    """Where a square is cut, once across and up to twice along."""
    return [draw(st.integers(100, 900)) * 1.0], sorted({draw(st.integers(100, 900)) * 1.0 for _ in range(2)})


def cells(across: list[float], along: list[float]) -> Rows:
    x, y = [0.0, *across, 1000.0], [0.0, *along, 1000.0]
    boxes = [[x[i], y[j], x[i + 1], y[j + 1]] for i in range(len(x) - 1) for j in range(len(y) - 1)]
    return [{"block_id": f"T{number}", "box": box} for number, box in enumerate(boxes)]


@FEW
@given(cut())
def test_splitting_is_the_reverse_of_merging_and_no_land_comes_or_goes(where: tuple[list[float], list[float]]) -> None:
    parts = cells(*where)
    (split,), (merged,) = compared(SQUARE, parts).changes, compared(parts, SQUARE).changes
    assert (split.relation, merged.relation) == (Relation.SPLIT, Relation.MERGED)
    assert split.added_m2 == split.removed_m2 == merged.added_m2 == merged.removed_m2 == 0


_OPPOSITE = {
    "added": "removed",
    "removed": "added",
    "expanded": "reduced",
    "reduced": "expanded",
    "split": "merged",
    "merged": "split",
}


@FEW
@given(
    st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=4), st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=4)
)  # fmt: skip
def test_swapping_old_and_new_swaps_all(old: list[Any], new: list[Any]) -> None:
    """The other way round, and with rows and rings turned: what was added is removed, to the square metre."""
    sides = [
        [
            {"block_id": f"B{n}", "box": [60 * x, 60 * y, 60 * x + 40 * (w + 1), 60 * y + 40 * (h + 1)]}
            for n, (x, y, w, h) in enumerate(some)
        ]
        for some in (old, new)
    ]
    there, back = compared(*sides), compared(sides[1], sides[0], turned=True)
    assert sorted(one.relation.value for one in back.changes) == sorted(
        _OPPOSITE.get(one.relation.value, one.relation.value) for one in there.changes
    )
    for name, other in (("added_m2", "removed_m2"), ("removed_m2", "added_m2")):
        one, two = (
            math.fsum(getattr(each, key) for each in found.changes) for found, key in ((there, name), (back, other))
        )
        assert one == pytest.approx(two, abs=0.01)
    balance = [
        math.fsum(one.new_m2 - one.old_m2 for one in there.changes),
        math.fsum(one.added_m2 - one.removed_m2 for one in there.changes),
    ]
    assert balance[0] == pytest.approx(balance[1], abs=1.0)


def test_every_block_has_figures_of_what_it_has_more_and_less(tmp_path) -> None:
    make(tmp_path)
    content = pipeline.check(tmp_path, on="2024-06-30").to_dict()
    told = {(one["id"], one["subject"]["id"]): one for one in content["indicators"] if one["id"].startswith("B15.")}
    blocks = {
        one["subject"]["id"]
        for one in content["checks"]
        if one["rule"] == "B15" and one["subject"]["layer"] == "blocks"
    }
    assert {key for _, key in told} == blocks
    assert all((one["value"] is None) == (one["reason"] is not None) for one in told.values())
    for one in content["findings"]:
        if one["code"] == "boundary_changed_unapproved":
            name = one["subject"]["id"]
            both = told["B15.added_m2", name]["value"] + told["B15.removed_m2", name]["value"]
            assert both == pytest.approx(one["measured"], abs=1e-6)
