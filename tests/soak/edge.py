"""
The edge: events go through an outbox to MQTT while forwarder and broker are killed -9, five times each.

`python tests/soak/edge.py [EVENTS]`, 50,000 unless told otherwise. Missing 0, first arrivals of each lot in order.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


from interlock_runtime.outbox import Outbox
from support.brokers import servers
from support.brokers.process import Broker
from support.brokers.sessions import ended, mqtt_session
from support.brokers.tiny import CATALOG, HELD
from support.waiting import until

KILLS = 5
LOTS = 8
"""Each is one thread that puts: order is promised for each key."""
PATIENCE = 900.0


class Ear:
    """A subscriber whose session outlives broker and connection; it writes down what comes, in order."""

    def __init__(self, port: int) -> None:
        self.came: list[tuple[str, int]] = []
        self.sequences: list[int] = []
        self._client = mqtt_session(port, "ear", ["mfg/#"], self._hear)

    def _hear(self, _: str, value: bytes) -> None:
        """Write an arrival down."""
        event = json.loads(value)
        self.came.append((event["data"]["lot"], event["data"]["step"]))
        self.sequences.append(int(event["sequence"]))

    def close(self) -> None:
        """End."""
        ended(self._client)


def put(outbox: Outbox, lot: str, steps: int) -> None:
    """Publish the steps of one lot, each durable before the next; threads that put at once share a commit."""
    publisher = CATALOG.publisher("mes", site="muc1", source="https://muc1.example/mes", outbox=outbox)
    for step in range(steps):
        publisher.publish(HELD, {"lot": lot, "step": step})


def forwarder(box: str, broker: Broker) -> subprocess.Popen[bytes]:
    """Start a forwarder."""
    program = str(Path(__file__).with_name("forwarding.py"))
    return subprocess.Popen([sys.executable, program, box, str(broker.port)])  # noqa: S603 - our own script


def run(events: int, folder: Path) -> bool:
    """Run and print; say whether nothing is missing and the order was kept."""
    broker = servers.mosquitto(folder)
    broker.start()
    ear, box, begun = Ear(broker.port), str(folder / "outbox.db"), time.monotonic()
    outbox = Outbox(box)
    sending = forwarder(box, broker)
    try:
        with ThreadPoolExecutor(LOTS) as pool:
            working = [pool.submit(put, outbox, f"L-{lot}", events // LOTS) for lot in range(LOTS)]
            for kill in range(1, KILLS + 1):
                _reach(ear, kill * events // (KILLS + 1))
                sending.kill()
                sending.wait()
                broker.save("mosquitto.db")  # it acknowledges before it saves: what was said last must reach its file
                broker.kill()
                broker.start()
                sending = forwarder(box, broker)
                print(f"kill {kill}: {outbox.state().rows:,} wait, {len(ear.came):,} came", flush=True)
            for future in working:
                future.result()
        _reach(ear, events)
        until(lambda: outbox.state().rows == 0)
    finally:
        outbox.close()
        sending.kill()
        sending.wait()
        ear.close()
        broker.stop()
    return told(events // LOTS * LOTS, ear, time.monotonic() - begun)


def _reach(ear: Ear, different: int) -> None:
    """Wait until so many different events have come."""
    until(lambda: len(ear.came) >= different and len(set(ear.came)) >= different // LOTS * LOTS, PATIENCE, look=0.1)


def told(events: int, ear: Ear, took: float) -> bool:
    """Print what came; say whether it is all, and in order."""
    firsts = list(dict.fromkeys(ear.came))
    missing = events - len(firsts)
    lots = {lot: [step for name, step in firsts if name == lot] for lot in dict(firsts)}
    ordered = all(steps == sorted(steps) for steps in lots.values())
    gaps = set(range(1, events + 1)) - set(ear.sequences)
    print(
        f"edge: {events:,} put, forwarder and broker killed {KILLS} times each: missing {missing}, "
        f"order {'kept' if ordered else 'BROKEN'}, gaps in sequence {len(gaps)}, "
        f"duplicates {len(ear.came) - len(firsts)}, {took:.0f} s"
    )
    return missing == 0 and ordered and not gaps


def main() -> int:
    """Run with so many events."""
    words = argparse.ArgumentParser(description="Kill the edge's forwarder and broker again and again.")
    words.add_argument("events", type=int, nargs="?", default=50_000, help="how many events [50000]")
    events = words.parse_args().events
    with tempfile.TemporaryDirectory(prefix="soak-edge-") as folder:
        return 0 if run(events, Path(folder)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
