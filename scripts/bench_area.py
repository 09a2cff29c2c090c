"""Time geoparks beside what people would otherwise use, in one run: area, overlay, overlapping pairs.

    scripts/bench area [PARCELS]        default 50 000

Ratios count, not seconds: machines wobble. Both sides of a line get the same geometry, and their results are compared.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod

from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.plane import to_plane
from geoparks.normalise.geometry import only_polygons

ROUNDS = 3


def parcels(count: int) -> np.ndarray:
    """Made parcels of twelve vertices on a grid near Ordos, a few enlarged so that they overlap their neighbours."""
    rng = np.random.default_rng(7)
    side = int(np.ceil(count**0.5))
    x, y = np.divmod(np.arange(count), side)
    size = np.where(rng.random(count) < 0.03, 0.0012, 0.00095)
    angle = np.linspace(0, 2 * np.pi, 13)[:-1]
    wobble = 0.5 + 0.08 * rng.random((count, 12))
    lon = 109 + x[:, None] * 0.001 + size[:, None] * wobble * np.cos(angle)
    lat = 39 + y[:, None] * 0.001 + size[:, None] * wobble * np.sin(angle)
    return shapely.polygons(np.stack([lon, lat], axis=-1))


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Median seconds of some rounds, and the result."""
    seconds, result = [], None
    for _ in range(ROUNDS):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def line(name: str, ours: float, theirs: float, peer: str, agree: str) -> None:
    print(f"{name:28} {ours:8.3f} s   {peer:32} {theirs:8.3f} s   {theirs / ours:6.1f} ×   {agree}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    shapes = parcels(count)
    series = gpd.GeoSeries(shapes, crs=4490)
    print(f"{count} parcels, {int(shapely.get_num_coordinates(shapes).sum())} vertices; median of {ROUNDS} rounds\n")

    geod = Geod(a=6378137, rf=298.257222101)
    ours, mine = timed(lambda: ellipsoidal_area(shapes))
    theirs, other = timed(lambda: np.array([abs(geod.geometry_area_perimeter(one)[0]) for one in shapes]))
    worst = float(np.abs(mine / other - 1).max())
    line("area on the ellipsoid", ours, theirs, "pyproj.Geod, one by one", f"largest difference {worst:.1e}")
    theirs, other = timed(
        lambda: series.to_crs("+proj=aea +lat_1=37 +lat_2=42 +lon_0=110 +ellps=GRS80").area.to_numpy()
    )
    line(
        "",
        ours,
        theirs,
        "reproject to Albers, planar area",
        f"largest difference {float(np.abs(mine / other - 1).max()):.1e}",
    )

    plane = to_plane(shapes)

    def pairs() -> float:
        first, second = shapely.STRtree(plane).query(plane, predicate="intersects")
        keep = first < second
        return float(shapely.area(only_polygons(shapely.intersection(plane[first[keep]], plane[second[keep]]))).sum())

    frame = gpd.GeoDataFrame({"n": np.arange(count)}, geometry=plane)

    def with_geopandas() -> float:
        joined = gpd.sjoin(frame, frame, predicate="intersects")
        joined = joined[joined["n_left"] < joined["n_right"]]
        left = frame.geometry.iloc[joined["n_left"].to_numpy()].reset_index(drop=True)
        right = frame.geometry.iloc[joined["n_right"].to_numpy()].reset_index(drop=True)
        return float(left.intersection(right).area.sum())

    ours, mine = timed(pairs)
    theirs, other = timed(with_geopandas)
    line("overlapping pairs", ours, theirs, "geopandas.sjoin + intersection", f"{mine:.3f} and {other:.3f} m²")


if __name__ == "__main__":
    main()
