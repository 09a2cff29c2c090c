"""Whole numbers in as few bytes as each needs, one after another: how a map's page carries its coordinates.

Seven bits of a number go into a byte, the lowest first; the eighth bit says that more of it follows. Where a number begins
depends on the length of all before it, so that numpy needs a pass for every byte that the longest has. A loop needs two:
one that adds up the lengths, one that writes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks.kernel.ready import compiled

Array = np.ndarray[Any, Any]


@compiled
def _length(numbers: Array) -> int:
    size = 0
    for number in numbers:
        size += 1
        while number > np.uint64(0x7F):
            number >>= np.uint64(7)
            size += 1
    return size


@compiled
def _fill(numbers: Array, result: Array) -> None:
    at = 0
    for number in numbers:
        while number > np.uint64(0x7F):
            result[at] = np.uint8(number & np.uint64(0x7F)) | np.uint8(0x80)
            number >>= np.uint64(7)
            at += 1
        result[at] = np.uint8(number)
        at += 1


def varints(numbers: Array) -> bytes:
    """Numbers (uint64) as bytes.

    >>> varints(np.array([1, 127, 128, 300], dtype=np.uint64)).hex(" ")
    '01 7f 80 01 ac 02'
    """
    result = np.empty(_length(numbers), dtype=np.uint8)
    _fill(numbers, result)
    return result.tobytes()
