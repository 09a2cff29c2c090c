"""Progress on a terminal: shown once work has taken a second, never where nobody looks."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from geoparks import progress
from geoparks.text import Lang, Text

_QUIET_SECONDS = 1.0


@contextmanager
def progress_shown(lang: Lang) -> Iterator[None]:
    """Show on a terminal what is being done, once it has taken a second; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False)
    started = time.monotonic()
    with console.status("", spinner="dots") as status:
        status.stop()

        def hear(what: Text) -> None:
            if time.monotonic() - started > _QUIET_SECONDS:
                status.start()
                status.update(f"{what.to(lang)}… {time.monotonic() - started:.0f} s")

        with progress.heard_by(hear):
            yield
