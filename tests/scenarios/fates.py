"""How a scenario's service runs, in a thread or as a process, and what became of it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scenarios.service import Service, Settings
from support.waiting import PATIENCE


class Fate:
    """Whether a service still runs, and why not."""

    def __init__(self, name: str, process: subprocess.Popen[bytes] | None = None, log: Path | None = None) -> None:
        self.name = name
        self._process = process
        self._log = log
        self._error: BaseException | None = None

    def watch(self, run: Any) -> None:
        """Run a service and keep what ended it."""
        try:
            run()
        except BaseException as error:  # noqa: BLE001 - told to the test
            self._error = error

    def kill(self) -> None:
        """Kill the process as a power cut would."""
        assert self._process is not None, "a thread can't be killed"
        self._process.kill()
        self._process.wait()

    def check(self) -> None:
        """Fail when the service has ended by itself."""
        if self._error is not None:
            raise AssertionError(f"{self.name} ended") from self._error
        if self._process is not None and self._process.poll() is not None:
            words = self._log.read_text(errors="replace")[-2000:] if self._log else ""
            raise AssertionError(f"{self.name} ended with {self._process.returncode}:\n{words}")


@contextlib.contextmanager
def thread(told: Settings) -> Iterator[Fate]:
    """Run a service in a thread."""
    with Service(told) as service:
        fate = Fate(told.service)
        running = threading.Thread(target=fate.watch, args=(service.run,), name=told.service)
        running.start()
        try:
            yield fate
        finally:
            service.stop.set()
            running.join()


@contextlib.contextmanager
def process(told: Settings) -> Iterator[Fate]:
    """Run a service as a process."""
    program = Path(__file__).with_name("service.py")
    log = Path(told.folder) / "output.log"
    with log.open("wb") as output:
        running = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, str(program), json.dumps(dataclasses.asdict(told))], stdout=output, stderr=output
        )
        try:
            yield Fate(told.service, running, log)
        finally:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
