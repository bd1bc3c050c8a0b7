"""How deep types may lead to each other while they are lowered."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager

FRAMES = 10_000
"""Calls within calls while a package is made: about a thousand types, each of which names the next."""


@contextmanager
def deeper() -> Generator[None, None, None]:
    """Let Python follow a long chain of types; one that is longer still ends in RecursionError, as always."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
