"""Schemas of parameters and headers in the space where they are compared: values that travel as text."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from interlock.compat.answers import Comparison, Refusal, Spot, Undecided, Verdict

from .asking import Asking, Leg
from .schemas import Extracted
from .serializing import ARRAY, OBJECT, SCALAR, text
from .sides import in_place
from .texts import NUMBER, own, part_of, scalars, textual, types

_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_BOOLEANS = {"true": True, "false": False}
_LONG = 40
"""Texts of so many characters are read as no number: none is written so by itself."""
_FEW = 64
"""So many values are tried that one witness of texts may stand for."""


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
    if sent == {OBJECT}:
        return ask_parts(asking, _with(writer, "minProperties", 1), reader, leg)
    if not sent or not read or not sent <= _SCALARS:
        return asking.ask(writer, reader, leg)
    if read == {ARRAY}:
        return ask_parts(asking, _single(writer), reader, leg)
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


def of_path(schema: Extracted) -> list[Extracted]:
    """
    What may stand in a path, in one schema or two: an empty text fills no segment.

    Neither does a list of one empty text; so these are the lists of texts that are not empty, and those of several.
    """
    said = types(schema)
    if not said or "string" in said:
        return [_with(schema, "minLength", 1)]
    items = [part_of(schema, part["items"]) for part in in_place(schema.schema, schema.schema) if "items" in part]
    if said != {ARRAY} or len(items) != 1 or types(items[0]) != {"string"}:
        return [schema]
    filled = own(schema) | {"items": _with(items[0], "minLength", 1).schema}
    return [Extracted(filled, schema.at, schema.homes), _with(schema, "minItems", 2)]


def _with(schema: Extracted, keyword: str, least: int) -> Extracted:
    """The values of a schema with so many characters, items or members at least."""
    said = own(schema).get(keyword)
    made = own(schema) | {keyword: max(least, said if isinstance(said, int) else 0)}
    return Extracted(made, schema.at, schema.homes)


def _from_array(asking: Asking, writer: Extracted, reader: Extracted, leg: Leg, read: set[str]) -> Comparison:
    """A list, of which one item reads like a scalar, and no item like nothing at all."""
    if not read or ARRAY in read:
        return ask_parts(asking, _with(writer, "minItems", 1), reader, leg)
    several = asking.ask(_with(writer, "minItems", 2), reader, leg)
    if several.verdict is not Verdict.COMPATIBLE:
        return several
    return ask_parts(asking, _with(writer, "minItems", 1), _single(reader), leg)


def _single(schema: Extracted) -> Extracted:
    """An array with one item: what a reader of arrays makes of a scalar."""
    inner = {keyword: value for keyword, value in own(schema).items() if keyword != "$defs"}
    whole = {"type": "array", "minItems": 1, "maxItems": 1, "items": inner, "$defs": own(schema).get("$defs", {})}
    return Extracted(whole, schema.at, schema.homes)


def ask_parts(asking: Asking, writer: Extracted, reader: Extracted, leg: Leg) -> Comparison:
    """Lists and objects whose parts travel as text: `ids=7` fits a list of strings as it fits one of integers."""
    answer = asking.ask(writer, reader, leg)
    if answer.verdict is Verdict.COMPATIBLE:
        return answer
    sent_texts, read_texts = textual(writer), textual(reader)
    if sent_texts is None or read_texts is None:
        return answer
    (sent, _), (read, known) = sent_texts, read_texts
    unread = tuple(one for one in answer.refusals if not asking.takes(read, spelled(one.witness), leg))
    if unread:
        return Comparison(Verdict.BREAKING, unread)
    told = asking.ask(sent, read, leg)
    written = tuple(one for one in told.refusals if _is_meant(asking, writer, one.witness, leg))
    return _told(told, written, exact=known)


def _told(answer: Comparison, written: tuple[Refusal, ...], *, exact: bool) -> Comparison:
    """The answer about texts: refused are those that are really written, and all fits where the reader's are exact."""
    if written:
        return Comparison(Verdict.BREAKING, written)
    if not answer.refusals and exact:
        return answer
    gap = Undecided("lexical-space", "which of these values, written as text, fit is not decided", Spot(""))
    return Comparison(Verdict.UNDECIDED, (), (gap,))


def spelled(value: Any) -> Any:
    """A value with its scalars as texts."""
    if isinstance(value, list):
        return [spelled(item) for item in value]
    return {name: spelled(part) for name, part in value.items()} if isinstance(value, dict) else text(value)


def _is_meant(asking: Asking, writer: Extracted, value: Any, leg: Leg) -> bool:
    """Whether texts stand for something that the writer may send."""
    meant = itertools.islice(_readings(value), _FEW)
    return any(asking.may_send(writer, one, leg) for one in meant)


def _readings(value: Any) -> Iterator[Any]:
    """Everything that texts may stand for."""
    if isinstance(value, list):
        yield from (list(items) for items in itertools.product(*(list(_readings(item)) for item in value)))
    elif isinstance(value, dict):
        parts = itertools.product(*(list(_readings(part)) for part in value.values()))
        yield from (dict(zip(value, some, strict=True)) for some in parts)
    else:
        yield value
        yield from _values(value) if isinstance(value, str) else ()


def _values(said: str) -> Iterator[Any]:
    """The boolean or number that is written so."""
    if said in _BOOLEANS:
        yield _BOOLEANS[said]
    elif len(said) < _LONG and NUMBER.fullmatch(said):
        number = json.loads(said)
        plain = int(number) if number == int(number) else number
        yield from [plain] if text(plain) == said else []


def _writing(asking: Asking, writer: Extracted, reader: Extracted) -> Comparison:
    """A number or boolean that is now read as text."""
    lexical, exact = scalars(writer)
    answer = asking.plain(lexical, own(reader) | {"type": "string"})
    if exact or not answer.refusals:
        return answer
    return _told(answer, _written(asking, writer, answer), exact=False)


def _reading(asking: Asking, writer: Extracted, reader: Extracted) -> Comparison:
    """Text that is now read as a number or boolean."""
    lexical, exact = scalars(reader)
    answer = asking.plain(writer.schema, lexical)
    return answer if answer.refusals else _told(answer, (), exact=exact)


def _as_texts(asking: Asking, writer: Extracted, reader: Extracted, as_json: Comparison) -> Comparison:
    """Values of several types, compared by how they read: `7` fits a choice of string and integer either way."""
    (sent, _), (read, known) = scalars(writer), scalars(reader)
    unread = tuple(one for one in as_json.refusals if asking.plain({"const": text(one.witness)}, read).refusals)
    if unread:
        return Comparison(Verdict.BREAKING, unread)
    answer = asking.plain(sent, read)
    return _told(answer, _written(asking, writer, answer), exact=known)


def _written(asking: Asking, writer: Extracted, answer: Comparison) -> tuple[Refusal, ...]:
    """The refusals whose text the writer writes, or that stands for a number or boolean of it."""
    return tuple(
        one
        for one in answer.refusals
        if any(
            asking.plain({"const": meant}, writer.schema).verdict is Verdict.COMPATIBLE
            for meant in _readings(one.witness)
        )
    )
