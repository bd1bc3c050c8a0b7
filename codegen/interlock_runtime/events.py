"""An event that kept its contract; it stands beside its contract, since the two name each other."""

from __future__ import annotations

from .contract import Event

__all__ = ["Event"]
