"""A contract at one major version, and its events: what it reads, writes and makes; the two name each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from . import minting
from .bridges import F, Lookup
from .envelope import Attribute, Envelope
from .instants import Instant
from .invariants import violations
from .messages import Header, RawMessage
from .modes import JSON, Mode, document_of, is_json, packed
from .parsing import loads
from .promises import Promises
from .staging import as_cast, below, staged
from .violations import CannotCast, ContractViolation, Violation, violation
from .wire import encoded, unknown_members, without

D = TypeVar("D")
Fetch = Callable[[str], bytes]
"""Returns the bytes behind a `dataref`; given by the service, since only it knows the store and its credentials."""


@dataclass(frozen=True, slots=True)
class Event(Generic[D]):
    """Envelope and typed data; `raw` is the message it came from, which is what forwarding sends."""

    envelope: Envelope
    data: D
    contract: Contract[D] = field(repr=False)
    raw: RawMessage | None = field(default=None, repr=False, compare=False)
    """None for an event that was made here and not received."""

    @property
    def extra(self) -> Mapping[str, Any]:
        """The members of the data that the contract does not declare, by JSON Pointer into the event."""
        return unknown_members(self.data, "/data")


@dataclass(frozen=True)
class Contract(Promises[D]):
    """One event contract at one major version."""

    # Reading

    def parse(
        self,
        message: bytes | RawMessage,
        *,
        headers: Collection[Header] = (),
        lookup: Lookup = None,
        fetch: Fetch | None = None,
    ) -> Event[D]:
        """
        Return the event of a message in structured or binary mode; raise ContractViolation with all that is wrong.

        An event of another major version is brought to this one when functions for the way are registered.
        """
        raw = _raw(message, headers)
        try:
            document = document_of(raw, self.envelope)
            if document.get("type") == self.type:
                return self._event(document, raw, fetch)
            return self._from_another_major(document, raw, lookup, fetch)
        except ContractViolation as refused:
            raise ContractViolation(refused.violations, self.name) from None

    def _event(self, document: dict[str, Any], raw: RawMessage, fetch: Fetch | None) -> Event[D]:
        """Return the event of a document of this contract's type."""
        if not self._fits(document):
            raise ContractViolation(staged(self.event_gate.faults(document)))
        version = document.get("schemaversion")
        if isinstance(version, str) and not version.startswith(self._line):
            raise ContractViolation([violation("version-mismatch", "/schemaversion")])
        if "data" not in document:
            document["data"] = self._fetched(document, fetch)
        self._keep(document)
        data = document.pop("data")
        return Event(Envelope.owning(document), self._typed(data), self, raw)

    def _fetched(self, document: dict[str, Any], fetch: Fetch | None) -> Any:
        """Return data that is not in the message, fetched by claim check."""
        if not is_json(document.get("datacontenttype")) or "data_base64" in document:
            raise ContractViolation([violation("unsupported-content", "/datacontenttype")])
        place = document.get("dataref")
        if fetch is None or not isinstance(place, str):
            raise ContractViolation(
                [violation("data-elsewhere", "/dataref", "the data is behind `dataref`: give parse a `fetch` function")]
            )
        data = loads(fetch(place))
        if not self.reader_gate.fits(data):
            raise ContractViolation(below("/data", self.reader_gate.faults(data)))
        return data

    def _from_another_major(
        self, document: dict[str, Any], raw: RawMessage, lookup: Lookup, fetch: Fetch | None
    ) -> Event[D]:
        """Return the event of another major version, brought to this one."""
        kind = document.get("type")
        if not isinstance(kind, str):
            raise ContractViolation(staged(self.event_gate.faults(document)))
        stem, _, major = kind.rpartition(".v")
        if stem != self.type.rpartition(".v")[0] or not (major.isascii() and major.isdigit() and len(major) < 7):  # noqa: PLR2004 - as many digits as the envelope allows
            raise ContractViolation([violation("unknown-type", "/type", f"the event's type is not {self.type}")])
        other: Contract[Any] | None = (
            self.bridges.contract(int(major)) if self.bridges.way(int(major), self.major) else None
        )
        if other is None:
            raise ContractViolation(
                [
                    violation(
                        "unsupported-version",
                        "/type",
                        f"the event has major version {major}, and version {self.major} is read here",
                    )
                ]
            )
        return self.cast(other._event(document, raw, fetch), lookup=lookup)  # noqa: SLF001 - its own class

    def errors(self, message: bytes | RawMessage, *, headers: Collection[Header] = ()) -> list[Violation]:
        """Return all that is wrong with a message; empty for one that `parse` takes."""
        try:
            self.parse(message, headers=headers)
        except ContractViolation as refused:
            return list(refused.violations)
        return []

    def parse_data(self, data: bytes) -> D:
        """Return the data of a JSON text without an envelope."""
        return self._typed(self._taken(data))

    def data_errors(self, data: bytes) -> list[Violation]:
        """Return all that is wrong with a JSON text without an envelope."""
        try:
            self._taken(data)
        except ContractViolation as refused:
            return list(refused.violations)
        return []

    def _taken(self, data: bytes) -> Any:
        """Return the value of a JSON text that keeps the contract."""
        value = self.reader_gate.load(data)
        self._keep_in(value)
        return value

    def _keep(self, event: dict[str, Any]) -> None:
        """Raise ContractViolation for a whole event that breaks an invariant."""
        judge = self.judge
        if judge is not None and not judge.surely(event) and (found := violations(judge.event(event))):
            raise ContractViolation(found, self.name)

    def _keep_in(self, data: Any) -> None:
        """Raise ContractViolation for data without an envelope that breaks an invariant."""
        if self.judge is not None and (found := violations(self.judge.data(data))):
            raise ContractViolation(found, self.name)

    def _keep_made(self, event: Event[D]) -> None:
        """Raise ContractViolation for an event made here that breaks an invariant, before a function relies on it."""
        if self.judge is not None:
            self._keep({**event.envelope.attributes, "data": loads(encoded(self._wired(event.data)))})

    # Writing

    def serialize(self, event: Event[D], *, drop: Collection[str] = (), mode: Mode = "structured") -> RawMessage:
        """
        Return the message of an event; raise ContractViolation when it breaks the writer's view.

        Members that the contract does not declare are refused unless `drop` names their JSON Pointers (`event.extra`
        has them). To forward an event that came in, send `event.raw`: those are the original bytes.
        """
        document: dict[str, Any] = without({**event.envelope.attributes, "data": self._wired(event.data)}, drop)
        body = encoded(document)
        leaving = loads(body)
        if not self.event_writer_gate.fits(leaving):
            raise ContractViolation(staged(self.event_writer_gate.faults(leaving)), self.name)
        self._keep(leaving)
        return packed(document, body, b"" if mode == "structured" else encoded(document["data"]), mode)

    def serialize_data(self, data: D, *, drop: Collection[str] = ()) -> bytes:
        """Return the JSON text of data without an envelope; raise ContractViolation as `serialize` does."""
        body = encoded(without(self._wired(data), drop))
        self._keep_in(self.writer_gate.load(body))
        return body

    # Making

    def new(
        self,
        data: D,
        *,
        source: str,
        site: str | None = None,
        correlationid: str | None = None,
        causationid: str | None = None,
        subject: str | None = None,
        time: dt.datetime | None = None,
        sequence: str | None = None,
        extensions: Mapping[str, Attribute] | None = None,
    ) -> Event[D]:
        """Return a new event: number and times are minted, keys and subject built as the contract says."""
        now = Instant.now_utc()
        given: dict[str, Attribute | None] = {
            "specversion": "1.0",
            "id": minting.uuid7(),
            "source": source,
            "type": self.type,
            "time": Instant.at(time or now).wire,
            "datacontenttype": JSON,
            "dataschema": self.dataschema,
            "correlationid": correlationid,
            "causationid": causationid,
            "sequence": sequence,
            "recordedtime": now.wire,
            "schemaversion": self.version,
            "site": site,
            "dataclassification": self.classification,
            **(extensions or {}),
        }
        document: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        document |= self._derived({**document, "data": self._wired(data)}, subject)
        return Event(Envelope.owning(document), data, self)

    def _derived(self, document: dict[str, Any], subject: str | None) -> dict[str, str]:
        """Return the attributes that are built from members of the event."""
        made: dict[str, str] = {}
        if subject or self.subject:
            made["subject"] = subject or minting.filled(self.subject or "", document)
        if self.keys.partition:
            made["partitionkey"] = minting.joined(document, self.keys.partition)
        if self.keys.idempotency:
            made["idempotencykey"] = f"{self.name.rpartition('.')[2]}:{minting.joined(document, self.keys.idempotency)}"
        return made

    # Bridging majors

    def upcaster(self, major: int) -> Callable[[F], F]:
        """Register the function that makes this version's data of an older major's: `(old, lookup) -> new`."""
        if major >= self.major:
            raise ValueError(f"an upcaster leads from an older version, and {major} is not below {self.major}")
        return lambda function: self.bridges.register(major, function)

    def downcaster(self, major: int, *, asks: Collection[str] = ()) -> Callable[[F], F]:
        """
        Register the function that makes this version's data of a newer major's: `(new, lookup) -> old`.

        `asks` names methods of the lookup; a publisher without them leaves this version out instead of refusing each event.
        """
        if major <= self.major:
            raise ValueError(f"a downcaster leads from a newer version, and {major} is not above {self.major}")
        return lambda function: self.bridges.register(major, function, asks)

    def cast(self, event: Event[Any], *, lookup: Lookup = None) -> Event[D]:
        """Return an event of another major as this one's, the same fact with the same id; raise ContractViolation."""
        if event.raw is None:  # made here, and not judged when it was read
            event.contract._keep_made(event)  # noqa: SLF001 - its own class
        for major in self.bridges.way(event.contract.major, self.major):
            step: Contract[Any] | None = self if major == self.major else self.bridges.contract(major)
            if step is not None:
                event = step._cast_once(event, lookup)  # noqa: SLF001 - its own class
        if event.contract.type != self.type:
            raise ContractViolation(
                [
                    violation(
                        "unsupported-version",
                        "/type",
                        f"no function leads from version {event.contract.major} to {self.major}",
                    )
                ],
                self.name,
            )
        return event

    def _cast_once(self, event: Event[Any], lookup: Lookup) -> Event[D]:
        """Return an event after one step between majors, judged by this contract's gate."""
        try:
            data = self._wired(self.bridges.cast(event.data, event.contract.major, lookup))
        except CannotCast as refused:
            raise ContractViolation([violation("cannot-cast", "/data", refused.reason)], self.name) from None
        value = loads(encoded(data))
        if not self.reader_gate.fits(value):
            raise ContractViolation(as_cast(below("/data", self.reader_gate.faults(value))), self.name)
        envelope = event.envelope.replace(type=self.type, dataschema=self.dataschema, schemaversion=self.version)
        if self.judge and (broken := violations(self.judge.event({**envelope.attributes, "data": value}))):
            raise ContractViolation(as_cast(broken), self.name)
        return Event(envelope, self._typed(value), self, event.raw)


def _raw(message: bytes | RawMessage, headers: Collection[Header]) -> RawMessage:
    """Return a message as a transport would have delivered it."""
    if isinstance(message, RawMessage):
        return message
    return RawMessage(message, headers=tuple(headers)) if headers else RawMessage(message)
