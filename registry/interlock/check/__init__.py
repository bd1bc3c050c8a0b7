"""The gate: does a change fit every reader in the plant? The base judges; each verdict is proved, shown or undecided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interlock.check.gate import Options, check

__all__ = ["Options", "check"]


def __getattr__(name: str) -> Any:
    """Load the gate when it is used (PEP 562): whoever reads a rule's page needs neither git nor the other rules."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from interlock.check import gate

    return getattr(gate, name)
