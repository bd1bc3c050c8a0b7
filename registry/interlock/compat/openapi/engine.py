"""The comparison of two OpenAPI documents: pairs of operations, and every rule asked of each pair."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from interlock.compat.answers import Spot, Undecided, Verdict
from interlock.compat.jsonschema.documents import MAX_NESTING, too_deep

from . import naming, reading, requests, responses, routing, security, servers, sunsets
from .answers import ApiComparison, ApiRefusal
from .asking import Asking
from .clock import Clock, TimeIsUpError
from .finding import Exchange, Findings
from .model import Operation
from .normalising import understood
from .reading import Paths
from .rules import RESPONSE, WIRE
from .sameness import unchanged
from .sources import NEW, OLD, Cursor, Source
from .witnesses import Witnesses

_VERSIONS = ("3.0", "3.1")


def refusals(
    *,
    writer: Any,
    reader: Any,
    documents: Mapping[str, Any] | None = None,
    seconds: float = 10.0,
    earliest_sunset: dt.date | None = None,
    **_json_schema: Any,
) -> ApiComparison:
    """
    Everything of the old document (`writer`) that no longer fits the new one (`reader`).

    Requests are asked from old clients to the new document, read strictly; responses from the new document to old
    clients, read openly. `documents` holds what references lead to, by path or URI; nothing is fetched. No operation
    that is newly given an end may end before `earliest_sunset`. `dialect` and `formats`, which other formats take, say
    nothing here: OpenAPI fixes both.
    """
    started = time.monotonic()
    asked = _Asked(writer, reader, documents or {}, earliest_sunset)
    found, gaps = _refused(writer, reader) or _compared(asked, Clock(seconds))
    on_wire = tuple(refusal for refusal in found if refusal.level == WIRE)
    verdict = Verdict.BREAKING if on_wire else Verdict.UNDECIDED if gaps else Verdict.COMPATIBLE
    notes = tuple(refusal for refusal in found if refusal.level != WIRE)
    return ApiComparison(verdict, on_wire, tuple(gaps), round(time.monotonic() - started, 6), notes)


Answered = tuple[list[ApiRefusal], list[Undecided]]


def _refused(old: Any, new: Any) -> Answered | None:
    """What is not compared at all, or need not be."""
    for side, document in ((OLD, old), (NEW, new)):
        if too_deep(document):
            return [], [
                Undecided("too-deep", f"the document nests more than {MAX_NESTING} levels deep", Spot(""), side)
            ]
        said = _version(document)
        if said:
            return [], [Undecided("format-not-supported", said, Spot("/openapi"), side)]
    return None


def _version(document: Any) -> str:
    """Say why a document's version of OpenAPI is not compared; empty when it is."""
    said = document.get("openapi") if isinstance(document, dict) else None
    if isinstance(said, str) and said.startswith(_VERSIONS):
        return ""
    if isinstance(document, dict) and "swagger" in document:
        return f"Swagger {document['swagger']!s:.10} is not compared: convert the document to OpenAPI 3.0 first"
    if isinstance(said, str) and said.startswith("3."):
        return f"OpenAPI {said:.10} is not compared yet: write the document as 3.1, which says the same without the newer fields"
    return f"only OpenAPI 3.0 and 3.1 are compared, and this document says {said!r:.40}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked."""

    old: Any
    new: Any
    documents: Mapping[str, Any]
    earliest_sunset: dt.date | None


def _compared(asked: _Asked, clock: Clock) -> Answered:
    """Compare as far as the time reaches."""
    sources = Source(OLD, asked.old, asked.documents, clock), Source(NEW, asked.new, asked.documents, clock)
    asking = Asking(*sources, clock)
    found = Findings(asking, Witnesses(asking))
    try:
        _compare_documents(found, *sources, asked.earliest_sunset)
    except TimeIsUpError:
        message = (
            f"the comparison takes longer than {clock.seconds:g} s; what is told so far holds, the rest was not asked"
        )
        found.gap(Undecided("budget", message, Spot("")))
    except RecursionError:
        found.gap(Undecided("too-deep", "the documents nest deeper than can be followed", Spot("")))
    for gap in _faults(*sources):
        found.gap(gap)
    return found.told(), list(found.gaps)


def _compare_documents(found: Findings, old: Source, new: Source, earliest_sunset: dt.date | None) -> None:
    for source in (old, new):
        dialect = source.root.raw("jsonSchemaDialect")
        if dialect is not None and not understood(dialect.value):
            source.fault("unknown-dialect", f"schemas of the dialect {dialect.value} are not read", dialect)
    before, after = Paths.of(old), Paths.of(new)
    _note_gone_paths(found, before, after)
    for exchange in _pairs(found, before, after, unchanged(old, new)):
        old.clock.check()
        _compare_operation(found, exchange)
        sunsets.compare(found, exchange, earliest_sunset)
    routing.compare(found, before, after)
    _compare_webhooks(found, old, new)
    naming.compare_components(found, old, new)


def _note_gone_paths(found: Findings, before: Paths, after: Paths) -> None:
    """What costs least is asked first."""
    for path in before:
        before.source.clock.check()
        for operation in before.operations(path).values() if path not in after else ():
            _gone(found, operation, {})


def _pairs(found: Findings, before: Paths, after: Paths, alike: frozenset[str]) -> Iterator[Exchange]:
    """The operations that both documents have and that may differ; methods that are gone are noted."""
    for path in before:
        if path not in after or alike.issuperset(before.written(path)):
            continue
        before.source.clock.check()
        now = after.operations(path)
        for method, operation in before.operations(path).items():
            if method in now:
                yield Exchange(operation, now[method])
            else:
                _gone(found, operation, now)


def _gone(found: Findings, operation: Operation, others: Mapping[str, Operation]) -> None:
    """An operation that is not in the new document."""
    root = found.asking.new.root
    near = next((other.item for other in others.values()), None) or root.raw("paths") or root
    cause = "operation-removed" if others else "path-removed"
    message = "the operation is no longer there" if others else f"the path {operation.path} is no longer there"
    old = operation.at.spot if others else operation.item.spot
    found.add(cause, message, of=operation, old=old, new=near.spot, says=(str(operation), None),
              proof=lambda: (found.witnesses.request(operation), "/request"))  # fmt: skip


def _compare_operation(found: Findings, exchange: Exchange) -> None:
    """Every rule about one operation, and about what it calls back."""
    requests.compare(found, exchange)
    responses.compare(found, exchange)
    security.compare(found, exchange)
    servers.compare(found, exchange)
    naming.compare_ids(found, exchange)
    now = dict(exchange.new.at.members("callbacks"))
    for name, callback in exchange.old.at.members("callbacks"):
        _Sent(found, "callback-removed", exchange.new.at).compare_callback(callback, now.get(name))


@dataclass(frozen=True, slots=True)
class _Sent:
    """Requests that the server sends: roles are swapped, and what old clients wait for must still come."""

    found: Findings
    cause: str
    near: Cursor
    """Where in the new document one that is gone would stand."""

    def compare_callback(self, old: Cursor, new: Cursor | None) -> None:
        """The requests of a callback, by their expressions."""
        for expression in old.value:
            item = None if expression.startswith("x-") else old.member(expression)
            if item is not None:
                self.compare(expression, item, new.member(expression) if new is not None else None)

    def compare(self, path: str, old: Cursor, new: Cursor | None) -> None:
        """The operations of one path item."""
        after = reading.of_item(path, new) if new is not None else {}
        for method, operation in reading.of_item(path, old).items():
            if method in after:
                exchange = Exchange(operation, after[method], swapped=True)
                requests.compare(self.found, exchange)
                responses.compare(self.found, exchange)
            else:
                self._gone(operation, new or self.near)

    def _gone(self, operation: Operation, near: Cursor) -> None:
        message = "it is no longer sent, and old clients wait for it"
        self.found.add(
            self.cause, message, of=operation, old=operation.at.spot, new=near.spot, part=RESPONSE,
            says=(str(operation), None), proof=lambda: (self.found.witnesses.request(operation), "/request"),
        )  # fmt: skip


def _compare_webhooks(found: Findings, old: Source, new: Source) -> None:
    now = dict(new.root.members("webhooks"))
    for name, item in old.root.members("webhooks"):
        _Sent(found, "webhook-removed", new.root).compare(name, item, now.get(name))


def _faults(old: Source, new: Source) -> Iterator[Undecided]:
    """What is wrong in one document only; what both have alike, nothing new rests on."""
    known = [{(f.code, f.message, f.spot, repr(f.value)) for f in source.faults} for source in (old, new)]
    for source, others in ((old, known[1]), (new, known[0])):
        for fault in source.faults:
            if (fault.code, fault.message, fault.spot, repr(fault.value)) not in others:
                yield Undecided(fault.code, fault.message, fault.spot, source.side)
