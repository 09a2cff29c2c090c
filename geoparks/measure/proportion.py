"""Land to live on over land of production, of every park: by the land-use survey, and by the parcels supplied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.land import parcels_of, parcels_on
from geoparks.measure.land_classes import LandClass, by_class, of_latest_year, uses_in
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import quotient
from geoparks.text import Text

BY_SURVEY, BY_PARCELS = (
    Text("按国土调查地类", "by the land-use survey"),
    Text("按已供宗地用途", "by the parcels supplied"),
)
_HAIR = 1e-3  # of the land surveyed: what a survey drawn in another plane may seem to leave open
_SHARED = (LandClass.PRODUCTION, LandClass.LIVING)


@dataclass(frozen=True)
class Land:
    """The land of a park by class, in square metres, or why it is not known."""

    m2: dict[LandClass, float]
    reason: Text | None = None
    unsurveyed_m2: float = 0.0
    """Land of the park that the survey does not reach: of which class it is nobody knows."""

    @property
    def ratio(self) -> float | None:
        """Living ÷ production; None where it is not known, or nothing is of production."""
        if self.reason is not None or not self.m2[LandClass.PRODUCTION]:
            return None
        return quotient(self.m2[LandClass.LIVING], self.m2[LandClass.PRODUCTION])


@dataclass(frozen=True)
class Proportion:
    """Both measures of one park."""

    park: Park
    survey: Land
    parcels: Land

    @property
    def used(self) -> tuple[Land, Text]:
        """The one that is told: the survey, else the parcels."""
        return (self.survey, BY_SURVEY) if self.survey.reason is None else (self.parcels, BY_PARCELS)

    @property
    def ratio(self) -> float | None:
        """Living ÷ production of the one that is told; infinite where nothing is of production but something to live on."""
        land, _ = self.used
        if land.reason is None and not land.m2[LandClass.PRODUCTION]:
            return _over(land.m2[LandClass.LIVING], 0.0)
        return land.ratio

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Between which two numbers the ratio lies: land of no known class may all be of production, or all to live on."""
        land, _ = self.used
        if land.reason is not None:
            return None
        one, other = (land.m2[each] for each in _SHARED)
        unknown = land.m2[LandClass.UNKNOWN] + land.unsurveyed_m2
        return _over(other, one + unknown), _over(other + unknown, one)

    @property
    def reason(self) -> Text | None:
        """Why neither is known."""
        if self.survey.reason is None or self.parcels.reason is None:
            return None
        return self.survey.reason + Text("；", "; ") + self.parcels.reason

    @property
    def told(self) -> Text | None:
        """The figures in words, as a person judges by them; None where there are none."""
        land, by = self.used
        if land.reason is not None:
            return None
        one, other = (land.m2[each] for each in _SHARED)
        rest = land.m2[LandClass.OTHER] + land.m2[LandClass.UNKNOWN]
        left = (
            Text("，未调查 {area}", ", not surveyed {area}").fill(area=units.area_text(land.unsurveyed_m2))
            if land.unsurveyed_m2
            else Text("", "")
        )
        share = f"1 ∶ {units.number(other / one, 3)}" if one else "—"
        mu = [units.number(units.to_mu(each)) for each in (one, other, rest)]
        first = by + Text(
            f"，产业用地 {mu[0]} 亩，生活用地 {mu[1]} 亩，其他 {mu[2]} 亩",
            f": production {mu[0]} mu, to live on {mu[1]} mu, other {mu[2]} mu",
        )
        last = Text(
            f"，产业用地与生活用地之比 {share}；条文没有规定比例，由人工判断",
            f", production to living {share}; the article gives no proportion, a person judges",
        )
        return first + left + last


def _over(living: float, production: float) -> float:
    """Living over production; infinite where nothing is of production but something to live on."""
    return living / production if production else np.inf if living else 0.0


def proportions(layers: Dataset) -> list[Proportion]:
    """Every park, made once."""
    key = f"proportions {layers.on}"
    if key not in layers.derived:
        known = parks_of(layers)
        parcels = _parcels(layers)
        layers.derived[key] = [Proportion(park, _survey(park, layers), parcels(park)) for park in known]
    found: list[Proportion] = layers.derived[key]
    return found


def _survey(park: Park, layers: Dataset) -> Land:
    features = layers.get("land_use")
    if features is None:
        return Land({}, layers.why_not("land_use"))
    if not park.is_area or park.shape is None or park.unmeasured is not None:
        return Land({}, park.unmeasured or Text("园区没有图形", "the park has no polygon"))
    if features.lost is not None:
        return Land({}, features.lost)
    if not of_latest_year(features, layers.on.year).any():
        return Land({}, Text("地类图斑都在检查日之后的年度", "the survey is of later years only"))
    found = by_class(uses_in(park.shape, layers), layers.catalogue.codes["land_use"])
    if not sum(found.values()):
        return Land({}, Text("园区内没有地类图斑", "no patch of the survey lies in the park"))
    surveyed = sum(found.values())
    left = float(park.shape.area) - surveyed
    return Land(found, unsurveyed_m2=left if left > surveyed * _HAIR else 0.0)


def _parcels(layers: Dataset) -> Callable[[Park], Land]:
    """What says of a park how much of its supplied land is of which class."""
    parcels = layers.get("parcels")
    if parcels is None:
        why = layers.why_not("parcels")
        return lambda park: Land({}, why)
    rows_of = parcels_of(layers).rows_of_each("park_id")

    def of(park: Park) -> Land:
        rows = rows_of.get(park.subject.id, np.empty(0, dtype=int))
        own = parcels_on(layers, layers.on, "parcel", "supplied", "m2", "land_class", rows=rows)
        if own.empty:
            return Land({}, Text("宗地图层中没有该园区的宗地", "the layer of parcels has none of the park"))
        if undated := own.loc[own["supplied"].isna(), "parcel"].nunique():
            return Land({}, Text(f"{undated} 宗没有供应日期", f"{undated} parcels have no day of supply"))
        those = own[(own["supplied"] == 1).to_numpy()]
        if those["m2"].isna().any():
            return Land({}, Text("有宗地面积不明", "the area of a parcel is not known"))
        sums = those.groupby(those["land_class"].astype(str))["m2"].sum()
        return Land({one: float(sums.get(str(one), 0.0)) for one in LandClass})

    return of
