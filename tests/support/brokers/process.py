"""A broker's process: started, killed, started again on the same port, and gone when the test run is."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.waiting import PATIENCE

from .keeper import lives

KEEPER = Path(__file__).with_name("keeper.py")


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_open(port: int) -> bool:
    """Say whether somebody listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def program(name: str, install: str, *places: Path) -> str:
    """Return a program's path; without it the test is skipped with the line that installs it, and fails in CI."""
    found = shutil.which(name, path=os.pathsep.join([*map(str, places), os.environ.get("PATH", ""), "/usr/sbin"]))
    if found is None:
        words = f"{name} is missing: {install}"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)
    return found


def owner() -> int:
    """Return the process that a test run lives as long as: under pytest-xdist the controller, which started us."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


class Broker:
    """One broker process; any worker of the test run may use it, since its keeper is its parent."""

    def __init__(
        self,
        command: list[str],
        port: int,
        folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        beside: Broker | None = None,
        pid: int = 0,
    ) -> None:
        self.port = port
        self.folder = folder
        self.pid = pid
        self._command = command
        self._environment = dict(environment or {})
        self._beside = beside

    def start(self) -> None:
        """Start the process in a group of its own, and return when it is ready."""
        if self._beside is not None and not is_open(self._beside.port):
            self._beside.start()
        log = self.folder / "output.log"
        kept = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-S", "-E", str(KEEPER), str(owner()), str(log), *self._command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={**os.environ, **self._environment},
            cwd=self.folder,
            check=True,
        )
        self.pid = int(kept.stdout)
        self._wait_until_ready(log)

    def _wait_until_ready(self, log: Path) -> None:
        """Wait until the broker listens; fail with its last words when it does not."""
        until = time.monotonic() + PATIENCE
        while not is_open(self.port):
            if not lives(self.pid) or time.monotonic() > until:
                self.kill()
                pytest.fail(f"{self._command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def adopted(self) -> dict[str, int]:
        """Return the numbers by which another worker finds this broker."""
        return {"port": self.port, "pid": self.pid, "mapper": self._beside.port if self._beside else 0}

    def kill(self) -> None:
        """Kill the process and its children at once, as a power cut would."""
        self._signal(signal.SIGKILL)
        self._wait_until_gone(PATIENCE)

    def stop(self) -> None:
        """Ask the process to stop, and kill what is left of it."""
        self._signal(signal.SIGTERM)
        self._wait_until_gone(10)
        self.kill()
        if self._beside is not None:
            self._beside.kill()

    def _wait_until_gone(self, patience: float) -> None:
        """Wait until the process has ended and its port is free."""
        until = time.monotonic() + patience
        while (lives(self.pid) or is_open(self.port)) and time.monotonic() < until:
            time.sleep(0.02)

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and its children, which are one group."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
