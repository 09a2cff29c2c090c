"""The work of scripts/bench: made layers like those of a land survey, with fixed seeds.

Parcels are cells of an irregular tiling with jagged edges that neighbours share to the last digit; some have holes, some
overlap their neighbours, some are there twice. Parks and the urban development boundary are large jagged polygons, the
boundary with three zones and holes; farmland is a finer tiling of its own. Every edge is shorter than 50 m, so that nobody
has to add vertices. Each layer is written twice: in longitude and latitude, as offices keep it, for geoparks; in the
equal-area plane, for the peers, so that their time holds no reprojection and all measure the same coordinates.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geoparks.measure.plane import from_plane, to_plane

PLANE = "+proj=cea +lat_ts=0 +lon_0=110 +ellps=GRS80 +units=m +no_defs"
STEP_M = 50.0
_WEST, _SOUTH = -180_000.0, 3_990_000.0  # of the plane: about 108.4° E, 38.9° N
_SIDE = 105.0
Array = np.ndarray[Any, Any]


def tiling(rng: np.random.Generator, count: int, side: float, west: float, south: float, jags: int) -> Array:
    """About `count` four-cornered cells whose common edges are jagged, in rows."""
    columns = int(np.ceil(count**0.5))
    rows = int(np.ceil(count / columns))
    stretch = np.cumsum(rng.uniform(0.55, 1.6, columns + 1)) * side, np.cumsum(rng.uniform(0.55, 1.6, rows + 1)) * side
    x, y = np.meshgrid(west + stretch[0], south + stretch[1])
    x, y = x + rng.uniform(-0.15, 0.15, x.shape) * side, y + rng.uniform(-0.15, 0.15, y.shape) * side
    nodes = np.stack([x, y], -1)

    def jagged(a: Array, b: Array) -> Array:
        """Vertices between two rows of nodes, (…, jags, 2)."""
        share = (np.arange(1, jags + 1) / (jags + 1))[:, None]
        middle = a[..., None, :] * (1 - share) + b[..., None, :] * share
        return middle + rng.uniform(-0.05, 0.05, middle.shape) * side

    across = jagged(nodes[:, :-1], nodes[:, 1:])  # along rows
    up = jagged(nodes[:-1], nodes[1:])
    rings = np.concatenate(
        [
            nodes[:-1, :-1, None], across[:-1], nodes[:-1, 1:, None], up[:, 1:], nodes[1:, 1:, None],
            across[1:, :, ::-1], nodes[1:, :-1, None], up[:, :-1, ::-1],
        ],
        axis=2,
    )  # fmt: skip
    cells = shapely.polygons(rings.reshape(-1, rings.shape[2], 2))
    return cells[shapely.is_valid(cells)][:count]


def blob(rng: np.random.Generator, x: float, y: float, radius: float, vertices: int) -> shapely.Polygon:
    """A large polygon with an outline that is rough at every scale."""
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    rough = np.ones(vertices)
    for wave in 2 ** np.arange(1, 10):
        rough += rng.normal(0, 0.22 / wave**0.9) * np.sin(wave * angle + rng.uniform(0, 2 * np.pi))
    rough += rng.uniform(-1, 1, vertices) * 1.2 / vertices
    r = radius * np.clip(rough, 0.35, None)
    return shapely.Polygon(np.column_stack([x + r * np.cos(angle), y + r * np.sin(angle)]))


def parcels(count: int) -> Array:
    """Parcels of about 1.1 ha and 13 vertices: 3 % enlarged, 1 in 1000 there twice, 1 % with a hole, 6 % left out."""
    rng = np.random.default_rng(20_260_101)
    cells = tiling(rng, int(count / 0.94) + 100, _SIDE, _WEST, _SOUTH, 2)
    cells = cells[rng.random(len(cells)) > 0.06][:count]
    some = np.flatnonzero(rng.random(len(cells)) < 0.03)
    cells[some] = _scaled(cells[some], 1.06)
    holed = np.flatnonzero(rng.random(len(cells)) < 0.01)
    cells[holed] = shapely.difference(
        cells[holed], shapely.buffer(shapely.point_on_surface(cells[holed]), 8, quad_segs=2)
    )
    twice = rng.integers(0, len(cells), len(cells) // 1000)
    cells[rng.integers(0, len(cells), len(twice))] = cells[twice]
    return _finished(cells[rng.permutation(len(cells))])


def extent_of(count: int) -> float:
    """Metres of the side of the square that so many parcels fill."""
    return float(np.sqrt(count / 0.94)) * _SIDE * 1.075


def large(count: int, how_many: int, radius: tuple[float, float], vertices: tuple[int, int], seed: int) -> Array:
    """Large polygons that do not overlap each other, over the land of the parcels."""
    rng, side = np.random.default_rng(seed), extent_of(count)
    grid = int(np.ceil(how_many**0.5))
    step, made = side / grid, []
    for k in range(how_many):
        i, j = k % grid, k // grid
        x, y = _WEST + (i + 0.5) * step, _SOUTH + (j + 0.5) * step
        r = min(rng.uniform(*radius), 0.27 * step)
        shape = shapely.make_valid(blob(rng, x, y, r, int(rng.integers(*vertices))))
        shape = max(shapely.get_parts(shape), key=lambda one: one.area)
        shape = shapely.intersection(shape, shapely.box(x - step / 2, y - step / 2, x + step / 2, y + step / 2))
        shape = max(shapely.get_parts(shape), key=lambda one: one.area)
        if rng.random() < 0.35:
            inner = shapely.Point(x, y).buffer(r * 0.15, quad_segs=64)
            shape = shapely.difference(shape, inner)
        made.append(shape)
    return _finished(np.array(made, dtype=object))


def layers(count: int, folder: Path) -> dict[str, Path]:
    """Write all layers for so many parcels, once; their files in longitude and latitude by name, `_plane` the peers' ones."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("parcels", "blocks", "udb", "farmland")
    files = {f"{one}{more}": folder / f"{one}{more}_{count}.parquet" for one in names for more in ("", "_plane")}
    if all(one.exists() for one in files.values()):
        return files
    scale = count / 1_000_000
    many = max(int(400 * scale), 9)
    udb = large(count, many, (1_500, 3_500), (1_500, 12_000), 2)
    made: dict[str, tuple[Array, dict[str, Any]]] = {
        "parcels": (parcels(count), {}),
        "blocks": (large(count, max(int(283 * scale), 4), (1_200, 3_200), (400, 1_600), 3), {}),
        "udb": (udb, {"zone": np.resize(["集中建设区", "弹性发展区", "特别用途区"], len(udb))}),
        "farmland": (_farmland(count, int(200_000 * scale)), {}),
    }
    for name, (plane, columns) in made.items():
        table = {"id": np.arange(len(plane), dtype=np.int32), **columns}
        lonlat = from_plane(plane)
        # The peers get what geoparks makes of longitude and latitude, so that all have the same coordinates.
        same = to_plane(lonlat)
        keep = shapely.is_valid(lonlat) & shapely.is_valid(same)
        table = {key: value[keep] for key, value in table.items()}
        if "id" in table:
            table["id"] = np.arange(int(keep.sum()), dtype=np.int32)
        gpd.GeoDataFrame(table, geometry=lonlat[keep], crs=4490).to_parquet(files[name])
        gpd.GeoDataFrame(table, geometry=same[keep], crs=PLANE).to_parquet(files[f"{name}_plane"])
    return files


def _farmland(count: int, how_many: int) -> Array:
    rng, side = np.random.default_rng(4), extent_of(count)
    cells = tiling(rng, how_many, 150.0, _WEST + 0.1 * side, _SOUTH + 0.15 * side, 4)
    return _finished(cells[rng.random(len(cells)) < 0.9])


def _scaled(shapes: Array, factor: float) -> Array:
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    return shapely.set_coordinates(shapes.copy(), centres[owner] + (coordinates - centres[owner]) * factor)


def _finished(shapes: Array) -> Array:
    """With no edge longer than the step, and valid."""
    dense = shapely.segmentize(shapes, STEP_M)
    return dense[shapely.is_valid(dense) & (shapely.area(dense) > 0) & (shapely.get_type_id(dense) == 3)]


def raster(count: int, folder: Path) -> Path:
    """A land cover of 20 000 × 20 000 cells of 10 m and nine classes (4 000 × 4 000 for fewer than 100 000 parcels), and
    parcels strewn over it: at most 100 000, in its own system, which is longitude and latitude."""
    import rasterio
    from rasterio.transform import from_origin

    file, over = folder / f"raster_{count}.tif", folder / f"raster_parcels_{count}.parquet"
    if file.exists() and over.exists():
        return file
    side = 20_000 if count >= 100_000 else 4_000
    cell, west, north = 1e-4, 108.4, 39.0 + side * 1e-4
    rng, patch = np.random.default_rng(5), 25
    profile = {
        "driver": "GTiff", "width": side, "height": side, "count": 1, "dtype": "uint8", "crs": "EPSG:4490", "nodata": 0,
        "transform": from_origin(west, north, cell, cell),
        "tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate",
    }  # fmt: skip
    with rasterio.open(file, "w", **profile) as out:
        for row in range(0, side, 1000):
            coarse = rng.integers(1, 10, (1000 // patch, side // patch), dtype=np.uint8)
            cells = np.kron(coarse, np.ones((patch, patch), np.uint8))
            noise = rng.random(cells.shape) < 0.05
            cells[noise] = rng.integers(1, 10, int(noise.sum()), dtype=np.uint8)
            out.write(cells, 1, window=((row, row + 1000), (0, side)))
    shapes = gpd.read_parquet(folder / f"parcels_{count}.parquet").geometry.to_numpy()[:100_000]
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    corner = shapely.bounds(shapes)[:, :2]
    place = np.column_stack([rng.uniform(west + 0.02, west + side * cell - 0.02, len(shapes)), rng.uniform(north - side * cell + 0.02, north - 0.02, len(shapes))])  # fmt: skip
    moved = shapely.set_coordinates(shapes.copy(), coordinates - corner[owner] + place[owner])
    kept = moved[shapely.is_valid(moved)]
    gpd.GeoDataFrame({"id": np.arange(len(kept), dtype=np.int32)}, geometry=kept, crs=4490).to_parquet(over)
    return file
