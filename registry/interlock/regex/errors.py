"""
What can go wrong with a pattern or a question about it.

    RegexError
    ├── PatternError
    │   ├── InvalidPattern        ECMA-262 refuses the pattern
    │   └── UnsupportedPattern    ECMA-262 takes it, our model of languages does not
    └── BudgetExceeded            the question was not answered within its budget
"""

from __future__ import annotations


class RegexError(Exception):
    """Anything this package raises on purpose."""


class PatternError(RegexError):
    """A pattern which has no language here: it knows where, a stable reason code, and says so in one sentence."""

    verdict = "cannot be read"

    def __init__(self, pattern: str, at: int, code: str, detail: str) -> None:
        super().__init__(pattern, at, code, detail)
        self.pattern = pattern
        self.at = at
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        """One sentence for people."""
        shown = self.pattern if len(self.pattern) <= _SHOWN else self.pattern[: _SHOWN - 1] + "…"
        return f"pattern {shown!r} {self.verdict}: {self.detail} (at position {self.at})"


class InvalidPattern(PatternError):  # noqa: N818 (it says what is so)
    """ECMA-262 section 22.2.1 has no production for the pattern, with or without the `u` flag."""

    verdict = "is not a valid ECMA-262 regular expression"


class UnsupportedPattern(PatternError):  # noqa: N818 (it says what is so)
    """The pattern may be good ECMA-262, and its language is beyond what we can decide exactly."""

    verdict = "is outside what can be decided"


class BudgetExceeded(RegexError):  # noqa: N818 (it says what is so)
    """A question needed more states or more time than its budget held."""

    def __init__(self, code: str, limit: float) -> None:
        super().__init__(code, limit)
        self.code = code
        self.limit = limit

    def __str__(self) -> str:
        """One sentence for people."""
        if self.code == "deadline":
            return "the question about this pattern was not answered before its deadline"
        return f"the question about this pattern needs more than {self.limit:g} {self.code}"


_SHOWN = 80
