"""Memory of long runs: what is free goes back to the system, and cycles are looked for seldom while many records are made.

After a million small things come and go, the C library keeps half a gigabyte of them.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_SELDOM = (100_000, 20, 100)


def give_back() -> None:
    """Return memory that nothing uses; where the C library has no way to (all but glibc), it is left as it is."""
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    trim = _trim()
    if trim is not None:
        trim(0)


def break_cycles() -> None:
    """Let go of what only holds itself and was made just now: at once, however seldom that is looked for otherwise."""
    gc.collect(0)


@contextmanager
def calm() -> Iterator[None]:
    """While this lasts, cycles are looked for once in a hundred thousand new things: each time all that there is is looked at."""
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@cache
def _trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
