"""A consumer in a process of its own, to be killed. Run as a script: `victim.py FOLDER LINE PLACE CHANNEL`."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

TESTS = Path(__file__).parents[2]


def main(folder: Path, arguments: list[str]) -> None:
    """Consume with stores in files; each event that is handled becomes a line."""
    from interlock_runtime import Event
    from interlock_runtime.stores.sqlite_inbox import SqliteInbox
    from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
    from interlock_runtime.transports.loops import stop_on_signals
    from support.brokers.lines import line_of
    from support.brokers.tiny import CATALOG

    handled = (folder / "handled").open("a", buffering=1)

    def handler(event: Event[dict[str, int]]) -> None:
        handled.write(f"{event.data['step']}\n")

    stop = threading.Event()
    stop_on_signals(stop)
    consumer = CATALOG.consumer(
        "wms", inbox=SqliteInbox(folder / "inbox"), quarantine=SqliteQuarantine(folder / "quarantine")
    )
    line_of(*arguments).consume(consumer, handler, stop)


if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(Path(sys.argv[1]), sys.argv[2:])
