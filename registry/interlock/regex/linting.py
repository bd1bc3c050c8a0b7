"""What a reviewer should know about a pattern: where engines read it otherwise, and where they may take for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from .backtracking import risks
from .budget import Budget
from .errors import BudgetExceeded, InvalidPattern, PatternError
from .parser import parse
from .syntax import Parsed

_STATES = 4_000


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to know about a pattern: a stable code, the place in the pattern, what is so and what would mend it."""

    code: str
    at: int
    sentence: str
    mend: str


class _Words(NamedTuple):
    sentence: str
    mend: str


_NOTES: Final = {
    "bare-bracket": _Words(
        "A bracket or brace which opens or closes nothing is an error with the `u` flag and in other engines.",
        "Put a backslash before it.",
    ),
    "bare-hyphen": _Words(
        "A hyphen next to a class like `\\w` is an error with the `u` flag and a range elsewhere.",
        "Write the hyphen last in the brackets.",
    ),
    "bracket-in-class": _Words(
        "A bracket inside brackets is a character here, and begins a POSIX or nested class in other engines.",
        "Put a backslash before it.",
    ),
    "dollar": _Words(
        "`$` also matches before a final line feed in Python, Perl and PCRE, and only at the end in ECMA-262.",
        "Nothing, if every reader validates with an ECMA-262 engine; else exclude the line feed in the schema too.",
    ),
    "dot": _Words(
        "`.` leaves out four line ends in ECMA-262 and only the line feed in Python, RE2 and Rust.",
        "Name the characters: `[^\\n\\r]`, or the set you mean.",
    ),
    "identity-escape": _Words(
        "A backslash before a character which needs none is an error with the `u` flag.",
        "Leave the backslash out.",
    ),
    "lookahead": _Words(
        "Lookahead is missing in RE2, Go and Rust.",
        "Say the condition with `allOf` and `not` over simpler patterns.",
    ),
    "lookbehind": _Words(
        "Lookbehind is missing in RE2, Go and Rust, and limited in Python and older browsers.",
        "Say the condition with `allOf` and `not` over simpler patterns.",
    ),
    "named-group": _Words(
        "Named groups are written in other ways elsewhere, and a validator has no use for the name.",
        "Use `(?:...)`.",
    ),
    "repeated-lookahead": _Words(
        "A repeated lookahead is an error with the `u` flag, and repeating it changes nothing.",
        "Leave the quantifier out.",
    ),
    "shorthand-class": _Words(
        "`\\d`, `\\w` and `\\s` mean ASCII digits and letters to some engines and all of Unicode to others.",
        "Name the characters: `[0-9]`, `[A-Za-z0-9_]`, `[ \\t]`.",
    ),
    "unicode-property": _Words(
        "`\\p{...}` needs the `u` flag, is missing in Python's `re`, and follows each engine's version of Unicode.",
        "Name the ranges you accept.",
    ),
    "word-boundary": _Words(
        "`\\b` knows only ASCII letters in ECMA-262 and all of Unicode elsewhere.",
        "Name the characters which may stand on either side.",
    ),
}

_RISKS: Final = {
    "exponential-backtracking": _Words(
        "This loop can split texts made of pieces like {pump!r} in more than one way, so a backtracking engine tries a "
        "number of ways which doubles with each piece before it refuses a text.",
        "Rewrite the loop so that each text can be split in one way only.",
    ),
    "polynomial-backtracking": _Words(
        "This loop and an earlier one can share {pump!r}, so a backtracking engine tries every place to part them before "
        "it refuses a text.",
        "Make the loops begin or end with different characters, or bound them.",
    ),
}


def lint(pattern: str) -> list[Issue]:
    """
    Everything a reviewer should know about a pattern, in order of place; a refused pattern is an issue too.

    >>> [issue.code for issue in lint("^([0-9]+)*$")]
    ['exponential-backtracking', 'dollar']
    """
    try:
        parsed = parse(pattern)
    except PatternError as error:
        return [_refused(error)]
    found = [Issue(note.code, note.at, *_NOTES[note.code]) for note in parsed.notes]
    return sorted([*found, *_backtracking(parsed)], key=lambda issue: issue.at)


def _backtracking(parsed: Parsed) -> list[Issue]:
    try:
        found = risks(parsed, Budget(_STATES))
    except PatternError as error:
        return [_refused(error)]
    except BudgetExceeded:
        sentence = "Whether this pattern makes a backtracking engine slow was not found out within the budget."
        return [Issue("backtracking-undecided", 0, sentence, "Write the pattern with fewer or simpler loops.")]
    return [
        Issue(risk.code, risk.at, _RISKS[risk.code].sentence.format(pump=risk.pump), _RISKS[risk.code].mend)
        for risk in found
    ]


def _refused(error: PatternError) -> Issue:
    mend = "Correct the pattern." if isinstance(error, InvalidPattern) else "Write the condition in a simpler way."
    return Issue(error.code, error.at, f"{str(error)[0].upper()}{str(error)[1:]}.", mend)
