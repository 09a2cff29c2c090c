"""What share of each polygon some classes of a raster cover: exact parts of cells, each by its area on the ellipsoid.

What nobody can see is never a share: cells without data, values that stand for no class, land beyond the raster. How
much of a polygon that is, is told, and between which two numbers the share must then lie.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geoparks.errors import NotJudged
from geoparks.measure.polygons import in_lonlat
from geoparks.measure.raster import Lie, opened
from geoparks.measure.tally import BLANK, Table, Tally, tally
from geoparks.text import Text, joined

Array = np.ndarray[Any, Any]
_UNSEEN = 1e-4  # share of a polygon that may be unseen by the rounding of edges
ALIEN, _ODD = 64, 32
"""Bits: a value that is no class; one that looks like filling, but may be a class."""
_MOST_SETS = 5
_LOOKS_LIKE_FILLING = (0, -1, -9999)  # and the ends of the type
_PROBES = 16  # rows at whose ends the border of a raster is looked at, besides the first and the last
_SMALL_BITS = 16


@dataclass(frozen=True)
class Shares:
    """Shares of polygons, by position: 0–1."""

    names: tuple[str, ...]
    least: Array
    """(polygons, sets): what is seen for certain; NaN where nothing can be said, as without geometry."""
    unseen: Array
    """(polygons,): the share that nobody can see, 1 where the raster says nothing at all."""
    why: tuple[Text | None, ...]
    """Why not all of a polygon is seen; None where it is."""

    def of(self, name: str) -> Array:
        """The share of a set of classes; NaN where a polygon is not seen as a whole."""
        return np.where(self.unseen > 0, np.nan, self.least[:, self.names.index(name)])

    def between(self, name: str) -> tuple[Array, Array]:
        """The least and the most that the share can be, whatever stands on what is not seen; NaN where nothing is known."""
        least = self.least[:, self.names.index(name)]
        return least, least + self.unseen


def shares(
    path: Path,
    shapes_lonlat: Array | str | os.PathLike[str],
    classes: Mapping[str, Collection[int]],
    known: Collection[int] = (),
) -> Shares:
    """The share of each polygon that each set of classes covers: Σ part × area of its cells ÷ the same of all cells.

    path: a raster of one band, in any system with a known way to CGCS2000, of any cell size, turned or mirrored or not.
    shapes_lonlat: array of polygons in EPSG:4490, None and empty ones give NaN; or the path of a GeoParquet or GeoPackage
    in any system with a known way to CGCS2000, of which then nothing but the geometry is read and checked.
    classes: name of a set → its class values; at most five sets, which may overlap.
    known: all values that are classes, where the legend is known: any other is unseen. Where it is not, 0, −1, −9999 and
    the ends of the type are taken for filling if no set has them and they border the raster or are most of a polygon.
    """
    if len(classes) > _MOST_SETS:
        raise ValueError(f"at most {_MOST_SETS} sets")
    polygons = in_lonlat(shapes_lonlat) if isinstance(shapes_lonlat, str | os.PathLike) else shapes_lonlat
    try:
        with opened(path) as (raster, lie):
            look = _Look(raster, lie, classes, known)
            counted = tally(raster, lie, polygons, [1], look.flags, look.table)
    except NotJudged as error:
        return unsaid(tuple(classes), len(polygons), error.as_text())
    return told(tuple(classes), counted, look.strange)


def unsaid(names: tuple[str, ...], count: int, why: Text) -> Shares:
    """Of polygons about which a raster says nothing at all."""
    return Shares(names, np.full((count, len(names)), np.nan), np.ones(count), (why,) * count)


def told(names: tuple[str, ...], counted: Tally, aliens: Collection[float] = ()) -> Shares:
    """Shares out of what was counted: the first bits are the sets', in their order."""
    m2 = counted.m2.copy()
    with np.errstate(invalid="ignore", divide="ignore"):
        m2 /= np.where(counted.inside_m2 > 0, counted.inside_m2, np.nan)[:, None]
    m2 = np.where(counted.off[:, None] >= 1, 0.0, m2)
    alien, odd, blank = (m2[:, bit.bit_length() - 1] for bit in (ALIEN, _ODD, BLANK))
    alien = alien + np.where(odd > 0.5, odd, 0.0)  # most of a polygon
    on = 1 - counted.off
    unseen = np.minimum(counted.off + on * (alien + blank), 1.0)
    unseen = np.where(unseen <= _UNSEEN, 0.0, unseen)
    seen = np.where(
        unseen > 0, 1 / np.maximum(on, np.finfo(float).tiny), 1 - alien - blank
    )  # the whole, or all but its scraps
    least = (m2 / seen[:, None])[:, : len(names)]
    why: list[Text | None] = [None] * len(unseen)
    parts = np.column_stack([counted.off, on * blank, on * alien])
    said: dict[tuple[float, ...], Text] = {}
    for index in np.flatnonzero(unseen != 0).tolist():  # whole stretches lie beyond a raster: the same words for all
        off, nothing, strange = parts[index].tolist()
        of = (off, nothing, strange)
        why[index] = said[of] = said.get(of) or _why(off, nothing, strange, aliens)
    return Shares(names, least, np.where(np.isnan(unseen), 1.0, unseen), tuple(why))


def _why(off: float, blank: float, alien: float, aliens: Collection[float]) -> Text:
    if np.isnan(off):
        return Text("没有图形", "no geometry")
    said = []
    if off > _UNSEEN:
        said.append(Text(f"{off:.1%} 在栅格范围之外", f"{off:.1%} lies beyond the raster"))
    if blank > _UNSEEN:
        said.append(Text(f"{blank:.1%} 没有数据", f"{blank:.1%} has no data"))
    if alien > _UNSEEN:
        values = "、".join(f"{one:g}" for one in sorted(aliens))
        said.append(
            Text(
                f"{alien:.1%} 的值（{values}）不是图例中的类别，疑为未声明的填充值；若是类别，请在 geoparks.toml 的 [land_cover] 写明 legend",
                f"{alien:.1%} has values ({values}) that are no class, filling that is not declared, it seems;"
                " if they are classes, state legend in [land_cover] of geoparks.toml",
            )
        )
    return joined(said) if said else Text("有零星部分看不到", "scraps of it cannot be seen")


class _Look:
    """What the values of a raster mean."""

    def __init__(self, raster: Any, lie: Lie, classes: Mapping[str, Collection[int]], known: Collection[int]) -> None:
        self.sets = [np.array(sorted(set(values))) for values in classes.values()]
        self.known = np.array(sorted({int(one) for one in known}.union(*map(set, classes.values()))) if known else [])
        self.nodata, self.dtype = raster.nodata, np.dtype(raster.dtypes[0])
        self.aliens: set[float] = set()
        nothing: tuple[Array, Array] = (np.empty(0), np.empty(0))
        self.filling, self.maybe = nothing if known else self._filling(raster)
        self.table: Table | None = None
        if self.dtype.kind in "iu" and self.dtype.itemsize * 8 <= _SMALL_BITS:
            ends = np.iinfo(self.dtype)
            bits = self._of(np.arange(ends.min, ends.max + 1))
            self.table = Table(bits, int(ends.min), ALIEN | _ODD, np.zeros(len(bits), dtype=np.bool_))

    @property
    def strange(self) -> set[float]:
        """Values that are no class, or may be none, of those that were looked at."""
        met = set() if self.table is None else {float(one + self.table.low) for one in np.flatnonzero(self.table.met)}
        return set(sorted(self.aliens | met)[:_PROBES])

    def flags(self, values: Array) -> Array:
        """A bit for each set that a value is in, and for values without a class."""
        values = values[0]
        if self.table is None:
            bits = self._of(values)
        elif self.table.low == 0:
            bits = np.take(self.table.bits, values, mode="clip")
        else:
            bits = self.table.bits[values.astype(np.int64) - self.table.low]
        if len(self.aliens) < _PROBES and int(np.bitwise_or.reduce(bits, axis=None)) & (ALIEN | _ODD):
            strange = (bits & (ALIEN | _ODD)) != 0
            self.aliens.update(np.unique(values[strange])[:_PROBES].tolist())
        return bits

    def _of(self, values: Array) -> Array:
        bits = np.zeros(values.shape, dtype=np.uint8)
        for number, wanted in enumerate(self.sets):
            bits |= (np.isin(values, wanted) << number).astype(np.uint8)
        if len(self.known):
            bits[~np.isin(values, self.known)] = ALIEN
        bits[np.isin(values, self.maybe)] = _ODD
        bits[np.isin(values, self.filling)] = ALIEN
        if self.nodata is not None:
            bits[values == self.nodata] = BLANK
        if self.dtype.kind == "f":
            bits[~np.isfinite(values)] = BLANK
        return bits

    def _filling(self, raster: Any) -> tuple[Array, Array]:
        """Values without a class that border the raster, and such that do not: these count where they are most of a polygon."""
        ends = (np.iinfo if self.dtype.kind in "iu" else np.finfo)(self.dtype)
        wanted = {float(one) for some in self.sets for one in some}
        suspects = {float(one) for one in (*_LOOKS_LIKE_FILLING, ends.min, ends.max)} - wanted - {self.nodata}
        there = {float(one) for one in np.unique(_border(raster))}
        return np.array(sorted(suspects & there)), np.array(sorted(suspects - there))


def _border(raster: Any) -> Array:
    """Values along the first and the last row, and at both ends of rows between."""
    from rasterio.windows import Window

    wide, high = raster.width, raster.height
    windows = [Window(0, row, wide, 1) for row in {0, high - 1}]
    rows = np.unique(np.linspace(0, high - 1, _PROBES).astype(int)).tolist()
    windows += [Window(column, row, 1, 1) for row in rows for column in {0, wide - 1}]
    return np.concatenate([raster.read(1, window=one).ravel() for one in windows])
