"""Telemetry that can't stand in the way: when it fails, that is logged, and the message is handled all the same."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager

from .protocols import Telemetry
from .safety import described

LOG = logging.getLogger("interlock")


class Quiet:
    """Telemetry around another whose failures it keeps to itself."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def count(self, name: str, labels: Mapping[str, str], amount: int = 1) -> None:
        """Add to a counter."""
        with _logged():
            self._telemetry.count(name, labels, amount)

    def measure(self, name: str, labels: Mapping[str, str], value: float) -> None:
        """Add a value to a histogram."""
        with _logged():
            self._telemetry.measure(name, labels, value)

    @contextlib.contextmanager
    def span(self, name: str, labels: Mapping[str, str], link: str | None) -> Generator[None, None, None]:
        """Return a span; what the handler raises in it goes through."""
        span: AbstractContextManager[object] = contextlib.nullcontext()
        with _logged():
            span = self._telemetry.span(name, labels, link)
            span.__enter__()
        error: BaseException | None = None
        try:
            yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            with _logged():
                span.__exit__(type(error) if error else None, error, error.__traceback__ if error else None)


@contextlib.contextmanager
def _logged() -> Generator[None, None, None]:
    """Log a failure instead of raising it."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not about the message
        LOG.warning("telemetry failed: %s", described(error))
