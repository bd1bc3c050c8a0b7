"""
Starts a broker, prints its id, and kills it when the test run that it serves is gone, however that ended.

Run as a script: `keeper.py SERVED LOG COMMAND...`. It is the broker's parent, so that any worker of the run may kill
the broker and start it again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time


def lives(pid: int) -> bool:
    """Say whether a process runs; one that has ended and is not waited for does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:  # noqa: PTH123 - pathlib is slow to import
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def keep(served: int, log: str, command: list[str]) -> None:
    """Start a broker in a group of its own, and outlive it."""
    with open(log, "ab") as output:  # noqa: PTH123 - as above
        broker = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    os.write(1, f"{broker.pid}\n".encode())
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    while broker.poll() is None and lives(served):
        time.sleep(0.1)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(broker.pid, signal.SIGKILL)
    broker.wait()


if __name__ == "__main__":
    if os.fork():
        os._exit(0)
    os.setsid()
    keep(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
