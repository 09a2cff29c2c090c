"""Classes of a choropleth: upper bounds by several schemes, so that the page can change its scheme without being remade."""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks.maps.natural import natural_breaks

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
    known = np.unique(values[np.isfinite(values)])
    if not len(known):
        return {}
    most = float(known[-1])
    if len(known) <= classes:
        return dict.fromkeys(("quantiles", "natural", "equal"), known.tolist()) | _manual(manual, most)
    sample = known
    if len(known) > _MOST_FOR_NATURAL:
        sample = known[np.linspace(0, len(known) - 1, _MOST_FOR_NATURAL).round().astype(int)]
    found = {
        "quantiles": _quantiles(np.sort(values[np.isfinite(values)]), classes),
        "natural": natural_breaks(sample, classes),
        "equal": _equal(float(known[0]), most, classes),
    }
    return {name: _rising(bounds, most) for name, bounds in found.items()} | _manual(manual, most)


def _quantiles(ordered: Array, classes: int) -> Array:
    """The values below which 1, 2, … of so many equal parts lie, between two of them by how far they are from each."""
    width = 100.0 / classes
    place = np.arange(width, 100.0 + width, width)[: classes - 1] / 100.0 * (len(ordered) - 1)
    low = place.astype(np.int64)
    high = np.minimum(low + 1, len(ordered) - 1)
    from_low, from_high = place - low, low + 1 - place
    parts: Array = (ordered[low] * from_high + ordered[high] * from_low) / (from_high + from_low)
    return parts


def _equal(least: float, most: float, classes: int) -> Array:
    """Bounds that divide the way from the least to the most equally."""
    width = (most - least) / classes
    return np.arange(least + width, most + width, width)[: classes - 1]


def _manual(bounds: tuple[float, ...], most: float) -> dict[str, list[float]]:
    return {"manual": _rising(np.array(bounds), most)} if bounds else {}


def _rising(bounds: Array, most: float) -> list[float]:
    """Bounds in order, each once, up to the largest value."""
    below = np.unique(bounds[bounds < most])
    return [*below.tolist(), most]
