"""Area on the ellipsoid: the official formula beside two other ways to the same number, and what a plane makes of it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from casebook import Case, Ground, dataset
from pyproj import Geod, Transformer
from shapely.geometry import MultiPolygon, Point, Polygon, box

import geoparks as gp
from geoparks import units
from geoparks.measure.area import INVERSE_FLATTENING, SEMI_MAJOR_M, ellipsoidal_area, planar_area
from geoparks.measure.evidence import own_planar_area
from geoparks.measure.overlay import outside
from geoparks.measure.plane import from_plane, to_plane

GEOD = Geod(a=SEMI_MAJOR_M, rf=INVERSE_FLATTENING)
ZONE = 4546  # CGCS2000, 3° zone 37, meridian 111° E, without the zone number
_TO_LONLAT = Transformer.from_crs(ZONE, 4490, always_xy=True)
_TO_ZONE = Transformer.from_crs(4490, ZONE, always_xy=True)
_STEP_M = 70


def lonlat(shape: Any, step: float | None = _STEP_M) -> Any:
    """A shape of the zone's plane in degrees, its edges with a vertex at least every 70 m."""
    dense = shape if step is None else shapely.segmentize(shape, step)
    return shapely.transform(dense, lambda xy: np.column_stack(_TO_LONLAT.transform(xy[:, 0], xy[:, 1])))


def square(longitude: float, latitude: float, side: float) -> Polygon:
    """A square of the plane whose south-western corner is at a place."""
    x, y = _TO_ZONE.transform(longitude, latitude)
    return box(x, y, x + side, y + side)


def official(shape: Any) -> float:
    return float(ellipsoidal_area(np.array([shape], dtype=object))[0])


@pytest.mark.parametrize(
    ("longitude", "latitude", "side", "area_m2", "geodesic_m2"),
    [
        (110.0, 39.6, 1000, 999_820.552, 999_820.554),
        (110.0, 39.6, 5000, 24_995_720.25, 24_995_721.53),
        (109.55, 39.0, 1000, 999_614.784, 999_614.786),
    ],
)
def test_worked_squares(longitude: float, latitude: float, side: float, area_m2: float, geodesic_m2: float) -> None:
    """Three squares worked by hand, by the official way and with geodesics between the corners."""
    shape = square(longitude, latitude, side)
    assert official(lonlat(shape)) == pytest.approx(area_m2, abs=0.005)
    assert abs(GEOD.geometry_area_perimeter(lonlat(shape, None))[0]) == pytest.approx(geodesic_m2, abs=0.005)
    assert gp.area(gpd.GeoSeries([shape], crs=ZONE))[0] == pytest.approx(area_m2, abs=0.005)


def test_plane_overstates_by_what_is_known() -> None:
    """179 ppm at 110° E, 385 ppm at the edge of the zone."""
    for longitude, latitude, ppm in ((110.0, 39.6, 179), (109.55, 39.0, 385)):
        shape = square(longitude, latitude, 1000)
        assert (shape.area / official(lonlat(shape)) - 1) * 1e6 == pytest.approx(ppm, abs=1)


SHAPES = {
    "small": square(109.6, 38.0, 30),
    "square": square(110.0, 39.6, 1000),
    "large": square(107.0, 40.5, 40_000),
    "long": box(300_000, 4_380_000, 300_020, 4_420_000),
    "triangle": Polygon([(430_000, 4_380_000), (437_000, 4_381_000), (433_000, 4_391_000)]),
    "holed": square(110.0, 39.6, 3000).difference(square(110.01, 39.61, 500)),
    "parts": MultiPolygon([square(110.0, 39.6, 700), square(110.1, 39.7, 900)]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_geodesic_area_agrees_once_edges_are_short(name: str) -> None:
    """To 1e-8 with 70 m, where every edge has an opposite one; where one is alone, what is left of it shows at 1e-8."""
    dense = lonlat(SHAPES[name], 20 if name == "triangle" else _STEP_M)
    geodesic = sum(GEOD.geometry_area_perimeter(shapely.orient_polygons(part))[0] for part in shapely.get_parts(dense))
    assert official(dense) == pytest.approx(geodesic, rel=1e-8)


@pytest.mark.parametrize("name", SHAPES)
def test_equal_area_plane_agrees(name: str) -> None:
    """The closed form, with the authalic latitude, where the official way is a series of five terms."""
    for step in (None, _STEP_M):
        shape = lonlat(SHAPES[name], step)
        plane = to_plane(np.array([shape], dtype=object))
        assert float(shapely.area(plane)[0]) == pytest.approx(official(shape), rel=1e-9)
        back = shapely.get_coordinates(from_plane(plane))
        assert np.abs(back - shapely.get_coordinates(shape)).max() < 1e-12


def test_direction_start_and_order_play_no_part() -> None:
    shape = lonlat(SHAPES["holed"])
    assert official(shape.reverse()) == pytest.approx(official(shape), rel=1e-12)
    assert official(shapely.normalize(shape)) == pytest.approx(official(shape), rel=1e-12)


def test_a_lone_east_west_edge_is_worth_ten_square_metres() -> None:
    """Between two corners the formula goes straight in longitude and latitude, along the parallel; a geodesic bows north.

    Over 1 km at 39.6° N the two enclose a lens of L³ · tan B / 12 R, which is 11 m². A rectangle has two such edges, and
    they cancel; a lone one does not. That is why edges are given a vertex every 70 m in the plane they were drawn in,
    before anything is computed: between vertices of 70 m the lens is worth 40 cm².
    """
    south, west = 39.6, 110.0
    east = west + 1000 / (SEMI_MAJOR_M * np.radians(1) * np.cos(np.radians(south)))
    along = GEOD.inv_intermediate(west, south, east, south, npts=200)
    lens = Polygon([(west, south), *zip(along.lons, along.lats, strict=True), (east, south)])
    assert official(lens) == pytest.approx(1000**3 * np.tan(np.radians(south)) / 12 / SEMI_MAJOR_M, rel=0.02)
    assert 10 < official(lens) < 12

    strip = box(west, south, east, south + 0.01)
    assert abs(GEOD.geometry_area_perimeter(strip)[0] - official(strip)) < 0.1


def test_what_is_no_area() -> None:
    nothing = np.array([None, Polygon(), Point(110, 39), shapely.LineString([(110, 39), (111, 40)])], dtype=object)
    areas = ellipsoidal_area(nothing)
    assert np.isnan(areas[0])
    assert areas[1:].tolist() == [0.0, 0.0, 0.0]
    assert ellipsoidal_area(np.array([], dtype=object)).shape == (0,)


def test_area_of_a_table() -> None:
    """Same index, missing stays missing; an outline that crosses itself counts both its lobes."""
    bow_tie = Polygon([(430_000, 4_380_000), (431_000, 4_381_000), (431_000, 4_380_000), (430_000, 4_381_000)])
    series = gpd.GeoSeries([square(110.0, 39.6, 1000), None, Polygon(), bow_tie], index=list("abcd"), crs=ZONE)
    areas = gp.area(gpd.GeoDataFrame(geometry=series))
    assert areas.index.tolist() == list("abcd")
    assert np.isnan(areas["b"])
    assert areas["c"] == 0
    assert areas["d"] == pytest.approx(500_000, rel=1e-3)
    with pytest.raises(ValueError, match="set_crs"):
        gp.area(gpd.GeoSeries([bow_tie]))


def test_degrees_are_measured_as_they_are_drawn() -> None:
    """An edge that is straight in degrees stays straight in degrees."""
    shape = box(110, 39, 110.1, 39.1)
    assert gp.area(gpd.GeoSeries([shape], crs=4490))[0] == pytest.approx(official(shape), rel=1e-12)


def made(rows: dict[str, list[dict[str, Any]]], ground: Ground = Ground(ZONE, 460_000, 4_380_000)) -> Any:  # noqa: B008
    return dataset(Case("area_disagrees", {"name": "area", "on": None, **rows}), ground)


def falsely_outside(step: float | None, monkeypatch: pytest.MonkeyPatch) -> float:
    from geoparks.normalise import geometry

    if step is None:
        monkeypatch.setattr(geometry, "densify", lambda shapes, placement: shapes)
    layers = made(
        {
            "blocks": [
                {"block_id": "B1", "box": [2000, 0, 3000, 1000]},
                {"block_id": "B2", "box": [2000, 4000, 3000, 5000]},
            ],
            "udb": [{"udb_id": "U1", "zone": "集中建设区", "box": [0, 0, 5000, 5000]}],
        }
    )
    return sum(part.value for piece in outside(layers["blocks"], layers["udb"]) for part in piece.parts)


def test_a_block_flush_inside_a_long_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without vertices on the way a 5 km edge is drawn elsewhere in degrees than in its plane, and a block that lies
    flush inside it seems to reach hundreds of square metres out. With them nothing is left but rounding."""
    assert falsely_outside(_STEP_M, monkeypatch) < 0.1
    assert falsely_outside(None, monkeypatch) > 100


def test_planar_area_in_the_unit_of_the_file() -> None:
    """A foot of the US survey is 1200/3937 m: 1000 feet squared are 92 903.4 m²."""
    foot = 1200 / 3937
    assert planar_area(np.array([box(0, 0, 1000, 1000)]), foot)[0] == pytest.approx(92_903.4, abs=0.1)
    layers = made({"blocks": [{"block_id": "B1", "box": [0, 0, 1000, 1000]}]}, Ground(2272, 2_690_000, 235_000))
    assert own_planar_area(layers["blocks"])[0] == pytest.approx(92_903.4, abs=0.1)
    assert ellipsoidal_area(layers["blocks"].geometry)[0] == pytest.approx(92_903.4, rel=1e-3)


def test_degrees_have_no_planar_area() -> None:
    layers = made({"blocks": [{"block_id": "B1", "box": [0, 0, 0.01, 0.01]}]}, Ground(4490, 110, 39))
    assert np.isnan(own_planar_area(layers["blocks"])[0])


def test_mu_and_hectares() -> None:
    assert units.to_mu(2000 / 3) == pytest.approx(1)
    assert units.to_mu(1_000_000) == pytest.approx(1500)
    assert units.to_ha(1_000_000) == 100
    assert gp.to_mu(10_000) == pytest.approx(15)
    assert gp.to_ha(10_000) == 1


def test_empty_rings_and_parts_are_as_if_they_were_not_there() -> None:
    """GEOS crashes the process when it is asked to densify them, so they must be gone before."""
    ring = "(109 39, 109.01 39, 109.01 39.01, 109 39.01, 109 39)"
    words = [f"POLYGON ({ring})", f"POLYGON ({ring}, EMPTY)", f"MULTIPOLYGON (({ring}), EMPTY)", "MULTIPOLYGON (EMPTY)"]
    found = gp.area(gpd.GeoSeries(shapely.from_wkt(words), crs=4490))
    assert found[0] == found[1] == found[2] > 0
    assert found[3] == 0
