"""Square metres of what a raster shows inside polygons: tile by tile, each cell by the part of it that is covered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoparks.kernel.ready import ready
from geoparks.measure.coverage import Runs, runs
from geoparks.measure.raster import Lie

if TYPE_CHECKING:
    from geoparks.kernel.rings import Rings

Array = np.ndarray[Any, Any]
Flags = Callable[[Array], Array]
"""Of the values of cells, (bands, …), a bit for everything that they show."""
BLANK = 128
"""The bit of cells without data."""
_BITS = 8
_TILE = 1 << 20  # cells that are looked at together
_PIECES = 1_000_000  # of outlines, that are held together
_MOSTLY = (
    4  # where runs cover more than one cell in so many of a tile, sums along its rows are quicker than single cells
)


@dataclass(frozen=True)
class Tally:
    """What was counted, by position of the polygon."""

    m2: Array
    """Square metres on the ellipsoid of the cells of each bit, (polygons, 8); one cell may show several things."""
    inside_m2: Array
    """Square metres on the ellipsoid of all cells, those without data too."""
    off: Array
    """The share of the polygon that lies beyond the raster; NaN where there is no polygon."""


@dataclass(frozen=True)
class Table:
    """What each value of a small type shows, so that a kernel can look it up."""

    bits: Array
    """(values,) of uint8: the bits of the value low, low + 1, …"""
    low: int
    strange: int
    """Bits of values of which one wants to know whether a polygon covers any."""
    met: Array
    """(values,): whether one does; written while counting."""


def tally(
    raster: Any, lie: Lie, lonlat: Array | Rings, bands: list[int], flags: Flags, table: Table | None = None
) -> Tally:
    """Count what the cells inside each polygon show.

    lonlat: polygons in EPSG:4490, None where there is none; or their rings, which are then counted by kernels.
    bands: numbers of the bands that are looked at, from 1.
    table: what `flags` says, as a table, where there is only one band and it has a small type.
    Only tiles that a polygon touches are read.
    """
    high, wide = _tile(raster)
    rings = None if isinstance(lonlat, np.ndarray) else lonlat
    if isinstance(lonlat, np.ndarray) and ready(len(lonlat)):
        from geoparks.read.flat import rings_of_shapes

        rings = rings_of_shapes(lonlat)
    if rings is not None:
        from geoparks.measure.sweep import sweep

        if (
            quick := sweep(raster, lie, rings, bands, flags, table, (high, wide), not _whole(raster, bands))
        ) is not None:
            return quick
    shapes = lie.to_cells(lonlat if isinstance(lonlat, np.ndarray) else lonlat.shapes())
    result = Tally(np.zeros((len(shapes), _BITS)), np.zeros(len(shapes)), np.full(len(shapes), np.nan))
    for batch, clipped in _batches(lie, shapes, result.off, high, wide):
        found = runs(clipped)
        fits = (found.start < lie.width) & (found.row < lie.height)
        found = Runs(*(one[fits] for one in found))
        found = _by_tile(found._replace(stop=np.minimum(found.stop, lie.width)), wide)
        across = -(-lie.width // wide)
        tile = found.row // high * across + found.start // wide
        order = np.argsort(tile, kind="stable")
        found, tile = Runs(*(one[order] for one in found)), tile[order]
        bounds = np.append(np.flatnonzero(np.diff(tile, prepend=-1)), len(tile))
        for first, last in pairwise(bounds.tolist()):
            _count(raster, lie, Runs(*(one[first:last] for one in found)), batch, bands, flags, result)
    return result


def _tile(raster: Any) -> tuple[int, int]:
    """Rows and columns that are read together: whole blocks, as the file stores them, about a million cells."""
    high, wide = raster.block_shapes[0]
    side = int(_TILE**0.5)
    wide = min(-(-side // wide) * wide, raster.width)
    return max(_TILE // wide // high, 1) * high, wide


def _batches(lie: Lie, shapes: Array, off: Array, high: int, wide: int) -> Iterator[tuple[Array, Array]]:
    """Positions of polygons that lie near each other, and what of each is on the raster; tells how much is not."""
    drawn = np.flatnonzero(~shapely.is_missing(shapes) & (shapely.area(shapes) > 0))
    off[drawn] = 1.0
    bounds = shapely.bounds(shapes[drawn])
    west, south, east, north = bounds.T
    near = (east > 0) & (north > 0) & (west < lie.width) & (south < lie.height)
    whole = (west >= 0) & (south >= 0) & (east <= lie.width) & (north <= lie.height)
    off[drawn[whole]] = 0.0
    drawn, whole, bounds = drawn[near], whole[near], bounds[near]
    clipped = shapes[drawn]
    cut = ~whole
    if cut.any():
        sound = shapely.make_valid(clipped[cut], method="structure", keep_collapsed=False)
        clipped[cut] = shapely.intersection(sound, shapely.box(0, 0, lie.width, lie.height))
        off[drawn[cut]] = 1 - shapely.area(clipped[cut]) / shapely.area(sound)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    pieces = shapely.get_num_coordinates(clipped) + 2 * (bounds[:, 2:] - bounds[:, :2]).sum(axis=1)
    order = np.lexsort((middle[:, 0] // wide, middle[:, 1] // high))
    number = (np.cumsum(pieces[order]) // _PIECES).astype(int)
    for one in np.unique(number):
        some = order[number == one]
        yield drawn[some], clipped[some]


def _by_tile(found: Runs, wide: int) -> Runs:
    """Runs cut where one tile ends and the next begins."""
    count = (found.stop - 1) // wide - found.start // wide + 1
    if (count == 1).all():
        return found
    run = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(run)) - np.repeat(np.cumsum(count) - count, count)
    edge = (found.start[run] // wide + nth) * wide
    start, stop = np.maximum(found.start[run], edge), np.minimum(found.stop[run], edge + wide)
    return Runs(found.polygon[run], found.row[run], start, stop, found.part[run])


def _count(raster: Any, lie: Lie, found: Runs, batch: Array, bands: list[int], flags: Flags, result: Tally) -> None:
    """Read what the runs of one tile touch, and add it up."""
    from rasterio.windows import Window

    top, left = int(found.row.min()), int(found.start.min())
    height, width = int(found.row.max()) + 1 - top, int(found.stop.max()) - left
    window = Window(left, top, width, height)
    values = raster.read(bands, window=window)
    masked = None if _whole(raster, bands) else raster.read_masks(bands, window=window).min(axis=0) == 0
    sizes = lie.sizes(top, left, height, width)
    row, start, stop = found.row - top, found.start - left, found.stop - left
    length = stop - start
    if length.sum() * _MOSTLY < height * width:
        run = np.repeat(np.arange(len(length)), length)
        column = np.arange(len(run)) - np.repeat(np.cumsum(length) - length, length) + start[run]
        row = row[run]
        weight = found.part[run] * sizes.at(row, column)
        seen = flags(values[:, row, column])
        if masked is not None:
            seen = np.where(masked[row, column], BLANK, seen)
        whose = batch[found.polygon[run]]

        def summed(those: Array | None) -> tuple[Array, Array]:
            return (whose, weight) if those is None else (whose[those], weight[those])
    else:
        size = sizes.whole(height, width)
        seen = flags(values)
        if masked is not None:
            seen = np.where(masked, BLANK, seen)
        whose = batch[found.polygon]
        along = np.zeros((height, width + 1))

        def summed(those: Array | None) -> tuple[Array, Array]:
            np.cumsum(size if those is None else size * those, axis=1, out=along[:, 1:])
            return whose, found.part * (along[row, stop] - along[row, start])

    result.inside_m2[:] += _added(len(result.off), *summed(None))
    for bit in np.flatnonzero(np.unpackbits(np.bitwise_or.reduce(seen, axis=None), bitorder="little")).tolist():
        result.m2[:, bit] += _added(len(result.off), *summed((seen & (1 << bit)) != 0))


def _added(count: int, whose: Array, amounts: Array) -> Array:
    return np.bincount(whose, weights=amounts, minlength=count)


def _whole(raster: Any, bands: list[int]) -> bool:
    """Whether no cell of the bands is masked, or only by its value, which whoever makes the flags looks at."""
    from rasterio.enums import MaskFlags

    return all(set(raster.mask_flag_enums[band - 1]) in ({MaskFlags.all_valid}, {MaskFlags.nodata}) for band in bands)
