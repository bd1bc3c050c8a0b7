"""What is being handled right now, for whatever is published or called meanwhile."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType

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


class entered:  # noqa: N801 - it reads as what it does, and as a class costs a tenth of a generator
    """Makes something what is being handled, until the block ends."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: Context) -> None:
        self._context = context

    def __enter__(self) -> Context:
        """Begin."""
        self._token = _CURRENT.set(self._context)
        return self._context

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make what was before current again."""
        _CURRENT.reset(self._token)
