"""
Each transport on a live broker, with 1 % bad and 2 % repeated messages: nothing lost, nothing wrong handled.

`python tests/soak/transports.py [EVENTS] [TRANSPORT...]`, 100,000 events through each unless told otherwise.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from interlock_runtime import RawMessage
from interlock_runtime.handling.outcomes import Outcome, Receipt
from interlock_runtime.stores.sqlite_inbox import SqliteInbox
from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
from support.brokers import servers
from support.brokers.fixtures import mock_cluster
from support.brokers.lines import LINES, HttpLine, Line
from support.brokers.tiny import CATALOG, bad, good
from support.waiting import PATIENCE

BROKERS = {"mqtt": servers.mosquitto, "amqp": servers.rabbitmq, "nats": servers.nats, "redis": servers.redis}
WINDOW = 500
"""Messages under way at once: librdkafka's mock cluster keeps no more than about 5 MB of a partition."""
BAD, REPEATED = 100, 50
"""One in so many messages is bad, or sent twice."""
Counts = Counter[str]


class Count:
    """What became of the messages of one transport."""

    blocking = False

    def __init__(self, events: int) -> None:
        self.handled = bytearray(events)
        """How often each event was handled, by its number."""
        self.outcomes: Counts = Counter()
        self.reasons: Counts = Counter()
        self.settled = 0

    def handle(self, event: Any) -> None:
        """Count an event that the handler was given."""
        self.handled[event.data["step"]] += 1

    def put(self, receipt: Receipt) -> None:
        """Count a receipt."""
        self.outcomes[receipt.outcome.value] += 1
        if receipt.outcome is Outcome.QUARANTINED:
            self.reasons[receipt.reason.split(" ")[0].strip(",")] += 1
        self.settled += 1

    def has(self, consumer: str, source: str, event_id: str, outcome: Outcome) -> bool:  # noqa: ARG002 - as the protocol has it
        """Say that nothing is missing: this run doesn't crash."""
        return True


@contextmanager
def line(name: str, folder: Path) -> Iterator[Line]:
    """Return a transport on a broker of its own."""
    if name == "http":
        yield HttpLine()
    elif name in BROKERS:
        broker = BROKERS[name](folder)
        broker.start()
        try:
            yield LINES[name](broker)
        finally:
            broker.stop()
    else:
        producer, addresses = mock_cluster()
        yield LINES[name](addresses)
        del producer


def windows(events: int, lacks: frozenset[str]) -> Iterator[list[RawMessage]]:
    """Yield the messages to send, some at a time, all kinds of bad ones in turn."""
    kinds = sorted(bad(lacks))
    for start in range(0, events, WINDOW):
        window: list[RawMessage] = []
        for number in range(start, min(start + WINDOW, events)):
            message = good(number)
            window += [message, message] if number % REPEATED == 0 else [message]
            if number % BAD == 1:
                window.append(bad(lacks, number)[kinds[number // BAD % len(kinds)]])
        yield window


def soak(name: str, events: int, folder: Path) -> tuple[Count, int, float]:
    """Send all messages through one transport; return what became of them, how many were sent, and the seconds."""
    count, stop, sent = Count(events), threading.Event(), 0
    stores = {"inbox": SqliteInbox(folder / "inbox.db"), "quarantine": SqliteQuarantine(folder / "quarantine.db")}
    with line(name, folder) as transport:
        consumer = CATALOG.consumer("wms", **stores, receipts=count, policies={"unknown-type": "quarantine"})
        thread = threading.Thread(target=transport.consume, args=(consumer, count.handle, stop), daemon=True)
        thread.start()
        begun, due = time.monotonic(), 0
        for number, window in enumerate(windows(events, transport.lacks), 1):
            transport.send(window)
            sent += len(window)
            due += len(set(window)) if transport.broker_dedupes else len(window)
            _wait(count, due, min(number * WINDOW, events), thread)
        took = time.monotonic() - begun
        stop.set()
        thread.join(PATIENCE)
    return count, sent, took


def _wait(count: Count, due: int, good: int, thread: threading.Thread) -> None:
    """Wait until so many messages are settled and the good ones handled; what comes twice is settled twice."""
    end = time.monotonic() + PATIENCE
    while (count.settled < due or count.handled.count(0, 0, good)) and time.monotonic() < end and thread.is_alive():
        time.sleep(0.005)


def row(name: str, events: int, result: tuple[Count, int, float]) -> bool:
    """Print one row of the fault table; say whether nothing went wrong: a bad message may come, and be kept aside, twice."""
    count, sent, took = result
    wrong = -(-(events - 1) // BAD)
    once = count.handled.count(1)
    lost = count.handled.count(0) + max(0, wrong - count.outcomes["quarantined"])
    twice = events - once - count.handled.count(0)
    print(
        f"{name:10} {sent:8,} {once:12,} {twice:6} {count.outcomes['quarantined']:12,} {count.outcomes['duplicate']:10,}"
        f" {lost:5} {events / took:9,.0f}/s",
        flush=True,
    )
    print(
        "           " + ", ".join(f"{reason} {number}" for reason, number in sorted(count.reasons.items())), flush=True
    )
    return lost == 0 and twice == 0 and once == events and count.outcomes["quarantined"] >= wrong


def main() -> int:
    """Soak the transports that are named, or all."""
    words = argparse.ArgumentParser(description="Soak transports on live brokers.")
    words.add_argument("events", type=int, nargs="?", default=100_000, help="how many valid events [100000]")
    words.add_argument("transports", nargs="*", metavar="TRANSPORT", help=f"of {', '.join(LINES)} [all]")
    told = words.parse_args()
    if unknown := set(told.transports) - set(LINES):
        words.error(f"there is no transport {', '.join(sorted(unknown))}: choose of {', '.join(LINES)}")
    logging.disable(logging.ERROR)  # a line for each message in quarantine
    events = told.events
    print(
        f"{'transport':10} {'sent':>8} {'handled once':>12} {'twice':>6} {'quarantined':>12} {'duplicates':>10} {'lost':>5}"
    )
    well = True
    for name in told.transports or list(LINES):
        with tempfile.TemporaryDirectory(prefix=f"soak-{name}-") as folder:
            well &= row(name, events, soak(name, events, Path(folder)))
    return 0 if well else 1


if __name__ == "__main__":
    raise SystemExit(main())
