"""What must not change a verdict, tried on many made parks: cuts, zones, directions, orders, shared edges, parts and wholes."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from casebook import CATALOGUE, HERE, RULES, Case, Ground, dataset, raw_layer
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

import geoparks as gp
from geoparks import runner
from geoparks.catalog import policy
from geoparks.config import Config
from geoparks.dataset import Dataset, build
from geoparks.discover import Found
from geoparks.measure.overlay import Piece, outside, shared
from geoparks.records import Finding

FEW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=list(HealthCheck),
)
MORE = settings(FEW, max_examples=60)
EDGE_M2 = 0.2
"""What 70 m pieces of an edge make of its area, where a cut puts them elsewhere: 40 cm² a piece, a few dozen pieces."""
MEASURING = ("farmland_occupied", "redline_occupied", "blocks_overlap", "parks_overlap", "gap_left", "outside_udb", "unsound_geometry")  # fmt: skip
PACK = policy.load("neimenggu")
Rows = list[dict[str, Any]]
Shapes = list[shapely.Polygon]


@st.composite
def blobs(draw: st.DrawFn) -> shapely.Polygon:
    """A star of 3 to 12 corners in whole metres, some with a hole."""
    x, y = draw(st.integers(0, 2000)), draw(st.integers(0, 2000))
    radii = draw(st.lists(st.integers(200, 600), min_size=3, max_size=12))
    angles = np.radians(draw(st.integers(0, 359)) + np.arange(len(radii)) * 360 / len(radii))
    shape = shapely.Polygon(np.round(np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)])))
    assume(shape.is_valid)
    hole = shapely.box(x - 20, y - 20, x + 20, y + 20)
    return shape.difference(hole) if draw(st.booleans()) and shape.contains(hole.buffer(5)) else shape


@st.composite
def boxes(draw: st.DrawFn, count: int = 3) -> Shapes:
    """Up to so many rectangles on a grid of 20 m: what they share is either nothing or no sliver."""
    ends = st.lists(st.integers(0, 50), min_size=2, max_size=2, unique=True).map(sorted)
    sides = draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=count))
    return [shapely.box(20 * x[0], 20 * y[0], 20 * x[1], 20 * y[1]) for x, y in sides]


@st.composite
def lines(draw: st.DrawFn) -> list[shapely.LineString]:
    """Up to four lines right across a park."""
    ends = draw(st.lists(st.tuples(st.booleans(), *[st.integers(-1000, 3000)] * 2), min_size=1, max_size=4))
    return [shapely.LineString([(-5000, a), (7000, b)] if level else [(a, -5000), (b, 7000)]) for level, a, b in ends]


def pieces(shape: shapely.Polygon, cuts: list[shapely.LineString]) -> Shapes:
    """The faces that lines cut a shape into; neighbours have the very same vertices."""
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([shape.boundary, *cuts])]))
    kept = [one for one in faces if shape.contains(one.representative_point())]
    assume(len(kept) > 1)
    return kept


def rows(shapes: Shapes, key: str, name: str, **more: Any) -> Rows:
    return [{key: f"{name}{number}", "wkt": shapely.to_wkt(one, rounding_precision=-1), **more} for number, one in enumerate(shapes)]  # fmt: skip


def blocks(shapes: Shapes, park: str = "P1", name: str = "B") -> Rows:
    return rows(shapes, "block_id", name, park_id=park)


def case(**layers: Rows) -> Case:
    return Case(MEASURING[0], {"name": "made", "on": dt.date(2024, 6, 30), "expect": {}, **layers})


@dataclass(frozen=True)
class Came:
    """What came out: an outcome for every rule and subject, and the findings."""

    outcome: dict[tuple[str, str, str], str]
    findings: list[Finding]

    def areas(self) -> list[float]:
        return [one.area_m2 or 0.0 for one in self.findings]


def judged(made: Dataset, *names: str) -> Came:
    """What the rules say of the layers."""
    verdicts = runner.run(made, PACK, [RULES[name] for name in names or MEASURING])
    assert verdicts.errors == []
    outcome = {(one.rule, one.subject.layer, one.subject.id): one.outcome for one in verdicts.checks}
    return Came(outcome, sorted(verdicts.findings, key=lambda one: one.key))


def check(*names: str, **layers: Rows) -> Came:
    return judged(dataset(case(**layers)), *names)


def same_verdict(one: Came, other: Came, area_m2: float) -> None:
    """The same outcomes and the same findings; their areas agree to so much."""
    assert one.outcome == other.outcome
    kept = [
        [(found.key, found.severity, found.citation, found.also) for found in came.findings] for came in (one, other)
    ]
    assert kept[0] == kept[1]
    assert one.areas() == pytest.approx(other.areas(), abs=area_m2)


def measured(found: list[Piece]) -> float:
    return math.fsum(part.value for piece in found for part in piece.parts)


@FEW
@given(boxes(1), boxes(), st.lists(st.tuples(st.booleans(), st.integers(1, 49)), min_size=1, max_size=4))
def test_cutting_a_block_changes_no_finding_of_farmland(
    block: Shapes, plots: Shapes, cuts: list[tuple[bool, int]]
) -> None:
    """In k pieces of one park: the same sum, and the same answer whether the park occupies any."""
    across = [
        shapely.LineString([(-100, 20 * at), (2000, 20 * at)] if level else [(20 * at, -100), (20 * at, 2000)])
        for level, at in cuts
    ]
    parts = pieces(block[0], across)
    farmland = rows(plots, "id", "F")
    whole = check("farmland_occupied", blocks=blocks(block), farmland=farmland)
    cut = check("farmland_occupied", blocks=blocks(parts), farmland=farmland)
    assert math.fsum(cut.areas()) == pytest.approx(math.fsum(whole.areas()), abs=EDGE_M2)
    assert ("fail" in cut.outcome.values()) == ("fail" in whole.outcome.values())
    assert len(cut.outcome) == len(parts)


@MORE
@given(blobs(), st.lists(blobs(), min_size=1, max_size=3), lines())
def test_cutting_a_block_anyhow_changes_no_measured_sum(
    block: shapely.Polygon, plots: Shapes, cuts: list[shapely.LineString]
) -> None:
    """Before slivers are left out, the pieces share with farmland what the block did, and lie outside it alike."""
    farmland, parts = rows(plots, "id", "F"), pieces(block, cuts)
    whole, cut = (dataset(case(blocks=blocks(some), farmland=farmland)) for some in ([block], parts))
    for overlay in (shared, outside):
        before, after = (measured(list(overlay(made["blocks"], made["farmland"]))) for made in (whole, cut))
        assert after == pytest.approx(before, abs=EDGE_M2)


GROUNDS = [
    *(Ground(4488 + zone, zone * 1_000_000 + 460_000, 4_380_000) for zone in range(25, 46)),
    *(Ground(4509 + zone, 460_000, 4_380_000) for zone in range(25, 46)),
    *(Ground(4478 + zone, zone * 1_000_000 + 460_000, 4_380_000) for zone in range(13, 24)),
]


def made_park(first: Shapes, second: Shapes, plots: Shapes) -> dict[str, Rows]:
    """Two parks that may overlap, farmland, and functional zones that may leave a gap."""
    return {
        "blocks": blocks(first, "P1", "B") + blocks(second, "P2", "C"),
        "farmland": rows(plots, "id", "F"),
        "functional_zones": rows(first[:1], "zone_id", "Z", park_id="P1") + rows(plots[:1], "zone_id", "Y", park_id="P2"),
        "udb": rows(first + plots[:1], "udb_id", "U", zone="集中建设区"),
    }  # fmt: skip


@FEW
@given(boxes(2), boxes(2), boxes(2), st.sampled_from(GROUNDS))
def test_the_same_numbers_in_another_zone_are_the_same_verdict(
    first: Shapes, second: Shapes, plots: Shapes, ground: Ground
) -> None:
    """Longitude plays no part: a zone further east, with its number or without it, has the same areas."""
    one = case(**made_park(first, second, plots))
    same_verdict(judged(dataset(one)), judged(dataset(one, ground)), 1e-3)


@FEW
@given(boxes(2), boxes(2), boxes(2), st.sampled_from([4490, 4524, 4526, 4546, 4497, 4545]))
def test_the_same_land_in_another_system_is_the_same_verdict(
    first: Shapes, second: Shapes, plots: Shapes, epsg: int
) -> None:
    """Every layer transformed by PROJ with its edges kept: into degrees, a neighbouring zone, without zone number."""
    one, found = case(**made_park(first, second, plots)), Found()
    way = Transformer.from_crs(4525, epsg, always_xy=True)
    for name, some in one.rows.items():
        raw = raw_layer(name, some, HERE)
        dense = shapely.segmentize(raw.geometry, 35)
        raw.geometry = shapely.transform(dense, lambda xy: np.column_stack(way.transform(*xy.T)))
        raw.crs = CRS.from_epsg(epsg)
        found.layers[name] = [raw]
    moved = build(found, Config(Path(), "case"), CATALOGUE)
    moved.on = one.values["on"]
    same_verdict(judged(dataset(one)), judged(moved), 2 * EDGE_M2)


@FEW
@given(boxes(3), boxes(2), boxes(2), st.randoms(use_true_random=False))
def test_order_of_rows_and_start_and_direction_of_rings_play_no_part(
    first: Shapes, second: Shapes, plots: Shapes, chance: random.Random
) -> None:
    layers = made_park(first, second, plots)
    other = {name: chance.sample([{**row, "wkt": _turned(row["wkt"], chance)} for row in some], len(some)) for name, some in layers.items()}  # fmt: skip
    same_verdict(check(**layers), check(**other), 1e-3)


def _turned(wkt: str, chance: random.Random) -> str:
    """A polygon whose rings begin elsewhere and, perhaps, run the other way."""
    shape = shapely.from_wkt(wkt)
    turned = []
    for ring in (shape.exterior, *shape.interiors):
        corners = list(ring.coords)[:-1]
        start = chance.randrange(len(corners))
        corners = corners[start:] + corners[:start]
        turned.append(corners[::-1] if chance.random() < 0.5 else corners)
    return shapely.to_wkt(shapely.Polygon(turned[0], turned[1:]), rounding_precision=-1)


@MORE
@given(blobs(), lines(), st.booleans())
def test_shared_edges_never_overlap_and_never_gape(
    block: shapely.Polygon, cuts: list[shapely.LineString], one_park: bool
) -> None:
    """Neighbours that were cut from one block: no overlap between them, no gap between the zones that fill it."""
    parts = pieces(block, cuts)
    neighbours = [row for number, one in enumerate(parts) for row in blocks([one], "P1" if one_park else f"P{number}", f"B{number}-")]  # fmt: skip
    apart = check("blocks_overlap", "parks_overlap", blocks=neighbours)
    assert set(apart.outcome.values()) == {"pass"}, apart.findings
    filled = check("gap_left", blocks=blocks([block]), functional_zones=rows(parts, "zone_id", "Z", park_id="P1"))
    assert set(filled.outcome.values()) == {"pass"}, filled.findings


@MORE
@given(st.tuples(*[st.integers(0, 900)] * 2), st.lists(st.integers(1, 999), min_size=1, max_size=3, unique=True))
def test_a_corner_on_a_neighbours_edge_is_no_overlap_and_no_gap(ends: tuple[int, int], places: list[int]) -> None:
    """One side has corners, kept to the centimetre, on an edge of 20 km of the other, which has none there."""
    a, b = ends
    corners = [(20.0 * at, round(a + (b - a) * at / 1000, 2)) for at in sorted(places)]
    north = shapely.Polygon([(0, a), (20_000, b), (20_000, 1500), (0, 1500)])
    south = shapely.Polygon([(0, -500), (20_000, -500), (20_000, b), *reversed(corners), (0, a)])
    apart = check("blocks_overlap", blocks=blocks([north, south]))
    assert set(apart.outcome.values()) == {"pass"}, apart.findings
    whole = shapely.box(0, -500, 20_000, 1500)
    filled = check(
        "gap_left", blocks=blocks([whole]), functional_zones=rows([north, south], "zone_id", "Z", park_id="P1")
    )
    assert set(filled.outcome.values()) == {"pass"}, filled.findings


@MORE
@given(blobs(), st.lists(blobs(), min_size=1, max_size=3))
def test_inside_and_outside_sum_to_the_whole(block: shapely.Polygon, plots: Shapes) -> None:
    """area(A ∩ B) + area(A \\ B) = area(A), to a millionth of a square metre."""
    made = dataset(case(blocks=blocks([block]), farmland=rows(plots, "id", "F")))
    farmland = made["farmland"]
    inside, beyond = (measured(list(overlay(made["blocks"], farmland))) for overlay in (shared, outside))
    nowhere = measured(list(outside(made["blocks"], farmland, among=np.zeros(len(farmland), dtype=bool))))
    assert inside + beyond == pytest.approx(nowhere, abs=1e-6, rel=0)
    assert nowhere == pytest.approx(float(gp.area(_placed([block]))[0]), rel=1e-9)


def _placed(shapes: Shapes, ground: Ground = HERE) -> gpd.GeoSeries:
    return gpd.GeoSeries([ground.put(one) for one in shapes], crs=ground.epsg)


@MORE
@given(blobs(), lines(), st.sampled_from(GROUNDS), st.randoms(use_true_random=False))
def test_area_does_not_depend_on_how_it_is_written(
    block: shapely.Polygon, cuts: list[shapely.LineString], ground: Ground, chance: random.Random
) -> None:
    area = float(gp.area(_placed([block]))[0])
    turned = shapely.from_wkt(_turned(shapely.to_wkt(block, rounding_precision=-1), chance))
    parts = pieces(block, cuts)
    chance.shuffle(parts)
    assert float(gp.area(_placed([turned]))[0]) == pytest.approx(area, rel=1e-9)
    assert float(gp.area(_placed([block], ground))[0]) == pytest.approx(area, rel=1e-9)
    assert math.fsum(gp.area(_placed(parts))) == pytest.approx(area, abs=EDGE_M2)
    together = float(gp.area(_placed([shapely.MultiPolygon(parts)]))[0])
    assert together == pytest.approx(math.fsum(gp.area(_placed(parts))), abs=1e-4)
    solid, holes = shapely.Polygon(block.exterior), [shapely.Polygon(one) for one in block.interiors]
    without = float(gp.area(_placed([solid]))[0]) - math.fsum(gp.area(_placed(holes)) if holes else [])
    assert without == pytest.approx(area, abs=1e-4)
