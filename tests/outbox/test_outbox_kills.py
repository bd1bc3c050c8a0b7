"""Two processes on one outbox, killed with -9 in the middle of their work: nothing is missing, the order is kept."""

from __future__ import annotations

import random
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import interlock_runtime
from interlock_runtime.outbox import Outbox
from support.tables import TABLES
from support.waiting import until

SCRIPT = Path(__file__).parent / "outbox_process.py"
HOME = str(Path(interlock_runtime.__file__).parents[1])
KILLS = 5
MESSAGES = 1500


class Sink(socketserver.ThreadingTCPServer):
    """Keeps each line before it answers; the connection may end at any moment."""

    daemon_threads = True
    lines: list[str]

    class Handler(socketserver.StreamRequestHandler):
        """One forwarder's connection."""

        server: Sink

        def handle(self) -> None:
            """Keep and answer."""
            try:
                for line in self.rfile:
                    if line.endswith(b"\n"):
                        self.server.lines.append(line.decode().strip())
                        self.wfile.write(b"ok\n")
            except ConnectionError:
                pass


@contextmanager
def sink() -> Iterator[Sink]:
    """Run a sink on a free port."""
    with Sink(("127.0.0.1", 0), Sink.Handler) as server:
        server.lines = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def started(*words: str) -> subprocess.Popen[str]:
    """Start a process."""
    return subprocess.Popen([sys.executable, str(SCRIPT), HOME, *words], stdout=subprocess.PIPE, text=True)  # noqa: S603


def printed(process: subprocess.Popen[str], lines: int) -> list[str]:
    """Return the next lines that a process prints."""
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(lines)]


def ended(process: subprocess.Popen[str]) -> list[str]:
    """Kill a process and return what it had printed."""
    process.kill()
    return process.communicate()[0].split()


def test_killed_forwarders_and_killed_producers_lose_nothing(tmp_path: Path) -> None:
    """Forwarder killed five times, producer three times: all that was safe arrives, first arrivals in order, no gap."""
    box, chance = str(tmp_path / "box"), random.Random(7)  # noqa: S311 - only when to kill
    with sink() as server:
        port = str(server.server_address[1])
        safe, first = [], 0
        forwarder = started("forward", box, port)
        for kill in range(KILLS):
            last = MESSAGES * (kill + 1) // KILLS
            producer = started("put", box, str(first), str(last))
            if kill < 3:
                safe += printed(producer, chance.randrange(20, 150))
                safe += ended(producer)
            else:
                safe += producer.communicate()[0].split()
            first = last
            ended(forwarder)
            forwarder = started("forward", box, port)
        with Outbox(box) as outbox:
            until(lambda: outbox.state().rows == 0)
        ended(forwarder)
        arrived = list(server.lines)
    numbers = [int(line.split()[1]) for line in arrived]
    firsts = list(dict.fromkeys(numbers))
    assert set(map(int, safe)) <= set(numbers), "what was safe has arrived"
    assert len(set(numbers) - set(map(int, safe))) <= 3, "beside it at most what was put as its producer was killed"
    assert len(safe) < MESSAGES, "the producers were killed in the middle"
    for key in range(4):
        assert [number for number in firsts if number % 4 == key] == sorted(n for n in firsts if n % 4 == key)
    assert sorted({int(line.split()[2]) for line in arrived}) == list(range(1, len(set(numbers)) + 1))
    TABLES.counts["outbox kills: messages, missing 0"] += len(safe)
    TABLES.counts["outbox kills: sent again after a crash"] += len(numbers) - len(firsts)


def test_two_forwarders_in_two_processes(tmp_path: Path) -> None:
    """The second waits; when the first is killed it goes on at once, whatever the clock says."""
    box = str(tmp_path / "box")
    with sink() as server:
        port = str(server.server_address[1])
        first = started("forward", box, port)
        safe = started("put", box, "0", "100").communicate()[0].split()
        until(lambda: len(server.lines) >= 100)
        second = started("forward", box, port)
        time.sleep(0.5)
        safe += started("put", box, "100", "200").communicate()[0].split()
        until(lambda: len(server.lines) >= 200)
        ended(first)
        safe += started("put", box, "200", "300").communicate()[0].split()
        until(lambda: len({line.split()[1] for line in server.lines}) == 300)
        ended(second)
        numbers = [int(line.split()[1]) for line in server.lines]
    assert list(dict.fromkeys(numbers)) == list(range(300)) == list(map(int, safe))
