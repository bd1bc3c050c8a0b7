"""Time as a scenario tells it: one moment for all services, in a file, so that processes share it too."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from pathlib import Path


class Clock:
    """The plant's clock; it stands still until the test turns it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> dt.datetime:
        """Return the present moment."""
        return dt.datetime.fromisoformat(self._path.read_text(encoding="ascii"))

    def wait(self, moment: dt.datetime, stop: threading.Event) -> bool:
        """Wait for a moment; return whether it came before `stop` was set."""
        while self() < moment and not stop.is_set():
            time.sleep(0.005)
        return not stop.is_set()

    def turn(self, moment: dt.datetime) -> None:
        """Move the clock, at once for all."""
        new = self._path.with_suffix(".new")
        new.write_text(moment.isoformat(), encoding="ascii")
        os.replace(new, self._path)  # noqa: PTH105 - what a reader sees is the old moment or the new one
