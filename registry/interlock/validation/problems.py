"""What a validation says of one event, as values."""

from __future__ import annotations

from dataclasses import dataclass

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
