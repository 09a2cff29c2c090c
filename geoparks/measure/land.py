"""The parcels of the parks in square metres on a day: supplied, built, industrial, idle, with floors and footprints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.by_column import ByColumn
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


def parcels_of(layers: Dataset) -> ByColumn:
    """A row for every row of the layer: what is known of every parcel, whatever the day; made once.

    Columns parcel: a number, the same for the rows of one parcel; park_id and block_id, as stated, else where most of it
    lies; the days; m2, which the rows of one parcel share out (pieces are summed, a parcel that is there twice counts once;
    NaN where unknown); floor_m2 and footprint_m2 (NaN where unknown, or where rows of one parcel differ); industrial and
    standard: 1, 0, or NaN; recovered_on: back with the government.
    """
    if "land" not in layers.derived:
        layers.derived["land"] = _parcels(layers)
    found: ByColumn = layers.derived["land"]
    return found


def parcels_on(layers: Dataset, on: dt.date, *names: str) -> pd.DataFrame:
    """Columns of the parcels as of a day; there are three more.

    supplied: 1, 0, or NaN where no day of supply is on record but something that comes after it; what went back to the
    government by the day is supplied no longer. built: True or False. idle: determined and not disposed of.
    """
    table, told = parcels_of(layers), {}
    for name in names:
        told[name] = _ON_A_DAY[name](table, np.datetime64(on, "D")) if name in _ON_A_DAY else table[name]
    return pd.DataFrame(told, copy=False)


def _supplied(table: ByColumn, day: np.datetime64) -> Array:
    later = np.zeros(len(table), dtype=bool)
    for name in ("delivered_on", "started_on", "finished_on", "determined_on"):
        later |= table.array(name) <= day
    supplied_on = table.array("supplied_on")
    told = np.where(np.isnat(supplied_on) & later, np.nan, (supplied_on <= day).astype(float))
    return np.where(_back(table, day), 0.0, told)


def _built(table: ByColumn, day: np.datetime64) -> Array:
    return (table.array("finished_on") <= day) & ~_back(table, day)


def _idle(table: ByColumn, day: np.datetime64) -> Array:
    determined = table.array("determined_on") <= day
    return determined & ~(table.array("disposed_on") <= day) & ~_back(table, day)


def _back(table: ByColumn, day: np.datetime64) -> Array:
    """Whether land is the government's again."""
    return table.array("recovered_on") <= day


_ON_A_DAY: dict[str, Callable[[ByColumn, np.datetime64], Array]] = {
    "supplied": _supplied,
    "built": _built,
    "idle": _idle,
}


def _parcels(layers: Dataset) -> ByColumn:
    parcels = layers["parcels"]
    table = ByColumn.of(parcels)
    table.put("parcel", parcels.numbers)
    table.put("park_id", _owners(layers, parcels, "park_id"))
    table.put("block_id", _owners(layers, parcels, "block_id"))
    table.put("m2", areas_once(parcels, "area_ha", "supplied_on"))
    for name in _DAYS:
        table.put(name, _agreed(days_of(parcels.column(name)), parcels))
    table.put("industrial", _agreed(_industrial(layers), parcels))
    table.put("standard", _agreed(_flags(parcels, "standard_land"), parcels))
    for name, field in (("floor_m2", "floor_area_m2"), ("footprint_m2", "footprint_m2")):
        table.put(name, _counted_once(parcels.column(field).to_numpy(dtype=float), parcels))
    recovery = _agreed(parcels.column("disposal").isin(RECOVERED).to_numpy(dtype=float), parcels)
    back = np.where(recovery == 1, table.array("disposed_on"), np.datetime64("NaT", "D"))
    table.put("recovered_on", np.fmin(back, table.array("deregistered_on")))
    return table


def _agreed(values: Array, parcels: Features) -> Array:
    """Values of which, where one row of a parcel has one and the others none, all of its rows have it."""
    again = parcels.repeated
    if len(again):
        rows = pd.Series(values[again]).groupby(parcels.numbers[again])
        single = (rows.transform("nunique") == 1).to_numpy()
        values = values.copy()
        values[again[single]] = rows.transform("first").to_numpy()[single]
    return values


def _counted_once(values: Array, parcels: Features) -> Array:
    """Values of which the first row of a parcel has the one that its rows agree on, the others none: 0; NaN where they differ."""
    again = parcels.repeated
    if len(again):
        numbers = pd.Series(parcels.numbers[again])
        rows = pd.Series(values[again]).groupby(numbers)
        value = rows.transform("first").where(rows.transform("nunique") == 1)
        values = values.copy()
        values[again] = value.where(~numbers.duplicated(), 0.0)
    return values


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
