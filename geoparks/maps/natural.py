"""Natural breaks: the classes whose members lie nearest to their own means (Fisher 1958, Jenks 1977).

The best division of sorted values into c classes ends with a last class, from some value on; what is before it is then
divided best into c − 1 classes. So the best divisions of all beginnings into 1, 2, … classes are found one from another.
How far the members of a class lie from their mean, squared and summed, is Σx² − (Σx)² / n.

Sums are kept in single precision and the longest last class wins a tie, as in mapclassify's ``FisherJenks``: maps keep
their classes. Its import loads scikit-learn, matplotlib and a compiler, which takes longer than most maps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def natural_breaks(values: Array, classes: int) -> Array:
    """Upper bounds of the classes; values are sorted, and there are at least as many different ones as classes.

    >>> natural_breaks(np.array([1.0, 2, 10, 11, 50, 51]), 3).tolist()
    [2.0, 11.0, 51.0]
    """
    count, single = len(values), values.astype(np.float32)
    starts = np.zeros((count + 1, classes + 1), dtype=np.int64)
    spread = np.zeros((count + 1, classes + 1), dtype=np.float32)
    starts[1, 1:] = 1
    with np.errstate(over="ignore", invalid="ignore"):
        for last in range(2, count + 1):
            # Of the last class by where it starts, the latest start first: it grows by one value at a time.
            members = single[last - 1 :: -1]
            total = np.cumsum(members, dtype=np.float32)
            squares = np.cumsum(members * members, dtype=np.float32)
            within = (squares - total * total / np.arange(1, last + 1, dtype=np.float32))[::-1]
            starts[last, 1], spread[last, 1] = 1, within[0]
            sums = within[1:, None] + spread[1:last, 1:classes]
            sums[np.isnan(sums)] = np.inf  # squares too large for single precision
            best = sums.argmin(axis=0)
            starts[last, 2:] = best + 2
            spread[last, 2:] = sums[best, np.arange(classes - 1)]
    bounds = [values[-1]]
    end = count
    for some in range(classes, 1, -1):
        start = int(starts[end, some])
        bounds.append(values[start - 2])
        end = start - 1
    return np.array(bounds[::-1])
