"""Warnings that an operation will end, each given once."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from typing import Any

from .exchange import Response
from .operations import Operation
from .retrying import http_date

_DATE = re.compile(r"@([0-9]{1,11})\Z")
"""A date as structured fields write it (RFC 9651 section 3.3.7)."""
_FRAMES_BEFORE, _FRAMES_AFTER = 6, 7
"""How many calls lie between the one that warns and the service's own: the place that a warning names."""


class Notices:
    """Tells deprecations of one product's operations."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told: set[tuple[str, str]] = set()

    def before(self, operation: Operation[Any]) -> None:
        """Warn of an operation that the contract deprecates."""
        if operation.deprecated is not None:
            self._tell(operation, "contract", operation.deprecated, _FRAMES_BEFORE)

    def after(self, operation: Operation[Any], response: Response) -> None:
        """Warn of what a response tells by `Deprecation` (RFC 9745) and `Sunset` (RFC 8594)."""
        since = deprecation(response.header("Deprecation"))
        until = _moment(response.header("Sunset"))
        if since or until:
            words = [f"deprecated since {since:%Y-%m-%d}"] if since else []
            words += [f"answered until {until:%Y-%m-%d}"] if until else []
            self._tell(operation, "service", f"the service says that it is {' and '.join(words)}", _FRAMES_AFTER)

    def _tell(self, operation: Operation[Any], who: str, text: str, frames: int) -> None:
        """Warn once of what one side says of an operation."""
        if (operation.name, who) not in self._told:
            self._told.add((operation.name, who))
            warnings.warn(f"{self._name} {operation.name}: {text}", DeprecationWarning, stacklevel=frames)


def deprecation(text: str | None) -> dt.datetime | None:
    """Return the moment of a `Deprecation` header; None for another text."""
    found = _DATE.match(text.strip()) if text else None
    return dt.datetime.fromtimestamp(int(found[1]), dt.UTC) if found else None


def _moment(text: str | None) -> dt.datetime | None:
    """Return the moment of an HTTP-date that may not be there."""
    return http_date(text) if text else None
