"""A consumer on a line, its handler and its stores, and the count of what became of each message."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Self

from interlock_runtime import Event, RawMessage
from interlock_runtime.handling.consumer import Consumer
from interlock_runtime.handling.outcomes import Receipt
from interlock_runtime.handling.protocols import Inbox, Quarantine
from interlock_runtime.plant import Plant
from interlock_runtime.stores.memory import MemoryInbox
from interlock_runtime.stores.memory_quarantine import MemoryQuarantine
from interlock_runtime.transports.bindings import KAFKA, headers_for, text_of
from support.tables import TABLES
from support.waiting import PATIENCE

from .line import Line
from .tiny import CATALOG

TABLE = "faults on live brokers"


class Counted:
    """Receipts kept in a list, and counted by outcome."""

    blocking = False

    def __init__(self) -> None:
        self.all: list[Receipt] = []
        self.outcomes: Counter[str] = Counter()

    def put(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        self.all.append(receipt)
        self.outcomes[receipt.outcome.value] += 1

    def has(self, consumer: str, source: str, event_id: str, outcome: str) -> bool:
        """Say whether there is one for an event."""
        named = (consumer, source, event_id, outcome)
        return any((each.consumer, each.source, each.id, each.outcome) == named for each in self.all)


class Running:
    """A service on a line: it can be stopped and started again, and its stores stay."""

    def __init__(
        self,
        line: Line,
        *,
        inbox: Inbox | None = None,
        quarantine: Quarantine | None = None,
        handler: Callable[[Event[Any]], object] | None = None,
        catalog: Plant = CATALOG,
        all_differ: bool = False,
    ) -> None:
        """With `all_differ` what is kept twice counts once: not every transport numbers its deliveries."""
        self.line = line
        self.inbox = inbox or MemoryInbox()
        self.quarantine = quarantine or MemoryQuarantine()
        self.receipts = Counted()
        self.handled: list[Event[Any]] = []
        self.ended: BaseException | None = None
        self._inner = handler
        self._catalog = catalog
        self._all_differ = all_differ
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to consume in a thread."""
        consumer = self._catalog.consumer("wms", inbox=self.inbox, quarantine=self.quarantine, receipts=self.receipts)
        self._stop = threading.Event()
        self.ended = None
        self._thread = threading.Thread(target=self._run, args=(consumer, self._stop), daemon=True)
        self._thread.start()

    def _run(self, consumer: Consumer, stop: threading.Event) -> None:
        """Consume until told to stop, and note how it ended otherwise."""
        try:
            self.line.consume(consumer, self._handle, stop)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.ended = error

    def _handle(self, event: Event[Any]) -> None:
        """Let the test's handler have an event, and count it when that went well."""
        if self._inner is not None:
            self._inner(event)
        self.handled.append(event)

    def runs(self) -> bool:
        """Say whether it consumes."""
        return self._thread is not None and self._thread.is_alive()

    def ask_to_stop(self) -> None:
        """Ask as a signal would, and do not wait."""
        self._stop.set()

    def stop(self) -> None:
        """Stop as a signal would, and wait."""
        self.ask_to_stop()
        if self._thread is not None:
            self._thread.join(PATIENCE)
            assert not self._thread.is_alive(), "the consumer did not stop"

    def until(self, ready: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Wait until something holds; fail with the counts when it does not."""
        until = time.monotonic() + patience
        while not ready():
            assert self.ended is None or isinstance(self.ended, Exception), self.ended
            assert time.monotonic() < until, (self.line.name, self.receipts.outcomes, self.ended)
            time.sleep(0.02)

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    # What became of it all

    def numbers(self) -> list[int]:
        """Return the steps that were handled, in order."""
        return [event.data["step"] for event in self.handled]

    def kept(self) -> list[RawMessage]:
        """Return the messages in quarantine."""
        messages = [entry.message for entry in self.quarantine.entries()]
        return list({repr(each): each for each in messages}.values()) if self._all_differ else messages

    def settled(self) -> int:
        """Return how many different messages are handled or in quarantine."""
        return len(set(self.numbers())) + len(self.kept())

    def tell(self, fault: str, sent: int, *, good: int | None = None) -> None:
        """Add a row to the table that is printed at the end: sent, handled once, quarantined, duplicates, lost."""
        handled = len(set(self.numbers()))
        lost = sent - handled - len(self.kept())
        assert lost == 0, (fault, sent, handled, len(self.kept()))
        assert good is None or handled == good
        counts = f"sent {sent}, handled once {handled}, quarantined {len(self.kept())}, duplicates {self.receipts.outcomes['duplicate']}"
        TABLES.add(TABLE, self.line.name, f"{fault}: {counts}", "lost 0", f"lost {lost}")


def same(sent: RawMessage, kept: RawMessage, line: Line) -> bool:
    """Say whether what is kept is what was sent: bytes, key where the protocol has one, and headers by their binding."""
    return (
        sent.value == kept.value
        and (sent.key == kept.key or not line.keeps_key)
        and _pairs(sent, line) == _pairs(kept, line)
    )


def _pairs(message: RawMessage, line: Line) -> list[tuple[str, bytes | None]]:
    """Return headers as Kafka names them, the content type first since some protocols keep it elsewhere."""
    pairs = [(text_of(name), value) for name, value in headers_for(message, KAFKA)]
    kept = [pair for pair in pairs if line.keeps_others or not pair[0].startswith("x-")]
    return sorted(kept, key=lambda pair: pair[0].lower() != "content-type")
