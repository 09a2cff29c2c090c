"""Classes of a choropleth: upper bounds by several schemes, so that the page can change its scheme without being remade."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SCHEMES = ("quantiles", "natural", "equal", "manual")
_MOST_FOR_NATURAL = 200
"""Natural breaks are searched among at most so many values, evenly taken from the sorted ones: the search is quadratic."""


def breaks(values: Array, classes: int, manual: tuple[float, ...] = ()) -> dict[str, list[float]]:
    """Upper bounds of the classes of every scheme, the last one the largest value; empty where there are no values.

    >>> found = breaks(np.array([1.0, 2, 3, 4, 100, np.nan]), 2, manual=(3.5,))
    >>> found["quantiles"], found["natural"], found["equal"], found["manual"]
    ([3.0, 100.0], [4.0, 100.0], [50.5, 100.0], [3.5, 100.0])
    """
    import mapclassify

    known = np.unique(values[np.isfinite(values)])
    if not len(known):
        return {}
    most = float(known[-1])
    if len(known) <= classes:
        return dict.fromkeys(("quantiles", "natural", "equal"), known.tolist()) | _manual(manual, most)
    sample = known
    if len(known) > _MOST_FOR_NATURAL:
        sample = known[np.linspace(0, len(known) - 1, _MOST_FOR_NATURAL).round().astype(int)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that numba is not installed
        found = {
            "quantiles": mapclassify.Quantiles(values[np.isfinite(values)], k=classes).bins,
            "natural": mapclassify.FisherJenks(sample, k=classes).bins,
            "equal": mapclassify.EqualInterval(known, k=classes).bins,
        }
    return {name: _rising(bounds, most) for name, bounds in found.items()} | _manual(manual, most)


def _manual(bounds: tuple[float, ...], most: float) -> dict[str, list[float]]:
    return {"manual": _rising(np.array(bounds), most)} if bounds else {}


def _rising(bounds: Array, most: float) -> list[float]:
    """Bounds in order, each once, up to the largest value."""
    below = np.unique(bounds[bounds < most])
    return [*below.tolist(), most]
