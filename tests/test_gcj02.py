"""GCJ-02 is recognised against a trusted boundary by its own shift, and by nothing that merely resembles it."""

from __future__ import annotations

import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geoparks as gp
from geoparks.normalise.gcj02 import shift
from geoparks.result import Result

PLACES = {"鄂尔多斯": (109.78, 39.61, 504), "呼和浩特": (111.75, 40.84, 605), "海拉尔": (119.75, 49.21, 578)}
"""Longitude, latitude, and how far GCJ-02 lies off there, in metres, as published tables have it."""
COUNTIES = [("甲旗", -0.3, -0.2), ("乙旗", 0.05, -0.25), ("丙旗", -0.25, 0.1), ("丁旗", 0.1, 0.15)]
_SMALL_DEG = 1e-5  # one metre


def public_formula(lng: float, lat: float) -> tuple[float, float]:
    """The formula as it has circulated since 2010 (eviltransform and its translations), written down once more."""
    a, ee = 6378245.0, 0.00669342162296594323
    x, y = lng - 105.0, lat - 35.0
    common = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + common
    d_lat += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    d_lat += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    d_lng = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + common
    d_lng += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    d_lng += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    rad_lat = lat / 180.0 * math.pi
    magic = 1 - ee * math.sin(rad_lat) ** 2
    root = math.sqrt(magic)
    d_lat = d_lat * 180.0 / ((a * (1 - ee)) / (magic * root) * math.pi)
    d_lng = d_lng * 180.0 / (a / root * math.cos(rad_lat) * math.pi)
    return lng + d_lng, lat + d_lat


def to_gcj02(coordinates: np.ndarray) -> np.ndarray:
    return np.array([public_formula(float(x), float(y)) for x, y in coordinates])


def turned(coordinates: np.ndarray, degrees: float) -> np.ndarray:
    """Moved as far as GCJ-02 moves, in a direction turned by so many degrees."""
    east, north = (to_gcj02(coordinates) - coordinates).T
    scale, angle = np.cos(np.radians(coordinates[:, 1])), np.radians(degrees)
    metres_east = east * scale
    moved_east = metres_east * np.cos(angle) - north * np.sin(angle)
    return coordinates + np.column_stack([moved_east / scale, metres_east * np.sin(angle) + north * np.cos(angle)])


def distance_m(frame: gpd.GeoDataFrame) -> float:
    """How far the formula moves the middles of the features: the median, in metres."""
    middles = np.array([(one.x, one.y) for one in frame.geometry.to_crs(4525).centroid.to_crs(4490)])
    east, north = (to_gcj02(middles) - middles).T
    return float(np.median(np.hypot(east * np.cos(np.radians(middles[:, 1])), north))) * 111_195


def counties(place: str, seed: int = 0) -> gpd.GeoDataFrame:
    """Four wavy counties around a place, named."""
    longitude, latitude, _ = PLACES[place]
    random, angles = np.random.default_rng(seed), np.linspace(0, 2 * np.pi, 90, endpoint=False)
    shapes = []
    for _, east, north in COUNTIES:
        radius = 0.08 * (1 + 0.15 * np.sin(5 * angles) + 0.05 * random.standard_normal(90))
        ring = np.column_stack([east + radius * np.cos(angles) / 0.77, north + radius * np.sin(angles)])
        shapes.append(shapely.Polygon(ring + np.array([longitude, latitude])))
    codes = [f"1506{number:02}" for number in range(len(COUNTIES))]
    return gpd.GeoDataFrame(
        {"code": codes, "name": [name for name, _, _ in COUNTIES], "league": "甲市"}, geometry=shapes, crs=4490
    )


def workspace(folder: Path, drawn: gpd.GeoDataFrame, trusted: gpd.GeoDataFrame | None) -> Path:
    """Counties as somebody sent them, a trusted boundary, and a block inside the first county."""
    (folder / "data").mkdir(parents=True)
    drawn.to_file(folder / "data" / "counties.gpkg")
    middle = drawn.geometry.to_crs(4490).iloc[0].centroid
    block = shapely.box(middle.x, middle.y, middle.x + 0.01, middle.y + 0.01)
    gpd.GeoDataFrame({"block_id": ["B1"], "park_id": ["P1"]}, geometry=[block], crs=4490).to_file(
        folder / "data" / "blocks.gpkg"
    )
    if trusted is not None:
        trusted.to_file(folder / "界线.gpkg")
        (folder / "geoparks.toml").write_text('[reference]\ncounties = "界线.gpkg"\n', "utf-8")
    return folder


def run(folder: Path, drawn: gpd.GeoDataFrame, trusted: gpd.GeoDataFrame | None) -> Result:
    return gp.check(workspace(folder, drawn, trusted), on="2024-06-30")


def moved(frame: gpd.GeoDataFrame, how: object) -> gpd.GeoDataFrame:
    return frame.set_geometry(gpd.GeoSeries(shapely.transform(frame.geometry.to_numpy(), how), crs=4490))


def why(result: Result, layer: str = "counties") -> str | None:
    """Why a layer was refused, or None."""
    (reason,) = {
        one["refused"]["zh"] if one["refused"] else None
        for one in result.to_dict()["inputs"]
        if one["layer"] == layer
    }  # fmt: skip
    return reason


@pytest.mark.parametrize("place", PLACES)
def test_the_shift_is_that_of_the_public_formula(place: str) -> None:
    longitude, latitude, metres = PLACES[place]
    east, north = shift(np.array([longitude]), np.array([latitude]))
    expected = public_formula(longitude, latitude)
    assert (longitude + east[0], latitude + north[0]) == pytest.approx(expected, abs=1e-12)
    distance = math.hypot(float(east[0]) * math.cos(math.radians(latitude)), float(north[0])) * 111_195
    assert distance == pytest.approx(metres, rel=0.05)


@pytest.mark.parametrize("epsg", [4490, 4326, 4525])
@pytest.mark.parametrize("place", PLACES)
def test_shifted_counties_are_refused_and_their_rules_not_checked(tmp_path: Path, place: str, epsg: int) -> None:
    """In degrees or in a plane: whoever shifted first and projected afterwards is found as well."""
    if epsg == 4525 and place == "海拉尔":
        epsg = 4528  # zone 40
    trusted = counties(place)
    result = run(tmp_path, moved(trusted, to_gcj02).to_crs(epsg), trusted)
    reason = why(result)
    assert reason is not None
    assert "GCJ-02" in reason
    assert "4 个同名要素" in reason
    told = float(reason.split("相差约")[1].split("米")[0])
    assert told == pytest.approx(distance_m(trusted), abs=5)
    assert why(result, "blocks") is None
    outcomes = {one["outcome"] for one in result.to_dict()["checks"] if "GCJ-02" in (one["reason"] or "")}
    assert outcomes == {"not_checked"}
    sound = run(tmp_path / "sound", trusted, trusted)
    judged = {one["rule"] for one in sound.to_dict()["checks"] if one["outcome"] in ("pass", "fail")}
    shifted = {one["rule"] for one in result.to_dict()["checks"] if one["outcome"] in ("pass", "fail")}
    assert judged > shifted


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("degrees", range(0, 360, 45))
def test_only_its_own_direction_counts(tmp_path: Path, place: str, degrees: float) -> None:
    trusted = counties(place)
    reason = why(run(tmp_path, moved(trusted, lambda xy: turned(xy, degrees)), trusted))
    assert (reason is not None) == (degrees == 0)


@pytest.mark.parametrize("times", [0.0, 0.2, 2.0, -1.0])
def test_only_its_own_size_counts(tmp_path: Path, times: float) -> None:
    trusted = counties("鄂尔多斯")
    drawn = moved(trusted, lambda xy: xy + times * (to_gcj02(xy) - xy))
    assert why(run(tmp_path, drawn, trusted)) is None


@pytest.mark.parametrize("place", PLACES)
def test_a_shifted_layer_is_found_though_two_surveys_differ(tmp_path: Path, place: str) -> None:
    """The trusted line is a coarse one with forty metres of noise; and a sound layer against it is not refused."""
    trusted, random = counties(place), np.random.default_rng(1)
    coarse = moved(trusted, lambda xy: _closed(xy + random.normal(0, 40 * _SMALL_DEG, xy.shape), xy))
    assert why(run(tmp_path / "shifted", moved(trusted, to_gcj02), coarse)) is not None
    assert why(run(tmp_path / "sound", trusted, coarse)) is None


def _closed(moved_xy: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """Where a ring comes back to its first vertex, it does so after the noise as well."""
    first = {tuple(place): number for number, place in reversed(list(enumerate(xy.tolist())))}
    return np.array([moved_xy[first[tuple(place)]] for place in xy.tolist()])


@pytest.mark.parametrize(
    "names",
    [
        [None] * 4,
        ["戊旗", "己旗", "庚旗", "辛旗"],
        ["甲旗"] * 4,  # a name that occurs four times pairs nothing
    ],
)
def test_without_same_named_features_nothing_is_recognised(tmp_path: Path, names: list[str | None]) -> None:
    trusted = counties("鄂尔多斯")
    drawn = moved(trusted, to_gcj02)
    drawn["name"] = names
    assert why(run(tmp_path, drawn, trusted)) is None


def test_without_a_reference_nothing_is_recognised(tmp_path: Path) -> None:
    assert why(run(tmp_path, moved(counties("鄂尔多斯"), to_gcj02), None)) is None


@pytest.mark.parametrize("crs", [4326, 4490])
def test_wgs84_of_the_same_line_is_no_shift(tmp_path: Path, crs: int) -> None:
    trusted = counties("呼和浩特")
    assert why(run(tmp_path, trusted.set_crs(crs, allow_override=True), trusted)) is None


@pytest.mark.parametrize(("shifted", "found"), [(4, True), (3, True), (2, False), (1, False)])
def test_most_of_the_features_decide(tmp_path: Path, shifted: int, found: bool) -> None:
    trusted = counties("鄂尔多斯")
    drawn = trusted.copy()
    drawn.iloc[:shifted, drawn.columns.get_loc("geometry")] = moved(trusted, to_gcj02).geometry.iloc[:shifted]
    assert (why(run(tmp_path, drawn, trusted)) is not None) == found


def test_a_refused_layer_fails_the_command_in_one_run(geoparks, tmp_path: Path) -> None:
    """A must or duty rule cannot be judged although its file is there: exit status 1, and the screen says why."""
    trusted = counties("鄂尔多斯")
    parks = gpd.GeoDataFrame(trusted.iloc[:1][["geometry"]], crs=4490)
    parks["park_id"], parks["name"], parks["block_id"] = "P1", "甲旗", "B1"
    workspace(tmp_path, trusted, trusted)
    moved(parks, to_gcj02).to_file(tmp_path / "data" / "blocks.gpkg")
    done = geoparks("check", tmp_path, "--on", "2024-06-30")
    assert done.returncode == 1, done.stderr
    assert "GCJ-02" in done.stdout
    assert "blocks.gpkg" in done.stdout
