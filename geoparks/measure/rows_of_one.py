"""Features that are stored in several rows: what is so of any of the rows of one id, and in what they differ.

Everything is told along the rows of the layer, the same of all rows of one id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geoparks.measure.losses import unread
from geoparks.normalise.features import Features

Array = np.ndarray[Any, Any]


def in_any(features: Features, column: Array) -> Array:
    """Whether something is so of any row of the id of every row."""
    return _of_id(features, column, "any")


def differ(features: Features, columns: Mapping[str, Array], *, blank_differs: bool = True) -> dict[str, Array]:
    """Of each of some columns, whether the rows of the id of every row say different things; a blank is one, unless told."""
    repeated, found = features.repeated, {name: np.zeros(len(features), dtype=bool) for name in columns}
    if len(repeated):
        table = pd.DataFrame({name: pd.Series(column[repeated]) for name, column in columns.items()})
        of_id = table.groupby(features.ids[repeated].astype(str), sort=False)
        several = of_id.transform("nunique", dropna=not blank_differs) > 1
        for name in columns:
            found[name][repeated] = several[name].to_numpy()
    return found


def known(features: Features, column: Array) -> Array:
    """A column, blanks filled with the first that another row of the id states."""
    return _of_id(features, column, "first")


def _of_id(features: Features, column: Array, what: str) -> Array:
    repeated = features.repeated
    if not len(repeated):
        return column
    found = column.copy()
    of_id = pd.Series(column[repeated]).groupby(features.ids[repeated].astype(str), sort=False)
    found[repeated] = of_id.transform(what).to_numpy()
    return found


def unread_in_any(features: Features, name: str) -> Array:
    """Whether a field has words that cannot be read in any row of the id of every row.

    Where they were too many to be told row by row, that may be wherever it is blank.
    """
    one_by_one, elsewhere = unread(features, name)
    found = np.full(len(features), elsewhere is not None)
    found[list(one_by_one)] = True
    return in_any(features, found & features.column(name).isna().to_numpy()) if found.any() else found
