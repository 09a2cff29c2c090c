"""The built-up area of a park in mu: stated, else from parcels that are built, else from land cover; each is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.yearly import Returns, Yearly
from geoparks.text import Text

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
        stated = self.returns.of(park, year, "built_area_mu")
        built = self._from_parcels(park, year)
        if stated.value is not None:
            return BuiltUp(Yearly(stated.value, _STATED), ((_PARCELS, built),) if built is not None else ())
        if built is not None:
            return BuiltUp(Yearly(built, _PARCELS))
        reason = Text(
            f"{year} 年没有建成区面积，也没有已竣工的宗地", f"no built-up area for {year}, and no finished parcels"
        )
        return BuiltUp(Yearly(None, _STATED, reason))

    def _from_parcels(self, park: str, year: int) -> float | None:
        parks, finished, square_metres = self._parcels
        those = (parks == park) & (finished <= np.datetime64(dt.date(year, 12, 31)))
        return units.to_mu(float(square_metres[those].sum())) if those.any() else None


def _finished(layers: Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Park, day of completion and area of every parcel that is built."""
    parcels = layers.get("parcels")
    if parcels is None or not parcels.has("park_id", "finished_on"):
        return np.array([], dtype=object), np.array([], dtype="datetime64[D]"), np.array([])
    days = parcels.column("finished_on")
    known = days.notna().to_numpy()
    stated = parcels.column("area_ha").astype(float).to_numpy() * units.M2_PER_HA
    measured = ellipsoidal_area(parcels.geometry)
    area = np.where(np.isnan(stated), measured, stated)
    return (
        parcels.column("park_id").to_numpy(dtype=object)[known],
        days[known].to_numpy(dtype="datetime64[D]"),
        np.nan_to_num(area[known]),
    )
