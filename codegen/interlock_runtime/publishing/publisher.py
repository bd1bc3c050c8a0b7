"""
What a system says: events made by their contracts, judged as the strictest reader would, and stored or sent.

Whatever is wrong raises before anything leaves: ContractViolation for the event, NotPublished for the right to say it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
import time as clocks
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

from .. import context
from ..bridges import Lookup
from ..catalog import Catalog
from ..contract import Contract
from ..envelope import Attribute
from ..events import Event
from ..facts import Classification
from ..handling.errors import Misuse
from ..handling.names import VIOLATIONS
from ..handling.protocols import Silent, Telemetry
from ..instants import Instant
from ..modes import Mode
from ..outbox import Outbox
from ..sending import AsyncSender, Sender
from ..violations import ContractViolation
from .annotations import highest, rank
from .leaving import Counters, Leaving, checked, drafts, numbered, sent, sent_async, stream
from .majors import LOG, as_older, older, refuse_the_dead, without_a_way
from .names import DURATION, PUBLISHED, SUPPRESSED
from .projecting import projected, raised
from .settings import (
    judge_extensions,
    judge_grant,
    judge_grants,
    judge_made,
    judge_mode,
    judge_right,
    judge_site,
    judge_source,
    judge_system,
)
from .stamping import stamped

D = TypeVar("D")


class Publisher:
    """
    Publishes for one system at one site, into an outbox or straight to a sender.

    `source` is the URI of the system at the site; each event and major is a stream of its own within it, so that its
    sequence has no gaps for whoever reads that one alone. Two outboxes must not share a source. Without an outbox the
    stream ends with a number of its own at each start, since nothing remembers the sequence.
    """

    def __init__(
        self,
        catalog: Catalog,
        system: str,
        *,
        site: str,
        source: str,
        outbox: Outbox | None = None,
        sender: Sender | None = None,
        async_sender: AsyncSender | None = None,
        audiences: Mapping[str, Classification] | None = None,
        lookup: Lookup = None,
        mode: Mode = "structured",
        telemetry: Telemetry | None = None,
        replays: bool = False,
        clock: Callable[[], dt.datetime] = Instant.now_utc,
    ) -> None:
        """
        Give one of `outbox`, `sender` and `async_sender`.

        `audiences` are further channels by the last part of their address, with the grant of whoever reads them: they
        get each event without the members above it. `lookup` is what downcasters ask. While an event is handled that is
        told again, nothing is published, unless `replays`.
        """
        if sum(way is not None for way in (outbox, sender, async_sender)) != 1:
            raise Misuse("a publisher needs one of outbox, sender and async_sender")
        judge_system(catalog, system)
        judge_site(catalog, site)
        judge_source(source)
        judge_grants(audiences or {})
        judge_mode(mode)
        self.catalog, self.system, self.site = catalog, system, site
        self.source = source.rstrip("/")
        self.audiences: Mapping[str, Classification] = dict(audiences or {})
        self._outbox, self._sender, self._async_sender = outbox, sender, async_sender
        self._mode: Mode = mode
        self._lookup, self._replays, self._clock = lookup, replays, clock
        self._telemetry = telemetry or Silent()
        self._counters = Counters()
        self._warned: set[str] = set()

    # Publishing

    @overload
    def publish(
        self, what: Contract[D], data: D, *, connection: sqlite3.Connection | None = None, subject: str | None = None,
        time: dt.datetime | None = None, correlationid: str | None = None, causationid: str | None = None,
        extensions: Mapping[str, Attribute] | None = None,
    ) -> Event[D]: ...  # fmt: skip

    @overload
    def publish(self, what: Event[D], *, connection: sqlite3.Connection | None = None) -> Event[D]: ...

    def publish(
        self, what: Contract[D] | Event[D], data: D | None = None, *, connection: sqlite3.Connection | None = None,
        **attributes: Any,
    ) -> Event[D]:  # fmt: skip
        """
        Publish data under its contract, or an event that was made before, and return the event as it left.

        With the connection of a business transaction, an SQLite one to the outbox's file, it leaves if that commits.
        While another event is handled, correlation, cause and trace are taken from it.
        """
        if connection is not None and self._outbox is None:
            raise Misuse("a business transaction can hold an event in an outbox only: give the publisher one")
        leaving, event = self._prepared(what, data, attributes)
        if self._suppressed(leaving):
            return event
        began = clocks.perf_counter()
        if self._outbox is not None:
            rows = self._outbox.put(*drafts(leaving, self._mode), connection=connection)
            return self._counted(leaving, began, numbered(event, rows[0].sequence))
        if self._sender is None:
            raise Misuse("this publisher sends from tasks: await apublish")
        return self._counted(leaving, began, sent(self._sender, leaving, self._counters, self._mode))

    @overload
    async def apublish(
        self, what: Contract[D], data: D, *, subject: str | None = None, time: dt.datetime | None = None,
        correlationid: str | None = None, causationid: str | None = None,
        extensions: Mapping[str, Attribute] | None = None,
    ) -> Event[D]: ...  # fmt: skip

    @overload
    async def apublish(self, what: Event[D]) -> Event[D]: ...

    async def apublish(self, what: Contract[D] | Event[D], data: D | None = None, **attributes: Any) -> Event[D]:
        """Publish from a task, as `publish` does, without blocking the event loop."""
        leaving, event = self._prepared(what, data, attributes)
        if self._suppressed(leaving):
            return event
        began = clocks.perf_counter()
        if self._outbox is not None:
            rows = await self._outbox.aput(*drafts(leaving, self._mode))
            return self._counted(leaving, began, numbered(event, rows[0].sequence))
        if self._async_sender is not None:
            left = await sent_async(self._async_sender, leaving, self._counters, self._mode)
        else:
            assert self._sender is not None  # noqa: S101 - one of the three was given
            left = await asyncio.to_thread(sent, self._sender, leaving, self._counters, self._mode)
        return self._counted(leaving, began, left)

    def judge(self, what: Contract[D], data: D, **attributes: Any) -> None:
        """Raise what publishing it would raise: ContractViolation or NotPublished; nothing leaves."""
        self._prepared(what, data, attributes)

    def now(self) -> dt.datetime:
        """Return the present moment by the publisher's clock."""
        return self._clock()

    @property
    def outbox(self) -> Outbox | None:
        """Where it puts events; None for one that sends them straight."""
        return self._outbox

    def projected(self, event: Event[D], grant: Classification) -> Event[D]:
        """Return what a reader with this grant gets of an event; raise CannotProject."""
        judge_grant(grant)
        return projected(event, grant, raised(event))

    # Preparing

    def _prepared(
        self, what: Contract[D] | Event[D], data: D | None, attributes: Mapping[str, Any]
    ) -> tuple[list[Leaving], Event[D]]:
        """Return all that leaves for one fact, judged; raise ContractViolation or NotPublished."""
        contract = what.contract if isinstance(what, Event) else what
        if isinstance(what, Event):
            judge_made(self.catalog, what, self.source, [data, *attributes.values()])
        judge_right(self.catalog, self.system, contract)
        refuse_the_dead(contract, self._clock().date())
        try:
            made = what if isinstance(what, Event) else self._made(what, data, attributes)
            event = self._stamped(made)
            leaving = self._leaving(event, raised(made) if isinstance(what, Event) else _label(attributes))
            run = "" if self._outbox is not None else self._counters.run
            checked(leaving, self.catalog.inline, self._mode, run)
        except ContractViolation as refused:
            for fault in refused.violations:
                labels = {"contract": contract.name, "stage": fault.stage.value, "reason": fault.reason}
                self._telemetry.count(VIOLATIONS, {**labels, "publisher": self.system})
            raise
        return leaving, event

    def _made(self, contract: Contract[D], data: D | None, attributes: Mapping[str, Any]) -> Event[D]:
        """Return a new event of this system, which follows from what is being handled."""
        if data is None:
            raise Misuse(f"publish {contract.name}: give the data beside the contract")
        judge_extensions(attributes.get("extensions") or ())
        moment = self._clock()
        given: dict[str, Any] = {
            "time": moment,
            **{name: value for name, value in attributes.items() if value is not None},
        }
        now = context.current()
        if now is not None:
            given = {"correlationid": now.correlationid, "causationid": now.causationid, **given}
        event = contract.new(data, source=stream(self.source, contract), site=self.site, **given)
        return Event(event.envelope.replace(recordedtime=Instant.at(moment).wire), data, contract)

    def _stamped(self, event: Event[D]) -> Event[D]:
        """Return an event with the attributes that follow from its contract, its data, and what is being handled."""
        policy = self.catalog.tiers.get(event.contract.tier)
        now = context.current()
        handled: dict[str, Attribute | None] = (
            {}
            if now is None
            else {
                "correlationid": now.correlationid,
                "causationid": now.causationid,
                "traceparent": now.traceparent,
                "tracestate": now.tracestate,
            }
        )
        missing = {name: value for name, value in handled.items() if event.envelope.get(name) is None}
        moment = Instant.at(self._clock())
        made = stamped(event, policy.expiry if policy else None, moment.date())
        return Event(event.envelope.replace(**missing, **made), event.data, event.contract)

    def _leaving(self, event: Event[Any], label: str | None) -> list[Leaving]:
        """Return the event in each major that lives, to each channel that may have it; a raised label holds for all."""
        today = self._clock().date()
        self._warn(event.contract, today)
        found = [event]
        for contract in older(self.catalog, event.contract, today, self._lookup):
            twin = as_older(event, contract, self._lookup, label)
            source = stream(self.source, contract)
            found.append(self._stamped(Event(twin.envelope.replace(source=source), twin.data, contract)))
        return [leaving for one in found for leaving in self._channels(one, label)]

    def _channels(self, event: Event[Any], label: str | None) -> list[Leaving]:
        """Return an event for its channel, and without what is above their grants for those of the audiences."""
        site = event.envelope.site or self.site
        address = self.catalog.channel(event.contract, site)
        made = [Leaving(address, event)]
        for name, grant in self.audiences.items():
            if rank(highest(event.contract.classification, label)) <= rank(grant):
                made.append(Leaving(f"{address}.{name}", projected(event, grant, label), beside=True))
        return made

    def _warn(self, contract: Contract[Any], today: dt.date) -> None:
        """Say once that readers of an older major will not learn of this fact."""
        if contract.type in self._warned:
            return
        self._warned.add(contract.type)
        for key, asked in without_a_way(self.catalog, contract, today, self._lookup):
            why = (
                f"its downcaster asks for {', '.join(asked)}: give the publisher a lookup that has it"
                if asked
                else f"no downcaster leads there from major {contract.major}"
            )
            LOG.warning("published without contract=%s: %s", key, why)

    # Ending

    def _suppressed(self, leaving: list[Leaving]) -> bool:
        """Say whether nothing leaves, since an event is told again and this fact was published the first time."""
        now = context.current()
        if now is None or not now.replayed or self._replays:
            return False
        for one in leaving:
            self._telemetry.count(SUPPRESSED, {"contract": one.event.contract.name})
        return True

    def _counted(self, leaving: list[Leaving], began: float, event: Event[D]) -> Event[D]:
        """Count what was published and how long it took, and return the event."""
        took = clocks.perf_counter() - began
        self._telemetry.measure(DURATION, {"contract": event.contract.name, "operation": "publish"}, took)
        for one in leaving:
            self._telemetry.count(PUBLISHED, {"contract": one.event.contract.name, "channel": one.channel})
        return event


def _label(attributes: Mapping[str, Any]) -> str | None:
    """Return the label that a service gives a new event; it can only raise the contract's."""
    given = (attributes.get("extensions") or {}).get("dataclassification")
    return given if isinstance(given, str) else None
