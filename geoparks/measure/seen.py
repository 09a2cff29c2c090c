"""What rasters of each year show of every parcel: how much of it is built up, or between which two shares that must lie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.days import days_of, end_of
from geoparks.measure.imagery import GREEN, green_shares
from geoparks.measure.zonal import Shares, shares
from geoparks.normalise.features import Features
from geoparks.records import Subject
from geoparks.text import Text, joined

Array = np.ndarray[Any, Any]
_BUILT = "built"
_DIGITS = 7
_DAYS = ("supplied_on", "started_on", "finished_on", "deregistered_on")
_NO_TELLING = Text(
    "四波段影像分不清建筑和裸地，只能确定绿地不是建筑，其余须人工看图",
    "imagery of four bands cannot tell buildings from bare soil: only what is green is not built, the rest a person must look at",
)


@dataclass(frozen=True)
class Plot:
    """One parcel: its place, and the days on record."""

    subject: Subject
    row: int
    shape: shapely.Geometry | None
    """In EPSG:4490, the pieces of a parcel that is stored in several rows together."""
    supplied: dt.date | None
    started: dt.date | None
    finished: dt.date | None
    deregistered: dt.date | None
    unread: dict[str, Text] = field(default_factory=dict)
    """Days that cannot be read or are disputed, with the reason: blank means that it has not happened, this does not."""

    def gone_by(self, day: dt.date) -> bool:
        """Whether it was taken back by a day: what stands there then is nobody's fulfilment of its contract."""
        return self.deregistered is not None and self.deregistered <= day


@dataclass(frozen=True)
class Sight:
    """What one year shows of one parcel."""

    year: int
    source: Text
    least: float | None
    """The least share that is built up, 0–1; None where nothing can be said."""
    most: float | None
    why: Text | None = None
    """Why it is not known, or not exactly."""
    name: str = ""
    """The raster: land_cover_2023."""

    @property
    def certain(self) -> bool:
        """Whether the share is one number."""
        return self.least is not None and self.least == self.most

    @property
    def words(self) -> Text:
        """The share, or the two that it lies between, for paper."""
        if self.least is None or self.most is None:
            return Text("不明", "not known")
        if self.certain:
            return Text(f"{self.least:.1%}", f"{self.least:.1%}")
        return Text(f"{self.least:.1%} 至 {self.most:.1%}", f"{self.least:.1%} to {self.most:.1%}")


class Seen:
    """Built-up shares of parcels by year; each raster is looked at once, when it is first asked for.

    A parcel has an index here: its place among the ids of the layer, in their order.
    """

    def __init__(self, layers: Dataset) -> None:
        self.layers, self.parcels = layers, layers["parcels"]
        self.positions = self.parcels.firsts
        """Of every parcel the position of its first row."""
        self._code = pd.factorize(self.parcels.ids)[0]
        self.days = {name: self._first_known(days_of(self.parcels.column(name))) for name in _DAYS}
        """Of every parcel the first day on record of each kind."""
        self.unread = _unread(self.parcels, self._code)
        """By index: days that cannot be read or are disputed, with the reason: blank means that it has not happened, this does not."""
        self._shapes = self._one_shape_each()
        self._cover: dict[int, Shares] = {}
        self._green: dict[int, Shares] = {}

    def __len__(self) -> int:
        return len(self.positions)

    def _first_known(self, days: Array) -> Array:
        if len(self.positions) == len(days):
            return days
        found: Array = pd.Series(days).groupby(self._code, sort=True).first().to_numpy().astype("datetime64[D]")
        return found

    def _one_shape_each(self) -> Array:
        """The land of every parcel; the pieces of one that is stored in several rows together."""
        drawn = self.parcels.geometry
        there = ~shapely.is_missing(drawn) & ~shapely.is_empty(drawn)
        shapes: Array = drawn[self.positions].copy()
        shapes[~there[self.positions]] = None
        for index in np.flatnonzero(np.bincount(self._code, minlength=len(self.positions)) > 1).tolist():
            rows = self.parcels.positions(str(self.parcels.ids[self.positions[index]]))
            some = drawn[[row for row in rows if there[row]]]
            shapes[index] = None if not len(some) else some[0] if len(some) == 1 else shapely.union_all(some)
        return shapes

    def plot(self, index: int) -> Plot:
        """One parcel."""
        position = int(self.positions[index])
        supplied, started, finished, deregistered = (_day(self.days[name][index]) for name in _DAYS)
        return Plot(
            self.parcels.subject(position), int(self.parcels.rows[position]), self._shapes[index],
            supplied, started, finished, deregistered, self.unread.get(index, {}),
        )  # fmt: skip

    @property
    def years(self) -> list[int]:
        """The years of which there is a raster that can be used, none after the day of the run."""
        usable = set(self.layers.rasters if self.layers.built_classes else ())
        usable |= set(self.layers.pictures if self.layers.imagery.bands else ())
        return sorted(year for year in usable if year <= self.layers.on.year)

    @property
    def why_none(self) -> Text:
        """Why there is no year."""
        told = []
        if self.layers.rasters and not self.layers.built_classes:
            told.append(
                Text(
                    "geoparks.toml 没有指明地表覆盖的建成类（[land_cover] legend 或 built）",
                    "geoparks.toml does not name the built-up classes ([land_cover] legend or built)",
                )
            )
        if self.layers.pictures and not self.layers.imagery.bands:
            told.append(
                Text(
                    "geoparks.toml 没有指明影像各波段（[imagery] bands）",
                    "geoparks.toml does not name the bands of the imagery ([imagery] bands)",
                )
            )
        if not told:
            late = any(year > self.layers.on.year for year in (*self.layers.rasters, *self.layers.pictures))
            told.append(
                Text("地表覆盖和影像都在基准日以后", "all land cover and imagery is of years after the day")
                if late
                else Text("没有地表覆盖或影像", "there is no land cover and no imagery")
            )
        return joined(told)

    def day_of(self, year: int) -> dt.date:
        """The day as of which the record is held against the rasters of a year: its last, but not after the day of the run."""
        return min(end_of(year), self.layers.on)

    def of(self, index: int, year: int) -> Sight:
        """What a year shows of the parcel at an index of `plots`: by land cover, else by imagery."""
        said = []
        if year in self.layers.rasters and self.layers.built_classes:
            found = self._cover_of(year)
            source, name = Text(f"{year} 年地表覆盖", f"land cover of {year}"), f"land_cover_{year}"
            least, most = found.between_of(_BUILT, index)
            if found.unseen[index] < 1:
                return Sight(year, source, least, most, found.why[index], name)
            said.append(source + Text("：", ": ") + (found.why[index] or Text("", "")))
        if year in self.layers.pictures and self.layers.imagery.bands:
            found = self._green_of(year)
            source, name = Text(f"{year} 年影像", f"imagery of {year}"), f"imagery_{year}"
            if found.unseen[index] < 1:
                green, _ = found.between_of(GREEN, index)
                return Sight(year, source, 0.0, 1 - green, _NO_TELLING, name)
            said.append(source + Text("：", ": ") + (found.why[index] or Text("", "")))
        return Sight(year, Text("", ""), None, None, joined(said))

    def best(self, index: int, years: Iterable[int]) -> Sight | None:
        """The latest of some years that shows all of a parcel, else the latest that shows some of it, else the latest; None of none."""
        sights = [self.of(index, year) for year in sorted(years, reverse=True)]
        partly = [one for one in sights if one.least is not None]
        return next(iter([one for one in sights if one.certain] + partly + sights), None)

    def between(self, year: int) -> tuple[Array, Array]:
        """What a year shows of every parcel, as `of` tells it of one: the least and the most share; NaN where it says nothing."""
        least, most = np.full(len(self), np.nan), np.full(len(self), np.nan)
        if year in self.layers.pictures and self.layers.imagery.bands:
            found = self._green_of(year)
            least, most = np.zeros(len(self)), 1 - found.between(GREEN)[0]
            least[found.unseen >= 1] = most[found.unseen >= 1] = np.nan
        if year in self.layers.rasters and self.layers.built_classes:
            found = self._cover_of(year)
            low, high = found.between(_BUILT)
            shown = found.unseen < 1
            least, most = np.where(shown, low, least), np.where(shown, high, most)
        return least, most

    def why(self, index: int, year: int) -> tuple[Text | None, ...]:
        """What `of` makes the reason of, where a year says nothing of a parcel: parcels of which it is the same have the same reason."""
        looks = []
        if year in self.layers.rasters and self.layers.built_classes:
            looks.append(self._cover_of(year).why[index])
        if year in self.layers.pictures and self.layers.imagery.bands:
            looks.append(self._green_of(year).why[index])
        return tuple(looks)

    def chosen(self, asked: Array) -> Array:
        """Which year tells most of every parcel, as `best` chooses it: a place in `years`; −1 where none is asked of it.

        asked: (parcels, years), whether a year is to be asked of a parcel.
        """
        found = np.full(len(self), -1)
        rank = np.full(len(self), -1)
        for place, year in enumerate(self.years):
            least, most = self.between(year)
            own = np.where(np.isnan(least), 0, np.where(least == most, 2, 1))  # nothing, some, all of it
            better = asked[:, place] & (own >= rank)  # of two that tell as much, the later
            found[better], rank[better] = place, own[better]
        return found

    def _cover_of(self, year: int) -> Shares:
        if year not in self._cover:
            legend = self.layers.catalogue.codes["land_cover"].schemes.get(self.layers.legend, {})
            classes = {_BUILT: self.layers.built_classes}
            found = shares(self.layers.rasters[year], self._shapes, classes, [int(one) for one in legend])
            self._cover[year] = _rounded(found)
        return self._cover[year]

    def _green_of(self, year: int) -> Shares:
        if year not in self._green:
            self._green[year] = _rounded(green_shares(self.layers.pictures[year], self._shapes, self.layers.imagery))
        return self._green[year]


def seen(layers: Dataset) -> Seen:
    """The built-up shares of the parcels of a dataset; made once."""
    features = layers["parcels"]
    if "seen" not in features.derived:
        features.derived["seen"] = Seen(layers)
    found: Seen = features.derived["seen"]
    return found


def evidence_of(layers: Dataset) -> dict[str, tuple[tuple[str, float], ...]]:
    """Of every parcel, by raster, the built-up share where it is known as one number, oldest first.

    ``{"P1": (("land_cover_2020", 0.02), ("land_cover_2023", 0.61))}``; empty where no raster can be used.
    """
    if "parcels" not in layers:
        return {}
    ground = seen(layers)
    told: list[list[tuple[str, float]]] = [[] for _ in range(len(ground))]
    for name, share in certain(ground):
        for index in np.flatnonzero(~np.isnan(share)).tolist():
            told[index].append((name, float(share[index])))
    return dict(zip(ground.parcels.ids[ground.positions].astype(str), map(tuple, told), strict=True))


def certain(ground: Seen) -> Iterator[tuple[str, Array]]:
    """By raster, oldest first, the built-up share of every parcel where it is known as one number; NaN elsewhere."""
    for year in ground.years:
        least, most = ground.between(year)
        share = np.where(least == most, least, np.nan)
        of_cover = np.zeros(len(ground), dtype=bool)
        if year in ground.layers.rasters and ground.layers.built_classes:
            of_cover = ground._cover_of(year).unseen < 1
        for name, those in ((f"land_cover_{year}", of_cover), (f"imagery_{year}", ~of_cover)):
            if (those & ~np.isnan(share)).any():
                yield name, np.where(those, share, np.nan)


def _unread(parcels: Features, code: Array) -> dict[int, dict[str, Text]]:
    """By index of the parcel: days that were filled in and could not be read, or that its rows state differently."""
    found: dict[int, dict[str, Text]] = {}
    faults = [one for one in parcels.faults if one.field_name in _DAYS and one.row is not None]
    places: dict[int, list[int]] = {}
    for position in np.flatnonzero(np.isin(parcels.rows, [one.row or 0 for one in faults])).tolist():
        places.setdefault(int(parcels.rows[position]), []).append(position)
    for fault in faults:
        for position in places.get(fault.row or 0, ()):
            found.setdefault(int(code[position]), {})[str(fault.field_name)] = fault.note
    for name, field_name in parcels.disputes:
        if field_name in _DAYS and (positions := parcels.positions(name)):
            note = parcels.disputed(positions[0], field_name)
            if note is not None:
                found.setdefault(int(code[positions[0]]), {}).setdefault(field_name, note)
    return found


def _rounded(found: Shares) -> Shares:
    """Shares to seven digits: the last ones depend on the order in which cells are added up, and no raster knows them."""
    return replace(found, least=np.round(found.least, _DIGITS), unseen=np.round(found.unseen, _DIGITS))


def _day(value: np.datetime64) -> dt.date | None:
    day = value.astype(object)
    return day if isinstance(day, dt.date) else None
