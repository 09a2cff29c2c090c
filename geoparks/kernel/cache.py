"""The folder in which compiled code is kept, and whose it is.

What lies there is run. So it is believed only where nobody else can have put it there: every folder from ``geoparks`` down,
and the file itself, belong to the user who runs this, neither group nor others may write them, and no link is followed.
What is made here is made for that user alone.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def folder() -> Path | None:
    """The folder for numba, made where it is not there; None where there can be none, or it is not this user's alone.

    numba unpickles what it finds, in folders and files that it makes with the rights that the user's others have; so this
    one, above them, has to be shut: nobody else may even enter. Where files have no such owners (Windows), none is asked for.
    """
    path = _root().joinpath(*_steps())
    try:
        if not hasattr(os, "geteuid"):
            path.mkdir(parents=True, exist_ok=True)
            return path
        with _opened(make=True) as at:
            return None if os.fstat(at).st_mode & _OTHERS else path
    except OSError:
        return None


def read(*steps: str) -> bytes | None:
    """What a file below the folder holds; None where there is none that is this user's alone."""
    try:
        with _opened(*steps[:-1]) as at:
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # of a pipe that somebody left there nothing is awaited
            with os.fdopen(os.open(steps[-1], flags, dir_fd=at), "rb") as file:
                _must_be_own(file.fileno())
                return file.read()
    except OSError:
        return None


def write(content: bytes, *steps: str) -> None:
    """Write a file below the folder, whole or not at all; where that cannot be, the next process makes it again."""
    *folders, name = steps
    made = f"{name}.{os.getpid()}"
    with suppress(OSError), _opened(*folders, make=True) as at:
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with os.fdopen(os.open(made, flags, 0o600, dir_fd=at), "wb") as file:
                file.write(content)
            os.replace(made, name, src_dir_fd=at, dst_dir_fd=at)
        except OSError:
            os.unlink(made, dir_fd=at)


@contextmanager
def _opened(*below: str, make: bool = False) -> Iterator[int]:
    """A folder below ours, opened step by step, so that what was looked at is what is used.

    OSError where a step is missing and not to be made, is no folder, or is not this user's alone.
    """
    if make:
        _root().mkdir(mode=0o700, parents=True, exist_ok=True)
    at = os.open(_root(), os.O_RDONLY | os.O_DIRECTORY)
    try:
        for step in (*_steps(), *below):
            if make:
                with suppress(FileExistsError):
                    os.mkdir(step, 0o700, dir_fd=at)
            inner = os.open(step, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
            _must_be_own(at)
        yield at
    finally:
        os.close(at)


def _must_be_own(opened: int) -> None:
    found = os.fstat(opened)
    if found.st_uid != os.geteuid() or found.st_mode & _OTHERS_WRITE:
        raise PermissionError


def _root() -> Path:
    """Beside the user's other caches."""
    if said := os.environ.get("GEOPARKS_CACHE"):
        return Path(said)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home())
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


@cache
def _steps() -> tuple[str, str]:
    """The way from the root to the folder, whose name is made from the sources of all kernels.

    numba looks only whether the file of a function has changed, not those of the functions that became part of it.
    """
    sources = hashlib.sha256(b"".join(one.read_bytes() for one in sorted(Path(__file__).parent.glob("*.py"))))
    return "geoparks", f"kernels-{sources.hexdigest()[:16]}"
