"""How much of every land approval has been supplied by a day: by the parcels that name it, and by space for those that name none."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.overlay import meeting
from geoparks.measure.plane import plane_of, tree_of
from geoparks.normalise.features import Features

Array = np.ndarray


def approvals(layers: Dataset, on: dt.date) -> pd.DataFrame:
    """A row for every approval: park_id, county, year, approved and supplied square metres as of a day.

    What was withdrawn by the day is taken off the approved area. A parcel counts once it is supplied, by its stated area,
    else as measured; one that names no approval counts for each approval by the area it shares with it.
    Columns approved_m2 and supplied_m2 are NaN where they cannot be known.
    """
    features = layers["approvals"]
    frame = pd.DataFrame(
        {name: features.column(name).to_numpy(dtype=object) for name in ("approval_id", "park_id", "county")}
    )
    frame["approved_on"] = [_day(one) for one in features.column("approved_on")]
    frame["year"] = [one.year if one is not None else None for one in frame["approved_on"]]
    stated = features.column("approved_area_ha").astype(float).to_numpy() * units.M2_PER_HA
    measured = ellipsoidal_area(features.geometry)
    frame["approved_m2"] = np.where(np.isnan(stated), measured, stated) - _withdrawn(features, stated, on)
    frame["supplied_m2"] = _supplied(layers, features, on)
    later = [day is not None and day > on for day in frame["approved_on"]]
    return frame[~np.array(later, dtype=bool)].reset_index(drop=True)


def _withdrawn(features: Features, approved: Array, on: dt.date) -> Array:
    """Square metres that were withdrawn by the day; an approval that is withdrawn without an area is withdrawn whole."""
    days = [_day(one) for one in features.column("withdrawn_on")]
    area = features.column("withdrawn_area_ha").astype(float).to_numpy() * units.M2_PER_HA
    gone = np.array([day is not None and day <= on for day in days], dtype=bool)
    undated = np.array([day is None for day in days], dtype=bool) & ~np.isnan(area)
    return np.where(gone, np.where(np.isnan(area), np.nan_to_num(approved), area), np.where(undated, area, 0.0))


def _supplied(layers: Dataset, features: Features, on: dt.date) -> Array:
    result = np.zeros(len(features))
    parcels = layers.get("parcels")
    if parcels is None or not parcels.has("supplied_on"):
        return np.full(len(features), np.nan)
    days = [_day(one) for one in parcels.column("supplied_on")]
    counts = np.array([day is not None and day <= on for day in days], dtype=bool)
    area = parcel_area(parcels)
    place = {str(name): position for position, name in enumerate(features.ids)}
    named = np.array(
        [place.get(one, -1) if isinstance(one, str) else -1 for one in parcels.column("approval_id")], dtype=int
    )
    known = counts & (named >= 0) & ~np.isnan(area)
    np.add.at(result, named[known], area[known])
    nameless = np.flatnonzero(counts & (named < 0) & ~shapely.is_missing(parcels.geometry))
    if len(nameless):
        plots, approved = plane_of(parcels)[nameless], plane_of(features)
        i, j = meeting(plots, approved, tree_of(features))
        np.add.at(result, j, shapely.area(shapely.intersection(plots[i], approved[j])))
    return result


def parcel_area(parcels: Features) -> Array:
    """Square metres of every parcel: stated, else measured on the ellipsoid."""
    stated = parcels.column("area_ha").astype(float).to_numpy() * units.M2_PER_HA
    return np.where(np.isnan(stated), ellipsoidal_area(parcels.geometry), stated)


def _day(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) and value == value else None
