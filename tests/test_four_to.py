"""Which stretch of a boundary faces which way, how far features are from it, and what stays true when a map is turned."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from geoparks.measure.four_to_gauge import gauge, together
from geoparks.measure.four_to_sides import Local, lines_of, outline_of
from geoparks.measure.four_to_words import SIDES

HERE = Local(110.0, 40.0)
SQUARE = shapely.box(0, 0, 1000, 800)
ELL = shapely.Polygon([(0, 0), (1000, 0), (1000, 400), (600, 400), (600, 1000), (0, 1000)])
NOTCHED = shapely.Polygon([(0, 0), (900, 0), (900, 400), (1400, 400), (1400, 0), (2600, 0), (2600, 1700), (0, 1700)])
RING = shapely.Polygon(SQUARE.exterior.coords, [shapely.box(300, 300, 700, 500).exterior.coords])
TRAPEZIUM = shapely.Polygon([(0, 0), (2200, 0), (2000, 1600), (200, 1700)])
SHAPES = {"square": SQUARE, "ell": ELL, "notched": NOTCHED, "ring": RING, "trapezium": TRAPEZIUM}


def outline(shape, local=HERE):
    return outline_of(np.array([local.out_of(shape)], dtype=object))


def held(shape, side, feature, local=HERE, away_m=0.0):
    """A feature in the metres of a plane against a side of a block in the same."""
    around = outline(shape, local)
    lines = lines_of(around.local.into(np.array([local.out_of(feature)], dtype=object)), around.filled)
    return gauge(around, side, lines, away_m)


def lengths(shape):
    return [round(outline(shape).stretch(side).length_m) for side in SIDES]


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        (SQUARE, [800, 1000, 800, 1000]),
        (ELL, [1000, 1000, 1000, 1000]),
        (NOTCHED, [1700, 2600, 1700, 2600]),  # the inside of the notch looks at the block itself
        (RING, [800, 1000, 800, 1000]),  # a hole has no outside
        (affinity.rotate(SQUARE, 30), [800, 1000, 800, 1000]),
        (affinity.rotate(SQUARE, -40), [800, 1000, 800, 1000]),
        (affinity.rotate(SQUARE, 60), [1000, 800, 1000, 800]),
        (affinity.rotate(SQUARE, 45), [1800, 1800, 1800, 1800]),  # an edge at 45° faces both ways
        (shapely.MultiPolygon([SQUARE, affinity.translate(SQUARE, 1500, 0)]), [800, 2000, 800, 2000]),  # one before the other
        (shapely.MultiPolygon([SQUARE, affinity.translate(SQUARE, 1500, 900)]), [1600, 2000, 1600, 2000]),
        (shapely.MultiPolygon([SQUARE, shapely.box(1000, 0, 2000, 800)]), [800, 2000, 800, 2000]),
    ],
)  # fmt: skip
def test_how_long_the_stretch_of_every_side_is(shape, wanted):
    assert lengths(shape) == pytest.approx(wanted, rel=2e-3)


def test_an_ell_faces_east_with_both_of_its_edges():
    east = outline(ELL).stretch("east")
    middle = shapely.get_coordinates(outline(ELL).local.into(HERE.out_of(shapely.Point(500, 500))))[0]
    assert sorted(set(np.round(east.points[:, 0] - middle[0]).tolist())) == [100, 500]


def test_no_polygon_has_no_outline():
    assert outline_of(np.array([None], dtype=object)) is None
    assert outline_of(np.array([shapely.Polygon()], dtype=object)) is None


def test_distances_are_in_metres_and_the_median_and_shares_are_told():
    road = shapely.LineString([(1060, -500), (1060, 1500)])
    one = held(ELL, "east", road)
    assert one.on_side
    assert one.median == pytest.approx(460, rel=1e-3)  # 600 of 1000 m lie 460 m off
    assert one.within(0.4) == pytest.approx(60, rel=1e-3)
    assert one.share_within(100) == pytest.approx(0.4, abs=0.01)
    assert one.way(one.within(0.4)).length == pytest.approx(60, rel=1e-3)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("side", SIDES)
def test_a_road_along_a_side_lies_on_that_side_only(shape, side):
    west, south, east, north = shape.bounds
    road = {
        "east": shapely.LineString([(east + 50, south - 200), (east + 50, north + 200)]),
        "south": shapely.LineString([(west - 200, south - 50), (east + 200, south - 50)]),
        "west": shapely.LineString([(west - 50, south - 200), (west - 50, north + 200)]),
        "north": shapely.LineString([(west - 200, north + 50), (east + 200, north + 50)]),
    }[side]
    assert held(shape, side, road).on_side
    opposite = SIDES[(SIDES.index(side) + 2) % len(SIDES)]
    wrong = held(shape, opposite, road)
    assert not wrong.on_side and wrong.elsewhere[0] == side


def test_what_touches_only_a_corner_is_no_limit():
    neighbour = shapely.box(1000, 800, 1800, 1600)
    across = shapely.LineString([(1000, 800), (2500, 800)])
    for feature in (neighbour, across):
        assert not held(SQUARE, "east", feature).on_side
    assert held(SQUARE, "east", shapely.box(1000, 700, 1800, 1600)).on_side


def test_a_village_opposite_to_some_of_a_side_lies_there():
    village = shapely.box(1050, 300, 1250, 450)
    one = held(SQUARE, "east", village)
    assert one.on_side and one.nearest_m == pytest.approx(50, rel=1e-3)
    assert not held(SQUARE, "north", village).on_side
    assert held(SQUARE, "east", shapely.Point(1100, 400)).on_side


def test_a_road_inside_near_an_edge_belongs_to_that_edge():
    road = shapely.LineString([(970, -100), (970, 900)])
    assert held(SQUARE, "east", road).on_side
    assert not held(SQUARE, "west", road).on_side


def test_a_road_in_the_hole_of_a_ring_is_far_from_every_side():
    road = shapely.LineString([(500, 310), (500, 490)])
    assert all((one := held(RING, side, road)) is None or one.within(0.25) > 250 for side in SIDES)


def test_a_distance_that_is_said_is_taken_off():
    road = shapely.LineString([(1060, -500), (1060, 1300)])
    assert held(SQUARE, "east", road, away_m=60.0).median == pytest.approx(0, abs=0.1)


def test_joined_features_share_a_side():
    south = held(ELL, "east", shapely.LineString([(1060, -500), (1060, 400)]))
    north = held(ELL, "east", shapely.LineString([(660, 400), (660, 1500)]))
    assert south.share_within(100) < 0.5
    assert together([south, north]).share_within(100) == pytest.approx(1.0)


@settings(max_examples=25, deadline=None)
@given(
    shape=st.sampled_from(sorted(SHAPES)),
    bend=st.lists(st.floats(-60, 60), min_size=6, max_size=6),
    quarter=st.integers(1, 3),
)
def test_turning_the_map_by_a_quarter_turns_the_sides(shape, bend, quarter):
    block = SHAPES[shape]
    _, south, east, north = block.bounds
    up = np.linspace(south - 200, north + 200, len(bend))
    road = shapely.LineString(np.column_stack([east + 100 + np.array(bend), up]))
    before = [held(block, side, road) for side in SIDES]
    turned = [affinity.rotate(one, 90 * quarter, origin=(0, 0)) for one in (block, road)]
    for index, one in enumerate(before):
        # Counter-clockwise: what faced east faces north; the sides stand clockwise.
        other = held(turned[0], SIDES[(index - quarter) % len(SIDES)], turned[1])
        assert other.on_side == one.on_side
        assert other.stretch.length_m == pytest.approx(one.stretch.length_m, rel=3e-3)
        assert other.within(0.25) == pytest.approx(one.within(0.25), rel=1e-2, abs=10)  # a piece is up to 10 m long


@settings(max_examples=25, deadline=None)
@given(
    shape=st.sampled_from(sorted(SHAPES)),
    longitude=st.sampled_from([-179.999, 179.995, 0.0, 75.0, 110.0, 135.0]),
    latitude=st.floats(5, 52),
    away=st.floats(10, 400),
)
def test_where_on_the_globe_plays_no_part_not_even_at_180(shape, longitude, latitude, away):
    block = SHAPES[shape]
    _, south, east, north = block.bounds
    road = shapely.LineString([(east + away, south - 300), (east + away, north + 300)])
    here, there = (held(block, "east", road, place) for place in (HERE, Local(longitude, latitude)))
    assert there.on_side
    assert there.within(0.25) == pytest.approx(here.within(0.25), rel=2e-3, abs=0.5)
    assert there.stretch.length_m == pytest.approx(here.stretch.length_m, rel=2e-3)


@settings(max_examples=15, deadline=None)
@given(shape=st.sampled_from(sorted(SHAPES)), times=st.floats(0.2, 4))
def test_a_larger_map_gives_larger_distances_and_the_same_shares(shape, times):
    block = SHAPES[shape]
    _, south, east, north = block.bounds
    road = shapely.LineString([(east + 100, south - 300), (east + 100, north + 300)])
    one = held(block, "east", road)
    grown = [affinity.scale(each, times, times, origin=(0, 0)) for each in (block, road)]
    other = held(grown[0], "east", grown[1])
    assert other.within(0.25) == pytest.approx(one.within(0.25) * times, rel=1e-2, abs=10 * times)
    assert other.share_within(110 * times) == pytest.approx(one.share_within(110), abs=0.03)
