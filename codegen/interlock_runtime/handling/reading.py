"""Reading one message: through framing, envelope, contract, upcast and payload, to an event or to what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from ..bridges import Lookup
from ..catalog import Catalog, Reader
from ..contract import Contract, Fetch
from ..envelope import Envelope
from ..events import Event
from ..messages import RawMessage
from ..modes import document_of
from ..violations import MOST, ContractViolation, Stage, Violation, violation
from .assuming import broken
from .outcomes import Origin
from .reasons import promise
from .routing import Glance, Route, glance, routed

_EARLY = (Stage.FRAMING, Stage.ENVELOPE)


@dataclass(frozen=True, slots=True)
class Flagged(Event[Any]):
    """An event that is handled although it breaks its contract; its data is JSON as it came where no class fits."""

    violations: tuple[Violation, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a message led to: an event, or violations, or neither for a message that is not read here."""

    seen: Glance
    route: Route
    event: Event[Any] | None = None
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True)
class Eyes:
    """All that reading depends on besides the message."""

    catalog: Catalog
    reader: Reader
    lookup: Lookup = None
    fetch: Fetch | None = None
    _routes: dict[str, Route] = field(default_factory=dict[str, Route], repr=False, compare=False)

    def place(self, message: RawMessage, origin: Origin) -> Reading:
        """Return where a message belongs, before it is read."""
        seen = glance(message)
        kind = seen.type or ""
        route = self._routes.get(kind)
        if route is None:
            route = routed(self.catalog, self.reader, seen, origin)
            if self.catalog.row(kind) is not None:  # as many as the catalog has, whatever types senders invent
                self._routes[kind] = route
        return Reading(seen, route)

    def read(self, message: RawMessage, placed: Reading, today: dt.date | None) -> Reading:
        """Return what a message says; `today` is None for a message that is told again, which no sunset refuses."""
        seen, route = placed.seen, placed.route
        if route.skipped:
            return placed
        if (length := size(message)) > self.catalog.inline:
            return Reading(seen, route, None, (_too_large(length, self.catalog.inline),))
        if route.violation is not None or route.contract is None:
            return Reading(seen, route, None, self._why(message, route))
        return self._parsed(message, seen, route, route.contract, today)

    def _parsed(
        self, message: RawMessage, seen: Glance, route: Route, contract: Contract[Any], today: dt.date | None
    ) -> Reading:
        """Return the event of a message for a known contract."""
        try:
            event = contract.parse(message, lookup=self.lookup, fetch=self.fetch)
        except ContractViolation as refused:
            late = _after_sunset(route, today) if refused.violations[0].stage is Stage.UPCAST else ()
            return Reading(seen, route, None, (*refused.violations, *late))
        return Reading(seen, route, event, (*_beyond(event, route), *_after_sunset(route, today)))

    def _why(self, message: RawMessage, route: Route) -> tuple[Violation, ...]:
        """Return what is wrong with a message that leads to no contract: what stands before the type, or the type."""
        contract = route.row.load() if route.row else self._some_contract()
        early = [fault for fault in contract.errors(message) if fault.stage in _EARLY] if contract else []
        return tuple(early) or (route.violation or violation("unknown-type", "/type"),)

    def _some_contract(self) -> Contract[Any] | None:
        """Return a contract whose envelope is that of all; None in an empty catalog."""
        return self.catalog.rows[0].load() if self.catalog.rows else None


def flagged(message: RawMessage, contract: Contract[Any], violations: tuple[Violation, ...]) -> Flagged:
    """Return a message that breaks its contract from the payload on, as an event with its violations."""
    document: dict[str, Any] = document_of(message, contract.envelope)
    data = document.pop("data", None)
    if document.get("type") == contract.type and all(each.stage is Stage.INVARIANT for each in violations):
        data = contract._typed(data)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - its gate took it
    return Flagged(Envelope.owning(document), data, contract, message, violations)


def with_violations(event: Event[Any], violations: Sequence[Violation]) -> Event[Any]:
    """Return an event with violations that the handler is to know of; without any, the event itself."""
    if not violations:
        return event
    known = event.violations if isinstance(event, Flagged) else ()
    return Flagged(event.envelope, event.data, event.contract, event.raw, (*known, *violations))


def _beyond(event: Event[Any], route: Route) -> tuple[Violation, ...]:
    """Return what this consumer refuses in an event that its contract's gate takes."""
    if route.reads is None:
        return ()
    undeclared = (promise("undeclared-member", place) for place in event.extra) if route.reads.strict else ()
    return tuple(islice(chain(undeclared, broken(event, route.reads)), MOST))


def _after_sunset(route: Route, today: dt.date | None) -> tuple[Violation, ...]:
    """Return the violation of an event whose major version is no longer published."""
    sunset = route.sunset
    if today is None or sunset is None or today <= sunset:
        return ()
    return (promise("sunset-passed", "/type", f"the major version is no longer published since {sunset}"),)


def size(message: RawMessage) -> int:
    """Return how many bytes an event has on the wire (CloudEvents section 6)."""
    return len(message.value or b"") + sum(len(name) + len(value or b"") for name, value in message.headers)


def _too_large(size: int, limit: int) -> Violation:
    """Return the violation of an event that should have sent its data by claim check."""
    return violation(
        "too-large", "", f"the event has {size} bytes and the limit is {limit}: send the data by `dataref`"
    )
