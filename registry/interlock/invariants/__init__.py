"""Invariants: named rules of the library, beyond JSON Schema, that contracts declare with parameters."""

from interlock.invariants.declared import contract_faults, faults
from interlock.invariants.rows import declared_rows
from interlock.judging.table import RULES

__all__ = ["RULES", "contract_faults", "declared_rows", "faults"]
