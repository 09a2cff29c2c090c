"""Land cover of two years about two parks, in the classes of WorldCover: what stands on the ground, beside what is on record."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.demo.plan import blocks, dice, to_degrees
from geoparks.demo.space import farmland_shapes
from geoparks.demo.supply import records

Array = np.ndarray[Any, Any]

YEARS = (2020, 2023)
PARKS = ("YQ04", "YQ05")
BUILT, GRASS, BARE, CROP, WATER, TREES = 50, 30, 60, 40, 80, 10
_PIXELS_OF_A_DEGREE = 12_000  # about 7 m × 9 m, as WorldCover
_MARGIN_DEG = 0.008
_COARSE = 3  # pixels in a row that the open ground has in common
_BUILT_AFTER = pd.Timedelta(days=240)
# Against the record: finished parcels where nothing stands, and one that was never started and is built over.
BARE_THOUGH_FINISHED = ("150627104001GB00040", "150627104001GB00041")
BUILT_THOUGH_NOT_STARTED = ("150602105003GB00003",)


def write(year: int, path: Path) -> None:
    """One raster as GeoTIFF in EPSG:4490, one byte a pixel."""
    import rasterio
    from rasterio.transform import from_origin

    cover, west, north = cover_of(year)
    size = 1 / _PIXELS_OF_A_DEGREE
    with rasterio.open(
        path, "w", driver="GTiff", height=cover.shape[0], width=cover.shape[1], count=1, dtype="uint8", crs="EPSG:4490",
        transform=from_origin(west, north, size, size), nodata=0, compress="deflate", tiled=True,
    ) as target:  # fmt: skip
        target.write(cover, 1)


def cover_of(year: int) -> tuple[Array, float, float]:
    """The classes of a year, and the western and northern edge in degrees."""
    from rasterio.features import rasterize
    from rasterio.transform import from_origin

    lon, lat, ground = _ground()
    size = 1 / _PIXELS_OF_A_DEGREE
    west, north = float(lon[0]) - size / 2, float(lat[0]) + size / 2
    transform = from_origin(west, north, size, size)
    houses = rasterize(_built(year), out_shape=ground.shape, transform=transform, fill=0, dtype="uint8")
    # Yards and lawns between the works: not every pixel of a built parcel is built.
    yards = np.sin(lon * 41_000)[None, :] * np.sin(lat * 37_000)[:, None] > 0.72
    return np.where((houses == BUILT) & ~yards, BUILT, ground).astype("uint8"), west, north


@cache
def _ground() -> tuple[Array, Array, Array]:
    """Longitudes, latitudes, and the open ground: grass and bare soil in patches, trees, a stream, and the fields."""
    from rasterio.features import rasterize
    from rasterio.transform import from_origin

    shapes = [to_degrees(block.shape, block.zone) for block in blocks().values() if block.park in PARKS]
    bounds = shapely.total_bounds(shapes) + np.array([-1, -1, 1, 1]) * _MARGIN_DEG
    west, south, east, north = np.round(bounds * _PIXELS_OF_A_DEGREE).astype(int)
    lon = (west + 0.5 + np.arange(east - west)) / _PIXELS_OF_A_DEGREE
    lat = (north - 0.5 - np.arange(north - south)) / _PIXELS_OF_A_DEGREE
    soil, wood = _patches(lon, lat, "soil"), _patches(lon, lat, "wood")
    cover = np.where(soil > 0.45, BARE, GRASS)
    cover = np.where((wood > 1.7) & (soil < 0.2), TREES, cover)
    bends = 39.545 + 0.006 * np.sin(lon * 95) + 0.002 * np.sin(lon * 260 + 1)
    cover = np.where(np.abs(lat[:, None] - bends[None, :]) < 0.0005, WATER, cover)
    size = 1 / _PIXELS_OF_A_DEGREE
    fields = [(to_degrees(shape, 37, corners_only=True), 1) for shape in farmland_shapes(37)]
    transform = from_origin(west * size, north * size, size, size)
    sown = rasterize(fields, out_shape=cover.shape, transform=transform, fill=0, dtype="uint8")
    return lon, lat, np.where(sown == 1, CROP, cover)


def _patches(lon: Array, lat: Array, name: str) -> Array:
    """A field of patches of all sizes, about 1 high: waves in many directions, one value for every few pixels."""
    random = dice(f"ground {name}")
    x, y = np.meshgrid(lon[::_COARSE], lat[::_COARSE])
    field = np.zeros(x.shape)
    for length in np.geomspace(0.0035, 0.05, 16):
        turn, phase = random.uniform(0, np.pi), random.uniform(0, 2 * np.pi)
        field += length**0.4 * np.cos((x * np.cos(turn) + y * np.sin(turn)) * 2 * np.pi / length + phase)
    field /= field.std()
    return np.repeat(np.repeat(field, _COARSE, axis=0), _COARSE, axis=1)[: len(lat), : len(lon)]


def _built(year: int) -> list[tuple[Any, int]]:
    """The parcels that carry buildings by the end of a year: those started long enough ago, and the exceptions."""
    land = records()
    land = land[land["park_id"].isin(PARKS)]
    done = land["started_on"] + _BUILT_AFTER <= pd.Timestamp(year, 12, 31)
    if year == YEARS[-1]:
        done |= land["parcel_id"].isin(BUILT_THOUGH_NOT_STARTED)
    done &= ~land["parcel_id"].isin(BARE_THOUGH_FINISHED)
    those = land[done]
    return [(to_degrees(shape, int(zone)), BUILT) for shape, zone in zip(those["shape"], those["zone"], strict=True)]
