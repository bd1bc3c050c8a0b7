"""
The event core of the generated packages: reads, judges and writes events exactly as their contracts say.

Copied as it is into each package that `interlock generate python` writes, so that no two versions of it ever meet.
Names are loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import MISSING

    from .bridges import Bridges, Cast, Lookup
    from .contract import Contract, Fetch
    from .envelope import Attribute, Envelope, EnvelopeRules
    from .events import Event
    from .facts import Classification, Keys, Lifecycle, OnInvalid, Sla, Status, Tier
    from .gate import Gate
    from .instants import Instant, LocalDate
    from .messages import Header, RawMessage
    from .modes import Mode
    from .parsing import Limits, loads
    from .violations import (
        REASONS,
        CannotCast,
        CannotDowncast,
        CannotUpcast,
        ContractViolation,
        InterlockError,
        ModelMismatch,
        Stage,
        UnsupportedSchema,
        Violation,
    )

_HOMES = {
    "bridges": ("Bridges", "Cast", "Lookup"),
    "contract": ("Contract", "Fetch"),
    "envelope": ("Attribute", "Envelope", "EnvelopeRules"),
    "events": ("Event",),
    "facts": ("Classification", "Keys", "Lifecycle", "OnInvalid", "Sla", "Status", "Tier"),
    "gate": ("Gate",),
    "instants": ("Instant", "LocalDate"),
    "messages": ("Header", "RawMessage"),
    "modes": ("Mode",),
    "parsing": ("Limits", "loads"),
    "violations": (
        "REASONS",
        "CannotCast",
        "CannotDowncast",
        "CannotUpcast",
        "ContractViolation",
        "InterlockError",
        "ModelMismatch",
        "Stage",
        "UnsupportedSchema",
        "Violation",
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "MISSING",
    "REASONS",
    "Attribute",
    "Bridges",
    "CannotCast",
    "CannotDowncast",
    "CannotUpcast",
    "Cast",
    "Classification",
    "Contract",
    "ContractViolation",
    "Envelope",
    "EnvelopeRules",
    "Event",
    "Fetch",
    "Gate",
    "Header",
    "Instant",
    "InterlockError",
    "Keys",
    "Lifecycle",
    "Limits",
    "LocalDate",
    "Lookup",
    "Mode",
    "ModelMismatch",
    "OnInvalid",
    "RawMessage",
    "Sla",
    "Stage",
    "Status",
    "Tier",
    "UnsupportedSchema",
    "Violation",
    "loads",
]


def __getattr__(name: str) -> Any:
    """Load a name when it is first used (PEP 562)."""
    from importlib import import_module

    if name == "MISSING":
        value = import_module("pydantic").MISSING
    elif name in _HOME:
        value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value
