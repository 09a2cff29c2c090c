"""The tally of many polygons by kernels: rings instead of objects, tiles that are read ahead, one pass over their cells.

Reading and unpacking a raster is most of the work, so threads do it for the next tiles while the kernel counts in the
last one. A tile is counted by several threads, each with polygons of its own, and one tile after another: no two write
to one place, and the sums do not depend on how many there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import local
from typing import Any, NamedTuple

import numpy as np
import shapely

from geoparks.kernel.grid import grid_of_tiles
from geoparks.kernel.rings import Rings, extents, oriented
from geoparks.kernel.threads import workers
from geoparks.measure.raster import Lie, Sizes
from geoparks.measure.tally import BLANK, Flags, Table, Tally
from geoparks.normalise.geometry import only_polygons
from geoparks.read.flat import rings_of_shapes

Array = np.ndarray[Any, Any]
_AHEAD_BYTES = 48 << 20  # of cells, that are read before they are counted
_FEW = 256  # polygons in a tile that are not worth another thread
_NOWHERE = (np.inf, np.inf, -np.inf, -np.inf)
_NOTHING = np.zeros((1, 1))
_BITS = 8


class _Tile(NamedTuple):
    top: int
    left: int
    height: int
    width: int
    which: Array
    """The polygons that reach into it."""


def sweep(
    raster: Any, lie: Lie, lonlat: Rings, bands: list[int], flags: Flags, table: Table | None, tile: tuple[int, int], masked: bool,
) -> Tally | None:  # fmt: skip
    """Count what the cells inside each polygon show; as `geoparks.measure.tally.tally` does, of rings in EPSG:4490.

    tile: rows and columns that are read together. masked: whether cells of the bands may be masked by more than their
    value. None where what lies on the raster's border is no plain polygon once it is cut off there.
    """
    from geoparks.kernel.cover import tally_tile

    off = np.full(len(lonlat), np.nan)
    placed = _placed(lie, lonlat, off)
    if placed is None:
        return None
    rings, box, cut = placed
    m2, inside = np.zeros((len(rings), _BITS)), np.zeros(len(rings))
    as_it_is = Table(np.arange(256, dtype=np.uint8), 0, 0, np.zeros(256, dtype=np.bool_))  # of what `flags` has said
    look = as_it_is if table is None or masked else table
    sizes_of = _sizes(lie)
    with ThreadPoolExecutor(workers()) as pool:
        for one, values, blank in _read_ahead(raster, _tiles(lie, box, *tile), bands, masked):
            seen = flags(values) if look is as_it_is else values[0]
            if blank is not None:
                seen = np.where(blank, np.uint8(BLANK), seen)
            size = sizes_of(one.top, one.left, one.height, one.width)
            rows, nodes = (size.rows, _NOTHING) if size.nodes is None else (np.zeros(1), size.nodes)
            count = partial(
                tally_tile, rings.xy, rings.ring, rings.feature, box, one.which, one.top, one.left,
                np.ascontiguousarray(seen), look.bits, look.low, look.strange, look.met,
                np.ascontiguousarray(rows, dtype=float), nodes, *size.offset, size.nodes is None, m2, inside,
            )  # fmt: skip
            parts = max(min(workers(), len(one.which) // _FEW), 1)
            room = np.empty((parts, _room(box[one.which], one)))
            ends = np.linspace(0, len(one.which), parts + 1).astype(int).tolist()
            if parts == 1:
                count(room[0], *ends)
            else:
                list(pool.map(count, room, ends[:-1], ends[1:]))
    m2[cut], inside[cut] = m2[len(lonlat) :], inside[len(lonlat) :]
    return Tally(m2[: len(lonlat)], inside[: len(lonlat)], off)


def _placed(lie: Lie, lonlat: Rings, off: Array) -> tuple[Rings, Array, Array] | None:
    """Rings in columns and rows with their extents, and behind them, cut, those of polygons that lie partly on the raster.

    Tells how much of each is off it; what is not on it at all, or counted behind, has an extent that meets nothing.
    """
    rings = oriented(lie.rings_to_cells(lonlat))
    box, area = extents(rings)
    west, south, east, north = box.T
    drawn = area > 0
    near = drawn & (east > 0) & (north > 0) & (west < lie.width) & (south < lie.height)
    whole = near & (west >= 0) & (south >= 0) & (east <= lie.width) & (north <= lie.height)
    off[drawn] = 1.0
    off[whole] = 0.0
    box[~whole] = _NOWHERE
    cut = np.flatnonzero(near & ~whole)
    if not len(cut):
        return rings, box, cut
    sound = shapely.make_valid(rings.some(cut).shapes(), method="structure", keep_collapsed=False)
    rest = shapely.intersection(sound, shapely.box(0, 0, lie.width, lie.height))
    off[cut] = 1 - shapely.area(rest) / shapely.area(sound)
    more = rings_of_shapes(only_polygons(rest))
    if more is None:
        return None
    more = oriented(more)
    return rings.with_more(more), np.concatenate([box, extents(more)[0]]), cut


def _tiles(lie: Lie, box: Array, high: int, wide: int) -> list[_Tile]:
    """Windows of the raster, as far as polygons reach, in the order of its tiles."""
    found = []
    for j, i, which in grid_of_tiles(box, high, wide, lie.height, lie.width):
        near = box[which]
        top, left = max(int(near[:, 1].min()), j * high), max(int(near[:, 0].min()), i * wide)
        bottom = min(int(np.ceil(near[:, 3].max())), (j + 1) * high, lie.height)
        right = min(int(np.ceil(near[:, 2].max())), (i + 1) * wide, lie.width)
        if bottom > top and right > left:
            found.append(_Tile(top, left, bottom - top, right - left, which))
    return found


def _room(box: Array, tile: _Tile) -> int:
    """Cells of the largest extent within a tile, with a column more."""
    west, north = np.maximum(np.floor(box[:, 0]) - tile.left, 0), np.maximum(np.floor(box[:, 1]) - tile.top, 0)
    east, south = np.ceil(box[:, 2]) - tile.left, np.ceil(box[:, 3]) - tile.top
    across, down = np.minimum(east, tile.width) - west, np.minimum(south, tile.height) - north
    return int((np.maximum(across, 0) * np.maximum(down, 0) + np.maximum(down, 0)).max())


def _read_ahead(
    raster: Any, tiles: list[_Tile], bands: list[int], masked: bool
) -> Iterator[tuple[_Tile, Array, Array | None]]:
    """Each tile with the values of its bands, and which of its cells are masked; read by threads, given in order."""
    import rasterio
    from rasterio.windows import Window

    own, opened = local(), []

    def read(tile: _Tile) -> tuple[_Tile, Array, Array | None]:
        if not hasattr(own, "raster"):  # two threads must not read by one handle
            own.raster = rasterio.open(raster.name, sharing=False)
            opened.append(own.raster)
        window = Window(tile.left, tile.top, tile.width, tile.height)
        values = own.raster.read(bands, window=window)
        return tile, values, own.raster.read_masks(bands, window=window).min(axis=0) == 0 if masked else None

    cell = sum(np.dtype(raster.dtypes[band - 1]).itemsize for band in bands)
    ahead = max(_AHEAD_BYTES // (cell * max((one.height * one.width for one in tiles), default=1)), workers())
    waiting: deque[Future[tuple[_Tile, Array, Array | None]]] = deque()
    pool = ThreadPoolExecutor(workers())
    try:
        for one in tiles:
            waiting.append(pool.submit(read, one))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        for handle in opened:
            handle.close()


def _sizes(lie: Lie) -> Callable[[int, int, int, int], Sizes]:
    """The size of the cells of a window; in degrees every row has one size, and all are computed once."""
    if not lie.degrees:
        return lie.sizes
    rows = lie.sizes(0, 0, lie.height, 1).rows
    return lambda top, left, height, width: Sizes(np.ones(1), rows[top : top + height], None)
