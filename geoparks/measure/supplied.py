"""How much of every land approval has been supplied by a day: by the parcels that name it, and by space for those that name none."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.days import reached
from geoparks.measure.overlay import meeting
from geoparks.measure.plane import plane_of, tree_of
from geoparks.normalise.features import Features

Array = np.ndarray


def approvals(layers: Dataset, on: dt.date) -> pd.DataFrame:
    """A row for every approval: park_id, county, year, approved and supplied square metres as of a day.

    What was withdrawn by the day is taken off the approved area. A parcel counts once it is supplied, by its stated area,
    else as measured; one that names no approval counts for each approval by the area it shares with it.
    Columns approved_m2 and supplied_m2 are NaN where they cannot be known: a supplied parcel that names an approval and
    has neither an area nor a shape leaves open how much of it was supplied.
    """
    features = layers["approvals"]
    frame = pd.DataFrame(
        {name: features.column(name).to_numpy(dtype=object) for name in ("approval_id", "park_id", "county")}
    )
    approved_on = features.column("approved_on").reset_index(drop=True)
    frame["year"] = approved_on.map(lambda day: day.year, na_action="ignore")
    area = stated_or_measured(features, "approved_area_ha")
    frame["approved_m2"] = area - _withdrawn(features, area, on)
    frame["supplied_m2"] = _supplied(layers, features, on)
    later = approved_on.notna().to_numpy() & ~reached(approved_on, on)
    return frame[~later].reset_index(drop=True)


def _withdrawn(features: Features, approved: Array, on: dt.date) -> Array:
    """Square metres that were withdrawn by the day; an approval that is withdrawn without an area is withdrawn whole."""
    area = features.column("withdrawn_area_ha").astype(float).to_numpy() * units.M2_PER_HA
    gone = reached(features.column("withdrawn_on"), on)
    undated = features.column("withdrawn_on").isna().to_numpy() & ~np.isnan(area)
    return np.where(gone, np.where(np.isnan(area), approved, area), np.where(undated, area, 0.0))


def _supplied(layers: Dataset, features: Features, on: dt.date) -> Array:
    result = np.zeros(len(features))
    parcels = layers.get("parcels")
    if parcels is None or not parcels.has("supplied_on"):
        return np.full(len(features), np.nan)
    counts = reached(parcels.column("supplied_on"), on)
    area = stated_or_measured(parcels, "area_ha")
    place = {str(name): position for position, name in enumerate(features.ids)}
    named = np.array(
        [place.get(one, -1) if isinstance(one, str) else -1 for one in parcels.column("approval_id")], dtype=int
    )
    known = counts & (named >= 0)
    np.add.at(result, named[known], area[known])
    nameless = np.flatnonzero(counts & (named < 0) & ~shapely.is_missing(parcels.geometry))
    if len(nameless):
        plots, approved = plane_of(parcels)[nameless], plane_of(features)
        i, j = meeting(plots, approved, tree_of(features))
        np.add.at(result, j, shapely.area(shapely.intersection(plots[i], approved[j])))
    return result


def stated_or_measured(features: Features, field: str) -> Array:
    """Square metres of every feature: as stated in a field of hectares, else measured on the ellipsoid; NaN where neither is."""
    stated = features.column(field).astype(float).to_numpy() * units.M2_PER_HA
    return np.where(np.isnan(stated), ellipsoidal_area(features.geometry), stated)
