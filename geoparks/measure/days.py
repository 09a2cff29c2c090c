"""Columns of days, held against a day; full years are counted by the calendar."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

_DECEMBER, _LAST_OF_IT = 12, 31


def days_of(column: pd.Series) -> np.ndarray:
    """A column of dates as ``datetime64[D]``; what is blank is NaT."""
    import pyarrow as pa

    if column.dtype.kind == "M":
        days: np.ndarray = column.to_numpy().astype("datetime64[D]")
        return days
    # Arrow reads dates ten times as quickly as NumPy, which asks every object for its year.
    told = pa.array(column.to_numpy(dtype=object), type=pa.date32(), from_pandas=True)
    result: np.ndarray = told.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return result


def reached(column: pd.Series, on: dt.date) -> np.ndarray:
    """Of every row, whether its day has come by a day, that day included; a blank day has not."""
    result: np.ndarray = days_of(column) <= np.datetime64(on, "D")
    return result


def anniversaries(column: pd.Series, years: int) -> np.ndarray:
    """The day some years after each day: full on the anniversary itself, 29 February's on the 28th; blank stays NaT.

    >>> anniversaries(pd.Series([dt.date(2020, 2, 29), None]), 2).tolist()
    [datetime.date(2022, 2, 28), None]
    """
    moved = pd.DatetimeIndex(days_of(column)) + pd.DateOffset(years=years)
    result: np.ndarray = moved.to_numpy().astype("datetime64[D]")
    return result


def end_of(year: int) -> dt.date:
    """The last day of a year."""
    return dt.date(year, _DECEMBER, _LAST_OF_IT)
