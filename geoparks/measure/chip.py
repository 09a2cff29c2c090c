"""A small picture of the land cover around a parcel, north up, with its outline: for a report or the card of a map."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geoparks.measure.raster import opened
from geoparks.text import Text

Array = np.ndarray[Any, Any]
LARGEST_PX = 512
_AROUND = 0.25  # of the longer side of the parcel, on every side
_LEAST_DEG = 5e-4  # so that a tiny parcel has some ground around it
_FINER = 2  # cells that are read for a pixel, where the raster is much finer than the picture
_OWN = ("#ffffff", "#d9d9d9", "#111111")  # nothing there; a class without a colour; the outline
_NOTHING, _UNKNOWN, _OUTLINE = range(3)


def chip(path: Path, shape: shapely.Geometry, size_px: int, legend: Mapping[int, str]) -> bytes:
    """A square PNG of a raster of classes around a polygon of EPSG:4490.

    size_px: pixels on a side, at most 512. legend: class → colour as ``#rrggbb``, at most 250 of them; other classes are
    grey, what has no data or is beyond the raster is white. A pixel shows the cell that its middle is in. The same input
    gives the same bytes. Raises NotJudged where the raster cannot be used, ValueError for a polygon that is empty.
    """
    import rasterio.features
    from rasterio.transform import from_bounds

    if not 0 < size_px <= LARGEST_PX:
        raise ValueError(f"size_px: 1 to {LARGEST_PX}")
    if shape is None or shape.is_empty:
        raise ValueError("an empty polygon has no picture")
    west, south, east, north = _frame(shape)
    lon = west + (np.arange(size_px) + 0.5) * (east - west) / size_px
    lat = north - (np.arange(size_px) + 0.5) * (north - south) / size_px
    with opened(path) as (raster, lie):
        cells = lie.cells(np.stack(np.meshgrid(lon, lat), axis=-1).reshape(-1, 2))
        colour = _look_up(raster, lie.width, lie.height, cells, size_px, sorted(legend))
    picture = colour.reshape(size_px, size_px)
    transform = from_bounds(west, south, east, north, size_px, size_px)
    line = rasterio.features.rasterize([(shapely.boundary(shape), 1)], out_shape=picture.shape, transform=transform)
    picture[line == 1] = _OUTLINE
    return png(picture, [*_OWN, *(legend[one] for one in sorted(legend))])


def chip_title(source: Text, share: Text) -> Text:
    """What stands under a picture: 2023 年地表覆盖：建成 4.7%."""
    return source + Text("：建成 ", ": built up ") + share


def _frame(shape: shapely.Geometry) -> tuple[float, float, float, float]:
    """A piece of ground around a shape that is as high as it is wide, in degrees."""
    west, south, east, north = shape.bounds
    shrink = float(np.cos(np.radians((south + north) / 2)))
    half = max((east - west) * shrink, north - south, _LEAST_DEG) * (0.5 + _AROUND)
    x, y = (west + east) / 2, (south + north) / 2
    return x - half / shrink, y - half, x + half / shrink, y + half


def _look_up(raster: Any, width: int, height: int, cells: Array, size_px: int, classes: list[int]) -> Array:
    """The number of the colour of every pixel; a window is read once, coarser where it has many more cells than pixels."""
    from rasterio.windows import Window

    inside = (cells[:, 0] >= 0) & (cells[:, 1] >= 0) & (cells[:, 0] < width) & (cells[:, 1] < height)
    colour = np.full(len(cells), _NOTHING, dtype=np.uint8)
    if not inside.any():
        return colour
    column, row = np.floor(cells[inside]).astype(np.int64).T
    left, top = int(column.min()), int(row.min())
    wide, high = int(column.max()) + 1 - left, int(row.max()) + 1 - top
    most = size_px * _FINER
    shape = (min(high, most), min(wide, most))
    values = raster.read(1, window=Window(left, top, wide, high), out_shape=shape, masked=True)
    found = values[(row - top) * shape[0] // high, (column - left) * shape[1] // wide]
    number = np.searchsorted(classes, found.filled(0))
    named = np.isin(found.filled(0), classes)
    own = np.where(named, number + len(_OWN), _UNKNOWN)
    colour[inside] = np.where(np.ma.getmaskarray(found), _NOTHING, own)
    return colour


def png(picture: Array, colours: list[str]) -> bytes:
    """A PNG of numbers of colours, (height, width) uint8, each a ``#rrggbb``."""
    height, width = picture.shape
    lines = np.zeros((height, width + 1), dtype=np.uint8)  # every line begins with the number of its filter: none
    lines[:, 1:] = picture
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    palette = b"".join(bytes.fromhex(one.removeprefix("#")) for one in colours)
    parts = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
