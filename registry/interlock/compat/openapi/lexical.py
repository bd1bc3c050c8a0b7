"""Schemas of parameters and headers in the space where they are compared: values that travel as text."""

from __future__ import annotations

import re
from typing import Any

from interlock.compat.answers import Comparison, Refusal, Spot, Undecided, Verdict

from .asking import Asking, Leg
from .schemas import Extracted
from .serializing import ARRAY, OBJECT, SCALAR, text
from .sides import in_place

_NUMBERS = {"integer": "^-?(0|[1-9][0-9]*)$", "number": "^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$"}
_NUMBER = re.compile(_NUMBERS["number"])
_FEW = 1_001
_MOST_NESTED = 20
"""So deep are choices within choices looked into."""
"""So many whole numbers are written out one by one."""
_SAID = frozenset({"type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_SCALARS = frozenset({"string", "integer", "number", "boolean"})


def types(schema: Extracted) -> set[str]:
    """The JSON types that a schema's own `type` leaves, without null, which has no text; empty when it says none."""
    found = _types(schema.schema, schema.schema, _MOST_NESTED)
    return found - {"null"} if found else set()


def _types(root: Any, schema: Any, deep: int) -> set[str] | None:
    """The types that a schema and its choices leave; None where nothing says them."""
    sets: list[set[str]] = []
    for part in in_place(root, schema):
        said = part.get("type")
        if said:
            sets.append({said} if isinstance(said, str) else {name for name in said if isinstance(name, str)})
        for keyword in ("anyOf", "oneOf") if deep else ():
            branches = [_types(root, branch, deep - 1) for branch in part.get(keyword, ())]
            known = [branch for branch in branches if branch is not None]
            if branches and len(known) == len(branches):
                sets.append(set().union(*known))
    return set.intersection(*sets) if sets else None


def kinds(schema: Extracted) -> set[str]:
    """What a schema's values are to a style; all kinds when it does not say."""
    said = types(schema)
    if not said:
        return {SCALAR, ARRAY, OBJECT}
    return {name if name in (ARRAY, OBJECT) else SCALAR for name in said}


def ask(asking: Asking, writer: Extracted, reader: Extracted, leg: Leg) -> Comparison:
    """What one side writes that the other can't read: `7` is a string where a string is read."""
    sent, read = types(writer), types(reader)
    if sent == {ARRAY}:
        return _from_array(asking, writer, reader, leg, read)
    if not sent or not read or not sent <= _SCALARS:
        return asking.ask(writer, reader, leg)
    if read == {ARRAY}:
        return asking.ask(_single(writer), reader, leg)
    return _from_scalar(asking, writer, reader, leg)


def _from_scalar(asking: Asking, writer: Extracted, reader: Extracted, leg: Leg) -> Comparison:
    """One text, which each side takes for the types that it knows."""
    sent, read = types(writer), types(reader)
    if sent == {"string"} and "string" not in read and read <= _SCALARS:
        return _reading(asking, writer, reader)
    if read == {"string"} and "string" not in sent:
        return _writing(asking, writer, reader)
    answer = asking.ask(writer, reader, leg)
    if (
        answer.verdict is Verdict.COMPATIBLE
        or "string" not in sent | read
        or len(sent | read) == 1
        or not read <= _SCALARS
    ):
        return answer
    return _as_texts(asking, writer, reader, answer)


def of_path(schema: Extracted) -> Extracted:
    """What may stand in a path: an empty text fills no segment."""
    said = _dict(schema).get("minLength")
    return Extracted(
        _dict(schema) | {"minLength": max(1, said if isinstance(said, int) else 0)}, schema.at, schema.homes
    )


def _from_array(asking: Asking, writer: Extracted, reader: Extracted, leg: Leg, read: set[str]) -> Comparison:
    """A list, of which one item reads like a scalar, and no item like nothing at all."""
    if not read or ARRAY in read:
        return asking.ask(_with_items(writer, 1), reader, leg)
    several = asking.ask(_with_items(writer, 2), reader, leg)
    return (
        several
        if several.verdict is not Verdict.COMPATIBLE
        else asking.ask(_with_items(writer, 1), _single(reader), leg)
    )


def _with_items(schema: Extracted, least: int) -> Extracted:
    """The arrays of a schema with so many items at least."""
    said = _dict(schema).get("minItems")
    return Extracted(
        _dict(schema) | {"minItems": max(least, said if isinstance(said, int) else 0)}, schema.at, schema.homes
    )


def _single(schema: Extracted) -> Extracted:
    """An array with one item: what a reader of arrays makes of a scalar."""
    inner = {keyword: value for keyword, value in _dict(schema).items() if keyword != "$defs"}
    whole = {"type": "array", "minItems": 1, "maxItems": 1, "items": inner, "$defs": _dict(schema).get("$defs", {})}
    return Extracted(whole, schema.at, schema.homes)


def _writing(asking: Asking, writer: Extracted, reader: Extracted) -> Comparison:
    """A number or boolean that is now read as text."""
    lexical, exact = _texts(writer)
    answer = asking.plain(lexical, _dict(reader) | {"type": "string"})
    if exact or not answer.refusals:
        return answer
    honest = tuple(refusal for refusal in answer.refusals if _is_sent(asking, writer, refusal))
    gap = Undecided("lexical-space", "which of these numbers, written as text, fit is not decided", Spot(""))
    return Comparison(Verdict.BREAKING, honest) if honest else Comparison(Verdict.UNDECIDED, (), (gap,))


def _is_written(asking: Asking, writer: Extracted, refusal: Refusal) -> bool:
    """Whether the writer's schema takes a text, or the number or boolean that it stands for."""
    if asking.plain({"const": refusal.witness}, writer.schema).verdict is Verdict.COMPATIBLE:
        return True
    if refusal.witness in ("true", "false"):
        value = refusal.witness == "true"
        return asking.plain({"const": value}, writer.schema).verdict is Verdict.COMPATIBLE
    return _NUMBER.fullmatch(refusal.witness) is not None and _is_sent(asking, writer, refusal)


def _is_sent(asking: Asking, writer: Extracted, refusal: Refusal) -> bool:
    """Whether the writer's schema takes the number that a text stands for."""
    number = float(refusal.witness)
    value = int(number) if number.is_integer() else number
    return (
        asking.plain({"const": value}, writer.schema).verdict is Verdict.COMPATIBLE and text(value) == refusal.witness
    )


def _reading(asking: Asking, writer: Extracted, reader: Extracted) -> Comparison:
    """Text that is now read as a number or boolean."""
    lexical, exact = _texts(reader)
    answer = asking.plain(writer.schema, lexical)
    if answer.refusals or exact:
        return answer
    gap = Undecided(
        "lexical-space", "whether each of these texts is a number within the bounds is not decided", Spot("")
    )
    return Comparison(Verdict.UNDECIDED, (), (gap,))


def _as_texts(asking: Asking, writer: Extracted, reader: Extracted, as_json: Comparison) -> Comparison:
    """Values of several types, compared by how they read: `7` fits a choice of string and integer either way."""
    (sent, _), (read, known) = _lexical(writer), _lexical(reader)
    unread = tuple(one for one in as_json.refusals if asking.plain({"const": text(one.witness)}, read).refusals)
    if unread:
        return Comparison(Verdict.BREAKING, unread)
    answer = asking.plain(sent, read)
    written = tuple(refusal for refusal in answer.refusals if _is_written(asking, writer, refusal))
    if written:
        return Comparison(Verdict.BREAKING, written)
    if not answer.refusals and known:
        return answer
    gap = Undecided("lexical-space", "which of these values, written as text, fit is not decided", Spot(""))
    return Comparison(Verdict.UNDECIDED, (), (gap,))


def _lexical(schema: Extracted) -> tuple[Any, bool]:
    """The texts of a schema's scalars as a schema of strings, and whether these are exactly all."""
    whole = _dict(schema)
    keyword = next((name for name in ("anyOf", "oneOf") if name in whole), None)
    if keyword is not None and whole.keys() <= {keyword, "$defs", "type", "discriminator", "examples", "default"}:
        parts = [_lexical(_branch(schema, branch)) for branch in whole[keyword]]
        return {"anyOf": [part for part, _ in parts], "$defs": whole.get("$defs", {})}, all(same for _, same in parts)
    said = types(schema)
    if said == {"string"}:
        return whole, True
    texts, exact = _texts(Extracted(whole | {"type": sorted(said - {"string"})}, schema.at, schema.homes))
    strings = [whole | {"type": "string"}] if "string" in said else []
    return {"anyOf": [*strings, texts], "$defs": whole.get("$defs", {})}, exact


def _branch(schema: Extracted, branch: Any) -> Extracted:
    """One branch of a choice, by itself."""
    inner = branch if isinstance(branch, dict) else {}
    return Extracted({**inner, "$defs": _dict(schema).get("$defs", {})}, schema.at, schema.homes)


def _texts(schema: Extracted) -> tuple[Any, bool]:
    """The texts of a schema's scalars as a schema of strings, and whether these are exactly all."""
    parts = list(in_place(schema.schema, schema.schema))
    listed = [
        part["enum"] if "enum" in part else [part["const"]] for part in parts if "enum" in part or "const" in part
    ]
    if listed and all(isinstance(values, list) for values in listed):
        return {"enum": sorted({text(value) for value in listed[0] if value is not None})}, len(parts) == 1
    said = types(schema)
    if said == {"boolean"}:
        return {"enum": ["false", "true"]}, True
    if said == {"integer"} and len(parts) == 1 and (numbers := _few(parts[0])) is not None:
        return {"enum": [str(number) for number in numbers]}, not _further(parts[0])
    choices: list[Any] = [{"type": "string", "pattern": _NUMBERS[name]} for name in sorted(said & _NUMBERS.keys())]
    choices += [{"enum": ["false", "true"]}] if "boolean" in said else []
    free = not any((_SAID - {"type"}) & part.keys() for part in parts)
    return {"anyOf": choices}, free


def _few(schema: dict[str, Any]) -> range | None:
    """The whole numbers within a schema's bounds, if these are not many."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if not isinstance(low, int) or not isinstance(high, int) or high - low >= _FEW:
        return None
    return range(low, high + 1)


def _further(schema: dict[str, Any]) -> bool:
    """Whether bounds are not all that a schema of integers says."""
    return bool({"exclusiveMinimum", "exclusiveMaximum", "multipleOf"} & schema.keys())


def _dict(schema: Extracted) -> dict[str, Any]:
    return schema.schema if isinstance(schema.schema, dict) else {}
