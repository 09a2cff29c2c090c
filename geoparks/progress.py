"""Tell whoever watches what is being done. Nobody watches unless a command line or a page asks to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from geoparks.text import Text

Listener = Callable[[Text], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def say(what: Text) -> None:
    """Say what begins now."""
    listener = _listener.get()
    if listener is not None:
        listener(what)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Let `listener` hear what is said inside."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
