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
from geoparks.measure.land_classes import classes_of, uses
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
    NaN where unknown); land_class, as ``LandClass`` has it; floor_m2 and footprint_m2 (NaN where unknown, or where rows of one parcel differ); industrial and
    standard: 1, 0, or NaN; recovered_on: back with the government.
    """
    if "land" not in layers.derived:
        layers.derived["land"] = _parcels(layers)
    found: ByColumn = layers.derived["land"]
    return found


def parcels_on(layers: Dataset, on: dt.date, *names: str, rows: Array | None = None) -> pd.DataFrame:
    """Columns of the parcels, or of some by position, as of a day; there are three more.

    supplied: 1, 0, or NaN where no day of supply is on record but something that comes after it; what went back to the
    government by the day is supplied no longer. built: True or False. idle: determined and not disposed of.
    """
    table, day = parcels_of(layers), np.datetime64(on, "D")
    frame = table.frame(*(name for name in names if name not in _ON_A_DAY), rows=rows)

    def array(name: str) -> Array:
        return table.array(name, rows)

    told = {name: _ON_A_DAY[name](array, day) for name in names if name in _ON_A_DAY}
    return frame.assign(**told)[list(names)]


_ByName = Callable[[str], Array]
"""Gives the columns of the table."""


def _supplied(column: _ByName, day: np.datetime64) -> Array:
    supplied_on = column("supplied_on")
    later = np.zeros(len(supplied_on), dtype=bool)
    for name in ("delivered_on", "started_on", "finished_on", "determined_on"):
        later |= column(name) <= day
    told = np.where(np.isnat(supplied_on) & later, np.nan, (supplied_on <= day).astype(float))
    return np.where(_back(column, day), 0.0, told)


def _built(column: _ByName, day: np.datetime64) -> Array:
    return (column("finished_on") <= day) & ~_back(column, day)


def _idle(column: _ByName, day: np.datetime64) -> Array:
    determined = column("determined_on") <= day
    return determined & ~(column("disposed_on") <= day) & ~_back(column, day)


def _back(column: _ByName, day: np.datetime64) -> Array:
    """Whether land is the government's again."""
    return column("recovered_on") <= day


_ON_A_DAY: dict[str, Callable[[_ByName, np.datetime64], Array]] = {
    "supplied": _supplied,
    "built": _built,
    "idle": _idle,
}


def _parcels(layers: Dataset) -> ByColumn:
    parcels = layers["parcels"]
    told: dict[str, _Told] = {
        "park_id": _owners(layers, parcels, "park_id"),
        "block_id": _owners(layers, parcels, "block_id"),
        "m2": lambda rows: areas_once(parcels, "area_ha", "supplied_on", rows),
        "land_class": lambda rows: classes_of(parcels, layers.catalogue.codes["land_use"], rows),
        "industrial": _of_parcel(parcels, lambda rows: _industrial(layers, rows), _agreed),
        "standard": _of_parcel(parcels, lambda rows: _flags(parcels, "standard_land", rows), _agreed),
        "floor_m2": _of_parcel(parcels, _numbers(parcels, "floor_area_m2"), _counted_once),
        "footprint_m2": _of_parcel(parcels, _numbers(parcels, "footprint_m2"), _counted_once),
    }
    for name in _DAYS:
        told[name] = _of_parcel(parcels, _days(parcels, name), _agreed)
    recovery = _of_parcel(parcels, lambda rows: _recovery(parcels, rows), _agreed)
    table = ByColumn.of(parcels)
    for rows in parcels.pieces():
        columns = {"parcel": parcels.numbers_of(rows), **{name: one(rows) for name, one in told.items()}}
        back = np.where(recovery(rows) == 1, columns["disposed_on"], np.datetime64("NaT", "D"))
        table.append({**columns, "recovered_on": np.fmin(back, columns["deregistered_on"])})
    return table


_Told = Callable[[Array], Array]
"""What is told of some parcels, by position."""


def _of_parcel(parcels: Features, told: _Told, agree: Callable[[Array, Array], Array]) -> _Told:
    """What is told of the rows; of those of one parcel what ``agree`` makes of what they say and of their parcel's number."""
    again = parcels.repeated
    if not len(again):
        return told
    agreed = agree(told(again), parcels.numbers_of(again))

    def of_rows(rows: Array) -> Array:
        values, (here, at) = told(rows).copy(), parcels.among_repeated(rows)
        values[here] = agreed[at]
        return values

    return of_rows


def _agreed(values: Array, parcel: Array) -> Array:
    """Values of which, where one row of a parcel has one and the others none, all of its rows have it."""
    rows = pd.Series(values).groupby(parcel)
    single = (rows.transform("nunique") == 1).to_numpy()
    return np.where(single, rows.transform("first").to_numpy().astype(values.dtype), values)


def _counted_once(values: Array, parcel: Array) -> Array:
    """Values of which the first row of a parcel has the one that its rows agree on, the others none: 0; NaN where they differ."""
    rows = pd.Series(values).groupby(parcel)
    value = rows.transform("first").where(rows.transform("nunique") == 1)
    result: Array = value.where(~pd.Series(parcel).duplicated(), 0.0).to_numpy()
    return result


def _days(parcels: Features, name: str) -> _Told:
    return lambda rows: days_of(parcels.column(name, rows))


def _numbers(parcels: Features, name: str) -> _Told:
    return lambda rows: parcels.column(name, rows).to_numpy(dtype=float)


def _recovery(parcels: Features, rows: Array) -> Array:
    return parcels.column("disposal", rows).isin(RECOVERED).to_numpy(dtype=float)


def _owners(layers: Dataset, parcels: Features, name: str) -> _Told:
    """The park or block of parcels: as stated, else the one that has most of it; None where none has."""
    ids, lands = _lands(layers, name)
    names, tree = np.array([*ids, None], dtype=object), shapely.STRtree(lands)

    def of_rows(rows: Array) -> Array:
        owner = stated(parcels.column(name, rows))
        blank = np.flatnonzero(pd.isna(owner))
        if len(blank) and len(lands):
            holder, share = holders(parcels, rows[blank], lands, tree)
            owner[blank] = names[np.where(share > _MOST_OF_IT, holder, -1)]
        return owner

    return of_rows


def _lands(layers: Dataset, name: str) -> tuple[list[str], Array]:
    if name == "park_id":
        parks = [park for park in parks_of(layers) if park.is_area]
        return [park.subject.id for park in parks], np.array([park.shape for park in parks], dtype=object)
    blocks = layers.get("blocks")
    if blocks is None:
        return [], np.empty(0, dtype=object)
    return [str(one) for one in blocks.ids], plane_of(blocks)


def _flags(parcels: Features, name: str, rows: Array) -> Array:
    column = parcels.column(name, rows)
    result: Array = column.astype(object).where(column.notna(), np.nan).to_numpy(dtype=float)
    return result


def _industrial(layers: Dataset, rows: Array) -> Array:
    """1 for land of industry, mining and storage, by the code's own scheme; NaN where code or scheme is not known."""
    parcels = layers["parcels"]
    beginnings = layers.catalogue.codes["land_use"].industrial
    codes, unique = uses(parcels, rows)
    told = [
        float(code.startswith(beginnings[scheme]))
        if isinstance(code, str) and isinstance(scheme, str) and scheme in beginnings
        else np.nan
        for scheme, code in unique
    ]
    return np.array([*told, np.nan], dtype=float)[codes]
