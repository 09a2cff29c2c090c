"""Whether the compiled way is there and pays, and the decorator that compiles.

Importing numba costs a third of a second and loading a compiled kernel some hundredths; what takes less than that in
numpy and GEOS is left to them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

MANY = 20_000
"""From so many features on, compiled kernels pay for their start."""


@cache
def _installed() -> bool:
    return importlib.util.find_spec("numba") is not None


def ready(features: int) -> bool:
    """Whether kernels are to be used for so many features: numba is there, nobody forbade it, and it pays."""
    return features >= MANY and not os.environ.get("GEOPARKS_PURE") and _installed()


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function compiled by numba when it is first called, without the interpreter's lock, and kept on disk.

    Rounding is IEEE's: nothing is reordered or fused, so that a result does not depend on machine or threads. Where no
    folder for compiled code can be written (a read-only home), it is compiled in every process.
    """
    import numba

    config: Any = numba.config
    before, config.CACHE_DIR = config.CACHE_DIR, _folder()
    try:
        made: Callable[..., Any] = numba.njit(nogil=True, error_model="numpy", cache=True)(function)
    except RuntimeError:
        made = numba.njit(nogil=True, error_model="numpy")(function)
    finally:
        config.CACHE_DIR = before
    return made


@cache
def _folder() -> str:
    """Where compiled code is kept: beside the user's other caches, under a name made from the sources of all kernels.

    numba looks only whether the file of a function has changed, not those of the functions that became part of it.
    """
    sources = hashlib.sha256(b"".join(one.read_bytes() for one in sorted(Path(__file__).parent.glob("*.py"))))
    if said := os.environ.get("GEOPARKS_CACHE"):
        root = Path(said)
    elif sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home())
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return str(root / "geoparks" / f"kernels-{sources.hexdigest()[:16]}")
