"""Whether the compiled way is there and pays, and the decorator that compiles.

Importing numba costs a third of a second and loading a compiled kernel some hundredths; what takes less than that in
numpy and GEOS is left to them.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from functools import cache, update_wrapper
from threading import RLock
from types import FunctionType
from typing import Any

from geoparks.kernel.cache import folder

MANY = 20_000
"""From so many features on, compiled kernels pay for their start."""


@cache
def _installed() -> bool:
    return importlib.util.find_spec("numba") is not None


def ready(features: int) -> bool:
    """Whether kernels are to be used for so many features: numba is there, nobody forbade it, and it pays."""
    return features >= MANY and not os.environ.get("GEOPARKS_PURE") and _installed()


class Compiled:
    """A function that numba compiles when it is first called, without the interpreter's lock, and keeps on disk.

    Rounding is IEEE's: nothing is reordered or fused, so that a result does not depend on machine or threads. Where no
    folder of this user's own can be written (a read-only home), it is compiled in every process. Until then numba, which
    takes a third of a second, is not even imported; functions of this package that it calls are compiled with it.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        update_wrapper(self, function)

    @property
    def dispatcher(self) -> Any:
        """What numba makes of it."""
        with _ONE_AT_A_TIME:
            if self.function not in _MADE:
                _MADE[self.function] = _dispatcher(_with_compiled(self.function))
            return _MADE[self.function]

    def __call__(self, *args: Any) -> Any:
        """Run it."""
        return self.dispatcher(*args)


_ONE_AT_A_TIME = RLock()
_MADE: dict[Callable[..., Any], Any] = {}
compiled = Compiled


def _with_compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which finds compiled ones where it calls others of this package."""
    own = function.__globals__
    found = {name: own[name] for name in function.__code__.co_names if name in own}
    called = {name: one if isinstance(one, Compiled) else Compiled(one) for name, one in found.items() if _ours(one)}
    scope = {**own, **{name: one.dispatcher for name, one in called.items()}}
    made = FunctionType(function.__code__, scope, function.__name__, function.__defaults__, function.__closure__)
    return update_wrapper(made, function)


def _ours(one: Any) -> bool:
    return isinstance(one, Compiled) or (isinstance(one, FunctionType) and one.__module__.startswith(__package__))


def _dispatcher(function: Callable[..., Any]) -> Any:
    import numba

    config: Any = numba.config
    if (own := folder()) is None:
        return numba.njit(nogil=True, error_model="numpy")(function)
    before, config.CACHE_DIR = config.CACHE_DIR, str(own)
    try:
        return numba.njit(nogil=True, error_model="numpy", cache=True)(function)
    except (RuntimeError, OSError):
        return numba.njit(nogil=True, error_model="numpy")(function)
    finally:
        config.CACHE_DIR = before
