"""Regular languages over Unicode: ECMA-262 patterns as sets of strings which can be compared, combined and sampled."""

from __future__ import annotations

from .budget import Budget
from .errors import BudgetExceeded, InvalidPattern, PatternError, RegexError, UnsupportedPattern
from .language import EVERYTHING, NOTHING, Language
from .linting import Issue, lint

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "Budget",
    "BudgetExceeded",
    "InvalidPattern",
    "Issue",
    "Language",
    "PatternError",
    "RegexError",
    "UnsupportedPattern",
    "lint",
]
