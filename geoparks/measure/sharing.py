"""Moving a total between those who share it by how far each lies above or below the mean: simple, and nothing is lost."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def tilts(base: Array, weights: Array, values: Array) -> Array:
    """By which part of its base each share grows or shrinks for each criterion: weight × (value − mean).

    `base` (n) is what each has by the plan, in mu; `weights` (k) go with the rows of `values` (k × n, each 0 … 1, NaN where
    not known). The mean of a criterion is weighted by the bases of those whose value is known; who has none is neither
    raised nor cut by it. Hence base × (1 + the sum of the tilts) sums to the sum of the bases, grows with the own value
    and never with another's, and none is negative as long as the weights do not sum to more than 1.

    >>> base = np.array([100.0, 300.0])
    >>> found = tilts(base, np.array([0.5]), np.array([[0.8, 0.4]]))
    >>> (base * (1 + found.sum(axis=0))).round(6).tolist()
    [115.0, 285.0]
    """
    known = ~np.isnan(values)
    counted = np.where(known, base, 0.0)
    total = counted.sum(axis=1, keepdims=True)
    mean = (counted * np.where(known, values, 0.0)).sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0)
    away = np.where(known & (total > 0), np.where(known, values, 0.0) - mean, 0.0)
    return np.asarray(weights[:, np.newaxis] * away)


def within(base: Array, outer: Array, inner: Array) -> tuple[Array, Array]:
    """Shares of a part that itself was tilted: the quota of each, and the part of its change that is due to each criterion.

    `outer` (k) are the tilts of the whole that the shares belong to, `inner` (k × n) those among the shares; every part is
    in the unit of `base` (n), and base + the sum of the parts is the quota.

    >>> quota, parts = within(np.array([100.0]), np.array([0.1, -0.02]), np.zeros((2, 1)))
    >>> quota.round(6).tolist(), parts.round(6).tolist()
    ([108.0], [[10.0], [-2.0]])
    """
    factor = 1 + outer.sum()
    parts = base * (outer[:, np.newaxis] + factor * inner)
    return base + parts.sum(axis=0), parts
