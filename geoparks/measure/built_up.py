"""The built-up area of a park in mu: stated, else from parcels that are built, else from land cover; each is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.days import days_of
from geoparks.measure.supplied import stated_or_measured
from geoparks.measure.yearly import Returns, Yearly
from geoparks.text import Text, joined

_STATED = Text("园区年报的建成区面积", "built-up area stated in park_stats")
_PARCELS = Text("已竣工宗地面积合计", "sum of parcels that are finished")


@dataclass(frozen=True)
class BuiltUp:
    """The built-up area that counts, and what every other source would give."""

    area: Yearly
    others: tuple[tuple[Text, float], ...] = ()


class BuiltUpAreas:
    """Built-up areas of parks, by year."""

    def __init__(self, layers: Dataset, returns: Returns) -> None:
        self.layers, self.returns = layers, returns
        self._parcels = _finished(layers)

    def of(self, park: str, year: int) -> BuiltUp:
        """The built-up area of a park at the end of a year, in mu."""
        stated, built = self.returns.of(park, year, "built_area_mu"), self._from_parcels(park, year)
        if stated.value is not None:
            return BuiltUp(Yearly(stated.value, _STATED), ((_PARCELS, built.value),) if built.value is not None else ())
        if built.value is not None:
            return BuiltUp(built)
        return BuiltUp(Yearly(None, _STATED, joined([one.reason for one in (stated, built) if one.reason is not None])))

    def _from_parcels(self, park: str, year: int) -> Yearly:
        parks, finished, square_metres = self._parcels
        areas = square_metres[(parks == park) & (finished <= np.datetime64(dt.date(year, 12, 31)))]
        if not len(areas):
            return Yearly(None, _PARCELS, Text("没有已竣工的宗地", "no finished parcels"))
        if unknown := int(np.isnan(areas).sum()):
            reason = Text(f"{unknown} 宗已竣工宗地面积不明", f"the area of {unknown} finished parcels is not known")
            return Yearly(None, _PARCELS, reason)
        return Yearly(units.to_mu(float(areas.sum())), _PARCELS)


def _finished(layers: Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Park, day of completion and area of every parcel that is built."""
    parcels = layers.get("parcels")
    if parcels is None or not parcels.has("park_id", "finished_on"):
        return np.array([], dtype=object), np.array([], dtype="datetime64[D]"), np.array([])
    days = days_of(parcels.column("finished_on"))
    built = ~np.isnat(days)
    area = stated_or_measured(parcels, "area_ha")
    return parcels.column("park_id").to_numpy(dtype=object)[built], days[built], area[built]
