"""What a validator's error says, in words that carry no value of the message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from .violations import Violation, pointer, violation

Facts = dict[str, Any]


class Kind(Protocol):
    """The rule that was broken, with the schema's own parameters."""

    @property
    def name(self) -> str:
        """The keyword."""
        ...

    def as_dict(self) -> Facts:
        """Return the parameters."""
        ...


class Failure(Protocol):
    """One error of the compiled validator."""

    @property
    def kind(self) -> Any:
        """The rule."""
        ...

    @property
    def instance_path(self) -> list[str | int]:
        """Where in the document."""
        ...

    @property
    def schema_path(self) -> list[str | int]:
        """Where in the schema."""
        ...


def _either(names: list[str]) -> str:
    """Return names as an enumeration."""
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _count(number: Any, thing: str) -> str:
    """Return a number of things."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


TEXTS: dict[str, Callable[[Facts], str]] = {
    "type": lambda facts: f"must be of type {_either([str(name) for name in facts['types']])}",
    "pattern": lambda facts: f"must match {facts['pattern']}",
    "format": lambda facts: f"must be a {facts['format']}",
    "minLength": lambda facts: f"must have at least {_count(facts['limit'], 'character')}",
    "maxLength": lambda facts: f"must have at most {_count(facts['limit'], 'character')}",
    "minimum": lambda facts: f"must be at least {facts['limit']}",
    "maximum": lambda facts: f"must be at most {facts['limit']}",
    "exclusiveMinimum": lambda facts: f"must be greater than {facts['limit']}",
    "exclusiveMaximum": lambda facts: f"must be less than {facts['limit']}",
    "multipleOf": lambda facts: f"must be a multiple of {facts['multiple_of']}",
    "minItems": lambda facts: f"must have at least {_count(facts['limit'], 'item')}",
    "maxItems": lambda facts: f"must have at most {_count(facts['limit'], 'item')}",
    "minProperties": lambda facts: f"must have at least {_count(facts['limit'], 'member')}",
    "maxProperties": lambda facts: f"must have at most {_count(facts['limit'], 'member')}",
    "uniqueItems": lambda _: "must not hold the same item twice",
    "enum": lambda _: "must be one of the values that the contract lists",
    "const": lambda _: "must be the one value that the contract states",
    "required": lambda _: "is required and missing",
    "additionalProperties": lambda _: "is no member that the contract declares",
    "unevaluatedProperties": lambda _: "is no member that the contract declares",
    "propertyNames": lambda _: "has a name that the contract does not allow",
    "anyOf": lambda _: "must fit at least one of the forms that the contract lists",
    "oneOf": lambda _: "must fit exactly one of the forms that the contract lists",
    "falseSchema": lambda _: "must not be there: the contract takes nothing here",
    "not": lambda _: "must not have the form that the contract excludes",
    "contains": lambda _: "must hold an item of the form that the contract asks for",
}
"""What is said of each keyword; all others say that the value does not fit."""


class Wording:
    """Words the errors of one schema's validator."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        """Take the patterns as the contract wrote them, by the form that the validator knows."""
        self._patterns = patterns

    def violations(self, failure: Failure) -> Iterator[Violation]:
        """Yield what one error says; a missing, undeclared or misnamed member is named by its own place."""
        kind: Kind = failure.kind
        facts = kind.as_dict()
        path = pointer(failure.instance_path)
        rule = str(failure.schema_path[-1]) if failure.schema_path else "false"
        if kind.name == "required":
            yield violation("payload-invalid", path + pointer([facts["property"]]), TEXTS["required"](facts), rule)
        elif kind.name in ("additionalProperties", "unevaluatedProperties"):
            for name in facts["unexpected"]:
                yield violation("undeclared-member", path + pointer([name]), TEXTS[kind.name](facts), rule)
        elif kind.name == "propertyNames":
            yield violation(
                "payload-invalid", path + pointer([facts["error"].instance]), TEXTS[kind.name](facts), kind.name
            )
        else:
            yield violation("payload-invalid", path, self._text(kind.name, facts), rule)

    def _text(self, name: str, facts: Facts) -> str:
        """Return what an error says."""
        if name == "pattern" and "pattern" not in facts:
            return "could not be matched within the steps that a pattern may take"
        if name == "pattern":
            facts = {**facts, "pattern": self._patterns.get(facts["pattern"], facts["pattern"])}
        words = TEXTS.get(name)
        return words(facts) if words else f"does not fit what the contract says by `{name}`"
