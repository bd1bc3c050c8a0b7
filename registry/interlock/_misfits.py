"""What is wrong with a file that does not fit its kind: every fault, each in a sentence at its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interlock.errors import nearest
from interlock.pointers import join

_LONGEST = 60
"""How much of a value a message shows."""


def misfits(schema: dict[str, Any], data: Any) -> list[tuple[str, str]]:
    """Return pointer and sentence for each fault of some data under a kind's JSON Schema."""
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))
    errors = sorted(validator.iter_errors(data), key=lambda e: (list(map(str, e.absolute_path)), str(e.validator)))
    found = dict.fromkeys(fault for error in errors for fault in _phrased(error))
    return list(found)


def _phrased(error: Any) -> Iterator[tuple[str, str]]:
    """Yield pointer and sentence for one error; for a choice, the faults of the branch that is nearest."""
    at = join(*error.absolute_path)
    match error.validator:
        case "anyOf" | "oneOf" if error.context:
            yield from _nearest_branch(error, at)
        case "additionalProperties":
            yield from _unknown(error, at)
        case "required":
            missing = error.message.split("'")[1]
            yield at, f"the member {missing!r} is missing"
        case "enum" | "const":
            yield at, _not_one_of(error)
        case "type":
            yield at, f"{_shown(error.instance)} stands where {_expected(error.validator_value)} is expected"
        case "pattern":
            yield (
                at,
                f"{_shown(error.instance)} does not have the form that is expected here (pattern {error.validator_value})",
            )
        case "format":
            yield at, f"{_shown(error.instance)} is not a {error.validator_value}: write it as 2028-06-30"
        case _:
            yield at, f"{_shown(error.instance)} breaks the rule {error.validator} {error.validator_value!r}"


def _unknown(error: Any, at: str) -> Iterator[tuple[str, str]]:
    """Yield each member that its object does not have, with the nearest one it has."""
    known = error.schema.get("properties", {})
    for name in error.instance:
        if name not in known:
            hint = nearest(name, known) or f": it knows {', '.join(known)}"
            yield f"{at}{join(name)}", f"{name!r} is no member of this object{hint}"


def _not_one_of(error: Any) -> str:
    """Phrase a value outside its list."""
    values = [error.validator_value] if error.validator == "const" else list(error.validator_value)
    hint = nearest(error.instance, map(str, values)) if isinstance(error.instance, str) else ""
    return f"{_shown(error.instance)} is not one of {', '.join(map(str, values))}{hint}"


def _nearest_branch(error: Any, at: str) -> Iterator[tuple[str, str]]:
    """Yield the faults of the branch whose first fault lies deepest; of two alike, the one that fits the JSON type."""
    branches: dict[int, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    fitting = [faults for faults in branches.values() if not any(f.validator == "type" and not f.path for f in faults)]
    if not fitting:
        kinds = [_expected(f.validator_value) for faults in branches.values() for f in faults if f.validator == "type"]
        yield (
            at,
            f"{_shown(error.instance)} stands where {' or '.join(dict.fromkeys(k for k in kinds if k != 'null'))} is expected",
        )
        return
    for fault in max(fitting, key=lambda faults: max(len(f.absolute_path) for f in faults)):
        yield from _phrased(fault)


def _expected(kind: Any) -> str:
    """Name a JSON type for people."""
    words = {"object": "a map", "array": "a list", "string": "a string", "integer": "an integer", "number": "a number"}
    kinds = kind if isinstance(kind, list) else [kind]
    return " or ".join(words.get(k, str(k)) for k in kinds)


def _shown(value: Any) -> str:
    """Show a value in a message, shortened."""
    text = {True: "true", False: "false", None: "null"}.get(value) if value is None or isinstance(value, bool) else None
    text = text or ("a map" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
