"""What a validation says of one event, as values."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias

STAGES = ("envelope", "contract", "payload", "closed", "keys", "invariant")
"""
The stages in their order: the CloudEvents attributes; a contract that is known and in force; the reader's schema; the
producer's closed view; what the envelope repeats of the data; the named rules beyond JSON Schema.
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an event is refused: at which stage, by which keyword, rule or check, and where."""

    stage: str
    rule: str
    """A JSON Schema keyword, an invariant's rule, or a check of the stage."""
    at: str
    """JSON Pointer into the document; for a missing member, to where it would stand."""
    message: str

    @property
    def reason(self) -> tuple[str, str, str]:
        """Stage, rule and pointer, which name the reason without its words."""
        return self.stage, self.rule, self.at

    def below(self, pointer: str) -> Problem:
        """Return the same problem of a value that stands at a pointer."""
        return Problem(self.stage, self.rule, pointer + self.at, self.message)


Judging: TypeAlias = Generator[Problem, None, tuple[str, ...]]
"""The problems of one event, and at the end the stages that were not asked since an earlier one refused it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of one event."""

    problems: list[Problem]
    unasked: tuple[str, ...]
    """The stages that were not asked, since an earlier one refused it: it may be wrong there too."""


def judgement(judging: Judging) -> Judgement:
    """Return what a judging says, all of it."""
    problems: list[Problem] = []
    while True:
        try:
            problems.append(next(judging))
        except StopIteration as end:
            return Judgement(problems, end.value)


def after(stage: str, *, closed: bool) -> tuple[str, ...]:
    """
    Return the stages that come after one; the producer's view only where it was asked for.

    >>> after("payload", closed=False)
    ('keys', 'invariant')
    """
    later = STAGES[STAGES.index(stage) + 1 :]
    return tuple(name for name in later if closed or name != "closed")
