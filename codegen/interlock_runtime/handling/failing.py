"""What a handler's failure says, and whether trying again is of any use."""

from __future__ import annotations

from ..violations import ContractViolation, Violation
from .errors import CannotHandle, OutOfOrder
from .reasons import promise
from .safety import described, safe

LASTING = (CannotHandle, ContractViolation)
"""What no repetition mends: the same event makes the same handler publish the same wrong thing."""


def failed(error: Exception | None) -> Violation:
    """Return a handler's failure in safe words; None is a process that died as often as the tier allows."""
    if isinstance(error, CannotHandle):
        return promise("cannot-handle", "", error.reason)
    if isinstance(error, OutOfOrder):
        return promise("out-of-order", "", error.reason)
    if isinstance(error, ContractViolation):
        broken = f"what the handler makes breaks {error.name or 'its contract'}: {_first(error)}"
        return promise("breaks-contract", "", broken)
    return promise("handler-failed", "", f"the handler failed: {described(error)}" if error else "")


def _first(error: ContractViolation) -> str:
    """Return the first of what a message breaks, by reason and place."""
    return ", ".join(f"{each.rule or each.reason} at {each.pointer or '/'}" for each in safe(error.violations[:3]))
