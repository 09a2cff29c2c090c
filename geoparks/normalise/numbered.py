"""Columns of few different words as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geoparks.normalise.by_position import pieces

Array = np.ndarray[Any, Any]


def numbered(values: Array, words: dict[Any, int] | None = None) -> tuple[Array, list[Any]]:
    """Of every value the number of its word, −1 for none; and the different words, in the order in which they appear.

    Words that have a number already are given; others are put there.

    As `pandas.factorize` has it, but a piece at a time: for a million rows its table is ten times what the numbers weigh.
    """
    words = {} if words is None else words
    numbers = np.empty(len(values), dtype=np.int32)
    for some in pieces(len(values)):
        codes, found = pd.factorize(values[some])
        known = [words.setdefault(one, len(words)) for one in found.tolist()]
        numbers[some] = np.array([*known, -1], dtype=np.int32)[codes]
    return numbers, list(words)


def numbered_pairs(first: Array, second: Array) -> tuple[Array, list[tuple[Any, Any]]]:
    """The same of two columns: the number of the pair in every row, and the different pairs; None for a word that is not there."""
    (these, words), (those, others) = numbered(first), numbered(second)
    numbers, pairs = numbered((these + np.int64(1)) * (len(others) + 1) + those + 1)
    found = (divmod(pair, len(others) + 1) for pair in pairs)
    return numbers, [([None, *words][one], [None, *others][other]) for one, other in found]
