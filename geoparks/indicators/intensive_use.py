"""E13: how intensively the land of a park is used: rates of development, supply and completion, density, intensity, idleness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.days import days_of, end_of
from geoparks.measure.land import parcels_of, parcels_on
from geoparks.measure.levels import REGION
from geoparks.measure.overlay import shapes_of
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import Returns, Yearly, ratio, returns_of, total
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_RATES = {
    "E13.development_rate": ("ready", "developable"),
    "E13.supply_rate": ("supplied", "ready"),
    "E13.completion_rate": ("built", "supplied"),
    "E13.industrial_share": ("industrial", "built"),
    "E13.far": ("floor", "built"),
    "E13.building_density": ("footprint", "built"),
    "E13.building_coefficient": ("industrial_footprint", "industrial"),
    "E13.investment_intensity": ("investment", "industrial_mu"),
    "E13.tax_intensity": ("tax", "industrial_mu"),
    "E13.idle_rate_of_supplied": ("idle", "supplied"),
    "E13.idle_rate_of_built": ("idle", "built"),
    "E13.land_per_capita_m2": ("built", "population"),
}
INDICATORS = tuple(_RATES)
_SUPPLIED = "supplied"
_DAY_OF = {_SUPPLIED: "supplied_on", "built": "finished_on", "idle": "determined_on"}


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Every figure of every park and of the region, the land as of the end of the run's year, or of its day if that is earlier."""
    year = layers.year or layers.on.year
    day = min(layers.on, end_of(year))
    returns, parks = returns_of(layers), parks_of(layers)
    land_of = _lands(layers, day)
    as_of = Text(f"（截至 {day}）", f" (as of {day})")
    known = {park.subject: _of_park(park, layers, land_of(park.subject), returns, year, day) for park in parks}
    for subject, some in known.items():
        yield from _figures(subject, year, some, as_of)
    if known:
        summed = {name: total({one: some[name] for one, some in known.items()}) for name in next(iter(known.values()))}
        yield from _figures(REGION, year, summed, as_of)


def _figures(subject: Subject, year: int, some: dict[str, Yearly], as_of: Text) -> Iterator[Indicator]:
    for name, (above, below) in _RATES.items():
        value, reason = ratio(some[above], some[below])
        yield Indicator(
            name, subject, year, value, "", numerator=some[above].value, denominator=some[below].value,
            source=some[above].source + Text(" ÷ ", " ÷ ") + some[below].source + as_of, reason=reason,
        )  # fmt: skip


def _lands(layers: Dataset, day: dt.date) -> Callable[[Subject], _Land]:
    """The parcels of each park as of a day: what is summed of them, and by what."""
    if "parcels" not in layers:
        return lambda park: _Land(layers, pd.DataFrame())
    rows = parcels_of(layers).rows_of_each("park_id")
    names = ("parcel", *_DAY_OF, "industrial", "m2", "floor_m2", "footprint_m2")
    return lambda park: _Land(layers, parcels_on(layers, day, *names, rows=rows.get(park.id, np.empty(0, dtype=int))))


@dataclass(frozen=True)
class _Land:
    """The parcels of a park as of the day, and what of them nobody states."""

    layers: Dataset
    rows: pd.DataFrame

    def sum(self, which: str, column: str, source: Text, *, only_industrial: bool = False) -> Yearly:
        """The sum of a column over the parcels that are built, supplied or idle; open where one has no value."""
        parcels, own = self.layers.get("parcels"), self.rows
        if parcels is None:
            return Yearly(None, source, self.layers.why_not("parcels"))
        day = _DAY_OF[which]
        if not parcels.holds(day) or (which == _SUPPLIED and not parcels.has(day)):
            return Yearly(None, source, parcels.why_missing(day))
        if own.empty:
            return Yearly(None, source, Text("宗地图层中没有该园区的宗地", "the layer of parcels has none of the park"))
        if undated := _count(own, own[which].isna()):
            return Yearly(None, source, Text(f"{undated} 宗没有供应日期", f"{undated} parcels have no day of supply"))
        those = own[own[which].to_numpy(dtype=bool)]
        if only_industrial:
            if unknown := _count(those, those["industrial"].isna()):
                return Yearly(None, source, Text(f"{unknown} 宗用途不明", f"the use of {unknown} parcels is not known"))
            those = those[(those["industrial"] == 1).to_numpy()]
        if unknown := _count(those, those[column].isna()):
            return Yearly(None, source, Text(f"{unknown} 宗没有数据：", f"{unknown} parcels without data: ") + source)
        return Yearly(float(those[column].sum()), source)


def _count(rows: pd.DataFrame, those: pd.Series) -> int:
    """How many parcels some rows are."""
    return int(rows.loc[those, "parcel"].nunique()) if those.any() else 0


def _of_park(park: Park, layers: Dataset, land: _Land, returns: Returns, year: int, day: dt.date) -> dict[str, Yearly]:
    """All that the figures of a park are made of: areas in m², industrial land in mu as well."""
    built = Text("已建成宗地", "parcels built")
    industrial = land.sum("built", "m2", Text("宗地中已建成工业用地", "built industrial parcels"), only_industrial=True)
    mu = None if industrial.value is None else units.to_mu(industrial.value)
    footprint = Text("工业宗地建筑基底", "footprint of industrial parcels")
    found = {
        "ready": _shared(park, layers, "supply_ready", day),
        "developable": _developable(park, layers, day),
        "supplied": land.sum("supplied", "m2", Text("已供宗地", "parcels supplied")),
        "built": land.sum("built", "m2", built),
        "floor": land.sum("built", "floor_m2", Text("总建筑面积", "floor area")),
        "footprint": land.sum("built", "footprint_m2", Text("建筑基底面积", "footprint")),
        "industrial": industrial,
        "industrial_mu": Yearly(mu, industrial.source, industrial.reason),
        "industrial_footprint": land.sum("built", "footprint_m2", footprint, only_industrial=True),
        "idle": land.sum("idle", "m2", Text("已认定未处置的闲置宗地", "parcels determined idle")),
    }
    for name, field in (
        ("investment", "cumulative_investment_wanyuan"),
        ("tax", "tax_wanyuan"),
        ("population", "population"),
    ):
        found[name] = returns.of(park.subject, year, field)
    return found


def _developable(park: Park, layers: Dataset, day: dt.date) -> Yearly:
    """The park less what cannot be built on."""
    cannot = _shared(park, layers, "undevelopable", day)
    source = Text("园区面积 − 不可建设土地", "park − undevelopable")
    if cannot.value is None:
        return Yearly(None, source, cannot.reason)
    return Yearly(float(shapely.area(park.shape)) - cannot.value, source)


def _shared(park: Park, layers: Dataset, name: str, day: dt.date) -> Yearly:
    """What of a park lies in a layer, each piece of ground once; what was made ready later than the day is not in it."""
    title = layers.catalogue[name].title
    features = layers.get(name)
    if features is None:
        return Yearly(None, title, layers.why_not(name))
    if not park.is_area or park.unmeasured is not None:
        return Yearly(None, title, park.unmeasured or Text("园区没有图形", "the park has no polygon"))
    if features.lost is not None:
        return Yearly(None, title, features.lost)
    target = shapes_of(features)
    near = np.sort(target.tree.query(park.shape, predicate="intersects"))
    if "ready_on" in features.layer.fields:
        later = days_of(features.column("ready_on")) > np.datetime64(day, "D")
        near = near[~later[target.owner[near]]]
    pieces = shapely.intersection(target.shapes[near], park.shape)
    return Yearly(float(shapely.area(shapely.union_all(pieces))) if len(pieces) else 0.0, title)
