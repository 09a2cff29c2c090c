"""Work on several threads, with a result that does not depend on how many there are.

Compiled kernels hold no lock of the interpreter, so plain threads run them side by side; that loads quicker than numba's
own parallel loops, and buffers may grow inside. Each piece of work covers a fixed run of features and touches nothing
that another one touches; the results are put together in the order of the features.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
PIECE = 16_384
"""Features in a piece of work: small enough to share out evenly, large enough that the sharing costs nothing."""


def workers() -> int:
    """How many threads to use: the cores that this process may use, or GEOPARKS_THREADS."""
    said = os.environ.get("GEOPARKS_THREADS", "")
    if said.isdigit() and int(said):
        return int(said)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_pieces(count: int, work: Callable[[int, int], Any], piece: int = PIECE) -> list[Any]:
    """What `work(first, last)` gives for the runs of `piece` that 0 … count falls into, in their order."""
    runs = [(first, min(first + piece, count)) for first in range(0, count, piece)]
    if len(runs) < 2 or workers() < 2:
        return [work(*run) for run in runs]
    with ThreadPoolExecutor(min(workers(), len(runs))) as pool:
        return list(pool.map(lambda run: work(*run), runs))


def ahead(things: Iterator[T]) -> Iterator[T]:
    """The same things; the next one is made in a thread while its user is busy with the last one."""
    last = object()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, things, last)
        while (one := coming.result()) is not last:
            coming = pool.submit(next, things, last)
            yield one  # type: ignore[misc]
