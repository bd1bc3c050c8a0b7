"""What a compatibility question answers: compatible (proved), breaking (with a witness), or undecided (and why)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any


class Verdict(enum.StrEnum):
    """The three answers; undecided counts as an error, silence never means yes."""

    COMPATIBLE = "compatible"
    BREAKING = "breaking"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a schema: the document's URI (empty for the one asked about) and a JSON Pointer (RFC 6901)."""

    pointer: str
    document: str = ""

    def __str__(self) -> str:
        """The place as a URI reference."""
        return f"{self.document}#{self.pointer}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One cause for which a reader turns away what a writer may send, with the smallest document that proves it."""

    cause: str
    """Stable code of the cause, one of `CAUSES`."""
    message: str
    """What the reader does not take and the writer may send, one sentence without a place."""
    reader: Spot
    """The keyword of the reader's schema that refuses."""
    writer: Spot | None
    """The place in the writer's schema that permits it; None when nothing there speaks of it."""
    at: str
    """JSON Pointer into the witness, to the value that is refused (for a missing member: its object)."""
    witness: Any
    """A document which the writer may send and the reader turns away; confirmed by an independent validator."""
    old: Any = None
    """What the writer's schema says there (a fragment), for the fingerprint and for people."""
    new: Any = None
    """What the reader's schema says there (a fragment)."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why the question could not be answered."""

    code: str
    """Stable code: `budget`, `unsupported-pattern`, `unresolved-reference`, `witness-not-confirmed`, ..."""
    message: str
    spot: Spot
    """Where in the schemas the obstacle is."""
    side: str = "reader"
    """`writer` or `reader`: whose schema `spot` points into."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer to one question: what the writer may send that the reader turns away."""

    verdict: Verdict
    refusals: tuple[Refusal, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    seconds: float = 0.0

    @property
    def witness(self) -> Any:
        """The witness of the first cause; None unless the verdict is breaking."""
        return self.refusals[0].witness if self.refusals else None


CAUSES = {
    "type": "the value's JSON type is not taken",
    "required": "a member that the reader needs may be missing",
    "enum": "a value outside the reader's enum may be sent",
    "const": "a value other than the reader's constant may be sent",
    "pattern": "a string that does not match the reader's pattern may be sent",
    "format": "a string outside the reader's format may be sent",
    "length": "a string shorter or longer than the reader takes may be sent",
    "bound": "a number outside the reader's bounds may be sent",
    "multiple-of": "a number that is no multiple of the reader's step may be sent",
    "item-count": "an array with fewer or more items than the reader takes may be sent",
    "unique-items": "an array with equal items may be sent",
    "contains": "an array without the items that the reader counts on may be sent",
    "additional-item": "an item at a place that the reader does not know may be sent",
    "additional-member": "a member that the reader does not know and refuses may be sent",
    "member-count": "an object with fewer or more members than the reader takes may be sent",
    "member-name": "a member name that the reader refuses may be sent",
    "dependent": "a member may come without another that the reader then needs",
    "branch": "a value that fits no branch (or too many branches) of the reader may be sent",
    "not": "a value that the reader excludes may be sent",
    "never": "the reader takes no value here",
}
"""Each cause and what it says."""
