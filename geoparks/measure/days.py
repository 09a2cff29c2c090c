"""Columns of days, held against a day."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd


def days_of(column: pd.Series) -> np.ndarray:
    """A column of dates as ``datetime64[D]``; what is blank is NaT."""
    result: np.ndarray = (
        column.astype(object).where(column.notna(), None).to_numpy(dtype=object).astype("datetime64[D]")
    )
    return result


def reached(column: pd.Series, on: dt.date) -> np.ndarray:
    """Of every row, whether its day has come by a day, that day included; a blank day has not."""
    result: np.ndarray = days_of(column) <= np.datetime64(on, "D")
    return result
