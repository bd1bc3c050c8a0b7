"""What is being handled right now, for whatever is published or called meanwhile."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from contextvars import ContextVar
from dataclasses import dataclass

from .violations import InterlockError


class Suppressed(InterlockError):  # noqa: N818 - the name says what happened
    """A command was not sent, since the event that asks for it is told again; no failure of the event."""


@dataclass(frozen=True, slots=True)
class Context:
    """The event or request whose handler runs: what follows from it carries these on."""

    correlationid: str | None = None
    """Names the business case; copied as it is."""
    causationid: str | None = None
    """The `id` of the event being handled, which causes what is published meanwhile."""
    traceparent: str | None = None
    """W3C Trace Context, section 3.2."""
    tracestate: str | None = None
    """W3C Trace Context, section 3.3."""
    consumer: str | None = None
    """The service that handles."""
    replayed: bool = False
    """Whether the event is told again: then no command is sent."""


_CURRENT: ContextVar[Context | None] = ContextVar("interlock_context", default=None)


def current() -> Context | None:
    """Return what is being handled in this thread or task; None outside of any handling."""
    return _CURRENT.get()


@contextlib.contextmanager
def entered(context: Context) -> Generator[Context]:
    """Make something what is being handled, until the block ends."""
    token = _CURRENT.set(context)
    try:
        yield context
    finally:
        _CURRENT.reset(token)
