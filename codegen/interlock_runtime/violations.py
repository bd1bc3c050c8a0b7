"""
What is wrong with a message: where in its handling, why, and at which place, in words that carry no value.

    InterlockError              base of all that this package raises
    ├── ContractViolation       a message breaks its contract; holds every violation
    ├── CannotCast              an event can't be brought to another major version
    ├── UnsupportedSchema       a contract's schema can't be compiled exactly
    ├── Suppressed              a command was not sent, since its event is told again (`context`)
    └── ModelMismatch           a generated class refuses what the schema takes: a fault of the generator
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

MOST = 100
"""How many violations of one message are reported; a hostile message could have millions."""


class Stage(enum.StrEnum):
    """How far a message came before it was refused; handling is decided by stage, never by exception class."""

    FRAMING = "framing"
    ENVELOPE = "envelope"
    CONTRACT = "contract"
    UPCAST = "upcast"
    PAYLOAD = "payload"
    INVARIANT = "invariant"
    PROMISES = "promises"


REASONS: dict[str, tuple[Stage, str]] = {
    "no-value": (Stage.FRAMING, "the message has no value, so there is nothing to read"),
    "too-large": (Stage.FRAMING, "the message is larger than the limit; send large data by `dataref`"),
    "not-utf8": (Stage.FRAMING, "the bytes are no UTF-8 text (RFC 8259 section 8.1)"),
    "malformed": (Stage.FRAMING, "the text is no JSON (RFC 8259)"),
    "byte-order-mark": (
        Stage.FRAMING,
        "the text begins with a byte order mark, which JSON excludes (RFC 8259 section 8.1)",
    ),
    "lone-surrogate": (
        Stage.FRAMING,
        "a string holds half a surrogate pair, which is no character (RFC 7493 section 2.1)",
    ),
    "duplicate-member": (
        Stage.FRAMING,
        "a member stands twice in one object, so readers may disagree about its value (RFC 7493 section 2.3)",
    ),
    "number-too-long": (Stage.FRAMING, "a number has more digits than any reader keeps"),
    "too-deep": (Stage.FRAMING, "arrays and objects are nested deeper than the limit"),
    "bad-header": (Stage.FRAMING, "a header of the message can't be read as an attribute"),
    "envelope-invalid": (Stage.ENVELOPE, "the envelope breaks the rules of its attributes"),
    "unknown-type": (Stage.CONTRACT, "the event's type is none of this contract's"),
    "unsupported-version": (Stage.CONTRACT, "the event has a major version that is not read here"),
    "version-mismatch": (Stage.CONTRACT, "the event's full version does not belong to the major version of its type"),
    "unsupported-content": (Stage.CONTRACT, "the data is not JSON"),
    "data-elsewhere": (Stage.CONTRACT, "the data is not in the message but behind `dataref`"),
    "cannot-cast": (Stage.UPCAST, "the event can't be brought to the version that is read here"),
    "cast-invalid": (Stage.UPCAST, "what the upcaster made does not fit the contract"),
    "payload-invalid": (Stage.PAYLOAD, "the data breaks the contract's schema"),
    "undeclared-member": (Stage.PAYLOAD, "the data has a member that the contract does not declare"),
    "invariant-broken": (Stage.INVARIANT, "the event breaks an invariant that the contract declares"),
    "not-json": (Stage.PAYLOAD, "the data holds a value that JSON can't carry"),
}
"""Every reason with its stage and what it says; a reason's name never changes, since policies and dashboards use it."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong: safe to log, since neither text nor pointer holds a value of the message."""

    stage: Stage
    reason: str
    """One of `REASONS`."""
    pointer: str
    """JSON Pointer (RFC 6901) into the document that was judged, to what is wrong or missing."""
    text: str
    rule: str = ""
    """The keyword of the schema or the invariant that refuses, where one does."""

    def __str__(self) -> str:
        """One line for a log."""
        where = f" at {self.pointer}" if self.pointer else ""
        return f"{self.stage.value}: {self.reason}{where}: {self.text}"


def violation(reason: str, pointer: str = "", text: str = "", rule: str = "") -> Violation:
    """Return a violation with the stage, and unless given the text, that the table has for its reason."""
    stage, words = REASONS[reason]
    return Violation(stage, reason, pointer, text or words, rule)


class InterlockError(Exception):
    """Base of all that this package raises."""


class ContractViolation(InterlockError):  # noqa: N818 - the name says what happened
    """A message breaks its contract; `violations` has all that is wrong with it."""

    def __init__(self, violations: Iterable[Violation], name: str = "") -> None:
        self.violations = tuple(violations)[:MOST]
        self.name = name
        super().__init__(self.violations, name)

    def __str__(self) -> str:
        """All of it in words, one line each."""
        head = f"{self.name or 'message'}: {len(self.violations)} violation{'s' if len(self.violations) != 1 else ''}"
        return "\n  ".join([head, *map(str, self.violations)])


class CannotCast(InterlockError):  # noqa: N818 - the name says what happened
    """An event can't be brought to another major version, and why; the text must not carry values."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class CannotUpcast(CannotCast):
    """An older event can't be brought to the newer major version."""


class CannotDowncast(CannotCast):
    """A newer event can't be brought to the older major version."""


class UnsupportedSchema(InterlockError):  # noqa: N818 - the name says what happened
    """A contract's schema can't be compiled to an exact gate: what stands in the way, and where."""

    def __init__(self, why: str, pointer: str = "") -> None:
        self.why = why
        self.pointer = pointer
        super().__init__(why, pointer)

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"no exact gate can be made of this schema: {self.why} (at #{self.pointer})"


class ModelMismatch(InterlockError):  # noqa: N818 - the name says what happened
    """A generated class refuses what the schema takes: a fault of the generator, never of the message."""

    def __init__(self, name: str, places: Iterable[str]) -> None:
        self.name = name
        self.places = tuple(places)
        super().__init__(name, self.places)

    def __str__(self) -> str:
        """Say it in a sentence that carries no value."""
        return f"the class of {self.name} refuses what its schema takes, at {', '.join(self.places) or 'the top'}: report this fault of the generator"


def escape(token: str) -> str:
    """Return a token as it stands in a JSON Pointer (RFC 6901 section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def pointer(path: Iterable[str | int]) -> str:
    """Return the JSON Pointer of a path of member names and indexes."""
    return "".join(f"/{escape(token) if isinstance(token, str) else token}" for token in path)
