"""A broker's process: started, killed, started again on the same port, and gone when the test run is."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.waiting import PATIENCE, until

from .keeper import lives

KEEPER = Path(__file__).with_name("keeper.py")
_CLIENTS = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
"""The first port that Linux gives to clients."""


def free_port() -> int:
    """
    Return a loopback port that nobody listens on, and that the system gives to no client.

    Ports of clients come from a range of their own: one of those may be taken while its broker is down, even by a
    client that calls the broker and then talks to itself.
    """
    while True:
        port = random.randrange(_CLIENTS // 2, _CLIENTS)  # noqa: S311 - no secret
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


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
        end = time.monotonic() + PATIENCE
        while not is_open(self.port):
            if not lives(self.pid) or time.monotonic() > end:
                self.kill()
                pytest.fail(f"{self._command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def adopted(self) -> dict[str, int]:
        """Return the numbers by which another worker finds this broker."""
        return {"port": self.port, "pid": self.pid, "mapper": self._beside.port if self._beside else 0}

    def save(self, name: str) -> None:
        """Ask Mosquitto to write its state, and return when that file of its folder is newer."""
        state = self.folder / name
        before = state.stat().st_mtime_ns if state.exists() else 0
        self._signal(signal.SIGUSR1)
        until(lambda: state.exists() and state.stat().st_mtime_ns > before)

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
        end = time.monotonic() + patience
        while (lives(self.pid) or is_open(self.port)) and time.monotonic() < end:
            time.sleep(0.02)

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and its children, which are one group."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
