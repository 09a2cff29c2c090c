"""Natural breaks: the classes whose members lie nearest to their own means (Fisher 1958, Jenks 1977).

The best division of sorted values into c classes ends with a last class, from some value on; what is before it is then
divided best into c − 1 classes. So the best divisions of all beginnings into 1, 2, … classes are found one from another.

How far the members of a class lie from their mean, squared and summed, is carried on from one value to the next (Welford
1962): a difference of sums would be noise where values are large beside what they differ by (years, heights, coordinates).
Where several divisions are as good, the longest last class wins. mapclassify's ``FisherJenks`` sums in single precision,
and its import loads scikit-learn, matplotlib and a compiler, which takes longer than most maps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
_AS_GOOD = 1 + 1e-9
"""What differs by less is rounding: values at equal distances have many best divisions."""


def natural_breaks(values: Array, classes: int) -> Array:
    """Upper bounds of the classes, rising; values are sorted and differ, and there are at least as many as classes.

    >>> natural_breaks(np.array([1.0, 2, 10, 11, 50, 51]), 3).tolist()
    [2.0, 11.0, 51.0]
    >>> natural_breaks(np.array([1999.0, 2000, 2010, 2011, 2023, 2024]), 3).tolist()
    [2000.0, 2011.0, 2024.0]
    """
    count = len(values)
    scaled = np.ldexp(values, -np.frexp(np.abs(values).max())[1])  # so that no square is too large; exact
    starts = np.zeros((count + 1, classes + 1), dtype=np.int64)
    spread = np.full((count + 1, classes + 1), np.inf)
    mean, within = np.zeros(count), np.zeros(count)  # of the class from each value to the last one
    for last, value in enumerate(scaled.tolist(), start=1):
        away = value - mean[:last]
        mean[:last] += away / np.arange(last, 0, -1)
        within[:last] += away * (value - mean[:last])
        spread[last, 1] = within[0]
        if last > 1:
            # By where the last class starts, and how many are before it.
            sums = within[1:last, None] + spread[1:last, 1:classes]
            best = (sums <= sums.min(axis=0) * _AS_GOOD).argmax(axis=0)
            starts[last, 2:] = best + 1
            spread[last, 2:] = sums[best, np.arange(classes - 1)]
    bounds = [values[-1]]
    end = count
    for some in range(classes, 1, -1):
        end = int(starts[end, some])
        bounds.append(values[end - 1])
    return np.array(bounds[::-1])
