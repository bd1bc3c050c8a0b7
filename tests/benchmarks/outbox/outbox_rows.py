"""
How many rows a second an outbox takes and gives, as ratios to plain SQLite from the same run and the same disk.

Run it with `python tests/benchmarks/outbox/outbox_rows.py [SECONDS]`. The base is one INSERT and one COMMIT at a time
into a table with one index, write-ahead log, the same `synchronous`. A put does more: sequence, room, counters by tier.
"""

from __future__ import annotations

import itertools
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
ROOT = HERE.parents[3]
sys.path[:0] = [str(ROOT / folder) for folder in ("registry", "codegen", "cli")]

from interlock_runtime import RawMessage  # noqa: E402 - found by the line above
from interlock_runtime.outbox import Draft, Forwarder, Outbox  # noqa: E402

BODY = b"x" * 1200
"""As large as a hold with its envelope."""


def rate(step: Callable[[], int], seconds: float, threads: int = 1) -> float:
    """Return how many rows a second some threads write; `step` writes and returns how many."""
    counts = [0] * threads
    end = time.perf_counter() + seconds

    def work(index: int) -> None:
        while time.perf_counter() < end:
            counts[index] += step()

    workers = [threading.Thread(target=work, args=(index,)) for index in range(threads)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - began)


def plain(folder: Path, synchronous: str, seconds: float) -> float:
    """Return the rate of plain SQLite, one row a commit."""
    connection = sqlite3.connect(folder / f"plain-{synchronous}", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("CREATE TABLE rows (position INTEGER PRIMARY KEY, name TEXT, value BLOB)")
    connection.execute("CREATE INDEX by_name ON rows (name, position)")

    def step() -> int:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO rows (name, value) VALUES ('T1', ?)", (BODY,))
        connection.execute("COMMIT")
        return 1

    found = rate(step, seconds)
    connection.close()
    return found


def ours(folder: Path, synchronous: Any, seconds: float, *, threads: int, together: int) -> float:
    """Return the rate of an outbox: some threads, each with some messages a put."""
    name = folder / f"box-{synchronous}-{threads}-{together}"
    drafts = [Draft("muc1.quality.lot-on-hold.v2", lambda _: RawMessage(BODY, b"k"), "s", "T1")] * together
    with Outbox(name, synchronous=synchronous) as outbox:
        return rate(lambda: len(outbox.put(*drafts)), seconds, threads)


class Broker:
    """A sender that takes everything at once."""

    def send(self, channel: str, message: RawMessage) -> None:
        """Take one."""

    def send_all(self, batch: Sequence[tuple[str, RawMessage]]) -> int:
        """Take all."""
        return len(batch)


def forwarded(folder: Path, batch: int) -> float:
    """Return how many rows a second a forwarder takes out."""
    total = 20_000
    with Outbox(folder / f"out-{batch}", synchronous="NORMAL") as outbox:
        for _ in range(total // 500):
            outbox.put(*[Draft.of("c", RawMessage(BODY, b"k"), tier="T1")] * 500)
        with Forwarder(outbox, Broker(), batch=batch) as forwarder:
            began = time.perf_counter()
            forwarder.drain(600)
            return total / (time.perf_counter() - began)


def main() -> None:
    """Print the tables."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    with tempfile.TemporaryDirectory(prefix="interlock-bench-") as name:
        folder = Path(name)
        for synchronous in ("FULL", "NORMAL"):
            base = plain(folder, synchronous, seconds)
            print(
                f"\nputs, synchronous={synchronous}: rows a second against plain SQLite ({base:.0f}/s here, one row a commit)"
            )
            for threads, together in itertools.product((1, 4, 16, 64), (1, 10)):
                found = ours(folder, synchronous, seconds, threads=threads, together=together)
                print(f"  {threads:3} threads, {together:3} messages a put {found / base:8.2f} x {found:10.0f}/s")
        base = forwarded(folder, 1)
        print(
            f"\nforwarding to a broker that takes everything: rows a second against one at a time ({base:.0f}/s here)"
        )
        for batch in (1, 10, 100, 1000):
            found = forwarded(folder, batch)
            print(f"  batches of {batch:4} {found / base:8.2f} x {found:10.0f}/s")


if __name__ == "__main__":
    main()
