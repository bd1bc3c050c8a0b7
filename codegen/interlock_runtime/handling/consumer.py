"""A consumer: a service of the catalog with its stores, which handles each message once and loses none."""

from __future__ import annotations

import asyncio
import datetime as dt
import random as dice
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypedDict

from ..bridges import Lookup
from ..catalog import Catalog, Reader
from ..contract import Fetch
from ..events import Event
from ..facts import OnInvalid
from ..messages import RawMessage
from .aside import LEASE
from .attempt import KEPT, Handling
from .delivery import Delivery
from .entries import Entry
from .errors import Misuse, RetryLater
from .guarding import guarded
from .letters import DeadLetters, Failures
from .outcomes import Origin, Outcome
from .owing import tell_owed
from .policies import Policies
from .protocols import Inbox, Quarantine, Receipts, Silent, Telemetry
from .quiet import Quiet
from .reading import Eyes
from .retries import Random
from .services import Pruning, Services
from .threads import finished

Handler = Callable[[Event[Any]], object]
AsyncHandler = Callable[[Event[Any]], Awaitable[object]]
NOWHERE = Origin()


class Settings(TypedDict, total=False):
    """What a consumer may be given besides its catalog, its reader contract and its inbox; see `Consumer`."""

    quarantine: Quarantine | None
    receipts: Receipts | None
    telemetry: Telemetry | None
    policies: Mapping[str, OnInvalid] | None
    lookup: Lookup
    fetch: Fetch | None
    clock: Callable[[], dt.datetime]
    random: Random
    sleep: Callable[[float], object]
    asleep: Callable[[float], Awaitable[object]]
    letters: DeadLetters | None


def utc_now() -> dt.datetime:
    """Return the present moment."""
    return dt.datetime.now(dt.UTC)


class Consumer:
    """
    Handles what arrives, for one service.

    Without a quarantine a message that breaks its contract stops the consumer.
    """

    def __init__(
        self,
        catalog: Catalog,
        reader: Reader,
        *,
        inbox: Inbox,
        quarantine: Quarantine | None = None,
        receipts: Receipts | None = None,
        telemetry: Telemetry | None = None,
        policies: Mapping[str, OnInvalid] | None = None,
        lookup: Lookup = None,
        fetch: Fetch | None = None,
        clock: Callable[[], dt.datetime] = utc_now,
        random: Random = dice.random,
        sleep: Callable[[float], object] = time.sleep,
        asleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        letters: DeadLetters | None = None,
    ) -> None:
        if letters is not None and quarantine is None:
            raise Misuse("dead letters tell of what a quarantine keeps: give the consumer a quarantine too")
        self.services = Services(
            catalog=catalog,
            reader=reader,
            policies=Policies(catalog, policies or {}),
            eyes=Eyes(catalog, reader, lookup, fetch),
            inbox=inbox,
            quarantine=quarantine,
            receipts=receipts,
            telemetry=Quiet(telemetry) if telemetry is not None else Silent(),
            clock=clock,
            random=random,
            pruning=Pruning(inbox, quarantine, clock()),
            letters=letters,
            failures=Failures(),
        )
        self._sleep = sleep
        self._asleep = asleep
        if quarantine is not None:
            with guarded("quarantine"):
                quarantine.regroup(self.name, catalog.sequences)
        tell_owed(self.services)

    @property
    def name(self) -> str:
        """The consuming service."""
        return self.services.name

    @property
    def catalog(self) -> Catalog:
        """The catalog that it goes by."""
        return self.services.catalog

    @property
    def reader(self) -> Reader:
        """What it reads."""
        return self.services.reader

    # One attempt

    def handling(
        self,
        message: RawMessage,
        *,
        origin: Origin = NOWHERE,
        connection: Any = None,
        rejects: bool = False,
        replayed: bool = False,
    ) -> Handling:
        """
        Return the block for one attempt at a message, to use with `with` or `async with`.

        With `connection`, the handler's own SQLite connection, the inbox's row and what the handler writes there are
        one transaction, which the block begins and ends. With `rejects`, the transport can turn a message away:
        ContractViolation is raised where the policy says `reject`. With `replayed`, an event is told again: no store
        but the receipts is touched, and what the handler raises goes through.
        """
        return Handling(
            self.services,
            Delivery(message, origin, self.services.clock(), connection, rejects=rejects, replayed=replayed),
        )

    # All attempts

    def handle(
        self, message: RawMessage, handler: Handler, *, origin: Origin = NOWHERE, connection: Any = None
    ) -> Outcome:
        """Handle a message, again after each failure until it is settled; raise StopConsuming."""
        return self._until_settled(lambda: self.handling(message, origin=origin, connection=connection), handler)

    async def ahandle(
        self, message: RawMessage, handler: AsyncHandler, *, origin: Origin = NOWHERE, connection: Any = None
    ) -> Outcome:
        """Handle a message as `handle` does, with a handler that is awaited."""
        return await self._auntil_settled(lambda: self.handling(message, origin=origin, connection=connection), handler)

    def _until_settled(
        self, attempt: Callable[[], Handling], handler: Handler, again: Callable[[], object] = lambda: None
    ) -> Outcome:
        """Make attempts until one settles the message; `again` is called before each wait."""
        while True:
            handling = attempt()
            try:
                with handling as event:
                    if event is not None:
                        handler(event)
            except RetryLater as later:
                again()
                self._sleep(later.delay.total_seconds())
                continue
            return _settled(handling)

    async def _auntil_settled(
        self, attempt: Callable[[], Handling], handler: AsyncHandler, again: Callable[[], object] = lambda: None
    ) -> Outcome:
        """Make attempts until one settles the message; `again` is called before each wait."""
        while True:
            handling = attempt()
            try:
                async with handling as event:
                    if event is not None:
                        await handler(event)
            except RetryLater as later:
                again()
                await self._asleep(later.delay.total_seconds())
                continue
            return _settled(handling)

    # What was put aside

    def drain(self, handler: Handler, *, connection: Any = None, most: int | None = None) -> int:
        """Handle what is released or was parked and has its turn, in order; return how many entries were tried."""
        tried = 0
        while (most is None or tried < most) and (entry := self.take()) is not None:
            tried += 1
            self._tell(entry, handler, connection)
        return tried

    def _tell(self, entry: Entry, handler: Handler, connection: Any) -> None:
        """Handle one entry again."""
        try:
            self._until_settled(partial(self.telling, entry, connection=connection), handler, partial(self.keep, entry))
        except BaseException:
            self.give_back(entry)
            raise

    async def adrain(self, handler: AsyncHandler, *, connection: Any = None, most: int | None = None) -> int:
        """Handle entries as `drain` does, with a handler that is awaited."""
        tried = 0
        while (most is None or tried < most) and (entry := await self.atake()) is not None:
            tried += 1
            try:
                await self._auntil_settled(
                    partial(self.telling, entry, connection=connection), handler, partial(self.keep, entry)
                )
            except BaseException:
                self.give_back(entry)
                raise
        return tried

    def telling(self, entry: Entry, *, connection: Any = None) -> Handling:
        """Return the block for one attempt at an entry that was taken; leaving it settles the entry as well."""
        return Handling(self.services, Delivery(entry.message, entry.origin, self.services.clock(), connection, entry))

    def take(self) -> Entry | None:
        """Take the entry whose turn it is; None when there is none."""
        if self.services.quarantine is None:
            return None
        with guarded("quarantine"):
            return self.services.quarantine.take(self.name, self.services.clock(), LEASE)

    async def atake(self) -> Entry | None:
        """Take an entry as `take` does, from a task; one that is cancelled meanwhile leaves it to others."""
        return await finished(self.take, lambda entry: self.give_back(entry) if entry is not None else None)

    def keep(self, entry: Entry) -> None:
        """Keep an entry from others for another attempt."""
        if self.services.quarantine is not None:
            with guarded("quarantine"):
                self.services.quarantine.keep(entry.id, self.services.clock() + LEASE)

    def give_back(self, entry: Entry) -> None:
        """Let others have an entry whose handling was broken off."""
        if self.services.quarantine is not None:
            with guarded("quarantine"):
                self.services.quarantine.give_back(entry.id)

    def prune(self, keep: dt.timedelta = KEPT) -> int:
        """Forget what lies beyond its window, and entries that were resolved longer ago than `keep`; return how many."""
        return self.services.pruning.all(self.services.clock(), keep)


def _settled(handling: Handling) -> Outcome:
    """Return the outcome of an attempt that ended without an exception."""
    assert handling.outcome is not None  # noqa: S101 - leaving the block settles
    return handling.outcome
