"""Where a layer lies: every zone, every way of knowing it, and what is refused; the oracle is PROJ by its own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS, Transformer

from geoparks.errors import GeoparksError, NotJudged
from geoparks.normalise.crs import place
from geoparks.normalise.geometry import shapes
from geoparks.normalise.placement import Placement
from geoparks.read.raw import RawLayer, ZoneHint
from geoparks.text import same

N = 4_380_000.0
WIDE = [(3, number) for number in range(25, 46)] + [(6, number) for number in range(13, 24)]


def meridian(width: int, number: int) -> int:
    return 3 * number if width == 3 else 6 * number - 3


def code(width: int, number: int, prefixed: bool) -> int:
    """The EPSG code by the table of the rules: 4488 + zone, 4509 + zone, 4478 + zone, 4489 + zone."""
    return number + {(3, True): 4488, (3, False): 4509, (6, True): 4478, (6, False): 4489}[width, prefixed]


def gauss(lon_0: float, false_easting: float, ellipsoid: str = "GRS80") -> Transformer:
    """A Gauss–Krüger plane to degrees, in PROJ's own words instead of by EPSG code; CGCS2000 has GRS80's shape."""
    words = f"+proj=tmerc +lat_0=0 +lon_0={lon_0} +k=1 +x_0={false_easting} +y_0=0 +ellps={ellipsoid}"
    return Transformer.from_pipeline(
        f"+proj=pipeline +step +inv {words} +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


def layer(*shapes: Any, crs: int | CRS | None = None, head: ZoneHint | None = None) -> RawLayer:
    system = CRS.from_epsg(crs) if isinstance(crs, int) else crs
    return RawLayer(
        Path("甲.shp"), "made", pd.DataFrame({"id": range(len(shapes))}), np.array(shapes, dtype=object),
        crs=system, crs_from=same("embedded") if system else None, zone=head,
    )  # fmt: skip


def square(east: float, north: float = N, size: float = 1000.0) -> shapely.Polygon:
    return shapely.box(east, north, east + size, north + size)


def said(raw: RawLayer) -> list[str]:
    return [one.code for one in raw.repairs]


def corner(placed: Placement, raw: RawLayer) -> tuple[float, float]:
    """The south-western corner of the first feature in degrees, as geoparks puts it."""
    made = shapes(raw, placed, areas=True)
    west, south, *_ = shapely.bounds(shapely.segmentize(made.lonlat, 1))[0].tolist()
    return west, south


def own_corner(placed: Placement, x: float, y: float) -> tuple[float, float]:
    ((longitude, latitude),) = placed.path.to_lonlat(np.array([[x, y]]))
    return float(longitude), float(latitude)


def refused(raw: RawLayer, declared: dict[str, Any] | None = None, **more: Any) -> NotJudged:
    with pytest.raises(NotJudged) as told:
        place(raw, declared or {}, more.get("region", ()))
    assert told.value.where == "甲.shp"
    assert "\n" not in told.value.line("zh")
    return told.value


@pytest.mark.parametrize("how", ["declared", "embedded", "by its words", "by evidence"])
@pytest.mark.parametrize("prefixed", [True, False])
@pytest.mark.parametrize(("width", "number"), WIDE)
def test_every_zone_however_it_is_known(width: int, number: int, prefixed: bool, how: str) -> None:
    """With and without its number before the easting; without it the extent of other layers must tell the meridian."""
    epsg, lon_0 = code(width, number, prefixed), meridian(width, number)
    false_easting = 500_000 + (number * 1_000_000 if prefixed else 0)
    x = false_easting - 40_000.0
    expected = gauss(lon_0, false_easting).transform(x, N)
    crs = CRS.from_epsg(epsg)
    embedded = {"embedded": crs, "by its words": CRS.from_wkt(crs.to_wkt("WKT1_ESRI"))}.get(how)
    raw = layer(square(x), crs=embedded)
    region = () if prefixed else [(expected[0] - 0.1, expected[1] - 0.1, expected[0] + 0.1, expected[1] + 0.1)]
    placed = place(raw, {"epsg": epsg} if how == "declared" else {}, region)
    assert own_corner(placed, x, N) == pytest.approx(expected, abs=1e-10)
    assert said(raw) == (["crs_inferred"] if how == "by evidence" else [])
    assert placed.has_plane
    assert not placed.swapped
    if how in ("declared", "embedded") or (how == "by evidence" and prefixed):
        assert placed.name == f"EPSG:{epsg}"


@pytest.mark.parametrize("known", [{"declared": True}, {"declared": False}])
@pytest.mark.parametrize(
    ("epsg", "x", "twin"),
    [
        (4546, 37_460_000.0, 4525),  # declared without, drawn with the zone number
        (4525, 460_000.0, 4546),
        (4508, 19_460_000.0, 4497),
        (4497, 460_000.0, 4546),
        (4508, 37_460_000.0, 4525),  # 6° zone 19 and 3° zone 37 have one meridian
        (4525, 19_460_000.0, 4497),
    ],
)
def test_prefix_and_no_prefix_are_twins(epsg: int, x: float, twin: int, known: dict[str, bool]) -> None:
    raw = layer(square(x), crs=None if known["declared"] else epsg)
    placed = place(raw, {"epsg": epsg} if known["declared"] else {}, ())
    assert own_corner(placed, x, N) == pytest.approx(gauss(111, x - x % 1_000_000 + 500_000).transform(x, N), abs=1e-10)
    (repair,) = raw.repairs
    assert (repair.code, repair.old) == ("zone_prefix", f"EPSG:{epsg}")
    assert placed.name == repair.new
    if twin != 4546:
        assert placed.name == f"EPSG:{twin}"


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("epsg", [4527, 4524, 4548, 4496, 4507])
def test_a_wrong_zone_number_is_a_contradiction(epsg: int, declared: bool) -> None:
    raw = layer(square(37_460_000.0), crs=None if declared else epsg)
    told = refused(raw, {"epsg": epsg} if declared else {})
    assert "与坐标不符" in told.what.zh
    assert str(epsg) in told.what.zh
    assert told.found is not None
    assert "37" in told.found.zh
    assert told.mend is not None
    assert "geoparks.toml" in told.mend.zh


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("shape", "declared", "embedded"),
    [
        (square(37_460_000.0), 4525, None),
        (square(37_460_000.0), None, 4525),
        (square(37_460_000.0), None, None),
        (square(460_000.0), 4546, None),
        (square(460_000.0), 4525, None),
        (square(460_000.0), None, 32649),
        (shapely.box(109.9, 39.5, 109.91, 39.51), 4490, None),
        (shapely.box(109.9, 39.5, 109.91, 39.51), None, 4490),
        (shapely.box(109.9, 39.5, 109.91, 39.51), None, None),
    ],
)
def test_axes_in_either_order(shape: Any, declared: int | None, embedded: int | None, swapped: bool) -> None:
    """Northing before easting lands in the same place as easting before northing, and is said."""
    straight = layer(shape, crs=embedded)
    wanted = corner(place(straight, {"epsg": declared} if declared else {}, ()), straight)
    drawn = shapely.transform(shape, lambda xy: xy[:, ::-1]) if swapped else shape
    raw = layer(drawn, crs=embedded)
    placed = place(raw, {"epsg": declared} if declared else {}, ())
    assert placed.swapped == swapped
    assert ("axis_swapped" in said(raw)) == swapped
    assert corner(placed, raw) == pytest.approx(wanted, abs=1e-12)
    assert 109 < wanted[0] < 111
    assert 39 < wanted[1] < 40


@pytest.mark.parametrize(
    ("declared", "embedded", "name", "code_said"),
    [
        (4490, None, "EPSG:4490", []),
        (None, 4490, "EPSG:4490", []),
        (None, 4326, "EPSG:4326", ["datum_transformed"]),
        (None, None, "EPSG:4490", ["crs_inferred"]),
        (4525, None, "EPSG:4490", ["degrees_in_projected"]),
        (None, 4546, "EPSG:4490", ["degrees_in_projected"]),
    ],
)
def test_degrees(declared: int | None, embedded: int | None, name: str, code_said: list[str]) -> None:
    raw = layer(shapely.box(109.9, 39.5, 109.91, 39.51), crs=embedded)
    placed = place(raw, {"epsg": declared} if declared else {}, ())
    assert (placed.name, placed.has_plane) == (name, False)
    assert own_corner(placed, 109.9, 39.5) == (109.9, 39.5)
    assert said(raw) == code_said
    for repair in raw.repairs:
        if repair.code == "datum_transformed":
            assert "零变换" in repair.note.zh
            assert "null transformation" in repair.note.en


def test_metres_under_an_embedded_degree_system_are_judged_by_evidence_and_said() -> None:
    """GIS programs write 4490 into files that nobody projected; a declaration by the user is a contradiction instead."""
    raw = layer(square(37_460_000.0), crs=4490)
    assert place(raw, {}, ()).name == "EPSG:4525"
    assert said(raw) == ["crs_inferred"]
    assert raw.repairs[0].old
    refused(layer(square(37_460_000.0)), {"epsg": 4490})


@pytest.mark.parametrize(
    ("x", "y"),
    [(1000.0, 2000.0), (37_460_000.0, 380_000.0), (46_460_000.0, N), (12_460_000.0, N), (460_000.0, 9_000_000.0), (200.0, 39.5)],
)  # fmt: skip
def test_an_unknown_system_is_never_guessed(x: float, y: float) -> None:
    told = refused(layer(square(x, y, 10)), region=[(107, 38, 112, 41)])
    assert told.what.zh == "坐标系未知"
    assert told.mend is not None
    assert "epsg" in told.mend.zh


@pytest.mark.parametrize(
    ("region", "epsg"),
    [([(109.5, 39.3, 110.5, 40.0)], 4546), ([(106.5, 39.3, 107.5, 40.0)], 4545), ([(121.5, 39.3, 122.5, 40)], 4550)],
)
def test_plain_eastings_need_an_extent(region: list[tuple[float, float, float, float]], epsg: int) -> None:
    raw = layer(square(430_000.0))
    assert place(raw, {}, region).name == f"EPSG:{epsg}"
    assert said(raw) == ["crs_inferred"]
    told = refused(layer(square(430_000.0)))
    assert "中央经线" in told.what.zh


def test_an_extent_that_leaves_a_choice_is_no_evidence() -> None:
    told = refused(layer(square(430_000.0)), region=[(106, 39, 114, 40)])
    assert told.found is not None
    assert "108" in told.found.zh
    assert "111" in told.found.zh


@pytest.mark.parametrize(
    ("other", "words"),
    [(square(36_460_000.0), "36"), (square(460_000.0), "无带号"), (shapely.box(109.9, 39.5, 109.91, 39.51), "经纬度")],
)
@pytest.mark.parametrize("declared", [{}, {"epsg": 4525}])
def test_mixed_zones_and_units_in_one_file(other: Any, words: str, declared: dict[str, Any]) -> None:
    told = refused(layer(square(37_460_000.0), square(37_470_000.0), other), declared)
    assert told.found is not None
    assert words in told.found.zh
    assert "37" in told.found.zh


@pytest.mark.parametrize("stray", [square(0.0, 0.0, 1), square(37_460_000.0, -9e9, 1), square(9e12, N, 1)])
@pytest.mark.parametrize("declared", [{}, {"epsg": 4525}])
def test_a_stray_feature_has_no_say_and_is_a_fault_or_stays_where_it_is(stray: Any, declared: dict[str, Any]) -> None:
    raw = layer(square(37_460_000.0), stray, square(37_470_000.0), square(37_480_000.0))
    placed = place(raw, declared, ())
    assert placed.name == "EPSG:4525"
    made = shapes(raw, placed, areas=True)
    assert not shapely.is_missing(made.lonlat[[0, 2, 3]]).any()
    assert [one.row for one in raw.faults] == [2]
    assert made.lonlat[1] is None


@pytest.mark.parametrize("strays", [1, 2])
def test_what_is_not_the_smaller_part_is_no_stray(strays: int) -> None:
    raw = layer(square(37_460_000.0), *[square(0.0, 0.0, 1)] * strays)
    assert refused(raw).what.zh == "坐标系未知"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("declared", [{}, {"epsg": 4525}])
def test_numbers_that_are_none_are_faults_of_their_row(bad: float, declared: dict[str, Any]) -> None:
    ring = [(37_460_000.0, N), (37_461_000.0, N), (37_461_000.0, bad), (37_460_000.0, N + 1000), (37_460_000.0, N)]
    raw = layer(square(37_470_000.0), shapely.Polygon(ring))
    placed = place(raw, declared, ())
    assert placed.name == "EPSG:4525"
    made = shapes(raw, placed, areas=True)
    assert made.lonlat[1] is None
    assert [(one.code, one.row) for one in raw.faults] == [("invalid_coordinate", 2)]
    alone = layer(shapely.Polygon(ring))
    made = shapes(alone, place(alone, {}, ()), areas=True)
    assert [one.code for one in alone.faults] == ["invalid_coordinate"]
    assert made.lonlat[0] is None


@pytest.mark.parametrize(
    ("head", "x", "epsg"),
    [
        (ZoneHint("2000国家大地坐标系", 3, 37), 37_460_000.0, 4525),
        (ZoneHint("CGCS2000", 3, 37), 460_000.0, 4546),
        (ZoneHint("", 6, 19), 460_000.0, 4508),
        (ZoneHint("", None, 37), 460_000.0, 4546),
        (ZoneHint("", None, 19), 460_000.0, 4508),
        (ZoneHint("", None, None), 37_460_000.0, 4525),
    ],
)
def test_the_head_of_a_txt_names_the_zone(head: ZoneHint, x: float, epsg: int) -> None:
    placed = place(layer(square(x), head=head), {}, ())
    assert placed.name == f"EPSG:{epsg}"
    assert own_corner(placed, x, N) == pytest.approx(gauss(111, x - x % 1_000_000 + 500_000).transform(x, N), abs=1e-10)


@pytest.mark.parametrize(
    ("head", "x", "words"),
    [
        (ZoneHint("", 3, 38), 37_460_000.0, "3 度带 38 带，坐标横坐标带号 37"),
        (ZoneHint("", 6, 37), 37_460_000.0, "6 度带 37 带，坐标横坐标带号 37"),
        (ZoneHint("", 6, 19), 37_460_000.0, "6 度带 19 带，坐标横坐标带号 37"),
        (ZoneHint("", 3, 19), 460_000.0, "没有 3 度带第 19 带"),
        (ZoneHint("", 3, 46), 460_000.0, "没有 3 度带第 46 带"),
        (ZoneHint("", degrees=True), 37_460_000.0, "坐标不是经纬度"),
    ],
)
def test_a_head_against_its_prefix_is_a_contradiction_until_somebody_decides(
    head: ZoneHint, x: float, words: str
) -> None:
    assert words in refused(layer(square(x), head=head)).line("zh")
    decided = place(layer(square(x), head=head), {"epsg": 4525}, ())
    assert own_corner(decided, x, N) == pytest.approx(
        gauss(111, x - x % 1_000_000 + 500_000).transform(x, N), abs=1e-10
    )


def test_a_code_that_nobody_knows_stops_the_run() -> None:
    with pytest.raises(GeoparksError) as told:
        place(layer(square(37_460_000.0)), {"epsg": 99999}, ())
    assert not isinstance(told.value, NotJudged)
    assert "99999" in told.value.line("zh")


XIAN = [4610, *range(2327, 2391)]
BEIJING = [4214, *range(21413, 21424), *range(21453, 21464), *range(2401, 2443)]
STATED = {"kind": "helmert7", "source": "某测绘院", "date": "2024-05-01"}
SHAPE_OF = {
    "Xian 1980": (6378140.0, 298.257),
    "Beijing 1954": (6378245.0, 298.3),
    "CGCS2000": (6378137.0, 298.257222101),
}


def in_the_middle(crs: CRS) -> shapely.Polygon:
    """A square near the meridian of a plane, or one in degrees."""
    if crs.is_geographic:
        return shapely.box(109.9, 39.5, 109.91, 39.51)
    assert crs.coordinate_operation is not None
    return square(next(one.value for one in crs.coordinate_operation.params if one.name == "False easting") - 40_000)


@pytest.mark.parametrize(
    ("epsg", "name"), [*((one, "1980 西安坐标系") for one in XIAN), *((one, "1954 北京坐标系") for one in BEIJING)]
)
def test_xian_and_beijing_are_refused_with_the_reason(epsg: int, name: str) -> None:
    crs = CRS.from_epsg(epsg)
    shape = in_the_middle(crs)
    for told in (
        refused(layer(shape, crs=crs)),
        refused(layer(shape, crs=CRS.from_wkt(crs.to_wkt("WKT1_ESRI")))),
        refused(layer(shape), {"epsg": epsg}),
    ):
        assert name in told.what.zh
        assert told.mend is not None
        assert "transform" in told.mend.zh


def geocentric(longitude: float, latitude: float, a: float, rf: float) -> np.ndarray[Any, Any]:
    e2, (lon, lat) = (2 - 1 / rf) / rf, np.radians((longitude, latitude))
    n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    return np.array([n * np.cos(lat) * np.cos(lon), n * np.cos(lat) * np.sin(lon), n * (1 - e2) * np.sin(lat)])


def geodetic(x: float, y: float, z: float, a: float, rf: float) -> tuple[float, float]:
    e2, p = (2 - 1 / rf) / rf, np.hypot(x, y)
    latitude = np.arctan2(z, p * (1 - e2))
    for _ in range(20):
        n = a / np.sqrt(1 - e2 * np.sin(latitude) ** 2)
        latitude = np.arctan2(z + e2 * n * np.sin(latitude), p)
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(latitude))


@pytest.mark.parametrize("convention", ["position_vector", "coordinate_frame", None])
@pytest.mark.parametrize(
    ("epsg", "name"), [(4610, "Xian 1980"), (2361, "Xian 1980"), (2382, "Xian 1980"), (4214, "Beijing 1954"), (2434, "Beijing 1954")]
)  # fmt: skip
def test_seven_parameters_that_the_user_states(epsg: int, name: str, convention: str | None) -> None:
    """Against the formula worked out here: X' = T + (1 + s)(I + R)X between geocentric coordinates."""
    given = {"dx": 12.5, "dy": -110.25, "dz": -40.125, "rx": 1.5, "ry": -2.25, "rz": 3.125, "scale_ppm": 4.5}
    crs = CRS.from_epsg(epsg)
    shape = in_the_middle(crs)
    raw = layer(shape, crs=crs)
    transform = {**STATED, **given, **({"convention": convention} if convention else {})}
    placed = place(raw, {"transform": transform}, ())
    x, y = shape.bounds[:2]
    a, rf = SHAPE_OF[name]
    false_easting = 500_000 + x // 1_000_000 * 1_000_000
    lon_0 = {2361: 111, 2382: 111, 2434: 111}.get(epsg, 0)
    words = f"+proj=pipeline +step +inv +proj=tmerc +lon_0={lon_0} +x_0={false_easting} +a={a} +rf={rf}"
    plane = Transformer.from_pipeline(f"{words} +step +proj=unitconvert +xy_in=rad +xy_out=deg")
    old = (x, y) if crs.is_geographic else plane.transform(x, y)
    rx, ry, rz = np.radians(np.array([1.5, -2.25, 3.125]) / 3600) * (-1 if convention == "coordinate_frame" else 1)
    turn = np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])
    moved = np.array([12.5, -110.25, -40.125]) + (1 + 4.5e-6) * turn @ geocentric(*old, a, rf)
    expected = geodetic(*moved, *SHAPE_OF["CGCS2000"])
    assert own_corner(placed, x, y) == pytest.approx(expected, abs=1e-9)
    (repair,) = raw.repairs
    assert repair.code == "datum_transformed"
    assert "某测绘院" in repair.note.zh
    assert "2024-05-01" in repair.note.zh


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("east", "rotation", "ppm"), [(460_000.0, 0.0, 0.0), (460_000.0, 12.5, -8.0), (61_000.0, -7200.0, 30.0)]
)
def test_four_parameters_that_the_user_states(east: float, rotation: float, ppm: float, swapped: bool) -> None:
    """North' = dx + m (N cos α − E sin α), East' = dy + m (N sin α + E cos α): 四参数, dx to the north."""
    angle, scale = np.radians(rotation / 3600), 1 + ppm * 1e-6
    dx, dy = N - 379_000.0 + 0.5, 460_000.0 - east + 0.25
    north = 379_000.0
    given = {"kind": "affine4", "dx": dx, "dy": dy, "rotation_seconds": rotation, "scale_ppm": ppm, "to_epsg": 4546}
    shape = square(east, north)
    raw = layer(shape)
    placed = place(raw, {"transform": {**given, "source": "某测绘院", "date": "2024-05-01"}}, ())
    new_north = dx + scale * (north * np.cos(angle) - east * np.sin(angle))
    new_east = dy + scale * (north * np.sin(angle) + east * np.cos(angle))
    expected = gauss(111, 500_000).transform(new_east, new_north)
    assert own_corner(placed, east, north) == pytest.approx(expected, abs=1e-10)
    assert said(raw) == ["datum_transformed"]


def test_a_transformation_needs_its_source_and_must_fit_the_coordinates() -> None:
    assert "epsg" in (refused(layer(square(460_000.0)), {"transform": STATED}).mend or same("")).zh
    told = refused(layer(square(38_460_000.0)), {"epsg": 2361, "transform": {**STATED, "dx": 1.0}})
    assert "与坐标不符" in told.what.zh
    affine = {"kind": "affine4", "dx": 0.0, "dy": 5e6, "to_epsg": 4546, "source": "某测绘院", "date": "2024-05-01"}
    assert "与坐标不符" in refused(layer(square(460_000.0)), {"transform": affine}).what.zh


def web_mercator(x: float, y: float) -> tuple[float, float]:
    return float(np.degrees(x / 6378137)), float(np.degrees(np.arctan(np.sinh(y / 6378137))))


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    ("epsg", "x", "y", "metres", "words"),
    [
        (32649, 413_000.0, N, "", "+proj=tmerc +lon_0=111 +k=0.9996 +x_0=500000 +ellps=WGS84"),
        (32651, 413_000.0, N, "", "+proj=tmerc +lon_0=123 +k=0.9996 +x_0=500000 +ellps=WGS84"),
        (3857, 12_240_000.0, 4_810_000.0, "", None),
        (3857, 13_190_000.0, 4_810_000.0, "", None),  # looks like zone 13, but the file says what it is
        (3826, 230_000.0, 2_700_000.0, "精度 1 米", "+proj=tmerc +lon_0=121 +k=0.9999 +x_0=250000 +ellps=GRS80"),
    ],
)
def test_known_systems_are_transformed_and_say_how(
    epsg: int, x: float, y: float, metres: str, words: str | None, declared: bool
) -> None:
    raw = layer(square(x, y), crs=None if declared else epsg)
    placed = place(raw, {"epsg": epsg} if declared else {}, ())
    expected = web_mercator(x, y)
    if words is not None:
        steps = f"+proj=pipeline +step +inv {words} +step +proj=unitconvert +xy_in=rad +xy_out=deg"
        expected = Transformer.from_pipeline(steps).transform(x, y)
    assert own_corner(placed, x, y) == pytest.approx(expected, abs=1e-9)
    assert (placed.name, said(raw)) == (f"EPSG:{epsg}", ["datum_transformed"])
    assert "零变换" in raw.repairs[0].note.zh
    assert metres in raw.repairs[0].note.zh


@pytest.mark.parametrize("shape", ["+ellps=krass", "+a=6378140 +rf=298.257", "+ellps=bessel"])
def test_a_plane_on_an_unknown_datum_is_not_taken_for_cgcs2000(shape: str) -> None:
    crs = CRS.from_proj4(f"+proj=tmerc +lon_0=111 +k=1 +x_0=37500000 {shape} +units=m")
    told = refused(layer(square(37_460_000.0), crs=crs))
    assert "没有已知转换" in told.what.zh


@pytest.mark.parametrize("epsg", [2326, 4611, 4019])
def test_only_xian_1980_is_called_xian_1980(epsg: int) -> None:
    """Hong Kong 1980, and the GRS 1980 ellipsoid, which is CGCS2000's own, have a year in common with Xian 1980."""
    crs = CRS.from_epsg(epsg)
    shape = square(830_000, 820_000) if crs.is_projected else shapely.box(114.1, 22.3, 114.11, 22.31)
    try:
        place(layer(shape, crs=crs), {}, ())
    except NotJudged as told:
        assert "西安" not in told.what.zh
