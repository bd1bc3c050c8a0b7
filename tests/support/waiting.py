"""How long a test waits for what another process or thread does: long, since a busy machine must not fail a test."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 120.0
"""Seconds; a test that passes waits no longer than it must."""


def until(holds: Callable[[], object], patience: float = PATIENCE, look: float = 0.01) -> None:
    """Wait until something holds; fail when it does not within a number of seconds."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, f"{holds} did not come true in {patience:.0f} s"
        time.sleep(look)
