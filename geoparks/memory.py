"""Give the system back what is free. After a million small things come and go, the C library keeps half a gigabyte of it."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any


def give_back() -> None:
    """Return memory that nothing uses; where the C library has no way to (all but glibc), it is left as it is."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
