"""When operations end: announced by `deprecated` and `x-sunset`, and never moved closer."""

from __future__ import annotations

import datetime as dt

from .finding import Exchange, Findings
from .sources import Cursor

SUNSET = "x-sunset"


def compare(found: Findings, exchange: Exchange, earliest: dt.date | None) -> None:
    """What was announced about an operation's end still holds, and what is new gives notice until `earliest`."""
    old, new = exchange.old.at, exchange.new.at
    if not new.flag("deprecated"):
        return
    before, after = _date(old), _date(new)
    if after is None and old.flag("deprecated") and before is not None:
        _add(found, exchange, "sunset-removed", f"its end on {before} is no longer announced")
    elif after is None and not old.flag("deprecated"):
        _add(found, exchange, "deprecation-without-sunset", "it is deprecated, and nothing says until when it answers")
    elif before is not None and after is not None and after < before:
        _add(found, exchange, "sunset-moved-earlier", f"it ends on {after}, and {before} was announced")
    elif before is None and after is not None and earliest is not None and after < earliest:
        _add(found, exchange, "sunset-too-soon", f"it ends on {after}, and the notice is not over before {earliest}")


def _add(found: Findings, exchange: Exchange, cause: str, message: str) -> None:
    places = [(side.at.raw(SUNSET) or side.at).spot for side in (exchange.old, exchange.new)]
    says = (exchange.old.at.get(SUNSET), exchange.new.at.get(SUNSET))
    found.add(cause, message, of=exchange.old, old=places[0], new=places[1], says=says)


def _date(operation: Cursor) -> dt.date | None:
    """The date of an operation's end; None, with a fault, for what is no date."""
    value = operation.get(SUNSET)
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        operation.source.fault("no-date", f"{SUNSET} is no date such as 2028-06-30", operation)
        return None
