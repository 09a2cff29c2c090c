"""Land that is idle, or supplied and not used, on a day: when each parcel came in, when it went out, and what a year did."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.once import areas_once
from geoparks.measure.places import PLACES
from geoparks.measure.stock import Figure, year_end
from geoparks.measure.supplied import parcels_of
from geoparks.text import Text

_FIRST_DAY = np.datetime64("1982-01-01", "D")
"""A day before it is a filler such as 1901-01-02: there was no granting of land-use rights to keep a register of."""


class Year(NamedTuple):
    """Which rows were there at the end of the year before, came in, went out, and are there at its end (or on the day)."""

    before: pd.Series
    found: pd.Series
    gone: pd.Series
    left: pd.Series


def places_of_parcels(layers: Dataset, pack: Pack) -> pd.DataFrame:
    """Park, county and league of every row of the layer."""
    return parcels_of(layers, pack).frame(*PLACES)


def idle_spans(layers: Dataset, pack: Pack, year: int | None = None) -> pd.DataFrame:
    """The parcels with the days on which they were determined to be idle (opened) and disposed of (closed), and m2.

    Only the bureau's determination makes land idle: a parcel without it is never in, and is not here. One that was disposed
    of before it was determined goes out on the day it comes in. The index is the position in the layer. Of a year those that
    were there, and those to which it did something.
    """
    return _spans(layers, pack, year, "determined_on", "disposed_on")


def unused_spans(layers: Dataset, pack: Pack, year: int | None = None) -> pd.DataFrame:
    """The parcels with the days on which they were supplied (opened) and begun, finished or taken back (closed)."""
    return _spans(layers, pack, year, "supplied_on", "started_on", "finished_on", "recovered_on")


def lacks(layers: Dataset, *fields: str) -> Text | None:
    """Why nothing can be said of parcels: no layer of them, or no column for a field; None where all are there."""
    parcels = layers.get("parcels")
    if parcels is None:
        return layers.why_not("parcels")
    return next((parcels.why_missing(name) for name in fields if not parcels.holds(name)), None)


def there(spans: pd.DataFrame, on: dt.date) -> pd.Series:
    """Which rows are in on a day: come in by it, and not gone out by it."""
    day = np.datetime64(on, "D")
    return (spans["opened"] <= day) & ~(spans["closed"] <= day)


def year_of(spans: pd.DataFrame, year: int, on: dt.date) -> Year:
    """What a year did, up to its end or to the day: before + found − gone = left, row by row."""
    end, start = min(year_end(year), on), min(year_end(year - 1), on)
    first, last = np.datetime64(start, "D"), np.datetime64(end, "D")
    return Year(
        there(spans, start),
        (spans["opened"] > first) & (spans["opened"] <= last),
        (spans["closed"] > first) & (spans["closed"] <= last),
        there(spans, end),
    )


def area_of(spans: pd.DataFrame, those: pd.Series) -> Figure:
    """The area of some rows in mu; 0 of none, nothing where the area of one is not known."""
    some = spans["m2"].to_numpy(dtype=float)[np.asarray(those, dtype=bool)]
    if unknown := int(np.isnan(some).sum()):
        return Figure(
            None, reason=Text(f"{unknown} 宗面积不明", f"the area of {unknown} parcels is not known")
        )  # fmt: skip
    return Figure(units.to_mu(float(some.sum())))


def count_of(spans: pd.DataFrame, those: pd.Series) -> int:
    """How many parcels some rows are: the rows of one id are one."""
    return int(spans["parcel"][np.asarray(those, dtype=bool)].nunique())


def reused(layers: Dataset, pack: Pack) -> pd.DataFrame:
    """The parcels that were re-used by the day of the run: park, county, league, way, year, m2, and whether that is stated.

    Square metres are what is stated to be re-used, else the whole. The index is the position in the layer.
    """
    parcels, day = layers["parcels"], np.datetime64(layers.on, "D")
    columns = ("parcel", *PLACES, "m2", "reused_on")
    found = parcels_of(layers, pack).where(lambda some: some["reused_on"] <= day, *columns)
    rows = found.index.to_numpy()
    stated = parcels.column("reused_area_ha", rows).notna().to_numpy()
    own = areas_once(parcels, "reused_area_ha", "reused_on", rows, measure=False)
    return found.assign(
        m2=np.where(stated, own, found["m2"]),
        way=parcels.column("reuse_way", rows).to_numpy(dtype=object),
        year=found["reused_on"].dt.year,
        stated=stated,
    )


def _spans(layers: Dataset, pack: Pack, year: int | None, opens: str, *closes: str) -> pd.DataFrame:
    def spans(rows: pd.DataFrame) -> pd.DataFrame:
        came, went = _days(rows[opens]), _days(rows[closes[0]])
        for name in closes[1:]:
            went = np.fmin(went, _days(rows[name]))
        found = rows[["parcel", "m2"]].assign(opened=came, closed=np.maximum(went, came))  # NaT where either is
        if year is None:
            return found[found["opened"].notna()]
        return found[np.any(year_of(found, year, layers.on), axis=0)]

    return pd.concat([spans(rows) for rows in parcels_of(layers, pack).frames("parcel", "m2", opens, *closes)])


def _days(column: pd.Series) -> np.ndarray:
    days = column.to_numpy()
    return np.where(days < _FIRST_DAY, np.datetime64("NaT"), days)
