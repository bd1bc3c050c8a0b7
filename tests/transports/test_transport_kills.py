"""Power cuts: brokers and consumers that are killed in the middle of their work."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
from support.brokers import victim
from support.brokers.harness import TABLE, Running
from support.brokers.line import Line
from support.brokers.tiny import bad, good
from support.tables import TABLES
from support.waiting import PATIENCE

MANY = 600


def test_a_broker_is_killed_twice(killable: Line) -> None:
    """The broker dies twice while events are sent and handled; none is lost, and none is handled twice."""
    messages = [bad(number=number)["malformed"] if number % 100 == 50 else good(number) for number in range(MANY)]
    broker = killable.broker
    assert broker is not None
    killable.pace = 0.02
    sending = threading.Thread(target=killable.send, args=(messages,))
    time.sleep(killable.topology_takes)
    with Running(killable, all_differ=True, handler=lambda _: time.sleep(0.004)) as plant:
        sending.start()
        for reached in (MANY // 6, MANY // 2):
            plant.until(lambda reached=reached: plant.settled() > reached)
            with killable.at_rest():
                assert plant.settled() < MANY
                broker.kill()
                broker.start()
        plant.until(lambda: plant.settled() == MANY)
        sending.join()
    assert sorted(plant.numbers()) == [number for number in range(MANY) if number % 100 != 50]
    plant.tell("broker killed twice", MANY, good=MANY - 6)


class Victim:
    """A consumer in a process of its own."""

    def __init__(self, folder: Path, line: Line) -> None:
        self.handled = folder / "handled"
        self.handled.touch()
        self.quarantine = folder / "quarantine"
        self._command = [sys.executable, victim.__file__, str(folder), *line.arguments()]
        self._log = folder / "log"
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        """Start it."""
        with self._log.open("ab") as log:
            return subprocess.Popen(self._command, stdout=log, stderr=log)  # noqa: S603 - our own command

    def numbers(self) -> list[int]:
        """Return what was handled; a line that was being written when the process died does not count."""
        return [int(line) for line in self.handled.read_text().splitlines(keepends=True) if line.endswith("\n")]

    def until(self, many: int) -> None:
        """Wait until so many different events were handled."""
        until = time.monotonic() + PATIENCE
        while len(set(self.numbers())) < many:
            assert time.monotonic() < until, (len(set(self.numbers())), self._log.read_text()[-3000:])
            assert self.process.poll() is None, self._log.read_text()[-3000:]
            time.sleep(0.005)

    def kill(self) -> None:
        """Kill it and start it again."""
        self.process.kill()
        self.process.wait()
        self.process = self._started()

    def end(self) -> int:
        """Ask it to stop; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def test_a_consumer_is_killed_twice(line: Line, tmp_path: Path) -> None:
    """A consumer dies twice in the middle: nothing is lost, and at most the event in work is handled again each time."""
    many = 300
    messages = [bad(number=number)["malformed"] if number % 100 == 50 else good(number) for number in range(many)]
    line.pace = 0.01
    sending = threading.Thread(target=line.send, args=(messages,))
    running = Victim(tmp_path, line)
    sending.start()
    try:
        for reached in (50, 150):
            running.until(reached)
            running.kill()
        running.until(many - 3)
        sending.join()
        assert running.end() == 0
    finally:
        running.process.kill()
        running.process.wait()
    numbers = running.numbers()
    kept = len({entry.message.value for entry in SqliteQuarantine(running.quarantine).entries()})
    again = len(numbers) - len(set(numbers))
    assert kept == 3
    assert again <= 2
    counts = f"sent {many}, handled {len(set(numbers))}, quarantined {kept}, handled again {again}"
    TABLES.add(
        TABLE, line.name, f"consumer killed twice: {counts}", "lost 0", f"lost {many - len(set(numbers)) - kept}"
    )
