"""Validation against one JSON Schema 2020-12: exact on decimals, linear in patterns, formats asserted."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote

from interlock.errors import nearest
from interlock.judging.containers import is_object
from interlock.judging.words import shown
from interlock.pointers import join
from interlock.references import subschemas
from interlock.validation.phrases import PHRASES

MOST_FAULTS = 100
"""More faults of one document are not listed."""

_ROOT = "urn:interlock:contract"
_CLOSING = frozenset({"additionalProperties", "unevaluatedProperties"})
_NAMED_BY_PATH = _CLOSING | {"dependentRequired", "minContains", "maxContains", "propertyNames", "items"}


class UnusableSchemaError(Exception):
    """A schema that can't be used: it is no JSON Schema, or a reference leads nowhere."""


class Engine:
    """
    One schema, compiled once.

    The validator is jsonschema-rs, which the generated packages use too: what passes here passes there. It takes
    patterns as ECMA-262 means them, never backtracks without bound, and compares numbers exactly.
    """

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._validator = _compiled(schema)

    def faults(self, document: Any) -> Iterator[tuple[str, str, str]]:
        """Yield keyword, pointer and sentence for each fault of a document."""
        try:
            errors = list(itertools.islice(self._validator.iter_errors(document), MOST_FAULTS))
        except UnicodeEncodeError:
            yield "type", "", "a text holds half of a surrogate pair, which is no Unicode character"
            return
        yield from dict.fromkeys(fault for error in errors for fault in self._phrased(document, error))

    def accepts(self, part: Any, value: Any) -> bool:
        """Say whether a part of this schema (or a schema of its own) accepts a value."""
        key = id(part) if id(part) in self._places else repr(part)
        if key not in self._parts:
            self._parts[key] = self._part(part)
        try:
            return bool(self._parts[key].is_valid(value))
        except UnicodeEncodeError:
            return False

    @cached_property
    def _places(self) -> dict[int, str]:
        """The pointer of each subschema, by identity."""
        return {id(node): at for at, node in subschemas(self._schema)}

    @cached_property
    def _parts(self) -> dict[int | str, Any]:
        """Validators of parts, made when asked for."""
        return {}

    def _part(self, part: Any) -> Any:
        """Compile a part where it stands, so that its references lead where they led."""
        import jsonschema_rs

        if id(part) not in self._places:
            return _compiled(part)
        registry = jsonschema_rs.Registry([(_ROOT, self._schema)])
        return _compiled({"$ref": f"{_ROOT}#{quote(self._places[id(part)], safe='/~')}"}, registry)

    def _phrased(self, document: Any, error: Any) -> Iterator[tuple[str, str, str]]:
        """Yield keyword, pointer and sentence of one error; one for each member that is too much."""
        path, keyword, parts = list(error.instance_path), _keyword(error), error.kind.as_dict()
        at, value = join(*path), _at(document, path)
        if "property" in parts:
            yield keyword, at + join(parts["property"]), f"the member {shown(parts['property'])} is missing"
        elif keyword in _CLOSING and is_object(value):
            yield from self._undeclared(keyword, at, parts.get("unexpected", value), error.schema_path)
        elif keyword == "propertyNames" and "error" in parts:
            name = parts["error"].instance
            for _, _, sentence in self._phrased(name, parts["error"]):
                yield keyword, at + join(name), f"the name of this member is not taken: {sentence}"
        else:
            phrase = PHRASES.get(keyword)
            yield keyword, at, phrase(value, parts, _owner(error.schema_path)) if phrase else shown(error.message)

    def _undeclared(
        self, keyword: str, at: str, names: Iterable[str], schema_path: list[str | int]
    ) -> Iterator[tuple[str, str, str]]:
        """Yield each member that its object does not take, with the nearest one that it does."""
        schema = _at(self._schema, schema_path[:-1])
        known = list(schema.get("properties", ())) if is_object(schema) else []
        for name in names:
            yield keyword, at + join(name), f"{shown(name)} is no member that is declared here{nearest(name, known)}"


def _compiled(schema: Any, registry: Any = None) -> Any:
    """Compile a schema; nothing is fetched."""
    import jsonschema_rs

    try:
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True, registry=registry)
    except ValueError as error:
        raise UnusableSchemaError(str(error).partition("\n")[0]) from None


def _keyword(error: Any) -> str:
    """Return the keyword that refuses; where the validator reports another one's name or a `false`, as it is written."""
    last = error.schema_path[-1] if error.schema_path else None
    return str(last) if last in _NAMED_BY_PATH else str(error.kind.name)


def _at(document: Any, path: list[str | int]) -> Any:
    """Return the value at a path of names and indexes; None when there is none."""
    for token in path:
        try:
            document = document[token]
        except (LookupError, TypeError):
            return None
    return document


def _owner(schema_path: list[str | int]) -> str:
    """
    Return the name of the shared type that a keyword stands in, as people say it; empty outside of types.

    >>> _owner(["$defs", "types/unit-code/v1.yaml", "pattern"])
    'UnitCode'
    """
    file = str(schema_path[1]) if len(schema_path) > 1 and schema_path[0] == "$defs" else ""
    folder, _, rest = file.partition("/")
    return "".join(word.capitalize() for word in rest.partition("/")[0].split("-")) if folder == "types" else ""
