"""Square metres of what a raster shows inside polygons: tile by tile, each cell by the part of it that is covered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from geoparks.kernel.ready import ready
from geoparks.kernel.threads import workers
from geoparks.measure.coverage import Runs, runs
from geoparks.measure.raster import Lie
from geoparks.normalise.geometry import only_polygons

Array = np.ndarray[Any, Any]
Flags = Callable[[Array], Array]
"""Of the values of cells, (bands, …), a bit for everything that they show."""
BLANK = 128
"""The bit of cells without data."""
_BITS = 8
_AHEAD = 4  # tiles that are read before they are counted
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


def tally(raster: Any, lie: Lie, shapes: Array, bands: list[int], flags: Flags) -> Tally:
    """Count what the cells inside each polygon show.

    shapes: polygons in columns and rows of the raster; None where there is none.
    bands: numbers of the bands that are looked at, from 1.
    Only tiles that a polygon touches are read, one at a time.
    """
    result = Tally(np.zeros((len(shapes), _BITS)), np.zeros(len(shapes)), np.full(len(shapes), np.nan))
    high, wide = _tile(raster)
    if ready(len(shapes)) and _compiled(raster, lie, shapes, bands, flags, result):
        return result
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


def _compiled(raster: Any, lie: Lie, shapes: Array, bands: list[int], flags: Flags, result: Tally) -> bool:
    """The same by kernels, tile by tile: while one is counted, the next one is read. False where shapes are no polygons."""
    from rasterio.windows import Window

    from geoparks.kernel.cover import tally_tile
    from geoparks.kernel.grid import grid_of_tiles
    from geoparks.kernel.rings import extents, oriented
    from geoparks.read.flat import rings_of_shapes

    high, wide = _tile(raster)
    batches = list(_batches(lie, shapes, result.off, high, wide))
    if not batches:
        return True
    of, clipped = (np.concatenate([one[k] for one in batches]) for k in (0, 1))
    rings = rings_of_shapes(only_polygons(clipped))
    if rings is None:
        return False
    rings = oriented(rings)
    box = extents(rings)[0]
    done: list[tuple[Array, Future[tuple[Array, Array]]]] = []
    masked = not _whole(raster, bands)
    with ThreadPoolExecutor(workers()) as pool:
        for j, i, which in grid_of_tiles(box, high, wide, lie.height, lie.width):
            near = box[which]
            top, left = max(int(near[:, 1].min()), j * high), max(int(near[:, 0].min()), i * wide)
            bottom = min(int(np.ceil(near[:, 3].max())), (j + 1) * high, lie.height)
            right = min(int(np.ceil(near[:, 2].max())), (i + 1) * wide, lie.width)
            if bottom <= top or right <= left:
                continue
            window = Window(left, top, right - left, bottom - top)
            seen = flags(raster.read(bands, window=window))
            if masked:
                seen = np.where(raster.read_masks(bands, window=window).min(axis=0) == 0, BLANK, seen)
            sizes = lie.sizes(top, left, bottom - top, right - left)
            nodes = np.zeros((1, 1)) if sizes.nodes is None else sizes.nodes
            size = sizes.rows if sizes.nodes is None else np.zeros(1)
            told = pool.submit(
                tally_tile, rings.xy, rings.ring, rings.feature, box, which, top, left,
                np.ascontiguousarray(seen, dtype=np.uint8), np.ascontiguousarray(size, dtype=float), nodes, *sizes.offset, sizes.nodes is None,
            )  # fmt: skip
            done.append((of[which], told))
            while len(done) > _AHEAD:
                _add(result, *done.pop(0))
        for one in done:
            _add(result, *one)
    return True


def _add(result: Tally, whose: Array, told: Future[tuple[Array, Array]]) -> None:
    m2, inside = told.result()
    result.m2[whose] += m2
    result.inside_m2[whose] += inside


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
