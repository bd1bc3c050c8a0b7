"""What a JSON Schema error means, in a sentence for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from interlock.judging.words import counted, shown

Parts = dict[str, Any]
"""What an error carries: the keyword's value, or what was missing or too much."""

_MOST_LISTED = 12

_TYPES = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}

_FORMATS = {
    "date-time": "an RFC 3339 date-time such as 2028-06-30T12:00:00Z",
    "date": "a date such as 2028-06-30",
    "time": "an RFC 3339 time such as 12:00:00Z",
    "duration": "an ISO 8601 duration such as PT2H30M",
    "uri": "an absolute URI such as https://example.com/a",
    "uuid": "a UUID such as 0190a5a0-7b1c-7e6f-8a3d-2f1b4c5d6e7f",
    "email": "an e-mail address",
}


def _type(value: Any, parts: Parts, owner: str) -> str:
    """Phrase a value of another JSON type."""
    expected = " or ".join(_TYPES[name] for name in parts["types"])
    where = f"{shown(value)} stands where {expected} is expected{owner and f' ({owner})'}"
    return f"{where}; leave the member out when there is nothing to say" if value is None else where


def _pattern(value: Any, parts: Parts, owner: str) -> str:
    """Phrase a text of another form; a shared type's pattern by the type's name."""
    pattern = shown(parts["pattern"])[1:-1]
    return f"{shown(value)} does not match the pattern {f'of {owner}, {pattern}' if owner else pattern}"


def _format(value: Any, parts: Parts, owner: str) -> str:
    """Phrase a text of another format."""
    name = parts["format"]
    return f"{shown(value)} is not {_FORMATS.get(name, f'of the format {shown(name)}')}{owner and f' ({owner})'}"


def _enum(value: Any, parts: Parts, owner: str) -> str:
    """Phrase a value outside its set."""
    options = parts["options"]
    listed = ", ".join(shown(option) for option in options[:_MOST_LISTED]) + (
        ", ..." if len(options) > _MOST_LISTED else ""
    )
    return f"{shown(value)} is not one of {listed}{owner and f' ({owner})'}"


def _choice(value: Any, parts: Parts, owner: str) -> str:
    """Phrase a value that fits none, or too many, of some forms."""
    context = parts.get("context") or []
    fitting = sum(1 for faults in context if not faults)
    what = (
        f"{fitting} of the {len(context)} forms, and only one may fit"
        if fitting
        else f"none of the {len(context)} forms"
    )
    return f"{shown(value)} fits {what}{owner and f' of {owner}'}"


def _bound(words: str) -> Callable[[Any, Parts, str], str]:
    """Return a phrase for a number outside a bound."""
    return lambda value, parts, owner: f"{shown(value)} is {words} {shown(parts['limit'])}{owner and f' ({owner})'}"


def _size(most: str, unit: str) -> Callable[[Any, Parts, str], str]:
    """Return a phrase for a text, array or object of another size."""

    def phrase(value: Any, parts: Parts, owner: str) -> str:
        size = len(value) if isinstance(value, str | list | dict) else 0
        return (
            f"{shown(value)} has {counted(size, unit)}, and {most} {parts['limit']} {owner and f'of {owner} '}are taken"
        )

    return phrase


PHRASES: dict[str, Callable[[Any, Parts, str], str]] = {
    "type": _type,
    "pattern": _pattern,
    "format": _format,
    "enum": _enum,
    "const": lambda value, parts, _: f"{shown(value)} is not {shown(parts['expected_value'])}, the only value here",
    "anyOf": _choice,
    "oneOf": _choice,
    "minimum": _bound("less than the minimum"),
    "maximum": _bound("more than the maximum"),
    "exclusiveMinimum": _bound("not more than"),
    "exclusiveMaximum": _bound("not less than"),
    "multipleOf": lambda value, parts, _: f"{shown(value)} is no multiple of {shown(parts['multiple_of'])}",
    "minLength": _size("at least", "character"),
    "maxLength": _size("at most", "character"),
    "minItems": _size("at least", "element"),
    "maxItems": _size("at most", "element"),
    "minProperties": _size("at least", "member"),
    "maxProperties": _size("at most", "member"),
    "uniqueItems": lambda value, _parts, _: f"{shown(value)} has one element twice",
    "contains": lambda value, _parts, _: f"{shown(value)} holds no element of the kind that it must",
    "not": lambda value, _parts, _: f"{shown(value)} is of the kind that is ruled out here",
    "minContains": lambda value, _parts, _: f"{shown(value)} holds too few elements of the kind that it must",
    "maxContains": lambda value, _parts, _: f"{shown(value)} holds too many elements of one kind",
    "unevaluatedItems": lambda value, _parts, _: f"{shown(value)} holds elements that are not declared",
    "items": lambda value, _parts, _: f"{shown(value)} is an element beyond those that are declared",
    "propertyNames": lambda value, _parts, _: f"{shown(value)} has members, and none may be here",
    "falseSchema": lambda value, _parts, _: f"{shown(value)} stands where nothing may stand",
}
"""The phrase of each keyword, given the value, the error's parts and the shared type that the keyword is in."""
