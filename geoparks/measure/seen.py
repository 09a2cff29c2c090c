"""What rasters of each year show of every parcel: how much of it is built up, or between which two shares that must lie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.days import days_of, end_of
from geoparks.measure.imagery import GREEN, green_shares
from geoparks.measure.losses import unread
from geoparks.measure.sight import Plot, Sight
from geoparks.measure.zonal import Shares, shares
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
class _Look:
    """One raster of a year, looked at for all parcels."""

    name: str
    """land_cover_2023."""
    source: Text
    least: Array
    """The least and the most share of each parcel that is built up; NaN of those of which it shows nothing."""
    most: Array
    said: Callable[[int], Text | None]
    """Why the share of a parcel is not known, or not exactly."""


class Seen:
    """Built-up shares of parcels by year; each raster is looked at once, when it is first asked for.

    A parcel has an index here: its place among the ids of the layer, in their order.
    """

    def __init__(self, layers: Dataset) -> None:
        self.layers, self.parcels = layers, layers["parcels"]
        self.positions = self.parcels.firsts
        """Of every parcel the position of its first row."""
        self._code = np.searchsorted(self.positions, self.parcels.numbers)
        self.days: dict[str, Array] = {}
        """Of every parcel the day on record of each kind; NaT where its rows state several."""
        self._differ: dict[str, Array] = {}
        """Of each kind, whether the rows of a parcel state several days."""
        for name in _DAYS:
            self.days[name], self._differ[name] = self._agreed(days_of(self.parcels.column(name)))
        self._looked: dict[int, list[_Look]] = {}
        self._between: dict[int, tuple[Array, Array]] = {}
        self._tells: dict[int, Array] = {}

    def __len__(self) -> int:
        return len(self.positions)

    def _agreed(self, days: Array) -> tuple[Array, Array]:
        """Of every parcel the one day that its rows state, and whether they state several."""
        found, differ, repeated = days[self.positions], np.zeros(len(self), dtype=bool), self.parcels.repeated
        if len(repeated):
            of_id = pd.Series(days[repeated]).groupby(self._code[repeated], sort=True)
            several = of_id.nunique().to_numpy() > 1
            codes = np.unique(self._code[repeated])
            first = of_id.first().to_numpy().astype("datetime64[D]")
            found[codes], differ[codes] = np.where(several, np.datetime64("NaT", "D"), first), several
        return found, differ

    @cached_property
    def _shapes(self) -> Array:
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
        supplied, started, finished, _ = (_day(self.days[name][index]) for name in _DAYS)
        row = int(self.parcels.rows[position])
        return Plot(self.parcels.subject(position), row, self._shapes[index], supplied, started, finished)

    def unread(self, *names: str) -> Iterator[tuple[Text, Array]]:
        """Parcels of which a day cannot be read or the rows state several, by the reason.

        A blank day means that it has not happened, these do not. The first of the names that has a reason gives it; whether each
        parcel is one of them.
        """
        place: dict[Text, int] = {}
        code = np.full(len(self), -1)
        for name in reversed(names):
            title = self.parcels.layer.fields[name].title
            named = Text(f"{title.zh}：", f"{title.en}: ")
            one_by_one, elsewhere = unread(self.parcels, name)
            if elsewhere is not None:
                code[np.isnat(self.days[name])] = place.setdefault(named + elsewhere, len(place))
            if self._differ[name].any():
                several = named + Text("同一宗地的几行不同", "the rows of this parcel differ")
                code[self._differ[name]] = place.setdefault(several, len(place))
            for position, note in one_by_one.items():
                code[self._code[position]] = place.setdefault(named + note, len(place))
        for note, number in place.items():
            if (code == number).any():
                yield note, code == number

    @property
    def years(self) -> list[int]:
        """The years of which there is a raster that can be used, none after the day of the run."""
        usable = {*self._covers, *self._photographs}
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
        """What a year shows of the parcel at an index: by land cover, else by imagery."""
        looks = self._looks(year)
        for look in looks:
            if not np.isnan(look.least[index]):
                least, most = float(look.least[index]), float(look.most[index])
                return Sight(year, look.source, least, most, look.said(index), look.name)
        said = [look.source + Text("：", ": ") + (look.said(index) or Text("", "")) for look in looks]
        return Sight(year, Text("", ""), None, None, joined(said))

    def between(self, year: int) -> tuple[Array, Array]:
        """What a year shows of every parcel, as `of` tells it of one: the least and the most share; NaN where it says nothing."""
        if year not in self._between:
            least = most = np.full(len(self), np.nan)
            for look in reversed(self._looks(year)):
                shown = ~np.isnan(look.least)
                least, most = np.where(shown, look.least, least), np.where(shown, look.most, most)
            self._between[year] = least, most
        return self._between[year]

    def why(self, index: int, year: int) -> tuple[Text | None, ...]:
        """What `of` makes the reason of, where a year says nothing of a parcel: parcels of which it is the same have the same reason."""
        return tuple(look.said(index) for look in self._looks(year))

    def certain(self) -> Iterator[tuple[str, Array]]:
        """By raster, oldest first, the built-up share of every parcel where it is known as one number; NaN elsewhere."""
        for year in self.years:
            told = np.zeros(len(self), dtype=bool)
            for look in self._looks(year):
                share = np.where((look.least == look.most) & ~told, look.least, np.nan)
                told |= ~np.isnan(look.least)
                if not np.isnan(share).all():
                    yield look.name, share

    def best(self, index: int, years: Iterable[int]) -> Sight | None:
        """The latest of some years that shows all of a parcel, else the latest that shows some of it, else the latest; None of none."""
        year = max(years, key=lambda one: (self._telling(one)[index], one), default=None)
        return None if year is None else self.of(index, year)

    def chosen(self, asked: Array) -> Array:
        """Which year `best` takes of every parcel: a place in `years`; −1 where none is asked of it.

        asked: (parcels, years), whether a year is to be asked of a parcel.
        """
        found, most = np.full(len(self), -1), np.full(len(self), -1)
        for place, year in enumerate(self.years):
            telling = self._telling(year)
            better = asked[:, place] & (telling >= most)  # of two that tell as much, the later
            found[better], most[better] = place, telling[better]
        return found

    def _telling(self, year: int) -> Array:
        """How much a year shows of every parcel: 2 all, 1 some, 0 nothing."""
        if year not in self._tells:
            least, most = self.between(year)
            self._tells[year] = np.where(np.isnan(least), 0, np.where(least == most, 2, 1))
        return self._tells[year]

    @property
    def _covers(self) -> Iterable[int]:
        return self.layers.rasters if self.layers.built_classes else ()

    @property
    def _photographs(self) -> Iterable[int]:
        return self.layers.pictures if self.layers.imagery.bands else ()

    def _looks(self, year: int) -> list[_Look]:
        """The rasters of a year, the one that is believed first."""
        if year not in self._looked:
            self._looked[year] = [
                *([self._cover(year)] if year in self._covers else []),
                *([self._photograph(year)] if year in self._photographs else []),
            ]
        return self._looked[year]

    def _cover(self, year: int) -> _Look:
        legend = self.layers.catalogue.codes["land_cover"].schemes.get(self.layers.legend, {})
        classes = {_BUILT: self.layers.built_classes}
        found = _rounded(shares(self.layers.rasters[year], self._shapes, classes, [int(one) for one in legend]))
        least, most = found.between(_BUILT)
        blind = found.unseen >= 1
        source = Text(f"{year} 年地表覆盖", f"land cover of {year}")
        return _Look(
            f"land_cover_{year}", source, np.where(blind, np.nan, least), np.where(blind, np.nan, most), found.why.__getitem__
        )  # fmt: skip

    def _photograph(self, year: int) -> _Look:
        found = _rounded(green_shares(self.layers.pictures[year], self._shapes, self.layers.imagery))
        blind = found.unseen >= 1
        source = Text(f"{year} 年影像", f"imagery of {year}")
        most = np.where(blind, np.nan, 1 - found.between(GREEN)[0])

        def said(index: int) -> Text | None:
            return found.why[index] if blind[index] else _NO_TELLING

        return _Look(f"imagery_{year}", source, np.where(blind, np.nan, 0.0), most, said)


def seen(layers: Dataset) -> Seen:
    """The built-up shares of the parcels of a dataset; made once."""
    features = layers["parcels"]
    if "seen" not in features.derived:
        features.derived["seen"] = Seen(layers)
    found: Seen = features.derived["seen"]
    return found


def _rounded(found: Shares) -> Shares:
    """Shares to seven digits: the last ones depend on the order in which cells are added up, and no raster knows them."""
    return replace(found, least=np.round(found.least, _DIGITS), unseen=np.round(found.unseen, _DIGITS))


def _day(value: np.datetime64) -> dt.date | None:
    day = value.astype(object)
    return day if isinstance(day, dt.date) else None
