"""E13: how intensively the land of a park is used: rates of development, supply and completion, density, intensity, idleness."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.days import end_of
from geoparks.measure.land import parcels_on
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


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Every figure of every park and of the region, the land as of the end of the run's year, or of its day if that is earlier."""
    year = layers.year or layers.on.year
    day = min(layers.on, end_of(year))
    returns, parks = returns_of(layers), parks_of(layers)
    table = parcels_on(layers, day) if "parcels" in layers else None
    as_of = Text(f"（截至 {day}）", f" (as of {day})")
    known = {park.subject: _of_park(park, layers, table, returns, year) for park in parks}
    for subject, some in known.items():
        yield from _figures(subject, year, some, as_of)
    if known:
        summed = {
            name: total({one.label: some[name] for one, some in known.items()}) for name in next(iter(known.values()))
        }
        yield from _figures(REGION, year, summed, as_of)


def _figures(subject: Subject, year: int, some: dict[str, Yearly], as_of: Text) -> Iterator[Indicator]:
    for name, (above, below) in _RATES.items():
        value, reason = ratio(some[above], some[below])
        yield Indicator(
            name, subject, year, value, "", numerator=some[above].value, denominator=some[below].value,
            source=some[above].source + Text(" ÷ ", " ÷ ") + some[below].source + as_of, reason=reason,
        )  # fmt: skip


def _of_park(park: Park, layers: Dataset, table: pd.DataFrame | None, returns: Returns, year: int) -> dict[str, Yearly]:
    """All that the figures of a park are made of: areas in m², industrial land in mu as well."""
    own = table[(table["park_id"] == park.subject.id).to_numpy()] if table is not None else None
    why = layers.why_not("parcels") if own is None else None
    industrial = _summed(
        own, "built", "m2", "宗地中已建成工业用地", "built industrial parcels", why, only_industrial=True
    )
    found = {
        "ready": _shared(park, layers, "supply_ready"),
        "developable": _developable(park, layers),
        "supplied": _summed(own, "supplied", "m2", "已供宗地", "parcels supplied", why),
        "built": _summed(own, "built", "m2", "已建成宗地", "parcels built", why),
        "floor": _summed(own, "built", "floor_m2", "总建筑面积", "floor area", why),
        "footprint": _summed(own, "built", "footprint_m2", "建筑基底面积", "footprint", why),
        "industrial": industrial,
        "industrial_mu": Yearly(None if industrial.value is None else units.to_mu(industrial.value), industrial.source, industrial.reason),
        "industrial_footprint": _summed(own, "built", "footprint_m2", "工业宗地建筑基底", "footprint of industrial parcels", why, only_industrial=True),
        "idle": _summed(own, "idle", "m2", "已认定未处置的闲置宗地", "parcels determined idle", why),
    }  # fmt: skip
    for name, field in (
        ("investment", "cumulative_investment_wanyuan"),
        ("tax", "tax_wanyuan"),
        ("population", "population"),
    ):
        found[name] = returns.of(park.subject, year, field)
    return found


def _summed(
    own: pd.DataFrame | None, which: str, column: str, zh: str, en: str, why: Text | None, *, only_industrial: bool = False
) -> Yearly:  # fmt: skip
    """The sum of a column over the parcels that are built, supplied or idle; open where one of them has no value."""
    source = Text(zh, en)
    if own is None:
        return Yearly(None, source, why)
    those = own[own[which].to_numpy(dtype=bool)]
    if only_industrial:
        if unknown := int(those["industrial"].isna().sum()):
            return Yearly(None, source, Text(f"{unknown} 宗用途不明", f"the use of {unknown} parcels is not known"))
        those = those[(those["industrial"] == 1).to_numpy()]
    if unknown := int(those[column].isna().sum()):
        return Yearly(None, source, Text(f"{unknown} 宗没有{zh}数据", f"{unknown} parcels without {en}"))
    return Yearly(float(those[column].sum()), source)


def _developable(park: Park, layers: Dataset) -> Yearly:
    """The park less what cannot be built on."""
    cannot = _shared(park, layers, "undevelopable")
    source = Text("园区面积 − 不可建设土地", "park − undevelopable")
    if cannot.value is None:
        return Yearly(None, source, cannot.reason)
    return Yearly(float(shapely.area(park.shape)) - cannot.value, source)


def _shared(park: Park, layers: Dataset, name: str) -> Yearly:
    """What of a park lies in a layer, each piece of ground once."""
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
    pieces = shapely.intersection(target.shapes[near], park.shape)
    return Yearly(float(shapely.area(shapely.union_all(pieces))) if len(pieces) else 0.0, title)
