"""From the engine's causes to named rules: the same cause has another name, and another mend, in each direction."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.compat.openapi import API_RULES

OLD_READERS = "old readers x new events"
"""Asks whether readers built from an earlier release take what the new version may send."""
NEW_READERS = "new readers x old events"
"""Asks whether readers built from the new version take what was sent before."""

REGISTRY_WORDS = {OLD_READERS: "FORWARD", NEW_READERS: "BACKWARD"}
"""The registry world's word for each direction (Confluent's sense), shown in brackets only."""


@dataclass(frozen=True, slots=True)
class CompatRule:
    """A compatibility rule: the engine finds it, this row names and explains it."""

    id: str
    what: str
    fix: str


def _row(rule: str, what: str, fix: str) -> CompatRule:
    """Build a row."""
    return CompatRule(f"compat/{rule}", what, fix)


KEEP = "keep the old form inside this major, or write a new major beside it"

_OLD: dict[str, CompatRule] = {
    "required": _row(
        "required-member-removed",
        "a member that old readers need may now be missing",
        "keep {member} required and mark it deprecated; drop it in the next major",
    ),
    "enum": _row(
        "enum-value-added",
        "a closed enum grew: old readers know only the former values",
        "make the enum open (pattern and x-extensible-enum) in the next major, and add the value there",
    ),
    "type": _row(
        "type-changed",
        "the JSON type of a member changed",
        "add a member with the new type beside it and deprecate the old one",
    ),
    "const": _row("constant-changed", "a constant changed", KEEP),
    "pattern": _row(
        "pattern-widened",
        "strings that the old pattern refuses may now be sent",
        "keep the old pattern, or write a new major",
    ),
    "format": _row("format-changed", "strings outside the old format may now be sent", "keep the format"),
    "length": _row(
        "length-widened",
        "strings longer or shorter than old readers take may now be sent",
        "keep the old length bounds inside this major",
    ),
    "bound": _row(
        "bound-widened", "numbers outside the old bounds may now be sent", "keep the old bounds inside this major"
    ),
    "multiple-of": _row(
        "precision-widened", "numbers between the old steps may now be sent", "keep multipleOf inside this major"
    ),
    "item-count": _row(
        "item-count-widened",
        "arrays longer or shorter than old readers take may now be sent",
        "keep minItems and maxItems inside this major",
    ),
    "additional-member": _row(
        "member-added-for-strict-readers",
        "strict readers refuse a member that they do not know",
        "declare the readers open, or write a new major",
    ),
    "branch": _row(
        "branch-added",
        "a value that fits none of the old branches may now be sent",
        "keep the old branches inside this major",
    ),
}
_NEW: dict[str, CompatRule] = {
    "required": _row(
        "member-became-required",
        "new readers need a member that old events may lack",
        "leave {member} optional, or write a new major",
    ),
    "enum": _row(
        "enum-value-removed",
        "old events may carry a value that is no longer known",
        "keep the value; mark it deprecated in the description",
    ),
    "type": _row(
        "type-changed",
        "the JSON type of a member changed",
        "add a member with the new type beside it and deprecate the old one",
    ),
    "const": _row("constant-changed", "a constant changed", KEEP),
    "pattern": _row(
        "pattern-tightened",
        "old events may carry strings that the new pattern refuses",
        "keep the old pattern, or write a new major",
    ),
    "format": _row("format-changed", "old events may carry strings outside the new format", "keep the format"),
    "length": _row(
        "length-tightened",
        "old events may carry strings that the new length bounds refuse",
        "keep the old length bounds inside this major",
    ),
    "bound": _row(
        "bound-tightened",
        "old events may carry numbers that the new bounds refuse",
        "keep the old bounds inside this major",
    ),
    "multiple-of": _row(
        "precision-tightened", "old events may carry numbers between the new steps", "keep multipleOf inside this major"
    ),
    "item-count": _row(
        "item-count-tightened",
        "old events may carry arrays that the new bounds refuse",
        "keep minItems and maxItems inside this major",
    ),
    "additional-member": _row(
        "unknown-members-refused", "new readers refuse members that old events may carry", "leave readers open"
    ),
    "branch": _row(
        "branch-removed",
        "old events may carry a value that fits none of the new branches",
        "keep the branch inside this major",
    ),
}
_EITHER: dict[str, CompatRule] = {
    "unique-items": _row(
        "unique-items-changed",
        "arrays with equal items are taken on one side only",
        "keep uniqueItems inside this major",
    ),
    "contains": _row("contains-changed", "arrays need items on one side that the other need not send", KEEP),
    "additional-item": _row("items-changed", "items stand at places that one side does not know", KEEP),
    "member-count": _row("member-count-changed", "the number of members is bounded differently", KEEP),
    "member-name": _row("member-name-changed", "member names are bounded differently", KEEP),
    "dependent": _row("dependency-changed", "a member needs another on one side only", KEEP),
    "not": _row("exclusion-changed", "a value is excluded on one side only", KEEP),
    "never": _row("value-forbidden", "one side takes no value here at all", KEEP),
}

WHY_REFUSED = {
    "type": "has a JSON type that it does not take",
    "enum": "is not among its values",
    "const": "is not its constant",
    "pattern": "does not match its pattern",
    "format": "is not of its format",
    "length": "is outside its length bounds",
    "bound": "is outside its bounds",
    "multiple-of": "is no multiple of its step",
    "item-count": "has fewer or more items than it takes",
    "member-count": "has fewer or more members than it takes",
    "additional-member": "is a member that it refuses",
    "branch": "fits none of its branches, or too many",
}
"""What a reader says of a refused value, by cause; any other cause: it is not taken."""

UNDECIDED = CompatRule(
    "compat/undecided",
    "a compatibility question could not be answered; silence never means yes",
    "write the construct within the authoring profile, or split the change",
)

_REQUESTS: dict[str, CompatRule] = {
    "additional-member": _row(
        "request-member-removed",
        "a member that clients send in a request is no longer known; an instruction is never dropped silently",
        "keep the member and mark it deprecated; drop it in the next major",
    )
}
_APIS = {row.id: _row(row.id, row.what, row.fix) for row in API_RULES.values()}

COMPAT_RULES = {
    row.id: row
    for row in (
        *_OLD.values(), *_NEW.values(), *_EITHER.values(), *_REQUESTS.values(), *_APIS.values(), UNDECIDED,
    )
}  # fmt: skip
"""Every compatibility rule by id."""


def rule_of(cause: str, direction: str) -> CompatRule:
    """Return the rule that names a cause in a direction."""
    sided = _OLD if direction == OLD_READERS else _NEW
    return sided.get(cause) or _EITHER.get(cause) or _row(f"{cause}-changed", "the two sides differ here", KEEP)


def api_rule_of(cause: str, direction: str) -> CompatRule:
    """Return the rule that names a cause between two OpenAPI documents."""
    requests = _REQUESTS if direction == NEW_READERS else {}
    return _APIS.get(cause) or requests.get(cause) or rule_of(cause, direction)
