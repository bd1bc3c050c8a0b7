"""
The rules: what a catalog must hold, and what a change to it may do.

A rule is a row in `table` and a small function; the function's module and name are its id, its docstring its page.
"""

from interlock.rules.frame import Rule, Scope, Violation, Violations
from interlock.rules.promises.weights import promise_bump
from interlock.rules.subjects import ContractChange
from interlock.rules.table import RULES, judge, judge_catalogs, levels_of, lint, rule, rules_named

__all__ = [
    "RULES", "ContractChange", "Rule", "Scope", "Violation", "Violations", "judge", "judge_catalogs", "levels_of", "lint", "promise_bump", "rule",
    "rules_named",
]  # fmt: skip
