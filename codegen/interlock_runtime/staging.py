"""Where a violation belongs: a gate judges a whole event at once, and what it says is about the envelope or the data."""

from __future__ import annotations

from dataclasses import replace

from .violations import Stage, Violation


def staged(faults: list[Violation]) -> list[Violation]:
    """Return violations of a whole event, those outside its data as the envelope's."""
    return [
        fault if _is_in_data(fault) else replace(fault, stage=Stage.ENVELOPE, reason="envelope-invalid")
        for fault in faults
    ]


def _is_in_data(fault: Violation) -> bool:
    """Say whether a violation of a whole event lies in its data."""
    return fault.pointer == "/data" or fault.pointer.startswith("/data/")


def as_cast(faults: list[Violation]) -> list[Violation]:
    """Return violations of what a function between majors made."""
    return [replace(fault, stage=Stage.UPCAST, reason="cast-invalid") for fault in faults]


def below(place: str, faults: list[Violation]) -> list[Violation]:
    """Return violations of a part as violations of the whole."""
    return [replace(fault, pointer=place + fault.pointer) for fault in faults]
