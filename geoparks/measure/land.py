"""The parcels of the parks in square metres on a day: supplied, built, industrial, idle, with floors and footprints."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.days import days_of
from geoparks.measure.land_classes import uses
from geoparks.measure.once import areas_once
from geoparks.measure.places import holders, stated
from geoparks.measure.plane import plane_of
from geoparks.measure.supplied import RECOVERED
from geoparks.measure.whereabouts import parks_of
from geoparks.normalise.features import Features

Array = np.ndarray[Any, Any]
_MOST_OF_IT = 0.5
"""A parcel that names no park or block is of the one that has more than this share of it."""
_DAYS = ("supplied_on", "delivered_on", "started_on", "finished_on", "determined_on", "disposed_on", "deregistered_on")


def parcels_of(layers: Dataset) -> pd.DataFrame:
    """A row for every row of the layer: what is known of every parcel, whatever the day; made once.

    Columns parcel_id; park_id and block_id, as stated, else where most of it lies; the days; m2, which the rows of one
    parcel share out (pieces are summed, a parcel that is there twice counts once; NaN where unknown); floor_m2 and
    footprint_m2 (NaN where unknown, or where rows of one parcel differ); industrial and standard: 1, 0, or NaN.
    """
    if "land" not in layers.derived:
        layers.derived["land"] = _parcels(layers)
    found: pd.DataFrame = layers.derived["land"]
    return found


def parcels_on(layers: Dataset, on: dt.date) -> pd.DataFrame:
    """The parcels as of a day, with three columns more.

    supplied: 1, 0, or NaN where no day of supply is on record but something that comes after it; what went back to the
    government by the day is supplied no longer. built: True or False. idle: determined and not disposed of.
    """
    table, day = parcels_of(layers), np.datetime64(on, "D")
    back = table["recovered_on"].to_numpy() <= day
    later = np.zeros(len(table), dtype=bool)
    for name in ("delivered_on", "started_on", "finished_on", "determined_on"):
        later |= table[name].to_numpy() <= day
    undated = table["supplied_on"].isna().to_numpy()
    supplied = np.where(undated & later, np.nan, (table["supplied_on"].to_numpy() <= day).astype(float))
    return table.assign(
        supplied=np.where(back, 0.0, supplied),
        built=(table["finished_on"].to_numpy() <= day) & ~back,
        idle=(table["determined_on"].to_numpy() <= day) & ~(table["disposed_on"].to_numpy() <= day) & ~back,
    )


def _parcels(layers: Dataset) -> pd.DataFrame:
    parcels = layers["parcels"]
    table = pd.DataFrame(
        {
            "parcel_id": pd.Series(parcels.ids, dtype=str),
            "park_id": _owners(layers, parcels, "park_id"),
            "block_id": _owners(layers, parcels, "block_id"),
            "m2": areas_once(parcels, "area_ha", "supplied_on"),
            **{name: days_of(parcels.column(name)) for name in _DAYS},
            "floor_m2": parcels.column("floor_area_m2").astype(float).to_numpy(),
            "footprint_m2": parcels.column("footprint_m2").astype(float).to_numpy(),
            "industrial": _industrial(layers),
            "standard": _flags(parcels, "standard_land"),
            "recovery": parcels.column("disposal").isin(RECOVERED).astype(float).to_numpy(),
        }
    )
    if len(parcels.repeated):
        again = np.isin(np.arange(len(table)), parcels.repeated)
        table[again] = _agreed(table[again])
    back = table["disposed_on"].where(table["recovery"] == 1)
    table["recovered_on"] = np.fmin(back.to_numpy(), table["deregistered_on"].to_numpy())
    return table


def _agreed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of one parcel: where one has a day or a flag and the others none, all have it; floors count once."""
    ids = rows["parcel_id"]
    rows = rows.copy()
    for name in (*_DAYS, "industrial", "standard", "recovery"):
        single = rows.groupby(ids)[name].transform("nunique") == 1
        rows[name] = rows[name].where(~single, rows.groupby(ids)[name].transform("first"))
    for name in ("floor_m2", "footprint_m2"):
        known = rows.groupby(ids)[name]
        value = known.transform("first").where(known.transform("nunique") == 1)
        rows[name] = value.where(~ids.duplicated(), 0.0)
    return rows


def _owners(layers: Dataset, parcels: Features, name: str) -> Array:
    """The park or block of every parcel: as stated, else the one that has most of it; None where none has."""
    owner = stated(parcels.column(name))
    blank = np.flatnonzero(pd.isna(owner))
    ids, lands = _lands(layers, name)
    if len(blank) and len(lands):
        holder, share = holders(parcels, blank, lands, shapely.STRtree(lands))
        owner[blank] = np.array([*ids, None], dtype=object)[np.where(share > _MOST_OF_IT, holder, -1)]
    return owner


def _lands(layers: Dataset, name: str) -> tuple[list[str], Array]:
    if name == "park_id":
        parks = [park for park in parks_of(layers) if park.is_area]
        return [park.subject.id for park in parks], np.array([park.shape for park in parks], dtype=object)
    blocks = layers.get("blocks")
    if blocks is None:
        return [], np.empty(0, dtype=object)
    return [str(one) for one in blocks.ids], plane_of(blocks)


def _flags(parcels: Features, name: str) -> Array:
    column = parcels.column(name)
    result: Array = column.astype(object).where(column.notna(), np.nan).to_numpy(dtype=float)
    return result


def _industrial(layers: Dataset) -> Array:
    """1 for land of industry, mining and storage, by the code's own scheme; NaN where code or scheme is not known."""
    parcels = layers["parcels"]
    beginnings = layers.catalogue.codes["land_use"].industrial
    codes, unique = uses(parcels)
    told = [
        float(code.startswith(beginnings[scheme]))
        if isinstance(code, str) and isinstance(scheme, str) and scheme in beginnings
        else np.nan
        for scheme, code in unique
    ]
    return np.array([*told, np.nan], dtype=float)[codes]
