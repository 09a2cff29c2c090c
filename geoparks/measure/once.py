"""Areas of features that are stored in several rows: pieces side by side are summed, a feature that is drawn twice counts once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.by_column import ByColumn
from geoparks.measure.days import days_of
from geoparks.measure.plane import plane_of_rows
from geoparks.normalise.by_position import ROWS
from geoparks.normalise.features import Features
from geoparks.normalise.table import GEOMETRY

Array = np.ndarray[Any, Any]
_SAME_AREA = 1e-3  # relative: pieces that share less than this lie side by side, drawing errors apart


def areas_once(features: Features, field: str, first: str, rows: Array | None = None, *, measure: bool = True) -> Array:
    """Square metres of every row, so that the rows of one id sum to what the feature is: as stated in hectares, else measured.

    Of all rows, or of some by position.

    Rows of one id that lie side by side are pieces: each has its own area, and where all state the same one that is the
    area of the whole, it is dealt out. Rows that lie on each other, or without geometry, say one thing twice: the one
    with the earliest day in the field `first` has the area, the others 0. Where such rows state different areas, the area
    drawn counts; NaN where there is none either.

    Without `measure`, NaN where the one row of an id states none.
    """
    key = f"once {field} {first} {measure}"
    if key not in features.derived:
        features.derived[key] = _areas_once(features, field, first, measure)
    found: ByColumn = features.derived[key]
    return found.array("m2", rows)


def areas_whole(features: Features, field: str, first: str) -> Array:
    """Square metres of the feature that every row is of: what the rows of its id sum to, as `areas_once` has them.

    NaN where the area of one of them is not known.
    """
    result, repeated = areas_once(features, field, first).copy(), features.repeated
    if len(repeated):
        code, _ = pd.factorize(features.ids[repeated])
        sums = np.bincount(code, weights=result[repeated])  # row after row, whatever rows of other ids lie between
        result[repeated] = sums[code]
    return result


def _areas_once(features: Features, field: str, first: str, measure: bool) -> ByColumn:
    found, again = ByColumn.of(features), _areas_of_repeated(features, field, first)
    for rows in features.pieces():
        m2 = _stated(features, field, rows)
        if measure:
            blank = np.flatnonzero(np.isnan(m2))
            m2[blank] = drawn_area(features, rows[blank])
        here, at = features.among_repeated(rows)
        m2[here] = again[at]
        found.append({"m2": m2})
    return found


def _stated(features: Features, field: str, rows: Array) -> Array:
    m2: Array = features.column(field, rows).astype(float).to_numpy() * units.M2_PER_HA
    return m2


def _areas_of_repeated(features: Features, field: str, first: str) -> Array:
    """The areas of the features whose id another one has, too."""
    repeated = features.repeated
    if not len(repeated):
        return np.empty(0)
    stated, measured = _stated(features, field, repeated), drawn_area(features, repeated)
    told = features.table.some(repeated).frame.drop(columns=GEOMETRY, errors="ignore")
    order = pd.DataFrame(
        {
            "day": days_of(features.column(first, repeated)),
            "shape": [str(one) for one in shapely.to_wkb(features.geometry[repeated], hex=True)],
            "rest": ["|".join(map(str, one)) for one in told[sorted(told)].itertuples(index=False)],
        }
    ).sort_values(["day", "shape", "rest"], kind="stable")  # whatever the order of the rows was
    ids, result = features.ids[repeated].astype(str), stated.copy()
    for rows in order.groupby(ids[order.index], sort=False).groups.values():
        those = np.asarray(rows, dtype=int)
        result[those] = _of_one(stated[those], measured[those], plane_of_rows(features, repeated[those]))
    return result


def drawn_area(features: Features, rows: Array) -> Array:
    """Square metres of some features on the ellipsoid; NaN where there is no geometry, or none that has an area."""
    measured = ellipsoidal_area(features.geometry[rows], of=in_all(features, rows))
    result: Array = np.where(measured > 0, measured, np.nan)
    return result


def in_all(features: Features, rows: Array) -> int:
    """About how many rows there are of the kind of some of a piece, as many in every other piece."""
    return len(rows) * -(-len(features) // ROWS)


def _of_one(stated: Array, measured: Array, shapes: Array) -> Array:
    """The areas of the rows of one id, the earliest first."""
    drawn = ~np.isnan(measured)
    together = float(shapely.area(shapely.union_all(shapes[drawn]))) if drawn.any() else np.nan
    values = np.unique(stated[~np.isnan(stated)])
    if drawn.all() and together > measured.sum() * (1 - _SAME_AREA):
        one_for_all = len(values) == 1 and not np.isnan(stated).any()
        if one_for_all and abs(together - values[0]) < abs(together - stated.sum()):
            return np.asarray(values[0] * measured / measured.sum())
        return np.where(np.isnan(stated), measured, stated)
    whole = values[0] if len(values) == 1 else together if drawn.all() or not len(values) else np.nan
    return np.concatenate([[whole], np.zeros(len(stated) - 1)])
