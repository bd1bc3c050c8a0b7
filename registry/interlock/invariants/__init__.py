"""Invariants: named rules of the library, beyond JSON Schema, that contracts declare with parameters."""

from interlock.invariants.declared import contract_faults, faults
from interlock.invariants.table import RULES, Check, InvariantRule, checks, violations
from interlock.invariants.typed import TypeChecks

__all__ = ["RULES", "Check", "InvariantRule", "TypeChecks", "checks", "contract_faults", "faults", "violations"]
